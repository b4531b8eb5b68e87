"""Finds what puts something else in the place of a function or a constant of another module; it only reads."""

from __future__ import annotations

import re

from fixbot.analysis.corpus import Corpus


def assigned(corpus: Corpus, name: str) -> str | None:
    """Return where a name is given another value through an object, as in `module.name = …`: its path and line."""
    pattern = re.compile(rb"\w\." + re.escape(name.encode(errors="surrogateescape")) + rb"[ \t]*=(?!=)")
    for path in corpus.mentioning(name):
        found = pattern.search(corpus.files[path])
        if found is not None:
            line = corpus.files[path].count(b"\n", 0, found.start()) + 1
            return f"{path}:{line}"
    return None
