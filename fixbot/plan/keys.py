"""Names the parts of a change so that git accepts them in a branch: flat, stable, different for different parts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from fixbot.model import Rewrite

#: The key of a change that is not divided.
ALL = "all"
#: The key of what has no owner.
UNOWNED = "unowned"

_FINDING = 12  # hex digits


def codemod_key(codemod: str) -> str:
    """Return the key of a codemod: its name as it stands in a branch, where git takes no colon."""
    return codemod.replace(":", "-")


def shard_key(directory: str) -> str:
    """Return the key of a directory, or of a file."""
    return _flat(directory.rstrip("/"), directory)


def owners_key(owners: Iterable[str]) -> str:
    """Return the key of some owners, in whichever order and case they are written."""
    names = " ".join(sorted({owner.lower() for owner in owners}))
    return _flat(names, f"owners of {names}") if names else UNOWNED


def finding_key(unit: Iterable[Rewrite]) -> str:
    """Return the key of what stands or falls with one finding; of several it is the one that sorts first."""
    rewrites = list(unit)
    found = [finding.fingerprint for rewrite in rewrites for finding in rewrite.findings]
    return min(found or [_digest(rewrite.path) for rewrite in rewrites])[:_FINDING]


def _flat(plain: str, exact: str) -> str:
    """Keep a name that is fit for a branch and cannot be taken for another kind of key; else add a hash."""
    fit = re.fullmatch(r"[a-z0-9_]{1,40}", plain) and not re.fullmatch(rf"[0-9a-f]{{{_FINDING}}}", plain)
    if fit and plain not in {ALL, UNOWNED}:
        return plain
    readable = re.sub(r"[^A-Za-z0-9_]+", "-", plain).strip("-").lower()[:40].strip("-")
    return f"{readable or 'top'}-{_digest(exact)[:6]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()
