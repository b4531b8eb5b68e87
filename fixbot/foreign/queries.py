"""Queries of Bowler as codemods: all that one would change, and nothing where it cannot read a file that it needs."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from fixbot.analysis.module import Module
from fixbot.codemod import Corpus
from fixbot.codemod.patches import Patch
from fixbot.fitting import plural
from fixbot.foreign.cards import CardCodemod
from fixbot.foreign.texts import patch_of, readable
from fixbot.model import Broken, Skipped
from fixbot.shell.bowler import Answer, run_query

_ENDS = re.compile(r"\r\n|\r|\n")
_MOST = 5
_CANNOT = "Bowler cannot read it"


class BowlerQuery(CardCodemod):
    """A query of Bowler in a file of an operator's."""

    file: ClassVar[Path]

    def patches(self, corpus: Corpus, paths: Sequence[str]) -> Iterator[Patch | Skipped | Broken]:
        """Yield all that the query would change in the whole project as one, or why nothing is changed."""
        del paths  # what one file must become depends on all of them
        modules, unread = readable(corpus, corpus.files)
        ends = {path: end for path, module in modules.items() if (end := _line_end(module.text)) is not None}
        answer = run_query(self.file, {path: _ENDS.sub("\n", modules[path].text) for path in ends})
        if answer.broken:
            yield Broken(answer.broken_at, self.slug(), answer.broken)
            return
        skipped = [Skipped(one.path, "unparsable", f"{_CANNOT}: {one.detail}") for one in unread]
        skipped += [Skipped(path, "unparsable", f"{_CANNOT}: {because}") for path, because in _missed(modules, answer)]
        skipped += [
            Skipped(path, "unparsable", f"{_CANNOT}: its line ends are mixed") for path in modules if path not in ends
        ]
        needed = [one for one in skipped if _is_needed(corpus.files[one.path], answer.names)]
        yield from needed
        named = [part for part in answer.names if part]
        needed += [
            Skipped(path, "unseen", "it is not looked at")
            for path, content in sorted(corpus.unseen.items())
            if path.endswith((".py", ".pyi")) and _is_needed(content, named)
        ]
        texts = {path: text.replace("\n", ends[path]) for path, text in answer.texts.items()}
        patch = patch_of(modules, texts, f"Bowler would change this: {self.explanation().title}", self.safety)
        if patch is not None:
            because = _half_done(needed) if needed else ""
            yield Patch(marks=patch.marks, splices=patch.splices, safety=patch.safety, because=because)


def _line_end(text: str) -> str | None:
    """Return how the lines of a text end; None where they end in several ways."""
    found = set(_ENDS.findall(text)) or {"\n"}
    return found.pop() if len(found) == 1 else None


def _missed(modules: Mapping[str, Module], answer: Answer) -> Iterator[tuple[str, str]]:
    """Yield what Bowler did not parse, or took for something else, with the reason."""
    for path in answer.meant:
        if path in answer.unparsed:
            yield path, answer.unparsed[path].rpartition(": ")[2] or "no reason given"
        elif has_bare_tuple(modules[path].text):
            yield path, "it takes `except A, B:` for Python 2"


def has_bare_tuple(text: str) -> bool:
    """Say whether a text has an `except` with several types and no parentheses around them (PEP 758)."""
    depth, inside = 0, False
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.string == "except" and token.type == tokenize.NAME and depth == 0:
                inside = True
            elif token.string in {"(", "[", "{"}:
                depth += 1
            elif token.string in {")", "]", "}"}:
                depth -= 1
            elif inside and depth == 0 and token.string in {",", ":"}:
                if token.string == ",":
                    return True
                inside = False
    except (tokenize.TokenError, SyntaxError):
        return True
    return False


def _is_needed(content: bytes, names: Iterable[Sequence[str]]) -> bool:
    """Say whether a file has all the words of some part of a query."""
    words = set(re.findall(r"\w+", content.decode("utf-8", "replace")))
    return any(words.issuperset(part) for part in names)


def _half_done(needed: Sequence[Skipped]) -> str:
    told = [one.path for one in needed[:_MOST]]
    more = len(needed) - len(told)
    shown = ", ".join(told) + (f" and {plural(more, 'more file')}" if more else "")
    return f"Bowler does not see {shown}, where the query has something to look for: it would be half done"
