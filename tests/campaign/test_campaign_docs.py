"""The page about campaigns says what the code does: every key, every default, the workflow that calls."""

from __future__ import annotations

import re
import tomllib
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from fixbot.campaign.file import _READERS, Campaign, Limits, Rollout, Sources, campaign_from
from fixbot.cli.campaign import campaign
from fixbot.settings import settings_from
from tests.judges import house, runner, schemas, zizmor
from tests.judges.documents import ROOT, workflow

if TYPE_CHECKING:
    from pathlib import Path

    from tests.judges import Judge

PAGE = (ROOT / "docs" / "campaigns.md").read_text("utf-8")
RECORDS = {"campaign": Campaign, "repositories": Sources, "limits": Limits, "waves": Rollout}
WORDS = {"nothing": None, "all": None, "none": ()}


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def rows(pattern: str) -> dict[str, str]:
    """Give the second cell of each row of a table by what is in the first one."""
    return dict(re.findall(rf"^\| {pattern} \| (.*?) \|", PAGE, re.MULTILINE))


def test_the_page_has_every_key_of_the_file_and_no_other_with_its_default() -> None:
    told = rows(r"`(\[\w+\] [\w-]+)`")
    assert set(told) == {f"[{table}] {key}" for table, readers in _READERS.items() for key in readers}
    for name, cell in told.items():
        table, key = re.findall(r"[\w-]+", name)
        default = {one.name: one.default for one in fields(RECORDS[table])}[key.replace("-", "_")]
        if cell.startswith("none: "):
            assert default is MISSING, name
        else:
            assert default == (WORDS[cell] if cell in WORDS else tomllib.loads(f"x = {cell.strip('`')}")["x"]), name


def test_the_file_on_the_page_is_one() -> None:
    read = campaign_from(tomllib.loads(block("toml")))
    assert (read.sources.organisation, read.limits.open) == ("acme", 30)
    settings_from(dict(read.settings))


def test_every_command_and_option_of_the_page_exists() -> None:
    used = re.findall(r"fixbot campaign ([a-z]+)([^\n#`]*)", PAGE)
    assert {name for name, _ in used} == set(campaign.commands)
    for name, rest in used:
        known = {option for one in campaign.commands[name].params for option in one.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known, (name, rest)


def called() -> dict[str, Any]:
    """Give what the shipped workflow takes."""
    text = (ROOT / ".github/workflows/campaign.yml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)[True]["workflow_call"]  # YAML 1.1 makes `True` of the key `on`
    return found


def test_the_page_has_every_input_of_the_workflow_with_its_default() -> None:
    told = rows(r"`([\w-]+)`")
    inputs = {name: one["default"] for name, one in called()["inputs"].items()}
    assert {name: yaml.safe_load(told[name].strip("`")) for name in inputs} == inputs


def test_the_workflow_on_the_page_hands_over_what_the_other_one_takes() -> None:
    job = yaml.safe_load(block("yaml"))["jobs"]["campaign"]
    assert set(job["secrets"]) == set(called()["secrets"])
    assert set(job["with"]) <= set(called()["inputs"])


@pytest.mark.parametrize("judge", [house.judge, zizmor.judge, schemas.judge, runner.judge])
def test_the_workflow_on_the_page_pleases_the_judges(judge: Judge, tmp_path: Path) -> None:
    text = block("yaml").replace("@… # v…", f"@{'a' * 40} # v1.0.0")
    assert judge([workflow(text, "campaigns.yml")], tmp_path) == []
