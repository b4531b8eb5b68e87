"""What a commit of fixbot's changes: looked up in the clone, at the git server and in the API, and never kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot.errors import ForgeError, OperatorError
from fixbot.model import Touched
from fixbot.shell.git import Git
from tests.parts.git import git
from tests.parts.git_server import auth_environment
from tests.parts.github import IDENTITY, NAME, TOKEN, commit, make_repository
from tests.parts.recorder import HANG_UP, Answer
from tests.shell.github_rooms import BRANCH, HERE, READER, Rooms, answer, said, trailers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.parts.github import GitHub

BEFORE = {"a.py": "old\n", "sub/b.py": "old\n", "sub/deep/c.py": "old\n", "same.py": "same\n"}
AFTER: dict[str, str | bytes] = {"a.py": "new\n", "sub/b.py": b"\xff", "sub/deep/c.py": "new\n"}
FILES = (("a.py", b"old\n", b"new\n"), ("sub/b.py", b"old\n", b"\xff"), ("sub/deep/c.py", b"old\n", b"new\n"))
EXPECTED = tuple(Touched(*one) for one in FILES)
TRAILERS = trailers(*FILES)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "here", BEFORE)


def changed(repository: Path, message: str = f"Fix\n\n{TRAILERS}") -> str:
    return commit(repository, AFTER, message)


def everything(repository: Path) -> list[str]:
    return sorted(str(path) for path in (repository / ".git").rglob("*") if "/.git/fixbot" not in str(path))


def test_a_commit_that_is_here_tells_what_it_changes(repository: Path) -> None:
    made = changed(repository)
    assert Git(repository).touched(made) == EXPECTED
    assert Git(repository).has(made)


def test_a_commit_of_somebody_else_tells_nothing(repository: Path) -> None:
    start = git(repository, "rev-parse", "HEAD")
    by_hand = changed(repository, "By hand")
    assert [Git(repository).touched(one) for one in (start, by_hand, "f" * 40, "HEAD", "--all", "")] == [()] * 6


def test_a_merge_with_trailers_tells_nothing(repository: Path) -> None:
    start = git(repository, "rev-parse", "HEAD")
    made = changed(repository)
    tree = f"{made}^{{tree}}"
    arguments = ("commit-tree", tree, "-p", start, "-p", made, "-m", f"Fix\n\n{TRAILERS}")
    assert Git(repository).touched(git(repository, *arguments, environment=IDENTITY)) == ()


@pytest.mark.parametrize("how", ["link", "mode", "new file", "lost file", "other content"])
def test_a_commit_that_changes_more_than_its_trailers_say_is_no_commit_of_fixbots(repository: Path, how: str) -> None:
    match how:
        case "link":
            (repository / "same.py").unlink()
            (repository / "same.py").symlink_to("a.py")
        case "mode":
            (repository / "same.py").chmod(0o755)
        case "new file":
            (repository / "more.py").write_text("")
        case "lost file":
            (repository / "same.py").unlink()
        case _:
            (repository / "same.py").write_text("other\n")
    assert Git(repository).touched(changed(repository)) == ()


def cloned(rooms: Rooms, place: Path, kind: str) -> Path:
    """Make a clone of `main` alone."""
    options = {"full": [], "shallow": ["--depth=1"], "partial": ["--filter=blob:none"]}[kind]
    url = rooms.github.git.clone_url(NAME)
    asked = auth_environment(url, TOKEN)
    git(rooms.github.git.repository(NAME), "config", "uploadpack.allowFilter", "true")
    git(place, "clone", "--quiet", "--single-branch", *options, url, str(place / kind), environment=asked)
    return place / kind


def published(rooms: Rooms) -> str:
    """Bring a commit of fixbot's to GitHub and go on with `main`; gives the commit."""
    made = rooms.pushed(rooms.forge())
    for number in range(3):
        rooms.github.commit_as_human("main", {READER: f"{number}\n", "more.py": f"{number}\n"})
    return made


@pytest.mark.real
@pytest.mark.parametrize("kind", ["full", "shallow", "partial"])
def test_a_commit_that_is_not_here_is_fetched_for_the_moment(github: GitHub, tmp_path: Path, kind: str) -> None:
    rooms = Rooms(github)
    made = published(rooms)
    clone = cloned(rooms, tmp_path, kind)
    before = everything(clone)
    forge = Rooms(_at(github, clone)).forge()
    (touched,) = forge.touched(made)
    assert (touched.path, touched.after) == (READER, f"# {BRANCH}\n# two\n".encode())
    assert touched.before is not None
    assert everything(clone) == before
    assert github.recorder.matching("GET", f"{HERE}/git/commits/.*") == []
    rooms.check()


