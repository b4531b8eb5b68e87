from __future__ import annotations

from dataclasses import replace

import pytest

from fixbot.doctor import Check, here
from fixbot.doctor.programs import judge, works
from fixbot.doctor.seen import Clone, Programs, Way
from fixbot.doctor.workflow import gives_own_token, of_fixbot
from fixbot.doctor.workflow import judge as judge_workflow
from fixbot.settings import Settings
from tests.doctor.healthy import CLONE, NIGHTLY, levels, one, well, workflow, wrong

FOUND = Programs(git="2.47.1", ruff="0.17.5", ruff_bound=">=0.14")
WAY = Way(asked="auto", variable="GITHUB_TOKEN", name="octo/sample", has_origin=True)
LOCAL = replace(WAY, variable="", name=None, has_origin=False)


def judged(
    clone: Clone = CLONE,
    way: Way = WAY,
    settings: Settings | None = None,
    mistakes: tuple[str, ...] = (),
    *,
    chooses_base: bool = False,
) -> list[Check]:
    return here(FOUND, clone, way, mistakes, settings or Settings(), chooses_base=chooses_base)


@pytest.mark.parametrize(
    ("git", "level"),
    [
        ("2.47.1", "ok"),
        ("2.38.0", "ok"),
        ("2.37.9", "note"),
        ("2.32.0", "note"),
        ("2.31.8", "problem"),
        ("", "problem"),
    ],
)
def test_git_has_to_be_new_enough(git: str, level: str) -> None:
    assert levels(judge(replace(FOUND, git=git)))["git"] == level
    assert works(git) == (level != "problem")


def test_git_for_other_systems_is_understood() -> None:
    assert levels(judge(replace(FOUND, git="2.47.1.windows.2")))["git"] == "ok"
    assert works("3.0")


def test_ruff_has_to_be_there_and_to_fit() -> None:
    assert levels(judge(FOUND))["ruff"] == "ok"
    assert one(judge(replace(FOUND, ruff="")), "ruff").do.endswith("pip install 'ruff>=0.14'")
    assert levels(judge(replace(FOUND, ruff="0.13.0", ruff_fits=False)))["ruff"] == "problem"


@pytest.mark.parametrize(
    ("changed", "point"),
    [
        ({"is_shallow": True}, "clone"),
        ({"is_partial": True}, "clone"),
        ({"origin_has_password": True}, "origin"),
        ({"branch": ""}, "head"),
    ],
)
def test_each_trait_of_a_clone_is_a_note(changed: dict[str, bool], point: str) -> None:
    assert wrong(judged(replace(CLONE, **changed))) == [point]  # type: ignore[arg-type]  # one field of each kind


def test_a_detached_head_does_not_matter_where_a_base_is_named() -> None:
    assert wrong(judged(replace(CLONE, branch=""), chooses_base=True)) == []


def test_mistakes_of_the_configuration_are_problems() -> None:
    mistakes = ("fixbot.toml: unknown key 'lables': did you mean 'labels'?", "no codemod bare-excpet")
    assert [check.says for check in judged(mistakes=mistakes) if check.id == "configuration"] == list(mistakes)


def test_globs_without_use_are_notes() -> None:
    checks = judged(settings=Settings(exclude=("src", "vendored/**"), audits=("docs/gone*.md",)))
    assert one(checks, "exclude").says == "vendored/** matches no file of main"
    assert one(checks, "audits").says == "docs/gone*.md matches no file of main"
    assert wrong(judged(replace(CLONE, paths=frozenset()), settings=Settings(exclude=("vendored/**",)))) == []


@pytest.mark.parametrize(
    ("way", "level", "words"),
    [
        (WAY, "ok", "octo/sample on GitHub, because of GITHUB_TOKEN"),
        (replace(WAY, asked="github"), "ok", "as asked"),
        (replace(WAY, asked="github", variable=""), "problem", "no token"),
        (replace(WAY, asked="github", name=None), "problem", "no name"),
        (replace(WAY, asked="local"), "ok", "as asked"),
        (replace(WAY, variable=""), "note", "no token for octo/sample"),
        (replace(WAY, name=None), "ok", "origin is not on GitHub"),
        (LOCAL, "ok", "no remote called origin"),
    ],
)
def test_the_forge_is_said_with_the_reason(way: Way, level: str, words: str) -> None:
    check = one(judged(way=way), "forge")
    assert str(check.level) == level
    assert words in check.says


