from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.parts.command import CLEAN, MANUAL, Done
from tests.publish.living import Life, smell

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real
NUMBER = 7
WHOLE = "# Bare excepts\n\nPlease fix bare-except.\n"


@pytest.fixture
def life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Life:
    """Give a repository with two findings in two files, and a person in front of it."""
    monkeypatch.delenv("CI", raising=False)
    return Life(tmp_path / "place", {"one/a.py": smell("a"), "two/b.py": smell("b"), "c.py": CLEAN})


def said(life: Life, number: int = NUMBER, kind: str = "issues") -> str:
    """Give the one comment on an issue, without its marker."""
    (comment,) = life.comments(number, kind)
    body: str = comment["body"]
    return body.partition("\n\n<!-- fixbot:outcome ")[0]


def refused(life: Life, because: str, *, number: int = NUMBER) -> Done:
    """Let a run fail with one sentence, write at most one comment, and the next run nothing."""
    before = life.files()
    dry = life.fixbot("--issue", str(number), "--dry-run")
    assert (dry.code, dry.err) == (2, f"fixbot: {because}\n")
    assert life.files() == before
    done = life.fixbot("--issue", str(number))
    assert (done.code, done.out, done.err) == (2, "", f"fixbot: {because}\n")
    assert life.git("for-each-ref", "refs/heads/fixbot") == ""
    after = life.files()
    assert life.fixbot("--issue", str(number)).code == 2
    assert life.files() == after
    return done


def test_everything_is_fixed(life: Life) -> None:
    life.issue(NUMBER, WHOLE)
    ran = life.only_shown("--issue", str(NUMBER))
    assert ran.states == [("issue-7", "opened")]
    body = life.pulls()[0]["body"]
    assert "\nFixes #7\n" in body
    number = life.pulls()[0]["number"]
    assert said(life) == (
        f"fixbot looked for `bare-except`.\n\n- #{number} Say what an `except:` catches (2 places, issue-7)\n\n"
        "Merging it closes this issue."
    )
    assert life.settled("--issue", str(NUMBER)).states == [("issue-7", "unchanged")]


def test_the_nightly_run_keeps_it_and_its_line(life: Life) -> None:
    life.issue(NUMBER, WHOLE)
    life.run("--issue", str(NUMBER))
    before = life.pulls()[0]
    assert life.only_shown().states == [("issue-7", "unchanged")]
    assert life.pulls() == [before]
    assert life.settled().states == [("issue-7", "unchanged")]
    assert life.settled("--issue", str(NUMBER)).states == [("issue-7", "unchanged")]


def test_the_nightly_run_that_updates_it_keeps_its_line(life: Life) -> None:
    life.issue(NUMBER, "# Broken\n\nbare-except in one/a.py\n")
    life.run("--issue", str(NUMBER))
    life.commit({"one/a.py": "import os\n\n" + smell("a")})
    assert ("issue-7", "conflict") in life.run().states
    assert "\nFixes #7\n" in life.pulls()[0]["body"]
    life.settled()
    life.settled("--issue", str(NUMBER))


def test_only_a_part_is_fixed(life: Life) -> None:
    life.commit({"one/a.py": smell("a") + "\n\n" + MANUAL})
    life.issue(NUMBER, WHOLE)
    assert life.run("--issue", str(NUMBER)).states == [("issue-7", "opened")]
    body = life.pulls()[0]["body"]
    assert "Fixes #" not in body
    assert "\nRefs #7\n\nAsked for there and not in this pull request:\n\n- `one/a.py:11`: " in body
    assert "That is not all that was asked for." in said(life)
    assert "1 place left as they are:\n- `one/a.py:11`: " in said(life).replace("\n\n- ", "\n- ")
    life.settled("--issue", str(NUMBER))
    life.run()
    life.settled()
    life.settled("--issue", str(NUMBER))


def test_a_place_with_a_line(life: Life) -> None:
    life.commit({"one/a.py": smell("a", "b", "c")})
    life.issue(NUMBER, "# Broken\n\nSee one/a.py:11\n")
    ran = life.only_shown("--issue", str(NUMBER))
    assert [(pull["files"], pull["findings"]) for pull in ran.pulls] == [(["one/a.py"], 1)]
    assert "\nFixes #7\n" in life.pulls()[0]["body"]
    assert said(life).startswith("fixbot looked for ")
    assert " in `one/a.py:11`.\n" in said(life)
    life.settled("--issue", str(NUMBER))


def test_ticked_boxes_are_left_out(life: Life) -> None:
    life.issue(NUMBER, "# bare-except\n\n- [x] one/a.py\n- [ ] two/b.py\n")
    assert [pull["files"] for pull in life.run("--issue", str(NUMBER)).pulls] == [["two/b.py"]]
    life.settled("--issue", str(NUMBER))


