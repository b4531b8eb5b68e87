"""Finds the tests that put something in the place of a function, or count on how it is called; it only reads."""

from __future__ import annotations

import re

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.handlers.circumstances import is_test_file

# What a mock remembers of its calls, what it checks, and the function that it calls in turn.
_EXPECTED = (
    rb"\.(?:assert_\w*(?:with|calls?)|call_args|await_args|mock_calls|method_calls|call_args_list|await_args_list"
    rb"|side_effect)\b"
)
# Nothing but the name of a function or a lambda: a mock or a plain object would take any arguments.
_FUNCTION = rb"[ \t]*=[ \t]*(?:lambda\b|[^\W\d][\w.]*[ \t]*(?:#|[\r\n]|$))"
_MOCKS = re.compile(rb"\b(?:mock|Mock|MagicMock|AsyncMock|create_autospec|mocker|flexmock|SimpleNamespace)\b")


def expected(corpus: Corpus, name: str) -> str | None:
    """Return where a test looks at the arguments that a mock of this name was called with: its path and line.

    A function that stands in the place of the one of this name looks at them too.
    """
    word = re.escape(name.encode(errors="surrogateescape"))
    told = _found(corpus, name, re.compile(rb"\b" + word + _EXPECTED + rb"|\bcall\.(?:\w+\.)*" + word + rb"\("))
    return told or _found(corpus, name, re.compile(rb"(?<!\bself)(?<!\bcls)\." + word + _FUNCTION), mocked=True)


def replaced(corpus: Corpus, name: str) -> str | None:
    """Return where a test puts something else in the place of what goes by this name: its path and line."""
    word = re.escape(name.encode(errors="surrogateescape"))
    return _found(
        corpus, name, re.compile(rb"\b(?:patch|setattr|spy)\b[\w.]*\([^()]*[\"'](?:[\w.]*\.)?" + word + rb"[\"']")
    )


def assigned(corpus: Corpus, name: str) -> str | None:
    """Return where another thing is put in the place of what goes by this name: `module.name = …`; path and line."""
    word = re.escape(name.encode(errors="surrogateescape"))
    return _found(corpus, name, re.compile(rb"\w\." + word + rb"[ \t]*=(?!=)"))


def _found(corpus: Corpus, name: str, pattern: re.Pattern[bytes], *, mocked: bool = False) -> str | None:
    """Return where a pattern is first found; with `mocked` only in tests and where mocks are made."""
    for path in corpus.mentioning(name):
        content = corpus.files[path]
        found = pattern.search(content)
        if found is not None and (not mocked or is_test_file(path) or _MOCKS.search(content)):
            line = content.count(b"\n", 0, found.start()) + 1
            return f"{path}:{line}"
    return None
