"""Lets what looks at code look at the same code only once: what the machine tries is what becomes of that."""

from __future__ import annotations

import pickle
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from fixbot.examine import examine
from fixbot.shell import ruff

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fixbot.examine import Examined, Orders
    from fixbot.model import Rewrite, SourceFile

_EXAMINED: dict[bytes, Examined] = {}
_ASKED: dict[tuple[tuple[Rewrite, ...], ruff.Style], list[ruff.Opinion]] = {}
_ask = ruff.ask


def _examine(orders: Orders, source: SourceFile) -> Examined:
    same = pickle.dumps((orders, source))
    if same not in _EXAMINED:
        _EXAMINED[same] = examine(orders, source)
    return _EXAMINED[same]


def _opinions(rewrites: Sequence[Rewrite], style: ruff.Style) -> list[ruff.Opinion]:
    same = tuple(rewrites), style
    if same not in _ASKED:
        _ASKED[same] = _ask(rewrites, style)
    return list(_ASKED[same])


@contextmanager
def sparing() -> Iterator[None]:
    """Rewrite a file with the same orders only once, and ask ruff only once about the same rewrites."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fixbot.prepare.examine", _examine)
        patch.setattr(ruff, "ask", _opinions)
        yield
