"""Finds what an item of a list is called, behind marks, severities and places and before what only says where."""

from __future__ import annotations

import re

from fixbot.audit import severity
from fixbot.audit.fields import Role, labels, role_of
from fixbot.audit.wording import bare, without_signs

_FILE = r"[\w./@+~*-]{1,300}\.[A-Za-z]\w{0,9}"
_SPAN = r"[0-9]{1,7}(?:\s?[-\u2013]\s?L?[0-9]{1,7})?"
_SPANS = rf"{_SPAN}(?:(?:, ?| and | & )(?:lines? )?{_SPAN}){{0,20}}"
#: A file with lines, in one of the ways in which people write that; `path:1`, `path (lines 1-2)`, `path, line 1`.
PLACE = (
    rf"(?>[`*\[(\"]{{0,3}}{_FILE}[`*\"]{{0,3}}(?:(?::|#)L?[0-9]{{1,7}}(?>(?:[:,\u2013-]L?[0-9]{{1,7}}){{0,20}})"
    rf"|\([0-9]{{1,7}}(?:,[0-9]{{1,7}})?\)|,?\s\(?(?:lines?|L)\s?(?>{_SPANS})\)?)[`*\])]{{0,3}})"
)
PLACE_LEAD = re.compile(
    rf"^(?:{PLACE}(?:\s*[:|\u2013\u2014-]+\s*|\s+)|[`*\[(]{{0,3}}{_FILE}[`*\])]{{0,3}}\s*(?:[:"
    rf"|\u2013\u2014-]{{1,2}}\s+))"
)
#: Such a place and nothing behind it.
PLACE_ALONE = re.compile(rf"^(?:{PLACE}|[`*\[(]{{0,3}}{_FILE}[`*\])]{{0,3}})\W*$")
LINE_LEAD = re.compile(
    r"^\W{0,4}(?:around |at |on )?(?:lines?|L)\s?[0-9](?:[0-9, \u2013-]|and|L){0,40}[`*]{0,2}"
    r"(?:\s*\([A-Za-z]{3,13}\))?\s*[:|\u2013\u2014-]+\s*",
    re.IGNORECASE,
)
_SEVERE = r"critical|blocker|severe|high|medium|moderate|low|minor|major|informational|info|nit|warning|error|p[0-4]"
SEVERE_LEAD = re.compile(
    rf"^(?:[*_`\[(]{{0,4}}(?P<word>{_SEVERE})(?: (?:priority|severity|risk))?"
    rf"(?:[*_`\])]{{1,4}}\s*[:|\u2013\u2014-]{{0,2}}|\s*[:|\u2013\u2014]|\s-\s)\s*)",
    re.IGNORECASE,
)
BOLD_LEAD = re.compile(r"^(?:\*\*|__)(?P<bold>[^*\n]{2,200}?)(?:\*\*|__)\s*(?P<rest>.*)$", re.DOTALL)
STRUCK = re.compile(r"^\W{0,6}~~(?P<title>[^~\n]{2,300})~~(?P<rest>[^\n]{0,300})")
_TAG_LEAD = re.compile(r"^(?:\[[a-z][a-z -]{2,20}\]\s+|[0-9]{4}-[0-9]{2}-[0-9]{2}:?\s+)(?=\S)")
_TOOL = re.compile(rf"^(?:\(?{PLACE}\)?)\s*[:\u2013\u2014-]\s*(?P<rest>\S.*)$")
_SENTENCE = re.compile(r"(?<=[\w)`'\"\u2019])[.!?](?:\s|$)|\n|;\s|[\u3002\uff1b]")
# What stands behind a title and says only where it is, whose it is, or in which issue.
_WHERE = (
    rf"(?>{PLACE}|[`*]{{0,2}}{_FILE}[`*]{{0,2}}|lines?\s?{_SPANS}|L[0-9][0-9L-]{{0,20}}|@[\w-]{{1,40}}|#[0-9]{{1,7}}"
    rf"|[0-9.-]{{1,6}}\s?(?:h|hrs?|hours?|days?|min|minutes?)(?![a-z]))"
)
_SEVERAL = rf"{_WHERE}(?:(?:,\s?|\s)(?:and\s)?{_WHERE}){{0,11}}"
_BEHIND = (
    re.compile(rf"\s*\({_SEVERAL}\)?\W{{0,3}}$"),
    re.compile(rf"\s+[\u2013\u2014-]+\s+(?:see |in )?{_SEVERAL}\W{{0,3}}$"),
)
_NUMBER_ALONE = re.compile(r"[A-Z]{1,8}(?:[-_][A-Z0-9]{1,8}){0,3}[-_]?[0-9]{1,6}|#[0-9]{1,6}")
_SEVERE_ASIDE = re.compile(rf"^\s*[(\[](?:{_SEVERE})[)\]]", re.IGNORECASE)
_SHORTEST = 8


