"""Reads what people ask of fixbot in comments by a strict grammar; it obeys nothing and asks nobody."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from fixbot.chatops.blocks import Kind, blocks
from fixbot.chatops.targets import QUOTES, not_ignorable, not_named

MOST_COMMANDS, LONGEST_BODY = 5, 65_536
_LONGEST_SHOWN, _LONGEST_WORD = 200, 40
_START = re.compile(r" {0,3}/fixbot(?![\w./-])", re.IGNORECASE)


class Verb(StrEnum):
    """All that can be asked; there is no word for merging, approving, closing or running anything."""

    REBASE = "rebase"
    RECREATE = "recreate"
    IGNORE = "ignore"
    UNIGNORE = "unignore"
    SPLIT = "split"
    EXPLAIN = "explain"
    STATUS = "status"


_TAKES_TARGET = frozenset({Verb.IGNORE, Verb.UNIGNORE})
_NEVER = frozenset({"merge", "squash", "approve", "close", "reopen", "run", "exec"})
_VERBS = ", ".join(f"`{verb}`" for verb in Verb)


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that is asked of fixbot.

    `target` is empty for the pull request itself, a codemod's slug, or `path:` and a glob (see `excluder`).
    """

    verb: Verb
    target: str = ""

    def __str__(self) -> str:
        """Return it as a person writes it."""
        return " ".join(filter(None, ("/fixbot", self.verb, self.target)))


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """A line that speaks to fixbot and is no command; both are text that goes through `fixbot.markdown`."""

    line: str
    because: str

    def __str__(self) -> str:
        """Return it as it was written."""
        return self.line


def commands(
    body: str, slugs: Collection[str], is_there: Callable[[str], bool] | None = None
) -> list[Command | Misunderstood]:
    """Return what a comment asks, in its order: at most five, from the first 65,536 characters.

    A command is a line of its own: `/fixbot`, one verb, and at most one target behind `ignore` and `unignore`. Lines
    in code, quotes, comments and indented lines of lists are not read.

    Args:
        body: the comment.
        slugs: the codemods there are.
        is_there: says whether a path or glob names something that may be ignored; without it only its shape counts.
    """
    return list(islice(_read(body[:LONGEST_BODY], slugs, is_there), MOST_COMMANDS))


def _read(
    body: str, slugs: Collection[str], is_there: Callable[[str], bool] | None
) -> Iterator[Command | Misunderstood]:
    if "/fixbot" not in body.lower():
        return
    for kind, line in blocks(body):
        if kind not in {Kind.SPOKEN, Kind.ATTACHED} or not _START.match(line):
            continue
        shown = _shown(line)
        if kind is Kind.ATTACHED:
            yield Misunderstood(
                shown, "it may belong to the quote or the code above it: leave an empty line between them"
            )
            continue
        read = _command(re.split(r"[ \t]+", line.strip(" \t")), slugs, is_there)
        yield Misunderstood(shown, read) if isinstance(read, str) else read


def _shown(line: str) -> str:
    line = line.strip(" \t")
    return line if len(line) <= _LONGEST_SHOWN else f"{line[: _LONGEST_SHOWN - 1]}…"


def _command(words: list[str], slugs: Collection[str], is_there: Callable[[str], bool] | None) -> Command | str:
    """Return the command, or why it is none."""
    first, *rest = words
    if not rest:
        return f"it says nothing to do: there are {_VERBS}"
    if first != "/fixbot":
        return _instead(f"a command begins with `/fixbot` and a space{_near(rest[0])}")
    word, *targets = rest
    if word not in set(Verb):
        return _instead(f"there is no such command{_near(word)}")
    verb = Verb(word)
    if wrong := _too_much(verb, targets):
        return wrong
    return _aimed(verb, targets[0], slugs, is_there) if targets else Command(verb)


def _too_much(verb: Verb, targets: list[str]) -> str:
    """Say what stands behind a verb that may not; empty where nothing does."""
    if targets and verb not in _TAKES_TARGET:
        return f"nothing may follow `{verb}`: did you mean `/fixbot {verb}`?"
    return f"`{verb}` takes one codemod or one path, without spaces: write a line for each" if len(targets) > 1 else ""


def _aimed(verb: Verb, word: str, slugs: Collection[str], is_there: Callable[[str], bool] | None) -> Command | str:
    """Return the command with its target: a slug wins over a path of the same name."""
    if word in slugs:
        return Command(verb, word)
    path = word.removeprefix("path:")
    wrong = not_named(word, path, slugs)
    if not wrong and verb is Verb.IGNORE:  # what was ignored once can be taken back, whatever it is by now
        wrong = not_ignorable(path, is_there)
    return wrong or Command(verb, f"path:{path}")


def _instead(because: str) -> str:
    """Name all commands where none is close."""
    return because if because.endswith("?") else f"{because}: there are {_VERBS}"


def _near(word: str) -> str:
    word = word.strip(QUOTES).lower()
    if word in _NEVER or len(word) > _LONGEST_WORD:
        return ""
    near = difflib.get_close_matches(word, list(Verb), n=1, cutoff=0.7)
    return f": did you mean `/fixbot {near[0]}`?" if near else ""
