import ast
import re
from collections.abc import Iterator

import pytest

from fixbot.analysis.module import Module, parse, statements
from fixbot.attempt import attempt
from fixbot.codemod import Codemod, Corpus, Place, Proposal, Safety, Severity, Site, Spot, cst
from fixbot.engine import whole
from fixbot.engine.asides import above, below
from fixbot.joint import attempt_jointly
from fixbot.model import Rewrite, SourceFile
from fixbot.shell import ruff
from tests.engine.dressing import Dressing, dressed

KIND = "class Kind:\n    size: int\n"
OLD = "def old(a):\n    return a\n"
NEW = "def new(a):\n    return a\n"

ABOVE = {
    "alone in the file": (OLD, f"{KIND}\n\n{NEW}"),
    "below imports": (f"import os\n\n\n{OLD}", f"import os\n\n\n{KIND}\n\n{NEW}"),
    "below imports without a gap": (f"import os\n{OLD}", f"import os\n\n\n{KIND}\n\n{NEW}"),
    "below one blank line": (f"x = 1\n\n{OLD}", f"x = 1\n\n\n{KIND}\n\n{NEW}"),
    "below three blank lines": (f"x = 1\n\n\n\n{OLD}", f"x = 1\n\n\n\n{KIND}\n\n{NEW}"),
    "a docstring": (f'"""Doc."""\n\n\n{OLD}', f'"""Doc."""\n\n\n{KIND}\n\n{NEW}'),
    "decorators": (f"x = 1\n\n\n@a\n@b(1)\n{OLD}", f"x = 1\n\n\n{KIND}\n\n@a\n@b(1)\n{NEW}"),
    "comments": (f"x = 1\n\n\n# one\n# two\n{OLD}", f"x = 1\n\n\n{KIND}\n\n# one\n# two\n{NEW}"),
    "a comment further up": (f"# one\n\n# two\n{OLD}", f"# one\n\n\n{KIND}\n\n# two\n{NEW}"),
    "comments that open the file": (f"#!/bin/python\n# coding: utf-8\n{OLD}", None),
    "a string that ends like a comment": (f'x = """\n# no"""\n{OLD}', f'x = """\n# no"""\n\n\n{KIND}\n\n{NEW}'),
    "a method": (
        "x = 1\n\n\nclass A:\n    def old(self):\n        pass\n",
        f"x = 1\n\n\n{KIND}\n\nclass A:\n    def new(self):\n        pass\n",
    ),
    "a function in a condition": (
        f"if x:\n    {OLD.replace('  ', '      ')}",
        f"{KIND}\n\nif x:\n    {NEW.replace('  ', '      ')}",
    ),
}


@pytest.mark.parametrize("case", ABOVE)
def test_a_class_is_put_above_the_outermost_statement(case: str) -> None:
    before, after = ABOVE[case]
    expected = after or f"#!/bin/python\n# coding: utf-8\n\n\n{KIND}\n\n{NEW}"
    assert dressed(before, before=(KIND,)) == expected


BELOW = {
    "at the end": (OLD, f"{NEW}\n\n{KIND}"),
    "at the end without a line end": (OLD.removesuffix("\n"), f"{NEW}\n\n{KIND}".removesuffix("\n")),
    "above another": (f"{OLD}\n\nx = 1\n", f"{NEW}\n\n{KIND}\n\nx = 1\n"),
    "above another without a gap": (f"{OLD}x = 1\n", f"{NEW}\n\n{KIND}\n\nx = 1\n"),
    "above a comment": (f"{OLD}\n# one\nx = 1\n", f"{NEW}\n\n{KIND}\n\n# one\nx = 1\n"),
    "below its last comment": (f"{OLD}    # one\n\nx = 1\n", f"{NEW}    # one\n\n\n{KIND}\n\nx = 1\n"),
    "below a comment without a line end": (f"{OLD}    # one", f"{NEW}    # one\n\n\n{KIND}".removesuffix("\n")),
    "blank lines at the end": (f"{OLD}\n\n", f"{NEW}\n\n{KIND}\n\n"),
}


@pytest.mark.parametrize("case", BELOW)
def test_a_class_is_put_below_the_outermost_statement(case: str) -> None:
    before, after = BELOW[case]
    assert dressed(before, after=(KIND,)) == after


