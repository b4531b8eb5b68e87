"""Writes how findings would be fixed as the `fixes` of SARIF (2.1.0, 3.55); it rewrites nothing itself."""

from __future__ import annotations

import codecs
import io
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fixbot.model import Safety
from fixbot.report.edits import edits
from fixbot.report.pieces import Json, artifact, message

if TYPE_CHECKING:
    from fixbot.model import Finding, Rewrite
    from fixbot.report.edits import Edit

#: The encoding of every file of which the log says nothing else.
DEFAULT_ENCODING = "utf-8"
_PROMISES = {Safety.SAFE: "Nothing but the smell changes", Safety.REVIEW: "A person must agree to it"}


@dataclass(frozen=True, slots=True)
class Remedies:
    """By the fingerprint of each finding: the files that change when it alone is fixed, or why it is not fixed."""

    rewrites: Mapping[str, tuple[Rewrite, ...]] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)


def remedy(finding: Finding, title: str, remedies: Remedies) -> Json:
    """Return what a result says of its fix: how it is done, why it is not, or nothing where nobody knows."""
    rewrites = remedies.rewrites.get(finding.fingerprint, ())
    if rewrites:
        said = message(" ".join(_description(finding, title)))
        return {"fixes": [{"description": said, "artifactChanges": [_change(rewrite) for rewrite in rewrites]}]}
    because = remedies.refused.get(finding.fingerprint)
    if because is None or because == finding.message:
        return {}
    return {"properties": {"notFixedBecause": because}}


def encodings(remedies: Remedies) -> list[Json]:
    """Return the files that change and have another encoding than the default one: a fix is written in it."""
    changed = {rewrite.path: rewrite.before for group in remedies.rewrites.values() for rewrite in group}
    found = {path: _encoding(content) for path, content in sorted(changed.items())}
    return [
        {"location": artifact(path), "encoding": encoding}
        for path, encoding in found.items()
        if encoding != DEFAULT_ENCODING
    ]


def _description(finding: Finding, title: str) -> list[str]:
    """Return what is done, and what that asks of people, each as a sentence."""
    said = [title, _PROMISES.get(finding.safety, ""), finding.breaking.who if finding.breaking is not None else ""]
    return [sentence.rstrip(".") + "." for sentence in said if sentence]


def _change(rewrite: Rewrite) -> Json:
    encoding = _encoding(rewrite.before)
    before, after = (side.removeprefix(codecs.BOM_UTF8).decode(encoding) for side in (rewrite.before, rewrite.after))
    return {
        "artifactLocation": artifact(rewrite.path),
        "replacements": [_replacement(edit) for edit in edits(before, after)],
    }


def _replacement(edit: Edit) -> Json:
    (line, column), (end_line, end_column) = edit.start, edit.end
    region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
    inserted = {"insertedContent": {"text": edit.text}} if edit.text else {}
    return {"deletedRegion": region, **inserted}


def _encoding(content: bytes) -> str:
    """Return the encoding that a file of Python says it has; a byte order mark is no part of any region."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return encoding.removesuffix("-sig")
