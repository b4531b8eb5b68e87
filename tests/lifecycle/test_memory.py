"""What the pull requests on a forge tell of earlier runs and of what people want."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fixbot.lifecycle.memory import HOLD, closed_by_fixbot, is_declined, is_held, may_be_replaced, remember
from fixbot.model import Marker, PullRequest

OURS, THEIRS = "a" * 40, "c" * 40
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
MARKER = Marker(
    codemod="x", branch="fixbot/x/all", plan="abcdef0", base="b" * 40, findings=("f1", "f2"), pushed=(OURS,)
)
PULL = PullRequest(
    number=1, state="open", title="X", branch="fixbot/x/all", base="main", head=OURS, url="", marker=MARKER
)
CLOSED = replace(PULL, number=2, state="closed", closed_at=NOON)
EMPTIED = replace(CLOSED, marker=replace(MARKER, closed="emptied", closed_at=NOON.isoformat()))


def test_findings_of_an_open_pull_request_stay_with_it() -> None:
    known = remember([PULL], "main")
    assert known.lanes == {"f1": PULL.branch, "f2": PULL.branch}
    assert known.open_on(PULL.branch) == PULL


def test_only_what_a_person_closed_unmerged_is_declined() -> None:
    merged = replace(PULL, number=3, state="merged", marker=replace(MARKER, findings=("f3",)))
    known = remember([merged, CLOSED, PULL], "main")
    assert known.declined == {"f1": CLOSED, "f2": CLOSED}
    assert known.merged == {"f3": merged}


def test_what_fixbot_closed_is_not_declined() -> None:
    assert closed_by_fixbot(EMPTIED)
    assert remember([EMPTIED], "main").declined == {}


def test_what_fixbot_closed_and_could_not_note_the_time_of_is_not_declined() -> None:
    assert not is_declined(replace(EMPTIED, marker=replace(MARKER, closed="emptied")))


def test_what_a_person_reopened_and_closed_again_is_declined() -> None:
    later = replace(EMPTIED, closed_at=NOON.replace(hour=13))
    assert is_declined(later)


def test_findings_that_somebody_asked_for_again_are_not_declined() -> None:
    assert not is_declined(replace(CLOSED, marker=replace(MARKER, again=True)))


def test_of_pull_requests_for_another_base_a_no_alone_counts() -> None:
    refused = replace(CLOSED, base="old")
    known = remember([replace(PULL, base="old"), refused], "main")
    assert (known.open, known.lanes) == ((), {})
    assert known.declined == dict.fromkeys(refused.fingerprints, refused), "the branch may have been renamed"


def test_of_two_open_pull_requests_with_a_finding_the_older_has_it() -> None:
    newer = replace(PULL, number=5, branch="fixbot/x/src")
    assert remember([newer, PULL], "main").lanes["f1"] == PULL.branch


def test_one_that_a_person_reopened_has_a_finding_only_where_no_other_has_it() -> None:
    reopened = replace(PULL, marker=replace(MARKER, closed="superseded", closed_at=NOON.isoformat()))
    newer = replace(PULL, number=5, branch="fixbot/x/src", marker=replace(MARKER, findings=("f1",)))
    lanes = remember([reopened, newer], "main").lanes
    assert lanes == {"f1": newer.branch, "f2": reopened.branch}


def test_what_is_split_is_free_for_others() -> None:
    known = remember([replace(PULL, marker=replace(MARKER, split=True))], "main")
    assert known.lanes == {}
    assert known.split == (frozenset({"f1", "f2"}),)


def test_what_a_person_turned_to_another_base_is_spoken_for_here() -> None:
    turned = replace(PULL, base="old", marker=replace(MARKER, onto="main"))
    assert remember([turned], "main").turned == {"f1": turned, "f2": turned}
    assert remember([replace(PULL, base="old", marker=replace(MARKER, onto="old"))], "main").turned == {}


def test_labels_know_no_case() -> None:
    assert is_held(replace(PULL, labels=("bug", "Fixbot:HOLD")))


@pytest.mark.parametrize(
    "kept",
    [
        replace(PULL, head=THEIRS),
        replace(PULL, labels=(HOLD,)),
        replace(PULL, marker=replace(MARKER, closed="superseded")),
        replace(PULL, marker=None),
    ],
    ids=["pushed to", "held", "reopened", "without marker"],
)
def test_what_people_have_a_say_in_is_not_replaced(kept: PullRequest) -> None:
    assert may_be_replaced(PULL)
    assert not may_be_replaced(kept)
    if kept.marker is not None:
        split = replace(kept, marker=replace(kept.marker, split=True))
        assert set(remember([split], "main").lanes) == {"f1", "f2"}