def test_the_same_text_is_put_in_once_above_the_first_that_asks() -> None:
    two = f"{OLD}\n\n{OLD.replace('old', 'old_two')}"
    assert dressed(two, before=(KIND,)) == f"{KIND}\n\n{NEW}\n\n{NEW.replace('new', 'new_two')}"


def test_several_classes_stand_in_the_order_in_which_they_are_given() -> None:
    other = KIND.replace("Kind", "Other")
    assert dressed(f"{OLD}x = 1\n", before=(KIND, other), after=("y = 2",)) == (
        f"{KIND}\n\n{other}\n\n{NEW}\n\ny = 2\n\n\nx = 1\n"
    )


def test_what_is_put_below_one_and_above_the_next_meets_in_the_middle() -> None:
    two = f"{OLD}{OLD.replace('old', 'old_two')}"
    other = KIND.replace("Kind", "Other")
    done = dressed(two, before=(KIND,), after=(other,))
    assert done == f"{KIND}\n\n{NEW}\n\n{other}\n\n{NEW.replace('new', 'new_two')}"


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_the_line_ends_are_those_of_the_file(end: str) -> None:
    after = f"x = 1\n\n\n{KIND}\n\n{NEW}"
    assert dressed(f"x = 1\n{OLD}".replace("\n", end), before=(KIND,)) == after.replace("\n", end)


@pytest.mark.parametrize(("text", "index"), [("x = 1; y = 2\n", 1), ("x = 1; \\\ny = 2\n", 1)])
def test_nothing_is_put_above_what_follows_another_statement_on_its_line(text: str, index: int) -> None:
    module = parsed(text)
    with pytest.raises(ValueError, match="shares its lines with another statement"):
        above(module, module.tree.body[index])
    with pytest.raises(ValueError, match="line 1 shares its lines"):
        below(module, module.tree.body[index - 1])
    assert (above(module, module.tree.body[0]), below(module, module.tree.body[1])) == (1, len(module.lines) + 1)


def parsed(text: str) -> Module:
    module = parse(SourceFile("a.py", text.encode()))
    assert isinstance(module, Module)
    return module


INNER = OLD.replace("  ", "      ")
MODEL = "class Kind(BaseModel):\n    size: int\n"
NEEDS = ("from pydantic import BaseModel",)
TOPS = {
    "nothing": (OLD, f"{NEEDS[0]}\n\n\n{MODEL}\n\n{NEW}"),
    "a docstring": (f'"""Doc."""\n\n{OLD}', f'"""Doc."""\n\n{NEEDS[0]}\n\n\n{MODEL}\n\n{NEW}'),
    "a comment": (f"# one\n{OLD}", f"# one\n\n{NEEDS[0]}\n\n\n{MODEL}\n\n{NEW}"),
    "imports": (f"import os\n\n\n{OLD}", f"import os\n\n{NEEDS[0]}\n\n\n{MODEL}\n\n{NEW}"),
    "the import below": (
        f"import os\n\n\n{OLD}\n\n{NEEDS[0]}\n",
        f"import os\n\n{NEEDS[0]}\n\n\n{MODEL}\n\n{NEW}\n\n{NEEDS[0]}\n",
    ),
    "the import there": (f"{NEEDS[0]}\n\n\n{OLD}", f"{NEEDS[0]}\n\n\n{MODEL}\n\n{NEW}"),
    "a condition among the imports": (
        f"import os\n\nif os:\n    import abc\n\n    {INNER}\nimport zlib\n",
        (
            f"import os\n\n{NEEDS[0]}\n\n\n{MODEL}\n\n"
            f"if os:\n    import abc\n\n    {INNER.replace('old', 'new')}\nimport zlib\n"
        ),
    ),
}


@pytest.mark.parametrize("case", TOPS)
def test_a_class_stands_below_the_imports_that_it_needs(case: str) -> None:
    before, after = TOPS[case]
    assert dressed(before, before=(MODEL,), imports=NEEDS) == after


def test_a_class_below_the_last_statement_stands_below_its_imports_too() -> None:
    assert dressed(f"import os\n\n\n{OLD}", after=(MODEL,), imports=NEEDS) == (
        f"import os\n\n{NEEDS[0]}\n\n\n{NEW}\n\n{MODEL}"
    )


