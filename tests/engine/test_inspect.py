import ast
import re
from collections.abc import Iterator

from fixbot.analysis.module import Module, statements
from fixbot.codemod import Codemod, Declined, Proposal, Spot, cst
from fixbot.engine import inspect, rewrite
from fixbot.model import Broken, Safety, Severity, SourceFile, Untouched
from tests.engine.rewriting import BARE_EXCEPT

HANDLER = "try:\n    a()\nexcept:\n    pass\n"


def prints(text: str, path: str = "a.py") -> list[str]:
    return [finding.fingerprint for finding in inspect(SourceFile(path, text.encode()), [BARE_EXCEPT]).findings]


def test_a_fingerprint_survives_code_moving_up_and_down() -> None:
    assert prints(HANDLER) == prints("import os\n\n\n# more\n" + HANDLER)


def test_a_fingerprint_survives_new_indentation_of_the_same_function() -> None:
    one = "def f():\n    try:\n        a()\n    except:\n        pass\n"
    other = "def f():\n    if x:\n        try:\n            a()\n        except:\n            pass\n"
    assert prints(one) == prints(other)


def test_equal_handlers_are_told_apart_by_their_order() -> None:
    first, second = prints(HANDLER * 2)
    assert first != second
    assert prints(HANDLER) == [first]


def test_handlers_in_different_functions_differ() -> None:
    text = "def f():\n    try:\n        a()\n    except:\n        pass\n"
    assert prints(text) != prints(text.replace("f()", "g()"))


def test_the_same_handler_in_another_file_differs() -> None:
    assert prints(HANDLER) != prints(HANDLER, "b.py")


def test_another_handler_body_differs() -> None:
    assert prints(HANDLER) != prints(HANDLER.replace("pass", "b()"))


def test_a_file_without_the_pattern_is_not_parsed() -> None:
    inspection = inspect(SourceFile("a.py", b"this is not python"), [BARE_EXCEPT])
    assert not inspection.parsed
    assert inspection.skipped is None


def test_a_file_that_does_not_parse_is_skipped_with_its_line() -> None:
    skipped = inspect(SourceFile("a.py", b"x = 1\nexcept:\n"), [BARE_EXCEPT]).skipped
    assert skipped is not None
    assert (skipped.reason, skipped.detail[:7]) == ("unparsable", "line 2:")


def test_a_file_that_is_not_utf_8_is_skipped_with_its_line() -> None:
    skipped = inspect(SourceFile("a.py", b"x = 1\ny = '\xe9'\ntry: a()\nexcept: pass\n"), [BARE_EXCEPT]).skipped
    assert skipped is not None
    assert (skipped.reason, skipped.detail[:7]) == ("undecodable", "line 2:")


def test_a_file_with_an_unknown_encoding_is_skipped() -> None:
    skipped = inspect(SourceFile("a.py", b"# coding: klingon\nexcept:\n"), [BARE_EXCEPT]).skipped
    assert skipped is not None
    assert skipped.reason == "undecodable"


def test_findings_come_in_the_order_of_lines_with_columns_in_characters() -> None:
    text = 'x = "ü"\ndef f():\n    try:\n        a("é")\n    except:\n        pass\n' + HANDLER
    found = inspect(SourceFile("a.py", text.encode()), [BARE_EXCEPT]).findings
    assert [(one.line, one.column, one.end_line, one.qualname) for one in found] == [
        (5, 5, 6, "f"),
        (9, 1, 10, "<module>"),
    ]


def test_a_method_is_named_with_its_class() -> None:
    text = (
        "class A:\n    async def f(self):\n        def g():\n            try:\n"
        "                a()\n            except:\n                pass\n"
    )
    (found,) = inspect(SourceFile("a.py", text.encode()), [BARE_EXCEPT]).findings
    assert found.qualname == "A.f.g"


class Crashing(Codemod):
    """Raise in `find` or `fix`."""

    severity = Severity.LOW
    pattern = re.compile(rb"pass")

    def find(self, module: Module) -> Iterator[Spot]:
        if "now" in module.text:
            message = "a codemod's own fault"
            raise RuntimeError(message)
        for node, _ in statements(module.tree):
            if isinstance(node, ast.Pass):
                yield Spot(node=node, message="pass")

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:

        del spot, node
        message = "another fault"
        raise ZeroDivisionError(message)


