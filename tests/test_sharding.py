from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixbot.model import Change, Rewrite, Safety
from fixbot.owners import owners
from fixbot.plan import Limits, Shard, Sharding, homes, shards, units
from fixbot.plan.keys import finding_key, owners_key
from tests.parts.findings import mark, rewrite


def change(*paths: str, lane: str = "", safety: Safety = Safety.REVIEW, lines: int = 1) -> Change:
    return Change("bare-except", safety, tuple(rewrite(path, lines) for path in paths), lane)


def names(found: Iterable[Shard]) -> dict[str, list[str]]:
    return {
        shard.branch.removeprefix("fixbot/bare-except/"): [one.path for one in shard.change.rewrites] for shard in found
    }


def marks(shard: Shard) -> frozenset[str]:
    return frozenset(finding.fingerprint for finding in shard.change.findings)


def branch(name: str) -> str:
    return f"fixbot/bare-except/{name}"


def owned(path: str) -> tuple[str, ...]:
    """Give the first directory's name as the owner, a team for long ones, nobody at the top."""
    first, slash, _ = path.partition("/")
    return () if not slash else (f"org/{first}", first) if len(first) > 1 else (first,)


NAMES = st.one_of(
    st.sampled_from(["a", "b", "all", "unowned", "A", "deadbeefcafe", "a-b", ".x", "a.lock", "ä", "@{"]),
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=4).filter(
        lambda name: name not in {".", ".."}
    ),
)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map(lambda parts: "/".join(parts) + ".py")
LIMITS = st.builds(Limits, st.integers(1, 8), st.integers(1, 60))
PREFIXES = st.sampled_from(["", "issue-12"])


def again(old: Rewrite) -> Rewrite:
    """Give a rewrite of another finding in the same file."""
    found = replace(old.findings[0], fingerprint=mark(f"again {old.path}"))
    return replace(old, findings=(found,), group="")


@st.composite
def states(draw: st.DrawFn) -> tuple[list[Change], Sharding]:
    """Give changes of every kind: atomic groups, lanes, more in a file of a lane, parted findings, two safeties."""
    sizes = draw(st.dictionaries(PATHS, st.integers(1, 12), min_size=1, max_size=20))
    rewrites = [rewrite(path, lines) for path, lines in sizes.items()]
    size = draw(st.integers(1, 3))
    chunks = [rewrites[start : start + size] for start in range(0, len(rewrites), size)]
    grouped = [[replace(one, group=chunk[0].path if size > 1 else "") for one in chunk] for chunk in chunks]
    kinds = draw(st.lists(st.integers(0, 4), min_size=len(chunks), max_size=len(chunks)))
    by_kind: dict[int, list[Rewrite]] = {}
    for kind, chunk in zip(kinds, grouped, strict=True):
        by_kind.setdefault(kind, []).extend(chunk)
    lanes = {1: branch("all"), 2: branch("a")}
    safe = {3: Safety.SAFE}
    changes = [
        Change("bare-except", safe.get(kind, Safety.REVIEW), tuple(inside), lanes.get(kind, ""))
        for kind, inside in by_kind.items()
        if kind < 4
    ]
    joining = [again(one) for kind in lanes for one in by_kind.get(kind, []) if draw(st.booleans())]
    changes += [Change("bare-except", Safety.REVIEW, tuple(joining))] if joining else []
    apart = [Change("bare-except", Safety.REVIEW, unit) for unit in units(by_kind.get(4, []))]
    parted = frozenset(finding.fingerprint for one in apart for finding in one.findings)
    by = draw(st.sampled_from(["directory", "owner", "finding"]))
    return changes + apart, Sharding(by, owned, draw(PREFIXES), parted=parted)


def placed(found: Iterable[Shard]) -> list[str]:
    return sorted(one.path for shard in found for one in shard.change.rewrites)


def assert_sound(changes: Sequence[Change], found: Sequence[Shard]) -> None:
    """Hold every shard against what must be true whatever the settings."""
    assert placed(found) == sorted(one.path for each in changes for one in each.rewrites)
    branches = [shard.branch for shard in found]
    assert len({name.lower() for name in branches}) == len(branches)
    assert all(re.fullmatch(r"fixbot/bare-except/[a-z0-9_][a-z0-9_-]*", name) for name in branches)
    homes_of = [one.group for shard in found for one in {each.group: each for each in shard.change.rewrites}.values()]
    groups = [group for group in homes_of if group]
    assert len(set(groups)) == len(groups), "an atomic set is never split"