def _at(github: GitHub, clone: Path) -> GitHub:
    parts = (github.name, github.token, github.git, github.emulator, github.recorder)
    return type(github)(*parts, clone, github.mirror)


@pytest.mark.real
@pytest.mark.parametrize("via", ["git", "api"])
def test_where_git_does_not_answer_the_api_does(
    github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, via: str
) -> None:
    rooms = Rooms(github)
    made = published(rooms)
    clone = cloned(rooms, tmp_path, "shallow")
    git(clone, "remote", "set-url", "origin", "http://127.0.0.1:9/none.git")
    monkeypatch.setenv("GITHUB_SERVER_URL", "http://127.0.0.1:9")
    github.git.counts.clear()
    forge = Rooms(_at(github, clone)).forge(commit_via=via)
    (touched,) = forge.touched(made)
    assert (touched.path, touched.after) == (READER, f"# {BRANCH}\n# two\n".encode())
    assert github.git.counts == {}
    rooms.check()


@pytest.mark.real
def test_files_in_folders_are_told_by_the_api(github: GitHub, tmp_path: Path) -> None:
    rooms = Rooms(github)
    rooms.github.commit_as_human("main", BEFORE)
    bare = github.git.repository(NAME)
    work = tmp_path / "work"
    git(tmp_path, "clone", "--quiet", str(bare), str(work))
    git(work, "checkout", "--quiet", "-b", BRANCH)
    made = changed(work)
    url = github.git.clone_url(NAME)
    git(work, "push", "--quiet", url, BRANCH, environment=auth_environment(url, TOKEN))
    by_hand = github.commit_as_human(BRANCH, {"x.py": ""})
    forge = rooms.forge(commit_via="api")
    github.git.before = lambda _kind: True
    assert tuple(forge.touched(made)) == EXPECTED
    assert forge.touched(by_hand) == ()
    assert forge.touched("f" * 40) == ()


@pytest.mark.real
def test_a_commit_that_is_here_is_asked_of_nobody(github: GitHub) -> None:
    rooms = Rooms(github)
    forge = rooms.forge()
    made = rooms.pushed(forge)
    rooms.github.recorder.clear()
    rooms.github.git.counts.clear()
    assert [touched.path for touched in forge.touched(made)] == [READER]
    assert (rooms.github.recorder.requests, rooms.github.git.counts) == ([], {})


@pytest.mark.real
def test_a_commit_that_nobody_has_tells_nothing(github: GitHub) -> None:
    assert Rooms(github).forge().touched("f" * 40) == ()


@pytest.mark.real
def test_a_failure_is_not_taken_for_an_answer(github: GitHub) -> None:
    rooms = Rooms(github)
    forge = rooms.forge(commit_via="api")
    for lost in (HANG_UP, Answer(502)):
        rooms.inject("GET", f"/git/commits/{'f' * 40}", lost, times=4)
        with pytest.raises(ForgeError):
            forge.touched("f" * 40)


@pytest.mark.real
def test_a_token_that_git_does_not_take_is_an_error(github: GitHub) -> None:
    rooms = Rooms(github)
    forge = rooms.forge(token="tok_wrong")  # noqa: S106 - made up
    with pytest.raises(OperatorError, match="does not accept the token"):
        forge.touched("e" * 40)


@pytest.mark.real
def test_a_signature_is_read_back_where_github_signs(github: GitHub) -> None:
    rooms = Rooms(github)
    forge = rooms.forge(commit_via="api")
    commit = rooms.pushed(forge)
    path = f"/git/commits/{commit}"
    for verification, says in (
        ({"verified": True, "reason": "valid"}, "verified"),
        ({"verified": False, "reason": "unsigned"}, "not verified: unsigned"),
    ):
        rooms.inject("GET", path, answer({"verification": verification}))
        assert forge.verified(commit) == says
    assert forge.verified(commit) in {"verified", "not verified: unsigned"}
    rooms.inject("GET", path, said(404, "Not Found"))
    with pytest.raises(OperatorError):
        forge.verified(commit)
    rooms.check()


@pytest.mark.real
def test_nothing_is_asked_of_a_commit_that_git_made(github: GitHub) -> None:
    rooms = Rooms(github)
    forge = rooms.forge()
    commit = rooms.pushed(forge)
    rooms.github.recorder.clear()
    assert forge.verified(commit) == ""
    assert rooms.github.recorder.requests == []
