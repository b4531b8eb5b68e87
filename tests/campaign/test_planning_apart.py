"""`matrix`, `pack`, `plan` and `start --plans` as commands: planning in jobs that share no secret."""

from __future__ import annotations

import base64
import json
import os
import shutil
import tracemalloc
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixbot.campaign.records import Seen
from fixbot.campaign.shards import MOST, matrix, parse_shard, shard_of
from fixbot.campaign.waves import ordered
from fixbot.campaigning.apart import plan_all
from fixbot.errors import OperatorError
from fixbot.handover.text import LIMIT
from fixbot.shell.campaign.errand import Answer, Errand, run_errand
from tests.parts.command import CLEAN, SMELLY, commit, fixbot, plant, repository
from tests.parts.github import NAME, TOKEN

if TYPE_CHECKING:
    from threading import Event

    from tests.parts.command import Done
    from tests.parts.github import GitHub

NAMES = st.text(min_size=1, max_size=40)
CAMPAIGN = """\
[campaign]
name = "tidy"
codemods = ["bare-except"]
forge = "local"

[repositories]
file = "list.txt"
exclude = ["*-left-out"]

[waves]
canary = 100
"""


@given(NAMES, st.integers(1, MOST))
def test_every_repository_is_in_one_shard_and_stays_there(name: str, of: int) -> None:
    assert 1 <= shard_of(name, of) <= of
    assert shard_of(name, of) == shard_of(name, of)


@given(st.sets(NAMES), NAMES, st.integers(1, MOST))
def test_shards_cover_everything_and_a_new_repository_moves_no_other(names: set[str], new: str, of: int) -> None:
    found = {one["shard"]: one["repositories"] for one in matrix(names, of)["include"]}
    for number in range(1, of + 1):
        mine = [name for name in names if shard_of(name, of) == number]
        assert found.get(f"{number}/{of}", 0) == len(mine)
        if not mine:
            assert f"{number}/{of}" not in found
    assert len(found) <= of
    grown = {one["shard"]: one["repositories"] for one in matrix(names | {new}, of)["include"]}
    changed = {shard for shard in found | grown if found.get(shard, 0) != grown.get(shard, 0)}
    assert changed == (set() if new in names else {f"{shard_of(new, of)}/{of}"})


@given(st.integers(1, MOST), st.integers(1, MOST))
def test_a_shard_is_read_as_it_is_written(number: int, of: int) -> None:
    if number <= of:
        assert parse_shard(f"{number}/{of}") == (number, of)
    else:
        with pytest.raises(OperatorError, match="--shard takes NUMBER/COUNT"):
            parse_shard(f"{number}/{of}")


def test_a_folder_whose_name_is_no_text_has_its_shard_and_its_place() -> None:
    name = os.fsdecode(b"caf\xe9")
    assert 1 <= shard_of(name, 3) <= 3
    assert ordered("tidy", [Seen(name=name, place=name)]) == [Seen(name=name, place=name)]


def test_a_thousand_repositories_are_spread_evenly() -> None:
    counts = [one["repositories"] for one in matrix((f"acme/service-{n}" for n in range(1000)), 20)["include"]]
    assert len(counts) == 20
    assert all(isinstance(count, int) and 25 <= count <= 80 for count in counts)


