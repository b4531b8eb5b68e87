"""The hidden marker in a pull request's body: written by fixbot, read back as a hint and never trusted."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, asdict, fields
from typing import Any

from fixbot.model import Marker, Touched
from fixbot.plan import fingerprint_of

_SHAPE = re.compile(r"<!-- fixbot:1 (\{[^<>]{0,60000}\}) -->")
_HEX = r"[0-9a-f]{7,64}"
_NAME = r"[A-Za-z0-9._/-]{1,200}"
_CODEMOD = r"[A-Za-z0-9._/:-]{1,200}"
_LINE = r"[^\x00-\x1f\x7f<>]{1,300}"
_MOST = 2000
_SHAPES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(rf"(?:{shape})\Z")
    for name, shape in {
        "codemod": _CODEMOD,
        "branch": _NAME,
        "plan": _HEX,
        "base": _HEX,
        "findings": _HEX,
        "pushed": _HEX,
        "title": f"(?:{_HEX})?",
        "text": f"(?:{_HEX})?",
        "given": f"done|(?:label|reviewer|assignee):{_LINE}",
        "closed": "|emptied|superseded",
        "closed_at": r"|[0-9TZ:.+-]{10,40}",
        "ignores": _LINE,
        "onto": r"[^\x00-\x1f\x7f]{0,300}",  # a branch: git allows angles in its name
    }.items()
}
_TRAILER = re.compile(r"^Fixbot-(Codemod|Plan|Base|Finding): (\S{1,200})$", re.MULTILINE)


def write_marker(marker: Marker) -> str:
    """Return the marker as an HTML comment; of more than 2000 findings it names the first 2000."""
    known = {"codemod", "branch", "plan", "base", "findings", "pushed"}
    told = {name: value for name, value in asdict(marker).items() if value or name in known}
    told["findings"] = marker.findings[:_MOST]
    shown = json.dumps(told, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c").replace(">", "\\u003e")
    return f"<!-- fixbot:1 {shown} -->"


def read_marker(body: str | None) -> Marker | None:
    """Return the marker of a body, None where there is none, more than one, or one that is not well formed."""
    found = _SHAPE.findall(body or "")
    if len(found) != 1:
        return None
    try:
        read = json.loads(found[0])
    except (ValueError, RecursionError):
        return None
    return _marker(read) if isinstance(read, dict) else None


def marker_of_commit(message: str, branch: str) -> Marker | None:
    """Return what the trailers of a commit message tell of the pull request from a branch; None where they do not.

    The trailers cannot know the commit itself, so nothing is said of what was pushed.
    """
    told: dict[str, list[str]] = {}
    for name, value in _TRAILER.findall(message):
        told.setdefault(name, []).append(value)
    if any(len(told.get(name, ())) != 1 for name in ("Codemod", "Plan", "Base")):
        return None
    one = {name.lower(): values[0] for name, values in told.items()}
    findings = told.get("Finding", [])[:_MOST]
    told_of = {"codemod": one["codemod"], "plan": one["plan"], "base": one["base"]}
    return _marker({**told_of, "branch": branch, "findings": findings, "pushed": []})


def is_of_fixbot(message: str, touched: Iterable[Touched]) -> bool:
    """Say whether a commit is one that fixbot made: its trailers name the fingerprint of what it changes.

    Whoever amends such a commit keeps its message, but not what that says of the content.
    """
    marker = marker_of_commit(message, "fixbot")
    files = [(one.path, one.before, one.after) for one in touched]
    whole = [(path, before, after) for path, before, after in files if before is not None and after is not None]
    return marker is not None and whole == files and marker.plan == fingerprint_of(marker.codemod, whole)


def visible_text(body: str) -> str:
    """Return a body without its marker, and without white space around it."""
    return _SHAPE.sub("", body).replace("\r\n", "\n").strip()


def digest(text: str) -> str:
    """Return 16 hex digits that tell whether a text is still the one that fixbot wrote."""
    return hashlib.sha256(visible_text(text).encode(errors="surrogatepass")).hexdigest()[:16]


def _marker(read: Mapping[str, object]) -> Marker | None:
    """Check every field against its type and shape."""
    kinds = {field.name: field for field in fields(Marker)}
    needed = {name for name, field in kinds.items() if field.default is MISSING}
    if not needed <= set(read) <= set(kinds):
        return None
    if not all(_is_well_formed(name, str(kinds[name].type), value) for name, value in read.items()):
        return None
    checked: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in read.items()}
    return Marker(**checked)


def _is_well_formed(name: str, kind: str, value: object) -> bool:
    match kind:
        case "bool":
            return isinstance(value, bool)
        case "int":
            return type(value) is int and 0 <= value < 2**63
        case "str":
            return isinstance(value, str) and _SHAPES[name].match(value) is not None
        case _:
            return (
                isinstance(value, list)
                and len(value) <= _MOST
                and all(isinstance(one, str) and _SHAPES[name].match(one) is not None for one in value)
            )
