"""An item that an audit filed comes back as it was written, and nothing that only looks like one is believed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixbot.chatops.items import Item, read_item, write_item
from fixbot.model import Place

ITEM = Item(("bare-except", "silent-except"), (Place("src/a b.py", 3, 9), Place("src/"), Place("x--y.py", 5)), 11)


def changed(**fields: object) -> str:
    """Give the item's text with some of its fields changed."""
    written = json.loads(write_item(ITEM).removeprefix("<!-- fixbot:item ").removesuffix(" -->"))
    return f"<!-- fixbot:item {json.dumps({**written, **fields})} -->"


def test_an_item_comes_back_from_the_middle_of_a_body() -> None:
    assert read_item(f"Words\r\n{write_item(ITEM)}\r\nmore") == ITEM


def test_an_item_is_one_line_that_markdown_does_not_show() -> None:
    written = write_item(ITEM)
    assert "\n" not in written
    assert written.count("--") == 2, "where it begins and where it ends"


@pytest.mark.parametrize(("many", "left"), [(300, 300), (2_000, 20), (30_000, 0)])
def test_an_item_of_many_places_can_be_read_back(many: int, left: int) -> None:
    folder = "a" * 40 if many < 10_000 else "a" * 200
    files = 20 if many < 10_000 else many
    item = Item(("bare-except",), tuple(Place(f"{folder}/{n % files}.py", n + 1, n + 1) for n in range(many)))
    written = write_item(item)
    read = read_item(written)
    assert read is not None
    assert (len(read.places), len(written) <= 25_000) == (left, True)


def test_of_two_items_none_is_believed() -> None:
    assert read_item(write_item(ITEM) * 2) is None


@pytest.mark.parametrize("body", ["", "words", "<!-- fixbot:item {no} -->", "<!-- fixbot:item [] -->"])
def test_a_body_without_an_item_has_none(body: str) -> None:
    assert read_item(body) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"codemods": "bare-except"},
        {"codemods": ["Bare Except"]},
        {"codemods": ["a\n"]},
        {"codemods": [1]},
        {"codemods": ["a"] * 101},
        {"codemods": ["a" * 101]},
        {"places": {}},
        {"places": ["src/a.py"]},
        {"places": [["src/a.py", 1]]},
        {"places": [["src/a.py", 0, 9]]},
        {"places": [["src/a.py", 9, 3]]},
        {"places": [["src/a.py", True, True]]},
        {"places": [["src/a.py", 1, 10**8]]},
        {"places": [["../a.py", 0, 0]]},
        {"places": [["/a.py", 0, 0]]},
        {"places": [["a//b.py", 0, 0]]},
        {"places": [["a\\b.py", 0, 0]]},
        {"places": [["a\n.py", 0, 0]]},
        {"places": [["", 0, 0]]},
        {"places": [["x" * 301, 0, 0]]},
        {"places": [["a.py", 0, 0]] * 1001},
        {"claimed": -1},
        {"claimed": 1.5},
        {"claimed": None},
        {"more": 1},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_an_item_that_is_not_well_formed_is_not_believed(wrong: dict[str, object]) -> None:
    assert read_item(changed()) == ITEM
    assert read_item(changed(**wrong)) is None


def test_an_item_without_one_of_its_fields_is_not_believed() -> None:
    assert read_item('<!-- fixbot:item {"codemods":[],"places":[]} -->') is None


def test_of_more_than_an_item_takes_the_files_are_named() -> None:
    read = read_item(write_item(Item(("a",) * 200, tuple(Place("a.py", line, line) for line in range(1, 2000)))))
    assert read is not None
    assert (len(read.codemods), read.places) == (100, (Place("a.py"),))


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3), st.lists, max_leaves=5)
)
def test_whatever_stands_in_its_place_is_read_without_an_error(value: object) -> None:
    for name in ("codemods", "places", "claimed"):
        read_item(changed(**{name: value}))
