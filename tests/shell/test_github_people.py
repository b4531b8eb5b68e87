"""Labels, reviewers and assignees on GitHub: given once, and what is refused is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot.errors import ForgeError
from fixbot.model import People
from tests.parts.recorder import HANG_UP
from tests.shell.github_rooms import Rooms, answer, either_lost, said

if TYPE_CHECKING:
    from tests.parts.github import GitHub
    from tests.parts.recorder import Answer

pytestmark = pytest.mark.real


@pytest.fixture
def rooms(github: GitHub) -> Rooms:
    return Rooms(github)


def to_ada(kind: str) -> People:
    names = ("ada",)
    match kind:
        case "labels":
            return People(labels=names)
        case "reviewers":
            return People(reviewers=names)
        case _:
            return People(assignees=names)


def test_everything_is_given_in_one_write_for_each_kind(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    given = forge.give(pull, People(labels=("a", "b"), reviewers=("ada", "octo"), assignees=("ada",)), ())
    assert given == ("label:a", "label:b", "reviewer:ada", "reviewer:octo", "assignee:ada", "done")
    assert rooms.writes() == ["POST /issues/1/labels", "POST /pulls/1/requested_reviewers", "POST /issues/1/assignees"]
    known = rooms.github.as_human("GET", "/pulls/1")
    assert [label["name"] for label in known["labels"]] == ["a", "b"]
    assert [person["login"] for person in known["requested_reviewers"]] == ["ada", "octo"]
    assert [person["login"] for person in known["assignees"]] == ["ada"]
    assert forge.complaints == []
    rooms.check()


def test_what_is_given_already_is_not_given_again(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    given = ("label:a", "reviewer:ada", "assignee:ada", "done")
    assert forge.give(pull, People(labels=("a",), reviewers=("ada",), assignees=("ada",)), given) == given
    assert rooms.github.recorder.requests == []
    assert forge.give(pull, People(labels=("a", "b")), given) == (*given, "label:b")
    assert rooms.sent("POST", "/issues/1/labels") == {"labels": ["b"]}


EVERYTHING = People(labels=("a",), reviewers=("ada", "octo"), assignees=("ada",))


def test_what_people_took_away_after_a_run_was_cut_off_is_not_given_again(rooms: Rooms) -> None:
    first = rooms.forge()
    pull = rooms.opened(first)
    given = first.give(pull, EVERYTHING, ())
    rooms.github.as_human("DELETE", "/issues/1/labels/a")
    rooms.github.as_human("DELETE", "/pulls/1/requested_reviewers", {"reviewers": ["ada"]})
    rooms.github.as_human("DELETE", "/issues/1/assignees", {"assignees": ["ada"]})
    rooms.github.recorder.clear()
    assert rooms.forge().give(pull, EVERYTHING, ()) == given
    assert rooms.writes() == []
    assert rooms.forge().give(pull, People(labels=("a", "b")), ()) == ("label:a", "label:b", "done")
    assert rooms.sent("POST", "/issues/1/labels") == {"labels": ["b"]}
    rooms.check()


def test_what_was_never_given_is_given_by_the_next_run(rooms: Rooms) -> None:
    pull = rooms.opened(rooms.forge())
    forge = rooms.forge()
    rooms.inject("GET", "/issues/1/events", said(410, "Issues are disabled"))
    assert forge.give(pull, People(labels=("a",)), ()) == ("label:a", "done")


def test_teams_that_were_asked_are_known_by_their_slug(rooms: Rooms) -> None:
    pull = rooms.opened(rooms.forge())
    told = [{"event": "review_requested", "requested_team": {"slug": "core"}}, {"event": "closed"}]
    rooms.inject("GET", "/issues/1/events", answer(told))
    assert rooms.forge().give(pull, People(reviewers=("octo/Core",)), ()) == ("reviewer:octo/Core", "done")


def test_nothing_to_give_is_done_without_a_request(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    assert forge.give(pull, People(), ()) == ("done",)
    assert rooms.github.recorder.requests == []


def test_teams_are_asked_by_their_slug(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    rooms.inject("POST", "/pulls/1/requested_reviewers", answer({}, 201))
    assert forge.give(pull, People(reviewers=("octo/Core", "ada")), ()) == (
        "reviewer:octo/Core",
        "reviewer:ada",
        "done",
    )
    sent = rooms.sent("POST", "/pulls/1/requested_reviewers")
    assert sent == {"reviewers": ["ada"], "team_reviewers": ["core"]}
    rooms.check()


def test_who_opened_it_is_not_asked_to_review_it(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    assert forge.give(pull, People(reviewers=("Fixbot", "ada")), ()) == ("reviewer:ada", "done")
    assert rooms.forge().give(pull, People(reviewers=("fixbot",)), ()) == ("done",)
    assert rooms.writes() == ["POST /pulls/1/requested_reviewers"]
    assert forge.complaints == []


@pytest.mark.parametrize("status", [403, 404, 422])
def test_who_is_refused_is_left_out_and_the_others_are_asked(rooms: Rooms, status: int) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    path = "/pulls/1/requested_reviewers"
    rooms.inject("POST", path, said(status, "Not a collaborator"))
    rooms.inject("POST", path, said(status, "Not a collaborator"))
    assert forge.give(pull, People(reviewers=("gone", "ada")), ()) == ("reviewer:ada", "done")
    assert rooms.writes() == [f"POST {path}"] * 3
    assert forge.complaints == ["GitHub refuses the reviewer gone: Not a collaborator"]


def test_a_reviewer_that_the_server_does_not_know_is_left_out(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    assert forge.give(pull, People(reviewers=("nobody", "ada")), ()) == ("reviewer:ada", "done")
    (complaint,) = forge.complaints
    assert "nobody" in complaint


def test_who_cannot_be_assigned_is_left_out_in_silence_by_github_but_not_here(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    assert forge.give(pull, People(assignees=("ada", "nobody")), ()) == ("assignee:ada", "done")
    assert forge.complaints == ["GitHub does not assign nobody: that needs read access to the repository"]


def test_a_token_that_may_not_label_loses_no_pull_request(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    rooms.inject("POST", "/issues/1/labels", said(403, "Resource not accessible by integration"))
    assert forge.give(pull, People(labels=("fixbot",)), ()) == ("done",)
    assert len(forge.complaints) == 1


@pytest.mark.parametrize("kind", ["labels", "reviewers", "assignees"])
def test_a_lost_answer_is_looked_up(rooms: Rooms, kind: str) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    path = "/pulls/1/requested_reviewers" if kind == "reviewers" else f"/issues/1/{kind}"
    rooms.inject("POST", path, HANG_UP, forward=True)
    assert forge.give(pull, to_ada(kind), ()) == (f"{kind.removesuffix('s')}:ada", "done")
    assert rooms.writes() == [f"POST {path}"]


@either_lost
@pytest.mark.parametrize("kind", ["labels", "reviewers", "assignees"])
def test_a_gift_that_did_not_arrive_is_not_repeated(rooms: Rooms, kind: str, lost: Answer) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    path = "/pulls/1/requested_reviewers" if kind == "reviewers" else f"/issues/1/{kind}"
    rooms.inject("POST", path, lost)
    with pytest.raises(ForgeError, match="run fixbot again"):
        forge.give(pull, to_ada(kind), ())
    assert rooms.writes() == [f"POST {path}"]


@pytest.mark.parametrize(("login", "may"), [("octo", True), ("ada", True), ("mallory", False), ("no/body", False)])
def test_who_may_write_is_asked_once(rooms: Rooms, login: str, *, may: bool) -> None:
    forge = rooms.forge()
    rooms.github.recorder.clear()
    assert forge.may_write(login) is may
    assert forge.may_write(login) is may
    assert len(rooms.github.recorder.requests) == 1


@pytest.mark.parametrize(
    ("permission", "may"), [("admin", True), ("maintain", True), ("write", True), ("read", False), ("none", False)]
)
def test_which_permissions_are_enough(rooms: Rooms, permission: str, *, may: bool) -> None:
    forge = rooms.forge()
    rooms.github.recorder.clear()
    rooms.inject("GET", "/collaborators/ada/permission", answer({"permission": permission}))
    assert forge.may_write("ada") is may
    rooms.check()


def test_a_token_that_may_not_ask_obeys_nobody_and_says_so(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.inject("GET", "/collaborators/ada/permission", said(403, "Must have push access"))
    assert not forge.may_write("ada")
    assert len(forge.complaints) == 1
    assert "nobody is obeyed" in forge.complaints[0]


@either_lost
def test_a_server_that_fails_says_nothing_of_permissions(rooms: Rooms, lost: Answer) -> None:
    forge = rooms.forge()
    rooms.inject("GET", "/collaborators/ada/permission", lost, times=9)
    with pytest.raises(ForgeError, match="run fixbot again"):
        forge.may_write("ada")