def test_a_known_and_an_unknown_path(life: Life) -> None:
    life.issue(NUMBER, "# bare-except\n\none/a.py and gone/z.py\n")
    assert life.run("--issue", str(NUMBER)).states == [("issue-7", "opened")]
    assert "\nRefs #7\n" in life.pulls()[0]["body"]
    assert "Not in this repository: `gone/z.py`." in said(life)
    life.settled("--issue", str(NUMBER))


def test_unknown_paths_alone(life: Life) -> None:
    life.issue(NUMBER, "# bare-except\n\ngone/z.py:3\n")
    because = "no tracked Python file has the path that it names: write it as the repository has it"
    refused(life, f"issue 7: {because}")
    assert said(life)


@pytest.mark.parametrize(
    ("text", "arguments", "word"),
    [
        ("# bare-except\n\ngone/z.py:3\n", (), "gone/z.py"),
        ("# bare-except\n\n- [x] one/a.py\n", (), "ticked"),
        (WHOLE, ("--ignore", "bare-except"), "not selected"),
    ],
)
def test_the_comment_says_why(life: Life, text: str, arguments: tuple[str, ...], word: str) -> None:
    life.issue(NUMBER, text)
    assert life.fixbot("--issue", str(NUMBER), *arguments).code == 2
    assert word in said(life)


def test_nothing_is_understood(life: Life) -> None:
    life.issue(NUMBER, "# Slow\n\nThe page takes long.\n")
    done = life.fixbot("--issue", str(NUMBER), "--dry-run")
    assert done.err.startswith("fixbot: issue 7: it names no codemod and no tracked Python file: name one of `")
    refused(life, done.err.removeprefix("fixbot: ").strip())
    assert said(life).startswith("fixbot has done nothing: it names no codemod and no tracked Python file")


def test_nothing_is_found(life: Life) -> None:
    life.issue(NUMBER, "# bare-except in c.py\n")
    assert life.only_shown("--issue", str(NUMBER)).states == []
    assert said(life) == "fixbot looked for `bare-except` in `c.py` and found nothing to rewrite."
    life.settled("--issue", str(NUMBER))


def test_a_closed_issue(life: Life) -> None:
    life.issue(NUMBER, WHOLE)
    life.run("--issue", str(NUMBER))
    life.git("branch", "--quiet", "-D", "fixbot/bare-except/issue-7")
    life.edit(NUMBER, "issues", state="closed")
    refused(life, "issue 7: it is closed: open it again first")
    assert said(life).startswith("This issue is closed, so fixbot has done nothing.")


def test_a_pull_request_is_no_issue(life: Life) -> None:
    life.run()
    life.git("branch", "--quiet", "-D", "fixbot/bare-except/all")
    refused(life, "issue 1: it is a pull request: name an issue", number=1)
    assert said(life, 1, "pulls").startswith("This is a pull request, ")


def test_no_such_issue(life: Life) -> None:
    refused(life, "there is no issue 7 here, or the token may not see it")


