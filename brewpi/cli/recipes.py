"""`brewpi recipe`: recipes of other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brewpi.cli.common import app, refuse, why_not
from brewpi.cli.once import Commands

recipe = Commands(no_args_is_help=True, help="Convert recipes of other programs.")
app.add_typer(recipe, name="recipe")


@recipe.callback()
def _recipe() -> None:
    """Recipes of other programs."""


@recipe.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="BeerXML 1, BeerJSON 1 or Brewfather's JSON.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE|DIR", help="Where to write (default: standard output).")
    ] = None,
) -> None:
    """Convert BeerXML, BeerJSON or Brewfather recipes. Takes gravities, yeast with its range and fermentation steps,
    and says what was not understood."""
    from brewpi.control.procedure import BadRecipe
    from brewpi.hardware.files import read_bytes, replace_text
    from brewpi.recipes.imported import LARGEST, as_toml, decoded, file_names, read_recipes

    try:
        found = read_recipes(decoded(read_bytes(file, 4 * LARGEST)))
        texts = [(one, as_toml(one)) for one in found]
    except BadRecipe as error:
        refuse(*(f"{file.name}: {sentence}" for sentence in error.sentences))
    except OSError as error:
        refuse(why_not(file, error))
    if out is None and len(texts) > 1:
        refuse(f"{file.name}: holds {len(texts)} recipes; name a folder with --out")
    for (one, text), name in zip(texts, file_names(found), strict=True):
        if out is None:
            typer.echo(text.encode(), nl=False)  # TOML is UTF-8, whatever the terminal writes
            continue
        many = len(texts) > 1 or out.is_dir()
        target = out / name if many else out
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("x", encoding="utf-8"):
                replace_text(target, text)
        except FileExistsError:
            refuse(f"{target}: is there already; move it away or name another with --out")
        except OSError as error:
            if target.is_file():
                target.unlink()
            refuse(why_not(target, error))
        typer.echo(f'{target}: {one.name}; name it in a tank: recipe = "{target.name}"')
        for note in one.notes:
            typer.echo(f"  {note}")
