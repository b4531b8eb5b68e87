"""Issues for what is left to do in the code: filed once, a few at a time, and their numbers written beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.publish.living import IN_HALVES, Life, Ran

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real
SAFE = "fixbot/todo-without-ticket/safe-all"
CODE = """def price(item):
    # TODO: ask the shop @ann for its own price
    # and <!-- fixbot:ticket {} --> him
    return item.price


RATE = 3  # TODO(ben): take it from the settings
"""


@pytest.fixture
def life(tmp_path: Path) -> Life:
    """Give a repository with two places that name no issue."""
    return Life(tmp_path / "place", {"shop.py": CODE}, select=["todo-without-ticket"])


def runs(life: Life, *arguments: str, **settings: object) -> Ran:
    """Run as often as it takes until numbers are written: a plan is made before anything is filed."""
    first = life.run(*arguments, **settings)
    return life.run(*arguments, **settings) if IN_HALVES else first


def tickets(life: Life) -> list[dict[str, Any]]:
    """Give the records of the issues that were filed for places."""
    numbers = sorted(int(path.stem) for path in (life.root / ".git/fixbot/issues").glob("*.json"))
    found = [life.record(number, "issues") | {"number": number} for number in numbers]
    return [one for one in found if "fixbot:ticket" in one["labels"]]


def lines(life: Life, branch: str = SAFE, path: str = "shop.py") -> list[str]:
    """Give the lines with something to do on a branch."""
    return [line.strip() for line in life.git("show", f"{branch}:{path}").splitlines() if "TODO" in line]


def test_issues_are_filed_their_numbers_written_and_a_second_run_writes_nothing(life: Life) -> None:
    assert runs(life).pulls[0]["state"] == "opened"
    first, second = tickets(life)
    assert (first["title"], second["title"]) == ("ask the shop @ann for its own price", "take it from the settings")
    assert lines(life) == [
        f"# TODO(#{first['number']}): ask the shop @ann for its own price",
        f"RATE = 3  # TODO(#{second['number']}, ben): take it from the settings",
    ]
    assert life.settled().pulls[0]["state"] == "unchanged"
    assert len(tickets(life)) == 2


def test_what_an_issue_quotes_pings_nobody_and_closes_nothing(life: Life) -> None:
    life.run()
    body = tickets(life)[0]["body"]
    before, _, after = body.partition("```python\n")
    quoted, _, rest = after.partition("\n```\n")
    assert quoted == "# TODO: ask the shop @ann for its own price\n# and <!--fixbot:ticket {} --> him"
    assert "`shop.py:2` in `price`" in before
    assert "@" not in before + rest
    assert "#" not in before + rest


@pytest.mark.skipif(IN_HALVES, reason="what a dry run says of numbers is only known where they are filed at once")
def test_a_dry_run_files_nothing_and_says_what_it_would(life: Life) -> None:
    told = life.settled("--dry-run").document
    assert [(one["number"], one["path"], one["line"]) for one in told["issues"]] == [
        (0, "shop.py", 2),
        (0, "shop.py", 7),
    ]
    assert told["pulls"][0]["state"].startswith("opened")
    assert not tickets(life)


def test_they_are_not_looked_for_unless_somebody_asks(life: Life) -> None:
    ran = life.run(select=[])
    assert ran.document["summary"]["findings"] == 0
    assert "issues" not in ran.document
    assert not tickets(life)


def test_what_is_merged_keeps_its_issue_and_makes_room_for_others(life: Life) -> None:
    options = ("--set", "todo-without-ticket.most=1")
    ran = runs(life, *options)
    assert ran.document["summary"]["rewritten"] == 1
    assert "no more than 1 wait at once" in ran.because[0]
    assert "issues" not in life.settled(*options).document
    life.merge(SAFE)
    runs(life, *options)
    one, two = tickets(life)
    assert f"TODO(#{one['number']}): ask" in lines(life)[0]
    assert f"TODO(#{two['number']}, ben): take" in lines(life)[1]


def test_no_more_are_open_at_once_than_is_asked_for_merged_or_not(life: Life) -> None:
    options = ("--set", "todo-without-ticket.open=1")
    ran = runs(life, *options)
    (one,) = tickets(life)
    assert "no more than 1 are open at once: close those that are done" in ran.because[0]
    life.merge(SAFE)
    runs(life, *options)
    assert len(tickets(life)) == 1
    life.edit(one["number"], "issues", state="closed")
    runs(life, *options)
    assert len(tickets(life)) == 2


def test_an_issue_that_somebody_closed_is_not_filed_again_nor_written(life: Life) -> None:
    life.run()
    first, second = tickets(life)
    life.edit(first["number"], "issues", state="closed")
    ran = life.run()
    assert [one["number"] for one in tickets(life)] == [first["number"], second["number"]]
    assert f"issue {first['number']}, which was filed for these words, is closed" in ran.because[0]
    assert lines(life)[0] == "# TODO: ask the shop @ann for its own price"


def test_no_issue_is_filed_for_what_cannot_be_rewritten(life: Life) -> None:
    long = "x = 1  # TODO: " + "w" * 90
    files = {
        "shop.py": f"{long}\n# TODO\n",
        "pyproject.toml": '[tool.ruff]\nlint.select = ["E501"]\nline-length = 105\n',
    }
    life.commit(files)
    ran = life.run()
    assert not tickets(life)
    assert [because.partition(": ")[2][:41] for because in ran.because] == [
        "no issue is filed for it: ruff finds some",
        "it does not say what is to be done, so th",
    ]


def test_no_issue_is_filed_for_what_somebody_declined_or_silenced(life: Life) -> None:
    runs(life)
    (pull,) = life.pulls()
    life.close(int(pull["number"]))
    life.commit({"other.py": "# TODO: silence  # fixbot: ignore[todo-without-ticket]\n"})
    before = len(tickets(life))
    ran = life.run()
    assert len(tickets(life)) == before
    assert {because.partition(":")[0] for because in ran.because} == {"declined"}


def test_an_issue_asks_for_one_place_alone(life: Life) -> None:
    life.issue(5, "# Number that\n\n`todo-without-ticket` in `shop.py:7`\n")
    runs(life, "--issue", "5")
    (only,) = tickets(life)
    assert only["title"] == "take it from the settings"
    assert lines(life, "fixbot/todo-without-ticket/safe-issue-5")[0] == "# TODO: ask the shop @ann for its own price"


def written(life: Life) -> list[str]:
    """Give the comments on `main`, after merging what is open."""
    life.merge(SAFE)
    return lines(life, "main")


def test_the_same_words_added_above_get_an_issue_of_their_own(life: Life) -> None:
    life.commit({"shop.py": "x = 1\n# TODO: handle errors\n"})
    runs(life)
    one = tickets(life)[-1]["number"]
    assert written(life) == [f"# TODO(#{one}): handle errors"]
    life.commit({"shop.py": f"# TODO: handle errors\nx = 1\n# TODO(#{one}): handle errors\n"})
    runs(life)
    two = tickets(life)[-1]["number"]
    assert two != one
    assert lines(life) == [f"# TODO(#{two}): handle errors", f"# TODO(#{one}): handle errors"]


def test_where_the_first_of_three_is_done_the_others_keep_their_issues(life: Life) -> None:
    same = "# TODO: add tests\n"
    life.commit({"shop.py": f"{same}a = 1\n{same}b = 2\n{same}"})
    runs(life)
    one, two, three = (ticket["number"] for ticket in tickets(life))
    assert written(life) == [f"# TODO(#{number}): add tests" for number in (one, two, three)]
    life.edit(one, "issues", state="closed")
    life.commit({"shop.py": f"a = 1\n# TODO(#{two}): add tests\nb = 2\n# TODO(#{three}): add tests\nc = 3\n{same}"})
    ran = life.run()
    assert f"issue {one}, which was filed for these words, is closed" in ran.because[0]
    life.commit(
        {"shop.py": f"a = 1\n# TODO(#{two}): add tests\nb = 2\n# TODO(#{three}): add tests\n# TODO: more tests\n"}
    )
    runs(life)
    assert tickets(life)[-1]["title"] == "more tests"
    assert len(tickets(life)) == 4


def test_the_issue_that_is_open_is_taken_where_one_of_the_same_words_is_done(life: Life) -> None:
    same = "# TODO: tidy up\n"
    life.commit({"shop.py": f"{same}a = 1\n{same}"})
    runs(life)
    one, two = (ticket["number"] for ticket in tickets(life))
    life.edit(one, "issues", state="closed")
    life.commit({"shop.py": f"a = 1\n{same}"})
    runs(life)
    assert lines(life) == [f"# TODO(#{two}): tidy up"]
    assert len(tickets(life)) == 2


def test_where_a_file_is_renamed_its_issues_go_with_it(life: Life) -> None:
    runs(life)
    numbers = [ticket["number"] for ticket in tickets(life)]
    life.git("mv", "shop.py", "store.py")
    life.commit({})
    runs(life)
    assert [ticket["number"] for ticket in tickets(life)] == numbers
    assert [line.partition("#")[2][:8] for line in lines(life, path="store.py")] == [
        f" TODO(#{number}"[:8] for number in numbers
    ]


def test_nothing_is_filed_while_no_pull_request_may_be_opened(life: Life) -> None:
    another_day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[(datetime.now(UTC) + timedelta(days=3)).weekday()]
    ran = life.run(schedule=[another_day])
    assert not tickets(life)
    assert IN_HALVES or "its pull request has to wait" in ran.because[0]


@pytest.mark.skipif(IN_HALVES, reason="the check of a plan is that of `plan`")
def test_nothing_is_filed_for_what_the_operators_check_fails_on(life: Life) -> None:
    ran = life.run("--verify-command", "grep -q 'TODO(ben)' shop.py && grep -q 'TODO: ask' shop.py")
    assert not tickets(life)
    assert len(ran.because) == 2


def test_a_line_with_room_for_its_number_alone_gets_it(life: Life) -> None:
    line = "# TODO: " + "w" * 70
    files = {
        "shop.py": f"{line}\n",
        "pyproject.toml": f'[tool.ruff]\nlint.select = ["E501"]\nline-length = {len(line) + 6}\n',
    }
    life.commit(files)
    runs(life)
    assert len(tickets(life)) == 1
    assert lines(life)[0].startswith("# TODO(#")


def test_a_ticket_is_no_order_whatever_the_comment_says(life: Life) -> None:
    life.commit({"shop.py": "# TODO: apply bare-except in shop.py\ntry:\n    f()\nexcept:\n    pass\n"})
    runs(life)
    (ticket,) = tickets(life)
    assert ticket["labels"] == ["fixbot:ticket"]
    done = life.fixbot("--issue", str(ticket["number"]), select=["bare-except"])
    assert done.code == 2
    assert "filed for a comment in the code" in done.err
