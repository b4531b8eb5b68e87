"""Reads headings: the number of an item, its title, what it says of severity and state, and what is a chapter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from fixbot.audit import severity, states
from fixbot.audit.wording import bare, short, without_signs
from fixbot.model import Severity, Status


class Strength(IntEnum):
    """How surely the number in a heading makes it an item, from not at all to beyond doubt."""

    NONE = 0
    PLAIN = 1
    DOTTED = 2
    NAMED = 3


@dataclass(frozen=True, slots=True)
class Head:
    """What a heading, or the beginning of a line, says of an item.

    `number` is empty where there is none. `last` is the last number of a range such as `2.4-2.6`. `aside` is what
    stood in brackets at the end of the title, where lines may be.
    """

    number: str
    title: str
    strength: Strength
    severity: Severity | None = None
    status: Status | None = None
    last: str = ""
    aside: str = ""


_KINDS = (
    r"issues?|findings?|bugs?|problems?|vulnerabilit(?:y|ies)|defects?|items?|tasks?|tickets?|epics?"
    r"|debts?|smells?|weakness|fix"
)
_N = r"[0-9]{1,5}(?:\.[0-9]{1,4}){0,3}"
_CODE = r"(?:[A-Z]{1,12}(?:[-_\u2011][A-Z0-9]{1,10}){0,4}[-_\u2011]?[0-9]{1,6}|[a-z]{2,12}-[0-9]{2,6})"
_PATTERNS = (
    (Strength.NAMED, re.compile(rf"^\[\s*(?P<id>#?{_CODE}|#[0-9]{{1,6}})\s*\]\s*[:.\u2013\u2014-]?\s*(?P<title>.+)$")),
    (
        Strength.NAMED,
        re.compile(
            rf"^(?:[\w /-]{{1,40}}?[ :]{{1,2}})?(?:{_KINDS})\s*(?:no\.? ?|number )?(?:#\s*)?(?P<id>{_N})"
            rf"(?:\s?[-\u2013]\s?#?(?P<last>{_N}))?\s*(?:[:.)|\u2013\u2014]|\s-\s)\s*(?P<title>.+)$",
            re.IGNORECASE,
        ),
    ),
    (
        Strength.NAMED,
        re.compile(
            rf"^(?:(?i:{_KINDS})\s+)?\[*(?P<id>(?!(?:P|Q|V|FY|H)[0-9]\s*[-\u2013\u2014:]|UTF|ISO|RFC|TLS|HTTP|PEP)"
            rf"{_CODE})\s*(?:[:.)\]|\u2013\u2014]|\s-\s)+\s*(?P<title>\D.*)$",
        ),
    ),
    (Strength.NAMED, re.compile(r"^(?P<id>[A-Z]{1,8}(?:-[0-9]{1,4}){1,3})\s+(?:WP[0-9]+:\s*)?(?P<title>\D.+)$")),
    (Strength.NAMED, re.compile(r"^#(?P<id>[0-9]{1,6})\s*[:.)\u2013\u2014-]?\s+(?P<title>.+)$")),
    (Strength.DOTTED, re.compile(r"^(?P<id>[0-9]{1,3}(?:\.[0-9]{1,3}){1,3})[.):]?\s+(?P<title>.+)$")),
    (Strength.PLAIN, re.compile(r"^\(?(?P<id>[0-9]{1,4})(?:[.):]+|\s+[-\u2013\u2014])\s+(?P<title>.+)$")),
)
_SEVERE = r"critical|blocker|severe|high|medium|moderate|low|minor|major|info|informational|p[0-4]"
_LEAD = re.compile(
    rf"^(?:\[[a-z][a-z -]{{2,20}}\]"
    rf"|[(\[]\s*(?:severity: ?)?(?:{_SEVERE})\b[^()\[\]]{{0,40}}[)\]]\s*[:\u2013\u2014-]?"
    rf"|(?:{_SEVERE})(?: (?:priority|severity|risk))?\s*"
    rf"(?:[:|\u2013\u2014]|\s-\s))\s*",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    rf"\s*[(\[]\s*(?P<what>(?:severity: ?|priority: ?)?(?:{_SEVERE})\b[^()\[\]]{{0,40}}|(?:lines?|various"
    rf"|multiple|L[0-9])\b[^()\[\]]{{0,80}}"
    rf"|~?[0-9.]{{1,6}}(?:\s?[-\u2013]\s?[0-9.]{{1,6}})?\s?(?:h|hrs?|hours?|days?|weeks?|min(?:ute)?s?|points?|sp))"
    rf"[)\]]\s*$",
    re.IGNORECASE,
)
_BEHIND = re.compile(rf"\s+[-\u2013\u2014|]\s+(?:{_SEVERE})(?: (?:priority|severity|risk))?\W*$", re.IGNORECASE)
_ORNAMENT = re.compile(r"^[\s:|.\u2013\u2014-]+|[\s:|\u2013\u2014-]+$")
# Chapters that hold no items, by how their names begin or end.
_NO_ITEMS = re.compile(
    r"^(?:(?:executive|overall|final|session|impact|project|quick|change) )?(?:summary|overview|introduction"
    r"|background|abstract)\b(?! of (?:findings|issues))"
    r"|^(?:table of )?contents$|^toc$|^about\b|^disclaimer|^scope\b|^(?:audit )?(?:methodology|approach|process)\b"
    r"|recommendations summary|^recommendations?\b|^(?:\w+ )?recommendations$|action (?:plan|items?)\b"
    r"|^(?:immediate |next |recommended )?(?:actions?|steps)\b"
    r"|^appendi(?:x|ces)\b|^conclusions?\b|^positive\b|\bstrengths\b|what.?s (?:working|good)|^good\b"
    r"|^well[- ]done|^next(?: (?:steps?|actions?|sessions?|up|tasks?|sprint|phases?|week)\b|\W*$)|^metrics\b"
    r"|^(?:code |quality )?(?:metrics|statistics|stats)\b"
    r"|\bstatistics$|^references?\b|^resources\b|^glossary|^lessons\b|^notes?$|^tools\b|\bchecklist\b|^roadmap"
    r"|^timeline|^in short\b|^(?:business |risk )?impact(?: analysis)?$|^immediate risks|^tl;?dr\b|^verdict\b"
    r"|^bottom line\b|^documentation gaps|^questions\b"
    r"|^(?:change ?log|release notes|unreleased|license|contributing|installation|install|usage|getting started"
    r"|quick ?start|features|requirements|prerequisites)\b"
    r"|^(?:severity|status|risk|priority)\W(?:\w+\W)?(?:legend|definitions?|classifications?|levels?|matrix"
    r"|criteria|rating|scale)|^legend|^definitions|^risk classification"
    r"|^acknowledge?ments|^key achievements|^success (?:criteria|metrics)|^priority matrix|^principles"
    r"|^goals?\b|^what we (?:do )?(?:not|don.t)\b"
    r"|^documentation\b(?! (?:issues|findings))|^verification|^testing (?:strategy|plan)|^checked\b"
    r"|^best practices applied|^suggested (?:order|priorit)|^priorit(?:y|ized) (?:order|action|fix|recommend)"
    r"|^migration priorities|^(?:files|documents) (?:reviewed|audited|analy[sz]ed|in scope)"
    r"|^implementation (?:plan|order|roadmap)|^estimated|^effort|^honest rating|^architecture assessment",
    re.IGNORECASE,
)
_REPORT = re.compile(r"audit|report|assessment|findings|vulnerabilit|analysis|review|issues|\bbugs?\b", re.IGNORECASE)
_README = re.compile(
    r"^(?:installation|install|installing|usage|getting started|quick ?start|features|license|contributing"
    r"|requirements|prerequisites|api reference|changelog"
    r"|examples?|configuration|documentation|contributors|credits|build(?:ing)?|deployment|faq|support"
    r"|development|unreleased|added|changed|removed|fixed|deprecated)$",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"^\[?v?[0-9]+\.[0-9]+(?:\.[0-9]+)?\]?\s*(?:[-\u2013\u2014(]\s*)?[0-9]{4}-[0-9]{2}"
    r"|^\[?v?[0-9]+\.[0-9]+\.[0-9]+\]?\W*$|^v[0-9]+\.[0-9]"
)
_KEYCAP = re.compile(r"(?:([0-9])\ufe0f?\u20e3|\U0001f51f)\s*")
# A severity as code at the end of a title, with a state behind it.
_BADGE = re.compile(rf"\s+`({_SEVERE})`(?:\s+\W{{0,3}}([\w' \u2019]{{2,30}}))?\s*$", re.IGNORECASE)
_LONGEST = 500


def head_of(title: str) -> Head:
    """Return what the Markdown of a heading, or of the line that begins an item, says."""
    title = _KEYCAP.sub(lambda key: f"{key[1] or '10'}. ", title[:_LONGEST])
    badge = _BADGE.search(title)
    said, status = states.of_title(title[: badge.start()] if badge else title)
    plain = _ORNAMENT.sub("", without_signs(said))
    found = next(((strength, match) for strength, pattern in _PATTERNS if (match := pattern.match(plain))), None)
    lead = severity.said(badge[1]) if badge else severity.of_title(title)
    status = (states.said(badge[2]) if badge and badge[2] else None) or status
    if found is None or (_VERSION.match(plain) and found[0] < Strength.NAMED):
        return _head("", plain, Strength.NONE, lead, status)
    strength, match = found
    number = match["id"].lstrip("#").replace("\u2011", "-")
    last = match["last"] if "last" in match.re.groupindex and match["last"] else ""
    before = plain[: match.start("id")]
    marked = lead or severity.of_title(match["title"]) or (severity.of_chapter(before) if before.strip(" [#") else None)
    return _head(number, match["title"], strength, marked, status, last)


def _head(
    number: str, title: str, strength: Strength, marked: Severity | None, status: Status | None, last: str = ""
) -> Head:
    asides: list[str] = []
    title, behind = states.of_title(title)
    while found := _ASIDE.search(title[-200:]):
        asides.append(found["what"])
        title = title[: max(len(title) - 200, 0) + found.start()]
    stripped = _ORNAMENT.sub("", _BEHIND.sub("", _LEAD.sub("", _ORNAMENT.sub("", without_signs(title)))))
    title = short(stripped or without_signs(title))
    return Head(number, title, strength, marked, status or behind, last, " ".join(asides))


def holds_no_items(title: str) -> bool:
    """Say whether a chapter is one that holds no items, such as a summary, a plan or an appendix."""
    plain = _plain(title)
    return _NO_ITEMS.search(plain) is not None


def is_of_report(title: str) -> bool:
    """Say whether a title is one of a report of faults, whatever else it says."""
    return _REPORT.search(title) is not None


def is_epic(title: str) -> bool:
    """Say whether a heading is that of an epic, in which items stand."""
    return (
        re.match(
            r"epics?\s+#?[0-9]+\b(?!\.[0-9])", _ORNAMENT.sub("", without_signs(bare(title[:_LONGEST]))), re.IGNORECASE
        )
        is not None
    )


def is_of_readme(title: str) -> bool:
    """Say whether a heading is one of a README or of a changelog."""
    plain = _plain(title)
    return _README.match(plain) is not None or _VERSION.match(without_signs(bare(title))) is not None


def _plain(title: str) -> str:
    """Return a heading without signs, number and the word before its number."""
    plain = _ORNAMENT.sub("", without_signs(bare(title[:_LONGEST])))
    return re.sub(
        r"^(?:(?:section|part|chapter|phase)\s+)?[0-9]{1,3}(?:\.[0-9]{1,3})*[.:)]?\s+", "", plain, flags=re.IGNORECASE
    )
