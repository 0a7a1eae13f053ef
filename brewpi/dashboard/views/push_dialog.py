"""The dialog in which somebody lets the device in their hand be told, and takes devices away again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nicegui import events, ui
from pydantic import ValidationError

from brewpi.dashboard.actions.dialogs import BIG
from brewpi.dashboard.push.devices import Device, TooMany, UnknownService
from brewpi.dashboard.push.sender import PushSender
from brewpi.dashboard.views.language import english_weekdays, weekdays
from brewpi.dashboard.views.preferences import Preferences
from brewpi.dashboard.views.units import Units

SCRIPT = (Path(__file__).parent / "push.js").read_text(encoding="utf-8")
EVENT = "brewpi_push"


class PushDialog:
    """Of one page, read as `look` says. who: whose page it is, None once they are signed out."""

    def __init__(self, sender: PushSender, prefs: Preferences, who: Callable[[], str | None]) -> None:
        self.sender, self.prefs, self.who = sender, prefs, who

    @property
    def units(self) -> Units:
        """As they are chosen now."""
        return self.prefs.view

    def offer(self) -> None:
        """The button that opens it."""
        ui.add_body_html(f"<script>{SCRIPT}</script>")
        ui.on(EVENT, self._asked)
        with ui.teleport("body"):
            self.home = ui.element("div")
        button = ui.element("button").props("type=button").classes("b-leave").on("click", self.open)
        with button:
            ui.html(f"{self.units.tr('Tell my phone')} …", sanitize=False, tag="span")

    def open(self) -> None:
        """What it is told, when, and which devices of this person are told already."""
        tr = self.units.tr
        title = tr("Tell my phone")
        with self.home, ui.dialog().props(f'aria-label="{title}"') as dialog, ui.card().classes("b-dialog"):
            ui.label(title).classes("b-dialog-title").props("role=heading aria-level=2")
            ui.label(tr("Alarms come to this device, also while no page is open.")).classes("b-dialog-effect")
            self.warnings = ui.checkbox(tr("warnings, too"), value=True)
            self.questions = ui.checkbox(tr("questions that wait for confirm or veto"), value=True)
            self.milestones = ui.checkbox(tr("steps, and what is complete"))
            monday, *_, friday, saturday, sunday = (day.lower() for day in weekdays(self.units.language))
            self.quiet = ui.input(tr("alarms only at these times")).props(
                f'outlined hint="22:00-07:00; {saturday},{sunday}"'
            )
            self.on_duty = ui.input(tr("on duty only at these times")).props(
                f'outlined hint="{monday}-{friday} 06:00-14:00"'
            )
            self.result = ui.label().classes("b-dialog-result").props("role=alert")
            with ui.element("div").classes("b-dialog-buttons"):
                ui.button(tr("Close"), on_click=dialog.close).props(f"{BIG} outline")
                ask = ui.button(tr("Tell this device")).props(BIG)
                ask.on("click", js_handler=f"() => brewpiTellMe({json.dumps(self.sender.public_key)})")
            self.listed = ui.element("div")
            self._list()
        dialog.on("hide", dialog.delete)
        dialog.open()

    def _asked(self, event: events.GenericEventArguments) -> None:
        """What the browser answers: its address at the push service, or why there is none."""
        answer, tr, who = event.args if isinstance(event.args, dict) else {}, self.units.tr, self.who()
        if who is None:
            return self._say(tr("you are not signed in any more, or may not act"))
        why = {
            "unable": tr("This browser cannot be told. On an iPhone or iPad: put the board on the home screen first."),
            "denied": tr("This browser was told to show no notifications of the board; allow them first."),
            "failed": tr(
                "The push service of this browser does not answer, or the board's certificate is not trusted."
            ),
        }.get(str(answer.get("why")))
        if why is not None:
            return self._say(why)
        try:
            self.sender.add(self._device(answer, who))
        except ValidationError:
            return self._say(tr("These are no times of the week; write them as in the examples."))
        except UnknownService as error:
            return self._say(
                tr("{host} is no push service that this board knows; another browser may have one.", host=error)
            )
        except TooMany:
            return self._say(tr("Too many devices are told already; take one away first."))
        except OSError:
            return self._say(tr("The board cannot keep it: its folder for push cannot be written to."))
        self._list()
        return self._say(tr("This device is told from now on; a first message is on its way."), refused=False)

    def _device(self, answer: dict[str, Any], who: str) -> Device:
        keys = answer.get("keys")
        keys = keys if isinstance(keys, dict) else {}
        more = (("questions", self.questions.value), ("milestones", self.milestones.value))
        quiet, on_duty = (
            english_weekdays(str(entry.value or ""), self.units.language).split(";")
            for entry in (self.quiet, self.on_duty)
        )
        return Device.model_validate(
            {
                "endpoint": answer.get("endpoint"), "p256dh": keys.get("p256dh"), "auth": keys.get("auth"), "who": who,
                "tell": ("alarms", *(topic for topic, wanted in more if wanted)),
                "warnings": bool(self.warnings.value), "language": self.units.language,
                "plato": self.units.plato, "fahrenheit": self.units.fahrenheit,
                "quiet": [one for one in quiet if one.strip()], "on_duty": [one for one in on_duty if one.strip()],
            }
        )  # fmt: skip

    def _say(self, text: str, refused: bool = True) -> None:
        self.result.set_text(text)
        self.result.classes(add="b-refused" if refused else "", remove="" if refused else "b-refused")

    def _list(self) -> None:
        """The devices of this person, each with its way out."""
        tr = self.units.tr
        names = {
            "alarms": tr("alarms"), "questions": tr("questions that wait for confirm or veto"),
            "milestones": tr("steps, and what is complete"),
        }  # fmt: skip
        self.listed.clear()
        with self.listed:
            for device in self.sender.devices:
                if device.who == self.who():
                    host = urlsplit(device.endpoint).hostname or ""
                    with ui.element("div").classes("b-given"):
                        ui.label(f"{host}: {', '.join(names[topic] for topic in device.tell)}")
                        ui.button(tr("Tell it no more"), on_click=lambda id_=device.id: self._forget(id_)).props(
                            "no-caps outline"
                        )

    def _forget(self, id_: str) -> None:
        device = self.sender.devices.get(id_)
        if device is not None and device.who == self.who():
            self.sender.remove(id_)
        self._list()
