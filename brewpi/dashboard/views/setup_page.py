"""The config in the browser, for who may configure: seen with what each option means, checked, compared, written."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, Protocol

from nicegui import ui

from brewpi.dashboard.actions.authorization import AuthorizedActions
from brewpi.dashboard.actions.dialogs import BIG
from brewpi.dashboard.views.formatting import View
from brewpi.dashboard.views.frame import Frame
from brewpi.dashboard.views.language import is_translated
from brewpi.dashboard.views.preferences import Preferences

log = logging.getLogger(__name__)


class Option(Protocol):
    """One option of a table: its name, its value (None where it is left at the default), the default, what it means."""

    name: str
    value: str | None
    default: str
    meaning: str


class Section(Protocol):
    """One table, by what stands in its brackets."""

    title: str
    options: Sequence[Any]


class Setup(Protocol):
    """One config file; `failure` of the page is what it raises, with a sentence."""

    def text(self) -> str:
        """As it is now, without its secrets."""

    def stamp(self) -> str:
        """Changes with the text."""

    def problems(self, text: str) -> list[str]:
        """Every mistake in a text that may take its place."""

    def remarks(self, text: str) -> list[str]:
        """What in a text without mistakes is hardly meant."""

    def difference(self, text: str) -> list[str]:
        """Lines that go (-) and come (+)."""

    def sections(self) -> Sequence[Any]:
        """Every table, with what its options mean."""

    def write(self, text: str, stamp: str, by: str) -> None:
        """In the place of what had this stamp."""

    def earlier(self) -> list[str]:
        """Names of those that were replaced, the newest first."""

    def earlier_text(self, name: str) -> str:
        """One of them."""

    def ask_restart(self, by: str) -> None:
        """The service reads it anew."""


class SetupPage:
    """`/setup`. setup: None where the board was not told of a file; failure: what its methods raise."""

    def __init__(
        self, frame: Frame, authorization: AuthorizedActions, setup: Setup | None, failure: type[Exception]
    ) -> None:
        self.frame, self.authorization, self.setup, self.failure = frame, authorization, setup, failure
        ui.page("/setup", title="brewpi")(self.page)

    def page(self) -> None:
        """For who may; all others are told so."""
        prefs = self.frame.open("/setup")
        tr = prefs.view.tr
        with self.frame.main(tr("Setup")):
            if self.setup is None:
                ui.label(tr("The board was not told which config to show: the option setup names it."))
            elif not self.authorization.configurer(prefs.visitor):
                ui.label(tr("Only who may configure sees the config."))
            else:
                try:
                    Editor(self.setup, self.failure, prefs, lambda: self.authorization.configurer(prefs.visitor)).show()
                except self.failure as error:
                    ui.label(str(error))


class Editor:
    """One open page. who: the name of who may write, None once they may not."""

    def __init__(
        self, setup: Setup, failure: type[Exception], prefs: Preferences, who: Callable[[], str | None]
    ) -> None:
        self.setup, self.failure, self.view, self.who = setup, failure, prefs.view, who
        self.stamp = setup.stamp()

    def show(self) -> None:
        """Text, buttons, what was found, what each option means."""
        tr = self.view.tr
        with ui.element("div").classes("b-setup"):
            with ui.element("div"):
                self.entry = ui.textarea(tr("config (TOML)"), value=self.setup.text()).props(
                    "outlined autogrow spellcheck=false autocapitalize=none"
                )
                with ui.element("div").classes("b-do-grid"):
                    ui.button(tr("Check"), on_click=self.check).props(BIG)
                    self.writes = ui.button(f"{tr('Write')} …", on_click=self.write).props(f"{BIG} color=negative")
                    ui.button(f"{tr('Restart the service')} …", on_click=self.restart).props(f"{BIG} color=secondary")
                self.result = ui.html("", sanitize=False).classes("b-found").props("role=status")
                self._earlier()
            ui.html(meanings(self.setup.sections(), self.view), sanitize=False).classes("b-meanings")

    def check(self) -> bool:
        """Every mistake, or what is hardly meant and what would change."""
        tr, text = self.view.tr, str(self.entry.value or "")
        found = self.setup.problems(text)
        if found:
            self.result.set_content(f"<h2>{tr('Mistakes')}</h2>" + _list(found, "b-is-alarm"))
            return False
        lines, doubts = self.setup.difference(text), self._doubts(text)
        if not lines:
            self.result.set_content(f"<p>{tr('No mistake found; nothing is changed.')}</p>{doubts}")
            return False
        self.result.set_content(f"<h2>{tr('No mistake found. This changes:')}</h2>{difference(lines)}{doubts}")
        return True

    def _doubts(self, text: str) -> str:
        return _list(self.setup.remarks(text), "b-is-asked")

    def write(self) -> None:
        """Shows the difference in the question, which on a phone lies above it, and writes after a yes."""
        if self._tried(self.check):
            text = str(self.entry.value or "")
            shown = difference(self.setup.difference(text)) + self._doubts(text)
            self.result.set_content("")
            self._confirm(
                self.view.tr("The config is replaced by this; the service takes it at its next restart."),
                self.view.tr("Write the config"), self._write, shown,
            )  # fmt: skip

    def _write(self, by: str) -> str:
        self.setup.write(str(self.entry.value or ""), self.stamp, by)
        self.stamp = self.setup.stamp()
        log.info("%s wrote the config", by)
        return self.view.tr("Written. The service takes it at its next restart.")

    def restart(self) -> None:
        effect = self.view.tr(
            "The service ends with every output off, and begins again with the config as it is on the disk: about ten "
            "seconds; compressors rest before they start."
        )
        self._confirm(effect, self.view.tr("Restart it now"), self._restart)

    def _restart(self, by: str) -> str:
        self.setup.ask_restart(by)
        log.info("%s asked for a restart of the service", by)
        return self.view.tr("Asked for. The cards are old until it is back.")

    def _confirm(self, effect: str, yes: str, act: Callable[[str], str], shown: str = "") -> None:
        """shown: HTML of what it is about."""
        with ui.dialog().props(f'aria-label="{yes}"') as dialog, ui.card().classes("b-dialog"):
            ui.label(effect).classes("b-dialog-effect")
            if shown:
                ui.html(shown, sanitize=False)
            with ui.element("div").classes("b-dialog-buttons"):
                ui.button(self.view.tr("No"), on_click=dialog.close).props(f"{BIG} outline")

                def go() -> None:
                    dialog.close()
                    self._act(act)

                ui.button(yes, on_click=go).props(f"{BIG} color=negative")
        dialog.open()

    def _act(self, act: Callable[[str], str]) -> None:
        by = self.who()
        if by is None:
            self._say(self.view.tr("you are not signed in any more, or may not act"), "b-is-alarm")
            return

        def done() -> bool:
            self._say(act(by), "b-is-asked")
            return True

        self._tried(done)

    def _tried(self, act: Callable[[], bool]) -> bool:
        try:
            return act()
        except self.failure as error:
            self._say(str(error), "b-is-alarm")
            return False

    def _say(self, text: str, kind: str) -> None:
        self.result.set_content(_list([text], kind))

    def _earlier(self) -> None:
        names = self.setup.earlier()
        if not names:
            return
        tr = self.view.tr

        def take(name: object) -> None:
            self._tried(lambda: bool(self.entry.set_value(self.setup.earlier_text(str(name)))))

        label = tr("an earlier one, by when and by whom it was replaced")
        ui.select(names, label=label, on_change=lambda event: take(event.value)).props("outlined")


def _list(sentences: Sequence[str], kind: str) -> str:
    return "".join(f'<p class="b-banner {kind}">{escape(sentence)}</p>' for sentence in sentences)


def difference(lines: Sequence[str]) -> str:
    """What goes and what comes, by sign and colour."""
    kinds = {"-": "b-goes", "+": "b-comes"}
    inner = "".join(f'<span class="{kinds.get(line[:1], "b-stays")}">{escape(line)}\n</span>' for line in lines)
    return f'<pre class="b-diff" tabindex="0">{inner}</pre>'


def meanings(sections: Sequence[Section], view: View) -> str:
    """Each table with its options: set ones first seen, the others at their defaults."""
    return f"<h2>{view.tr('What each option means')}</h2>" + "".join(_section(one, view) for one in sections)


def _section(section: Section, view: View) -> str:
    title = f"[{section.title}]" if section.title else view.tr("The top of the file")
    rows = "".join(
        f"<div><dt><code>{escape(one.name)}</code> {_value(one, view)}</dt>{_meaning(one, view)}</div>"
        for one in section.options
    )
    return f'<details><summary>{escape(title)}</summary><dl class="b-options">{rows}</dl></details>'


def _meaning(option: Option, view: View) -> str:
    """In the reader's language; a plug of somebody else's says it in English."""
    lang = "" if view.language == "en" or is_translated(view.language, option.meaning) else ' lang="en"'
    return f"<dd{lang}>{escape(view.tr(option.meaning))}</dd>"


def _value(option: Option, view: View) -> str:
    if option.value is not None:
        return f"<b>= {escape(option.value)}</b>"
    return escape(view.tr("default {value}", value=option.default)) if option.default else ""
