"""Of two runs at once that hold the same finding, the one that came later gives way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixbot.model import State
from fixbot.publish.closing import rivalled
from fixbot.shell.git import Git
from fixbot.shell.local import LocalForge
from tests.publish.living import Life

pytestmark = pytest.mark.real


def test_a_pull_request_gives_way_to_an_older_one_with_the_same_finding(life: Life) -> None:
    forge = LocalForge(Git(life.root), "fixbot <fixbot@example.org>")
    (older,) = forge.pulls()
    decision = rivalled(forge, replace(older, number=9))
    assert decision is not None
    assert decision.state is State.SUPERSEDED
    assert decision.reason == "pull request 1 has what it holds: two runs worked at the same time"


@pytest.mark.parametrize("changes", [{"state": "closed"}, {"base": "develop"}])
def test_it_stays_where_the_older_one_is_no_rival(life: Life, changes: dict[str, str]) -> None:
    forge = LocalForge(Git(life.root), "fixbot <fixbot@example.org>")
    opened = replace(forge.pulls()[0], number=9)
    life.git("branch", "develop")
    life.edit(**changes)
    assert rivalled(forge, opened) is None


def test_it_is_no_rival_of_its_own(life: Life) -> None:
    forge = LocalForge(Git(life.root), "fixbot <fixbot@example.org>")
    assert rivalled(forge, forge.pulls()[0]) is None
