"""What GitHub has answered is kept, and asked about instead of for; nothing secret is kept with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from fixbot.shell.github import cache
from fixbot.shell.github.cache import Cache, Kept
from tests.shell.github_rooms import Rooms, answer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.parts.github import GitHub

KEPT = Kept('W/"abc"', "", "[1]")


def test_what_is_kept_is_known_to_the_same_token_alone(tmp_path: Path) -> None:
    place = tmp_path / "a" / "cache"
    Cache(place, "secret").keep("https://x/a", KEPT)
    assert Cache(place, "secret").known("https://x/a") == KEPT
    assert Cache(place, "another").known("https://x/a") is None
    assert Cache(place, "secret").known("https://x/b") is None
    (file,) = place.iterdir()
    assert "secret" not in file.name + file.read_text()


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", "null", "[" * 100_000, '{"etag": 1, "following": "", "body": ""}', '{"etag": "\\"a\\""}', "\xff"],
)
def test_a_damaged_entry_is_as_if_it_were_not_there(tmp_path: Path, damage: str) -> None:
    kept = Cache(tmp_path, "t")
    kept.keep("a", KEPT)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage.encode("latin-1"))
    assert kept.known("a") is None
    kept.keep("a", KEPT)
    assert kept.known("a") == KEPT


@pytest.mark.parametrize("etag", ["", "abc", '"a\r\nX-Evil: 1"', '"\x00"'])
def test_an_etag_that_is_none_is_neither_kept_nor_sent(tmp_path: Path, etag: str) -> None:
    kept = Cache(tmp_path, "t")
    kept.keep("a", Kept(etag, "", "[]"))
    assert list(tmp_path.iterdir()) == []
    kept.keep("a", KEPT)
    (file,) = tmp_path.iterdir()
    file.write_text(json.dumps({"etag": etag, "following": "", "body": "[]"}))
    assert kept.known("a") is None


def test_the_oldest_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_MOST_TOGETHER", 1000)
    monkeypatch.setattr(cache, "_MOST_EACH", 600)
    kept = Cache(tmp_path, "t")
    for number in range(20):
        kept.keep(str(number), Kept('"a"', "", "x" * 300))
    assert kept.known("19") is not None
    assert kept.known("0") is None
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 1400
    kept.keep("long", Kept('"a"', "", "x" * 601))
    assert kept.known("long") is None


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Cache(tmp_path / "file" / "cache", "t")
    kept.keep("a", KEPT)
    assert kept.known("a") is None


@pytest.mark.real
def test_what_repeats_is_asked_about_with_its_etag(github: GitHub) -> None:
    rooms = Rooms(github)
    first = rooms.forge()
    pull = rooms.opened(first)
    assert rooms.forge().pulls() == [pull]
    rooms.github.recorder.clear()
    again = rooms.forge()
    assert again.pulls() == [pull]
    assert len(github.recorder.requests) == github.recorder.unchanged == 2
    rooms.github.as_human("PATCH", "/pulls/1", {"title": "New"})
    assert [known.title for known in again.pulls()] == ["New"]
    rooms.check()


@pytest.mark.real
def test_kept_pages_lead_to_the_next_ones(github: GitHub) -> None:
    rooms = Rooms(github)
    rooms.github.as_human("POST", "/issues", {"title": "Long"})
    for number in range(102):
        rooms.github.as_human("POST", "/issues/1/comments", {"body": str(number)})
    counts = [len(rooms.forge().comments_on(1)) for _ in range(2)]
    assert counts == [102, 102]


@pytest.mark.real
def test_an_answer_without_an_etag_is_not_kept(github: GitHub) -> None:
    rooms = Rooms(github)
    forge = rooms.forge()
    rooms.inject("GET", "/pulls", answer([]), times=2)
    forge.pulls()
    forge.pulls()
    assert all("if-none-match" not in request.headers for request in github.recorder.requests[-2:])
