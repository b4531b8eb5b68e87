"""Applies the fixes of a SARIF log to files, as the specification says and without a line of fixbot's own.

What a run says of its columns, line ends and encoding counts, as the sections 3.30.2 (regions of text) and 3.57
(replacements) of "Static Analysis Results Interchange Format (SARIF) Version 2.1.0" have it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARK = b"\xef\xbb\xbf"
_Json = Any


def applied(run: _Json, result: _Json, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files after the one fix of a result."""
    (fix,) = result["fixes"]
    assert fix["description"]["text"]
    changed = {_path(change): _changed(run, change, files[_path(change)]) for change in fix["artifactChanges"]}
    assert len(changed) == len(fix["artifactChanges"]), "a file is changed in one place of the log"
    return {**files, **changed}


def _path(change: _Json) -> str:
    return unquote_to_bytes(change["artifactLocation"]["uri"]).decode("utf-8", "surrogateescape")


def _changed(run: _Json, change: _Json, content: bytes) -> bytes:
    assert run["columnKind"] == "unicodeCodePoints"
    encoding = _encoding(run, change)
    mark = _MARK if content.startswith(_MARK) else b""
    text = content[len(mark) :].decode(encoding)
    lines = _lines(text, run.get("newlineSequences", ["\r\n", "\n"]))
    parts, done = [], 0
    for replacement in change["replacements"]:
        start, end = _region(lines, replacement["deletedRegion"])
        inserted = replacement.get("insertedContent", {}).get("text", "")
        assert done <= start <= end, "regions are in order and apart"
        assert inserted != text[start:end], "a replacement has an effect"
        parts += [text[done:start], inserted]
        done = end
    return mark + "".join([*parts, text[done:]]).encode(encoding)


def _encoding(run: _Json, change: _Json) -> str:
    for artifact in run.get("artifacts", []):
        if artifact["location"]["uri"] == change["artifactLocation"]["uri"]:
            return str(artifact["encoding"])
    return str(run["defaultEncoding"])


def _lines(text: str, ends: list[str]) -> list[tuple[str, str]]:
    """Split a text into lines, each with its line end apart."""
    end = "|".join(map(re.escape, ends))
    found = re.findall(f"(.*?)({end}|\\Z)", text, re.DOTALL)
    return [(line, ending) for line, ending in found if line or ending]


def _region(lines: list[tuple[str, str]], region: _Json) -> tuple[int, int]:
    end_line = region.get("endLine", region["startLine"])
    return (
        _offset(lines, region["startLine"], region.get("startColumn", 1)),
        _offset(lines, end_line, region.get("endColumn", len(lines[end_line - 1][0]) + 1)),
    )


def _offset(lines: list[tuple[str, str]], line: int, column: int) -> int:
    assert 1 <= line <= len(lines), "a region is in lines that are there"
    text, ending = lines[line - 1]
    assert 1 <= column <= len(text) + 1 or column == len(text + ending) + 1, "no region begins or ends in a line end"
    return sum(len(before + end) for before, end in lines[: line - 1]) + column - 1
