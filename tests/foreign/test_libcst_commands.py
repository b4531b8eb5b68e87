from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot.codemod import Safety, Severity
from fixbot.errors import OperatorError
from fixbot.examine import Orders
from tests.foreign.others import FSTRING, STRIPPED, after, folder, one, reasons, tried

if TYPE_CHECKING:
    from pathlib import Path

HELLO = "def hello(name):\n    # kept\n    return 'hello {}'.format(name)\n"
TWICE = f"{HELLO}\n\ndef bye(name):\n    return 'bye {{}}'.format(name)\n"


def test_a_command_of_libcsts_own_is_applied(tmp_path: Path) -> None:
    codemod = one(folder(tmp_path, to_fstring=FSTRING), "format-to-fstring")
    done = tried(codemod, {"a.py": HELLO, "b.py": "x = 1\n"})
    assert after(done) == {"a.py": "def hello(name):\n    # kept\n    return f'hello {name}'\n"}
    (finding,) = done.report.findings
    assert (finding.line, finding.qualname, finding.severity) == (3, "hello", Severity.LOW)
    assert finding.evidence[0].says == "becomes `return f'hello {name}'`"


def test_an_import_that_a_command_adds_comes_along(tmp_path: Path) -> None:
    codemod = one(folder(tmp_path, strip=STRIPPED), "strip-strings")
    done = tried(codemod, {"a.py": 'x: "int" = 1\n\n\ndef f(y: "str") -> None: ...\n'})
    became = after(done)["a.py"]
    assert became.startswith("from __future__ import annotations\n")
    assert "def f(y: str)" in became


def test_each_place_is_a_finding_and_a_file_is_done_whole(tmp_path: Path) -> None:
    codemod = one(folder(tmp_path, to_fstring=FSTRING), "format-to-fstring")
    done = tried(codemod, {"a.py": TWICE})
    first, second = done.report.findings
    assert (first.qualname, second.qualname) == ("hello", "bye")
    apart = tried(codemod, {"a.py": TWICE}, Orders((), each=True, apart=True))
    (change,) = apart.changes
    assert change.findings == (first, second)
    left = tried(codemod, {"a.py": TWICE}, Orders((), left={second.fingerprint: "declined"}, apart=True))
    assert (after(left), reasons(left)) == ({}, ["declined", "declined"])
    moved = tried(codemod, {"a.py": TWICE}, Orders((), lanes={first.fingerprint: "fixbot/x/all"}, apart=True))
    assert [(change.lane, len(change.findings)) for change in moved.changes] == [("fixbot/x/all", 2)]
    assert Orders((codemod,)).together({"a": "a"}).lanes == {}


def test_a_file_of_which_only_a_part_is_asked_for_stays(tmp_path: Path) -> None:
    from fixbot.model import Place, Scope  # noqa: PLC0415 - this test alone needs them

    codemod = one(folder(tmp_path, to_fstring=FSTRING), "format-to-fstring")
    done = tried(codemod, {"a.py": TWICE}, Orders((), scope=Scope((Place("a.py", 3),)), apart=True))
    assert after(done) == {}
    assert reasons(done) == ["a.py:7 has to change with it, and is not to be rewritten here"]


def test_what_ruff_objects_to_is_refused_once_for_each_place(tmp_path: Path) -> None:
    text = '''
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class LoseNames(VisitorBasedCodemodCommand):
    """Forget names."""

    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value="unknown") if updated_node.value == "name" else updated_node

    def leave_Param(self, original_node, updated_node):
        return original_node
'''
    done = tried(one(folder(tmp_path, lose=text), "lose-names"), {"a.py": TWICE})
    assert after(done) == {}
    assert [because.partition(":")[0] for because in reasons(done)] == ["ruff finds something new"] * 2


def test_a_command_that_does_not_settle_is_refused(tmp_path: Path) -> None:
    text = '''
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class CountUp(VisitorBasedCodemodCommand):
    """Count up."""

    def leave_Integer(self, original_node, updated_node):
        return updated_node.with_changes(value=str(int(updated_node.value) + 1))
'''
    done = tried(one(folder(tmp_path, count=text), "count-up"), {"a.py": "x = 1\n"})
    assert reasons(done) == ["does not settle: 1 findings after the rewrite, 0 expected"]


def test_a_command_that_raises_is_broken_on_that_file_alone(tmp_path: Path) -> None:
    text = '''
from libcst.codemod import SkipFile, VisitorBasedCodemodCommand


class Picky(VisitorBasedCodemodCommand):
    """Write one."""

    safety = "safe"

    def leave_Integer(self, original_node, updated_node):
        if updated_node.value == "3":
            raise KeyError("three")
        if updated_node.value == "4":
            raise SkipFile("not here")
        return updated_node.with_changes(value="1")
'''
    files = {"a.py": "x = 3\n", "b.py": "x = 4\n", "c.py": "x = 2\n"}
    done = tried(one(folder(tmp_path, picky=text), "picky"), files, Orders((), apart=True))
    assert [(broken.path, broken.codemod) for broken in done.report.broken] == [("a.py", "picky")]
    assert after(done) == {"c.py": "x = 1\n"}
    assert done.changes[0].safety is Safety.SAFE


