"""JSON of home-made scripts whose keys say when."""

import json
from itertools import groupby

import pytest

from tests.importers.made_up import AT, EPOCH_S, ISO, SG, C, assert_is_the_batch, logs_of, refusal_of

READINGS = list(zip(AT, SG, C, strict=True))
DAYS = {f"{day:%Y-%m-%d}": list(of) for day, of in groupby(READINGS, key=lambda row: row[0].date())}


@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M"])
def test_a_list_under_each_time(tmp_path, form):
    (log,) = logs_of(tmp_path, json.dumps({"name": "IPA", "log": {f"{at:{form}}": [sg, c] for at, sg, c in READINGS}}))
    assert_is_the_batch(log)


def test_the_readings_of_a_day_under_its_date(tmp_path):
    as_list = {day: [{"time": f"{at:%H:%M}", "sg": sg, "temp": c} for at, sg, c in of] for day, of in DAYS.items()}
    by_time = {day: {f"{at:%H:%M}": {"sg": sg, "temp": c} for at, sg, c in of} for day, of in DAYS.items()}
    for days in (as_list, by_time):
        (log,) = logs_of(tmp_path, json.dumps({"brew": {"name": "IPA", "log": days}}))
        assert_is_the_batch(log)


def test_lists_under_other_keys_are_no_times(tmp_path):
    assert refusal_of(tmp_path, json.dumps({f"k{i}": [sg, c] for i, (_, sg, c) in enumerate(READINGS)}))


@pytest.mark.parametrize("keys", [[str(i) for i in range(10)], [str(1000 * s) for s in EPOCH_S]])
def test_a_table_of_pandas_by_column_and_row(tmp_path, keys):
    columns = {"sg": SG, "temp_c": C, **({"time": ISO} if "0" in keys else {})}
    node = {name: dict(zip(keys, cells, strict=True)) for name, cells in columns.items()}
    assert_is_the_batch(logs_of(tmp_path, json.dumps(node))[0])


def test_a_chat_whose_messages_say_how_they_look(tmp_path):
    texts = [f"SG {sg:.4f} {c} °C" for sg, c in zip(SG, C, strict=True)]
    said = [{"date": t, "text": s, "text_entities": [{"text": s}]} for t, s in zip(ISO, texts, strict=True)]
    assert_is_the_batch(logs_of(tmp_path, json.dumps({"name": "Brewers", "messages": said}))[0])
