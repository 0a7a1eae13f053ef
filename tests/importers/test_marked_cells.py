"""Columns that say in each cell what they hold, under a head that says nothing: the same batch."""

from __future__ import annotations

import pytest

from brewpi.importers import LogError
from tests.importers.made_up import ISO, PLATO, SG, C, F, assert_is_the_batch, comma, logs_of, sg4, table

OF_SG = [f"{sg} SG" for sg in sg4()]
OF_PLATO = [f"{plato:.2f} °P" for plato in PLATO]
OF_C = [f"{c} °C" for c in C]
OF_F = [f"{f} °F" for f in F]
BOTH = [OF_SG[n] if n % 2 else OF_PLATO[n] for n in range(len(SG))]
TWICE = [at for at in ISO for _ in range(2)]


@pytest.mark.parametrize(
    "text",
    [
        *(table(f"Date,{head},More", ISO, cells, OF_C)
          for head in ("Reading", "Value", "Notes", "What") for cells in (OF_SG, OF_PLATO, BOTH)),
        table("Datum;Messung;Was", ISO, [f"{comma(p, 2)}°P" for p in PLATO], [f"{comma(c, 1)}°C" for c in C], sep=";"),
        table("Date,Reading,More", ISO, [f"{p:.2f} degrees Plato" for p in PLATO], [f"{f} degrees F" for f in F]),
        table("Date,Expected,Reading,Temp", ISO, [f"{plato + 0.5:.2f} °P" for plato in PLATO], OF_PLATO, C),
        table("Date,OG,Reading,Temp", ISO, ["13.0 °P"] * len(SG), OF_PLATO, C),
        table("Date,Value", TWICE, [cell for pair in zip(OF_SG, OF_C, strict=True) for cell in pair]),
        table("Date,Value", TWICE, [cell for pair in zip(OF_PLATO, OF_F, strict=True) for cell in pair]),
        table(ISO[0] + f",{OF_PLATO[0]},{C[0]}", ISO[1:], OF_PLATO[1:], C[1:]),
        table(ISO[0] + f",{BOTH[0]},{C[0]}", ISO[1:], BOTH[1:], C[1:]),
    ],
)  # fmt: skip
def test_the_unit_in_the_cells_says_what_a_column_is(text, tmp_path):
    """A reading such as "12.6 °P" under "Reading" was the name of a batch: ten batches of one reading each."""
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


def test_a_column_for_each_tank_is_a_batch_for_each(tmp_path):
    logs = logs_of(tmp_path, table("Date,FV1,FV2", ISO, OF_PLATO, [f"{plato + 1.0:.2f} °P" for plato in PLATO]))
    assert [log.batch for log in logs] == ["FV1", "FV2"]
    assert logs[0].series.sg == pytest.approx(SG, abs=0.0002)


@pytest.mark.parametrize("cells", [[f"{40 - n} g" for n in range(10)], [f"{n} g/l" for n in range(10)], OF_C])
def test_grams_and_temperatures_are_no_gravities(cells, tmp_path):
    with pytest.raises(LogError):
        logs_of(tmp_path, table("Date,Reading", ISO, cells))
