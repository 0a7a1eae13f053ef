"""Tables with several times, temperatures or gravities, of which one is the reading's."""

from datetime import timedelta

import pytest

from tests.importers.made_up import AT, ISO, PLATO, SG, C, assert_is_the_batch, iso, logs_of, refusal_of, sg4, table

LATER = [iso(at + timedelta(hours=(2, 20, 5)[i % 3])) for i, at in enumerate(AT)]
WRITTEN = [
    "Logged Date", "Entered At", "created_at", "Result Date", "Analysis Date", "Analysedatum", "Erfasst am",
    "Date saisie", "Received", "Input Time",
]  # fmt: skip
TAKEN = ["Sample Date", "Taken At", "Collection Date", "Probenahme", "Date prélèvement", "date", "Reading Time"]
OF_ELSE = ["Supply Temp", "Return Temp", "HLT Temp", "Reference Temp", "Temp Diff", "Previous Temp", "Vorlauf Temp"]
HIGHER = [round(sg + 0.003, 4) for sg in SG]
REAL = [round(0.8 * p + 2.4, 2) for p in PLATO]
GRAVITIES = {
    "measured_warm": table("Date,SG at sample temp,SG at 20C,Temp", ISO, HIGHER, sg4(), C),
    "corrected_to_a_reference": table("Date,SG,SG @ ref temp,Temp", ISO, HIGHER, sg4(), C),
    "yesterdays": table("Date,Yesterday Plato,Today Plato,Temp", ISO, [PLATO[0], *PLATO[:-1]], PLATO, C),
    "real_and_apparent": table("Date,wirkl. Extrakt,scheinb. Extrakt,Temp", ISO, REAL, PLATO, C),
    "letters_of_a_laboratory": table("Date,RE %,AE %,OE %,Temp", ISO, REAL, PLATO, [12.9] * 10, C),
}


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("taken", TAKEN)
def test_when_a_sample_was_taken_goes_before_when_it_was_written_down(tmp_path, written, taken):
    (log,) = logs_of(tmp_path, table(f"{written},{taken},SG,Temp", LATER, ISO, sg4(), C))
    assert_is_the_batch(log)


@pytest.mark.parametrize("written", WRITTEN)
def test_when_it_was_written_down_counts_where_nothing_else_is_known(tmp_path, written):
    (log,) = logs_of(tmp_path, table(f"{written},SG,Temp", ISO, sg4(), C))
    assert_is_the_batch(log)


@pytest.mark.parametrize("name", OF_ELSE)
def test_the_temperature_of_something_else_before_the_beers(tmp_path, name):
    (log,) = logs_of(tmp_path, table(f"Date,SG,{name},Temp", ISO, sg4(), [12.5, 13.0] * 5, C))
    assert_is_the_batch(log)


@pytest.mark.parametrize("way", GRAVITIES)
def test_the_gravity_of_this_moment_by_itself(tmp_path, way):
    (log,) = logs_of(tmp_path, GRAVITIES[way])
    assert_is_the_batch(log)


@pytest.mark.parametrize("head", ["FG corr.", "FG", "Corrected", "FG (calc)", "Adj. FG", "Real FG"])
def test_what_a_refractometer_means_goes_before_what_it_shows(tmp_path, head):
    """The raw °Brix were read as a hydrometer's."""
    shown = [f"{p + 0.4 * (PLATO[0] - p):.1f}" for p in PLATO]
    (log,) = logs_of(tmp_path, table(f"Date,Brix raw,{head},Temp", ISO, shown, sg4(), C))
    assert_is_the_batch(log)


def test_a_final_gravity_that_is_declared_does_not(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,Brix,FG,Temp", ISO, PLATO, ["1.012"] * 10, C))
    assert log.series.sg == pytest.approx(SG, abs=0.0003)


def test_original_gravities_of_batches_under_each_other_are_none_of_now(tmp_path):
    """1054 in all rows of the first and 1048 in those of the second are no fall."""
    heads = "Brew,Date,Sample,OG,Temp"
    rows = table(heads, ["B1"] * 10, ISO, ["a"] * 10, [1054.1] * 10, C)
    rows += table("", ["B2"] * 10, ISO, ["a"] * 10, [1047.7] * 10, C).lstrip()
    assert "no column holds a gravity" in refusal_of(tmp_path, rows)


@pytest.mark.parametrize("other", ["Rack gravity", "Racking gravity", "OG", "PG target"])
def test_the_present_gravity_goes_before_one_that_stays(tmp_path, other):
    pg = [f"{1000 * sg:.1f}" for sg in SG]
    (log,) = logs_of(tmp_path, table(f"Date,{other},PG,Temp", ISO, [1014.0] * 10, pg, C))
    assert_is_the_batch(log)
