"""Gravities whose head says no unit, and what else in the file says it."""

import pytest

from tests.importers.made_up import ISO, PLATO, C, assert_is_the_batch, logs_of, refusal_of, table

OPEN = ["Spindelwert", "Stupně", "Reading", "Gravity", "Hustota", "Aräometer"]


@pytest.mark.parametrize("head", ["App. Ext.", "Apparent Ext", "Saccharometer", "Sacharometr", "Cukroměr"])
def test_names_of_degrees_plato(tmp_path, head):
    (log,) = logs_of(tmp_path, table(f"Date;{head};Temp C", ISO, PLATO, C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("fact", ["OG;12.9 °P", "Stammwürze;12,8 °P", "Original gravity [°P];12.9"])
@pytest.mark.parametrize("head", OPEN)
def test_the_original_gravity_above_the_table_says_it(tmp_path, head, fact):
    (log,) = logs_of(tmp_path, f"Batch;12\n{fact}\n\n" + table(f"Date;{head};Temp C", ISO, PLATO, C, sep=";"))
    assert_is_the_batch(log)


def test_so_does_one_in_a_column(tmp_path):
    (log,) = logs_of(tmp_path, table("Date;OG;Gravity;Temp C", ISO, ["12.9 °P"] * 10, PLATO, C, sep=";"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("fact", ["OG;52 °Oe", "OG;1.052", "OG;16.5 °P", "FG;2.6 °P", "Batch;12.9 °P"])
def test_of_another_gravity_it_does_not(tmp_path, fact):
    text = f"Beer;IPA\n{fact}\n\n" + table("Date;Gravity;Temp C", ISO, PLATO, C, sep=";")
    assert "--unit" in refusal_of(tmp_path, text)
