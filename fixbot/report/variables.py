"""Writes which variables of the environment some code reads, as the text of an `.env.example`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence

from fixbot.analysis.environment import Read, is_secret
from fixbot.markdown import visible

_MOST_PLACES = 3
_PLAIN = re.compile(r"[\w./:@,+%-]{0,200}", re.ASCII)
_QUOTABLE = re.compile(r"[ -!#%-\[\]_a-~]{0,200}")
_HAS_PASSWORD = re.compile(r"://[^/\s]*:[^/\s]*@")
_HEAD = "# Every environment variable that the code reads, by `fixbot env-example`.\n"


def as_env_example(reads: Iterable[Read]) -> str:
    """Return one entry a variable, by name: where it is read, whether it is required, and its default.

    What is required stands ready to be filled in, the others are commented out. The value of a secret is never
    shown, nor a text with a password in it.
    """
    by_name: dict[str, list[Read]] = {}
    for read in reads:
        by_name.setdefault(read.name, []).append(read)
    return "\n".join([_HEAD, *(_entry(name, found) for name, found in sorted(by_name.items()))])


def _entry(name: str, found: Sequence[Read]) -> str:
    places = list(dict.fromkeys(f"{read.file.path}:{read.line}" for read in found))
    more = f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
    where = visible(", ".join(places[:_MOST_PLACES])) + more
    required = any(read.required for read in found)
    values = {_shown(name, read.default) for read in found if read.default is not None}
    value = next(iter(values)) if len(values) == 1 else ""
    kind = "required" if required else "optional" + ("" if any(_is_written(read) for read in found) else ", no default")
    many = "; with several defaults" if len(values) > 1 else ""
    return f"# {kind}{many}: {where}\n{'' if required else '# '}{name}={'' if required else value}\n"


def _is_written(read: Read) -> bool:
    return read.default is not None and not (isinstance(read.default, ast.Constant) and read.default.value is None)


def _shown(name: str, default: ast.expr) -> str:
    """Return a default as the value of an entry, empty where it is a secret, worked out, or cannot be written."""
    if is_secret(name) or not isinstance(default, ast.Constant) or default.value in {None, ...}:
        return ""
    text = str(default.value)
    if _HAS_PASSWORD.search(text):
        return ""
    if _PLAIN.fullmatch(text):
        return text
    return f'"{text}"' if _QUOTABLE.fullmatch(text) else ""