def test_automated_use_of_the_owner_s_issue(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    life.issue(NUMBER, WHOLE)
    assert life.run("--issue", str(NUMBER)).states == [("issue-7", "opened")]
    life.settled("--issue", str(NUMBER))


def test_the_comment_is_edited_when_it_differs(life: Life) -> None:
    life.issue(NUMBER, WHOLE)
    life.run("--issue", str(NUMBER))
    (before,) = life.comments(NUMBER, "issues")
    life.merge("fixbot/bare-except/issue-7")
    life.only_shown("--issue", str(NUMBER))
    (after,) = life.comments(NUMBER, "issues")
    assert (after["id"], after["body"] == before["body"]) == (before["id"], False)
    life.settled("--issue", str(NUMBER))


def test_what_another_pull_request_has_is_left_there(life: Life) -> None:
    life.run()
    before = life.pulls()
    life.issue(NUMBER, WHOLE)
    life.run("--issue", str(NUMBER))
    assert life.pulls() == before
    assert "#1 " in said(life)
    assert "(opened for something else)" in said(life)
    life.settled("--issue", str(NUMBER))
    life.settled()


def test_a_part_of_what_another_pull_request_has(life: Life) -> None:
    life.run()
    before = life.pulls()
    life.issue(NUMBER, "# bare-except in one/a.py\n")
    life.run("--issue", str(NUMBER))
    assert life.pulls() == before
    life.settled("--issue", str(NUMBER))
    life.settled()


def test_two_issues_about_the_same(life: Life) -> None:
    life.issue(7, WHOLE)
    life.issue(8, WHOLE)
    life.run("--issue", "7")
    life.run("--issue", "8")
    assert len(life.pulls()) == 1
    assert "\nFixes #7\n" in life.pulls()[0]["body"]
    for number in ("7", "8", "7"):
        life.settled("--issue", number)


def test_an_issue_that_asks_for_more_later(life: Life) -> None:
    life.issue(NUMBER, "# bare-except in one/a.py\n")
    life.run("--issue", str(NUMBER))
    life.issue(NUMBER, WHOLE)
    life.run("--issue", str(NUMBER))
    life.run("--issue", str(NUMBER))
    life.settled("--issue", str(NUMBER))
    prints = [one for pull in life.pulls() for one in pull["fingerprints"]]
    assert len(prints) == len(set(prints)) == 2
    assert "\nFixes #7\n" in life.pulls()[0]["body"]
    life.run()
    life.settled()


def test_an_issue_whose_pull_request_was_declined(life: Life) -> None:
    life.issue(NUMBER, WHOLE)
    life.run("--issue", str(NUMBER))
    life.close(life.pulls()[0]["number"])
    life.only_shown("--issue", str(NUMBER))
    assert life.pulls() == []
    assert "pull request 8 was closed with it" in said(life)
    life.settled("--issue", str(NUMBER))


def test_an_issue_with_limits(life: Life) -> None:
    life.issue(NUMBER, WHOLE)
    ran = life.run("--issue", str(NUMBER), max_files=1, max_open=1)
    assert [state for _, state in ran.states] == ["opened", "waiting"]
    assert "Fixes #" not in life.pulls()[0]["body"]
    assert "That is not all that was asked for." in said(life)


def test_an_issue_that_has_to_wait(life: Life) -> None:
    life.commit({"one/a.py": smell("a"), "two/b.py": CLEAN})
    life.run(max_open=1)
    life.commit({"two/b.py": smell("b")})
    life.issue(NUMBER, "# bare-except in two/\n")
    ran = life.run("--issue", str(NUMBER), max_open=1)
    assert [state for _, state in ran.states] == ["waiting"]
    assert "Merging it closes this issue." not in said(life)
    life.settled("--issue", str(NUMBER), max_open=1)


def test_an_issue_about_what_is_ignored_says_so(life: Life) -> None:
    life.run()
    life.comment("/fixbot ignore bare-except")
    life.run()
    life.issue(NUMBER, WHOLE)
    done = life.fixbot("--issue", str(NUMBER))
    because = "people asked to ignore that here"
    assert (done.code, because in done.err, because in said(life)) == (2, True, True)


@pytest.mark.parametrize("way", ["comment", "exclude", "manual"])
def test_the_nightly_run_takes_the_claim_back(life: Life, way: str) -> None:
    life.issue(NUMBER, WHOLE)
    life.run("--issue", str(NUMBER))
    if way == "comment":
        life.comment("/fixbot ignore one", number=life.pulls()[0]["number"])
    if way == "manual":
        life.commit({"one/a.py": smell("a").replace("return open(path).read()", "return input(path)")})
    life.run(exclude=["one"] if way == "exclude" else [])
    (pull,) = life.pulls()
    assert len(pull["fingerprints"]) == 1
    assert "Fixes #" not in pull["body"]


SWALLOWS = "def q():\n    try:\n        open('x').read()\n    except Exception:\n        pass\n"


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("scr/app", "no tracked Python file has the path"),
        ("gone/**/*.py", "no tracked Python file has the path"),
        ("https://github.com/octo/shop/tree/main/docs", "no tracked Python file has the path"),
    ],
)
def test_a_place_that_is_not_understood_never_means_everything(life: Life, text: str, because: str) -> None:
    life.issue(NUMBER, f"# Please\n\nbare-except in {text}\n")
    assert because in life.fixbot("--issue", str(NUMBER)).err
    assert life.pulls() == []
    assert text in said(life)


@pytest.mark.parametrize(
    "text", ["one", "the folder one", "one/*", "https://github.com/octo/shop/blob/main/one/a.py#L4"]
)
def test_a_place_in_other_words_is_all_that_is_touched(life: Life, text: str) -> None:
    life.issue(NUMBER, f"# Please\n\nbare-except in {text}\n")
    assert [pull["files"] for pull in life.run("--issue", str(NUMBER)).pulls] == [["one/a.py"]]
    life.settled("--issue", str(NUMBER))


def test_a_misspelt_codemod_runs_no_other(life: Life) -> None:
    life.issue(NUMBER, "# Please\n\nbare-excpet in one/a.py\n")
    refused(life, "issue 7: there is no codemod `bare-excpet`: did you mean `bare-except`?")


