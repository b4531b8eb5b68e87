"""Finds the tests that put something in the place of a function, or count on how it is called; it only reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.handlers.circumstances import is_test_file

# What a mock remembers of its calls, what it checks, and the function that it calls in turn.
_EXPECTED = (
    rb"\.(?:assert_\w*(?:with|calls?)|call_args|await_args|mock_calls|method_calls|call_args_list|await_args_list"
    rb"|side_effect)\b"
)
# Nothing but the name of a function or a lambda: a mock or a plain object would take any arguments.
_FUNCTION = rb"[ \t]*=[ \t]*(?:lambda\b|[^\W\d][\w.]*[ \t]*(?:#|[\r\n]|$))"
_LOOKING = re.compile(
    rb"\b(?:assert_\w*(?:with|calls?)|call_args|await_args|mock_calls|method_calls|side_effect|\w+_args_list)\b"
)
_MOCKS = re.compile(rb"\b(?:mock|Mock|MagicMock|AsyncMock|create_autospec|mocker|flexmock|SimpleNamespace)\b")


def expected(corpus: Corpus, name: str) -> str | None:
    """Return where a test looks at the arguments that a mock of this name was called with: its path and line.

    A function that stands in the place of the one of this name looks at them too.
    """
    word = re.escape(name.encode(errors="surrogateescape"))
    signs = _signs(corpus)
    called = re.compile(rb"\b" + word + _EXPECTED + rb"|\bcall\.(?:\w+\.)*" + word + rb"\(")
    told = _found(corpus, [path for path in corpus.mentioning(name) if path in signs.looking], called)
    given = re.compile(rb"\." + word + rb"(?<!\bself\." + word + rb")(?<!\bcls\." + word + rb")" + _FUNCTION)
    return told or _found(corpus, [path for path in corpus.mentioning(name) if path in signs.mocking], given)


def replaced(corpus: Corpus, name: str) -> str | None:
    """Return where a test puts something else in the place of what goes by this name: its path and line."""
    word = re.escape(name.encode(errors="surrogateescape"))
    pattern = re.compile(rb"\b(?:patch|setattr|spy)\b[\w.]*\([^()]*[\"'](?:[\w.]*\.)?" + word + rb"[\"']")
    return _found(corpus, corpus.mentioning(name), pattern)


def _found(corpus: Corpus, paths: Iterable[str], pattern: re.Pattern[bytes]) -> str | None:
    for path in paths:
        found = pattern.search(corpus.files[path])
        if found is not None:
            line = corpus.files[path].count(b"\n", 0, found.start()) + 1
            return f"{path}:{line}"
    return None


@dataclass(frozen=True, slots=True)
class _Signs:
    """The files that look at the calls of mocks, and those that may set something of a mock."""

    looking: frozenset[str]
    mocking: frozenset[str]


_KNOWN: WeakKeyDictionary[Corpus, _Signs] = WeakKeyDictionary()


def _signs(corpus: Corpus) -> _Signs:
    if corpus not in _KNOWN:
        looking = frozenset(path for path, content in corpus.files.items() if _LOOKING.search(content))
        mocking = (path for path, content in corpus.files.items() if is_test_file(path) or _MOCKS.search(content))
        _KNOWN[corpus] = _Signs(looking, frozenset(mocking))
    return _KNOWN[corpus]
