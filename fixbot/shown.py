"""Which lines every shortest diff of two texts changes, and which it shows; it only compares lines.

Git may choose among several shortest diffs (its indent heuristic slides what was put in or taken out), so only what all
of them have in common is sure to be seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CONTEXT = 3  # lines that git shows around a change
_MOST_EDITS = 400
_Pair = tuple[int, int]
_Reach = list[dict[int, int]]


@dataclass(frozen=True, slots=True)
class Side:
    """Lines of one text, counted from 1: which are changed in every shortest diff, and which are shown in every one."""

    changed: frozenset[int]
    shown: frozenset[int]


def sides(before: Sequence[str], after: Sequence[str]) -> tuple[Side, Side]:
    """Return what is sure of the lines of two texts, each given with its line end.

    Where more than 400 lines differ, only a line that the other text has nowhere is sure to be changed.
    """
    forward = _reach(before, after)
    if forward is None:
        return _foreign(before, after), _foreign(after, before)
    backward = _reach(before[::-1], after[::-1]) or []
    size = (len(before), len(after))
    pairs = {pair for pair in _optimal(forward, backward, size) if before[pair[0]] == after[pair[1]]}
    hidden = {pair for pair in pairs if _is_far(pair, pairs, size)}
    return (
        _side(len(before), {old for old, _ in pairs}, {old for old, _ in hidden}),
        _side(len(after), {new for _, new in pairs}, {new for _, new in hidden}),
    )


def _side(length: int, matched: set[int], hidden: set[int]) -> Side:
    return Side(
        frozenset(at + 1 for at in range(length) if at not in matched),
        frozenset(at + 1 for at in range(length) if at not in hidden),
    )


def _foreign(lines: Sequence[str], others: Sequence[str]) -> Side:
    known = set(others)
    changed = frozenset(at for at, line in enumerate(lines, 1) if line not in known)
    around = (at + step for at in changed for step in range(-CONTEXT, CONTEXT + 1))
    return Side(changed, frozenset(at for at in around if 0 < at <= len(lines)))


def _reach(old: Sequence[str], new: Sequence[str]) -> _Reach | None:
    """Return how far into `old` each diagonal is reached, for every number of edits; None where they are too many.

    This is the greedy algorithm of Myers, "An O(ND) Difference Algorithm and Its Variations" (1986).
    """
    found: _Reach = [{0: _snake(old, new, 0, 0)}]
    while found[-1].get(len(old) - len(new)) != len(old):
        if len(found) > _MOST_EDITS:
            return None
        edits, last, same = len(found), found[-1], found[-2] if len(found) > 1 else {}
        step: dict[int, int] = {}
        for diagonal in range(max(-edits, -len(new)), min(edits, len(old)) + 1):
            right, down = last.get(diagonal - 1, len(old)) + 1, last.get(diagonal + 1, -1)
            starts = [same[diagonal]] if diagonal in same else []
            starts += [right] if right <= len(old) else []
            starts += [down] if 0 <= down <= len(new) + diagonal else []
            if starts:
                step[diagonal] = _snake(old, new, max(starts), diagonal)
        found.append(step)
    return found


def _snake(old: Sequence[str], new: Sequence[str], at: int, diagonal: int) -> int:
    """Go on as far as lines are equal."""
    most = min(len(old), len(new) + diagonal)
    while at < most and old[at] == new[at - diagonal]:
        at += 1
    return at


def _optimal(forward: _Reach, backward: _Reach, size: _Pair) -> Iterator[_Pair]:
    """Give the pairs of lines (from 0) that a shortest diff passes through on a diagonal, equal or not."""
    length, other = size
    edits = len(forward) - 1
    for done, reached in enumerate(forward):
        left = edits - done
        for diagonal, far in reached.items():
            mirrored = length - other - diagonal
            if mirrored not in backward[left]:
                continue
            nearest = forward[done - 2].get(diagonal, -1) if done > 1 else -1
            beyond = backward[left - 2].get(mirrored, -1) if left > 1 else -1
            first = max(nearest + 1, length - backward[left][mirrored] - 1, diagonal, 0)
            last = min(far, length - beyond - 2, length - 1, other + diagonal - 1)
            yield from ((at, at - diagonal) for at in range(first, last + 1))


def _is_far(pair: _Pair, pairs: set[_Pair], size: _Pair) -> bool:
    """Say whether a shortest diff leaves a pair of equal lines out, because so many around it are equal too."""
    around = ((pair[0] + step, pair[1] + step) for step in range(-CONTEXT, CONTEXT + 1))
    return all(one in pairs or max(one) < 0 or (one[0] >= size[0] and one[1] >= size[1]) for one in around)
