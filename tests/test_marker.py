"""The marker in a body comes back as it was written, and nothing that only looks like one is believed."""

import json
from dataclasses import replace

import pytest

from fixbot.marker import read_marker, write_marker
from fixbot.model import Marker

OID = "0123456789abcdef0123456789abcdef01234567"
DEEP = f'<!-- fixbot:1 {{"plan":{"[" * 20_000}{"]" * 20_000}}} -->'
MARKER = Marker(
    codemod="bare-except",
    branch="fixbot/bare-except/all",
    plan="0123456789abcdef0123",
    base=OID,
    findings=("aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"),
    pushed=(OID,),
)


def changed(**fields: object) -> str:
    """Give the marker's text with some of its fields changed."""
    written = json.loads(write_marker(MARKER).removeprefix("<!-- fixbot:1 ").removesuffix(" -->"))
    return f"<!-- fixbot:1 {json.dumps({**written, **fields})} -->"


def test_a_marker_comes_back_from_the_middle_of_a_body() -> None:
    assert read_marker(f"Words\r\n\r\n{write_marker(MARKER)}\r\nmore words") == MARKER


def test_a_marker_is_one_line_that_markdown_does_not_show() -> None:
    written = write_marker(MARKER)
    assert "\n" not in written
    assert written.startswith("<!--")
    assert written.endswith("-->")


@pytest.mark.parametrize(
    "body", [None, "", "Just words", "<!-- fixbot:2 {} -->", "<!-- fixbot:1 {no} -->", DEEP], ids=range(6)
)
def test_a_body_without_a_marker_has_none(body: str | None) -> None:
    assert read_marker(body) is None


def test_of_two_markers_none_is_believed() -> None:
    assert read_marker(write_marker(MARKER) * 2) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"plan": "not hex"},
        {"plan": 7},
        {"plan": f"{OID}\n"},
        {"base": "short"},
        {"branch": "a b"},
        {"branch": "x" * 201},
        {"codemod": ["bare-except"]},
        {"findings": "aaaaaaaaaaaaaaaa"},
        {"findings": [1]},
        {"findings": ["zzzzzzzzzzzzzzzz"]},
        {"findings": ["a" * 16] * 2001},
        {"pushed": {OID: 1}},
        {"pushed": [[OID]]},
        {"more": 1},
    ],
    ids=str,
)
def test_a_marker_that_is_not_well_formed_is_not_believed(wrong: dict[str, object]) -> None:
    assert read_marker(changed()) == MARKER
    assert read_marker(changed(**wrong)) is None


def test_a_marker_without_one_of_its_fields_is_not_believed() -> None:
    written = json.loads(write_marker(MARKER).removeprefix("<!-- fixbot:1 ").removesuffix(" -->"))
    del written["pushed"]
    assert read_marker(f"<!-- fixbot:1 {json.dumps(written)} -->") is None


def test_more_findings_than_a_marker_takes_are_cut_off() -> None:
    many = replace(MARKER, findings=("a" * 16,) * 2500)
    read = read_marker(write_marker(many))
    assert read is not None
    assert len(read.findings) == 2000