def test_two_different_tokens_are_a_note() -> None:
    assert "FIXBOT_TOKEN counts" in one(judged(way=replace(WAY, both=True)), "token-twice").says


def test_a_workflow_matters_where_the_repository_is_on_github() -> None:
    bare = replace(CLONE, workflows=())
    assert levels(judged(bare, replace(WAY, variable="")))["workflow"] == "note"
    assert "workflow" not in levels(judged(bare, LOCAL))
    assert "workflow" not in levels(judged(bare, replace(WAY, asked="local")))


@pytest.mark.parametrize(
    "line",
    [
        "      - uses: octo/fixbot@v1",
        "  uses: 'octo/fixbot@v1'",
        "        run: fixbot apply plan.json",
        "- uses: ./\n  with:\n    phase: apply",
    ],
)
def test_a_workflow_that_runs_fixbot_is_known_by_its_text(line: str) -> None:
    assert of_fixbot(workflow(f"jobs:\n{line}\n").workflows)


@pytest.mark.parametrize(
    "line", ["# uses: octo/fixbot@v1", "- uses: octo/fixbottle@v1", "name: fixbot", "run: ls # fixbot run"]
)
def test_a_workflow_that_only_speaks_of_fixbot_is_none(line: str) -> None:
    assert not of_fixbot(workflow(f"jobs:\n{line}\n").workflows)


@pytest.mark.parametrize(
    ("line", "own"),
    [
        ("token: ${{ secrets.APP_TOKEN }}", True),
        ("FIXBOT_TOKEN: '${{ steps.app.outputs.token }}'", True),
        ("token: ${{ secrets.GITHUB_TOKEN }}", False),
        ("token: ${{ github.token }}", False),
        ("# token: ${{ secrets.APP_TOKEN }}", False),
    ],
)
def test_a_token_of_ones_own_is_told_from_that_of_the_run(line: str, own: bool) -> None:  # noqa: FBT001 - a parameter of a test
    assert gives_own_token(f"  with:\n    {line}\n") is own


def test_a_workflow_that_is_not_committed_is_a_note() -> None:
    assert levels(judge_workflow(workflow(NIGHTLY, committed=False), well()))["workflow"] == "note"


@pytest.mark.parametrize(
    ("old", "new", "missing"),
    [
        ("contents: write", "contents: read", "contents"),
        ("pull-requests: write\n", "checks: write\n", "pull-requests"),
        ("contents: write\n      pull-requests: write", "checks: write", "contents and pull-requests"),
    ],
)
def test_a_workflow_that_forgets_its_permissions_is_a_problem(old: str, new: str, missing: str) -> None:
    text = NIGHTLY.replace("secrets.APP_TOKEN", "github.token").replace(old, new)
    check = one(judge_workflow(workflow(text), None), "workflow-permissions")
    assert check.says.endswith(f"write {missing}")


@pytest.mark.parametrize(
    "text",
    [
        NIGHTLY,
        NIGHTLY.replace("contents: write", "contents: read"),  # it has a token of its own
        "permissions: write-all\njobs:\n- uses: octo/fixbot@v1\n",
    ],
)
def test_a_workflow_that_may_write_is_fine(text: str) -> None:
    assert wrong(judge_workflow(workflow(text), None)) == []


def test_what_a_workflow_does_not_ask_for_may_be_given_by_default() -> None:
    silent = workflow("jobs:\n- uses: octo/fixbot@v1\n")
    generous = well(actions=replace(well().actions, default="write"))
    assert wrong(judge_workflow(silent, generous)) == []
    assert wrong(judge_workflow(silent, well())) == ["workflow-permissions"]
    assert wrong(judge_workflow(silent, None)) == ["workflow-permissions"]