class Everybody:
    """A campaign over repositories on this machine."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.file = place / "campaign.toml"
        self.names: list[str] = []

    def add(self, name: str, files: dict[str, str]) -> Path:
        """Make a repository that the list names."""
        made = repository(self.place / name, dict(files))
        self.names.append(name)
        plant(self.place, {"campaign.toml": CAMPAIGN, "list.txt": "".join(f"{one}\n" for one in self.names)})
        return made

    def run(self, command: str, *arguments: str | Path) -> Done:
        """Run a command about the campaign."""
        return fixbot("campaign", command, self.file, *arguments)

    def packed(self) -> Path:
        """Pack all of it; gives the folder of the parcels."""
        parcels = self.place / "parcels"
        assert self.run("pack", "--to", parcels).code == 0
        return parcels

    def planned(self) -> Path:
        """Pack and plan all of it; gives the folder of the plans."""
        plans = self.place / "plans"
        assert fixbot("campaign", "plan", self.packed(), "--to", plans, "--jobs", "2").code == 0
        return plans

    def pulls(self) -> dict[str, int]:
        """Count the pull requests of each repository."""
        return {name: len([*(self.place / name).glob(".git/fixbot/pulls/*.json")]) for name in self.names}

    def clear(self) -> None:
        """Forget what the campaign has kept, as a new machine would."""
        for path in sorted((self.place / "tidy.campaign").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()


@pytest.fixture
def everybody(tmp_path: Path) -> Everybody:
    made = Everybody(tmp_path)
    for name in ("one", "two"):
        made.add(name, {"a.py": SMELLY})
    return made


def test_shards_are_packed_planned_and_published_without_one_being_twice(everybody: Everybody, tmp_path: Path) -> None:
    everybody.add("clean", {"a.py": CLEAN})
    everybody.add("here-left-out", {"a.py": SMELLY})
    shards = [one["shard"] for one in everybody.run("matrix", "--shards", "3").json["include"]]
    written = []
    for shard in shards:
        to = tmp_path / "parcels" / shard.replace("/", "-")
        assert everybody.run("pack", "--shard", shard, "--to", to).code == 0
        written.append({path.name for path in to.iterdir()})
        assert fixbot("campaign", "plan", to, "--to", tmp_path / "plans").code == 0
    assert [mine & other for mine, other in combinations(written, 2)] == [set()] * len([*combinations(written, 2)])
    assert sum(map(len, written)) == 2 * 3
    everybody.clear()
    done = everybody.run("start", "--plans", tmp_path / "plans", "--format", "json")
    assert done.code == 0, done.err
    assert everybody.pulls() == {"one": 1, "two": 1, "clean": 0, "here-left-out": 0}
    assert "here-left-out: skipped ([repositories] exclude names it)" in done.err

    before = everybody.pulls()
    assert everybody.run("start", "--plans", tmp_path / "plans").code == 0
    assert everybody.pulls() == before


def test_where_everything_is_left_out_the_matrix_is_empty(everybody: Everybody) -> None:
    everybody.file.write_text(CAMPAIGN.replace("*-left-out", "*"), "utf-8")
    assert everybody.run("matrix", "--shards", "3").json == {"include": []}


@pytest.mark.parametrize(
    "word", ["0/3", "4/3", "a", "3", "/3", "1/0", "1/257", "01/3", "1/3\n", "1/3 ", "-1/3", "\u0661/\u0663"]
)
def test_a_shard_that_is_none_is_wrong_use(word: str, everybody: Everybody, tmp_path: Path) -> None:
    done = everybody.run("pack", f"--shard={word}", "--to", tmp_path / "parcels")
    assert (done.code, done.out) == (2, "")
    assert "--shard takes NUMBER/COUNT such as 3/20" in done.err
    assert not (tmp_path / "parcels").exists()


@pytest.mark.parametrize("number", ["0", "257", "x"])
def test_a_matrix_has_from_one_to_as_many_jobs_as_github_starts(number: str, everybody: Everybody) -> None:
    assert everybody.run("matrix", "--shards", number).code == 2


def test_folders_that_are_missing_or_none_are_wrong_use(everybody: Everybody, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert fixbot("campaign", "plan", tmp_path / "nowhere", "--to", tmp_path / "plans").code == 2
    assert fixbot("campaign", "plan", tmp_path, "--to", tmp_path / "file").code == 2
    done = fixbot("campaign", "plan", tmp_path, "--to", tmp_path / "file" / "plans")
    assert (done.code, "cannot write" in done.err) == (2, True)
    done = everybody.run("pack", "--to", tmp_path / "file" / "parcels")
    assert (done.code, "cannot write" in done.err) == (2, True)
    done = everybody.run("start", "--plans", tmp_path / "nowhere")
    assert (done.code, "cannot take the plans in" in done.err) == (2, True)


def test_an_empty_folder_of_parcels_gives_no_plan_and_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "parcels").mkdir()
    assert fixbot("campaign", "plan", tmp_path / "parcels", "--to", tmp_path / "plans").code == 0
    assert [*(tmp_path / "plans").iterdir()] == []


def test_planning_forgets_the_token(everybody: Everybody, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parcels = everybody.packed()
    monkeypatch.setenv("GITHUB_TOKEN", "tok_canary_4711")
    monkeypatch.setenv("FIXBOT_TOKEN", "tok_canary_4711")
    assert fixbot("campaign", "plan", parcels, "--to", tmp_path / "plans").code == 0
    assert [name for name in ("GITHUB_TOKEN", "FIXBOT_TOKEN") if name in os.environ] == []


def test_a_repository_that_cannot_be_packed_is_reported_and_the_others_are(
    everybody: Everybody, tmp_path: Path
) -> None:
    (everybody.add("three", {"a.py": SMELLY}) / ".git" / "HEAD").unlink()
    done = everybody.run("pack", "--to", tmp_path / "parcels")
    assert done.code == 0
    assert [line for line in done.err.splitlines() if line.startswith("three: ")] != ["three: packed"]
    assert len([*(tmp_path / "parcels").iterdir()]) == 2 * 2


def test_packing_leaves_no_clone_and_no_parcel_behind(everybody: Everybody) -> None:
    everybody.packed()
    left = [path for path in (everybody.place / "tidy.campaign").rglob("*") if path.is_file()]
    assert [path for path in left if path.suffix == ".pack" or "clones" in path.parts] == []


def test_a_parcel_that_is_not_written_whole_is_not_there(everybody: Everybody) -> None:
    parcels = everybody.packed()
    for errand in parcels.glob("*.errand.json"):
        errand.unlink()
        errand.mkdir()
    done = everybody.run("pack", "--to", parcels)
    assert (done.code, done.err.count("cannot be packed: Is a directory")) == (0, 2)
    assert [path.name for path in everybody.place.rglob("*.pack")] == []


def several(parcels: Path, count: int) -> None:
    """Make more parcels of one that is there."""
    errand = min(parcels.glob("*.errand.json"))
    for number in range(count):
        stem = f"{number:016x}-{number:016x}"
        shutil.copyfile(errand, parcels / f"{stem}.errand.json")
        shutil.copyfile(errand.with_name(errand.name.replace(".errand.json", ".pack")), parcels / f"{stem}.pack")


def test_plans_do_not_wait_for_one_another_in_memory(
    everybody: Everybody, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size, count = 4_000_000, 40
    monkeypatch.setattr(
        "fixbot.shell.campaign.engines.run_errand", lambda errand, *_: Answer(name=errand.name, plan=bytes(size))
    )
    several(everybody.packed(), count)
    (tmp_path / "plans").mkdir()
    tracemalloc.start()
    try:
        told = [*plan_all(tmp_path / "parcels", tmp_path / "plans", 2)]
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(told) == len([*(tmp_path / "plans").glob("*.json")]) == count + 2
    assert most < 10 * size


def test_what_nobody_foresaw_spoils_one_plan_and_no_other(
    everybody: Everybody, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def surprised(errand: Errand, parcel: bytes | Path, halt: Event | None = None) -> Answer:
        if errand.name == "one":
            raise MemoryError
        return run_errand(errand, parcel, halt)

    monkeypatch.setattr("fixbot.shell.campaign.engines.run_errand", surprised)
    done = fixbot("campaign", "plan", everybody.packed(), "--to", tmp_path / "plans", "--jobs", "1")
    assert done.code == 0, done.err
    assert "one: fixbot itself is at fault, please report it: MemoryError" in done.err
    assert "two: planned" in done.err
    assert len([*(tmp_path / "plans").iterdir()]) == 1


DAMAGES = [
    ({"commit": "\u00e9" * 40}, "what planning was told is damaged"),
    ({"branch": "a\0b"}, "what planning was told is damaged"),
    ({"arguments": ["--set", "a\0b"]}, "what planning was told is damaged"),
    ({"situation": "\ud800"}, "what planning was told is damaged"),
    ({"commit": "1" * 40}, "the parcel cannot be opened"),
    ({"branch": "../../x"}, "the parcel cannot be opened"),
    ({"version": "0.0.0"}, "fixbot is"),
    ({"situation": "{}"}, "situation"),
]


def test_parcels_that_were_damaged_have_no_plan_and_the_others_have(everybody: Everybody, tmp_path: Path) -> None:
    parcels = everybody.packed()
    errand = min(parcels.glob("*.errand.json"))
    for number, (changes, _) in enumerate(DAMAGES):
        stem = f"{number:016x}-{number:016x}"
        document = json.loads(errand.read_text("utf-8")) | {"name": f"damaged-{number}"} | changes
        (parcels / f"{stem}.errand.json").write_text(json.dumps(document), "utf-8")
        shutil.copyfile(errand.with_name(errand.name.replace(".errand.json", ".pack")), parcels / f"{stem}.pack")
    done = fixbot("campaign", "plan", parcels, "--to", tmp_path / "plans", "--jobs", "2")
    assert done.code == 0, done.err
    told = dict(line.split(": ", 1) for line in done.err.splitlines())
    for number, (_, says) in enumerate(DAMAGES):
        assert says in told[f"damaged-{number}"]
    assert (told["one"], told["two"]) == ("planned", "planned")
    assert len([*(tmp_path / "plans").iterdir()]) == 2


def test_what_is_no_parcel_is_reported_and_never_followed(everybody: Everybody, tmp_path: Path) -> None:
    parcels = everybody.packed()
    first, second = sorted(parcels.glob("*.errand.json"))
    stem = first.name.removesuffix(".errand.json")
    (parcels / f"{stem}.pack").unlink()
    hostile = {
        "../escaped.errand.json": "",
        "x.errand.json": "{}",
        "::error::x.errand.json": "{}",
        f"{'0' * 16}-{'0' * 16}.errand.json": "{}",
        f"{'1' * 16}-{'1' * 16}.errand.json": "not json",
        f"{'2' * 16}-{'2' * 16}\n.errand.json": "{}",
    }
    plant(parcels, {name: content for name, content in hostile.items() if not name.startswith("..")})
    (parcels / f"{'3' * 16}-{'3' * 16}.errand.json").mkdir()
    (parcels / f"{'4' * 16}-{'4' * 16}.errand.json").symlink_to(tmp_path / "nowhere")
    done = fixbot("campaign", "plan", parcels, "--to", tmp_path / "plans")
    assert done.code == 0, done.err
    assert [path.name for path in (tmp_path / "plans").iterdir()] == [second.name.replace(".errand.json", ".json")]
    assert "the parcel cannot be read: No such file or directory" in done.err
    assert done.err.count("`fixbot campaign pack` has not written it") == 5
    assert [line for line in done.err.splitlines() if line.lstrip().startswith("::")] == []


def test_a_plan_that_does_not_fit_is_told(everybody: Everybody, tmp_path: Path) -> None:
    parcels = everybody.packed()
    for errand in parcels.glob("*.errand.json"):
        (tmp_path / "plans" / errand.name.replace(".errand.json", ".json")).mkdir(parents=True)
    done = fixbot("campaign", "plan", parcels, "--to", tmp_path / "plans")
    assert done.code == 0
    assert done.err.count("there is no room for its plan") == 2


def test_a_plan_that_cannot_be_read_fails_its_repository_and_is_dropped(everybody: Everybody) -> None:
    plans = everybody.planned()
    first, _ = sorted(plans.iterdir())
    good = first.read_bytes()
    first.write_text("{}")
    everybody.clear()
    done = everybody.run("start", "--plans", plans, "--format", "json")
    assert done.code == 0
    (failed,) = [row for row in done.json["repositories"] if row["state"] == "failed"]
    assert failed["because"].startswith("required field missing @ its plan.")
    assert sorted(everybody.pulls().values()) == [0, 1]
    assert [path.name for path in (everybody.place / "tidy.campaign" / "plans").iterdir()] != [first.name]

    first.write_bytes(good)
    assert everybody.run("start", "--plans", plans).code == 0
    assert everybody.pulls() == {"one": 1, "two": 1}


def test_a_plan_that_cannot_be_read_is_made_anew_by_who_plans(everybody: Everybody) -> None:
    plans = everybody.planned()
    for plan in plans.iterdir():
        plan.write_text("{}")
    everybody.clear()
    assert everybody.run("start", "--plans", plans).code == 0
    assert set(everybody.pulls().values()) == {0}
    assert everybody.run("start").code == 0
    assert everybody.pulls() == {"one": 1, "two": 1}


def test_a_repository_without_a_plan_waits_and_says_why(everybody: Everybody, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    done = everybody.run("start", "--plans", tmp_path / "plans", "--format", "json")
    assert done.code == 0
    for row in done.json["repositories"]:
        assert row["state"] == "new"
        assert row["because"].startswith("no plan came for it as it is now")


def test_a_plan_for_an_older_commit_is_not_taken_and_the_next_one_counts(everybody: Everybody) -> None:
    """The journal stays here between the runs, as it does where somebody runs the last step on a machine of his own."""
    plans = everybody.planned()
    assert everybody.run("start", "--plans", plans, "--dry-run").code == 0
    commit(everybody.place / "one", {"b.py": SMELLY})
    done = everybody.run("start", "--plans", plans, "--format", "json")
    (row,) = [row for row in done.json["repositories"] if row["name"] == "one"]
    assert row["because"].startswith("no plan came for it as it is now")
    assert everybody.pulls() == {"one": 0, "two": 1}
    done = everybody.run("start", "--plans", everybody.planned(), "--format", "json")
    (row,) = [row for row in done.json["repositories"] if row["name"] == "one"]
    assert row["findings"] == 2
    assert everybody.pulls() == {"one": 1, "two": 1}


def test_only_files_that_are_called_as_plans_are_taken(everybody: Everybody) -> None:
    plans = everybody.planned()
    names = {path.name for path in plans.iterdir()}
    plant(plans, {"x.json": "{}", "sitecustomize.py": "", f"{'0' * 16}-{'0' * 16}.json\n": "{}"})
    (plans / f"{'1' * 16}-{'1' * 16}.json").mkdir()
    (plans / f"{'2' * 16}-{'2' * 16}.json").symlink_to(everybody.place / "nowhere")
    with (plans / f"{'3' * 16}-{'3' * 16}.json").open("wb") as huge:
        huge.truncate(LIMIT + 1)
    everybody.clear()
    assert everybody.run("start", "--plans", plans).code == 0
    assert {path.name for path in (everybody.place / "tidy.campaign" / "plans").iterdir()} == names
    assert everybody.pulls() == {"one": 1, "two": 1}


ON_GITHUB = """\
[campaign]
name = "tidy"
codemods = ["bare-except"]
forge = "github"