def test_arguments_reach_a_command(tmp_path: Path) -> None:
    text = FSTRING + '    arguments = {"allow_await": True}\n'
    source = "async def f(x):\n    return '{}'.format(await x)\n"
    plain = tried(one(folder(tmp_path / "1", to_fstring=FSTRING), "format-to-fstring"), {"a.py": source})
    more = tried(one(folder(tmp_path / "2", to_fstring=text), "format-to-fstring"), {"a.py": source})
    assert after(plain) == {}
    assert after(more) == {"a.py": "async def f(x):\n    return f'{await x}'\n"}


def test_a_command_that_needs_a_whole_repository_is_an_operators_mistake(tmp_path: Path) -> None:
    text = '''
from libcst.codemod import VisitorBasedCodemodCommand
from libcst.metadata import TypeInferenceProvider


class Typed(VisitorBasedCodemodCommand):
    """Use types."""

    METADATA_DEPENDENCIES = (TypeInferenceProvider,)
'''
    with pytest.raises(OperatorError, match=r"typed\.py:6: Typed needs TypeInferenceProvider"):
        one(folder(tmp_path, typed=text), "typed")


UNUSED = '''
from libcst.codemod.commands.remove_unused_imports import RemoveUnusedImportsCommand


class UnusedImports(RemoveUnusedImportsCommand):
    """Import what is used."""
'''
PLACED = '''
from libcst.codemod import VisitorBasedCodemodCommand


class SayPlaces(VisitorBasedCodemodCommand):
    """Say where a file is."""

    def leave_SimpleString(self, original_node, updated_node):
        context = self.context
        return updated_node.with_changes(value=repr(f"{context.full_module_name} in {context.full_package_name}"))
'''


def test_relative_imports_that_nothing_uses_are_removed_by_libcsts_own_command(tmp_path: Path) -> None:
    files = {
        "src/shop/__init__.py": "from .stock import restock, sold\n\nrestock()\n",
        "src/shop/stock.py": "def restock(): ...\n\n\ndef sold(): ...\n",
        "src/shop/till/__init__.py": "",
        "src/shop/till/notes.py": "from .coins import Coin\nfrom ..stock import restock, sold as gone\n\nrestock()\n",
        "src/shop/till/coins.py": "class Coin: ...\n",
    }
    done = tried(one(folder(tmp_path, unused=UNUSED), "unused-imports"), files)
    assert [broken.trace for broken in done.report.broken] == []
    assert after(done) == {
        "src/shop/__init__.py": "from .stock import restock\n\nrestock()\n",
        "src/shop/till/notes.py": "from ..stock import restock\n\nrestock()\n",
    }


@pytest.mark.parametrize(
    ("path", "head", "place"),
    [
        ("src/shop/stock.py", "", "shop.stock in shop"),
        ("src/shop/__init__.py", "from . import stock\n", "shop in shop"),
        ("src/shop/till/coins.py", "", "shop.till.coins in shop.till"),
        ("tools/tidy.py", "", "tidy in "),
        ("lib/plain/deep/notes.py", "from ..other import x\n", "plain.deep.notes in plain.deep"),
        ("lib/plain/deep/notes.py", "from ...other import x\n", "lib.plain.deep.notes in lib.plain.deep"),
        ("setup.py", "", "setup in "),
    ],
)
def test_a_command_is_told_which_module_of_which_package_a_file_is(
    tmp_path: Path, path: str, head: str, place: str
) -> None:
    packages = dict.fromkeys(("src/shop/__init__.py", "src/shop/stock.py"), "")
    files = packages | {path: f"{head}x = 'nowhere'\n"}
    done = tried(one(folder(tmp_path, placed=PLACED), "say-places"), files)
    assert after(done) == {path: f"{head}x = '{place}'\n"}


def test_a_file_of_no_known_package_is_passed_over_where_a_command_needs_to_know(tmp_path: Path) -> None:
    files = {
        "__init__.py": "",
        "coins.py": "from .notes import other, used\n\nused()\n",
        "notes.py": "import os\n\nx = 1\n",
    }
    done = tried(one(folder(tmp_path, unused=UNUSED), "unused-imports"), files)
    assert done.report.broken == ()
    assert [(skip.path, skip.reason) for skip in done.report.skipped] == [("coins.py", "unparsable")]
    assert after(done) == {"notes.py": "x = 1\n"}
