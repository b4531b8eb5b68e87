from __future__ import annotations

import shutil
import subprocess
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from fixbot.campaigning.story import Pass
from fixbot.errors import RateLimitError
from tests.campaign.board import sparing
from tests.campaign.many import ALL, CONFIGURED, SMELL, TIDY, TWO_FOLDERS, Many, because, states
from tests.parts.command import CLEAN, MANUAL, SMELLY, fixbot, unmeasured
from tests.parts.git import git

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from fixbot.campaign.records import Seen
    from fixbot.shell.campaign.errand import Answer
    from tests.campaign.board import Content

pytestmark = pytest.mark.real
NAMES = "abcdef"
LOST = "def get(port):\n    try:\n        return int(port)\n    except ValueError:\n        raise KeyError(port)\n"


@pytest.fixture
def many(tmp_path: Path, known: dict[Content, Future[Answer]], monkeypatch: pytest.MonkeyPatch) -> Many:
    """Give a campaign without a repository."""

    sparing(monkeypatch, known)
    return Many(tmp_path)


def waves(many: Many, **chosen: object) -> None:
    many.tables["waves"] = {"canary": 2, "size": 2, "decisions": 2} | chosen


def listed(many: Many, names: str = NAMES) -> None:
    """Let the operator's list say which repositories take part, and in which order."""
    (many.place / "list.txt").write_text("".join(f"work/{name}  # {name}\n" for name in names))
    many.tables["repositories"] = {"file": "list.txt"}


def by_letter(document: Any) -> dict[str, str]:  # noqa: ANN401 - a document is for a test to judge
    return {name.rpartition("/")[2]: state for name, state in states(document).items()}


def test_a_repository_gets_the_pull_request_that_a_run_would_open(many: Many, tmp_path: Path) -> None:
    many.add("a")
    alone = shutil.copytree(many.repository("a"), tmp_path / "alone")
    git(alone, "remote", "remove", "origin")
    assert states(many.start()) == {"a": "open"}
    fixbot("run", alone, "--forge", "local", "--select", "bare-except", "--jobs", "1")
    assert git(many.repository("a"), "rev-parse", ALL) == git(alone, "rev-parse", ALL)
    assert git(many.place / "origins/a.git", "rev-parse", ALL) == git(alone, "rev-parse", ALL)


def test_canaries_come_first_and_the_next_wave_when_they_are_merged(many: Many) -> None:
    for name in NAMES:
        many.add(name)
    listed(many)
    waves(many)
    first = many.start()
    assert by_letter(first) == dict(zip(NAMES, ["open", "open", *["waiting"] * 4], strict=True))
    assert first["waves"]["because"] == "wave 1: 0 of 2 decisions; 2 repositories wait for one"
    many.merge("a")
    assert sum(state == "open" for state in by_letter(many.start()).values()) == 1
    many.merge("b")
    second = many.start()
    assert by_letter(second) == dict(zip(NAMES, ["done", "done", "open", "open", "waiting", "waiting"], strict=True))
    assert second["findings"] == {"left": 4, "first": 6, "unseen_repositories": 0}


def test_a_wave_that_people_decline_holds_the_campaign(many: Many) -> None:
    for name in NAMES:
        many.add(name)
    listed(many)
    waves(many)
    many.start()
    many.decline("a")
    many.decline("b")
    found = many.start()
    assert by_letter(found) == dict(zip(NAMES, ["left", "left", *["waiting"] * 4], strict=True))
    assert found["waves"]["because"] == "wave 1: 0 of 2 merged (0%), and 50% is asked for"
    assert "0 of 2 merged" in found["codemods"]["bare-except"]["paused"]


def test_a_codemod_that_people_decline_pauses_and_the_others_go_on(many: Many) -> None:
    two = {**SMELL, "b.py": LOST}
    for name in "abc":
        many.add(name, two)
    many.tables["campaign"] = {"codemods": ["bare-except", "lost-cause"]}
    many.tables["limits"] = {"repository": 2}
    listed(many, "abc")
    waves(many, canary=2, decisions=2, threshold=0.5)
    many.start()
    for name in "ab":
        about = {git(many.repository(name), "log", "-1", "--format=%s", ref): ref for ref in branches(many, name)}
        assert len(about) == 2
        many.merge(name, next(ref for ref in about.values() if "lost-cause" in ref))
        many.decline(name, number_of(many, name, "bare-except"))
    found = many.start()
    assert found["codemods"]["bare-except"]["paused"]
    assert not found["codemods"]["lost-cause"]["paused"]
    assert branches(many, "c") == ["fixbot/lost-cause/all"]


