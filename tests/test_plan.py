from __future__ import annotations

import random
import re
import subprocess
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixbot.model import Change, Rewrite, Safety
from fixbot.plan import Limits, Shard, fingerprint, shard_key, shards, units
from tests.parts.findings import rewrite


def split(*rewrites: Rewrite, files: int = 25, lines: int = 250, safety: Safety = Safety.REVIEW) -> list[Shard]:
    return shards([Change("bare-except", safety, rewrites)], Limits(files, lines))


def names(found: list[Shard]) -> dict[str, list[str]]:
    prefix = "fixbot/bare-except/"
    return {
        shard.branch.removeprefix(prefix): sorted(rewrite.path for rewrite in shard.change.rewrites) for shard in found
    }


NAMES = st.one_of(
    st.sampled_from(["a", "b", "all", "src", "-x", ".hidden", "a.lock", "@{", "ä", "A", "a b", "..x", "HEAD"]),
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=6).filter(
        lambda name: name not in {".", ".."}
    ),
)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map(lambda parts: "/".join(parts) + ".py")
CHANGES = st.dictionaries(PATHS, st.integers(1, 12), min_size=1, max_size=25).map(
    lambda sizes: [rewrite(path, lines) for path, lines in sizes.items()]
)
LIMITS = st.builds(Limits, st.integers(1, 8), st.integers(1, 60))


@given(CHANGES, LIMITS)
def test_every_rewrite_is_in_exactly_one_shard(rewrites: list[Rewrite], limits: Limits) -> None:
    found = shards([Change("bare-except", Safety.REVIEW, tuple(rewrites))], limits)
    placed = sorted(one.path for shard in found for one in shard.change.rewrites)
    assert placed == sorted(one.path for one in rewrites)


@given(CHANGES, LIMITS)
def test_a_shard_keeps_within_the_limits_unless_it_is_a_single_file(rewrites: list[Rewrite], limits: Limits) -> None:
    for shard in shards([Change("bare-except", Safety.REVIEW, tuple(rewrites))], limits):
        small = len(shard.change.rewrites) <= limits.files and shard.added + shard.removed <= limits.lines
        assert small or len(shard.change.rewrites) == 1


@given(CHANGES, LIMITS)
def test_branches_differ_and_none_is_a_folder_of_another(rewrites: list[Rewrite], limits: Limits) -> None:
    changes = [Change("bare-except", safety, tuple(rewrites)) for safety in (Safety.REVIEW, Safety.SAFE)]
    branches = sorted(shard.branch for shard in shards(changes, limits))
    assert all(not later.startswith(f"{earlier}/") and earlier != later for earlier, later in pairwise(branches))
    assert len({branch.lower() for branch in branches}) == len(branches), "some file systems know no case"


@given(CHANGES, LIMITS, st.randoms())
def test_the_order_of_the_input_does_not_matter(rewrites: list[Rewrite], limits: Limits, chance: random.Random) -> None:
    mixed = chance.sample(rewrites, len(rewrites))
    one, other = (shards([Change("bare-except", Safety.REVIEW, tuple(order))], limits) for order in (rewrites, mixed))
    assert names(one) == names(other)
    assert [shard.fingerprint for shard in one] == [shard.fingerprint for shard in other]


# The rules of git-check-ref-format(1) that a name without slashes can break.
GOOD = re.compile(r"(?!-)(?!\.)(?!.*\.\.)(?!.*\.lock\Z)(?!.*@\{)[a-z0-9_-]{1,60}\Z")


@given(PATHS)
def test_a_shard_s_name_is_plain(path: str) -> None:
    assert GOOD.match(shard_key(path))


@pytest.mark.real
@settings(max_examples=20, deadline=None)
@given(CHANGES, LIMITS)
def test_git_accepts_every_branch(rewrites: list[Rewrite], limits: Limits) -> None:
    for shard in shards([Change("bare-except", Safety.SAFE, tuple(rewrites))], limits):
        subprocess.run(["git", "check-ref-format", "--branch", shard.branch], check=True, capture_output=True)


@given(st.lists(st.integers(1, 9), min_size=3, max_size=9), st.integers(0, 8))
def test_a_new_file_moves_nothing_in_other_folders(sizes: list[int], chosen: int) -> None:
    rewrites = [rewrite(f"pkg{n}/m{m}.py") for n, size in enumerate(sizes) for m in range(size)]
    grown = f"pkg{chosen % len(sizes)}/new.py"
    before = names(split(*rewrites, rewrite("z.py", 40), files=4, lines=40))
    after = names(split(*rewrites, rewrite(grown), rewrite("z.py", 40), files=4, lines=40))
    folder = grown.partition("/")[0]
    untouched = {
        name: paths for name, paths in before.items() if not any(path.startswith(f"{folder}/") for path in paths)
    }
    for name, paths in untouched.items():
        if not name.startswith("top-"):  # the small neighbours, which share a shard on purpose
            assert after[name] == paths


