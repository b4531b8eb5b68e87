"""Answers which classes of the running Python an annotation allows; pure."""

from __future__ import annotations

import io
import re
from functools import cache

from derive.stdlib.catalogue import catalogue, modules

Classes = frozenset[type]
_ALIASES: dict[str, tuple[type, ...]] = {
    "ReadableBuffer": (bytes,),
    "WriteableBuffer": (bytearray,),
    "StrPath": (str,),
    "StrOrBytesPath": (str, bytes),
    "FileDescriptorOrPath": (str, bytes, int),
    "SupportsIndex": (int,),
    "SupportsRead": (io.TextIOWrapper,),
    "SupportsWrite": (io.TextIOWrapper,),
    "IO": (io.TextIOWrapper,),
    "TextIO": (io.TextIOWrapper,),
    "BinaryIO": (io.BufferedReader,),
}


@cache
def named(text: str, home: str = "builtins") -> Classes:
    """Return the classes that an annotation written with full names, or with names of the module `home`, allows."""
    found: set[type] = set()
    for name in re.findall(r"[A-Za-z_][\w.]*", re.sub(r"\[.*\]", "", text)):
        place, _, last = name.rpartition(".")
        candidates = [catalogue().objects.get(name), getattr(modules().get(place or home), last, None)]
        found.update(next(([c] for c in candidates if isinstance(c, type)), _ALIASES.get(name, [])))
    return frozenset(found - {object})
