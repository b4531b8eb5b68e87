from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fixbot.cli.main import main
from fixbot.errors import OperatorError
from fixbot.shell.sample import make_sample, sample_files


def demo(folder: Path) -> int:
    with pytest.raises(SystemExit) as left:
        main(["demo", str(folder)])
    assert isinstance(left.value.code, int)
    return left.value.code


def git(folder: Path, *args: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *args], capture_output=True, text=True, check=True).stdout


def test_it_shows_findings_diffs_branches_and_pull_requests(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert demo(tmp_path / "new") == 0
    shown = capfd.readouterr().out

    for words in (
        "=== fixbot scan",
        "9 findings in 4 files",
        "-        except:\n+        except json.JSONDecodeError:",
        "=== Branch fixbot/bare-except/all",
        "=== Branch fixbot/bare-except/safe-all",
        "=== Branch fixbot/blocking-sleep/all",
        "-    if not wait_until(courier.is_here, every=0.5):",
        "+    if not await wait_until(courier.is_here, every=0.5):",
        "### How it was checked",
        "left as it is: bare except left alone: `input` waits for a person",
        "unchanged",
    ):
        assert words in shown


def test_branches_are_in_the_origin_and_the_working_tree_is_untouched(tmp_path: Path) -> None:
    demo(tmp_path)
    tree, origin = tmp_path / "corner-shop", tmp_path / "origin.git"

    assert git(tree, "status", "--porcelain") == ""
    branches = ["fixbot/bare-except/all", "fixbot/bare-except/safe-all", "fixbot/blocking-sleep/all", "main"]
    for repository in (tree, origin):
        assert git(repository, "branch", "--format=%(refname:short)").split() == branches
    record = json.loads((tree / ".git/fixbot/pulls/1.json").read_text(encoding="utf-8"))
    assert record["head"] == git(origin, "rev-parse", branches[0]).strip()


def test_the_branch_of_the_demo_runs(tmp_path: Path) -> None:
    demo(tmp_path)
    tree = tmp_path / "corner-shop"
    git(tree, "merge", "--quiet", "fixbot/bare-except/all")
    who = ("-c", "user.name=x", "-c", "user.email=x@x.invalid")
    git(tree, *who, "merge", "--quiet", "fixbot/bare-except/safe-all", "fixbot/blocking-sleep/all")

    program = (
        "from shop.orders import Orders; from shop.settings import workers; from shop.patience import wait_until;"
        "import asyncio; print(Orders(0).parse('{'), workers(), asyncio.run(wait_until(iter([0, 1]).__next__, 0)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tree, capture_output=True, text=True, check=True)

    assert done.stdout == "None 1 True\n"


def test_a_folder_that_is_in_use_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "precious").write_text("mine", encoding="utf-8")

    assert demo(tmp_path) == 2
    assert "is not empty" in capfd.readouterr().err


def test_the_sample_has_smells_of_every_safety() -> None:
    assert sum("except:" in content for content in sample_files().values()) == 3


def test_a_folder_that_cannot_be_made_is_an_operators_error(tmp_path: Path) -> None:
    (tmp_path / "corner-shop").write_text("in the way", encoding="utf-8")

    with pytest.raises(OperatorError, match="cannot be written"):
        make_sample(tmp_path)


def test_a_machine_without_git_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(OperatorError, match="git is not installed"):
        make_sample(tmp_path / "new")
