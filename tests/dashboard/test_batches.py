"""Batches, present and past: the list, one on its page, several on one axis, and files of them."""

import asyncio
import json
import time
from dataclasses import replace
from datetime import UTC

from payload_factory import NOW, READER, board_of, say, state

from brewpi.dashboard.batch_files import csv_of, label, strength
from brewpi.dashboard.feed import archive as feed
from brewpi.dashboard.feed.archive import Archive
from brewpi.dashboard.views import batch_list, overlay
from brewpi.dashboard.views.batch_list import row_of
from brewpi.dashboard.views.formatting import View
from brewpi.importers import read as read_log
from brewpi.mqtt.batch_payloads import RecordPayload
from brewpi.mqtt.topics import iso

DAY = 86_400.0


def batch(number, ended=True, **more):
    began = NOW - (400 - number) * DAY
    return {
        "id": f"b{number}", "tank": f"fv{number % 10}", "name": f"Amber {number}", "style": "amber ale", "og": 1.05,
        "fg": 1.011, "started_at": iso(began), "ended_at": iso(began + 14 * DAY) if ended else None,
        "complete_h": 150.0, "forecasts": 3, "median_abs_error_h": 4.0, "inside_interval": 0.667, **more,
    }  # fmt: skip


def board_with(*batches):
    board = board_of("fv1")
    say(board, "batches/0", {"batches": list(batches)})
    return board


def test_a_year_of_ten_tanks_is_listed_well_within_a_second():
    board = board_of()
    for page in range(8):
        say(board, f"batches/{page}", {"batches": [batch(40 * page + n) for n in range(40)]})
    begun = time.process_time()
    html = batch_list.listing(board, READER, NOW)
    assert time.process_time() - begun < 1.0
    assert html.count('<tr role="row">') == 321
    assert html.index("Amber 319") < html.index("Amber 0<"), "the latest first"


def test_a_line_says_what_brewers_ask_of_a_batch():
    board = board_with(batch(7))
    html = batch_list.listing(board, View(zone=UTC), NOW)
    for text in ("Amber 7", "amber ale", "fv7", "1.050", "1.011", "5.2\N{NO-BREAK SPACE}%", "4 h off", "67"):
        assert text in html, text
    assert "/batch/cellar/b7" in html


def test_what_ferments_is_no_style():
    """A phone said "style beer"."""
    without = batch_list.listing(board_with(batch(7, style=None, medium="beer")), READER, NOW)
    assert '<td role="cell">beer</td>' in without
    assert '<td role="cell" data-head="style">amber ale</td>' in batch_list.listing(board_with(batch(7)), READER, NOW)


def test_a_batch_that_ferments_is_told_by_its_tank():
    board = board_with(batch(1, ended=False, fg=None))
    say(board, "fv1/state", state(sg=1.0234, batch={"id": "b1", "name": "Amber 1"}))
    row = row_of(board, "cellar", board.archive.get("cellar", "b1"), NOW)
    assert row.sg == 1.0234
    assert row.days == 399.0
    say(board, "fv1/state", state(sg=1.060, batch={"id": "other"}))
    assert row_of(board, "cellar", board.archive.get("cellar", "b1"), NOW).sg is None


def test_of_a_batch_that_ferments_the_measured_original_gravity_and_that_it_is_not_done():
    board = board_with(batch(1, ended=False, og=None, fg=None))
    say(board, "fv1/state", state(sg=1.0234, batch={"id": "b1", "original_sg": 1.0504}))
    html = batch_list.listing(board, View(zone=UTC), NOW)
    for text in ("1.050", "now 1.023", "3.6\N{NO-BREAK SPACE}%"):
        assert text in html, text
    ended = batch_list.listing(board_with(batch(2)), View(zone=UTC), NOW)
    assert "now " not in ended


def test_what_is_hostile_is_only_text():
    evil = "<script>alert(1)</script>\"'"
    html = batch_list.listing(board_with(batch(1, name=evil, id=f"x{evil}", tank=evil, yeast=evil)), READER, NOW)
    assert "<script" not in html
    board = board_of()
    say(board, "batches/99999", {"batches": [batch(1)]})
    say(board, "batches/x", {"batches": [batch(1)]})
    say(board, "batches/0", "no json")
    say(board, "batches/1", {"batches": [{"id": 4}, batch(2)]})
    assert [one.id for _, one in board.archive.batches()] == ["b2"]


