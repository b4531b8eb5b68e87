from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot import registry
from tests.publish.living import Life, smell

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real
SILENT = "def q():\n    try:\n        open('x').read()\n    except Exception:\n        pass\n"
WAITING = "fixbot/silent-except/all"


@pytest.fixture
def life(tmp_path: Path) -> Life:
    """Give a repository with an open pull request of one codemod, and one of another that waits."""
    life = Life(tmp_path / "place", {"a.py": smell("a"), "b.py": SILENT}, max_open=1)
    life.run()
    return life


def page(life: Life) -> str:
    return (life.root / f".git/fixbot/issues/{life.board()}.md").read_text()


@pytest.mark.parametrize("chosen", [("--select", "bare-except"), ("--ignore", "silent-except")])
def test_a_run_with_other_codemods_loses_no_line_and_no_tick(life: Life, chosen: tuple[str, str]) -> None:
    life.settled(*chosen)
    life.tick("open", WAITING)
    life.settled(*chosen)
    assert [pull["state"] for pull in life.run().pulls] == ["opened", "unchanged"]
    life.settled()
    life.settled(*chosen)


def test_two_jobs_with_codemods_of_their_own_settle(life: Life) -> None:
    for _ in range(2):
        for codemod in ("bare-except", "silent-except"):
            life.settled("--select", codemod)


def test_two_jobs_with_codemods_of_their_own_settle_from_the_start(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("a"), "b.py": SILENT}, max_open=1)
    for codemod in ("bare-except", "silent-except", "bare-except"):
        life.run("--select", codemod)
    life.settled("--select", "silent-except")
    life.settled("--select", "bare-except")
    assert "go ahead: `fixbot/silent-except/all`" in page(life)


def test_what_another_codemods_run_cannot_know_stays_where_it_was(life: Life) -> None:
    life.run(max_open=9)
    other = next(pull["number"] for pull in life.pulls() if pull["branch"] == WAITING)
    life.commit({"x.txt": "x"}, WAITING)
    life.close(1)
    assert sorted(pull["state"] for pull in life.run().pulls) == ["declined", "left alone"]
    life.settled("--select", "bare-except")
    life.settled("--select", "silent-except")
    life.tick("recreate", WAITING)
    life.settled("--select", "bare-except")
    assert [pull["state"] for pull in life.run().pulls if pull.get("number") == other] == ["updated"]


def test_offered_again_by_a_run_with_other_codemods(life: Life) -> None:
    life.close(1)
    life.run()
    life.tick("unignore", "fixbot/bare-except/all")
    life.run("--select", "silent-except")
    assert "offer again" not in page(life)
    assert "opened" in [pull["state"] for pull in life.run(max_open=9).pulls]


def test_what_is_said_of_a_pull_request_that_is_over_goes(life: Life) -> None:
    life.run(max_open=9)
    life.commit({"x.txt": "x"}, WAITING)
    life.run()
    assert "Left alone" in page(life)
    life.close(next(pull["number"] for pull in life.pulls() if pull["branch"] == WAITING))
    life.run("--select", "bare-except")
    assert "Left alone" not in page(life)


def test_a_codemod_that_breaks_on_the_whole_project_closes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeps = "import asyncio, time\n\n\nasync def main():\n    time.sleep(1)\n\n\nasyncio.run(main())\n"
    life = Life(tmp_path / "place", {"a.py": sleeps})
    life.run("--select", "blocking-sleep")

    def broken(_self: object, _corpus: object) -> None:
        message = "as other people's code makes one"
        raise ValueError(message)

    monkeypatch.setattr(registry.catalogue()["blocking-sleep"], "survey", broken)
    done = life.fixbot("--select", "blocking-sleep")
    assert done.code == 3
    assert [(pull["state"], pull["reason"]) for pull in done.json["pulls"]] == [
        ("left alone", "the project cannot be looked at now")
    ]
