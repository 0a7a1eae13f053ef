"""More exports and sheets of people's own, all of one made-up batch: each reads as the same ten readings."""

import json

import numpy as np
import pytest

from brewpi.importers import Answers, read_all
from tests.importers.made_up import AT, EPOCH_S, HOURS, ISO, PLATO, SERIAL, SG, C, F, comma, sg3, sg4, table

CASES: dict[str, tuple[str, dict[str, str]]] = {}


def add(name, text, **said):
    CASES[name] = (text, said)


add(
    "refr_and_hydro",
    table(
        "Date,Brix (refractometer),SG (hydrometer)", ISO, [12.9, 12.5, 11.4, 9.6, 8.4, 7.4, 6.9, 6.6, 6.5, 6.5], sg4()
    ),
)
add("balling", table("Datum;Balling", ISO, PLATO, sep=";"))
add("stupne", table("Datum;Stupňovitost (°P);Teplota (°C)", ISO, PLATO, C, sep=";"))
add(
    "cs_epm",
    table(
        "Datum;Čas;EPM;Zdánlivý extrakt %;Teplota",
        [a.strftime("%d.%m.%Y") for a in AT],
        [a.strftime("%H:%M") for a in AT],
        ["12,9"] * 10,
        [comma(p, 1) for p in PLATO],
        C,
        sep=";",
    ),
)
add(
    "pl2",
    table(
        "Data pomiaru;Godzina;BLG;Temp. brzeczki;Temp. otoczenia",
        [a.strftime("%d.%m.%Y") for a in AT],
        [a.strftime("%H:%M") for a in AT],
        [comma(p, 1) for p in PLATO],
        C,
        ["18"] * 10,
        sep=";",
    ),
)
add(
    "nl2",
    table(
        "Meetmoment;SG;Temperatuur vat;Streeftemperatuur",
        [a.strftime("%d-%m-%Y %H:%M") for a in AT],
        [comma(s, 3) for s in SG],
        C,
        ["18"] * 10,
        sep=";",
    ),
)
add(
    "fr2",
    table(
        "Date de mesure;Densité mesurée;Densité initiale;Densité finale visée;Température moût",
        [a.strftime("%d/%m/%Y %H:%M") for a in AT],
        sg4(),
        ["1,052"] * 10,
        ["1,010"] * 10,
        C,
        sep=";",
    ),
)
add(
    "it2",
    table(
        "Data/ora;Gravità;Gravità iniziale;Temp. birra;Temp. frigo",
        [a.strftime("%d/%m/%Y %H:%M") for a in AT],
        [comma(s, 3) for s in SG],
        ["1,052"] * 10,
        C,
        ["5"] * 10,
        sep=";",
    ),
)
add(
    "de2",
    table(
        "Messzeitpunkt;Spindel SG;Biertemp.;Kühlschrank;Stammwürze",
        [a.strftime("%d.%m.%y %H:%M") for a in AT],
        [comma(s, 3) for s in SG],
        C,
        ["5"] * 10,
        ["12,9"] * 10,
        sep=";",
    ),
)
add(
    "de_kbh",
    table(
        "Datum;Uhrzeit;SW;Restextrakt;Temperatur;Bemerkung",
        [a.strftime("%d.%m.%Y") for a in AT],
        [a.strftime("%H:%M") for a in AT],
        ["12,9"] * 10,
        [comma(p, 1) for p in PLATO],
        C,
        [""] * 10,
        sep=";",
    ),
)
add(
    "es2",
    table(
        "Fecha y hora;Densidad (SG);Temp. fermentador;Temp. objetivo",
        [a.strftime("%d/%m/%Y %H:%M") for a in AT],
        [comma(s, 3) for s in SG],
        C,
        ["5"] * 10,
        sep=";",
    ),
)
add(
    "fw_tilt",
    table(
        "Timestamp,Timepoint,SG,Temp,Color,Beer,Comment",
        [a.strftime("%m/%d/%Y %H:%M:%S") for a in AT],
        SERIAL,
        sg3(),
        [round(f) for f in F],
        ["RED"] * 10,
        ["Amber,1"] * 10 if 0 else ["Amber"] * 10,
        [""] * 10,
    ),
)
add(
    "timepoint_local",
    table(
        "Timepoint,SG,Temp,Color,Beer,Comment",
        [f"{s:.5f}" for s in SERIAL],
        sg3(),
        [round(f) for f in F],
        ["RED"] * 10,
        ["Amber"] * 10,
        [""] * 10,
    ),
)
add(
    "brewfather_csv",
    table(
        "id,type,time,temp,sg,comment,rssi,battery",
        ["x"] * 10,
        ["ispindel"] * 10,
        [a.strftime("%a %b %d %Y %H:%M:%S GMT+0000 (UTC)") for a in AT],
        C,
        sg4(),
        [""] * 10,
        [-60] * 10,
        [3.9] * 10,
    ),
)
add(
    "rapt_csv",
    table(
        "created_on,gravity,gravity_velocity,temperature,battery,rssi,version",
        ISO,
        [f"{s:.4f}" for s in SG],
        ["-3"] * 10,
        C,
        [99] * 10,
        [-60] * 10,
        [2] * 10,
    ),
)
add(
    "rapt_portal",
    table(
        "Created Date,Temperature,Target Temperature,Gravity,Battery",
        [a.strftime("%d/%m/%Y, %H:%M:%S") for a in AT],
        C,
        ["18"] * 10,
        [f"{1000 * s:.1f}" for s in SG],
        ["90%"] * 10,
    ),
)
add("ubidots", table("timestamp,human readable date,gravity", [1000 * s for s in EPOCH_S], ISO, sg4()))
add("brewspy", table("DateTime,Gravity,TemperatureF,Angle,Battery", ISO, sg4(), F, [40] * 10, [4] * 10))
add(
    "littlebock",
    json.dumps(
        {
            "values": {
                "gravity": [[1000 * e, s] for e, s in zip(EPOCH_S, SG, strict=True)],
                "temperature": [[1000 * e, c] for e, c in zip(EPOCH_S, C, strict=True)],
            }
        }
    ),
)
add(
    "highcharts",
    json.dumps(
        {
            "series": [
                {"name": "Gravity", "data": [[1000 * e, s] for e, s in zip(EPOCH_S, SG, strict=True)]},
                {"name": "Temperature", "data": [[1000 * e, c] for e, c in zip(EPOCH_S, C, strict=True)]},
            ]
        }
    ),
)
add("chartjs", json.dumps({"labels": ISO, "datasets": [{"label": "SG", "data": SG}, {"label": "Temp", "data": C}]}))
add(
    "chartjs_xy",
    json.dumps(
        {
            "datasets": [
                {"label": "SG", "data": [{"x": t, "y": s} for t, s in zip(ISO, SG, strict=True)]},
                {"label": "Temp", "data": [{"x": t, "y": s} for t, s in zip(ISO, C, strict=True)]},
            ]
        }
    ),
)
add("plotly", json.dumps({"data": [{"name": "SG", "x": ISO, "y": SG}, {"name": "Temp", "x": ISO, "y": C}]}))
add(
    "prometheus",
    json.dumps(
        {
            "status": "success",
            "data": {
                "resultType": "matrix",
                "result": [
                    {
                        "metric": {"__name__": "tilt_gravity", "color": "red"},
                        "values": [[e, str(s)] for e, s in zip(EPOCH_S, SG, strict=True)],
                    },
                    {
                        "metric": {"__name__": "tilt_temperature", "color": "red"},
                        "values": [[e, str(s)] for e, s in zip(EPOCH_S, C, strict=True)],
                    },
                ],
            },
        }
    ),
)
add(
    "ha_long_csv",
    "entity_id,state,last_changed,unit_of_measurement\n"
    + "".join(
        f"sensor.{n},{v},{t},{u}\n"
        for n, u, vs in (
            ("rapt_pill_gravity", "SG", [round(s, 4) for s in SG]),
            ("rapt_pill_temperature", "°F", F),
            ("fridge_temperature", "°F", [40] * 10),
        )
        for v, t in zip(vs, ISO, strict=True)
    ),
)
add(
    "ha_stats",
    "Time;sensor.tilt_sg;sensor.tilt_temp\n" + "".join(f"{t};{s};{c}\n" for t, s, c in zip(ISO, SG, C, strict=True)),
)
add(
    "picobrew",
    json.dumps(
        {
            "uid": "x",
            "name": "Amber",
            "data": [
                {"time": 1000 * e, "temp": f, "gravity": s, "rssi": -60} for e, f, s in zip(EPOCH_S, F, SG, strict=True)
            ],
        }
    ),
)
add(
    "picobrew_str",
    json.dumps(
        [
            {"time": 1000 * e, "timeStr": t, "temp": f, "gravity": s, "event": ""}
            for e, f, s, t in zip(EPOCH_S, F, SG, ISO, strict=True)
        ]
    ),
)
add(
    "brewlogger",
    json.dumps(
        {
            "meta": {"software": "BrewLogger", "version": "0.7"},
            "batches": [
                {
                    "id": 1,
                    "name": "Amber",
                    "og": 1.052,
                    "fg": 1.012,
                    "gravity": [
                        {
                            "created": t.replace(" ", "T"),
                            "gravity": s,
                            "temperature": c,
                            "velocity": -1.2,
                            "angle": 40,
                            "corrGravity": s,
                            "active": True,
                            "runTime": 2.0,
                        }
                        for t, s, c in zip(ISO, SG, C, strict=True)
                    ],
                    "pressure": [{"created": ISO[0], "pressure": 1.0, "temperature": 20}],
                    "pour": [],
                }
            ],
            "devices": [{"id": 1, "name": "d", "gravityFormula": "x"}],
        }
    ),
)
add(
    "gm_fahrenheit",
    "\n".join(
        json.dumps(
            {
                "time": t,
                "name": "gm",
                "ID": "7376ef",
                "temperature": f,
                "temp_units": "F",
                "gravity": p,
                "gravity-unit": "P",
                "corr-gravity": p,
                "angle": 30,
            }
        )
        for t, f, p in zip(ISO, F, PLATO, strict=True)
    ),
)
add("brewbrain", table("created,sg,temp_c,battery", ISO, sg4(), C, [4] * 10))
add(
    "thingspeak_csv",
    "created_at,entry_id,Gravity,Temp,Battery,RSSI\n"
    + "".join(f"{t} UTC,{i},{s},{c},4.0,-60\n" for i, (t, s, c) in enumerate(zip(ISO, SG, C, strict=True))),
)
add(
    "ispindel_srv_sep",
    "".join(
        f"{a.strftime('%Y-%m-%d %H:%M:%S')};iSpindel001;10812345;55.2;{c};4.01;{p};120;-77\n"
        for a, c, p in zip(AT, C, PLATO, strict=True)
    ),
    unit="plato",
)
add(
    "ispindel_srv_comma",
    "".join(
        f"{a.strftime('%Y-%m-%d %H:%M:%S')},iSpindel001,10812345,{25 + 2 * p:.3f},{c},4.01,{p},120,-77\n"
        for a, c, p in zip(AT, C, PLATO, strict=True)
    ),
    unit="plato",
)
add("headless_sg_epoch", "".join(f"{e},{c},{s}\n" for e, c, s in zip(EPOCH_S, C, SG, strict=True)))
add("headless_tab", "".join(f"{t}\t{s:.3f}\t{f}\n" for t, f, s in zip(ISO, F, SG, strict=True)))
add("space_epoch", "".join(f"{e} {s} {c}\n" for e, c, s in zip(EPOCH_S, C, SG, strict=True)))
add(
    "day_month_col",
    table(
        "Day,Month,Year,Hour,Minute,SG",
        [a.day for a in AT],
        [a.month for a in AT],
        [a.year for a in AT],
        [a.hour for a in AT],
        [a.minute for a in AT],
        sg4(),
    ),
)
add("date_hour", table("Date,Hour,SG", [a.strftime("%Y-%m-%d") for a in AT], [a.hour for a in AT], sg4()))
add(
    "date_excel_time_fraction", table("Date,Time,SG", [int(s) for s in SERIAL], [f"{s % 1:.5f}" for s in SERIAL], sg4())
)
add(
    "date_iso_time_fraction",
    table("Date,Time,SG", [a.strftime("%Y-%m-%d") for a in AT], [f"{s % 1:.5f}" for s in SERIAL], sg4()),
)
add(
    "dt_midnight",
    table("Date,Time,SG", [a.strftime("%Y-%m-%d 00:00:00") for a in AT], [a.strftime("%H:%M:%S") for a in AT], sg4()),
)
add(
    "dt_midnight_us",
    table("Date,Time,SG", [a.strftime("%m/%d/%Y 0:00") for a in AT], [a.strftime("%I:%M:%S %p") for a in AT], sg4()),
)
add(
    "dt_1899",
    table("Date,Time,SG", [a.strftime("%Y-%m-%d") for a in AT], [a.strftime("1899-12-30 %H:%M:%S") for a in AT], sg4()),
)
add("mon_dd", table("Date,SG", [a.strftime("%b-%d-%Y %H:%M") for a in AT], sg4()))
add("dayname", table("Date,SG", [a.strftime('"Monday, April %d, %Y %I:%M %p"') for a in AT], sg4()))
add("ordinal", table("Date,SG", [a.strftime('"April %dnd, %Y %I:%M %p"') for a in AT], sg4()))
add("am_lower", table("Date,SG", [a.strftime("%d/%m/%y %I:%M%p").lower() for a in AT], sg4()))
add(
    "sg_comma_only",
    table(
        "Datum;SG;°C",
        [a.strftime("%d.%m.%Y %H:%M") for a in AT],
        [comma(s, 3) for s in SG],
        [comma(c, 1) for c in C],
        sep=";",
    ),
)
add("percent_extract", table("Date,Extract %,Temp", ISO, PLATO, C))
add("ext_only", table("Date,Apparent Extract,Temp", ISO, PLATO, C))
add(
    "real_and_app",
    table(
        "Date,Real Extract (%w/w),Apparent Extract (%w/w),Alcohol (%v/v),Temp",
        ISO,
        [p * 0.8 + 2 for p in PLATO],
        PLATO,
        [1] * 10,
        C,
    ),
)


@pytest.mark.parametrize("name", CASES)
def test_it_reads_as_the_same_batch(tmp_path, name):
    text, said = CASES[name]
    path = tmp_path / "log.txt"
    path.write_text(text)
    (log,) = read_all(path, Answers(**said)).logs
    assert log.series.hours == pytest.approx(np.array(HOURS), abs=0.05)
    assert log.series.sg == pytest.approx(np.array(SG), abs=0.0007)
    known = log.series.temp_c[np.isfinite(log.series.temp_c)]
    assert len(known) in (0, 10)
    assert known == pytest.approx(np.array(C)[: len(known)], abs=0.4)
