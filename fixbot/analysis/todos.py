"""The comments in which somebody left something to do, and whether they name an issue; it only reads."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Self

from fixbot.analysis.module import Module

# The word that a comment, or what follows another `#` in it, begins with, and who is named behind it.
_TAG = re.compile(
    r"#[#!\s]*(?P<word>(?:TODO|FIXME|XXX)(?=[\s:(!,.-]|$)|(?i:todo|fixme|xxx)(?=\s*[:(]))(?P<owner>\([^()\n]*\))?"
)
# What speaks to a tool, not to a person.
_TO_A_TOOL = re.compile(
    r"\s*#\s*(?:noqa|type:|pragma|pylint:|fmt:|isort:|mypy:|fixbot:|ruff:|nosec|pyright:).*", re.IGNORECASE
)
_SILENCED = re.compile(r"#\s*noqa(?!:)\b|#\s*noqa:[^#]*\bTD003\b", re.IGNORECASE)
_NO_TICKETS = (
    "AES|ASCII|BASE|COVID|CP|CRC|CVE|CWE|ES|GPT|HTTP|IEEE|IPV|ISO|LATIN|MD|PEP|PY|PYTHON|RFC|RSA|SHA|UCS|UTF|V|WIN|X"
)
_REFERENCE = re.compile(
    rf"https?://\S|(?<!&)#[1-9]\d*\b|(?<![\w.])![1-9]\d*\b|\b(?i:gh-?\d)|\b[A-Za-z]+/\d{{2,}}\b|\b[\w-]+\.\w+/\S*\d"
    rf"|(?<![\w-])(?!(?:{_NO_TICKETS})-)[A-Z][A-Z0-9_]*-\d+\b"
    r"|\b(?i:issues?|bugs?|tickets?|bpo|pr|task)[ \t:#-]*(?:(?i:no|number|nr)[. \t]+)?\d"
)
_NUMBER = re.compile(r"(?<![\w&])#([1-9]\d{0,17})\b")
# What ruff's TD003 takes for a reference where it is the whole of a comment.
_ALONE = re.compile(r"#\s*(?:https?://\S.*|\d+|[A-Z]+-?\d+)\s*")


@dataclass(frozen=True, slots=True)
class Todo:
    """One comment with something to do.

    Attributes:
        word: `TODO` or its like, as it is written.
        owner: what stands in parentheses behind the word, without them; empty where nothing does.
        text: what is to be done, as the first line says it that says something; empty where none does.
        line: where it begins, from 1.
        end_line: where it ends: the lines of comments below belong to it that go on with it.
        column: where the word begins in its line, in characters from 1.
        start: where what stands behind the word begins in the file's text, from 0.
        end: where the parenthesis of the owner ends; the same place where there is none.
        lines: its lines as they are written, each from its `#` on.
        is_referring: whether it names an issue, or what may be one.
        is_silenced: whether it asks linters not to complain that it names none.
        numbers: the issues of this repository that it names.
    """

    word: str
    owner: str
    text: str
    line: int
    end_line: int
    column: int
    start: int
    end: int
    lines: tuple[str, ...]
    is_referring: bool
    is_silenced: bool
    numbers: frozenset[int]


def todos(module: Module) -> tuple[Todo, ...]:
    """Return the comments of a file in which something is left to do, in their order."""
    comments = _comments(module.text)
    starts = [*accumulate((len(line) for line in module.lines), initial=0)]
    made = []
    for place, comment in enumerate(comments):
        if found := _TAG.search(comment.text):
            below = comments[place + 1 :]
            made.append(_todo(comment, found, _Below.of(comment, below, module.lines), starts[comment.line - 1]))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Comment:
    """A comment: its line from 1, its column from 0, and whether nothing stands before it there."""

    line: int
    column: int
    text: str
    is_alone: bool

    @property
    def is_for_people(self) -> bool:
        return bool(self.text.strip("# \t")) and not _TO_A_TOOL.match(self.text) and not _TAG.match(self.text)


def _comments(text: str) -> list[_Comment]:
    try:
        tokens = [*tokenize.generate_tokens(io.StringIO(text, newline="").readline)]
    except (tokenize.TokenError, SyntaxError):
        return []  # the parser understands what this does not
    return [
        _Comment(*token.start, token.string, is_alone=not token.line[: token.start[1]].strip())
        for token in tokens
        if token.type == tokenize.COMMENT
    ]


@dataclass(frozen=True, slots=True)
class _Below:
    """The comments below one that go on with it, and one behind blank lines that is a reference and no more."""

    going_on: tuple[_Comment, ...] = ()
    apart: tuple[_Comment, ...] = ()

    @classmethod
    def of(cls, comment: _Comment, below: Sequence[_Comment], lines: Sequence[str]) -> Self:
        going_on = tuple(_going_on(comment, below))
        last = (comment, *going_on)[-1].line
        following = next(
            (each for each in below[len(going_on) :] if each.is_alone and _ALONE.fullmatch(each.text)), None
        )
        is_next = following is not None and not "".join(lines[last : following.line - 1]).strip()
        return cls(going_on, (following,) if following is not None and is_next else ())


def _going_on(comment: _Comment, below: Sequence[_Comment]) -> Iterator[_Comment]:
    for number, each in enumerate(below, start=1):
        is_below = each.is_alone and (each.line, each.column) == (comment.line + number, comment.column)
        if not is_below or not each.is_for_people:
            return
        yield each


def _todo(comment: _Comment, found: re.Match[str], below: _Below, start: int) -> Todo:
    around = [comment.text[found.start("word") :], *(each.text for each in below.going_on)]
    said = [_TO_A_TOOL.sub("", comment.text[found.end() :]), *around[1:]]
    text = next(filter(None, map(_said, said)), "")
    owner = (found["owner"] or "")[1:-1].strip()
    begins = start + comment.column
    is_numbered = any(char.isdigit() for char in owner) or any(_ALONE.fullmatch(one) for one in around[1:])
    return Todo(
        word=found["word"],
        owner=owner,
        text=text,
        line=comment.line,
        end_line=(comment, *below.going_on)[-1].line,
        column=comment.column + found.start("word") + 1,
        start=begins + found.end("word"),
        end=begins + found.end(),
        lines=(comment.text, *around[1:]),
        is_referring=is_numbered or bool(below.apart) or any(map(_REFERENCE.search, around)),
        is_silenced=_SILENCED.search(comment.text) is not None,
        numbers=frozenset(int(number) for one in around for number in _NUMBER.findall(one)),
    )


def _said(line: str) -> str:
    """Return the words of a line of a comment without the signs before them; empty where it has none."""
    words = " ".join(line.split()).lstrip("# :-*•!,.").rstrip(" :-,")
    return words if any(char.isalnum() for char in words) else ""