def branches(many: Many, name: str) -> list[str]:
    return git(many.repository(name), "for-each-ref", "--format=%(refname:short)", "refs/heads/fixbot").split()


def number_of(many: Many, name: str, codemod: str) -> int:
    records = many.repository(name).glob(".git/fixbot/pulls/*.json")
    return next(int(record.stem) for record in records if f'"fixbot/{codemod}/' in record.read_text())


def test_canaries_without_findings_hold_nobody_up(many: Many) -> None:
    many.add("a", TIDY)
    many.add("b")
    listed(many, "ab")
    waves(many, canary=1)
    assert by_letter(many.start()) == {"a": "done", "b": "open"}


def test_a_second_pass_with_nothing_new_writes_nothing(many: Many) -> None:
    for name in "abc":
        many.add(name)
    first = many.start()
    before = many.writes()
    second = many.start()
    assert many.writes() == before
    assert states(second) == states(first) == dict.fromkeys("abc", "open")


@pytest.mark.parametrize("gone", ["journal.sqlite", "plans", "parcels", "status.html", "."])
def test_whatever_is_deleted_of_what_a_campaign_keeps_nothing_is_opened_twice(many: Many, gone: str) -> None:
    for name in "abc":
        many.add(name)
    many.add("d", TWO_FOLDERS)
    first = many.start()
    before = many.pulls()
    place = many.folder / gone
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    second = many.start()
    assert many.pulls() == before
    assert second["repositories"] == first["repositories"]


def test_only_who_has_a_configuration_or_is_on_the_list_takes_part(many: Many) -> None:
    many.add("configured")
    many.add("project", {"a.py": SMELLY, "pyproject.toml": "[tool.fixbot]\n"})
    many.add("stranger", {"a.py": SMELLY, "pyproject.toml": '[project]\nname = "x"\n'})
    many.add("named", {"a.py": SMELLY})
    (many.place / "list.txt").write_text("work/named\n")
    many.tables["repositories"] = {"file": "list.txt", "folder": "work"}
    found = many.start()
    stands = states(found)
    assert stands.pop("stranger") == "skipped"
    assert because(found, "stranger") == "has no configuration of fixbot, and no list names it"
    assert stands == {"work/named": "open", "configured": "open", "project": "open"}
    assert "stranger" not in many.pulls()


def test_who_takes_no_part_is_skipped_with_the_reason(many: Many) -> None:
    many.add("good")
    git(many.add("detached"), "checkout", "--quiet", "--detach")
    many.add("wrong", {"a.py": SMELLY, "fixbot.toml": "selekt = []\n"})
    many.add("legacy-one")
    empty = many.place / "work/empty"
    empty.mkdir()
    git(empty, "init", "--quiet")
    (many.place / "work/no-repository").mkdir()
    many.tables["repositories"] = {"folder": "work", "exclude": ["legacy-*"]}
    found = many.start()
    assert states(found) == {
        "good": "open", "detached": "skipped", "wrong": "skipped", "legacy-one": "skipped", "empty": "skipped",
    }  # fmt: skip
    assert "has no commit" in because(found, "empty")
    assert "selekt" in because(found, "wrong")
    assert "detached" in because(found, "detached")
    assert because(found, "legacy-one") == "[repositories] exclude names it"


def test_the_same_repository_is_taken_once_however_it_is_named(many: Many) -> None:
    many.add("a", TWO_FOLDERS)
    (many.place / "list.txt").write_text("work/a\nwork/./a\n")
    many.tables["repositories"] = {"file": "list.txt", "folder": "work"}
    assert states(many.start()) == {"work/a": "open"}
    assert many.pulls() == {"a": ["open"]}


def test_a_bare_repository_takes_part(many: Many) -> None:
    many.add("a")
    many.tables["repositories"] = {"folder": "origins"}
    found = many.start()
    assert states(found) == {"a.git": "open"}, because(found, "a.git")
    origin = many.place / "origins/a.git"
    assert git(origin, "diff", "--stat", "main", ALL).startswith(" a.py")
    assert (origin / "fixbot/pulls/1.json").is_file()
    before = many.writes()
    many.start()
    assert many.writes() == before