class AnsweringCellar:
    """Answers what it is asked in the parts that it wants."""

    def __init__(self, archive: Archive, readings: int = 5, part: int = 2) -> None:
        self.archive, self.readings, self.part, self.asked = archive, readings, part, 0

    def send(self, topic: str, payload: str) -> None:
        asked = json.loads(payload)
        assert topic == "brewpi/cellar/batches/command/record"
        self.asked += 1
        hours = [float(n) for n in range(self.readings)]
        next_h = None
        if "from_h" in asked:
            hours = [h for h in hours if h >= asked["from_h"]]
            next_h = hours[self.part] if len(hours) > self.part else None
            hours = hours[: self.part]
        measured = {"hours": hours, "sg": [1.05 - 0.001 * h for h in hours], "beer_c": [19.0 for _ in hours]}
        said = {
            "id": asked["id"], "batch": asked["batch"], "first_reading_at": iso(NOW), "measured": measured,
            "next_h": next_h,
        }  # fmt: skip
        self.archive.receive("cellar", "record", json.dumps({**said, "id": "forged"}).encode())
        self.archive.receive("cellar", "record", json.dumps(said).encode())


def test_a_record_is_asked_for_once_and_every_reading_comes_in_parts():
    archive = board_with(batch(1)).archive
    cellar = AnsweringCellar(archive)

    async def ask():
        first = await archive.record("cellar", "b1", cellar.send)
        again = await archive.record("cellar", "b1", cellar.send)
        return first, again, await archive.readings("cellar", "b1", cellar.send)

    first, again, readings = asyncio.run(ask())
    assert first is again
    assert [hours for hours, _, _ in readings] == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert cellar.asked == 4
    assert archive._answers == {}, "what nobody asked for is not kept"


def test_a_cellar_that_is_silent_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(feed, "ANSWER_S", 0.2)
    assert asyncio.run(Archive().record("cellar", "b1", lambda *_: None)) is None
    assert asyncio.run(Archive().readings("cellar", "b1", lambda *_: None)) is None


def test_the_csv_is_a_log_that_predict_reads(tmp_path):
    rows = [(6.0 * n, round(1.011 + 0.04 * 0.8**n, 5), 19.0 if n % 2 else None) for n in range(12)]
    file = tmp_path / "amber.csv"
    file.write_text(csv_of(rows))
    series = read_log(file).series
    assert series.hours.tolist() == [hours for hours, _, _ in rows]
    assert series.sg.tolist() == [sg for _, sg, _ in rows]


def test_the_label_is_a_pdf_whatever_the_batch_is_called():
    board = board_with(batch(1, name="Žatecký 12° – " + "x" * 60, yeast="酵母"))
    row = row_of(board, "cellar", board.archive.get("cellar", "b1"), NOW)
    for language in ("en", "de", "es", "fr"):
        pdf = label(row, View(zone=UTC, language=language))
        assert pdf.startswith(b"%PDF-")
        assert b"%%EOF" in pdf[-16:]


def test_the_label_says_what_alcohol_is_measured_in():
    board = board_with(batch(1, og=1.055, fg=1.012))
    row = row_of(board, "cellar", board.archive.get("cellar", "b1"), NOW)
    assert strength(row, View(language="de")) == "5,7\N{NO-BREAK SPACE}% vol"
    assert strength(replace(row, sg=None), View()) == ""


def test_five_curves_stand_on_one_axis_of_hours_since_pitching():
    board = board_with(*(batch(n, name="Amber") for n in range(5)))
    rows = [row_of(board, "cellar", one, NOW) for _, one in board.archive.batches()]
    drawn = []
    for number, row in enumerate(rows):
        first = row.batch.started_at.timestamp() + 3600.0 * number  # the first reading came late
        record = {
            "id": "q", "batch": row.batch.id, "first_reading_at": iso(first),
            "measured": {"hours": [0.0, 24.0], "sg": [1.05, 1.03], "beer_c": [None, None]},
        }  # fmt: skip
        drawn.append((row, RecordPayload.model_validate(record)))
    for dark in (False, True):
        series = overlay.options(drawn, READER, dark)["series"]
        assert overlay.options(drawn, READER, dark)["xAxis"]["axisLabel"]["hideOverlap"], "240.25 beside 200 on a phone"
        assert [one["data"][0][0] for one in series] == [0.0, 1.0, 2.0, 3.0, 4.0]
        assert len({one["name"] for one in series}) == 5, "of one name each is told by its tank"
        assert len({(one["color"], str(one["lineStyle"]["type"])) for one in series}) == 5
