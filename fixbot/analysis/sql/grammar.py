"""Reads SQL with holes in it: which hole stands where a value may stand, and what the others are; it only reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fixbot.analysis.sql.pieces import Hole, Piece

_FIRST = 0xE000
_LAST = 0xF8FF
_TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))|(?P<quoted>'(?:[^']|'')*')"
    r'|(?P<name>"[^"]*"|`[^`]*`|\[[^\]\d][^\]]*\])'
    r"|(?P<bound>%\(\w+\)s|%s|\?|\$\d+|(?<![:\w]):[A-Za-z_]\w*)"
    r"|(?P<word>[\w.@#\ue000-\uf8ff]+)|(?P<sign>::|[<>=!~|]+|\S)",
    re.DOTALL,
)
_COMPARES = frozenset({"=", "<", ">", "<=", ">=", "<>", "!=", "LIKE", "ILIKE", "BETWEEN"})
_CHANGES = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"})
_ENDS = frozenset(
    {"AND", "OR", "ORDER", "GROUP", "LIMIT", "OFFSET", "HAVING", "RETURNING", "UNION", "WHERE", "THEN", "ELSE", "END"}
) | {"ON", "FOR", ")", ";"}
_TABLES = frozenset({"FROM", "JOIN", "INTO", "UPDATE", "TABLE", "USING"})
_CLAUSES = _TABLES | {
    "SELECT",
    "ON",
    "WHERE",
    "HAVING",
    "ORDER",
    "GROUP",
    "LIMIT",
    "OFFSET",
    "SET",
    "VALUES",
    "RETURNING",
}
_A_PART = "a part of the SQL itself"
# Statements that take no bound values.
_WHOLE = frozenset(
    re.findall(
        r"\w+",
        "ALTER ANALYZE ATTACH BEGIN CALL COMMENT COPY CREATE DETACH DROP EXEC EXECUTE EXPLAIN GRANT LISTEN LOAD LOCK"
        " NOTIFY PRAGMA REFRESH REINDEX REVOKE SAVEPOINT SET SHOW TRUNCATE USE VACUUM",
    )
)
_SEVERAL = "a list for `IN`, which needs a placeholder for each member"


@dataclass(frozen=True, slots=True)
class Role:
    """What a hole is in its statement.

    `value` says that it stands where a literal may stand, `quoted` that quotes are around it. `says` is what else it
    is, as words, and for a value what it stands behind. `column` is what it is compared with or stored in.
    """

    value: bool
    quoted: bool
    says: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its first word, and the role of each hole in order; `bound` are the placeholders there are."""

    verb: str
    roles: tuple[Role, ...]
    bound: tuple[str, ...]


def marked(parts: Sequence[Piece]) -> str:
    """Return pieces as one text, with a private character for each hole."""
    numbers = iter(range(_FIRST, _LAST))
    return "".join(part if isinstance(part, str) else chr(next(numbers)) for part in parts)


def holes_in(text: str) -> list[int]:
    """Return the numbers of the holes in a marked text, in order."""
    return [ord(sign) - _FIRST for sign in text if _FIRST <= ord(sign) <= _LAST]


def mark(number: int) -> str:
    """Return the character that stands for a hole."""
    return chr(_FIRST + number)


def read(parts: Sequence[Piece]) -> Statement:
    """Return what each hole of a statement is."""
    text = marked(parts)
    tokens = [(found.lastgroup or "", found[0]) for found in _TOKEN.finditer(text)]
    plain = [(kind, word) for kind, word in tokens if kind != "comment"]
    verb = next((word.upper() for kind, word in plain if word != "("), "")
    roles = dict(_roles(plain, verb))
    count = sum(isinstance(part, Hole) for part in parts)
    unknown = Role(value=False, quoted=False, says="a part of a comment or of something that is not closed")
    bound = tuple(word for kind, word in plain if kind == "bound")
    return Statement(verb, tuple(roles.get(number, unknown) for number in range(count)), bound)


def _roles(tokens: Sequence[tuple[str, str]], verb: str) -> Iterator[tuple[int, Role]]:
    """Yield the number of each hole with its role."""
    clause, between = "", ""
    opened: list[tuple[str, str]] = []
    for at, (kind, word) in enumerate(tokens):
        before = tokens[at - 1][1].upper() if at else ""
        if found := holes_in(word):
            ends_range = between == "AND"
            place = _Place(tokens, at, verb, clause, opened[-1] if opened else ("", ""), between=ends_range)
            role = place.role()
            yield from ((number, role) for number in found)
        upper = word.upper()
        if kind == "word" and upper in _CLAUSES:
            clause, between = upper, ""
        elif upper in {"BETWEEN", "AND", "OR"}:
            between = upper if upper == "BETWEEN" or between + upper == "BETWEENAND" else ""
        elif word == "(":
            opened.append((before, clause))
        elif word == ")" and opened:
            clause = opened.pop()[1]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a token with holes stands; `opened` is what stands before the parenthesis around it, and its clause."""

    tokens: Sequence[tuple[str, str]]
    at: int
    verb: str
    clause: str
    opened: tuple[str, str]
    between: bool

    def role(self) -> Role:
        """Return what it is."""
        kind, word = self.tokens[self.at]
        quoted = kind == "quoted"
        if self.verb not in _CHANGES:
            known = self.verb in _WHOLE
            says = f"a part of `{self.verb}`, which takes no bound values" if known else "in what is no whole statement"
            return Role(value=False, quoted=quoted, says=says)
        if kind == "name":
            return Role(value=False, quoted=False, says="a part of a quoted name")
        if kind == "word" and len(word) > 1:
            says = self._otherwise()
            return Role(value=False, quoted=False, says="a part of a name" if says == _A_PART else says)
        if quoted and ("\\" in word or "''" in word[1:-1]):
            return Role(value=False, quoted=True, says="a part of a literal with escapes")
        behind = self._behind(quoted=quoted)
        if behind is None:
            return Role(value=False, quoted=quoted, says=self._otherwise())
        return Role(value=True, quoted=quoted, says=behind, column=self._column())

    def _word(self, step: int) -> str:
        there = 0 <= self.at + step < len(self.tokens)
        return self.tokens[self.at + step][1].upper() if there else ""

    def _behind(self, *, quoted: bool) -> str | None:
        """Return what a value stands behind, None where no value stands."""
        before, after = self._word(-1), self._word(1)
        in_values = self._in_values()
        ends = not after or after in _ENDS or (after == "," and (in_values or self.clause == "SET" or quoted))
        if not ends:
            return None
        if in_values:
            return "VALUES"
        if before in {"LIMIT", "OFFSET"} and not quoted:
            return before
        if before in _COMPARES or (before == "AND" and self.between):
            return before if quoted or self.clause != "ON" else None
        return "IN" if quoted and before in {"(", ","} and self.opened[0] == "IN" else None

    def _in_values(self) -> bool:
        return self.clause == "VALUES" and self._word(-1) in {"(", ","} and self.opened[0] in {"VALUES", ","}

    def _column(self) -> str:
        left = self.tokens[self.at - 2] if self.at > 1 else ("", "")
        return left[1] if left[0] in {"word", "name"} and self._word(-1) in _COMPARES else ""

    def _otherwise(self) -> str:
        before = self._word(-1)
        if before in _TABLES:
            return "a table name"
        if self.opened[0] == "IN":
            return _SEVERAL
        if self.clause in {"ORDER", "GROUP"}:
            return "what the rows are sorted or grouped by"
        if self.clause in {"SELECT", "INTO", "RETURNING"}:
            return "a list of columns"
        if before == "SET":
            return "a column"
        return _A_PART
