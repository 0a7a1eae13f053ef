"""Tables with several times, temperatures or gravities, of which one is the reading's."""

from datetime import timedelta

import pytest

from tests.importers.made_up import AT, ISO, PLATO, SG, C, assert_is_the_batch, iso, logs_of, sg4, table

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
