"""Finds the counts that a document gives of its own items, and says which of them cannot be true."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fixbot.audit import severity, states
from fixbot.audit.outline import Block, Section, Shape
from fixbot.audit.wording import short, words
from fixbot.model import AuditItem, Severity, Status, Total

_SEVERE = r"critical|high|medium|low|informational|info|minor|major|blocker"
_NOUNS = r"issues?|findings?|bugs?|items?|problems?|vulnerabilities|tasks?|todos?|todo items?"
_N = r"(?P<n>[0-9]{1,6})\b(?>\+?)"
_BY_SEVERITY = re.compile(
    rf"^(?:total )?(?P<what>{_SEVERE})(?:[ /-]+(?:priority|severity|risk|enhancements?"
    rf"|{_NOUNS}))*(?:\s*\([^()0-9]{{0,40}}\))?\s*[:|=]\s*{_N}"
    rf"(?:\s*(?:{_NOUNS})?\s*)(?:\||\(|$)",
    re.IGNORECASE,
)
_SCOPED = re.compile(
    rf"^(?P<what>{_SEVERE})(?: (?:priority|severity))?(?: {_NOUNS})?\s*\((?P<n>[0-9]{{1,6}})\):?", re.IGNORECASE
)
_TOTAL = re.compile(
    rf"^(?:grand |overall )?total(?: (?:number|count) of)?(?: (?:{_NOUNS}))?(?: (?:found|identified))?\s*[:|=]\s*{_N}"
    rf"(?!\s*(?:lines|files|commits|[a-z]+:|hours|minutes|migrations|weeks|days|points|[.,/~%-]))",
    re.IGNORECASE,
)
_LISTED = re.compile(rf"(?<![\w.])([0-9]{{1,6}})\s+({_SEVERE})(?![\w-])", re.IGNORECASE)
_STATE = re.compile(
    r"^(?P<what>complete[d]?|done|fixed|resolved|in progress|not started|pending|remaining|open|declined"
    r"|deferred)(?: issues| items)?\s*[:|=]\s*"
    rf"{_N}(?:\s*(?:of|/)\s*(?P<of>[0-9]{{1,6}}))?",
    re.IGNORECASE,
)
_RATIO = re.compile(
    r"(?<![\w./-])(?P<n>[0-9]{1,5})\s?(?:of|/)\s?(?P<of>[0-9]{1,5})(?![\w./]*[0-9])(?P<behind>[^0-9]{0,40})",
    re.IGNORECASE,
)
_LEFT = re.compile(r"(?<![\w.])(?P<n>[0-9]{1,5}) remaining\b", re.IGNORECASE)
_HEADED = re.compile(
    r"\((?P<n>[0-9]{1,5})(?: (?:total|items?|issues?|findings?|bugs?)|\s?(?:of|/)\s?(?P<of>[0-9]{1,5}))[^()]{0,40}\)",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"(?<![\w.,])(?P<n>[0-9]{1,6}) (?P<noun>[a-z]+)\s*\((?P<parts>[0-9]{1,6} \w+(?: \w+)?(?:, [0-9]{1,6} \w+(?:"
    r" \w+)?){1,9})\)",
    re.IGNORECASE,
)
# What the column of a table is called that counts.
_COUNTS = re.compile(
    rf"^(?:#|n|count|number|quantity|qty|amount|found|identified|total|{_NOUNS})\b|^#$"
    rf"|\bcount$",
    re.IGNORECASE,
)
_DOERS = r"complete[d]?|done|fixed|resolved|closed|implemented"
_LEVEL = re.compile(r"^(epic [0-9]{1,3})\b", re.IGNORECASE)
_MOST_LINE, _MOST = 300, 200


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the document without Markdown, and the section in which it stands."""

    number: int
    text: str
    is_indented: bool
    section: Section


def totals_of(sections: Sequence[Section]) -> tuple[Total, ...]:
    """Return the counts that a document gives of its own items, in the order of its lines, each line once."""
    found: list[Total] = []
    scope = ""
    for line in _lines(sections):
        if _is_of_part(line):
            continue
        if head := _SCOPED.match(line.text):
            scope = _name(head["what"])
            found.append(Total(scope, int(head["n"]), line.number))
            continue
        scope = scope if line.is_indented else ""
        found += [_scoped(total, scope) for total in _said(line)]
    return tuple(dict.fromkeys(found))[:_MOST]


