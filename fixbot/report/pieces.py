"""Makes the small pieces of a SARIF log that its parts share: messages, files and places in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")
_NOT_A_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")

Json = dict[str, object]


def message(text: str) -> Json:
    """Return a message in which brackets make no link (SARIF 2.1.0, 3.11.6)."""
    return {"text": _LINK.sub(r"\\[", text)}


def artifact(path: str) -> Json:
    """Return a file below the root of the source; the path's own bytes are percent-encoded."""
    raw = _NOT_A_BYTE.sub("\ufffd", path).encode("utf-8", "surrogateescape")
    return {"uri": quote(raw), "uriBaseId": "%SRCROOT%"}


def location(path: str, region: Mapping[str, int] | None = None) -> Json:
    """Return a file, or a region of it."""
    place: Json = {"artifactLocation": artifact(path)}
    if region:
        place["region"] = dict(region)
    return {"physicalLocation": place}
