"""What is not looked at may call a function all the same: then no coroutine is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.parts.command import fixbot, plant
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path

CLOCK = """import time


def pause():
    time.sleep(1)


async def run():
    pause()
"""
CALLER = "from clock import pause\n\npause()\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    plant(tmp_path, {"clock.py": CLOCK})
    git(tmp_path, "add", "--all")
    git(tmp_path, "-c", "user.name=x", "-c", "user.email=x@x.invalid", "commit", "--quiet", "--message=x")
    return tmp_path


def rewritten(root: Path) -> str:
    assert fixbot("fix", "--select", "blocking-sleep").code in {0, 1}
    return (root / "clock.py").read_text()


def test_without_another_caller_the_function_becomes_a_coroutine(shop: Path) -> None:
    assert "async def pause" in rewritten(shop)


def test_a_caller_that_git_does_not_track_counts(shop: Path) -> None:
    plant(shop, {"till.py": CALLER})
    assert "await asyncio.to_thread(pause)" in rewritten(shop)


def test_a_caller_that_is_too_large_counts(shop: Path) -> None:
    plant(shop, {"till.py": CALLER + "# much\n" * 200_000})
    git(shop, "add", "--all")
    assert "await asyncio.to_thread(pause)" in rewritten(shop)


def test_a_caller_behind_a_link_counts(shop: Path) -> None:
    plant(shop, {"till.txt": CALLER})
    (shop / "till.py").symlink_to("till.txt")
    git(shop, "add", "--all")
    assert "await asyncio.to_thread(pause)" in rewritten(shop)


def test_a_link_out_of_the_project_is_not_followed(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "till.py"
    outside.write_text(CALLER)
    (shop / "till.py").symlink_to(outside)
    git(shop, "add", "--all")
    assert "async def pause" in rewritten(shop)


@pytest.mark.parametrize("name", ["clock.pyi", "notes.ipynb", "bin/tool"])
def test_stubs_notebooks_and_scripts_count(shop: Path, name: str) -> None:
    plant(shop, {name: CALLER})
    (shop / name).chmod(0o755)
    git(shop, "add", "--all")
    assert "await asyncio.to_thread(pause)" in rewritten(shop)


def test_a_text_that_is_no_program_says_nothing(shop: Path) -> None:
    plant(shop, {"NOTES": CALLER, "README.md": CALLER})
    git(shop, "add", "--all")
    assert "async def pause" in rewritten(shop)


@pytest.mark.real
@pytest.mark.parametrize(("name", "text"), [("till.py", CALLER + "# much\n" * 200_000), ("clock.pyi", CALLER)])
def test_a_run_counts_them_too(shop: Path, name: str, text: str) -> None:
    plant(shop, {name: text})
    git(shop, "add", "--all")
    git(shop, "-c", "user.name=x", "-c", "user.email=x@x.invalid", "commit", "--quiet", "--message=y")
    assert fixbot("run", "--forge", "local", "--select", "blocking-sleep").code == 0
    assert "await asyncio.to_thread(pause)" in git(shop, "show", "fixbot/blocking-sleep/all:clock.py")


def test_the_diff_of_two_codemods_is_one_that_git_applies(shop: Path) -> None:
    both = "import time\n\nimport requests\n\n\nasync def run():\n    time.sleep(1)\n    requests.get('x', timeout=1)\n"
    plant(shop, {"clock.py": both})
    done = fixbot("fix", "--diff", "--output", "changes.diff")
    assert "2 of 2 findings rewritten in 1 file;" in done.err
    git(shop, "apply", "changes.diff")
    by_git = (shop / "clock.py").read_text()
    plant(shop, {"clock.py": both})
    fixbot("fix")
    assert (shop / "clock.py").read_text() == by_git
    assert "await asyncio.sleep(1)" in by_git
    assert "await asyncio.to_thread(requests.get" in by_git


def test_a_diff_says_what_is_left_and_why(shop: Path) -> None:
    plant(shop, {"clock.py": f"{CLOCK}\n\nON_ERROR = pause\n"})
    done = fixbot("fix", "--diff", "--select", "blocking-sleep")
    assert done.code == 1
    assert "clock.py:5: left as it is: " in done.err
