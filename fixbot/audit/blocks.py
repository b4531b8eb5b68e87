"""Reads what programs print in blocks: a file or a hook in one line, and what is said of it in those below."""

from __future__ import annotations

import re
from dataclasses import replace

from fixbot.audit import severity
from fixbot.audit.hits import Hit
from fixbot.model import Severity

_PATH = r"(?P<path>(?:[A-Za-z]:)?[\w./\\@+~-]{1,300}\.[A-Za-z]\w{0,9})"
_ALONE = re.compile(rf"^\s{{0,8}}{_PATH}:?$")
_TAG = re.compile(
    rf"^{_PATH}[:-](?P<line>[0-9]{{1,7}})[:-]\s*(?:\S.{{0,200}}?\s)??(?:#|//|--|/\*|<!--)\s*(?P<tag>TODO|FIXME"
    rf"|XXX|HACK)\b"
)
# Complexity: the letter of what it is, its line and column, its name, its rank.
_RANK = re.compile(r"^\s+[FMC] (?P<line>[0-9]{1,7}):[0-9]{1,6} \S.{0,300} - (?P<rank>[A-F])(?: \([0-9]{1,6}\))?$")
_LINE = re.compile(r"^\s+Line: (?P<line>[0-9]{1,7})$")
_TOOL = re.compile(r"^\s+[\w-]{2,30}: (?P<code>[\w-]{2,80}) / (?P<message>\S.*?)(?: \(col [0-9]{1,6}\))?$")
_COLUMNS = re.compile(
    r"^\s+(?P<line>[0-9]{1,7}):[0-9]{1,6}\s+(?P<level>error|warning"
    r"|info)\s+(?P<message>\S.*?)(?:\s{2,}(?P<code>[@\w/-]+))?$"
)
_ARROW = re.compile(r"^\s*(?P<arrow>\u276f{0,2}\u2771)\s+(?P<code>[\w-]+(?:\.[\w-]+){1,20})\s*$")
_BY_ARROW = {1: Severity.LOW, 2: Severity.MEDIUM, 3: Severity.HIGH}
_QUOTED = re.compile(r"^\s*(?P<line>[0-9]{1,7})\s?\u2506")
_HOOK = re.compile(r"^(?P<title>\S.{1,100}?)\.{3,}(?:\([^()]{1,40}\))?(?P<result>Failed|Passed|Skipped)$")
_HOOK_ID = re.compile(r"^- hook id: (?P<id>[\w./-]{1,80})$")
_CHANGED = re.compile(rf"^(?:Fixing|Rewriting|[Ww]ould reformat:?|[Rr]eformatted|Sorting) {_PATH}$")
_ERROR = re.compile(rf"^ERROR: {_PATH} (?P<message>[A-Z].*)$")


class Blocks:
    """Takes lines one by one and keeps what those of the known forms say."""

    def __init__(self) -> None:
        self.hits: list[Hit] = []
        self._path = self._rule = self._hook = self._title = ""
        self._line = 0
        self._message: list[str] | None = None
        self._severity: Severity | None = None

    def take(self, number: int, line: str) -> bool:
        """Take in one line; say whether it is of a form that no single line is."""
        ways = (self._alone, self._of_grep, self._of_hook, self._in_file, self._in_rule)
        return any(way(number, line) for way in ways)

    def _alone(self, _: int, line: str) -> bool:
        found = _ALONE.match(line)
        if found is None:
            return False
        self._path, self._line, self._rule, self._message = found["path"], 0, "", None
        # Other ways of reading need the line too.
        return False

    def _of_grep(self, number: int, line: str) -> bool:
        found = _TAG.match(line)
        if found:
            self.hits.append(Hit("", found["path"], int(found["line"]), found["tag"], source_line=number))
        return found is not None

    def _of_hook(self, number: int, line: str) -> bool:
        """Take in a line about a hook, or about a file that one changed or would change."""
        if found := _HOOK.match(line):
            self._hook, self._title = "", found["title"] if found["result"] == "Failed" else ""
        elif found := _HOOK_ID.match(line):
            self._hook = found["id"] if self._title else ""
        elif self._hook and (found := _CHANGED.match(line) or _ERROR.match(line)):
            message = found.groupdict().get("message")
            level = Severity.HIGH if message else None
            self.hits.append(Hit(self._hook, found["path"], 0, message or self._title, level, source_line=number))
        return found is not None

    def _in_file(self, number: int, line: str) -> bool:
        """Take in a line about the file that was named alone in a line before."""
        if not self._path or not line.startswith(" "):
            return False
        if found := _LINE.match(line):
            self._line = int(found["line"])
        elif found := _RANK.match(line):
            self._add("", int(found["line"]), "cyclomatic complexity", None, number)
        elif found := _COLUMNS.match(line):
            code, level = found["code"] or "", severity.said(found["level"])
            self._add(code, int(found["line"]), found["message"], level, number)
        elif self._line and (found := _TOOL.match(line)):
            self._add(found["code"], self._line, found["message"], None, number)
        return found is not None

    def _in_rule(self, number: int, line: str) -> bool:
        """Take in a line about a rule that is drawn with an arrow, with its message and the lines of code below."""
        if found := _ARROW.match(line):
            self._rule, self._message, self._line = found["code"], [], 0
            self._severity = _BY_ARROW[len(found["arrow"])]
        elif not self._rule or self._message is None:
            return False
        elif found := _QUOTED.match(line):
            self._quoted(int(found["line"]), number)
        elif "\u2506" in line:
            self._line = 0
        elif line.strip() and not self._line and not line.strip().startswith("Details:"):
            self._message.append(line.strip())
        return True

    def _quoted(self, at: int, number: int) -> None:
        if self._line and at == self._line + 1:
            self.hits[-1] = replace(self.hits[-1], end_line=at)
        else:
            self._add(self._rule, at, " ".join(self._message or [])[:2_000], self._severity, number)
        self._line = at

    def _add(self, rule: str, line: int, message: str, level: Severity | None, number: int) -> None:
        self.hits.append(Hit(rule, self._path, line, message, level, source_line=number))
