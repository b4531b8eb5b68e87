"""Which paths a glob is meant to exclude; compares text and looks at no file."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Sequence

LONGEST = 200  # patterns stay cheap


def excluder(globs: Sequence[str]) -> Callable[[str], bool]:
    """Return a test for paths (relative to the root, with `/`) that one of the globs excludes.

    `*`, `?` and `[…]` stay within one name, `**` stands for any number of directories. A glob without a
    slash counts at every depth, one with a slash from the root; with a directory goes all that is in it.

    Raises:
        ValueError: a glob that can never match; the message says why.
    """
    if not globs:
        return lambda _path: False
    match = re.compile("|".join(map(_pattern, globs)), re.DOTALL).match
    return lambda path: match(f"{path}/") is not None


def _pattern(glob: str) -> str:
    """Translate a glob for paths in which a slash ends each name, the last one too."""
    names = [name for name in glob.removeprefix("./").split("/") if name]
    if not names or len(glob) > LONGEST or "\\" in glob or not {".", ".."}.isdisjoint(names):
        message = f"{reprlib.repr(glob)} is not a path below the root, written with '/'"
        raise ValueError(message)
    runs: list[str] = [""]
    for name in names if "/" in glob.rstrip("/") else ["**", *names]:
        runs = [*runs, ""] if name == "**" else [*runs[:-1], f"{runs[-1]}{_name(name)}/"]
    runs[-1] = runs[-1] or "[^/]+/"  # `docs/**` is what is below docs, not docs itself
    try:
        return re.compile(runs[0] + "".join(f"(?>(?:[^/]+/)*?{run})" for run in runs[1:])).pattern
    except re.error as exc:
        message = f"{reprlib.repr(glob)} is not a glob: {exc.msg}"
        raise ValueError(message) from exc


def _name(glob: str) -> str:
    """Translate a glob for one name; atomic groups keep the time linear however many stars there are."""
    first, others = "", list[str]()
    for piece in re.findall(r"\*+|\[!?\]?[^]]*\]|.", glob, re.DOTALL):
        if piece.startswith("*"):
            others.append("")
        elif others:
            others[-1] += _letter(piece)
        else:
            first += _letter(piece)
    if not others:
        return first
    return first + "".join(f"(?>[^/]*?{part})" for part in others[:-1]) + "[^/]*" + others[-1]


def _letter(piece: str) -> str:
    if piece == "?":
        return "[^/]"
    if len(piece) == 1:
        return re.escape(piece)
    start, inside = ("[^", piece[2:-1]) if piece.startswith("[!") else ("[", piece[1:-1])
    escaped = re.sub(r"([][&~|^])", r"\\\1", inside).replace("--", r"-\-")
    return f"(?!/){start}{escaped}]"
