"""Turns documents into JSON and back; what comes back has exactly the fields and types of the records."""

from __future__ import annotations

import base64
import json
import sys
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

from cattrs import Converter, transform_error
from cattrs.errors import BaseValidationError
from cattrs.v import format_exception

from fixbot.errors import OperatorError
from fixbot.markdown import visible

#: The most bytes that a document may have: what comes out of a repository is of no size that can be foreseen.
LIMIT = 200_000_000
_MOST_MISTAKES = 5
_T = TypeVar("_T")


def written(document: object) -> str:
    """Return a document as JSON; the same document is always the same text.

    Raises:
        OperatorError: it is too long, so that nobody would read it.
    """
    text = json.dumps(_CONVERTER.unstructure(document), indent=1, ensure_ascii=True) + "\n"
    if len(text) > LIMIT:
        advice = "choose fewer codemods with --select, or leave files out with `exclude` in the configuration"
        message = f"what there is to hand over is larger than {LIMIT // 1_000_000} MB: {advice}"
        raise OperatorError(message)
    return text


def read(text: bytes, kind: type[_T], name: str) -> _T:
    """Return the document in a text.

    Args:
        text: the bytes of a file.
        kind: the record that it must be.
        name: stands in the message.

    Raises:
        OperatorError: it is too long, is no JSON, or has other fields or types; the first mistakes are named.
    """
    if len(text) > LIMIT:
        message = f"{name}: is larger than {LIMIT // 1_000_000} MB"
        raise OperatorError(message)
    try:
        told = json.loads(text, parse_constant=_refused)
        found = _CONVERTER.structure(told, kind)
    except (BaseValidationError, AttributeError, KeyError, TypeError) as exc:
        mistakes = transform_error(exc, path=name, format_exception=_said)
        more = ["…"] if len(mistakes) > _MOST_MISTAKES else []
        raise OperatorError(visible("; ".join(mistakes[:_MOST_MISTAKES] + more))) from exc
    except (ValueError, RecursionError) as exc:
        message = visible(f"{name}: is no document of fixbot: {exc}")
        raise OperatorError(message) from exc
    if json.loads(written(found)) != told:  # fields left out, or a text where a list belongs
        message = f"{name}: is not written as fixbot writes it"
        raise OperatorError(message)
    return found


def _strictly(value: object, kind: type[Any]) -> Any:  # noqa: ANN401 - the very value that came in
    """Take a value as it is: what a text holds is not made to fit."""
    if issubclass(kind, Enum):
        return kind(value)
    if type(value) is not kind:
        message = f"must be of type {kind.__name__}"
        raise ValueError(message)
    return value


def _said(exc: BaseException, kind: type[Any] | None) -> str:
    """Say what is wrong with a value; `kind` is what it should be."""
    if isinstance(exc, AttributeError) or (isinstance(exc, TypeError) and kind is None):
        return "something else than an object"
    return format_exception(exc, kind)


def _refused(constant: str) -> None:
    message = f"{constant} is no number of JSON"
    raise ValueError(message)


def _figure(value: object, _: type[float]) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        message = "must be a number"
        raise ValueError(message)  # noqa: TRY004 - what comes from a text has a wrong value
    if not abs(value) <= sys.float_info.max:  # JSON's `1e999` is infinite, of which there is no JSON
        message = "must be a number that ends"
        raise ValueError(message)
    return float(value)


def _shown(content: bytes) -> object:
    """Return bytes so that a person can read them where they are text."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def _content(value: object, _: type[bytes]) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8")
    if isinstance(value, dict) and isinstance(coded := value.get("base64"), str) and len(value) == 1:
        return base64.b64decode(coded, validate=True)
    message = "must be text, or bytes in base64"
    raise ValueError(message)


def _time(value: object, _: type[datetime]) -> datetime:
    found = datetime.fromisoformat(str(_strictly(value, str)))
    if found.tzinfo is None:
        message = "must be a time with its zone"
        raise ValueError(message)
    return found


def _converter() -> Converter:
    made = Converter(forbid_extra_keys=True)
    for kind in (str, int, bool):
        made.register_structure_hook(kind, _strictly)
    made.register_structure_hook(float, _figure)
    made.register_structure_hook(bytes, _content)
    made.register_structure_hook(datetime, _time)
    made.register_unstructure_hook(bytes, _shown)
    made.register_unstructure_hook(datetime, datetime.isoformat)
    made.register_unstructure_hook_func(lambda kind: kind == frozenset[str], sorted)
    return made


_CONVERTER = _converter()
