"""Runs other people's codemods over invented files, up the whole ladder, and keeps folders with some of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fixbot import registry
from fixbot.engine import whole
from fixbot.examine import Orders
from fixbot.foreign import shelf
from fixbot.model import SourceFile
from fixbot.prepare import Prepared, prepare
from fixbot.shell.ruff import Style

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fixbot.codemod import Recipe

FSTRING = '''
from libcst.codemod.commands.convert_format_to_fstring import ConvertFormatStringCommand


class FormatToFstring(ConvertFormatStringCommand):
    """Write f-strings.

    `str.format` names its values far from where they stand.
    """

    severity = "low"
    pattern = rb"[.]format[(]"
'''
STRIPPED = '''
from libcst.codemod.commands.strip_strings_from_types import StripStringsCommand


class StripStrings(StripStringsCommand):
    """Write annotations without quotes."""
'''
RENAME = '''"""Call `old` by its new name."""

from bowler import Query


def query(paths):
    return Query(paths).select_function("old").rename("new")
'''
PYPROJECT = b'[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\n'


def folder(place: Path, **files: str) -> Path:
    """Write an operator's files, each given by its name without the ending."""
    place.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (place / f"{name}.py").write_text(text)
    return place


def one(place: Path | None, slug: str, options: dict[str, str] | None = None) -> Recipe:
    """Give one codemod, from an operator's folder or by the name of a rule."""
    more = shelf([place] if place is not None else [], [slug])
    (made,) = registry.choose([slug], options={slug: options} if options else {}, more=more)
    return made


def tried(codemod: Recipe, files: Mapping[str, str | bytes], orders: Orders | None = None) -> Prepared:
    """Run a codemod over files, up the whole ladder; of the orders all but the codemod counts."""
    contents = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    sources = [SourceFile(path, content) for path, content in contents.items()]
    corpus = whole(contents, texts={"pyproject.toml": PYPROJECT})
    chosen = replace(orders or Orders(()), codemods=(codemod,))
    return prepare(sources, chosen, jobs=1, style=Style(target="py311"), project=lambda: corpus)


def after(done: Prepared) -> dict[str, str]:
    """Give what every file became that changed."""
    return {rewrite.path: rewrite.after.decode() for change in done.changes for rewrite in change.rewrites}


def reasons(done: Prepared) -> list[str]:
    """Give why findings were not rewritten."""
    return [refusal.because for refusal in done.refused]
