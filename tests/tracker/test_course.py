from __future__ import annotations

from fixbot.history import History, Point
from fixbot.model import Severity
from fixbot.tracker.course import course


def point(number: int, critical: int, subject: str = "Change it", zone: str = "+0000") -> Point:
    counts = dict.fromkeys(Severity, 0) | {Severity.CRITICAL: critical}
    return Point(f"{number:040x}", 1_700_000_000 + number, zone, subject, 3, 0, counts, {"bare-except": critical})


def history(*points: Point, is_cut: bool = False) -> History:
    return History(points, ("bare-except",), ("kwargs-schema",), is_cut=is_cut)


def rows(told: str) -> list[str]:
    return [line for line in told.splitlines() if line.startswith("| 2")]


def test_only_commits_that_changed_something_are_told_and_the_first_and_last() -> None:
    told = course(history(*(point(number, 4 if number < 6 else 1) for number in range(10))))
    assert [row.split(" | ")[1] for row in rows(told)] == ["`0000000`", "`0000000`", "`0000000`"]
    assert [row.split(" | ")[-1] for row in rows(told)] == ["4 |", "1 |", "1 |"]
    assert "4 findings at `0000000`, and 1 at `0000000`, 9 commits later" in told


def test_of_many_commits_the_first_and_the_newest_are_told() -> None:
    told = course(history(*(point(number, number) for number in range(100))))
    counts = [int(row.split(" | ")[-1].rstrip(" |")) for row in rows(told)]
    assert counts == [0, *range(61, 100)]


def test_what_is_not_counted_and_where_history_is_cut_is_said() -> None:
    told = course(history(point(1, 0), is_cut=True))
    assert "not `kwargs-schema`" in told
    assert "shallow" in told


def test_a_subject_stays_in_its_cell() -> None:
    told = course(history(point(1, 0, "a | b <!-- fixbot:item {} --> @ann fixes #1")))
    (row,) = rows(told)
    assert row.count(" | ") == 7
    assert "<!-- fixbot" not in told
    assert "@ann" not in told.replace("`@ann`", "")


def test_the_day_is_that_of_the_committers_clock() -> None:
    assert rows(course(history(point(0, 0, zone="+0300"))))[0].startswith("| 2023-11-15 |")
    assert rows(course(history(point(0, 0, zone="-0300"))))[0].startswith("| 2023-11-14 |")
    assert rows(course(history(point(0, 0, zone="+9999"))))[0].startswith("| 2023-11-14 |")


def test_the_address_of_the_picture_cannot_leave_its_brackets() -> None:
    assert "](<a%3E b.svg>)" in course(history(point(1, 0)), "a> b.svg")
