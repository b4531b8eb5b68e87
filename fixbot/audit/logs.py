"""Reads what linters print line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from fixbot.audit import severity
from fixbot.audit.blocks import Blocks
from fixbot.audit.hits import MOST_PLACES, Hit
from fixbot.model import Severity

_LONGEST_LINE = 2_000
_PATH = r"(?P<path>(?:[A-Za-z]:)?[^\s:*?\"<>|][^:*?\"<>|\n]{0,300}\.[A-Za-z]\w{0,9})"
_LINE = re.compile(
    rf"^\s{{0,4}}{_PATH}(?::cell"
    rf" [0-9]{{1,4}})?:(?P<line>[0-9]{{1,7}})(?::(?P<column>[0-9]{{1,6}}))?(?::[0-9]{{1,7}}:[0-9]{{1,6}})?:?"
    rf"\s+(?P<dash>-\s+)?(?P<rest>\S.*)$"
)
# A place in one line, and in the next ones what is said of it.
_PLACE = re.compile(rf"^{_PATH}:(?P<line>[0-9]{{1,7}}) (?:in|at) .{{0,200}}:$")
_FILE = re.compile(rf"^{_PATH}:$")
_IN_FILE = re.compile(r"^\s+(?P<line>[0-9]{1,7}):[0-9]{1,6}\s+(?P<rest>[A-Z]{1,8}[0-9]{2,5}\s+\S.*)$")
_ARROW = re.compile(rf"^\s*--> {_PATH}:(?P<line>[0-9]{{1,7}})(?::[0-9]{{1,6}})?\s*$")
_RULE_LINE = re.compile(r"^(?P<code>[A-Z]{1,8}[0-9]{2,5}|[a-z]+(?:-[a-z]+)+):?\s+(?:\[\*\]\s+)?(?P<message>\S.*)$")
_ACTION = re.compile(r"^::(?P<level>error|warning|notice) (?P<given>[^\n]{1,600}?)::(?P<rest>.+)$")
_GIVEN = re.compile(r"(file|line|endLine|title)=([^,]{1,300})")
_ISSUE = re.compile(r"^>> Issue: \[(?P<code>[A-Z][0-9]{3})(?::(?P<symbol>\w+))?\]\s*(?P<message>.*)$")
_ISSUE_SEVERITY = re.compile(r"^\s+Severity: (?P<level>\w+)")
_ISSUE_PLACE = re.compile(rf"^\s+Location: {_PATH}:(?P<line>[0-9]{{1,7}})")
_LEVEL = re.compile(
    r"^(?:\[?(?P<level>fatal|error|warning|warn|note|info|information|convention|refactor|hint|style)\]?)\s*:?\s+",
    re.IGNORECASE,
)
_CODE = re.compile(r"^\[?(?P<code>[A-Z]{1,8}[0-9]{2,5})\]?(?:\((?P<symbol>[a-z][a-z0-9-]+)\))?:?\s+(?:\[\*\]\s+)?")
# What has no code has a name; only programs tell the column.
_NAME = re.compile(r"^(?P<code>[a-z]+(?:-[a-z]+)+):\s+")
_SUFFIX = re.compile(r"\s+[\[(](?P<code>[A-Za-z@][\w@/-]{2,80})[\])](?:\s*)$")
_NAMELESS = re.compile(r"\([0-9]+% confidence|^\S+ ==> \S")
_OF_PYLINT = {
    "F": Severity.HIGH,
    "E": Severity.HIGH,
    "W": Severity.MEDIUM,
    "C": Severity.LOW,
    "R": Severity.LOW,
    "I": Severity.LOW,
}


def hits_in(lines: Iterable[tuple[int, str]]) -> list[Hit]:
    """Return what lines of output say, each with the number of its line."""
    reader = _Reader()
    for number, line in lines:
        reader.take(number, line[:_LONGEST_LINE].rstrip())
    found = sorted([*reader.hits, *reader.blocks.hits], key=lambda hit: hit.source_line)
    return found[: MOST_PLACES + 1]


class _Reader:
    """Takes lines one by one; some linters tell the rule in one line and the place in another."""

    def __init__(self) -> None:
        self.hits: list[Hit] = []
        self.blocks = Blocks()
        self._rule: re.Match[str] | None = None
        self._level = ""
        self._place: re.Match[str] | None = None

    def take(self, number: int, line: str) -> None:
        """Take in one line."""
        if self.blocks.take(number, line):
            return
        hit = self._hit(number, line)
        if hit:
            self.hits.append(hit)
        elif not self._begins(line) and line.strip() and self.hits:
            self._continue(number, line.strip())

    def _hit(self, number: int, line: str) -> Hit | None:
        """Return what a line says of a place, with what the lines before it said."""
        if (found := _IN_FILE.match(line)) and self._place:
            return _said(self._place["path"], int(found["line"]), found["rest"], "", number)
        if found := _LINE.match(line):
            return _of_line(found, number)
        if found := _ACTION.match(line):
            return _annotated(found, number)
        if (found := _ARROW.match(line) or _ISSUE_PLACE.match(line)) and self._rule:
            return _told(self._rule, found, self._level, number)
        named = _RULE_LINE.match(line.strip()) if line[:1] == " " else None
        if named and self._place and "line" in self._place.groupdict():
            return _told(named, self._place, "", number)
        return None

    def _begins(self, line: str) -> bool:
        """Take in a line that tells a rule, a place or a level for the lines behind it; say whether it does."""
        if found := _PLACE.match(line) or _FILE.match(line):
            self._place, self._rule = found, None
        elif found := _ISSUE_SEVERITY.match(line):
            self._level = found["level"]
        elif found := _ISSUE.match(line) or _RULE_LINE.match(line.strip()):
            self._rule, self._level = found, ""
        else:
            return False
        return True

    def _continue(self, number: int, line: str) -> None:
        """Take in the line behind one that told no rule: it may stand there."""
        last = self.hits[-1]
        if not last.rule and last.source_line == number - 1:
            self.hits[-1] = _continued(last, line, number)


def _told(rule: re.Match[str], place: re.Match[str], level: str, number: int) -> Hit:
    symbol = rule.groupdict().get("symbol") or ""
    return Hit(
        rule["code"], place["path"], int(place["line"]), rule["message"], severity.said(level), symbol, 0, number
    )


def _annotated(found: re.Match[str], number: int) -> Hit | None:
    """Return what a command for the workflow of GitHub says; its title or its message may have the rule."""
    given = dict(_GIVEN.findall(found["given"]))
    rest = (
        found["rest"].replace("%0A", " ").replace("%0D", "").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    )
    if "file" not in given:
        return None
    again = _LINE.match(rest)
    line = given.get("line", "0")
    path = again["path"] if again else given["file"]
    hit = _said(path, int(line) if line.isdigit() else 0, again["rest"] if again else rest, found["level"], number)
    title = re.search(r"\b([A-Z]{1,8}[0-9]{2,5})\b", given.get("title", ""))
    end = given.get("endLine", "0")
    told = hit or Hit("", path, int(line) if line.isdigit() else 0, rest, severity.said(found["level"]), "", 0, number)
    return replace(told, rule=told.rule or (title[1] if title else ""), end_line=int(end) if end.isdigit() else 0)


def _continued(hit: Hit, line: str, number: int) -> Hit:
    """Return what was said with the next line of it, where the rule may stand."""
    behind = _SUFFIX.search(f" {line}")
    if behind is None:
        return hit
    more = f" {line}"[: behind.start()].strip()
    is_open = hit.message.count("(") > hit.message.count(")") or hit.message.count('"') % 2 or hit.message[-1:] in ";,"
    is_broken = is_open or (not hit.is_whole and (more[:1] in {'"', "("} or ";" in more))
    return replace(
        hit,
        rule=behind["code"],
        message=f"{hit.message} {more}".strip() if is_broken else hit.message,
        source_line=number,
    )


def _of_line(found: re.Match[str], number: int) -> Hit | None:
    """Return what one line of output says of a place."""
    rest = found["rest"]
    named = _NAME.match(rest) if found["column"] else None
    if named:
        return Hit(named["code"], found["path"], int(found["line"]), rest[named.end() :], None, "", 0, number)
    hit = _said(found["path"], int(found["line"]), rest, "", number)
    return replace(hit, is_whole=found["dash"] is not None) if hit else None


def _said(path: str, line: int, rest: str, level: str, number: int) -> Hit | None:
    """Return what is said of a place: level, code and message in whatever order the linter has them."""
    if named := _LEVEL.match(rest):
        level, rest = named["level"], rest[named.end() :]
    code, symbol = "", ""
    if named := _CODE.match(rest):
        code, symbol, rest = named["code"], named["symbol"] or "", rest[named.end() :]
    if behind := _SUFFIX.search(rest):
        symbol, rest = (behind["code"], rest[: behind.start()]) if code else ("", rest[: behind.start()])
        code = code or behind["code"]
    if not code and (level.lower() == "note" or not level):
        return (
            None if level or not _NAMELESS.search(rest) else Hit("", path, line, _nameless(rest), None, "", 0, number)
        )
    told = severity.said(level) if level else _of_code(code)
    return Hit(code, path, line, rest, told, symbol, 0, number)


def _nameless(rest: str) -> str:
    """Return what a linter without codes says of all places of a kind: the name and how sure it is are left out."""
    plain = re.sub(r"\s*\([0-9]+% confidence[^()]{0,40}\)", "", rest)
    return re.sub(r"^(unused \w+) '[^']{0,200}'", r"\1", plain)


def _of_code(code: str) -> Severity | None:
    return _OF_PYLINT.get(code[0]) if re.fullmatch(r"[FEWCRI][0-9]{4}", code) else None
