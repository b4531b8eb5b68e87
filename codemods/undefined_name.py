"""The codemod `undefined-name`; long, because this file is also its documentation and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixbot.codemod import (
    Corpus,
    Declined,
    Dismissed,
    Fixes,
    Keeps,
    Place,
    ProjectCodemod,
    Proposal,
    Safety,
    Severity,
    Site,
    cst,
    misnamed,
)


class UndefinedName(ProjectCodemod):
    """Read names that are something.

    A name that nothing binds raises `NameError` when the line that reads it runs. Such lines are often those that
    hardly ever run: the handler of an error, the last attempt. The finding says how the name came to be nothing, and
    where a name like it is something: an import that other files have, an attribute, a parameter of another function.
    All places in one function that read the name are one finding.

    Left alone: names of files with `from … import *`, or that `exec` or `globals()` may put there; names that the file
    looks for before (`except NameError`, `in globals()`, a condition on the version of Python); builtins of any
    version, and those that a file of the project makes builtins; names that an earlier round of a loop may bind; names
    that a notebook or SCons gives; what a function reads that is deleted around it; annotations below `no_type_check`;
    lines with `noqa: F821` or a like comment.

    Safety: `manual`, but for names that are misspelt: where one name that can be read there differs by a letter or two,
    surely has a value, and is used in the same way, that is written for a person to agree. Where two names are like it,
    where they differ by a number, a capital or an underscore, or where the name is one elsewhere in the project, a
    person has to say.
    """

    severity = Severity.HIGH
    safety = Safety.REVIEW
    synonyms = (
        "undefined variable",
        "undefined import",
        "undefined name",
        "variable name bug",
        "variable name mismatch",
        "not defined",
        "NameError",
        "E0602",
        "reportUndefinedVariable",
    )
    pattern = re.compile(rb"\w")
    answers = frozenset({"F821"})
    references = (
        "https://docs.python.org/3/reference/executionmodel.html#resolution-of-names",
        "https://docs.astral.sh/ruff/rules/undefined-name/",
    )

    def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
        """Yield every name that is nothing where it is read, and every one that only seems to be."""
        yield from misnamed.survey(corpus)

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        """Write the name that was meant."""
        return misnamed.edit(place, node)

    examples = (
        Fixes(
            """
            def fetch(call, most):
                attempts = 0
                while True:
                    attempts += 1
                    try:
                        if attempts >= most:
                            break
                        return call()
                    except OSError:
                        if attempt >= most:
                            raise
                        print("attempt", attempt)
            """,
            """
            def fetch(call, most):
                attempts = 0
                while True:
                    attempts += 1
                    try:
                        if attempts >= most:
                            break
                        return call()
                    except OSError:
                        if attempts >= most:
                            raise
                        print("attempt", attempts)
            """,
            because="the same comparison stands there with the right name",
        ),
        Fixes(
            """
            def total(prices, discount):
                found = sum(prices)
                return found - discuont * found  # in cents
            """,
            """
            def total(prices, discount):
                found = sum(prices)
                return found - discount * found  # in cents
            """,
            because="two letters of a parameter are swapped",
        ),
        Fixes(
            """
            def show(rows):
                pritn(tabluar(rows))


            def tabular(rows):
                return "\\n".join(rows)
            """,
            """
            def show(rows):
                print(tabular(rows))


            def tabular(rows):
                return "\\n".join(rows)
            """,
            because="a builtin and a function that are called",
        ),
        Keeps(
            """
            def settle(rows):
                for entry in rows:
                    print(row.amount)
            """,
            because="a name that is like nothing else",
            reports="nothing binds `row` here: reading it raises `NameError`",
        ),
        Keeps(
            """
            from datetime import UTC, datetime


            def today():
                return _dt.datetime.now(UTC).date()
            """,
            because="what is meant is there under another name",
            reports="`datetime` itself is imported here",
        ),
        Keeps(
            """
            def first(call, base_delay):
                return call(base_delay)


            def second(call):
                return call(base_delay * 2)
            """,
            because="another function takes the parameter",
            reports="`first` takes a `base_delay`, `second` does not",
        ),
        Keeps(
            """
            def check(items):
                for it in items:
                    print(item)
            """,
            because="one of many is not the many",
            reports="one of them is many and the other is one",
        ),
        Keeps(
            """
            def area(width_1, width_2):
                return width_3 * 2
            """,
            because="several names are like it",
            reports="several names are like it",
        ),
        Keeps(
            """
            def area(width_1, height):
                return height * width_2
            """,
            because="a number makes two names",
            reports="that may be another name",
        ),
        Keeps(
            """
            def load(path):
                try:
                    return open(path)
                except OSError as error:
                    print(error)
                raise LookupError(path) from error
            """,
            because="a clause takes its name along",
            reports="its `except` clause is over",
        ),
        Keeps(
            """
            class Shop:
                rate = 2

                def __init__(self):
                    self.prices = {}

                def price(self, name):
                    return prices[name] * rate
            """,
            because="an attribute is no name",
            reports="objects of `Shop` have it: `self.prices`",
        ),
        Keeps(
            {
                "shop/models.py": "class Basket:\n    pass\n",
                "shop/till.py": "from shop.models import Basket\n\n\nprint(Basket())\n",
                "shop/door.py": "def enter():\n    return Basket()\n",
            },
            because="other files import it",
            reports="another file has `from shop.models import Basket` (shop/till.py:1)",
        ),
        Keeps(
            """
            from shapes import *

            print(Circle(2))
            """,
            because="nobody can tell what a star brings",
        ),
        Keeps(
            """
            try:
                text = unicode
            except NameError:
                text = str
            """,
            because="the name is tried",
        ),
        Keeps(
            """
            import sys

            if sys.version_info[0] < 3:
                text = unicode
            else:
                text = str
            plain = basestring if sys.version_info < (3,) else str
            """,
            because="Python 3 never gets there",
        ),
        Keeps(
            """
            NAMES = ["red", "green"]
            globals().update({name: name.upper() for name in NAMES})
            print(red)
            """,
            because="the module is given names in other ways",
        ),
        Keeps(
            """
            if "profile" not in globals():
                print("no profiler")
            else:
                profile(print)
            """,
            because="the file looks for it first",
        ),
        Keeps(
            """
            def entries(lines):
                for line in lines:
                    if line.startswith(" "):
                        line = before + line
                    if line.endswith("+"):
                        before = line[:-1]
                        continue
                    yield line


            def smallest(edges, slack):
                best = None
                for edge in edges:
                    if best is None or slack(edge) < least:
                        best, least = edge, slack(edge)
                return best
            """,
            because="an earlier round of the loop binds the name",
        ),
        Keeps(
            """
            def total(prices):
                for price in prices:
                    found = found + price
                return found
            """,
            because="no round before the first one has bound it",
            reports="nothing binds `found` here",
        ),
        Keeps(
            {
                "start.py": "import builtins\n\nbuiltins.trace = print\n",
                "work.py": "def work():\n    trace('working')\n",
            },
            because="a file of the project makes it a builtin",
        ),
        Keeps(
            """
            from __future__ import annotations

            from typing import TYPE_CHECKING, Literal

            if TYPE_CHECKING:
                from shop import Basket


            class Till:
                mode: Literal["open", "shut"]
                following: Till

                def take(self, basket: Basket, other: "Later") -> Later:
                    return other

                def name(self):
                    return __class__.__name__, __file__


            class Later:
                print(__qualname__)
                values = [1, 2]
                doubled = [2 * value for value in values]
            """,
            because="annotations may name what comes later, and Python gives some names itself",
        ),
        Keeps(
            """
            def count(rows):
                global seen
                seen = len(rows)


            def tell():
                if (last := seen - 1) > 0:
                    print(last)
                match last:
                    case [first, *others]:
                        return first, others
                    case {"a": value, **more}:
                        return value, more
            """,
            because="`global`, `:=` and `case` bind names",
        ),
        Keeps(
            """
            def work(rows):
                try:
                    return len(rows)
                finally:
                    undefined_on_purpose  # noqa: F821 - a test of the tracer
            """,
            because="a comment says that it is known",
        ),
    )
