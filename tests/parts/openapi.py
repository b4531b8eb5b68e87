"""Holds recorded requests against GitHub's OpenAPI description, cut down to what a bot needs."""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import ImmutableMultiDict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.parts.recorder import Request

DESCRIPTION = Path(__file__).parents[1] / "data" / "github-openapi.json"
HOST = "https://api.github.com"
# GitHub takes slashes in these places, OpenAPI's path parameters do not: each is (before, tail, after).
TAILS = re.compile(
    r"(/repos/[^/]+/[^/]+/(?:git/refs?|git/matching-refs|contents|compare|labels|issues/\d+/labels"
    r"|branches(?=/.)|commits(?=/.))/)(.+?)"
    r"((?:/protection(?:/.*)?|/rename|/status|/statuses|/check-runs|/check-suites|/pulls|/comments"
    r"|/branches-where-head)?)"
)


@dataclass(slots=True)
class _Question:
    """A recorded request in the shape that openapi-core asks for; it fills in `parameters.path`."""

    method: str
    path: str
    body: bytes | None
    parameters: RequestParameters = field(default_factory=RequestParameters)
    host_url: str = HOST
    content_type: str = "application/json"


def assert_documented(recorded: Iterable[Request]) -> None:
    """Check that GitHub documents every request: address, method, parameters, query names, body and its keys.

    Raises:
        AssertionError: names each request that GitHub does not document, and what is wrong with it.
    """
    wrong = [f"{request}: {why}" for request in recorded if (why := objection(request))]
    assert not wrong, "GitHub does not document:\n" + "\n".join(wrong)


def objection(request: Request) -> str | None:
    """Say what in a request GitHub's description does not allow; None if nothing."""
    query = ImmutableMultiDict(parse_qsl(request.query, keep_blank_values=True))
    question = _Question(
        method=request.method.lower(),
        path=one_segment_tail(request.path),
        body=request.body or None,
        parameters=RequestParameters(query=query),
    )
    result = _description().unmarshal_request(question)
    if result.errors:
        return "; ".join(_reason(error) for error in result.errors)
    if unknown := set(query) - set(result.parameters.query):
        return f"unknown query names {sorted(unknown)}"
    return None


def one_segment_tail(path: str) -> str:
    """Give `path` with the slashes in a branch's, label's or file's name encoded, as one segment."""
    match = TAILS.fullmatch(path)
    if not match:
        return path
    before, tail, after = match.groups()
    return f"{before}{quote(unquote(tail), safe='.')}{after}"


def _reason(error: Exception) -> str:
    """Give an error in one sentence: openapi-core keeps what a schema says in the error's cause."""
    said = [f"{one.json_path}: {one.message}" for one in getattr(error.__cause__, "schema_errors", ())]
    return ", ".join([str(error).partition(": Value ")[0], *said])


@functools.cache
def _description() -> OpenAPI:
    description = json.loads(DESCRIPTION.read_text("utf-8"))
    description["servers"] = [{"url": HOST}]
    return OpenAPI.from_dict(description, config=Config(spec_validator_cls=None))
