"""Understands how far people say that something has come: words, signs, ticked boxes and parts of a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fixbot.audit.wording import SIGNS, bare, without_signs
from fixbot.model import Status

# What comes first wins where several begin at the same place, so that "not fixed" is not "fixed".
_WORDS = {
    r"acknowledged, (?:not|no|will)\b": Status.DECLINED,
    r"(?:not|never) (?:yet )?(?:fixed|resolved|done|complete[d]?|addressed|mitigated)|unresolved|still open|blocked"
    r"|unconfirmed|confirmed|unfixed|needs? (?:fix|work)"
    r"|(?:should|must|to be) fix(?:ed)?|reopened|open|acknowledged": Status.OPEN,
    r"not (?:yet )?(?:started|begun)|to[- ]?do|pending|deferred|postponed|planned|backlog|upcoming"
    r"|queued": Status.NOT_STARTED,
    r"won['\u2019]?t[- ]?(?:fix|do)|wontfix|declined|rejected|dismissed|(?:risk )?accepted|by design"
    r"|false[ -]positive|invalid|cancel+ed|abandoned|skipped|obsolete|not needed|no fix needed|will not (?:be"
    r" )?fix(?:ed)?|disputed": Status.DECLINED,
    r"in[- ]progress|ongoing|wip|investigating|under investigation|half[- ]way|needs? (?:tests?|review)"
    r"|starting(?: now)?|started|partial(?:ly)?(?: \w+)?|in review"
    r"|under way": Status.IN_PROGRESS,
    r"complete[d]?|done|fixed|resolved|addressed|tested|closed|implemented|shipped|merged|mitigated|solved"
    r"|finished|verified|audited"
    r"|documented|remediated": Status.COMPLETE,
}
_EITHER = "|".join(f"(?P<w{number}>{said})" for number, said in enumerate(_WORDS))
_STATUSES = list(_WORDS.values())
_WORD = re.compile(rf"\b(?:{_EITHER})\b", re.IGNORECASE)
_PART = re.compile(r"\b([0-9]{1,6}) ?(?:of|/) ?([0-9]{1,6})\b")
_BY_SIGN = {
    **dict.fromkeys("✅☑✔🎉", Status.COMPLETE),
    **dict.fromkeys("🔶🚧🔄", Status.IN_PROGRESS),
    **dict.fromkeys("⏳❌⬜⏸📋", Status.NOT_STARTED),
    **dict.fromkeys("🚫", Status.DECLINED),
}
_SIGN = "|".join(_BY_SIGN)
_LEADING = re.compile(rf"^\W{{0,8}}?({_SIGN})")
_TRAILING = re.compile(rf"({_SIGN})[\W_]{{0,4}}$")
# A state behind a title: in brackets, behind a dash, or in capitals behind a sign.
_SAID = "|".join(_WORDS)
_BEHIND = re.compile(
    rf"\s*(?:[(\[]\W{{0,6}}(?P<a>{_SAID})\b[^()\[\]]{{0,40}}[)\]]"
    rf"|(?<=\s)[-\u2013\u2014|:]\s*\W{{0,6}}(?P<b>{_SAID})\b[^\w]{{0,8}}"
    rf"|(?:{SIGNS}\s*)+(?P<c>{_SAID})\b)(?:\s|{SIGNS})*$",
    re.IGNORECASE,
)
_CHAPTER = re.compile(rf"^\W*(?:{_EITHER})(?:\W|$|\s)(?!.{{60}})", re.IGNORECASE)
_DONE = re.compile(rf"^\W{{0,3}}?(?:{_SIGN})\W{{0,4}}({_SAID})(?=\s*(?:$|[-\u2013\u2014:.,(]))", re.IGNORECASE)
_TOLD = re.compile(
    r"^(?:[\w ]{1,30}:\s*)?(?:note: )?(?:this (?:issue|finding) (?:was|has been|is) )?((?:partially )?(?:fixed"
    r"|resolved|addressed|mitigated) (?:in|by|as of|and verified)\b"
    r"|acknowledged(?=[.,]|$)|won['\u2019]t fix(?=[.,]|$))",
    re.IGNORECASE,
)
_BOX = re.compile(r"^\s*\[([ xX~/-])\](?:\s+|$)")
_DEFINITE = (Status.OPEN, Status.NOT_STARTED, Status.IN_PROGRESS, Status.DECLINED, Status.COMPLETE)


def said(value: str) -> Status | None:
    """Return the state that the value of a field or a cell names: in words, as a part of a whole, or as a sign."""
    plain = without_signs(bare(value[:300]))
    found = _WORD.search(plain)
    if found:
        return _status(found)
    if part := _PART.search(plain):
        return Status.COMPLETE if int(part[1]) >= int(part[2]) else Status.IN_PROGRESS
    return signed(value)


def told(line: str) -> Status | None:
    """Return the state that a sentence of its own tells, as "Fixed in commit 1234567." does."""
    found = _TOLD.match(without_signs(bare(line[:300])))
    return said(found[1]) if found else None


def done(line: str) -> Status | None:
    """Return the state that a line begins with behind a sign for one, as `✅ Fixed - in batches` does."""
    found = _DONE.match(bare(line[:120]))
    return said(found[1]) if found else None


def signed(text: str) -> Status | None:
    """Return the state whose sign begins or ends a text."""
    found = _LEADING.search(text[:60]) or _TRAILING.search(text[-60:])
    return _BY_SIGN[found[1]] if found else None


def of_title(title: str) -> tuple[str, Status | None]:
    """Return a title without the state behind it, and that state; signs count, those of a state in words too."""
    plain = bare(title[:500])
    found = _BEHIND.search(plain)
    if found is None:
        return plain, signed(plain)
    word = found["a"] or found["b"] or found["c"]
    match = _WORD.match(word)
    return plain[: found.start()], _status(match) if match else None


def of_chapter(title: str) -> Status | None:
    """Return the state of what stands in a chapter, where its heading begins with the word for one."""
    found = _CHAPTER.search(without_signs(bare(title[:200])))
    return _status(found) if found else None


def boxed(text: str) -> tuple[str, Status | None]:
    """Return the text behind the box of a checklist, and what the box says: None where there is no box."""
    found = _BOX.match(text)
    if found is None:
        return text, None
    ticked = {" ": Status.OPEN, "~": Status.IN_PROGRESS, "/": Status.IN_PROGRESS, "-": Status.DECLINED}
    return text[found.end() :], ticked.get(found[1], Status.COMPLETE)


def latest(states: Iterable[Status]) -> Status:
    """Return the most definite of several states: what is complete stays complete."""
    return max(states, key=_DEFINITE.index, default=Status.OPEN)


def earliest(states: Iterable[Status]) -> Status:
    """Return the least definite of several states: what is open at one place is open."""
    return min(states, key=_DEFINITE.index, default=Status.OPEN)


def _status(found: re.Match[str]) -> Status:
    return next(_STATUSES[number] for number in range(len(_STATUSES)) if found[f"w{number}"])