[repositories]
organisation = "octo"
"""


@pytest.mark.real
def test_a_token_that_may_only_read_is_enough_to_list_and_to_pack(
    github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured = {"message": "Take part", "content": base64.b64encode(b"max-open = 3\n").decode()}
    github.as_human("PUT", "/contents/fixbot.toml", configured)
    github.emulator.call("PUT", f"/repos/{NAME}/collaborators/fixbot", {"permission": "pull"})
    monkeypatch.setenv("GITHUB_API_URL", github.url)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    file = tmp_path / "campaign.toml"
    file.write_text(ON_GITHUB, "utf-8")
    found = fixbot("campaign", "matrix", file, "--shards", "1")
    assert found.json == {"include": [{"shard": "1/1", "repositories": 1}]}, found.err
    done = fixbot("campaign", "pack", file, "--to", tmp_path / "parcels")
    assert done.err == f"{NAME}: packed\n"
    assert fixbot("campaign", "plan", tmp_path / "parcels", "--to", tmp_path / "plans").code == 0
    assert "GITHUB_TOKEN" not in os.environ

    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    done = fixbot("campaign", "start", file, "--plans", tmp_path / "plans")
    assert ("the token may" in done.err, github.as_human("GET", "/pulls")) == (True, []), done.err
    github.emulator.call("PUT", f"/repos/{NAME}/collaborators/fixbot", {"permission": "push"})
    done = fixbot("campaign", "start", file, "--plans", tmp_path / "plans")
    assert (done.code, len(github.as_human("GET", "/pulls"))) == (0, 1), done.err