def test_a_codemod_that_crashes_while_finding_is_reported_as_broken() -> None:
    inspection = inspect(SourceFile("a.py", b"pass  # now\n"), [Crashing(), BARE_EXCEPT])
    assert [broken.codemod for broken in inspection.broken] == ["crashing"]
    assert "a codemod's own fault" in inspection.broken[0].trace
    outcome = rewrite(SourceFile("a.py", b"pass  # now\n"), Crashing())
    assert isinstance(outcome, Broken)


def test_a_codemod_that_crashes_while_fixing_is_reported_as_broken() -> None:
    outcome = rewrite(SourceFile("a.py", b"def f():\n    pass\n"), Crashing())
    assert isinstance(outcome, Broken)
    assert "ZeroDivisionError" in outcome.trace


def test_a_file_that_parses_and_does_not_compile_is_left_alone_and_nobody_has_broken() -> None:
    text = "try:\n    int(x)\nexcept:\n    pass\nexcept KeyError:\n    pass\n"
    outcome = rewrite(SourceFile("a.py", text.encode()), BARE_EXCEPT)
    assert isinstance(outcome, Untouched)
    assert outcome.reason == "does not compile as it stands: line 3: default 'except:' must be last"
    assert outcome.findings


class Boasting(Crashing):
    """Call safe what needs a person."""

    def find(self, module: Module) -> Iterator[Spot]:
        yield Spot(node=module.tree.body[0], message="pass", safety=Safety.SAFE)


class Honest(Boasting):
    """Say that it may be safe."""

    def tamest(self) -> Safety:
        return Safety.SAFE


def test_what_is_called_tamer_than_the_codemod_says_it_can_be_is_the_codemod_s_fault() -> None:
    (broken,) = inspect(SourceFile("a.py", b"pass\n"), [Boasting()]).broken
    assert "boasting finds what is safe, and its `tamest` says review" in broken.trace
    (found,) = inspect(SourceFile("a.py", b"pass\n"), [Honest()]).findings
    assert found.safety is Safety.SAFE


class Declining(Crashing):
    """Never rewrite."""

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:

        del spot, node
        return Declined("it is fine as it is")


def test_what_a_codemod_declines_leaves_the_file_untouched() -> None:
    outcome = rewrite(SourceFile("a.py", b"def f():\n    pass\n"), Declining())
    assert isinstance(outcome, Untouched)


class Restless(Crashing):
    """Count up each number that stands alone."""

    pattern = re.compile(rb"\d")

    def find(self, module: Module) -> Iterator[Spot]:
        for node, _ in statements(module.tree):
            if isinstance(node, ast.Expr):
                yield Spot(node=node, message="a number")

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:

        del spot
        assert isinstance(node, cst.Expr)
        assert isinstance(node.value, cst.Integer)
        return Proposal(cst.Expr(cst.Integer(str(int(node.value.value) + 1))))


def test_a_codemod_that_never_settles_is_refused() -> None:
    outcome = rewrite(SourceFile("a.py", b"1\n"), Restless())
    assert isinstance(outcome, Untouched)
    assert "does not settle in 10 passes" in outcome.reason


def test_a_spot_that_shares_its_line_from_the_start_of_the_file_is_refused() -> None:
    outcome = rewrite(SourceFile("a.py", b"x = 1; 2\n"), Restless())
    assert isinstance(outcome, Untouched)
    assert outcome.reason == "line 1 shares its lines with another statement"


def test_new_text_that_the_encoding_has_no_bytes_for_is_refused() -> None:
    class Foreign(Crashing):
        """Turn `pass` into a word that Latin 1 cannot write."""

        def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:

            del spot, node
            return Proposal(cst.Expr(cst.SimpleString('"→"')))

    outcome = rewrite(SourceFile("a.py", b"# coding: latin-1\npass\n"), Foreign())
    assert isinstance(outcome, Untouched)
    assert "latin" in outcome.reason or "iso-8859-1" in outcome.reason
