"""The hidden marker in a pull request's body: written by fixbot, read back as a hint and never trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

_SHAPE = re.compile(r"<!-- fixbot:1 (\{[^<>]{0,60000}\}) -->")
_HEX = re.compile(r"[0-9a-f]{7,64}\Z")
_WORDS = re.compile(r"[A-Za-z0-9._/-]{1,200}\Z")
_MOST = 2000


@dataclass(frozen=True, slots=True)
class Marker:
    """What a pull request was made from: plan, findings, base tree and the commits that fixbot pushed."""

    codemod: str
    branch: str
    plan: str
    base: str
    findings: tuple[str, ...]
    pushed: tuple[str, ...]


def write_marker(marker: Marker) -> str:
    """Return the marker as an HTML comment; of more than 2000 findings it names the first 2000."""
    fields = asdict(marker) | {"findings": marker.findings[:_MOST]}
    return f"<!-- fixbot:1 {json.dumps(fields, separators=(',', ':'), sort_keys=True)} -->"


def read_marker(body: str | None) -> Marker | None:
    """Return the marker of a body, None where there is none, more than one, or one that is not well formed."""
    found = _SHAPE.findall(body or "")
    if len(found) != 1:
        return None
    try:
        read = json.loads(found[0])
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict) or not _is_well_formed(read):
        return None
    return Marker(**read | {"findings": tuple(read["findings"]), "pushed": tuple(read["pushed"])})


def _is_well_formed(read: Mapping[str, object]) -> bool:
    if set(read) != set(Marker.__dataclass_fields__):
        return False
    findings, pushed = read["findings"], read["pushed"]
    if not isinstance(findings, list) or not isinstance(pushed, list) or max(len(findings), len(pushed)) > _MOST:
        return False
    words, hexes = [read["codemod"], read["branch"]], [read["plan"], read["base"], *findings, *pushed]
    return _all_match(_WORDS, words) and _all_match(_HEX, hexes)


def _all_match(shape: re.Pattern[str], words: Iterable[object]) -> bool:
    return all(isinstance(word, str) and shape.match(word) for word in words)
