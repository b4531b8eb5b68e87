"""Which repositories a campaign is about, whatever they are called and however its sources spell them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot.errors import OperatorError
from fixbot.shell.campaign.reading import read_campaign
from fixbot.shell.campaign.sources import repositories
from fixbot.shell.github import organisation

if TYPE_CHECKING:
    from pathlib import Path

    from fixbot.campaign.records import Seen

TOKENS = ("GITHUB_TOKEN", "FIXBOT_TOKEN", "GITHUB_SERVER_URL")
HERE, THERE = 'forge = "local"', 'forge = "github"'


@pytest.fixture(autouse=True)
def _no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in TOKENS:
        monkeypatch.delenv(name, raising=False)


def found(place: Path, listed: str, sources: str, forge: str = "") -> list[Seen]:
    (place / "list").write_text(listed)
    file = place / "campaign.toml"
    head = f'[campaign]\nname = "tidy"\ncodemods = ["bare-except"]\n{forge}\n[repositories]\nfile = "list"\n'
    file.write_text(f"{head}{sources}\n")
    return repositories(read_campaign(file))


def made(place: Path, *paths: str) -> None:
    for path in paths:
        (place / path / ".git").mkdir(parents=True)


def test_two_with_one_name_are_told_apart(tmp_path: Path) -> None:
    made(tmp_path, "app", "repos/app", "repos/other")
    seen = found(tmp_path, "app\n", 'folder = "repos"', HERE)
    assert [one.name for one in seen] == ["app", "repos/app", "other"]
    assert seen[1].place == str(tmp_path / "repos/app")


def test_the_longer_name_may_be_taken_too(tmp_path: Path) -> None:
    made(tmp_path, "app", "sub/repos/app", "repos/app")
    seen = found(tmp_path, "app\nrepos/app\n", 'folder = "sub/repos"', HERE)
    assert [one.name for one in seen] == ["app", "repos/app", "sub/repos/app"]


@pytest.mark.parametrize(("exclude", "left"), [("app", []), ("repos/*", ["app"]), ("App", ["app", "repos/app"])])
def test_what_is_told_apart_is_excluded_by_either_name(tmp_path: Path, exclude: str, left: list[str]) -> None:
    made(tmp_path, "app", "repos/app")
    seen = found(tmp_path, "app\n", f'folder = "repos"\nexclude = ["{exclude}"]', HERE)
    assert [one.name for one in seen if not one.skipped] == left


def test_github_minds_no_upper_case_and_neither_does_a_campaign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "t")
    listed = [("Acme/App", ""), ("Acme/Other", "is archived")]
    monkeypatch.setattr(organisation, "repositories", lambda *_args, **_chosen: listed)
    seen = found(tmp_path, "acme/more\nacme/app\nACME/APP\n", 'organisation = "acme"\nexclude = ["ACME/m*"]', THERE)
    assert [(one.name, one.is_named, one.skipped) for one in seen] == [
        ("acme/more", True, "[repositories] exclude names it"),
        ("Acme/App", True, ""),
        ("Acme/Other", False, "is archived"),
    ]
    assert seen[1].place == "https://github.com/Acme/App.git"


def test_a_list_for_github_without_a_token_is_no_list_of_paths(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"acme/app: set GITHUB_TOKEN, or say forge = 'local'"):
        found(tmp_path, "acme/app\nacme/other\n", "")


@pytest.mark.parametrize("forge", ["", HERE])
def test_a_list_of_paths_needs_no_token(tmp_path: Path, forge: str) -> None:
    made(tmp_path, "work/app")
    assert [one.name for one in found(tmp_path, "work/app\nwork/gone\n", "", forge)] == ["work/app", "work/gone"]


def test_who_says_that_it_is_local_is_believed(tmp_path: Path) -> None:
    assert [one.name for one in found(tmp_path, "acme/app\n", "", HERE)] == ["acme/app"]