@given(states(), LIMITS, st.data())
def test_whatever_is_asked_for_the_shards_are_sound(
    state: tuple[list[Change], Sharding], limits: Limits, data: st.DataObject
) -> None:
    changes, sharding = state
    found = shards(changes, limits, sharding)
    assert_sound(changes, found)
    for _ in range(4):
        new = [marks(shard) for shard in found if not shard.change.lane]
        chosen = data.draw(st.sets(st.sampled_from(new or [frozenset()])))
        sharding = replace(sharding, split=(*sharding.split, *chosen))
        taken = data.draw(st.sets(st.sampled_from([shard.branch for shard in found])))
        found = shards(changes, limits, sharding, taken)
        assert_sound(changes, found)
        assert taken.isdisjoint(shard.branch for shard in found if not shard.change.lane)


@pytest.mark.real
@settings(max_examples=20, deadline=None)
@given(states(), LIMITS)
def test_git_accepts_every_branch(state: tuple[list[Change], Sharding], limits: Limits) -> None:
    for shard in shards(state[0], limits, state[1]):
        subprocess.run(["git", "check-ref-format", "--branch", shard.branch], check=True, capture_output=True)


FOLDERS = [f"pkg{number}" for number in range(4)]


@given(
    st.lists(st.integers(2, 9), min_size=4, max_size=4),
    st.sampled_from(FOLDERS),
    st.sampled_from(["directory", "owner", "finding"]),
    st.sets(st.sampled_from(["all", *FOLDERS, *(f"org-{folder}" for folder in FOLDERS)])),
    PREFIXES,
)
def test_a_new_file_renames_no_shard_of_another_folder(
    sizes: list[int], grown: str, by: str, split: set[str], prefix: str
) -> None:
    paths = [
        f"{folder}/{'ab'[n % 2]}/m{n}.py" for folder, size in zip(FOLDERS, sizes, strict=True) for n in range(size)
    ]
    whole = shards([change(*paths)], Limits(3, 99), Sharding(by, owned, prefix))
    chosen = [shard for shard in whole if shard.branch.rpartition("/")[2].removeprefix(f"{prefix}-") in split]
    sharding = Sharding(by, owned, prefix, [marks(shard) for shard in chosen])
    before, after = (
        names(shards([change(*inside)], Limits(3, 99), sharding)) for inside in (paths, [*paths, f"{grown}/a/new.py"])
    )
    for name, inside in before.items():
        if not any(path.startswith(f"{grown}/") for path in inside):
            assert after[name] == inside


def test_a_change_with_a_lane_is_one_shard_there_whatever_its_size() -> None:
    open_one = change("a.py", "b/c.py", lines=20, lane=branch("old-name"))
    found = shards([change("d.py"), open_one], Limits(1, 2))
    new = names(shards([change("a.py", "b/c.py", "d.py", lines=20)], Limits(1, 2)))
    assert names(found) == {"old-name": ["a.py", "b/c.py"]} | {key: ["d.py"] for key in new if new[key] == ["d.py"]}
    assert len(found) == 2
    assert [shard.change.lane for shard in found] == [branch("old-name"), ""]
    assert (found[0].added, found[0].removed) == (40, 40)


def test_a_new_shard_never_has_the_branch_of_an_open_pull_request() -> None:
    open_ones = [change("a.py", lane=branch("all")), change("b.py", lane=branch("all-2"))]
    found = shards([*open_ones, change("c.py")], Limits(), taken={branch("all-3")})
    assert names(found) == {"all": ["a.py"], "all-2": ["b.py"], "all-4": ["c.py"]}
    assert found[-1].natural == branch("all")


@pytest.mark.parametrize("by", ["directory", "owner"])
def test_what_is_new_in_a_long_file_of_an_open_pull_request_has_one_of_its_own(by: str) -> None:
    open_one = change("a.py", lines=100, lane=branch("all"))
    found = shards([open_one, change("a.py", lines=100)], Limits(), Sharding(by, owned))
    assert [(placed([shard]), bool(shard.change.lane)) for shard in found] == [(["a.py"], True), (["a.py"], False)]


def test_what_is_new_in_a_long_file_stays_apart_from_its_neighbours() -> None:
    open_one = change("a.py", lines=100, lane=branch("old"))
    found = names(shards([open_one, change("a.py", "b.py", lines=100)], Limits()))
    assert sorted(found.values()) == [["a.py"], ["a.py"], ["b.py"]]


