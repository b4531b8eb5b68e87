"""Understands how bad people say that something is: signs, words, priorities, figures of CVSS and numbers of items."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fixbot.audit.wording import words
from fixbot.model import Severity

_WORDS = {
    Severity.CRITICAL: "critical blocker severe urgent fatal p0 sev0 sev1 immediate",
    Severity.HIGH: "high major important error errors p1 sev2",
    Severity.MEDIUM: "medium moderate med warning warnings warn p2 sev3",
    Severity.LOW: "low minor info informational information nit nitpick nits trivial note notice enhancement"
    " enhancements style gas suggestion suggestions optional cosmetic convention refactor negligible p3 p4 p5 sev4",
}
_BY_WORD = {word: severity for severity, said in _WORDS.items() for word in said.split()}
# What a severity is called where the word could be another one: only these count in running headings;
# `high-level` is no severity, `high-risk` is.
_SURE = (
    r"(?:critical|blocker|severe|high|medium|moderate|low|minor|major|informational|info|fatal|p[0-4])"
    r"(?!-(?!priority|severity|risk|impact|effort)[a-z]{4,12})"
)
_SIGNS = {
    "🔴": Severity.CRITICAL,
    "🟥": Severity.CRITICAL,
    "🚨": Severity.CRITICAL,
    "🔶": Severity.HIGH,
    "🟠": Severity.HIGH,
    "🟧": Severity.HIGH,
    "🔷": Severity.MEDIUM,
    "🟡": Severity.MEDIUM,
    "🟨": Severity.MEDIUM,
    "✨": Severity.LOW,
    "🟢": Severity.LOW,
    "🔵": Severity.LOW,
    "🟩": Severity.LOW,
    "🟦": Severity.LOW,
    "⚪": Severity.LOW,
}
_SIGN = re.compile("|".join(_SIGNS))
_WORD = re.compile(rf"\b({'|'.join(sorted(_BY_WORD, key=len, reverse=True))})\b", re.IGNORECASE)
_CVSS = re.compile(r"(?<![\w.])(10(?:\.0)?|[0-9](?:\.[0-9])?)(?![\w.])(?!/[0-9]{1,2}\b(?!0))")
_NOUNS = r"issues?|findings?|bugs?|problems?|risks?|priority|severity|vulnerabilit(?:y|ies)|fixes|items?|impact|level"
# A chapter: the word alone, before what it qualifies, behind it, or at the end after a sign of punctuation.
_CHAPTER = re.compile(
    rf"^(?:the )?(?P<first>{_SURE})(?:[- ](?:\w+[- ]){{0,3}}(?:{_NOUNS})\b|\W*$|\W*[(\[:\u2013\u2014-])"
    rf"|\b(?:severity|priority|risk|level)\W{{1,3}}(?P<behind>{_SURE})\b"
    rf"|[(\[](?P<inside>{_SURE})[)\]]"
    rf"|\bpriority\W{{1,3}}[0-9]\W{{1,3}}(?P<numbered>{_SURE})\b"
    rf"|\W{{2,4}}(?P<last>{_SURE})(?:[- ](?:{_NOUNS}))?\W*$",
    re.IGNORECASE,
)
# Chapters that say how bad things are in other words.
_BY_CHAPTER = (
    (re.compile(r"^(?:must[- ]fix|blocking)(?: issues?| items?)?\W*$", re.IGNORECASE), Severity.HIGH),
    (re.compile(r"^(?:should[- ]fix|warnings?)(?: issues?| items?)?\W*$", re.IGNORECASE), Severity.MEDIUM),
    (
        re.compile(
            r"^(?:notes? (?:&|and) additional information|nit(?:pick)?s?|nitpick comments?|minor (?:suggestions|points)"
            r"|non-blocking(?: issues?)?|gas optimi[sz]ations?|non-critical(?: issues?)?)\W*$",
            re.IGNORECASE,
        ),
        Severity.LOW,
    ),
)
_IN_TITLE = re.compile(
    rf"^\W*(?P<first>{_SURE})(?:[- ](?:priority|severity|risk|impact))?\s*(?:[:\]|\u2013\u2014]|- "
    rf"|(?:\w+ )?(?:issue|finding|bug)\b)"
    rf"|^\W*(?P<whole>{_SURE})[- ](?:priority|severity|risk)\b"
    rf"|[(\[](?:severity: ?|priority: ?)?(?P<inside>{_SURE})\b[^()\[\]]{{0,40}}[)\]]"
    rf"|\s[-\u2013\u2014|:]\s(?P<last>{_SURE})(?:[- ](?:priority|severity|risk))?\W*$",
    re.IGNORECASE,
)
_ID = re.compile(r"(?:^|-)(?P<letters>[A-Z]{1,8})-?[0-9]{1,3}$")
_BY_LETTERS = {
    **dict.fromkeys(("C", "CR", "CRIT", "CRITICAL", "P0"), Severity.CRITICAL),
    **dict.fromkeys(("H", "HIGH", "HI", "MAJOR"), Severity.HIGH),
    **dict.fromkeys(("M", "MED", "MEDIUM"), Severity.MEDIUM),
    **dict.fromkeys(("L", "LOW", "I", "INFO", "N", "NC", "NIT", "G", "GAS", "QA", "MINOR"), Severity.LOW),
}
_CRITICAL, _HIGH, _MEDIUM = 9, 7, 4
_HEADING = 80
_ORDER = list(Severity)
#: What a remark by the way is.
LOWEST = Severity.LOW


def said(value: str) -> Severity | None:
    """Return the severity that the value of a field or a cell names first: as a word, a sign or a figure of CVSS."""
    value = value[:200]
    found = _WORD.search(words(value).replace("_", " "))
    if found:
        return _BY_WORD[found[1].lower()]
    return signed(value) or _scored(value)


def _scored(value: str) -> Severity | None:
    found = _CVSS.search(re.sub(r"CVSS:?v?[0-9.]*", " ", value, flags=re.IGNORECASE))
    if found is None or not (re.search("cvss|score", value, re.IGNORECASE) or "." in found[1]):
        return None
    return scored(float(found[1]))


def scored(score: float) -> Severity:
    """Return the severity of a figure of CVSS, from 0 to 10."""
    bounds = ((_CRITICAL, Severity.CRITICAL), (_HIGH, Severity.HIGH), (_MEDIUM, Severity.MEDIUM))
    return next((severity for least, severity in bounds if score >= least), Severity.LOW)


def signed(text: str) -> Severity | None:
    """Return the severity whose sign is the first in a text."""
    found = _SIGN.search(text)
    return _SIGNS[found[0]] if found else None


def circled(text: str) -> Severity | None:
    """Return the severity whose coloured circle or square begins a text: no other sign is as sure."""
    found = re.match(
        "[\U0001f534\U0001f7e0\U0001f7e1\U0001f7e2\U0001f535\U0001f7e5\U0001f7e7\U0001f7e8\U0001f7e9]",
        text.lstrip(" *"),
    )
    return _SIGNS[found[0]] if found else None


def of_title(title: str) -> Severity | None:
    """Return the severity that the title of an item claims for itself, in a place where a title does that."""
    return _first(_IN_TITLE.search(words(title)[:300]))


def of_chapter(title: str, *, is_title: bool = False) -> Severity | None:
    """Return the severity that a chapter is about; a mere word among others makes none.

    In the title of a whole document a sign is an ornament.
    """
    plain = re.sub(
        r"^(?:section|part|chapter|phase|priority)?\s*[0-9]*(?:\.[0-9]+)*[.:)]?\s+",
        "",
        words(title),
        flags=re.IGNORECASE,
    )
    named = next((level for pattern, level in _BY_CHAPTER if pattern.search(plain[:200])), None)
    found = _first(_CHAPTER.search(plain[:200])) or named
    return found or (signed(title[:60]) if len(plain) < _HEADING and not is_title else None)


def is_only(title: str) -> bool:
    """Say whether a heading is nothing but a severity with what it is one of, as "Critical Issues (3)" is."""
    plain = re.sub(
        rf"\b(?:{_SURE}|{_NOUNS}|severity|the|and|enhancements|must fix|should fix)\b|[\W\d_]",
        "",
        words(title)[:200],
        flags=re.IGNORECASE,
    )
    return not plain and of_chapter(title) is not None


def _first(found: re.Match[str] | None) -> Severity | None:
    word = next((group for group in found.groups() if group), "") if found else ""
    return _BY_WORD.get(word.lower())


def of_id(number: str) -> Severity | None:
    """Return the severity that the letters of an item's number stand for, as in `H-01`."""
    found = _ID.search(number)
    return _BY_LETTERS.get(found["letters"]) if found else None


def worst(severities: Iterable[Severity | None]) -> Severity | None:
    """Return the worst of several severities; None where there is none."""
    known = [severity for severity in severities if severity is not None]
    return min(known, key=_ORDER.index) if known else None
