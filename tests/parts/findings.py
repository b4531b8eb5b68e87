"""A finding and a rewrite for tests to change, where what is in them does not matter."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from fixbot.model import Finding, Rewrite, Safety, Severity

FINDING = Finding(
    codemod="bare-except",
    path="a.py",
    line=1,
    column=1,
    end_line=1,
    qualname="",
    severity=Severity.LOW,
    safety=Safety.REVIEW,
    message="",
    fingerprint="0" * 20,
)


def mark(name: str) -> str:
    """Give the fingerprint of the one finding in a file."""
    return hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:20]


def rewrite(path: str, lines: int = 1, group: str = "") -> Rewrite:
    """Give a rewrite of a file with one finding that changes so many lines: each of them goes and comes once."""
    before = "".join(f"old {number}\n" for number in range(lines))
    finding = replace(FINDING, path=path, fingerprint=mark(path))
    return Rewrite(path, before.encode(), before.replace("old", "new").encode(), (finding,), group=group)
