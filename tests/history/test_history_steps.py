from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fixbot.history import Commit, Tally, Version, columns, points, settled, staircase
from fixbot.model import Severity

TIMES = st.lists(st.integers(-5, 12), max_size=12)
STEPS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=12)
TALLIES = st.builds(
    Tally,
    st.lists(st.tuples(st.sampled_from(("one", "two")), st.sampled_from(Severity), st.integers(1, 3)), max_size=2).map(
        tuple
    ),
    st.booleans(),
)
CHANGES = st.lists(st.dictionaries(st.sampled_from("abcd"), st.none() | TALLIES, max_size=3), min_size=1, max_size=8)


@given(TIMES)
def test_moments_never_go_back_and_as_many_stay_as_fit(times: list[int]) -> None:
    moments = settled(times)
    assert len(moments) == len(times)
    assert all(one <= other for one, other in pairwise(moments))
    assert set(moments) <= set(times)
    longest = [0] * len(times)
    for at, time in enumerate(times):
        longest[at] = 1 + max((longest[i] for i in range(at) if times[i] <= time), default=0)
    stayed = sum(one == other for one, other in zip(moments, times, strict=True))
    assert stayed >= max(longest, default=0)


def test_one_wrong_clock_moves_nobody_else() -> None:
    assert settled([10, 20, 0, 30]) == [10, 20, 20, 30]
    assert settled([10, 9999, 20, 30]) == [10, 10, 20, 30]
    assert settled([9999, 10, 20]) == [10, 10, 20]


@given(STEPS)
def test_stairs_keep_each_height_until_the_next_moment(steps: list[tuple[int, int]]) -> None:
    steps.sort(key=lambda step: step[0])
    corners = staircase(steps, 10)
    assert all(one[0] == other[0] or one[1] == other[1] for one, other in pairwise(corners)), "no slopes"
    assert (corners[0], corners[-1]) == (steps[0], (10, steps[-1][1]))
    for moment, _ in steps:
        wanted = [height for when, height in steps if when <= moment][-1]
        assert [up for across, up in corners if across <= moment][-1] == wanted


def test_no_corner_stands_where_nothing_changes() -> None:
    assert staircase([(0, 3), (1, 3), (2, 3)], 9) == [(0, 3), (9, 3)]
    assert staircase([], 9) == []


@given(st.lists(st.integers(0, 40), max_size=30).map(sorted), st.integers(1, 10))
def test_a_column_shows_its_last_moment(moments: list[int], most: int) -> None:
    shown = columns(moments, most)
    assert len(shown) <= most + 2, "the first of all, and one at the very end"
    assert shown == sorted(set(shown))
    if moments:
        assert shown[0] == 0
        assert shown[-1] == len(moments) - 1


@given(CHANGES)
def test_sums_are_those_of_the_files_that_are_there(changes: list[dict[str, Tally | None]]) -> None:
    commits, expected = [], []
    tallies: dict[Version, Tally] = {}
    files: dict[str, Tally] = {}
    for number, changed in enumerate(changes):
        new = {Version(path, "100644", str(number)): each for path, each in changed.items() if each is not None}
        gone = tuple(path for path, each in changed.items() if each is None)
        commits.append(Commit(str(number), number, "+0000", "", tuple(new), gone))
        tallies |= new
        files |= {version.path: each for version, each in new.items()}
        files = {path: each for path, each in files.items() if path not in gone}
        found = Counter[tuple[str, Severity]]()
        for each in files.values():
            for codemod, severity, count in each.findings:
                found[codemod, severity] += count
        expected.append((len(files), sum(each.skipped for each in files.values()), found))
    for point, (count, skipped, found) in zip(points(commits, tallies, ("one", "two")), expected, strict=True):
        assert (point.files, point.skipped, point.findings) == (count, skipped, found.total())
        for severity in Severity:
            assert point.severities[severity] == sum(n for (_, each), n in found.items() if each is severity)
        for codemod in ("one", "two"):
            assert point.codemods[codemod] == sum(n for (each, _), n in found.items() if each == codemod)


def test_nothing_is_added_by_a_version_that_nobody_looked_at() -> None:
    commit = Commit("1", 0, "+0000", "", (Version("a.py", "100644", "1"),))
    (point,) = points([commit], {}, ("one",))
    assert (point.files, point.skipped, point.findings, dict(point.codemods)) == (1, 0, 0, {"one": 0})
