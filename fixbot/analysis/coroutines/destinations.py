"""Says whether tests count on the sleep that a coroutine is about to get, or stop its clock; it only reads."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fixbot.analysis.coroutines.target import module_name
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function
from fixbot.analysis.handlers.circumstances import is_test_file

_LIBRARY = rb"(?:patch|setattr|spy)[\w.]*\(\s*(?:[\"'][\w.]*%(name)s\.sleep\b|[\w.]*\b%(name)s\s*,\s*[\"']sleep\b)"
# freezegun stops the clock of the event loop as well, unless it is told not to.
_STOPPED = re.compile(
    rb"\bfreeze_time\((?![^\n]*real_asyncio\s*=\s*True)"
    rb"|(?:patch|setattr)[\w.]*\(\s*(?:[\"'][\w.]*\btime\.monotonic\b|[\w.]*\btime\s*,\s*[\"']monotonic\b)"
)


def counted_on(corpus: Corpus, functions: Iterable[Function], library: str) -> str | None:
    """Return which test would notice one more `await asyncio.sleep`, None where none seems to.

    Args:
        corpus: the project.
        functions: the function that is to await, and those that call it then.
        library: the library whose `sleep` it is to await.
    """
    pattern = re.compile(_LIBRARY % {b"name": library.encode()})
    about = {
        (test, function.node.name)
        for function in functions
        for test in corpus.mentioning(module_name(function.file.path))
    }
    for test, name in sorted(about):
        content = corpus.files[test]
        if not is_test_file(test) or name.encode() not in content:
            continue
        if pattern.search(content):
            return f"{test} already puts something in the place of `{library}.sleep`"
        if _STOPPED.search(content):
            return f"{test} stops the clock that the event loop goes by"
    return None
