from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from fixbot.campaign.file import Campaign, Limits, Rollout, Sources, campaign_from
from fixbot.errors import OperatorError
from fixbot.model import Safety
from fixbot.shell.campaign.reading import listed, read_campaign
from tests.parts.command import fixbot

if TYPE_CHECKING:
    from pathlib import Path

LEAST = '[campaign]\nname = "x"\ncodemods = ["bare-except"]\n[repositories]\nfolder = "work"\n'


def campaign(text: str) -> Campaign:
    return campaign_from(tomllib.loads(text))


def test_the_least_that_a_campaign_needs_has_the_usual_for_the_rest() -> None:
    assert campaign(LEAST) == Campaign(name="x", codemods=("bare-except",), sources=Sources(folder="work"))


def test_everything_can_be_said() -> None:
    text = """
        [campaign]
        name = "no-bare-except"
        codemods = ["bare-except", "lost-cause"]
        safety = "safe"
        forge = "github"
        verify-command = "pytest -q"
        minutes = 5
        [repositories]
        file = "list.txt"
        organisation = "acme"
        topic = "python"
        language = "Python"
        exclude = ["acme/old-*"]
        [limits]
        open = 7
        repository = 2
        owner = 3
        [waves]
        canary = 1
        size = 2
        threshold = 0.75
        decisions = 4
        [codemods.bare-except]
        x = 1
        [settings]
        labels = ["tidy"]
    """
    assert campaign(text) == Campaign(
        name="no-bare-except",
        codemods=("bare-except", "lost-cause"),
        sources=Sources(
            file="list.txt", organisation="acme", topic="python", language="Python", exclude=("acme/old-*",)
        ),
        safety=Safety.SAFE,
        forge="github",
        limits=Limits(open=7, repository=2, owner=3),
        rollout=Rollout(canary=1, size=2, threshold=0.75, decisions=4),
        options={"bare-except": {"x": 1}},
        settings={"labels": ["tidy"]},
        verify_command="pytest -q",
        minutes=5,
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("[limits]\nopne = 3\n", "[limits] unknown key 'opne': did you mean 'open'?"),
        ("[limits]\nopen = 0\n", "[limits] open must be a whole number from 1 to 100000"),
        ("[limits]\nopen = true\n", "[limits] open must be a whole number"),
        ("[waves]\nthreshold = 1.5\n", "[waves] threshold must be a number from 0 to 1"),
        ("[waves]\nthreshold = nan\n", "[waves] threshold must be a number from 0 to 1"),
        ("[wave]\nsize = 1\n", "unknown key 'wave': did you mean 'waves'?"),
        ("[settings]\nselect = []\n", "[settings] select: stands under [campaign] codemods"),
        ("[settings]\nmax-open = 9\n", "[settings] max-open: stands under [limits] repository"),
    ],
)
def test_what_is_wrong_is_said(more: str, said: str) -> None:
    with pytest.raises(OperatorError) as caught:
        campaign(LEAST + more)
    assert said in str(caught.value)


@pytest.mark.parametrize("name", ["", "a/b", "..", "a b", "x" * 61, "\u00fc"])
def test_a_name_must_be_one_that_every_folder_can_have(name: str) -> None:
    with pytest.raises(OperatorError, match="name must be at most 60 letters"):
        campaign(LEAST.replace('"x"', f'"{name}"'))


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(OperatorError) as caught:
        campaign('[campaign]\nsafety = "wild"\n[repositories]\ntopic = "x"\n[limits]\nowner = "many"\n')
    said = str(caught.value)
    for words in ("safety", "name is missing", "codemods is missing", "names none", "organisation as well", "owner"):
        assert words in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[campaign\n", "is not TOML"),
        (LEAST + '[settings]\nlabels = "x"\n', "labels must be a list"),
        (LEAST + "[settings]\nnonsense = 1\n", "unknown key 'nonsense'"),
        (LEAST + '[settings]\nexclude = ["x"]\n', "exclude: each repository says that itself"),
        (LEAST + "[codemods.bare-except]\nx = 1.5\n", "must be a string, a whole number, true or false"),
    ],
)
def test_a_file_that_is_wrong_ends_the_command_with_the_reason(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "campaign.toml").write_text(text)
    done = fixbot("campaign", "status", tmp_path / "campaign.toml")
    assert done.code == 2
    assert said in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["campaign.toml"]


def test_a_codemod_that_is_not_there_ends_it_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "campaign.toml").write_text(LEAST.replace("bare-except", "bare-exept"))
    done = fixbot("campaign", "start", tmp_path / "campaign.toml")
    assert done.code == 2
    assert "bare-except" in done.err
    assert not (tmp_path / "x.campaign").exists()


def test_a_list_has_one_repository_on_each_line(tmp_path: Path) -> None:
    place = tmp_path / "list.txt"
    place.write_bytes(b"\xef\xbb\xbfacme/a\r\n\n  acme/b  # the second\n# none\nacme/a\n")
    assert listed(place) == ["acme/a", "acme/b"]


@pytest.mark.parametrize("content", [b"", b"# nobody\n", b"\xff\xfe"])
def test_a_list_that_names_nobody_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "list.txt").write_bytes(content)
    with pytest.raises(OperatorError, match=r"list\.txt"):
        listed(tmp_path / "list.txt")


def test_the_folder_of_a_campaign_stands_beside_its_file(tmp_path: Path) -> None:
    (tmp_path / "campaign.toml").write_text(LEAST)
    assert read_campaign(tmp_path / "campaign.toml").folder == tmp_path / "x.campaign"