@pytest.mark.parametrize(
    ("limits", "opened", "why"),
    [
        ({"open": 2}, 2, "2 open in the campaign, and the limit is 2"),
        ({"repository": 1}, 4, ""),
    ],
)
def test_no_more_is_open_than_the_campaign_bears(many: Many, limits: dict[str, object], opened: int, why: str) -> None:
    for name in "abcd":
        many.add(name, TWO_FOLDERS)
    many.tables["limits"] = limits
    found = many.start()
    assert sum(len(pulls) for pulls in many.pulls().values()) == opened
    ready = [row["because"] for row in found["repositories"] if row["state"] == "ready"]
    assert ready == [why] * (4 - opened)


def test_no_owner_gets_more_than_they_can_bear(many: Many) -> None:
    owned = {**SMELL, "CODEOWNERS": "* @acme/core\n"}
    for name in "abc":
        many.add(name, owned)
    many.add("d", {**SMELL, "CODEOWNERS": "* @ada\n"})
    many.tables["limits"] = {"owner": 2}
    found = many.start()
    assert sorted(states(found).values()) == ["open", "open", "open", "ready"]
    assert states(found)["d"] == "open"
    late = next(row for row in found["repositories"] if row["state"] == "ready")
    assert late["because"] == "acme/core has 2 open, and the limit is 2"


def test_a_repository_that_moves_on_is_planned_for_again_and_no_other(many: Many) -> None:
    many.add("a")
    many.add("b")
    many.start()
    plans = {path.name: path.stat().st_mtime_ns for path in many.folder.glob("plans/*")}
    many.change("a", {"c.py": SMELLY})
    found = many.start()
    later = {path.name: path.stat().st_mtime_ns for path in many.folder.glob("plans/*")}
    assert len(plans) == len(later) == 2
    assert len(plans.items() & later.items()) == 1
    assert [row["findings"] for row in found["repositories"] if row["name"] == "a"] == [2]


def test_findings_that_nobody_can_rewrite_are_left_and_counted(many: Many) -> None:
    many.add("a", {"a.py": MANUAL, **CONFIGURED})
    found = many.start()
    assert states(found) == {"a": "left"}
    assert found["findings"]["left"] == 1


def test_a_campaign_that_is_over_keeps_no_clones(many: Many) -> None:
    many.add("a", TIDY)
    many.start()
    assert not (many.folder / "clones").exists()
    assert not (many.folder / "parcels").exists()
    assert states(many.start()) == {"a": "done"}


def test_a_dry_run_opens_nothing_and_says_what_it_would(many: Many) -> None:
    many.add("a")
    found = many.start("--dry-run")
    assert states(found) == {"a": "ready"}
    assert many.pulls() == {}
    assert states(many.start()) == {"a": "open"}


def test_a_campaign_that_is_paused_does_nothing_until_it_goes_on(many: Many) -> None:
    many.add("a")
    assert many.run("pause").code == 0
    paused = many.start()
    assert (paused["halted"], many.pulls()) == ("paused", {})
    (many.folder / "journal.sqlite").unlink()
    assert many.start()["halted"] == "paused"
    assert many.run("resume").code == 0
    assert states(many.start()) == {"a": "open"}


def test_stop_ends_it_and_leaves_what_is_open_to_its_reviewers(many: Many) -> None:
    many.add("a")
    many.add("b", TIDY)
    many.start()
    assert (many.folder / "parcels").exists()
    many.run("stop")
    assert not (many.folder / "parcels").exists()
    many.change("b", {"c.py": SMELLY})
    assert many.start()["halted"] == "stopped"
    assert many.pulls() == {"a": ["open"]}


def test_what_a_repository_says_of_itself_holds(many: Many) -> None:
    many.add("a", {"a.py": SMELLY, "old/b.py": SMELLY, "fixbot.toml": 'exclude = ["old/**"]\nlabels = ["mine"]\n'})
    many.tables["settings"] = {"assignees": ["ada"]}
    found = many.start()
    assert found["findings"]["left"] == 1
    record = (many.repository("a") / ".git/fixbot/pulls/1.json").read_text()
    assert '"mine"' in record
    assert '"ada"' in record


