from __future__ import annotations

from dataclasses import replace

import pytest

from fixbot.claims import hold
from fixbot.model import Judgement, Status
from fixbot.tracker.progress import entry
from fixbot.tracker.records import Progress
from tests.parts.books import NOBODY, done, memory, pull
from tests.parts.claims import ITEM, at, item, known

TWO = (at("a.py", 1), at("b.py", 1))
MARKS = tuple(finding.fingerprint for finding in TWO)
LEFT = hold(item(), known(*TWO))
GONE = hold(item(), known())


def test_what_nobody_has_touched_is_not_started() -> None:
    made = entry("audit.md", LEFT, [], NOBODY)
    assert (made.progress, made.because, made.regressed) == (Progress.NOT_STARTED, "2 findings left", False)


def test_what_is_in_an_open_pull_request_is_in_progress() -> None:
    made = entry("audit.md", LEFT, [], memory(pull(4, "open", MARKS[0])))
    assert made.progress is Progress.IN_PROGRESS
    assert [one.number for one in made.pulls] == [4]


def test_what_every_finding_was_declined_of_is_declined() -> None:
    assert entry("audit.md", LEFT, [], memory(pull(4, "closed", *MARKS))).progress is Progress.DECLINED


def test_what_one_finding_was_declined_of_is_not_declined() -> None:
    assert entry("audit.md", LEFT, [], memory(pull(4, "closed", MARKS[0]))).progress is Progress.NOT_STARTED


def test_what_is_partly_done_is_in_progress() -> None:
    made = entry("audit.md", LEFT, [done(findings=("f" * 20,))], NOBODY)
    assert (made.progress, made.regressed) == (Progress.IN_PROGRESS, False)


def test_what_nothing_is_left_of_after_a_commit_is_complete() -> None:
    made = entry("audit.md", GONE, [done(findings=MARKS)], NOBODY)
    assert (made.progress, made.because) == (Progress.COMPLETE, "nothing is left after 1 commit")


def test_what_was_taken_back_is_open_again_and_regressed() -> None:
    made = entry("audit.md", LEFT, [done(findings=MARKS, undone="9" * 40)], NOBODY)
    assert (made.progress, made.regressed, made.landed) == (Progress.NOT_STARTED, True, ())
    assert len(made.undone) == 1


def test_what_came_back_by_itself_is_regressed() -> None:
    made = entry("audit.md", LEFT, [done(findings=MARKS[:1])], NOBODY)
    assert (made.progress, made.regressed) == (Progress.IN_PROGRESS, True)


def test_what_was_taken_back_and_done_by_hand_is_not_regressed() -> None:
    made = entry("audit.md", GONE, [done(findings=MARKS, undone="9" * 40)], NOBODY)
    assert not made.regressed


def test_what_is_not_true_is_nothing_to_do() -> None:
    held = replace(GONE, judgement=Judgement.NOT_TRUE, says="no coroutine calls it")
    made = entry("audit.md", held, [], NOBODY)
    assert (made.progress, made.because) == (Progress.NOTHING, "not true as stated: no coroutine calls it")


@pytest.mark.parametrize(
    ("status", "progress"),
    [
        (Status.OPEN, Progress.NOT_STARTED),
        (Status.NOT_STARTED, Progress.NOT_STARTED),
        (Status.IN_PROGRESS, Progress.IN_PROGRESS),
        (Status.DECLINED, Progress.DECLINED),
        (Status.COMPLETE, Progress.COMPLETE),
    ],
)
def test_of_what_fixbot_cannot_judge_the_document_is_believed(status: Status, progress: Progress) -> None:
    held = hold(replace(ITEM, codemods=(), status=status), known())
    made = entry("audit.md", held, [], NOBODY)
    assert made.progress is progress
    assert "cannot be judged" in made.because


def test_a_document_that_says_complete_is_not_believed_where_the_code_says_otherwise() -> None:
    held = hold(item(status=Status.COMPLETE), known(*TWO))
    assert entry("tracker.md", held, [], NOBODY).progress is Progress.NOT_STARTED


def test_a_document_that_says_complete_is_believed_where_nothing_is_left() -> None:
    held = hold(item(status=Status.COMPLETE), known())
    assert entry("tracker.md", held, [], NOBODY).progress is Progress.COMPLETE
