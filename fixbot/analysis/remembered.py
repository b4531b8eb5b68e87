"""Remembers what was found out about a node or a file for as long as there is that node or file."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

_About = TypeVar("_About")
_Result = TypeVar("_Result")


def remembered(work: Callable[[_About], _Result]) -> Callable[[_About], _Result]:
    """Make a function do its work once for each node, file or module, and forget the result along with that.

    Unlike `functools.lru_cache`, this keeps no tree that nobody else does.

    Args:
        work: takes one thing and returns what does not hold that thing itself; nodes below it are no harm.
    """
    known: WeakKeyDictionary[_About, _Result] = WeakKeyDictionary()

    @wraps(work)
    def once(about: _About) -> _Result:
        if about not in known:
            known[about] = work(about)
        return known[about]

    return once
