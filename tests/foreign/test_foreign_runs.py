from __future__ import annotations

import contextlib
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from fixbot.chatops.carrying import is_about
from fixbot.chatops.commands import commands
from fixbot.chatops.items import Item, read_item, write_item
from fixbot.chatops.words import vocabulary
from fixbot.foreign.ruff import rule_codemod
from fixbot.marker import read_marker, write_marker
from fixbot.model import Marker
from tests.foreign.others import FSTRING, RENAME, folder
from tests.parts.command import commit, fixbot, repository
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real
BOWLER = pytest.importorskip("bowler", reason="Bowler does not install on this Python")
TYPED = "from typing import List\n\n\ndef old(of: List[int]) -> str:\n    return 'all {}'.format(of)\n"
FILES = {
    "pyproject.toml": '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\n',
    "shop/__init__.py": "",
    "shop/a.py": TYPED,
    "shop/b.py": "import os\nfrom shop.a import old\n\n\ndef use():\n    return old([1])\n",
}
SELECT = "format-to-fstring,rename-old,ruff:UP006,ruff:F401"
BRANCHES = [
    "fixbot/format-to-fstring/all",
    "fixbot/rename-old/all",
    "fixbot/ruff-F401/all",
    "fixbot/ruff-UP006/all",
]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return repository(tmp_path / "place", FILES)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return folder(tmp_path / "mine", fstring=FSTRING, rename_old=RENAME)


def run(place: Path, mine: Path, *arguments: str | Path, select: str = SELECT) -> Any:  # noqa: ANN401 - a document
    limits = ("--max-open", "9", "--max-hourly", "9")
    chosen = ("--codemods", mine, "--select", select, *limits)
    done = fixbot("run", place, "--forge", "local", "--jobs", "1", "--format", "json", *chosen, *arguments)
    assert (done.code, done.err) == (0, ""), done.err
    return done.json


def states(document: Any) -> dict[str, str]:  # noqa: ANN401 - as above
    return {pull["branch"]: pull["state"] for pull in document["pulls"]}


def body(place: Path, branch: str) -> str:
    for path in sorted((place / ".git/fixbot/pulls").glob("*.json")):
        if json.loads(path.read_text())["branch"] == branch:
            return path.with_suffix(".md").read_text()
    raise LookupError(branch)


def merge(place: Path, branch: str) -> None:
    git(place, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "merge", "--quiet", "--no-edit", branch)


def test_each_has_a_pull_request_as_the_others_have(place: Path, mine: Path) -> None:
    done = run(place, mine)
    assert states(done) == dict.fromkeys(BRANCHES, "opened")
    assert git(place, "show", "fixbot/ruff-UP006/all:shop/a.py").startswith("def old(of: list[int]) -> str:")
    assert "def new(of: List[int])" in git(place, "show", "fixbot/rename-old/all:shop/a.py")
    assert "from shop.a import new" in git(place, "show", "fixbot/rename-old/all:shop/b.py")
    assert "return f'all {of}'" in git(place, "show", "fixbot/format-to-fstring/all:shop/a.py")
    assert "Fixbot-Codemod: ruff:UP006\n" in git(place, "log", "-1", "--format=%B", "fixbot/ruff-UP006/all")
    text = body(place, "fixbot/rename-old/all")
    assert "fixbot fix --codemods DIR --select rename-old --safety review --diff" in text
    assert str(mine) not in text
    assert "every word of a comment" in text
    assert "| ruff UP006 | 1 | 0 |" in body(place, "fixbot/ruff-UP006/all")
    assert states(run(place, mine)) == dict.fromkeys(BRANCHES, "unchanged")


def test_what_was_merged_is_told_and_what_was_declined_is_not_offered_again(place: Path, mine: Path) -> None:
    run(place, mine)
    merge(place, "fixbot/ruff-UP006/all")
    git(place, "branch", "-D", "fixbot/ruff-F401/all")
    done = states(run(place, mine))
    assert done["fixbot/ruff-UP006/all"] == "merged"
    assert done["fixbot/ruff-F401/all"] == "declined"


def test_what_is_new_in_a_file_that_is_done_whole_joins_its_pull_request(place: Path, mine: Path) -> None:
    run(place, mine, select="format-to-fstring")
    commit(place, {"shop/a.py": f"{TYPED}\n\ndef bye(name):\n    return 'bye {{}}'.format(name)\n"})
    done = run(place, mine, select="format-to-fstring")
    assert states(done) == {"fixbot/format-to-fstring/all": "conflict"}
    text = git(place, "show", "fixbot/format-to-fstring/all:shop/a.py")
    assert ("f'all {of}'" in text, "f'bye {name}'" in text) == (True, True)