def title_of(text: str) -> tuple[str, str]:
    """Return what an item of a list is called, and the rest of what it says."""
    plain = _led(text.partition("\n")[0])
    if PLACE_ALONE.match(plain) and text.partition("\n")[2].strip():
        text = text.partition("\n")[2].strip()
        plain = _led(text.partition("\n")[0])
    bold = BOLD_LEAD.match(plain)
    if bold and _NUMBER_ALONE.fullmatch(bold["bold"].strip(" :.")) and bold["rest"].strip():
        behind = _led(_SEVERE_ASIDE.sub("", bold["rest"]).lstrip(" :-\u2013\u2014"))
        return f"{bold['bold'].strip(' :.')}: {without_place(behind)}", text
    if bold and not severity.said(bold["bold"]) and not _is_label(bold["bold"]):
        if tool := _TOOL.match(bold["rest"]):
            return tool["rest"], ""
        rest = "\n".join((bold["rest"].lstrip(":- \u2013\u2014"), text.partition("\n")[2]))
        return without_place(_tagless(bold["bold"].rstrip(":. "))), rest.strip()
    plain = next((value for label, value in labels(plain) if not label), plain)
    end = _SENTENCE.search(plain, _SHORTEST)
    title = plain[: end.start()] if end else plain
    return without_place(title.strip(" :-\u2013\u2014")), text


def _led(first: str) -> str:
    """Return a line without what leads it: signs, a severity, a place, lines, a tag, a date."""
    plain = without_signs(first)
    struck = STRUCK.match(plain)
    plain = struck["title"] if struck else plain
    for _ in range(3):
        for lead in (SEVERE_LEAD, LINE_LEAD, PLACE_LEAD, _TAG_LEAD):
            found = lead.match(plain)
            if found and plain[found.end() :].strip(" .`*"):
                plain = plain[found.end() :]
    return plain


def _tagless(title: str) -> str:
    return _TAG_LEAD.sub("", title)


def without_place(title: str) -> str:
    """Return a title without what stands behind it and says only where it is, whose, or in which issue."""
    for _ in range(2):
        for behind in _BEHIND:
            found = behind.search(title[-400:])
            start = max(len(title) - 400, 0) + found.start() if found else 0
            if start > 2:  # noqa: PLR2004 - something has to be left
                title = title[:start].rstrip()
    return title


def _is_label(bold: str) -> bool:
    """Say whether bold words are a label of a field and no title."""
    return bold.rstrip().endswith(":") and role_of(bold) is not Role.BODY


def only_file(text: str) -> str:
    """Return the file that a line consists of, with or without a word for it; empty where it is none."""
    plain = re.sub(r"\s*\([0-9]+[^()]{0,30}\)\W*$", "", without_signs(bare(text[:400])))
    plain = re.sub(r"^(?:file|module)s?:?\s+", "", plain, flags=re.IGNORECASE).strip("`: ")
    return plain if re.fullmatch(_FILE, plain) else ""