def test_a_repository_whose_planning_fails_holds_nobody_up_and_is_not_tried_for_ever(many: Many) -> None:
    many.add("a")
    many.add("b")
    many.tables["campaign"] = {"verify-command": "test -e pass"}
    many.change("b", {"pass": "", "a.py": SMELLY + "\n"})
    found = many.start()
    assert states(found)["b"] == "open"
    assert states(found)["a"] == "failed"
    assert because(found, "a")
    many.start()
    third = many.run("start", "--jobs", "2")
    assert "a: new" not in third.err
    many.change("a", {"pass": "", "c.py": CLEAN})
    assert states(many.start())["a"] == "open"


def test_status_shows_what_the_last_pass_saw_and_paints_the_page(many: Many) -> None:
    many.add("a")
    many.start()
    (many.folder / "status.html").unlink()
    done = many.run("status")
    assert states(done.json) == {"a": "open"}
    assert "burn" in (many.folder / "status.html").read_text().lower()
    assert "status.html" in done.err


def test_a_full_disk_loses_nothing_and_the_next_pass_goes_on(many: Many) -> None:
    """A limit on the size of files stands for the disk: small ones still go through, plans do not."""
    for name in "ab":
        many.add(name, {"a.py": SMELLY + "# filling filling filling\n" * 2000} | CONFIGURED)
    many.add("c")
    file = many.file
    start = f'exec "{sys.executable}" -c "from fixbot.cli import main; main()" campaign start {file} --jobs 2'
    limited = f"ulimit -f 40; {start}"
    done = subprocess.run(["bash", "-c", limited], env=unmeasured(), capture_output=True, text=True, check=False)
    assert done.returncode in {0, 2}, done.stderr
    assert "Traceback" not in done.stderr
    assert "a: failed (there is no room left to write (File too large)" in done.stderr, done.stderr
    found = many.start()
    assert states(found) == dict.fromkeys("abc", "open")
    assert many.pulls() == {name: ["open"] for name in "abc"}
    assert not list(many.folder.glob("**/*.new"))


def test_a_coordinator_that_is_killed_is_followed_by_one_that_opens_nothing_twice(many: Many) -> None:
    for name in NAMES:
        many.add(name)
    command = [sys.executable, "-c", "from fixbot.cli import main; main()", "campaign", "start", str(many.file)]
    killed = subprocess.Popen([*command, "--jobs", "2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while not many.pulls() and killed.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    killed.kill()
    killed.wait()
    found = many.start()
    assert sorted(states(found).values()) == ["open"] * 5 + ["waiting"]
    assert all(pulls == ["open"] for pulls in many.pulls().values())
    assert len(many.pulls()) == 5


def test_only_one_coordinator_works_on_a_campaign(many: Many) -> None:
    many.add("a", {**SMELL, "b.py": SMELLY})
    many.tables["campaign"] = {"verify-command": "sleep 3"}
    command = [sys.executable, "-c", "from fixbot.cli import main; main()", "campaign", "start", str(many.file)]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while not list(many.folder.glob("parcels/*")):
        assert time.monotonic() < end
        time.sleep(0.01)
    second = subprocess.run(command, capture_output=True, text=True, check=False)
    _, said = first.communicate(timeout=120)
    assert (second.returncode, first.returncode) == (2, 0), said
    assert "another process works on the campaign tidy" in second.stderr


def test_who_watches_waits_where_github_wants_to_be_left_alone_and_goes_on(
    many: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    many.add("a")
    real, waited = Pass.go, list[float]()

    def tired_once(one: Pass, found: Sequence[Seen]) -> list[Seen]:
        if not waited:
            message = "GitHub asks to wait 3000 seconds"
            raise RateLimitError(message)
        return real(one, found)

    def nap(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            many.merge("a")

    monkeypatch.setattr(Pass, "go", tired_once)
    monkeypatch.setattr("fixbot.cli.passes.time", SimpleNamespace(sleep=nap))
    assert many.run("start", "--jobs", "1").code == 4
    done = many.run("start", "--jobs", "1", "--watch", "--minutes", "7")
    assert done.code == 0, done.err
    assert states(done.json) == {"a": "done"}
    assert waited == [420, 420]
    assert "3000 seconds" in done.err
