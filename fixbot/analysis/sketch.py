"""A module parsed without the definitions that cannot matter: a third of the time, for those who only look."""

from __future__ import annotations

import re
from collections.abc import Callable

from fixbot.analysis.module import Module, parse, parsed
from fixbot.model import Skipped, SourceFile

# A definition at the left margin with all that is indented below it. A line of a string that stands at the margin
# ends it too early; then its quotes do not pair up, and it is kept as it is.
_DEFINITION = re.compile(
    rb"^(?P<header>(?:def|class|async[ \t]+def)[ \t]+\w+[^\n]*)\n"
    rb"(?P<body>(?:(?:[ \t\f][^\n]*|#[^\n]*|[)\]}][^\n]*|\r?)\n)*)",
    re.MULTILINE,
)
# The same for a method, which ends where a line is not indented further than it.
_METHOD = re.compile(
    rb"^(?P<indent>[ \t]+)(?P<header>(?:async[ \t]+)?def[ \t]+\w+[^\n]*)\n"
    rb"(?P<body>(?:(?P=indent)(?:[ \t]+[^\n]*|[)\]}][^\n]*)\n|[ \t]*(?:#[^\n]*)?\r?\n)*)",
    re.MULTILINE,
)
_PLAIN_HEADER = re.compile(rb"[^#'\"]*:[ \t]*\r?\Z")


def sketch(source: SourceFile, matters: Callable[[bytes], object]) -> Module | Skipped:
    """Parse a file with the bodies of most functions and classes left out: `...` stands for them.

    Every line keeps its number, and imports, names and statements at the left margin are all there, as is each
    function whose bytes matter, and of each class whose bytes matter everything but its other methods. Where the
    rest does not parse, the whole file is parsed. An error in what was left out stays unseen, so this serves for
    finding and never for rewriting; a call of what was left out is a call of something unknown.

    Args:
        source: the file.
        matters: says whether a definition's bytes have to be there.
    """

    def thinned(found: re.Match[bytes]) -> bytes:
        whole, header, body = found[0], found["header"], found["body"]
        pairs = whole.count(b'"""') % 2 == 0 and whole.count(b"'''") % 2 == 0
        if not pairs or not body.strip() or not _PLAIN_HEADER.match(header):
            return whole
        if matters(whole):
            return _METHOD.sub(thinned, whole) if header.startswith(b"class") else whole
        indent = whole[: found.start("header") - found.start()]
        return indent + header.rstrip() + b" ...\n" + b"\n" * body.count(b"\n")

    thin = _DEFINITION.sub(thinned, source.content)
    module = parsed(source, thin, sketched=True)
    return parse(source) if isinstance(module, Skipped) and module.reason == "unparsable" else module
