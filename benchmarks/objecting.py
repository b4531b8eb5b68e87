"""Says what is wrong with a file after a change, as seen from outside: by `compile` and `tokenize` alone."""

from __future__ import annotations

import codecs
import io
import re
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator

_WORD = re.compile(r"\w+")


def objections_to(
    before: bytes, after: bytes, spans: Iterable[tuple[int, int]], drops: Iterable[str] = ()
) -> Iterator[tuple[str, str]]:
    """Say what is wrong with a file after a change of some of its lines: the kind of it, and words.

    Every word of its comments has to be there as often as before, and outside of the lines that may change every line
    in the same order. Imports may change anywhere.

    Args:
        before: the file.
        after: the same afterwards.
        spans: the first and the last of lines that may change.
        drops: words that a codemod says go with the statements that they are about, each as often as it goes.
    """
    if not compiles(after):
        yield "not compiling", "does not compile"
        return
    lost = _comments(before) - _comments(after) - Counter(drops)
    if lost:
        yield "comments", f"loses of its comments {sorted(lost)[:5]}"
    line = _touched(before, after, spans)
    if line is not None:
        yield "tokens", f"changes line {line}, outside of what it found"


def compiles(content: bytes) -> bool:
    """Say whether a module compiles, in whichever Python runs this."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(content, "<module>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _comments(content: bytes) -> Counter[str]:
    """Count the words of comments; where there are no tokens, there are none."""
    try:
        tokens = [*tokenize.tokenize(io.BytesIO(content).readline)]
    except (tokenize.TokenError, SyntaxError, ValueError):
        return Counter()
    comments = (token.string for token in tokens if token.type == tokenize.COMMENT)
    return Counter(word for comment in comments for word in _WORD.findall(comment))


def _touched(before: bytes, after: bytes, spans: Iterable[tuple[int, int]]) -> int | None:
    """Return the first old line that is gone and belongs to nothing that was found; imports may change anywhere."""
    covered = {line for first, last in spans for line in range(first, last + 1)}
    old, new = (side.removeprefix(codecs.BOM_UTF8).splitlines() for side in (before, after))
    left = iter(new)
    stay = (
        (number, line)
        for number, line in enumerate(old, start=1)
        if number not in covered and line.strip() and b"import" not in line
    )
    return next((number for number, line in stay if line not in left), None)
