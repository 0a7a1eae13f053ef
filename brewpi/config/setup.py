"""The config as somebody in a browser sees and changes it: one file, whose path the command line fixes.

It is written whole or not at all, only if `brewpi check` finds no mistake in it, and the last ten are kept. What is
secret in it is never shown: a placeholder stands there, and comes back as what it was.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path

from brewpi.config.config import ConfigErrors, loads
from brewpi.config.described import Section, sections
from brewpi.config.remarks import remarks_anywhere, with_lines
from brewpi.hardware.files import read_text, replace_text
from brewpi.toml_file import parse_toml

KEPT = 10
RESTART = "restart-asked"  # a file beside the config; what watches it restarts the service
SECRET = re.compile(  # or, second, what names the file that holds it
    r"""(\b(?:([\w-]*(?:password|secret|token)_file|command_keys|api_tokens|metrics_token|tls_key)
            |[\w-]*(?:password|secret|token|passphrase|psk))
        "?\s*=\s*)("(?:[^"\\\n]|\\.)*"|'[^'\n]*')""",
    re.I | re.X,
)
HIDDEN = '"•••• {number}"'
_ANY_HIDDEN = re.compile(r'"•••• (\d+)"')


class CannotWrite(Exception):
    """With the sentence for who asked for it."""


class ConfigFile:
    """`path` as the service has it on its command line; recipes lie beside it, and what is kept beside the file itself,
    should `path` be a link."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def _file(self) -> Path:
        return self.path.resolve()

    @property
    def _folder(self) -> Path:
        return self._file.with_name(f"{self._file.name}.earlier")

    def text(self) -> str:
        """As it is now, without its secrets. Raises CannotWrite."""
        return hidden(self._read(), self.path.parent)

    def stamp(self) -> str:
        """Changes with the text. Raises CannotWrite."""
        return hashlib.sha256(self._read().encode()).hexdigest()

    def problems(self, text: str) -> list[str]:
        """Every mistake in it, a sentence each, as `brewpi check` says them."""
        try:
            loads(self._shown(text), self.path.name, self.path.parent)
        except ConfigErrors as errors:
            return list(errors.sentences)
        except CannotWrite as error:
            return [str(error)]
        return []

    def remarks(self, text: str) -> list[str]:
        """What in a text without mistakes is hardly meant. No secret is looked at: the board may read none. Raises
        CannotWrite."""
        shown = self._shown(text)
        try:
            return with_lines(remarks_anywhere(loads(shown, self.path.name, self.path.parent)), shown)
        except ConfigErrors:
            return []

    def difference(self, text: str) -> list[str]:
        """Lines that go (-) and come (+), with three around them. Raises CannotWrite."""
        before, after = self.text().splitlines(), text.splitlines()
        return list(difflib.unified_diff(before, after, lineterm="", n=3))[2:]  # without the names of files

    def sections(self) -> Sequence[Section]:
        """Every table of it with what each option means. Raises CannotWrite."""
        try:
            return sections(parse_toml(self.text()))
        except ValueError:
            return []

    def write(self, text: str, stamp: str, by: str) -> None:
        """In the place of what had this stamp. Raises CannotWrite, and then nothing has changed."""
        before = self._read()
        if hashlib.sha256(before.encode()).hexdigest() != stamp:
            raise CannotWrite("the file was changed meanwhile; load it again")
        new = self._shown(text)
        if found := self.problems(text):
            raise CannotWrite(f"{len(found)} mistakes are left, such as {found[0]}" if len(found) > 1 else found[0])
        try:
            self._keep(before, by)
            replace_text(self._file, new if new.endswith("\n") else new + "\n")
        except OSError as error:
            raise CannotWrite(f"{self.path.name} cannot be written ({error.strerror or error})") from None

    def earlier(self) -> list[str]:
        """Names of those that were replaced, the newest first: when, and by whom that was."""
        return sorted((file.stem for file in self._folder.glob("*.toml")), reverse=True)[:KEPT]

    def earlier_text(self, name: str) -> str:
        """One of them, without its secrets. Raises CannotWrite."""
        if name not in self.earlier():
            raise CannotWrite("there is no such earlier config")
        try:
            return hidden(read_text(self._folder / f"{name}.toml"), self.path.parent)
        except (OSError, UnicodeDecodeError):
            raise CannotWrite("it cannot be read") from None

    def ask_restart(self, by: str) -> None:
        """What watches the file restarts the service, which then reads its config. Raises CannotWrite."""
        try:
            replace_text(self._file.with_name(RESTART), f"{time.time():.0f} {by}\n")
        except OSError as error:
            raise CannotWrite(f"the restart cannot be asked for ({error.strerror or error})") from None

    def _read(self) -> str:
        try:
            return read_text(self.path)
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            raise CannotWrite(f"{self.path.name} cannot be read ({why})") from None

    def _shown(self, text: str) -> str:
        """With the secrets of the file in the place of what stood for them. Raises CannotWrite."""
        secrets = [found[3] for found in SECRET.finditer(self._read())]

        def secret(found: re.Match[str]) -> str:
            number = int(found[1])
            if not 1 <= number <= len(secrets):
                raise CannotWrite(f"{found[0]} stands for no secret of this file; write it into a file of its own")
            return secrets[number - 1]

        return _ANY_HIDDEN.sub(secret, text)

    def _keep(self, text: str, by: str) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        name = f"{time.strftime('%Y-%m-%dT%H-%M-%SZ', time.gmtime())} {re.sub(r'[^A-Za-z0-9_.-]', '_', by)[:40]}"
        replace_text(self._folder / f"{name}.toml", text)
        for old in sorted(self._folder.glob("*.toml"), reverse=True)[KEPT:]:
            old.unlink(missing_ok=True)


def hidden(text: str, folder: Path = Path()) -> str:
    """With a placeholder for each secret, by its number among all that stand there; also for what stands where the name
    of its file belongs and is neither a whole path nor in the folder: it may be the secret itself."""
    numbers = iter(range(1, len(text) + 2))

    def placeholder(found: re.Match[str]) -> str:
        number, named = next(numbers), found[3][1:-1]
        names_a_file = found[2] and (Path(named).is_absolute() or os.path.lexists(folder / named))
        return found[0] if names_a_file else found[1] + HIDDEN.format(number=number)

    return SECRET.sub(placeholder, text)
