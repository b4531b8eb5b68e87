from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from tests.publish.living import ALL, Life, smell

if TYPE_CHECKING:
    from pathlib import Path

# The other lives do what these do, and measuring takes them nearly as long again.
pytestmark = [pytest.mark.real, pytest.mark.no_cover]


@pytest.mark.parametrize("branch", ["fixbot", "fixbot/bare-except"])
def test_a_branch_in_the_way_is_named(tmp_path: Path, branch: str) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("load")})
    life.git("branch", branch)
    done = life.fixbot()
    assert done.code in {0, 2}
    assert "update_ref" not in done.out + done.err
    assert f"{branch} " in done.out + done.err


@pytest.mark.parametrize("key", ["title", "body"])
def test_text_that_is_no_unicode_is_no_fault(life: Life, key: str) -> None:
    life.edit(**{key: f"\ud800{life.record()[key]}"})
    life.commit({"a.py": smell("load", "read")})
    assert life.run().states == [("all", "updated")]
    life.settled()


@pytest.mark.parametrize(
    "changes",
    [
        {"comments": "x"},
        {"comments": [1]},
        {"comments": [{"body": 5}]},
        {"comments": [{"body": "/fixbot status", "updated": "never"}]},
        {"labels": "x"},
        {"created": "x"},
        {"state": "other"},
    ],
)
def test_a_record_that_makes_no_sense_is_named(life: Life, changes: dict[str, object]) -> None:
    life.edit(**changes)
    before = life.files()
    done = life.fixbot()
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith(f"fixbot: {life.root}/.git/fixbot/pulls/1.json is damaged (")
    assert life.files() == before


@pytest.mark.parametrize("key", ["branch", "base", "head"])
@pytest.mark.parametrize("value", ["", "../../x", "--output=x", "HEAD"])
def test_a_record_that_lies_reaches_no_other_place(life: Life, key: str, value: str) -> None:
    life.edit(**{key: value})
    life.commit({"a.py": smell("load", "read")})
    before = life.git("for-each-ref", "refs/heads/main")
    life.run()
    life.run()
    life.settled()
    assert life.git("for-each-ref", "refs/heads/main") == before
    assert not (life.root / "x").exists()
    assert [path.name for path in life.root.parent.iterdir() if path.name == "x"] == []


@pytest.mark.parametrize(
    "marker",
    [
        {"pushed": ["0" * 40]},
        {"pushed": "x"},
        {"findings": ["zz"]},
        {"closed": "merged"},
        {"ignores": ["path:**"] * 3000},
        {"split": 1},
        {"branch": "main"},
        {"codemod": "../x"},
        {"unknown": 1},
    ],
)
def test_a_marker_that_is_forged_overwrites_nothing(life: Life, marker: dict[str, object]) -> None:
    head = life.commit({"x.txt": "x"}, ALL)
    body = life.record()["body"].partition("<!-- fixbot:1 ")[0]
    life.edit(body=f"{body}<!-- fixbot:1 {json.dumps(life.marker() | marker)} -->\n")
    life.commit({"a.py": smell("load", "read")})
    life.run()
    life.run()
    life.settled()
    assert life.head() == head


def test_a_commit_that_was_amended_stays_although_it_says_that_it_is_fixbots(life: Life) -> None:
    life.git("checkout", "--quiet", ALL)
    (life.root / "a.py").write_text("amended = True\n")
    life.git("commit", "--quiet", "--all", "--amend", "--no-edit", "--reset-author")
    life.git("checkout", "--quiet", "main")
    head = life.head()
    body = life.record()["body"].partition("<!-- fixbot:1 ")[0]
    life.edit(body=f"{body}<!-- fixbot:1 {json.dumps(life.marker() | {'pushed': [head]})} -->\n")
    life.commit({"a.py": smell("load", "read")})
    life.run()
    life.settled()
    assert life.head() == head


def test_a_branch_of_a_person_s_own_is_not_touched(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("load")})
    life.git("branch", ALL)
    head = life.commit({"x.txt": "x"}, ALL)
    assert life.only_shown().states == [(f"all-{head[:7]}", "opened")]
    assert life.settled().states == [(f"all-{head[:7]}", "unchanged")]
    assert life.head() == head


def test_what_people_left_on_the_branch_of_a_merged_one_stays_there(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("load")})
    life.run()
    life.merge()
    life.run()
    head = life.commit({"x.txt": "x"}, ALL)
    life.commit({"b.py": smell("save")})
    assert life.run().states == [(f"all-{head[:7]}", "opened"), ("all", "merged")]
    life.settled()
    assert life.head() == head


def test_every_text_form_shows_every_state(tmp_path: Path) -> None:
    files = {f"{name}/m.py": smell(name) for name in ("one", "two", "three", "four", "five")}
    life = Life(tmp_path / "place", files, shard="finding", max_open=4)
    life.run()
    life.close(1)
    life.merge(life.record(2)["branch"])
    life.commit({"x.txt": "x"}, life.record(3)["branch"])
    life.run()
    shown = {form: life.fixbot("--format", form) for form in ("text", "markdown", "sarif", "github", "json")}
    assert {form: (done.code, done.err) for form, done in shown.items()} == dict.fromkeys(shown, (0, ""))
    for form in ("text", "markdown", "json"):
        assert all(word in shown[form].out for word in ("left alone", "unchanged", "declined", "merged"))
    assert life.fixbot("--strict").code == 1


@pytest.mark.parametrize("shard", ["directory", "owner", "finding"])
@pytest.mark.parametrize("update", ["conflict", "behind"])
def test_settings_that_change_from_run_to_run_make_no_second_pull_request(
    tmp_path: Path, shard: str, update: str
) -> None:
    files = {"a.py": smell("a", "b"), "one/c.py": smell("c"), "CODEOWNERS": "one/ @ann\n* @bob\n"}
    life = Life(tmp_path / "place", files, max_open=9)
    life.run()
    for settings in ({"shard": shard}, {"max_files": 1}, {"shard": shard, "max_lines": 1}, {"evidence": "checks"}):
        assert [state for _, state in life.run(update=update, **settings).states] == ["unchanged"]
    life.settled(update=update)


def test_limits_hold_when_it_is_split(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {f"{name}/m.py": smell(name) for name in ("one", "two", "three")}, max_open=2)
    life.run()
    life.comment("/fixbot split")
    life.run()
    assert len(life.pulls()) <= 2
    life.run()
    assert len(life.pulls()) <= 2
    prints = [one for pull in life.pulls() for one in pull["fingerprints"]]
    assert len(prints) == len(set(prints))


def test_the_operator_s_command_is_not_published(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("load")})
    life.run("--verify-command", f'{sys.executable} -c "import a"')
    assert sys.executable not in life.record()["body"]
