"""What notes say of an endpoint: that it is missing itself, perhaps, or something else; it only reads texts."""

from __future__ import annotations

import re
from enum import IntEnum

_TODO = re.compile(
    r"#+\s*(?:TODO|FIXME|XXX|(?P<part>implementation (?:for|of)))\b\s*(?:\([^)]*\))?\s*[:\-]?\s*(?P<says>.*)",
    re.IGNORECASE,
)
_KIND = r"(?:mock(?:ed|s)?|stub(?:bed|s)?|placeholders?|dummy|faked?|hard[- ]?coded)"
_MOCK = re.compile(rf"\b(?:{_KIND}|not (?:yet )?implemented|unimplemented|for now)\b", re.IGNORECASE)
_REAL = re.compile(
    r"\b(?:in (?:a |the )?(?:real|actual|proper) \w+|in production,? (?:this|it|you|we)\b)", re.IGNORECASE
)
_CLAUSE = re.compile(r"[.;!?,()\n]+|\s[-\u2013\u2014]\s")
_SENTENCE = re.compile(r"[.!?](?:\s|$)|\n\s*\n")
_THIS = r"(?:(?:this|it|(?:this |the )(?:endpoint|route|handler|function|method|view))\s+is\s+)?"
_STILL = r"(?:(?:still|just|only|currently)\s+)?"
_GIVES = (
    r"(?:(?:we(?:'ll| will)?\s+|to\s+)?(?:just\s+|only\s+)?(?:return|answer|give|send|use)(?:s|ing)?\s+(?:with\s+)?)?"
)
_NAMED = r"implementation|endpoint|response|answer|handler|route|function|data|results?|values?|version"
_FOR = r"(?:\s+(?:for|to|until|as|in|while|so that)\b.*)?"
_UNDONE = re.compile(
    rf"{_THIS}{_STILL}(?:not (?:yet )?(?:implemented|done|finished|written|built)|unimplemented|to be implemented)"
    r"(?:\s+(?:yet|so far|here|at all))?",
    re.IGNORECASE,
)
_PRETENDED = re.compile(
    rf"{_THIS}{_STILL}{_GIVES}(?:an?\s+|some\s+|the\s+)?{_KIND}(?:\s+(?!texts?\b|images?\b)[\w-]+){{0,2}}{_FOR}",
    re.IGNORECASE,
)
# What stands in a form or a text until somebody writes there.
_SLOT = re.compile(r"(?:an?\s+|the\s+)?(?:placeholders?|dummy|stub)\s+(?:for|to|in|as)\b", re.IGNORECASE)
_NAMED_SO = re.compile(
    rf"{_THIS}{_STILL}{_GIVES}(?:an?\s+|some\s+|the\s+)?{_KIND}(?:\s+(?:\w+\s+)?(?:{_NAMED}))?{_FOR}", re.IGNORECASE
)
_WORKS = (
    r"data|database|db|query|lookup|logic|implementation|service|backend|integration|answer|response|storage|api"
    r"|call|values?|figures?|numbers?"
)
_TO = r"^(?:please\s+|(?:we\s+)?(?:must|should|(?:need|have|has|needs)\s+to)\s+|to\s+)?(?:be\s+)?"
_DOES = (
    r"store|save|persist|fetch|query|look[ -]?up|load|read|call|ask|send|hook|wire|connect|integrate|replace|count"
    r"|compute|calculate|do (?:it|this|that)|write|build|create|finish|complete|delete|book|process|generate|insert"
)
_MISSING = re.compile(
    rf"{_TO}(?:implement(?:ed)?\b|(?:actually|really)\s+(?:{_DOES})\b|(?:the\s+)?(?:real|actual|proper)\s+(?:{_WORKS})\b"
    r"|(?:use|return|answer|fetch|get|load|read|query|replace|wire|connect|integrate|call|store|save|persist|do|build)\b"
    rf".*\b(?:real|actual)\s+(?:\w+\s+)?(?:{_WORKS})\b|replace\b.*\b{_KIND}\b)",
    re.IGNORECASE,
)
_IMPLEMENTS = re.compile(rf"{_TO}implement(?:ed)?\b\s*:?\s*(?P<what>.*)", re.IGNORECASE)
_TILL = re.compile(r"\b(?:with|for|from|of|in|on|via|by|using|to|and|as|when|if)\b|[.,;:(]", re.IGNORECASE)
_EXTRA = re.compile(
    r"\b(?:cach\w*|pagin\w*|paging|sort\w*|filter\w*|translat\w*|i18n|l10n|locali[sz]\w*|rate.?limit\w*|throttl\w*"
    r"|validat\w*|tests?|testing|logging|metrics|tracing|retr(?:y|ies)|auth|authenticat\w*|authori[sz]\w*|permissions?"
    r"|etags?|compression|dark mode|support|more|other|another|additional|further|extra|better|faster|nicer"
    r"|optional|multiple|real.?time \w+|streaming|versioning|rounding|docs|documentation)\b",
    re.IGNORECASE,
)
# What is asked of something that is there.
_ASIDE = re.compile(
    r"(?:cache|move|translate|keep|rename|tests?|document|comment|log|review|revisit|see|type|format|sort|tidy|clean"
    r"|refactor|extract|inline|measure|monitor|paginate|round|deprecate|optimi[sz]e|simplify|split|merge|mask|hide|show"
    r"|(?:mock|stub|fake)\s+(?:this|it|the|them)|write (?:\w+ )?(?:tests?|docs?)|explain|mention|tell)\b",
    re.IGNORECASE,
)
_PERHAPS = re.compile(rf"{_TO}(?:{_DOES}|check)\b", re.IGNORECASE)
_SAYS_SO = re.compile(rf"\b(?:implement(?:ed|ation)?|{_KIND})\b", re.IGNORECASE)