def test_a_lane_is_the_branch_of_one_change_alone() -> None:
    found = shards([change("a.py", lane=branch("all")), change("b.py", lane=branch("all"))], Limits())
    assert names(found) == {"all": ["a.py"], "all-2": ["b.py"]}
    assert [shard.change.lane for shard in found] == [branch("all"), ""]


def test_what_is_left_empty_is_no_shard() -> None:
    assert shards([change()], Limits()) == []


def test_owners_have_a_pull_request_each() -> None:
    found = shards([change("a/x.py", "a/y.py", "b/x.py", "top.py", "lib/x.py")], Limits(), Sharding("owner", owned))
    assert names(found) == {
        "a": ["a/x.py", "a/y.py"],
        "b": ["b/x.py"],
        "unowned": ["top.py"],
        owners_key(["lib", "org/lib"]): ["lib/x.py"],
    }


def test_what_is_too_much_of_one_owner_is_divided_by_directory() -> None:
    inside = [f"a/{folder}/{number}.py" for folder in "xyz" for number in range(4)]
    found = names(shards([change(*inside, "b/x.py")], Limits(files=5), Sharding("owner", owned)))
    assert found["b"] == ["b/x.py"]
    assert sorted(name.rpartition("-")[0] for name in found) == ["", "a-a-x", "a-a-y", "a-a-z"]


def test_a_group_belongs_to_the_owner_of_its_first_file() -> None:
    group = [rewrite(path, group="b/x.py") for path in ("b/x.py", "a/x.py")]
    found = shards([Change("bare-except", Safety.REVIEW, tuple(group))], Limits(), Sharding("owner", owned))
    assert names(found) == {"a": ["a/x.py", "b/x.py"]}


def test_without_owners_it_is_by_directory() -> None:
    assert names(shards([change("a/x.py", "b/x.py")], Limits(), Sharding("owner"))) == {"all": ["a/x.py", "b/x.py"]}


def test_where_no_rule_names_owners_it_is_by_directory() -> None:
    sharding = Sharding("owner", owners("# nobody yet\n"))
    assert names(shards([change("a/x.py", "b/x.py")], Limits(), sharding)) == {"all": ["a/x.py", "b/x.py"]}
    named = Sharding("owner", owners("/c/ @ann"))
    assert names(shards([change("a/x.py", "b/x.py")], Limits(), named)) == {"unowned": ["a/x.py", "b/x.py"]}


def test_the_key_of_owners_knows_no_order_and_no_case() -> None:
    assert owners_key(["b", "A"]) == owners_key(["a", "B", "a"])
    assert len({owners_key(names) for names in ([], ["all"], ["unowned"], ["a/b"], ["a", "b"], ["a-b"], ["a"])}) == 7


def test_each_finding_has_a_pull_request_of_its_own() -> None:
    alone = [change("a.py"), change("b/a.py")]
    found = shards(alone, Limits(), Sharding("finding"))
    assert names(found) == {mark("a.py")[:12]: ["a.py"], mark("b/a.py")[:12]: ["b/a.py"]}


def test_findings_that_were_parted_have_theirs_beside_the_others() -> None:
    changes = [change("a.py"), change("b.py"), change("c.py", "d.py")]
    found = shards(changes, Limits(), Sharding(parted={mark("a.py"), mark("b.py")}))
    assert names(found) == {mark("a.py")[:12]: ["a.py"], mark("b.py")[:12]: ["b.py"], "all": ["c.py", "d.py"]}


def test_what_two_findings_share_is_named_for_the_first_of_their_fingerprints() -> None:
    pair = (rewrite("a.py"), rewrite("b.py"))
    assert finding_key(pair) == min(mark("a.py"), mark("b.py"))[:12] == finding_key(reversed(pair))
    assert re.fullmatch(r"[0-9a-f]{12}", finding_key([replace(pair[0], findings=())]))


def test_an_issue_gives_its_name_to_all_that_it_asks_for() -> None:
    one, several = (
        shards([change("a/x.py", "b/x.py")], Limits(files), Sharding(prefix="issue-12")) for files in (2, 1)
    )
    assert list(names(one)) == ["issue-12"]
    assert sorted(names(several)) == ["issue-12-a", "issue-12-b"]
    safe = shards([change("a.py", safety=Safety.SAFE), change("b.py")], Limits(), Sharding(prefix="issue-12"))
    assert names(safe) == {"safe-issue-12": ["a.py"], "issue-12": ["b.py"]}
    alone = shards([change("a.py"), change("b.py")], Limits(), Sharding("finding", prefix="issue-12"))
    assert sorted(names(alone)) == sorted(f"issue-12-{mark(path)[:12]}" for path in ("a.py", "b.py"))


