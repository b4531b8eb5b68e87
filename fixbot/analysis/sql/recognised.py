"""Says whether a text is SQL or a sentence; it only reads."""

from __future__ import annotations

import re

# What a hole is in a marked text counts as a name.
_NAME = r"[\w.\"'`\[\]@#\ue000-\uf8ff]+"
_SELECT = re.compile(rf"\(*\s*select\b.+?\bfrom\b\s+(?P<table>\(|{_NAME})(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_OTHERS = re.compile(
    rf"\(*\s*(?:delete\s+from\s+{_NAME}\s*(?P<rest>.*)"
    rf"|(?:insert|replace)\s+(?:or\s+\w+\s+|ignore\s+)?(?:into\s+)?{_NAME}.*?\b(?:values|select|default)\b.*"
    rf"|update\s+(?:or\s+\w+\s+|only\s+)?{_NAME}(?:\s+(?:as\s+)?\w+)?\s+set\s+{_NAME}\s*=.*"
    rf"|with\s+(?:recursive\s+)?{_NAME}(?:\s*\([^)]*\))?\s+as\s*(?:not\s+|materialized\s*)*\(.*)",
    re.IGNORECASE | re.DOTALL,
)
_GOES_ON = re.compile(
    rf"\s*(?:\Z|;|,|\)|(?:as\s+)?{_NAME}\s*(?:\Z|;|,|\)|\b(?:where|join|on|inner|left|right|cross|full|order|group|limit)\b)"
    rf"|{_NAME}\s*[=<>]|(?:where|join|inner|left|right|cross|full|outer|natural|order|group|having|limit|offset|union|returning|using|on"
    r"|for|as|set|window|except|intersect|fetch)\b)",
    re.IGNORECASE,
)
_PROSE = re.compile(
    r"\b(?:the|a|an|your|our|my|this|that|these|those|its|their|one|any|some|each|which|please)\s+[A-Za-z]",
    re.IGNORECASE,
)
_END = re.compile(r"(?:[^.]\.|\.\.\.|[!?:])\s*\Z")
_LOUD = re.compile(r"\b(?:SELECT|FROM|WHERE|INSERT INTO|DELETE FROM|UPDATE|VALUES|SET)\b")
_ADVICE = re.compile(r"\A[\s(]*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*", re.DOTALL)


def is_sql(text: str) -> bool:
    """Say whether a marked text is a statement that reads or changes rows, and no sentence about one."""
    plain = _ADVICE.sub("", text, count=1)
    told = _SELECT.match(plain) or _OTHERS.match(plain)
    if told is None:
        return False
    quiet = re.sub(r"'[^']*'", "''", plain)
    if not _LOUD.search(quiet) and (_PROSE.search(quiet) or _END.search(quiet)):
        return False
    capital = plain[:1].isupper() and plain[1:2].islower()
    if capital and not re.search(r"[=*]|\bwhere\b|\bvalues\s*\(", quiet, re.IGNORECASE):
        return False
    rest = told["rest"]
    return rest is None or bool(_GOES_ON.match(rest)) or bool(_LOUD.search(plain))