def test_a_plan_is_made_with_their_code_and_applied_without_it(place: Path, mine: Path) -> None:
    made = place.parent / "plan.json"
    chosen = ("--codemods", mine, "--select", SELECT)
    done = fixbot("plan", place, "-o", made, *chosen)
    assert done.code == 0, done.err
    for file in mine.glob("*.py"):
        file.write_text(f"{file.read_text()}\nraise SystemExit('it was run where the token is')\n")
    with contextlib.chdir(place):
        limits = ("--max-open", "9", "--max-hourly", "9")
        applied = fixbot("apply", made, *chosen, *limits, "--format", "json")
        assert applied.code == 0, applied.err
        listened = fixbot("listen", place, "--forge", "local", *chosen)
    assert states(applied.json) == dict.fromkeys(BRANCHES, "opened")
    assert "# Write f-strings" in body(place, "fixbot/format-to-fstring/all")
    assert listened.code == 0, listened.err


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("safety", "safe", "is never safe"),
        ("severity", "critical", "finds is low, and not critical"),
        ("codemod", "ruff:UP035", "which is not selected"),
    ],
)
def test_a_plan_that_says_otherwise_is_refused(place: Path, mine: Path, name: str, value: str, says: str) -> None:
    made = place.parent / "plan.json"
    chosen = ("--codemods", mine, "--select", "ruff:UP006")
    assert fixbot("plan", place, "-o", made, *chosen).code == 0
    document = json.loads(made.read_text())
    for change in document["changes"]:
        change.update({name: value} if name in change else {})
        for rewrite in change["rewrites"]:
            for finding in rewrite["findings"]:
                finding[name] = value
    made.write_text(json.dumps(document))
    with contextlib.chdir(place):
        done = fixbot("apply", made, *chosen)
    assert (done.code, says in done.err) == (2, True), done.err


def test_the_tracker_tells_of_them(place: Path, mine: Path) -> None:
    run(place, mine)
    merge(place, "fixbot/ruff-UP006/all")
    with contextlib.chdir(place):
        done = fixbot("tracker", "--forge", "local", "--codemods", mine, "--select", SELECT)
    assert done.code == 0, done.err
    assert "ruff:UP006" in done.out
    assert "Apply ruff's fixes of UP006 (non-pep585-annotation)" in done.out
    assert "Write f-strings" in done.out


def test_an_operators_own_check_counts_for_them_too(place: Path, mine: Path) -> None:
    done = run(place, mine, "--verify-command", f"{sys.executable} -c 'import shop.b; shop.b.old'", select="rename-old")
    assert states(done) == {}
    assert len({left["because"] for left in done["refused"]}) == 1
    assert len(done["refused"]) == 3


def test_a_codemod_of_anybodys_that_breaks_ends_with_its_own_code(place: Path, tmp_path: Path) -> None:
    text = '''
from libcst.codemod import VisitorBasedCodemodCommand


class Breaks(VisitorBasedCodemodCommand):
    """Break."""

    def leave_Integer(self, original_node, updated_node):
        raise KeyError("no")
'''
    done = fixbot("scan", "--codemods", folder(tmp_path / "b", breaks=text), "--select", "breaks", place)
    assert (done.code, "breaks" in done.err) == (3, True), done.err


def test_a_log_with_fixes_names_the_rule(place: Path, mine: Path) -> None:
    done = fixbot("scan", "--codemods", mine, "--select", SELECT, "--format", "sarif", place)
    run_ = done.json["runs"][0]
    assert {rule["id"]: rule["name"] for rule in run_["tool"]["driver"]["rules"]}["ruff:UP006"] == "RuffUP006"
    assert all(result["fixes"] for result in run_["results"] if result["ruleId"].startswith("ruff:"))


def test_a_preview_shows_them(place: Path, mine: Path) -> None:
    page = place.parent / "page.html"
    done = fixbot("preview", "--codemods", mine, "--select", SELECT, "-o", page, place)
    assert done.code == 0, done.err
    assert "ruff:UP006" in page.read_text()


def test_markers_and_items_take_a_name_with_a_colon() -> None:
    known = Marker(
        codemod="ruff:UP006", branch="fixbot/ruff-UP006/all", plan="a" * 20, base="b" * 40, findings=(), pushed=()
    )
    assert read_marker(write_marker(known)) == known
    item = Item(("ruff:UP006", "bare-except"))
    assert read_item(write_item(item)) == item


def test_a_person_can_ignore_a_rule_of_ruff() -> None:
    known = ["bare-except", "ruff:UP006"]
    assert [str(one) for one in commands("/fixbot ignore ruff:UP006\n", known)] == ["/fixbot ignore ruff:UP006"]
    assert is_about("fixbot/ruff-UP006/all", {"ruff:UP006"})
    assert vocabulary([rule_codemod("ruff:UP006")]).spoken("see UP006, please") == {"UP006": ("ruff:UP006",)}
    assert vocabulary([rule_codemod("ruff:UP006")]).spoken("do ruff:UP006") == {"ruff:UP006": ("ruff:UP006",)}