def _is_of_part(line: _Line) -> bool:
    """Say whether a line is a heading that counts within a chapter: it tells nothing of the whole document."""
    above = line.section.above
    is_heading = line.section.level > 0 and line.number == line.section.line
    is_part = above is not None and above.level > 0 and not above.is_title
    return is_heading and is_part and _SCOPED.match(line.text) is not None


def _lines(sections: Sequence[Section]) -> Iterator[_Line]:
    for section in sections:
        if section.level:
            yield _Line(section.line, words(section.title)[:_MOST_LINE], is_indented=False, section=section)
        for block in section.blocks:
            yield from _block(block, section)


def _block(block: Block, section: Section) -> Iterator[_Line]:
    if block.shape is Shape.TABLE:
        for number, text in _rows(block):
            yield _Line(number, text[:_MOST_LINE], is_indented=False, section=section)
    elif block.shape is not Shape.CODE or block.language in {"", "text", "txt"}:
        for number, text in block.lines():
            if len(text) <= _MOST_LINE:
                yield _Line(number, words(text), is_indented=text.startswith(" "), section=section)


def _rows(block: Block) -> Iterator[tuple[int, str]]:
    """Yield what the rows of a table count: in the column for that, or in the last row in one for each severity."""
    head = [words(cell) for cell in block.rows[0]]
    at = next((at for at, name in enumerate(head) if at and _COUNTS.search(name)), 1)
    is_matrix = sum(severity.of_chapter(name) is not None for name in head[1:]) > 1
    for row, number in zip(block.rows, block.row_lines, strict=True):
        label = words(row[0])
        if is_matrix and re.match(r"(?:grand |overall )?total", label, re.IGNORECASE):
            yield from ((number, f"{name}: {words(cell)}") for name, cell in zip(head[1:], row[1:], strict=False))
        elif not is_matrix and (len(row) == 2 or _COUNTS.search(head[at])):  # noqa: PLR2004 - a label and a count
            yield number, f"{label}: {words(row[at])}"


def _said(line: _Line) -> list[Total]:
    """Return the counts in one line."""
    text, number = line.text, line.number
    found: list[Total] = []
    if match := _TOTAL.match(text):
        found.append(Total("total", int(match["n"]), number))
    if (match := _BY_SEVERITY.match(text)) and not _RATIO.search(text):
        found.append(Total(_name(match["what"]), int(match["n"]), number))
    listed = _LISTED.findall(text)
    if len(listed) > 1:
        found += [Total(_name(what), int(count), number) for count, what in listed]
    if match := _STATE.match(text):
        found.append(Total(_state(match["what"]), int(match["n"]), number, int(match["of"] or 0)))
    else:
        found += _ratios(line)
    if (match := _LEFT.search(text)) and (level := severity.of_chapter(text)):
        found.append(Total(f"{level.value}: remaining", int(match["n"]), number))
    return found


def _ratios(line: _Line) -> Iterator[Total]:
    """Yield what is complete of how many, where a line says of what."""
    for match in _RATIO.finditer(line.text):
        n, of = int(match["n"]), int(match["of"])
        if n > of or of == 0:
            continue
        before = re.split(r"[|;,]", line.text[: match.start()])[-1]
        level = severity.of_chapter(f"{before.strip(' :(')}:") if before.strip() else None
        epic = _epic(line, before)
        is_of_items = re.search(rf"\b(?:{_NOUNS})\b", f"{before} {match['behind']}", re.IGNORECASE)
        is_done = re.search(rf"\b(?:{_DOERS})\b", line.text, re.IGNORECASE)
        scope = level.value if level else epic
        if scope or (is_of_items and is_done):
            yield Total(f"{scope}: complete" if scope else Status.COMPLETE.value, n, line.number, of)


def _epic(line: _Line, before: str) -> str:
    """Return the epic that a ratio is about: named before it, else the one in whose section it stands."""
    named = re.search(r"\bepic [0-9]{1,3}\b", before, re.IGNORECASE)
    own = named or _LEVEL.match(words(line.section.title))
    return own[0].lower() if own else ""


def _scoped(total: Total, scope: str) -> Total:
    is_state = total.what in {state.value for state in Status} | {"remaining"}
    return Total(f"{scope}: {total.what}", total.number, total.line, total.of) if scope and is_state else total


def _name(word: str) -> str:
    found = severity.said(word)
    return found.value if found else word.lower()


def _state(word: str) -> str:
    found = states.said(word)
    return found.value if found else word.lower()


