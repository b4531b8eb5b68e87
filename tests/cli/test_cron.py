"""Which schedules `fixbot init` takes, held against what actionlint says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot.cli.cron import mistake
from tests.judges import actionlint
from tests.judges.documents import workflow

if TYPE_CHECKING:
    from pathlib import Path

GOOD = [
    "23 3 * * *",
    "0 0 1 1 0",
    "59 23 31 12 6",
    "*/15 9-17 * * MON-FRI",
    "20/15 * * * *",
    "0,30 4 1-7/2 jan,JUL sun",
    "0 4 * * 1,3,5-6",
]
BAD = [
    ("60 3 * * *", "a minute from 0 to 59, and not '60'"),
    ("99 99 * * *", "a minute from 0 to 59"),
    ("0 24 * * *", "an hour from 0 to 23"),
    ("0 0 0 * *", "a day of the month from 1 to 31"),
    ("0 0 32 * *", "a day of the month"),
    ("0 0 * 13 *", "a month from 1 to 12"),
    ("0 0 * MON *", "a month"),
    ("0 0 * * 7", "a day of the week from 0 to 6"),
    ("0 0 * * JAN", "a day of the week"),
    ("0 5-3 * * *", "an hour"),
    ("0 */0 * * *", "an hour"),
    ("0 *-5 * * *", "an hour"),
    ("0 1,,2 * * *", "an hour"),
    ("-1 0 * * *", "a minute"),
    ("0 0 * * * *", "five fields"),
    ("@daily", "five fields"),
    ("0  0 * * *", "five fields"),
    ("", "five fields"),
    ("\u0661 0 * * *", "a minute"),
]


def judged(schedules: list[str], folder: Path) -> list[str]:
    """Give what actionlint says of each schedule; an empty text where it has nothing to say."""
    job = "runs-on: ubuntu-latest\n    steps:\n      - run: 'true'"
    shape = f"on:\n  schedule:\n    - cron: '{{}}'\njobs:\n  one:\n    {job}\n"
    documents = [workflow(shape.format(schedule), f"w{number}.yml") for number, schedule in enumerate(schedules)]
    said = actionlint.judge(documents, folder)
    return ["".join(line for line in said if line.startswith(f"{document.path}:")) for document in documents]


@pytest.mark.parametrize("schedule", GOOD)
def test_what_github_takes_is_taken(schedule: str) -> None:
    assert mistake(schedule) == ""


@pytest.mark.parametrize(("schedule", "says"), BAD)
def test_what_github_refuses_is_refused(schedule: str, says: str) -> None:
    assert says in mistake(schedule)


@pytest.mark.real
def test_actionlint_takes_what_is_taken_and_wonders_at_the_rest(tmp_path: Path) -> None:
    assert judged(GOOD, tmp_path) == [""] * len(GOOD)
    wrong = [schedule for schedule, _ in BAD if schedule.isascii()]
    kept = {"@daily", "0  0 * * *", "0 *-5 * * *", "0 1,,2 * * *"}  # what GitHub's page does not name
    assert {one for one, said in zip(wrong, judged(wrong, tmp_path), strict=True) if not said} <= kept
