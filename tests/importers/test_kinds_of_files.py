"""Files of the kinds that brewers bring, all of one made-up batch: each reads as 72 h and 1.0159, or says why not."""

import json
from datetime import timedelta

import numpy as np
import pytest

from brewpi.importers import read_all
from tests.importers.made_up import AT, EPOCH_S, HOURS, ISO, PLATO, SERIAL, SG, C, F, comma, iso, sg4, table

DATES = [at.strftime("%Y-%m-%d") for at in AT]
CLOCKS = [at.strftime("%H:%M") for at in AT]
BX = [f"{p:.1f}" for p in PLATO]
KG_M3 = [f"{sg * 998.23:.1f}" for sg in SG]
OE = [f"{(sg - 1) * 1000:.0f}" for sg in SG]


def stamps(form):
    return [at.strftime(form) for at in AT]


def dumps(records):
    return json.dumps(records)


def lines(records):
    return "\n".join(map(json.dumps, records))


def grid(**columns):
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


GOOD = {
    # dates and clocks
    "us_am_pm": table("Date,SG", stamps('"%m/%d/%Y %I:%M:%S %p"'), sg4()),
    "us_am_pm_apart": table("Date,Time,SG", stamps("%m/%d/%Y"), stamps("%I:%M %p"), sg4()),
    "dotted_pm": table(
        "Fecha;Densidad",
        [at.strftime("%d/%m/%Y %I:%M ") + ("p. m." if at.hour > 11 else "a. m.") for at in AT],
        [comma(s, 4) for s in SG],
        sep=";",
    ),
    "narrow_blank_pm": table("Date,SG", [at.strftime('"%m/%d/%Y, %I:%M:%S\u202f%p"') for at in AT], sg4()),
    "excel_serial": table("Time,SG", [f"{s:.6f}" for s in SERIAL], sg4()),
    "excel_serial_comma": table("Zeit;SG", [comma(s, 6) for s in SERIAL], [comma(s, 4) for s in SG], sep=";"),
    "epoch_s": table("time,gravity", EPOCH_S, sg4()),
    "epoch_ms_float": table("time,gravity", [f"{s * 1000}.0" for s in EPOCH_S], sg4()),
    "epoch_us": table("ts,gravity", [s * 10**6 for s in EPOCH_S], sg4()),
    "epoch_full_scientific": table("time,sg", [f"{s * 1000:.9E}" for s in EPOCH_S], sg4()),
    "compact": table("date,sg", stamps("%Y%m%d%H%M%S"), sg4()),
    "compact_t": table("date,sg", stamps("%Y%m%dT%H%M%SZ"), sg4()),
    "german_words": table(
        "Datum;Extrakt (°P)",
        [at.strftime("%d. April %Y, %H:%M Uhr") for at in AT],
        [comma(p, 2) for p in PLATO],
        sep=";",
    ),
    "french_words": table("Date;Densité", [at.strftime("%d avril %Y à %Hh%M") for at in AT], sg4(), sep=";"),
    "spanish_words": table("Fecha;Densidad", [at.strftime("%d de abril de %Y %H:%M") for at in AT], sg4(), sep=";"),
    "polish_words": table("Data;Gęstość", [at.strftime("%d kwietnia %Y %H:%M") for at in AT], sg4(), sep=";"),
    "czech_words": table("Datum;Hustota", [at.strftime("%d. dubna %Y %H:%M") for at in AT], sg4(), sep=";"),
    "dutch_short": table("Datum;SG", [at.strftime("%d-%m-%y %H:%M") for at in AT], sg4(), sep=";"),
    "mon_day": table("Time,SG", stamps('"%a %b %d %Y %H:%M:%S GMT+0200"'), sg4()),
    "rfc2822": table("Time,SG", stamps('"%a, %d %b %Y %H:%M:%S +0000"'), sg4()),
    "ctime": table("Time,SG", stamps("%a %b %d %H:%M:%S %Y"), sg4()),
    "day_month_year": table("Time,SG", stamps("%d-%b-%Y %H:%M:%S"), sg4()),
    "no_year": table("Time,SG", stamps("%b %d %H:%M"), sg4()),
    "no_year_dots": table("Zeit;SG", stamps("%d.%m. %H:%M"), [comma(s, 4) for s in SG], sep=";"),
    "time_first": table("Time,SG", stamps("%H:%M %d/%m/%Y"), sg4()),
    "time_before_date": table("Time,Date,SG", CLOCKS, stamps("%m/%d/%y"), sg4()),
    "seconds_and_zone": table("Time,SG", [at.strftime("%Y-%m-%dT%H:%M:%S.123456789Z") for at in AT], sg4()),
    "zone_changes": table(
        "Time,SG",
        [(at + timedelta(hours=i % 2)).strftime(f"%Y-%m-%dT%H:%M:%S+0{i % 2}:00") for i, at in enumerate(AT)],
        sg4(),
    ),
    "date_once": table("Date,Time,SG", [d if i in (0, 1, 4, 7) else "" for i, d in enumerate(DATES)], CLOCKS, sg4()),
    "year_first_slashes": table("Time,SG", stamps("%Y/%m/%d %H:%M"), sg4()),
    "clock_with_dots": table("Data;Densità", stamps("%d/%m/%Y %H.%M"), [comma(s, 4) for s in SG], sep=";"),
    # elapsed
    "hours_word": table("Elapsed hours,SG", HOURS, sg4()),
    "minutes": table("Elapsed (min),SG", [60 * h for h in HOURS], sg4()),
    "seconds": table("elapsed_s,sg", [3600 * h for h in HOURS], sg4()),
    "days": table("Days,SG", [f"{h / 24:.4f}" for h in HOURS], sg4()),
    "days_since": table("Days since pitch,SG", [f"{h / 24:.4f}" for h in HOURS], sg4()),
    "day_label": table("Time,SG", [f"Day {h / 24:.4f}" for h in HOURS], sg4()),
    "time_d": table("Time [d],SG", [f"{h / 24:.4f}" for h in HOURS], sg4()),
    "hours_in_cells": table("Time,SG", [f"{h} h" for h in HOURS], sg4()),
    "long_clock": table("Elapsed,SG", [f"{h}:00:00" for h in HOURS], sg4()),
    "timedelta": table("elapsed,sg", [f"{h // 24} days {h % 24:02d}:00:00" for h in HOURS], sg4()),
    "iso_span": table("elapsed,sg", [f"P{h // 24}DT{h % 24}H" for h in HOURS], sg4()),
    "heures": table("Temps (h);Densité;Température", HOURS, sg4(), C, sep=";"),
    "stunden": table("Stunden;Dichte;Temp", HOURS, [comma(s, 4) for s in SG], [comma(c, 1) for c in C], sep=";"),
    "ore": table("Ore;Densità;Temperatura", HOURS, [comma(s, 4) for s in SG], C, sep=";"),
    "uren": table("Uren;SG;Temperatuur", HOURS, sg4(), C, sep=";"),
    "godziny": table("Godziny;Gęstość;Temperatura", HOURS, sg4(), C, sep=";"),
    "hodiny": table("Hodiny;Hustota;Teplota", HOURS, sg4(), C, sep=";"),
    "horas": table("Horas;Densidad;Temperatura", HOURS, sg4(), C, sep=";"),
    "day_of_batch_and_exact": table("Tag;Datum;Uhrzeit;SG", [h // 24 for h in HOURS], DATES, CLOCKS, sg4(), sep=";"),
    # which time
    "pitched_first": table("Pitch Date,Date,SG", ["2024-04-20"] * 10, ISO, sg4()),
    "modified": table("Last Modified,Timestamp,SG", [iso(AT[-1])] * 10, ISO, sg4()),
    "exported_at": table("exported_at,reading_time,sg", [iso(AT[-1])] * 10, ISO, sg4()),
    "updated_moves": table(
        "updated_at,created_at,gravity", [iso(at + timedelta(hours=i * i)) for i, at in enumerate(AT)], ISO, sg4()
    ),
    "last_seen": table("last_seen,time,gravity", ["2024-05-01 10:00"] * 10, ISO, sg4()),
    "brew_day": table("Brew Date,Sample Date,SG", ["2024-04-22"] * 10, ISO, sg4()),
    "start_end": table("Start Time,End Time,Timestamp,Value_SG", ["2024-04-22"] * 10, ["2024-05-22"] * 10, ISO, sg4()),
    "createdOn": table("createdOn,gravity,temperature", ISO, [f"{s * 1000:.1f}" for s in SG], C),
    # which gravity
    "uncorrected_first": table("Date,Uncorrected SG,Corrected SG", ISO, [f"{s + 0.004:.4f}" for s in SG], sg4()),
    "roh": table(
        "Datum;Dichte roh;Dichte korrigiert", ISO, [comma(s + 0.004, 4) for s in SG], [comma(s, 4) for s in SG], sep=";"
    ),
    "expected_fg": table("Date,Expected FG,OG,SG", ISO, ["1.012"] * 10, ["1.053"] * 10, sg4()),
    "estimated": table("Date,Estimated Gravity,Measured Gravity", ISO, ["1.02"] * 10, sg4()),
    "velocity": table("timestamp,gravity_velocity,gravity,temperature", ISO, ["-1.5"] * 10, sg4(), C),
    "plato_and_sg": table("time,plato,sg,temp", ISO, BX, sg4(), C),
    "brix_and_density": table("Fecha,Brix,Densidad (g/cm3)", ISO, BX, [f"{s * 0.99823:.4f}" for s in SG]),
    "attenuation": table("Date,Attenuation,ABV,Gravity", ISO, ["50.1"] * 10, ["2.1"] * 10, sg4()),
    "soll_ist": table("Datum;SG Soll;SG Ist", ISO, ["1,012"] * 10, [comma(s, 4) for s in SG], sep=";"),
    "empty_corrected": table("time,corr-gravity,gravity", ISO, [""] * 10, sg4()),
    "camel": table(
        "timestamp,calibratedGravity,rawGravity,beerTemp,fridgeTemp",
        ISO,
        sg4(),
        [f"{s + 0.01:.4f}" for s in SG],
        C,
        ["4.0"] * 10,
    ),
    "og_column": table("Date,Original Gravity,Gravity", ISO, ["1.052"] * 10, sg4()),
    # units
    "thousand": table("Date,Gravity", ISO, [f"{1000 * s:.1f}" for s in SG]),
    "thousand_sg": table("Date,SG", ISO, [f"{1000 * s:.1f}" for s in SG]),
    "kg_m3": table("Date,Density (kg/m3)", ISO, KG_M3),
    "g_l": table("Date,Density g/L", ISO, KG_M3),
    "g_cm3": table("Date,Density [g/cm³]", ISO, [f"{s * 0.99823:.5f}" for s in SG]),
    "plato_head": table("Date,Gravity (°P)", ISO, PLATO),
    "plato_word": table("Date,Degrees Plato", ISO, PLATO),
    "balling": table("Data;Ekstrakt [°Blg];Temp. [°C]", ISO, [comma(p, 2) for p in PLATO], C, sep=";"),
    "gewichtsprozent": table("Datum;Extrakt GG%", ISO, [comma(p, 2) for p in PLATO], sep=";"),
    "brix_head": table("Date,Brix", ISO, PLATO),
    "oechsle": table("Datum;°Oe;Temp", ISO, [comma((s - 1) * 1000, 1) for s in SG], C, sep=";"),
    "mostgewicht": table("Datum;Mostgewicht (°Oechsle)", ISO, [comma((s - 1) * 1000, 1) for s in SG], sep=";"),
    "unit_column": table("time,gravity,gravity_unit,temp,temp_unit", ISO, PLATO, ["P"] * 10, F, ["F"] * 10),
    "units_in_cells": table("Time,Gravity,Temp", ISO, [f"{s} SG" for s in sg4()], [f"{f} °F" for f in F]),
    "plato_in_cells": table("Time,Gravity,Temp", ISO, [f"{p} °P" for p in PLATO], [f"{c} °C" for c in C]),
    "units_below": table("Date,Gravity,Temperature\n,°P,°C", ISO, PLATO, C),
    "baume": table("Fecha;Baumé", ISO, [f"{145 - 145 / s:.3f}" for s in SG], sep=";"),
    # dialects
    "tabs": table("Date\tSG\tTemp", ISO, sg4(), C, sep="\t"),
    "pipes": table("Date|SG|Temp", ISO, sg4(), C, sep="|"),
    "sep_line": "sep=;\n" + table("Date;SG", ISO, sg4(), sep=";"),
    "quoted_commas": table(
        '"Datum","SG","Temp"', ISO, [f'"{comma(s, 4)}"' for s in SG], [f'"{comma(c, 1)}"' for c in C]
    ),
    "blank_lines": table("Date,SG", ISO, sg4()).replace("\n", "\r\n\r\n"),
    "comments": "# exported by Logger 1.2\n# Batch: Amber\n" + table("Date,SG", ISO, sg4()) + "# end\n",
    "fixed_width": table(
        "Date                 SG      Temp", ISO, [f"  {s}" for s in sg4()], [f"  {c}" for c in C], sep=""
    ),
    "footer": table("Date,SG", ISO, sg4(), foot="Average,1.036\nExported by Brewer\n"),
    "title_row": "My fermentation log 2024\n\n" + table("Date,SG,Temp", ISO, sg4(), C),
    "key_values": "Recipe: Amber\nOG: 1.053\nTemp unit: F\n\n" + table("Date,SG,Temp", ISO, sg4(), F),
    "newest_first": table("Date,SG", ISO[::-1], sg4()[::-1]),
    "header_again": table("Date,SG", ISO[:5], sg4()[:5]) + table("Date,SG", ISO[5:], sg4()[5:]),
    "utf16": table("Date\tSG", ISO, sg4(), sep="\t").encode("utf-16"),
    "cp1252": table("Datum;Restextrakt °P;Temp °C", ISO, PLATO, C, sep=";").encode("cp1252"),
    # programs
    "gravitymon_csv": table(
        "created,gravity,gravity-unit,corr-gravity,temperature,temp-units,angle,battery,run-time",
        ISO,
        sg4(),
        ["G"] * 10,
        sg4(),
        F,
        ["F"] * 10,
        ["40.1"] * 10,
        ["3.9"] * 10,
        ["2.5"] * 10,
    ),
    "fermentrack": table(
        "log_time,gravity,temp,temp_format,temp_is_estimate,extra_data,gravity_latest,temp_latest",
        ISO,
        sg4(),
        F,
        ["F"] * 10,
        ["False"] * 10,
        [""] * 10,
        sg4(),
        F,
    ),
    "fermentrack_beer": table(
        "log_time,beer_temp,beer_set,fridge_temp,fridge_set,room_temp,state,temp_format,gravity,gravity_temp",
        ISO,
        F,
        ["66"] * 10,
        ["40"] * 10,
        ["40"] * 10,
        ["70"] * 10,
        ["4"] * 10,
        ["F"] * 10,
        sg4(),
        F,
    ),
    "thingspeak": json.dumps(
        {
            "channel": {"id": 1, "name": "iSpindel", "field1": "Gravity", "field2": "Temperature"},
            "feeds": [
                {"created_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "entry_id": i, "field1": str(s), "field2": str(c)}
                for i, (at, s, c) in enumerate(zip(AT, SG, C, strict=True))
            ],
        }
    ),
    "brewers_friend": dumps(
        {
            "message": "success",
            "readings": grid(
                created_at=ISO, gravity=sg4(), gravity_unit=["G"] * 10, temp=F, temp_unit=["F"] * 10, ph=[None] * 10
            ),
        }
    ),
    "rapt_api": dumps(
        [
            {
                "createdOn": at.isoformat() + "Z",
                "gravity": s * 1000,
                "temperature": c,
                "gravityVelocity": -3.1,
                "battery": 80,
            }
            for at, s, c in zip(AT, SG, C, strict=True)
        ]
    ),
    "brewblox_jsonl": lines(
        [
            {
                "key": "tilt",
                "timestamp": s * 1000,
                "data": {
                    "Orange": {
                        "temperature[degC]": c,
                        "specificGravity": g,
                        "plato[degP]": p,
                        "uncalibratedSpecificGravity": g + 0.004,
                    }
                },
            }
            for s, c, g, p in zip(EPOCH_S, C, SG, PLATO, strict=True)
        ]
    ),
    "brewpi_chart": dumps(
        {
            "cols": [
                {"type": "datetime", "id": "Time"},
                {"type": "number", "id": "BeerTemp"},
                {"type": "number", "id": "FridgeTemp"},
                {"type": "number", "id": "redSG"},
            ],
            "rows": [
                {
                    "c": [
                        {"v": f"Date({at.year},{at.month - 1},{at.day},{at.hour},{at.minute},0)"},
                        {"v": c},
                        None,
                        {"v": g},
                    ]
                }
                for at, c, g in zip(AT, C, SG, strict=True)
            ],
        }
    ),
    "influx_json": dumps(
        {
            "results": [
                {
                    "series": [
                        {
                            "name": "tilt",
                            "columns": ["time", "gravity", "temp"],
                            "values": [[s * 10**9, g, c] for s, g, c in zip(EPOCH_S, SG, C, strict=True)],
                        }
                    ]
                }
            ]
        }
    ),
    "influx_lines": "\n".join(
        f"measurements,source=iSpindel000 gravity={g},temperature={c},interval=900i {s * 10**9}"
        for s, g, c in zip(EPOCH_S, SG, C, strict=True)
    ),
    "grafana_frames": dumps(
        {
            "results": {
                "A": {
                    "frames": [
                        {
                            "schema": {"fields": [{"name": "Time"}, {"name": "gravity"}]},
                            "data": {"values": [[s * 1000 for s in EPOCH_S], SG]},
                        }
                    ]
                }
            }
        }
    ),
    "grafana_points": dumps(
        [
            {"target": "gravity", "datapoints": [[g, s * 1000] for g, s in zip(SG, EPOCH_S, strict=True)]},
            {"target": "temperature", "datapoints": [[c, s * 1000] for c, s in zip(C, EPOCH_S, strict=True)]},
        ]
    ),
    "grafana_rows": "Series;Time;Value\n"
    + "".join(
        f"{n};{t};{v}\n" for n, vs in (("Gravity", SG), ("Beer temperature", C)) for t, v in zip(ISO, vs, strict=True)
    ),
    "grafana_cells": table('"Time","Gravity","Temp"', ISO, [f"{s} SG" for s in sg4()], [f"{c} °C" for c in C]),
    "ha_json": dumps(
        [
            [
                {"entity_id": "sensor.tilt_gravity", "state": str(SG[0]), "last_changed": ISO[0]},
                *({"state": str(s), "last_changed": t} for s, t in zip(SG[1:], ISO[1:], strict=True)),
            ],
            [
                {
                    "entity_id": "sensor.tilt_temperature",
                    "state": str(C[0]),
                    "last_changed": ISO[0],
                    "attributes": {"unit_of_measurement": "°C"},
                },
                {"state": "unavailable", "last_changed": ISO[3]},
            ],
        ]
    ),
    "columns_json": dumps({"hours": HOURS, "sg": SG, "temp": C}),
    "firebase": dumps(
        {
            "devices": {
                f"-Nx{i}": {"time": t, "sg": s, "temp": c} for i, (t, s, c) in enumerate(zip(ISO, SG, C, strict=True))
            }
        }
    ),
    "by_time": dumps({str(s * 1000): {"sg": g, "temp": c} for s, g, c in zip(EPOCH_S, SG, C, strict=True)}),
    "pandas_split": dumps(
        {"columns": ["time", "sg"], "index": HOURS, "data": [[t, s] for t, s in zip(ISO, SG, strict=True)]}
    ),
    "mosquitto": "\n".join(
        f'brewpi/cellar/fv1/state {{"at": "{at.isoformat()}Z", "sg": {s}, "beer_c": {c}, "target_c": 19.0, "plato": 1}}'
        for at, s, c in zip(AT, SG, C, strict=True)
    ),
    "mosquitto_timed": "\n".join(
        f'{at.isoformat()}+0000 ispindel/a {{"gravity": {s}, "temperature": {c}}}'
        for at, s, c in zip(AT, SG, C, strict=True)
    ),
    "curve_topic": dumps(
        {
            "at": "2024-04-25T16:48:00Z",
            "started_at": "2024-04-22T16:48:00Z",
            "measured": {"hours": HOURS, "sg": SG, "beer_c": C},
            "forecast": None,
            "marks": [],
        }
    ),
    "tiltbridge": lines(
        [
            {
                "Color": "Red",
                "timeStamp": s,
                "fermunits": "SG",
                "SG": str(g),
                "Temp": str(f),
                "tempunits": "F",
                "WoB": "3",
            }
            for s, g, f in zip(EPOCH_S, SG, F, strict=True)
        ]
    ),
    "brewfather_stream": lines(
        [
            {
                "name": "x",
                "time": t,
                "temp": f,
                "aux_temp": 40,
                "ext_temp": 75,
                "temp_unit": "F",
                "gravity": p,
                "gravity_unit": "P",
            }
            for t, f, p in zip(ISO, F, PLATO, strict=True)
        ]
    ),
    "event_frames": "Element,Event Frame,Attribute,Timestamp,Value\n"
    + "".join(
        f"FV31,Amber 12,{n},{t},{v}\n"
        for n, vs in (("Plato", PLATO), ("Temperature", F))
        for t, v in zip(ISO, vs, strict=True)
    ),
    "historian": table(
        "Timestamp,Plato,FV Full Plato,Middle TIC PV,Middle TIC SP,Middle TIC OUT,Brand,Status",
        ISO,
        PLATO,
        ["12.9"] * 10,
        F,
        ["68"] * 10,
        ["12"] * 10,
        ["Amber"] * 10,
        ["Fermentation"] * 10,
    ),
    "lab_results": "Sample Date,Tank,Analyte,Result,Units\n"
    + "".join(
        f"{t},FV1,{n},{v},{u}\n"
        for n, u, vs in (("pH", "", ["4.5"] * 10), ("Apparent Extract", "°P", PLATO), ("Temperature", "°C", C))
        for t, v in zip(ISO, vs, strict=True)
    ),
    "headless_sg": table(ISO[0] + f",{SG[0]:.4f},19.5", ISO[1:], sg4()[1:], C[1:]),
    "headless_day_apart": "".join(
        f"{d};{t};{comma(s, 4)};{comma(c, 1)}\n" for d, t, s, c in zip(DATES, CLOCKS, SG, C, strict=True)
    ),
    "field_names": table("created_at,entry_id,field1,field2", [f"{t} UTC" for t in ISO], range(10), sg4(), C),
    # languages
    "it": table(
        "Data;Ora;Densità;Temperatura mosto;Temperatura camera",
        DATES,
        CLOCKS,
        [comma(s, 4) for s in SG],
        C,
        ["10"] * 10,
        sep=";",
    ),
    "fr": table(
        "Date;Heure;Densité;Température bière;Température consigne",
        DATES,
        CLOCKS,
        [comma(s, 4) for s in SG],
        C,
        ["10"] * 10,
        sep=";",
    ),
    "es": table(
        "Fecha;Hora;Densidad medida;Densidad objetivo;Temp. cerveza",
        DATES,
        CLOCKS,
        [comma(s, 4) for s in SG],
        ["1,012"] * 10,
        C,
        sep=";",
    ),
    "nl": table(
        "Datum;Tijd;Soortelijk gewicht;Temperatuur bier;Kamertemperatuur",
        DATES,
        CLOCKS,
        [comma(s, 4) for s in SG],
        C,
        ["15"] * 10,
        sep=";",
    ),
    "pl": table(
        "Data;Godzina;Ekstrakt pozorny (°Blg);Temperatura brzeczki",
        DATES,
        CLOCKS,
        [comma(p, 2) for p in PLATO],
        C,
        sep=";",
    ),
    "cs": table(
        "Datum;Čas;Zdánlivý extrakt (°P);Teplota piva;Teplota okolí",
        DATES,
        CLOCKS,
        [comma(p, 2) for p in PLATO],
        C,
        ["12"] * 10,
        sep=";",
    ),
    "de": table(
        "Zeitpunkt;Scheinbarer Extrakt [GG%];Gärtemperatur;Raumtemperatur;Solltemperatur",
        stamps("%d.%m.%Y %H:%M"),
        [comma(p, 2) for p in PLATO],
        C,
        ["12"] * 10,
        ["18"] * 10,
        sep=";",
    ),
}
WARM = frozenset(
    [
        "heures",
        "stunden",
        "ore",
        "uren",
        "godziny",
        "hodiny",
        "horas",
        "camel",
        "createdOn",
        "velocity",
        "plato_and_sg",
        "balling",
        "oechsle",
        "unit_column",
        "units_in_cells",
        "plato_in_cells",
        "units_below",
        "tabs",
        "pipes",
        "quoted_commas",
        "fixed_width",
        "title_row",
        "key_values",
        "cp1252",
        "gravitymon_csv",
        "fermentrack",
        "fermentrack_beer",
        "thingspeak",
        "brewers_friend",
        "rapt_api",
        "brewblox_jsonl",
        "brewpi_chart",
        "influx_json",
        "influx_lines",
        "grafana_points",
        "grafana_rows",
        "grafana_cells",
        "columns_json",
        "firebase",
        "by_time",
        "mosquitto",
        "mosquitto_timed",
        "curve_topic",
        "tiltbridge",
        "brewfather_stream",
        "event_frames",
        "historian",
        "lab_results",
        "headless_sg",
        "headless_day_apart",
        "field_names",
        "it",
        "fr",
        "es",
        "nl",
        "pl",
        "cs",
        "de",
    ]
)  # those that say how warm it is


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_reads_as_the_same_batch(tmp_path, name):
    data = GOOD[name]
    path = tmp_path / "log.txt"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    file = read_all(path)
    assert len(file.logs) == 1, [log.name for log in file.logs]
    (log,) = file.logs
    assert file.refused == ()
    assert log.name == "log.txt"
    assert log.series.hours[-1] == pytest.approx(72.0, abs=0.05)
    assert len(log.series.hours) == 10
    assert log.series.sg == pytest.approx(np.array(SG), abs=0.0006)
    if name in WARM:
        assert log.series.temp_c == pytest.approx(np.array(C), abs=0.1)
    else:
        assert np.isnan(log.series.temp_c).all() or "ha_json" in name
