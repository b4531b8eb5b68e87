"""The list of an organisation's repositories: all of them or an error, and little of it in memory."""

from __future__ import annotations

import gc
import tracemalloc
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from fixbot.errors import OperatorError
from fixbot.shell.github import organisation, wire
from tests.parts.github import TOKEN
from tests.parts.recorder import Answer, Recorder
from tests.shell.github_rooms import answer, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.parts.recorder import Request

ORGANISATION, PERSON = "/orgs/acme/repos", "/users/acme/repos"
FORBIDDEN = said(403, "Resource protected by organization SAML enforcement.")
MISSING = said(404, "Not Found")


@dataclass
class Listing:
    """A GitHub with some pages of repositories, which says something else of a page where a test wants that."""

    recorder: Recorder
    folder: Path
    pages: int = 1
    says: Answer | None = None
    of: tuple[str, int] = (ORGANISATION, 1)
    padding: str = ""
    asked: set[str] = field(default_factory=set)

    def __call__(self, request: Request) -> Answer:
        page = int(parse_qs(request.query).get("page", ["1"])[0])
        self.asked.add(request.path)
        self.recorder.clear()
        if self.says is not None and (request.path, page) == self.of:
            return self.says
        row = {"size": 1, "topics": [], "language": "Python", "padding": self.padding}
        rows = [row | {"full_name": f"acme/{page:03}-{number}"} for number in range(10)]
        following = f'<{self.recorder.url}{request.path}?per_page=100&page={page + 1}>; rel="next"'
        return answer(rows, headers={"Link": following} if page < self.pages else {})

    def names(self) -> list[str]:
        found = organisation.repositories(
            "acme",
            topic=None,
            language=None,
            token=TOKEN,
            api_url=self.recorder.url,
            folder=self.folder,
            pace=0.0,
            nap=lambda _: None,
        )
        return [name for name, _ in found]


@pytest.fixture
def listing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listing]:
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
    with Recorder().running() as recorder:
        recorder.before = made = Listing(recorder, tmp_path)
        yield made


def test_every_page_is_listed(listing: Listing) -> None:
    listing.pages = 3
    assert len(listing.names()) == 30
    assert listing.asked == {ORGANISATION}


def test_who_is_no_organisation_is_a_person(listing: Listing) -> None:
    listing.says = MISSING
    assert len(listing.names()) == 10
    assert listing.asked == {ORGANISATION, PERSON}


def test_a_token_that_the_organisation_shuts_out_is_said_and_no_public_list_is_taken_instead(listing: Listing) -> None:
    listing.says = FORBIDDEN
    with pytest.raises(OperatorError, match=r"may not list the repositories of acme.*SAML.*let the organisation allow"):
        listing.names()
    assert listing.asked == {ORGANISATION}


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_list_that_breaks_off_is_no_list(listing: Listing, status: int) -> None:
    listing.pages, listing.says, listing.of = 3, said(status, "Gone"), (ORGANISATION, 2)
    with pytest.raises(Exception, match="the repositories of acme"):
        listing.names()
    assert listing.asked == {ORGANISATION}


def test_a_list_that_is_longer_than_fixbot_reads_is_said(listing: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_MOST_PAGES", 3)
    listing.pages = 3
    assert len(listing.names()) == 30
    listing.pages = 4
    with pytest.raises(OperatorError, match=r"more than 300 .*\[repositories\] file"):
        listing.names()


def test_of_each_repository_only_what_is_needed_stays_in_memory(listing: Listing) -> None:
    listing.pages, listing.padding = 40, "x" * 10_000
    gc.collect()
    tracemalloc.start()
    try:
        listing.names()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3_000_000  # all rows have 4 MB