@pytest.mark.parametrize("case", ABOVE)
def test_ruff_finds_nothing_new_in_the_layout(case: str) -> None:
    before = f"import os\n\n\n{OLD}" if ABOVE[case][1] is None else ABOVE[case][0]
    after = dressed(before, before=(MODEL,), imports=NEEDS)
    style = ruff.Style(select=("I", "E3", "W"))
    (opinion,) = ruff.ask([Rewrite("a.py", before.encode(), after.encode(), ())], style)
    known = [found.code for found in opinion.before]
    assert [found for found in opinion.after if found.code not in known] == [], after


def test_a_statement_that_is_no_python_is_refused() -> None:
    assert dressed(OLD, before=("class Kind(:\n    pass\n",)).startswith("a.py: does not parse")


def test_what_stands_above_already_is_not_put_in_again() -> None:
    assert dressed(f"{KIND}\n\n{OLD}", before=(KIND,)) == f"{KIND}\n\n{NEW}"
    assert dressed(f"{OLD}\n\n{KIND}", before=(KIND,)) == f"{KIND}\n\n{NEW}\n\n{KIND}"
    several = f"x = 1\n{KIND}"
    assert dressed(f"{KIND}\n\n{OLD}", before=(several,)) == f"{KIND}\n\n{several}\n\n{NEW}"


class Sleepers(Codemod):
    """Give each handler of nothing a kind."""

    severity = Severity.LOW
    pattern = re.compile(rb"pass")
    drops = frozenset({"pass"})

    def find(self, module: Module) -> Iterator[Spot]:
        """Yield each `pass`."""
        for node, _ in statements(module.tree):
            if isinstance(node, ast.Pass):
                yield Spot(node=node, message="a pass")

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal:
        """Write a name in its place."""
        del spot, node
        return Proposal(cst.Expr(cst.Name("Kind")), NEEDS, before=(MODEL,))


def test_a_codemod_of_single_files_puts_in_statements_too() -> None:
    text = "def f():\n    pass\n\n\ndef g():\n    pass\n"
    codemod = Sleepers()
    done = attempt(SourceFile("a.py", text.encode()), codemod, Safety.REVIEW)
    assert done.rewrite is not None, done.refused
    assert done.rewrite.after.decode() == f"{NEEDS[0]}\n\n\n{MODEL}\n\n{text.replace('pass', 'Kind')}"


class Appending(Dressing):
    """Put statements below the last one of a file, whatever that is."""

    def survey(self, corpus: Corpus) -> Iterator[Site]:
        """Yield the last statement of the file, until the class stands there."""
        file = corpus.file("a.py")
        if file is not None and "Kind" not in file.module.text:
            at = Place.of("a.py", file.module.tree.body[-1])
            yield Site(at=at, message="the last one", places=(at,))

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal:
        """Leave the statement as it is."""
        del place
        return Proposal(node, self.imports, after=self.after)


OTHER = "class A(BaseModel):\n    x: int\n"
LAST = {
    '"""Doc."""\n': f'"""Doc."""\n\n{NEEDS[0]}\n\n\n{MODEL}',
    '"""Doc."""': f'"""Doc."""\n\n{NEEDS[0]}\n\n\n{MODEL}'.removesuffix("\n"),
    "import os\n": f"import os\n\n{NEEDS[0]}\n\n\n{MODEL}",
    "from pydantic import Field": f"from pydantic import BaseModel, Field\n\n\n{MODEL}".removesuffix("\n"),
    "from __future__ import annotations\n": f"from __future__ import annotations\n\n{NEEDS[0]}\n\n\n{MODEL}",
    f"{NEEDS[0]}\n\n\n{OTHER}": f"{NEEDS[0]}\n\n\n{OTHER}\n\n{MODEL}",
    "x: int = 1\n": f"{NEEDS[0]}\n\nx: int = 1\n\n\n{MODEL}",
}


@pytest.mark.parametrize("text", LAST)
def test_a_class_is_put_at_the_end_of_a_module_whatever_is_last_there(text: str) -> None:
    codemod = Appending(after=(MODEL,), imports=NEEDS)
    done = attempt_jointly(whole({"a.py": text.encode()}), codemod, Safety.REVIEW)
    assert [rewrite.after.decode() for rewrite in done.rewrites] == [LAST[text]], done.refused
