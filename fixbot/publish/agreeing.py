"""Whether merging an open pull request gives what fixbot would write today; it reads and compares."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fixbot.lifecycle.deciding import Agreement
from fixbot.model import Change, Touched
from fixbot.shell.merging import Conflict, merged


def agreement(touched: Iterable[Touched], change: Change, now: Callable[[str], bytes | None]) -> Agreement:
    """Merge a commit into the base of today, file by file, and compare with a change that was made on it.

    Args:
        touched: what the commit on the pull request's branch changes; nothing where that is not known.
        change: what fixbot would write today.
        now: gives a file of the base, None where there is none.
    """
    theirs = {one.path: one for one in touched}
    if not theirs:
        return Agreement.DIFFERS
    wanted = {rewrite.path: rewrite for rewrite in change.rewrites}
    result = Agreement.SAME
    for path in sorted({*theirs, *wanted}):
        before = wanted[path].before if path in wanted else now(path)
        after = wanted[path].after if path in wanted else before
        one = theirs.get(path)
        come = before if one is None else merged(one.before, one.after, before)
        if isinstance(come, Conflict):
            return Agreement.CONFLICT
        if come != after:
            result = Agreement.DIFFERS
    return result
