"""A time of day with the words that people write around it, in a column of its own or behind its date."""

import pytest

from tests.importers.made_up import AT, C, assert_is_the_batch, logs_of, sg4, table

WAYS = [
    "{} uur", "{} u", "{} Uhr", "um {} Uhr", "kl. {}", "kl {}", "klo {}", "ore {}", "alle {}", "à {}", "a las {}",
    "{} h", "{} hs", "{}h", "{} hrs", "{} Hr", "{} hod.", "{} godz.", "{} o'clock", "{} o’clock", "at {}", "@{}",
    "@ {}", "~{}", "ca. {}", "about {}", "vers {}", "om {} uur",
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_in_its_own_column(tmp_path, way):
    days, times = [f"{at:%d.%m.%Y}" for at in AT], [way.format(f"{at:%H:%M}") for at in AT]
    (log,) = logs_of(tmp_path, table("Date;Time;SG;Temp", days, times, sg4(), C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("way", WAYS)
def test_behind_its_date(tmp_path, way):
    moments = [f"{at:%d.%m.%Y} {way.format(f'{at:%H:%M}')}" for at in AT]
    (log,) = logs_of(tmp_path, table("Date;SG;Temp", moments, sg4(), C, sep=";"))
    assert_is_the_batch(log)
