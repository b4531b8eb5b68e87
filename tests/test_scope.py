from __future__ import annotations

from dataclasses import replace

import pytest

from fixbot.model import Finding, Place, Scope
from tests.parts.findings import FINDING


def finding(path: str, line: int = 1, end_line: int = 1) -> Finding:
    return replace(FINDING, path=path, line=line, end_line=end_line)


HELD = [
    (Place("a.py"), finding("a.py", 40, 50), True),
    (Place("a.py"), finding("src/a.py"), False),
    (Place("src/"), finding("src/pkg/a.py"), True),
    (Place("src/"), finding("srcs/a.py"), False),
    (Place("src"), finding("src/a.py"), False),
    (Place("a.py", 7), finding("a.py", 7, 7), True),
    (Place("a.py", 7), finding("a.py", 5, 9), True),
    (Place("a.py", 7), finding("a.py", 8, 9), False),
    (Place("a.py", 7), finding("a.py", 5, 6), False),
    (Place("a.py", 7, 9), finding("a.py", 9, 12), True),
    (Place("a.py", 7, 9), finding("a.py", 1, 7), True),
    (Place("a.py", 7, 9), finding("a.py", 10, 12), False),
]


@pytest.mark.parametrize(("place", "found", "expected"), HELD)
def test_a_place_holds_what_shares_a_line_with_it(place: Place, found: Finding, *, expected: bool) -> None:
    assert place.holds(found) is expected
    assert Scope((Place("elsewhere.py"), place)).holds(found) is expected


def test_no_places_hold_nothing() -> None:
    assert not Scope(()).holds(finding("a.py"))
