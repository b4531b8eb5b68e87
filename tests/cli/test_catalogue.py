from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.parts.command import fixbot

if TYPE_CHECKING:
    from pathlib import Path


def test_the_codemods_are_listed() -> None:
    done = fixbot("codemods")
    assert (done.code, done.err) == (0, "")
    assert "bare-except              critical  review  Say what an `except:` catches\n" in done.out


def test_the_list_can_be_chosen_and_written_elsewhere(tmp_path: Path) -> None:
    assert "bare-except" not in fixbot("codemods", "--ignore", "bare-except").out
    place = tmp_path / "list.md"
    done = fixbot("codemods", "--format", "markdown", "--output", place)
    assert (done.code, done.out) == (0, "")
    assert place.read_text().splitlines()[:2] == [
        "| codemod | severity | safety | what it does |",
        "|---|---|---|---|",
    ]


def test_a_codemod_as_json_has_all_its_parts() -> None:
    listed = fixbot("codemods", "--select", "bare-except", "--format", "json").json
    explained = fixbot("explain", "bare-except", "--format", "json").json
    assert listed == [explained]
    assert list(explained) == [
        "codemod",
        "title",
        "severity",
        "safety",
        "opt_in",
        "why",
        "left_alone",
        "safety_says",
        "options",
        "references",
        "fixes",
        "keeps",
    ]
    assert len(explained["fixes"]) >= 2
    assert len(explained["keeps"]) >= 3


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_codemod_is_explained_in_full(form: str) -> None:
    done = fixbot("explain", "bare-except", "--format", form)
    assert (done.code, done.err) == (0, "")
    for part in (
        "# bare-except: Say what",
        "## Why",
        "## Rewrites",
        "## Left alone",
        "## Options",
        "## Read more",
        "--set ",
    ):
        assert part in done.out


def test_what_a_codemod_reports_is_shown_apart() -> None:
    reported = fixbot("explain", "magic-number-guard").out.partition("## Reported\n")[2]
    assert "**a product of units of time**" in reported.partition("## Left alone\n")[0]


@pytest.mark.parametrize(
    ("slug", "hint"),
    [("bare-exept", "did you mean 'bare-except'?"), ("xyz", "`fixbot codemods` lists them")],
)
def test_an_unknown_codemod_is_wrong_use(slug: str, hint: str) -> None:
    done = fixbot("explain", slug)
    assert (done.code, done.out, done.err) == (2, "", f"fixbot: no codemod is called {slug!r}; {hint}\n")
