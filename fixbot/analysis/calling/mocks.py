"""Finds the tests that put something in the place of a function, or count on how it is called; it only reads."""

from __future__ import annotations

import re

from fixbot.analysis.corpus import Corpus

_EXPECTED = rb"\.(?:assert_\w*(?:with|calls?)|call_args|await_args|mock_calls|method_calls|call_args_list)\b"


def expected(corpus: Corpus, name: str) -> str | None:
    """Return where a test looks at the arguments that a mock of this name was called with: its path and line."""
    return _found(corpus, name, re.compile(rb"\b" + re.escape(name.encode()) + _EXPECTED))


def replaced(corpus: Corpus, name: str) -> str | None:
    """Return where a test puts something else in the place of what goes by this name: its path and line."""
    word = re.escape(name.encode())
    return _found(
        corpus, name, re.compile(rb"\b(?:patch|setattr|spy)\b[\w.]*\([^()]*[\"'](?:[\w.]*\.)?" + word + rb"[\"']")
    )


def _found(corpus: Corpus, name: str, pattern: re.Pattern[bytes]) -> str | None:
    for path in corpus.mentioning(name):
        found = pattern.search(corpus.files[path])
        if found is not None:
            line = corpus.files[path].count(b"\n", 0, found.start()) + 1
            return f"{path}:{line}"
    return None