def borne_out(totals: Iterable[Total], items: Sequence[AuditItem]) -> Iterator[str]:
    """Yield a sentence for each count of items, in all and by severity, that what is written out does not bear out."""
    first: dict[str, Total] = {}
    for total in totals:
        first.setdefault(total.what, total)
    if (whole := first.get("total")) and whole.number != len(items):
        yield f"its summary claims {whole.number} items in line {whole.line}; {_are(len(items))} written out"
    for level in Severity:
        written = sum(item.severity is level for item in items)
        said = first.get(level.value)
        if said and said.number != written:
            yield f"it claims {said.number} {level.value} items in line {said.line}; {_are(written)} written out"


def _are(number: int) -> str:
    return f"{number} {'is' if number == 1 else 'are'}"


def disagreeing(totals: Sequence[Total]) -> Iterator[str]:
    """Yield a sentence for each two counts of one thing that differ."""
    groups: dict[tuple[str, int], dict[int, Total]] = {}
    whole = next((total.number for total in totals if total.what == "total"), 0)
    for total in totals:
        of = total.of or (whole if total.what in set(Status) else 0)
        groups.setdefault((total.what, of), {}).setdefault(total.number, total)
    for (what, of), by_number in groups.items():
        if len(by_number) > 1:
            said = [f"{total.number}{f' of {of}' if of else ''} in line {total.line}" for total in by_number.values()]
            yield f"its counts of {_what(what)} differ: {', '.join(said[:6])}"
    yield from _left(totals)


def _what(what: str) -> str:
    return "all items" if what == "total" else f"what is {what}" if what in set(Status) else f"{what!r}"


def _left(totals: Sequence[Total]) -> Iterator[str]:
    """Yield where what remains of a severity is not what was not done of it."""
    for total in totals:
        level, _, what = total.what.partition(": ")
        done = next((each for each in reversed(totals) if each.what == f"{level}: complete" and each.of), None)
        if what == "remaining" and done and done.of - done.number != total.number:
            yield (
                f"{total.number} {level} items remain in line {total.line}; {done.number} of {done.of} are complete in "
                f"line {done.line}, which leaves {done.of - done.number}"
            )


def miscounted(sections: Sequence[Section]) -> Iterator[str]:
    """Yield where a heading counts what stands below it and is wrong, and where parts do not add up to their sum."""
    for section in sections:
        if re.search(r"\b(?:grade|score)\b", section.title, re.IGNORECASE):
            continue
        if (match := _HEADED.search(section.title)) and (there := _count(section)) and there != int(match["n"]):
            yield f"the heading of line {section.line} counts {int(match['n'])}; {there} stand below it"
    for line in _lines(sections):
        for match in _SUM.finditer(line.text):
            parts = [int(part) for part in re.findall(r"[0-9]+", match["parts"])]
            if sum(parts) != int(match["n"]):
                yield (
                    f"line {line.number} counts {int(match['n'])} {match['noun']}; the parts it names are {sum(parts)}"
                )


def _count(section: Section) -> int:
    """Return how many rows a section's one table has, else how many items its lists have; 0 where nothing is told."""
    tables = [block for block in section.blocks if block.shape is Shape.TABLE]
    if len(tables) == 1:
        return len(tables[0].rows) - 1
    is_open = tables or any(block.shape is Shape.CODE for block in section.blocks)
    return 0 if is_open else sum(block.shape is Shape.ITEM and block.depth == 1 for block in section.blocks)


def unfinished(sections: Sequence[Section], items: Sequence[AuditItem], totals: Sequence[Total]) -> Iterator[str]:
    """Yield where a chapter is said to be complete, or a part of it, and the items in it say otherwise."""
    for section in sections:
        if not re.search(r"100\s?%", section.title):
            continue
        title = words(section.title)
        inside = [item for item in items if item.category == title or _in_epic(item, section)]
        left = [item for item in inside if item.status is not Status.COMPLETE]
        if inside and left:
            names = ", ".join(item.id or short(item.title, 40) for item in left[:5])
            yield f"line {section.line} says 100% of {short(words(section.title), 60)!r}; not complete in it: {names}"
    numbered = [item for item in items if re.fullmatch(r"[0-9]+(?:\.[0-9]+)+", item.id)]
    done = sum(item.status is Status.COMPLETE for item in numbered)
    for total in totals:
        if total.what == Status.COMPLETE.value and numbered and total.of == len(numbered) and total.number != done:
            yield (
                f"line {total.line} says that {total.number} of {total.of} are complete; {_are(done)} told as complete"
            )
            return


def _in_epic(item: AuditItem, section: Section) -> bool:
    epic = _LEVEL.match(words(section.title))
    return epic is not None and item.id.partition(".")[0] == epic[1].split()[1] and "." in item.id
