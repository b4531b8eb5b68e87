"""Breeds modules that nobody would write, of pieces of real ones, examples of codemods, and what a grammar gives."""

from __future__ import annotations

import ast
import codecs
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fixbot.codemod import Fixes, Recipe

#: Lines that some codemod looks for, in code that may be anything.
TRIGGERS = (
    "import time; time.sleep(1)",
    "print('total', locals())",
    "import requests; requests.get('https://example.org')",
    "import datetime; now = datetime.datetime.utcnow()",
    "import os; secret = os.getenv('API_SECRET', '')",
    "pass  # TODO: think about it",
    "import os; import os",
    "undefined_name_of_nobody()",
    "raise ValueError('no') if locals() else None",
    "cursor.execute(f'SELECT * FROM t WHERE a = {locals()}')",
)
_WRAPPINGS = (
    "try:\n{body}except:\n    pass\n",
    "try:\n{body}except Exception:\n    pass\n",
    "try:\n{body}except Exception as e:\n    raise RuntimeError('again')\n",
    "async def coroutine():\n{body}",
    "def function(**kwargs):\n    kwargs.get('key')\n{body}",
    "class Thing:\n    def __init__(self):\n    {deeper}",
    "with open('x') as f:\n{body}",
    "if True:\n{body}else:\n    pass\n",
    "for _ in range(3):\n{body}",
)
_SIGNS = ("# note", "# type: ignore", "# noqa", "# fmt: off", "# \u2028é", "#", "# fixbot: ignore")
_WORD = re.compile(r"\b[a-z_]{3,12}\b")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module: what it was made of, and its bytes."""

    name: str
    content: bytes


def pieces(folder: Path, most: int = 60) -> list[str]:
    """Return statements of real modules, of at most so many lines each."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        try:
            text = path.read_text("utf-8")
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            continue
        lines = text.splitlines(keepends=True)
        for node in tree.body:
            first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
            last = node.end_lineno or node.lineno
            if last - first < most:
                found.append("".join(lines[first - 1 : last]).rstrip("\n") + "\n")
    return found


def examples(codemods: Mapping[str, type[Recipe]]) -> list[str]:
    """Return the code of every example, before and after, each file for itself."""
    found = []
    for codemod in codemods.values():
        for example in codemod.examples:
            codes = (example.before, example.after) if isinstance(example, Fixes) else (example.code,)
            for code in codes:
                found += [code] if isinstance(code, str) else [*code.values()]
    return found


def breed(seed: int, real: Sequence[str], taught: Sequence[str], grown: Sequence[str]) -> Iterator[Mutant]:
    """Yield modules without end, the same for the same seed.

    Args:
        seed: where chance begins.
        real: statements of real modules.
        taught: examples of codemods.
        grown: what a grammar gives.
    """
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret with it
    number = 0
    while True:
        number += 1
        kind = chance.choice(("real", "taught", "both", "both", "grown"))
        parts = [chance.choice(real) for _ in range(chance.randint(1, 4)) if kind in {"real", "both"}]
        parts += [chance.choice(taught) for _ in range(chance.randint(1, 3)) if kind in {"taught", "both"}]
        parts += [chance.choice(grown)] if kind == "grown" else []
        chance.shuffle(parts)
        text = "\n".join(parts)
        done = []
        for _ in range(chance.randint(0, 4)):
            change = chance.choice(_CHANGES)
            text = change(text, chance)
            done.append(change.__name__.strip("_"))
        yield Mutant(f"{seed}-{number} ({kind}: {', '.join(done) or 'as it is'})", _encoded(text, chance))


def _statements(text: str) -> list[ast.stmt]:
    try:
        return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _block(text: str, chance: random.Random) -> tuple[list[str], int, int]:
    """Return the lines of a text, and a statement in it: the first of its lines from 0, and the one behind its last."""
    lines = text.splitlines(keepends=True)
    found = _statements(text)
    if not found:
        return lines, 0, 0
    node = chance.choice(found)
    return lines, node.lineno - 1, node.end_lineno or node.lineno


def _duplicated(text: str, chance: random.Random) -> str:
    lines, first, last = _block(text, chance)
    return "".join(lines[:last] + lines[first:last] + lines[last:])


def _removed(text: str, chance: random.Random) -> str:
    lines, first, last = _block(text, chance)
    depth = lines[first][: len(lines[first]) - len(lines[first].lstrip())] if lines else ""
    return "".join([*lines[:first], f"{depth}pass\n", *lines[last:]])


def _swapped(text: str, chance: random.Random) -> str:
    lines, first, last = _block(text, chance)
    _, other, end = _block(text, chance)
    if not first < last <= other < end:
        return text
    return "".join(lines[:first] + lines[other:end] + lines[last:other] + lines[first:last] + lines[end:])


def _wrapped(text: str, chance: random.Random) -> str:
    lines, first, last = _block(text, chance)
    if first == last:
        return text
    depth = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    body = "".join(f"    {line}" for line in lines[first:last])
    made = chance.choice(_WRAPPINGS).format(body=body.replace("\r", ""), deeper=body.replace("\n", "\n    "))
    shown = made.splitlines(keepends=True)
    around = "".join(line if line.startswith(f"    {depth}") else f"{depth}{line}" for line in shown)
    return "".join(lines[:first]) + around + "".join(lines[last:])


def _triggered(text: str, chance: random.Random) -> str:
    lines, first, _ = _block(text, chance)
    if not lines:
        return text
    depth = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    return "".join([*lines[:first], f"{depth}{chance.choice(TRIGGERS)}\n", *lines[first:]])


def _renamed(text: str, chance: random.Random) -> str:
    words = sorted(set(_WORD.findall(text)))
    if not words:
        return text
    return re.sub(rf"\b{chance.choice(words)}\b", chance.choice(words), text)


def _commented(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    for place in sorted(chance.sample(range(len(lines)), min(len(lines), 3))) if lines else []:
        line = lines[place]
        lines[place] = f"{line.rstrip()}  {chance.choice(_SIGNS)}\n"
    return "".join(lines)


def _joined(text: str, chance: random.Random) -> str:
    lines, first, last = _block(text, chance)
    if last - first != 1 or last >= len(lines) or lines[first].rstrip().endswith((":", ",", "(", "\\")):
        return text
    return "".join([*lines[:first], lines[first].rstrip(), "; ", lines[last].lstrip(), *lines[last + 1 :]])


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


_CHANGES = (
    _duplicated,
    _removed,
    _swapped,
    _wrapped,
    _wrapped,
    _triggered,
    _triggered,
    _renamed,
    _commented,
    _joined,
    _cut,
)


def _encoded(text: str, chance: random.Random) -> bytes:
    """Write a text as bytes, in one of the ways in which files are written."""
    text = text.encode(errors="replace").decode()
    ways = (
        text.replace("\n", "\r\n").encode(),
        codecs.BOM_UTF8 + text.encode(),
        text.replace("    ", "\t").encode(),
        text.removesuffix("\n").encode(),
        b"# -*- coding: latin-1 -*-\n" + text.encode("latin-1", "replace"),
        text.replace("\n\n", "\n\f\n").encode(),
    )
    return chance.choice((*ways, *[text.encode()] * len(ways)))