def asked_to_split(
    changes: Sequence[Change], *keys: str, by: str = "directory", prefix: str = ""
) -> dict[str, list[str]]:
    """Ask to split what has a name, one after the other."""
    sharding = Sharding(by, owned, prefix)
    for key in keys:
        (asked,) = (shard for shard in shards(changes, Limits(), sharding) if shard.branch == branch(key))
        sharding = replace(sharding, split=(*sharding.split, marks(asked)))
    return names(shards(changes, Limits(), sharding))


TREE = [change("src/a/x.py", "src/a/y.py", "src/b/x.py", "src/x.py", "src/y.py")]


def test_a_branch_that_is_too_large_for_people_is_divided_by_the_next_directories() -> None:
    found = asked_to_split(TREE, "all")
    assert sorted(found.values()) == [["src/a/x.py", "src/a/y.py"], ["src/b/x.py"], ["src/x.py", "src/y.py"]]
    assert all(name.startswith("src-") for name in found)


def test_a_directory_that_is_too_large_for_people_is_divided_by_file() -> None:
    (loose,) = (name for name, inside in asked_to_split(TREE, "all").items() if inside == ["src/x.py", "src/y.py"])
    files = asked_to_split(TREE, "all", loose)
    assert sorted(map(len, files.values())) == [1, 1, 1, 2]


def test_one_file_stays_until_its_findings_are_rewritten_one_by_one() -> None:
    sharding = Sharding(split=[{mark("a.py")}])
    (whole,) = shards([change("a.py")], Limits(), sharding)
    assert whole.natural == branch("all")
    (alone,) = shards([change("a.py")], Limits(), replace(sharding, parted={mark("a.py")}))
    assert alone.natural == alone.branch == branch(mark("a.py")[:12])


def test_what_an_owner_or_an_issue_has_is_divided_under_its_name() -> None:
    owner = asked_to_split([change("a/x/1.py", "a/y/1.py", "a/1.py")], "a", by="owner")
    assert all(name.startswith("a-a-") for name in owner)
    assert len(owner) == 3
    issue = asked_to_split([change("a/x.py", "b/x.py")], "issue-12", prefix="issue-12")
    assert sorted(issue) == ["issue-12-a", "issue-12-b"]


def test_small_neighbours_are_divided_too() -> None:
    paths = [f"{folder}/x.py" for folder in "abcdefgh"]
    whole = shards([change(*paths, "z.py")], Limits(files=5))
    assert len(whole) > 1
    again = names(shards([change(*paths, "z.py")], Limits(files=5), Sharding(split=[marks(shard) for shard in whole])))
    assert len(again) == 9
    assert sorted(chain.from_iterable(again.values())) == sorted([*paths, "z.py"])


def test_one_that_got_a_number_can_be_divided_under_it() -> None:
    open_one = change("z.py", lane=branch("all"))
    assert asked_to_split([open_one, change("a/x.py", "b/x.py")], "all-2") == {
        "all": ["z.py"],
        "a": ["a/x.py"],
        "b": ["b/x.py"],
    }


def test_a_path_of_any_depth_can_be_divided() -> None:
    deep = "a/" * 3000
    found = shards([change(f"{deep}x.py", f"{deep}y.py")], Limits(files=1))
    assert placed(found) == [f"{deep}x.py", f"{deep}y.py"]
    assert len(asked_to_split([change(f"{deep}x.py", f"{deep}y.py")], "all")) == 2


def test_a_new_finding_joins_the_open_pull_request_where_it_would_be() -> None:
    changes = [change("a.py", lane=branch("all")), change("b.py")]
    found = shards(changes, Limits(), taken={branch("all")})
    assert homes(found, {branch("all")}, Limits()) == {mark("b.py"): branch("all")}
    assert homes(found, set(), Limits()) == {}
    assert homes(found, {branch("all")}, Limits(files=1)) == {}
    assert homes(found, {branch("all")}, Limits(lines=3)) == {}


def test_a_new_finding_in_the_same_file_counts_that_file_once() -> None:
    found = shards([change("a.py", lane=branch("all")), change("a.py")], Limits())
    assert homes(found, {branch("all")}, Limits(files=1)) == {mark("a.py"): branch("all")}


def test_an_open_pull_request_of_which_nothing_is_left_takes_what_would_be_there() -> None:
    found = shards([change("b.py")], Limits(), taken={branch("all")})
    assert names(found) == {"all-2": ["b.py"]}
    assert homes(found, {branch("all")}, Limits()) == {mark("b.py"): branch("all")}