class Sure(IntEnum):
    """How sure it is by a note that the endpoint itself is missing."""

    NO = 0
    PERHAPS = 1
    YES = 2


def todo(text: str) -> str | None:
    """Return what a comment says is to be done; None where it is no such comment."""
    found = _TODO.match(text)
    return None if found is None else found["says"].strip()


def is_heading(text: str) -> bool:
    """Say whether a comment only names what comes: `Implementation of the search`, which means nothing above code."""
    found = _TODO.match(text)
    return found is not None and found["part"] is not None


def is_note(text: str) -> bool:
    """Say whether a comment says what is to be done, or what the real thing would do."""
    return todo(text) is not None or _REAL.search(text) is not None


def tells_of_mock(text: str) -> bool:
    """Say whether a text has a word of what is only pretended."""
    return _MOCK.search(text) is not None


def by_todo(says: str) -> Sure:
    """Judge by what is to be done: `implement ...` and `use the real ...` are sure, `add paging` says nothing."""
    if _ASIDE.match(says):
        return Sure.NO
    if any(_UNDONE.fullmatch(each) or _is_so(_NAMED_SO, each) for each in _clauses(says)):
        return Sure.YES
    if _MISSING.match(says):
        implements = _IMPLEMENTS.match(says)
        return Sure.NO if implements is not None and _EXTRA.search(_TILL.split(implements["what"])[0]) else Sure.YES
    return Sure.PERHAPS if not says or _PERHAPS.match(says) or _SAYS_SO.search(says) else Sure.NO


def by_comment(text: str) -> Sure:
    """Judge by any other comment: `Mock figures` is sure, `in a real system ...` is not."""
    says = text.lstrip("#!: ")
    if _ASIDE.match(says):
        return Sure.NO
    if any(_UNDONE.fullmatch(each) or _is_so(_PRETENDED, each) for each in _clauses(says)):
        return Sure.YES
    return Sure.PERHAPS if _MOCK.search(says) or _REAL.search(says) else Sure.NO


def by_docstring(text: str) -> tuple[Sure, str]:
    """Judge by a docstring, and return the words that tell: `(placeholder)` is sure, `fake news` is not."""
    for each in _clauses(text):
        if _UNDONE.fullmatch(each) or _is_so(_NAMED_SO, each):
            return Sure.YES, each
    found = _MOCK.search(_SENTENCE.split(text)[0])
    return (Sure.NO, "") if found is None else (Sure.PERHAPS, found[0])


def by_answer(text: str) -> Sure:
    """Judge by a text that is answered; a single word is rather a name than a note."""
    if any(_UNDONE.fullmatch(each) or (" " in each and _is_so(_NAMED_SO, each)) for each in _clauses(text)):
        return Sure.YES
    return Sure.PERHAPS if " " in text and _MOCK.search(text) else Sure.NO


def _clauses(text: str) -> list[str]:
    return [clause for each in _CLAUSE.split(text) if (clause := each.strip(" *`\"'#"))]


def _is_so(form: re.Pattern[str], clause: str) -> bool:
    return form.fullmatch(clause) is not None and _SLOT.match(clause) is None
