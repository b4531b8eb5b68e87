"""Reads what people ask of fixbot in comments by a strict grammar; it obeys nothing and asks nobody."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from fixbot.chatops.blocks import Kind, blocks
from fixbot.settings import excluder

MOST_COMMANDS, LONGEST_BODY = 5, 65_536
_LONGEST_SHOWN, _LONGEST_WORD = 200, 40
_START = re.compile(r" {0,3}/fixbot(?![\w./-])", re.IGNORECASE)
_RULE = re.compile(r"[A-Z]{1,8}[0-9]{2,5}")
_QUOTES = "`'\".,;:!?"


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


def commands(body: str, slugs: Collection[str]) -> list[Command | Misunderstood]:
    """Return what a comment asks, in its order: at most five, from the first 65,536 characters.

    A command is a line of its own: `/fixbot`, one verb, and at most one target behind `ignore` and `unignore`. Lines
    in code, quotes, comments and indented lines of lists are not read; `slugs` are the codemods there are.
    """
    return list(islice(_read(body[:LONGEST_BODY], slugs), MOST_COMMANDS))


def _read(body: str, slugs: Collection[str]) -> Iterator[Command | Misunderstood]:
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
        read = _command(re.split(r"[ \t]+", line.strip(" \t")), slugs)
        yield Misunderstood(shown, read) if isinstance(read, str) else read


def _shown(line: str) -> str:
    line = line.strip(" \t")
    return line if len(line) <= _LONGEST_SHOWN else f"{line[: _LONGEST_SHOWN - 1]}…"


def _command(words: list[str], slugs: Collection[str]) -> Command | str:
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
    return _too_much(verb, targets) or (_aimed(verb, targets[0], slugs) if targets else Command(verb))


def _too_much(verb: Verb, targets: list[str]) -> str:
    """Say what stands behind a verb that may not; empty where nothing does."""
    if targets and verb not in _TAKES_TARGET:
        return f"nothing may follow `{verb}`: did you mean `/fixbot {verb}`?"
    return f"`{verb}` takes one codemod or one path, without spaces: write a line for each" if len(targets) > 1 else ""


def _aimed(verb: Verb, word: str, slugs: Collection[str]) -> Command | str:
    """Return the command with its target: a slug wins over a path of the same name."""
    if word in slugs:
        return Command(verb, word)
    path = word.removeprefix("path:")
    return _wrong_word(word, slugs) or _wrong_path(path) or Command(verb, f"path:{path}")


def _instead(because: str) -> str:
    """Name all commands where none is close."""
    return because if because.endswith("?") else f"{because}: there are {_VERBS}"


def _near(word: str) -> str:
    word = word.strip(_QUOTES).lower()
    if word in _NEVER or len(word) > _LONGEST_WORD:
        return ""
    near = difflib.get_close_matches(word, list(Verb), n=1, cutoff=0.7)
    return f": did you mean `/fixbot {near[0]}`?" if near else ""


def _wrong_word(word: str, slugs: Collection[str]) -> str:
    """Say why a word is meant for something else than a path; empty where nothing tells."""
    if near := _near_slug(word, slugs):
        return f"there is no such codemod or path: did you mean `{near}`?"
    return "it names a rule of a linter: name the codemod" if _RULE.fullmatch(word) else ""


def _wrong_path(path: str) -> str:
    """Say why a path is none; empty where it is one."""
    if path.startswith("/"):
        return "a path is written from the root of the repository, without a `/` before it"
    if not path.isprintable() or not {"<", ">", "`", "'", '"'}.isdisjoint(path):
        return "a path is written as it is, without quotes, backticks or brackets around it"
    try:
        excluder([path])
    except ValueError as exc:
        return str(exc)
    return ""


def _near_slug(word: str, slugs: Collection[str]) -> str:
    bare = word.strip(_QUOTES).lower().replace("_", "-")
    if len(bare) > _LONGEST_WORD or not re.fullmatch(r"[a-z0-9-]+", bare):
        return ""
    near = difflib.get_close_matches(bare, sorted(slugs), n=1, cutoff=0.8)
    return near[0] if near else ""
