"""The codemod `magic-number-guard`; long, because this file is also its documentation and tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fixbot.codemod import (
    Codemod,
    Declined,
    Evidence,
    Keeps,
    Module,
    Proposal,
    Safety,
    Severity,
    Spot,
    cst,
    numbers,
    statements,
)


class MagicNumberGuard(Codemod):
    """Give the number that a guard compares with a name.

    `if age > 30 * 24 * 3600: raise …` holds a rule of the business, and hides it: nobody finds it by its name, a test
    repeats it, and where the text of the error says "30 days" the two drift apart with the next change. A constant at
    the top of the module says what the number is, and the text can be made of it.

    Left alone: all but guards, which are an `if` that raises, ends the process or answers with an error; numbers that
    are neither made of units of time or size nor repeated in the text of the error; numbers below 8 and those of the
    calendar, of bytes, ports, circles and percentages; comparisons by `==`; files of tests.

    Safety: `manual`. Nobody but the maintainers can tell what a number is called, and whether it should be a setting.
    """

    severity = Severity.LOW
    safety = Safety.MANUAL
    synonyms = ("magic number", "magic value", "hardcoded limit", "hard-coded limit", "WPS432")
    pattern = re.compile(
        rb"\bif\b[^\n]*?(?:[<>]=?[ \t(]*(?:\d[\d_.]|[89]\b|\d[ \t)]*[*+])|(?:\d[\d_.]*\d|[89*+][ \t]*\d*\)?)[ \t]*[<>])"
    )
    local = True
    tests = False
    answers = frozenset({"PLR2004"})
    references = (
        "https://docs.astral.sh/ruff/rules/magic-value-comparison/",
        "https://refactoring.com/catalog/replaceMagicLiteral.html",
    )

    def find(self, module: Module) -> Iterator[Spot]:
        """Yield every guard with a number that has a meaning."""
        for node, _ in statements(module.tree):
            if isinstance(node, ast.If) and self.pattern.search(_first_line(module, node)):
                found = numbers.guarding(node)
                if found:
                    yield _spot(node, found)

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:  # noqa: ARG002 - the contract's
        """Decline: a person names the number."""
        return Declined(spot.message)

    examples = (
        Keeps(
            """
            def use(token, now):
                if now - token.created > 30 * 24 * 3600:
                    raise ValueError("the token is too old")
            """,
            because="a product of units of time",
            reports="`30 * 24 * 3600` is 30 days in seconds; a constant such as `MAX_AGE_SECONDS` would say so",
        ),
        Keeps(
            """
            def rename(self, name):
                if len(name) > 500:
                    raise ValueError(f"{name} is longer than 500 characters")
                self.name = name
            """,
            because="the text of the error has the number too",
            reports="`500` is the most that `len(name)` may be; a constant such as `MAX_NAME_LENGTH` would say so",
        ),
        Keeps(
            """
            def book(guests, upload):
                if guests < 10 or guests > 50:
                    raise ValueError("we serve 10 to 50 guests")
                if upload.size > 5 * 1024 * 1024:
                    return {"error": "too large"}, 413
            """,
            because="two bounds of one guard, and an answer with an error",
            reports="`5 * 1024 * 1024` is 5 MiB in bytes; a constant such as `MAX_SIZE` would say so",
        ),
        Keeps(
            """
            def take(rows):
                if len(rows) > 500:
                    rows = rows[:500]
                if len(rows) > 40:
                    raise ValueError("there are too many rows")
                return rows
            """,
            because="the first is no guard, and the text of the second does not depend on the number",
        ),
        Keeps(
            """
            MOST = 500


            def take(rows):
                if len(rows) > MOST:
                    raise ValueError(f"more than {MOST} rows")
            """,
            because="it has a name",
        ),
        Keeps(
            """
            def pair(values):
                if len(values) < 2:
                    raise ValueError("at least 2 values are needed")
                if len(values) != 14:
                    raise ValueError("14 values are needed")
            """,
            because="small numbers are shapes, and so is what is compared by `!=`",
        ),
        Keeps(
            """
            def at(hour, share, port):
                if hour > 23:
                    raise ValueError("hours go from 0 to 23")
                if not 0 <= share <= 100:
                    raise ValueError("a share is between 0 and 100")
                if port > 65535:
                    raise ValueError("the highest port is 65535")
            """,
            because="they never change, and everybody knows them",
        ),
        Keeps(
            """
            def answer(reply):
                if reply.status >= 500:
                    raise OSError(f"status {reply.status}")
                return reply
            """,
            because="the text has another number",
        ),
        Keeps(
            """
            def wait(seconds):
                if seconds > 2 * 5:
                    raise ValueError("too long")
            """,
            because="a product without units",
        ),
        Keeps(
            """
            import sys

            if sys.version_info < (3, 11):
                raise RuntimeError("Python 3.11 is needed")
            """,
            because="a version is no number",
        ),
        Keeps(
            """
            def order(shop):
                if shop.orders > 300:  # fixbot: ignore[magic-number-guard]
                    raise ValueError("more than 300 orders")
            """,
            because="a comment asks to leave it alone",
        ),
    )


def _first_line(module: Module, node: ast.If) -> bytes:
    return module.lines[node.lineno - 1].encode(errors="replace")


def _spot(node: ast.If, found: list[numbers.Guarding]) -> Spot:
    first = found[0]
    says = "; ".join(f"`{one.written}` is {one.means}" for one in found)
    names = " and ".join(f"`{name}`" for name in dict.fromkeys(one.name for one in found))
    several = "constants" if len({one.name for one in found}) > 1 else "a constant"
    told = {one.line for one in found if one.line is not None}
    evidence = [Evidence(first.node.lineno, f"the guard compares with {_listed(found)}")]
    evidence += [Evidence(line, "the text of the error says it a second time") for line in sorted(told)]
    message = f"{says}; {several} such as {names} would say so"
    return Spot(node=node, message=message, evidence=tuple(evidence))


def _listed(found: list[numbers.Guarding]) -> str:
    return " and ".join(f"`{one.written}`" for one in found)
