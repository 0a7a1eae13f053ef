"""What laboratories, controllers and historians write over their columns."""

import pytest

from tests.importers.made_up import ISO, PLATO, C, assert_is_the_batch, logs_of, sg4, table


@pytest.mark.parametrize("name", ["A.E.", "AE [%w/w]", "E. app.", "E. app. (%)", "Ea [%w/w]", "EA (°P)", "App. E. %"])
def test_apparent_extract_by_its_letters(tmp_path, name):
    (log,) = logs_of(tmp_path, table(f"Date,{name},Temp C", ISO, PLATO, C))
    assert_is_the_batch(log)


@pytest.mark.parametrize("name", ["Er [%w/w]", "Eau (°C)"])
def test_real_extract_and_water_are_none(tmp_path, name):
    (log,) = logs_of(tmp_path, table(f"Date,Ea [%w/w],{name},Temp C", ISO, PLATO, [5.0] * 10, C))
    assert_is_the_batch(log)


@pytest.mark.parametrize("name", ["Ds18b20", "DS18B20 1", "1-wire", "Onewire", "Dallas", "28-0316a2794eff", "TE-101"])
def test_a_thermometer_by_its_type_its_bus_or_its_address(tmp_path, name):
    (log,) = logs_of(tmp_path, table(f"Date,SG,{name}", ISO, sg4(), C))
    assert_is_the_batch(log)


@pytest.mark.parametrize("columns", ["tagpath,floatvalue,stringvalue,t_stamp", "Spec,Actual,Limit,Test Date"])
def test_long_tables_of_a_historian_and_of_a_cellar(tmp_path, columns):
    rows = [(of, v, "", at) for at, g, c in zip(ISO, sg4(), C, strict=True) for of, v in (("fv1/SG", g), ("Temp C", c))]
    (log,) = logs_of(tmp_path, table(columns, *zip(*rows, strict=True)))
    assert_is_the_batch(log)


def test_of_two_columns_that_name_the_quantity_the_shorter_list_counts(tmp_path):
    said = [("gravity", g, at) for at, g in zip(ISO, sg4(), strict=True)]
    said += [("temperature", str(c), at) for at, c in zip(ISO, C, strict=True)]
    text = "TIMESTAMP|DEVICE|EVENT|READING|VALUE\n" + "".join(f"{at}|iSpindel|{n}: {v}|{n}|{v}\n" for n, v, at in said)
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


@pytest.mark.parametrize("head", ["Component", "Determination", "Prüfmerkmal", "What"])
@pytest.mark.parametrize("turned", [False, True])
def test_extracts_of_one_sample_in_rows_of_their_own_are_told_apart(tmp_path, head, turned):
    """Apparent, real and original extract, all in °P."""
    rows = []
    for n, (at, plato, c) in enumerate(zip(ISO, PLATO, C, strict=True)):
        real = 0.1808 * PLATO[0] + 0.8192 * plato
        said = [("Apparent Extract", plato, "°P"), ("Real Extract", real, "°P"), ("Original Extract", PLATO[0], "°P"),
                ("Alcohol", 2.1, "% v/v"), ("Temperature", c, "°C")]  # fmt: skip
        rows += [f"S{n},FV12,{at},{name},{value:.2f},{unit}" for name, value, unit in said[:: -1 if turned else 1]]
    (log,) = logs_of(tmp_path, "\n".join([f"Sample ID,Tank,Collected,{head},Result,Units", *rows]) + "\n")

    assert_is_the_batch(log)
