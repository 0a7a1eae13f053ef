"""Tables in which the name of a tank stands in a row of its own above its readings."""

import pytest

from tests.importers.made_up import ISO, SG, C, assert_is_the_batch, logs_of, refusal_of, sg4, table

ROWS = table("", ISO, sg4(), C).strip()


@pytest.mark.parametrize("names", [("FV1 IPA", "FV2 Stout"), ("Amber", "Dubbel"), ("Batch 12", "Batch 13")])
@pytest.mark.parametrize("behind", ["", ",", ",,"])
def test_each_is_a_batch(tmp_path, names, behind):
    found = logs_of(tmp_path, "Date,SG,Temp\n" + "\n".join(f"{name}{behind}\n{ROWS}" for name in names) + "\n")
    assert [log.batch for log in found] == list(names)
    for log in found:
        assert_is_the_batch(log)


def test_remarks_between_readings_are_no_names(tmp_path):
    lines = ROWS.splitlines()
    remarked = [*lines[:4], "dry hopped,,", *lines[4:8], "cold crash,,", *lines[8:]]
    (log,) = logs_of(tmp_path, "Date,SG,Temp\n" + "\n".join(remarked) + "\n")
    assert_is_the_batch(log)


def test_two_batches_without_names_are_still_refused(tmp_path):
    slower = [f"{1.0 + 1.2 * (sg - 1.0):.4f}" for sg in SG]
    said = refusal_of(tmp_path, f"Date,SG,Temp\n{ROWS}\n{table('', ISO, slower, C).strip()}\n")
    assert "two gravities at the same moment" in said


@pytest.mark.parametrize(("name", "is_said"), [("Density", True), ("SG", False), ("Density kg/m3", False)])
def test_a_fine_density_without_its_unit_is_asked_about(tmp_path, name, is_said):
    (log,) = logs_of(tmp_path, table(f"Date;{name}", ISO, [f"{sg * 998.23:.2f}" for sg in SG], sep=";"))
    assert any("say --unit g/l" in note for note in log.notes) is is_said
