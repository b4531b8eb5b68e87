"""Puts a parent in the place of its many children, as a person would write it; knows names only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

#: So many types with a parent in common are written as the parent.
MANY = 3
_TOP = frozenset({"Exception", "BaseException", "object"})


def families(types: Sequence[str], lineage: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Map what is written to the types that it stands for, in the order of the first of them.

    Args:
        types: exceptions by name, none of them a parent of another.
        lineage: the names above each, nearest first, builtins bare.
    """
    count = Counter(parent for name in types for parent in dict.fromkeys(lineage.get(name, ())) if parent not in _TOP)
    nearest = [next((above for above in lineage.get(name, ()) if count[above] >= MANY), name) for name in types]
    found: dict[str, list[str]] = {}
    for name, chosen in zip(types, nearest, strict=True):
        # A child may have chosen a parent of what this one has chosen: then that one stands for both.
        above = [parent for parent in lineage.get(name, ()) if parent in nearest]
        found.setdefault(above[-1] if above else chosen, []).append(name)
    return found