def test_what_fits_is_one_shard_called_all() -> None:
    assert names(split(rewrite("a.py"), rewrite("b/c.py"))) == {"all": ["a.py", "b/c.py"]}
    assert names(split(rewrite("a.py"), safety=Safety.SAFE)) == {"safe-all": ["a.py"]}


def test_a_folder_called_all_is_not_taken_for_everything() -> None:
    assert "all" not in names(split(rewrite("all/a.py", 4), rewrite("b/a.py", 4), lines=10))


def test_folders_that_would_read_the_same_have_different_names() -> None:
    assert shard_key("a-b/") != shard_key("a_b/") != shard_key("a b/") != shard_key("A-B/")
    assert shard_key("src/pkg/") == f"src-pkg-{shard_key('src/pkg/')[-6:]}"


def test_nothing_is_no_shard() -> None:
    assert shards([], Limits()) == []


def test_the_fingerprint_depends_on_paths_and_bytes_alone() -> None:
    one, two = rewrite("a.py"), rewrite("b.py")
    first = fingerprint(Change("bare-except", Safety.REVIEW, (one, two)))
    assert first == fingerprint(Change("bare-except", Safety.REVIEW, (two, one)))
    others = [
        Change("other", Safety.REVIEW, (one, two)),
        Change("bare-except", Safety.REVIEW, (one,)),
        Change("bare-except", Safety.REVIEW, (one, rewrite("c.py"))),
        Change("bare-except", Safety.REVIEW, (one, rewrite("b.py", 2))),
    ]
    assert len({first, *map(fingerprint, others)}) == 5
    assert re.fullmatch(r"[0-9a-f]{20}", first)


def grouped(*paths: str, group: str, lines: int = 1) -> list[Rewrite]:
    return [replace(rewrite(path, lines), group=group) for path in paths]


def test_a_group_is_never_split_however_large_it_is() -> None:
    group = grouped("a/x.py", "b/x.py", "c/x.py", group="a/x.py")
    found = split(*group, rewrite("a/y.py"), rewrite("b/y.py"), rewrite("d/z.py"), files=2)
    assert names(found)[next(name for name, paths in names(found).items() if "b/x.py" in paths)] == [
        "a/x.py",
        "b/x.py",
        "c/x.py",
    ]
    assert sorted(path for paths in names(found).values() for path in paths) == sorted(
        ["a/x.py", "b/x.py", "c/x.py", "a/y.py", "b/y.py", "d/z.py"]
    )


def test_a_group_counts_with_all_its_files_and_lines() -> None:
    group = grouped("a/x.py", "b/x.py", group="a/x.py", lines=5)
    (whole,) = split(*group, files=2, lines=20)
    assert (whole.added, whole.removed) == (10, 10)
    assert names([whole]) == {"all": ["a/x.py", "b/x.py"]}
    assert len(split(*group, rewrite("c/x.py"), files=2)) == 2
    assert len(split(*group, rewrite("c/x.py"), lines=21)) == 2
    assert len(split(*group, rewrite("c/x.py"), files=3, lines=22)) == 1


def test_a_group_stands_where_its_first_file_is() -> None:
    group = grouped("b/x.py", "a/x.py", group="a/x.py")
    others = [rewrite(f"b/{number}.py") for number in range(3)]
    assert names(split(*group, *others, files=3)) == {"a": ["a/x.py", "b/x.py"], "b": ["b/0.py", "b/1.py", "b/2.py"]}


@given(CHANGES, LIMITS, st.integers(1, 4))
def test_groups_stay_together_within_any_limits(rewrites: list[Rewrite], limits: Limits, size: int) -> None:
    groups = [rewrites[start : start + size] for start in range(0, len(rewrites), size)]
    marked = [replace(one, group=min(each.path for each in group)) for group in groups for one in group]
    found = shards([Change("bare-except", Safety.REVIEW, tuple(marked))], limits)
    homes = [{one.group for one in shard.change.rewrites} for shard in found]
    assert sum(map(len, homes)) == len(groups)
    assert sorted(one.path for shard in found for one in shard.change.rewrites) == sorted(one.path for one in rewrites)


def test_units_are_groups_and_single_files() -> None:
    one, other = grouped("a.py", "c.py", group="a.py")
    alone, same = rewrite("b.py"), rewrite("a.py")
    assert units([one, alone, other, same]) == [(one, other), (alone,), (same,)]