@pytest.mark.parametrize("way", ["ignored", "not selected"])
def test_a_codemod_that_is_not_looked_for_is_left(life: Life, way: str) -> None:
    life.commit({"d.py": SWALLOWS})
    if way == "ignored":
        life.run("--select", "silent-except")
        life.comment("/fixbot ignore silent-except")
        life.run("--select", "silent-except")
    life.issue(17, "# bare-except and silent-except\n")
    arguments = ("--issue", "17", *(("--select", "bare-except") if way == "not selected" else ()))
    life.run(*arguments)
    because = "people asked to ignore it" if way == "ignored" else "it is not selected here"
    assert "\nRefs #17\n" in life.pulls()[0]["body"]
    assert f"Asked for and not looked at:\n\n- `silent-except`: {because}" in said(life, 17)
    assert "fixbot looked for `bare-except`.\n" in said(life, 17)
    life.settled(*arguments)


@pytest.mark.parametrize("way", ["excluded", "ignored", "broken"])
def test_a_file_that_is_not_looked_at_is_told_with_the_reason(life: Life, way: str) -> None:
    if way == "ignored":
        life.run()
        life.comment("/fixbot ignore one")
        life.run()
    if way == "broken":
        life.commit({"one/a.py": "def (:\n    except:\n"})
    exclude = ["one/**"] if way == "excluded" else []
    life.issue(17, "# bare-except in one/a.py\n")
    assert life.run("--issue", "17", exclude=exclude).states == []
    assert "found nothing to rewrite in what it may look at." in said(life, 17)
    because = {"excluded": "the configuration excludes it", "ignored": "people asked to ignore it", "broken": "unpars"}
    assert f"\n- `one/a.py`: {because[way]}" in said(life, 17)
    life.settled("--issue", "17", exclude=exclude)


def test_a_file_that_nobody_can_read_keeps_the_issue_open(life: Life) -> None:
    life.commit({"bad.py": "def (:\n    except:\n"})
    life.issue(NUMBER, WHOLE)
    life.run("--issue", str(NUMBER))
    assert "\nRefs #7\n" in life.pulls()[0]["body"]
    assert "That is not all that was asked for." in said(life)
    assert "\n- `bad.py`: unpars" in said(life)


@pytest.mark.parametrize("way", ["quoted", "edited", "of another"])
def test_a_person_s_comment_is_never_overwritten(life: Life, way: str) -> None:
    life.issue(NUMBER, "# bare-except in c.py\n")
    life.run("--issue", str(NUMBER))
    (ours,) = life.comments(NUMBER, "issues")
    shown = {"quoted": f"Look:\n\n{ours['body']}", "edited": f"{ours['body']}\n\nThanks!", "of another": ours["body"]}
    number = NUMBER
    if way == "of another":
        number = 8
        life.issue(number, "# bare-except in c.py\n")
        life.run("--issue", "8")
    life.edit(number, "issues", comments=[{**ours, "author": "ada", "body": shown[way]}])
    life.issue(number, WHOLE)
    life.run("--issue", str(number))
    assert [one["body"] for one in life.comments(number, "issues", author="ada")] == [shown[way]]
    assert "Say what an `except:` catches" in said(life, number)
    life.settled("--issue", str(number))


@pytest.mark.parametrize("text", ["a.py and gone/z.py", "and silent-except"])
def test_what_is_not_in_it_is_listed_behind_refs(life: Life, text: str) -> None:
    life.commit({"a.py": SWALLOWS})
    life.issue(NUMBER, f"# bare-except in one/a.py {text}\n" if ".py" in text else f"# bare-except {text}\n")
    life.run("--issue", str(NUMBER))
    what = (
        "`gone/z.py`: no tracked Python file" if ".py" in text else "`fixbot/silent-except/issue-7`: it comes in a pull"
    )
    body = next(pull["body"] for pull in life.pulls() if pull["branch"] == "fixbot/bare-except/issue-7")
    assert f"\nRefs #7\n\nAsked for there and not in this pull request:\n\n- {what}" in body
    life.settled("--issue", str(NUMBER))


def test_a_pull_request_for_another_branch_fixes_no_issue(life: Life) -> None:
    life.git("branch", "1.x")
    life.issue(NUMBER, WHOLE)
    life.run("--issue", str(NUMBER), "--base", "1.x")
    assert "\nRefs #7\n" in life.pulls()[0]["body"]
    assert "Merging it does not close this issue, because it is for the branch `1.x`." in said(life)
    life.settled("--issue", str(NUMBER), "--base", "1.x")
