"""Says whether tests put something in the place of a function that does not take a new keyword; it only reads."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.handlers.circumstances import is_test_file

# What looks at the arguments of a call.
_LOOKS = re.compile(
    rb"\bassert_(?:called|awaited|any|has)\w*with\b|\bassert_(?:any_call|has_calls)\b|\bcall_args|_calls\b"
)
_NAME = re.compile(rb"\s*[,=]\s*(?:new\s*=\s*|side_effect\s*=\s*|value\s*=\s*)?(?:(lambda)\b([^:]*):|(?:\w+\.)*(\w+))")


def refuses(corpus: Corpus, full: str, path: str, keyword: str) -> str | None:
    """Return where a test puts something in the place of a function that may not take a keyword, None where none does.

    Tests that do not speak of the module which calls it do not count.

    Args:
        corpus: the project.
        full: the full name of the function, of a method behind its class: `requests.get`, `requests.Session.get`.
        path: the file that calls it.
        keyword: the keyword.

    Returns:
        The path of the test with its line.
    """
    target, module = _target(full, path), re.compile(rf"\b{_stem(path)}\b".encode())
    for test in corpus.mentioning(full.rpartition(".")[2]):
        content = corpus.files[test] if is_test_file(test) else b""
        for match in target.finditer(content) if module.search(content) else ():
            if _LOOKS.search(content) or _is_narrow(content, match.end(), keyword.encode()):
                line = content.count(b"\n", 0, match.start()) + 1
                return f"{test}:{line}"
    return None


def _target(full: str, path: str) -> re.Pattern[bytes]:
    """Return what a patch of a function is written like: `"shop.requests.get"`, `requests, "get"`, `x.get = `."""
    owner, _, name = full.rpartition(".")
    above = owner.rpartition(".")[2]
    quoted = rf"""["'](?:{owner}|[\w.]*\b{_stem(path)}(?:\.\w+)*)\.{name}["']"""
    given = rf"\.{name}(?=[ \t]*=[^=])"
    return re.compile(rf"""{quoted}|\b{above}\s*,\s*["']{name}["']|{given}""".encode())


def _stem(path: str) -> str:
    """Return the last name of a module, by which a test that has to do with it speaks of it."""
    whole = PurePosixPath(path).with_suffix("")
    return whole.parent.name if whole.name == "__init__" else whole.name


def _is_narrow(content: bytes, end: int, keyword: bytes) -> bool:
    """Say whether what follows the name of a target is a function that does not take a keyword."""
    given = _NAME.match(content, end)
    if given is None:
        return False
    if given[1]:
        return b"**" not in given[2] and keyword not in given[2]
    defined = re.search(rb"\bdef[ \t]+" + given[3] + rb"\s*\(([^)]*)\)", content)
    return defined is not None and b"**" not in defined[1] and keyword not in defined[1]
