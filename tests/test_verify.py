import ast
import re
from collections.abc import Iterator

import pytest

from fixbot.analysis.compiling import compile_error
from fixbot.analysis.module import Module, statements
from fixbot.attempt import attempt
from fixbot.codemod import Codemod, Declined, Proposal, Safety, Spot, cst
from fixbot.engine import inspect, survey, whole
from fixbot.model import Diagnostic, Passed, Refused, Rewrite, Severity, SourceFile
from fixbot.verify import climb, lint_news, verify
from tests.codemod.renamed_functions import RenamedFunctions
from tests.engine.rewriting import BARE_EXCEPT

BEFORE = "def f(a):\n    try:\n        a()  # why\n    except:\n        raise\n"
AFTER = BEFORE.replace("except:", "except BaseException:")


def made(before: str | bytes, after: str | bytes) -> Rewrite:
    """Return a rewrite that claims to remove every finding."""
    was, now = (text.encode() if isinstance(text, str) else text for text in (before, after))
    return Rewrite("a.py", was, now, inspect(SourceFile("a.py", was), [BARE_EXCEPT]).findings)


def because(before: str | bytes, after: str | bytes) -> str:
    return climb(made(before, after), BARE_EXCEPT, Safety.REVIEW) or "nothing"


def test_a_good_rewrite_climbs_every_rung() -> None:
    assert because(BEFORE, AFTER) == "nothing"
    assert verify(made(BEFORE, AFTER), BARE_EXCEPT, (), ()) == Passed(made(BEFORE, AFTER))


def test_a_byte_order_mark_that_goes_is_refused() -> None:
    assert because(b"\xef\xbb\xbf" + BEFORE.encode(), AFTER).startswith("its encoding changes")


def test_another_encoding_is_refused() -> None:
    head = "# coding: latin-1\n"
    assert because(head + BEFORE, "# coding: utf-8\n" + AFTER) == "its encoding changes from iso-8859-1 to utf-8"


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends_are_refused(end: str) -> None:
    assert because(BEFORE, AFTER.replace("\n", end)) == "its line ends change"
    assert because(BEFORE.replace("\n", end), AFTER) == "its line ends change"


def test_one_line_end_of_another_kind_is_refused() -> None:
    assert because(BEFORE, AFTER.replace("Exception:\n", "Exception:\r\n")) == "its line ends change"


def test_what_does_not_parse_is_refused_with_the_line() -> None:
    assert because(BEFORE, AFTER.replace("def f", "def 1")).startswith("does not parse: line 1: ")


def test_what_did_not_parse_before_is_refused() -> None:
    rewrite = Rewrite("a.py", b"def f(:\n", b"x = 1\n", ())
    assert (climb(rewrite, BARE_EXCEPT, Safety.REVIEW) or "").startswith("did not parse before: line 1")


def test_what_does_not_compile_is_refused_with_the_line() -> None:
    assert because(BEFORE, AFTER + "return 1\n").startswith("does not compile: line 6: 'return' outside function")


def test_what_did_not_compile_before_is_refused_in_other_words() -> None:
    assert because(BEFORE + "return 1\n", AFTER + "return 1\n").startswith("does not compile as it stands: line 6")


def test_a_finding_that_is_still_there_is_refused() -> None:
    assert because(BEFORE, BEFORE + "\n") == "does not settle: 1 findings after the rewrite, 0 expected"


def test_a_new_finding_is_refused() -> None:
    extra = AFTER + "def g(a):\n    try: a()\n    except: raise\n"
    assert because(BEFORE, extra) == "does not settle: 1 findings after the rewrite, 0 expected"


def test_more_findings_gone_than_claimed_is_refused() -> None:
    rewrite = Rewrite("a.py", BEFORE.encode(), AFTER.encode(), ())
    assert climb(rewrite, BARE_EXCEPT, Safety.REVIEW) == "does not settle: 0 findings after the rewrite, 1 expected"


def test_a_change_outside_every_finding_is_refused_with_its_line() -> None:
    assert because(BEFORE, AFTER.replace("def f(a)", "def f(b)")) == "line 1 changes, outside every finding"
    assert because(BEFORE, AFTER + "x()\n") == "line 6 changes, outside every finding"
    assert because("x = 1\n" + BEFORE, "x = 2\n" + AFTER) == "line 1 changes, outside every finding"


def test_a_line_that_goes_outside_every_finding_is_refused() -> None:
    assert because("x()\n" + BEFORE, AFTER) == "line 1 changes, outside every finding"


def test_imports_and_set_up_may_be_put_in_anywhere() -> None:
    assert because(BEFORE, "import os\n\nx = os\n\n" + AFTER) == "nothing"


def test_a_comment_that_goes_is_refused() -> None:
    before = BEFORE.replace("raise", "raise  # keep this")
    assert because(before, AFTER) == "loses '#', 'keep', 'this'"


def test_a_token_that_goes_is_refused() -> None:
    before = BEFORE.replace("raise", "a.close(); raise")
    assert because(before, AFTER) == "loses '(', ')', '.', ';', 'a', 'close'"


def test_tokens_that_the_codemod_may_drop_may_go() -> None:
    before = BEFORE.replace("raise", "pass")
    assert because(before, AFTER.replace("raise", "x = 1").replace("Base", "")) == "nothing"


def said(*codes: str, message: str = "says so", line: int = 1) -> list[Diagnostic]:
    return [Diagnostic(code, message, line) for code in codes]


def news(before: list[Diagnostic], after: list[Diagnostic], rewritten: int = 1) -> list[str]:
    return [found.code for found in lint_news(BARE_EXCEPT, before, after, rewritten)]


def test_what_the_linter_said_before_is_no_news() -> None:
    assert news(said("E501", "F401"), said("F401", "E501")) == []


def test_what_moved_to_another_line_is_no_news() -> None:
    assert news(said("E501", line=3), said("E501", line=9)) == []


def test_figures_in_a_message_do_not_make_it_news() -> None:
    assert news(said("E501", message="too long (130 > 120)"), said("E501", message="too long (131 > 120)")) == []


def test_a_second_complaint_of_the_same_kind_is_news() -> None:
    assert news(said("E501"), said("E501", "E501")) == ["E501"]


def test_a_rule_or_a_name_that_is_new_is_news() -> None:
    assert news(said("E722"), said("F821")) == ["F821"]
    assert news(said("F821", message="undefined a"), said("F821", message="undefined b")) == ["F821"]


def test_the_same_smell_in_other_words_is_no_news_as_often_as_it_is_gone() -> None:
    assert news(said("E722"), said("BLE001")) == []
    assert news(said("E722"), said("BLE001", "BLE001")) == ["BLE001"]
    assert news(said("E722", "S110"), said("BLE001", "SIM105")) == []


def test_of_complaints_that_say_the_same_the_one_on_a_new_line_is_named() -> None:
    before, after = "x = 1\ny = 2\nz = 3\n", "x = 1\nnew = 0\nlonger = 2\nz = 3\n"
    old, new = said("E501", line=3), [*said("E501", line=3), *said("E501", line=4)]
    verdict = verify(made(before, after), BARE_EXCEPT, old, new)
    assert isinstance(verdict, Refused)
    assert "(line 3)" in verdict.because


def test_a_successor_without_anything_gone_is_news() -> None:
    assert news(said("E722"), said("E722", "BLE001")) == ["BLE001"]
    assert news([], said("BLE001"), rewritten=0) == ["BLE001"]


def test_a_successor_is_no_news_where_a_project_ignores_what_it_succeeds() -> None:
    assert news([], said("BLE001"), rewritten=1) == []


def test_the_same_complaint_with_other_advice_is_no_news() -> None:
    before = said("F401", message="`x` imported but unused")
    after = said("F401", message="`x` imported but unused; consider using `importlib.util.find_spec`")
    assert news(before, after) == []


def test_what_the_linter_finds_anew_refuses_the_rewrite_and_is_told() -> None:
    verdict = verify(made(BEFORE, AFTER), BARE_EXCEPT, said("E722"), said("F821", message="undefined x", line=4) * 5)
    assert isinstance(verdict, Refused)
    assert verdict.because.startswith("ruff finds something new: F821 undefined x (line 4); F821")
    assert verdict.because.count("F821") == 3


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"x = 1\n", None),
        (b"def f(:\n", "line 1"),
        (b"return\n", "line 1: 'return' outside function"),
        (b"x = '\x00'\n", "null bytes"),
        (b"x = " + b"-" * 100_000 + b"1\n", ""),
        (b'"\\d"\n', None),
    ],
)
def test_whether_python_compiles_a_file_is_told(content: bytes, because: str | None) -> None:
    found = compile_error(content)
    assert (found is None) is (because is None)
    assert (because or "") in (found or "")


class Numbers(Codemod):
    """Turn each number that stands alone into a name, for tests of what is refused."""

    severity = Severity.LOW
    pattern = re.compile(rb"\d")
    drops = frozenset("123456789")

    def find(self, module: Module) -> Iterator[Spot]:
        for node, _ in statements(module.tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                yield Spot(node=node, message="a number", plan=node.value.value)

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:
        del node
        if spot.plan == 3:
            return Declined("three is a good number")
        words = {1: "one", 2: "two", 4: "return", 5: "import"}
        return Proposal(cst.Expr(cst.Name(words[int(str(spot.plan))])))


def tried(text: str, only: frozenset[str] | None = None) -> tuple[str | None, list[tuple[int, str]]]:
    done = attempt(SourceFile("a.py", text.encode()), Numbers(), Safety.REVIEW, only)
    assert done.broken is None
    after = done.rewrite.after.decode() if done.rewrite else None
    return after, sorted((refusal.finding.line, refusal.because) for refusal in done.refused)


def test_findings_that_hold_are_all_rewritten() -> None:
    assert tried("1\n2\n") == ("one\ntwo\n", [])


def test_one_bad_edit_does_not_sink_the_good_ones() -> None:
    after, refused = tried("1\n5\n2\n")
    assert after == "one\n5\ntwo\n"
    assert [line for line, _ in refused] == [2]
    assert refused[0][1].startswith("does not parse: line 2")


def test_several_bad_edits_do_not_sink_the_good_one() -> None:
    after, refused = tried("4\n1\n5\n")
    assert after == "4\none\n5\n"
    assert [line for line, _ in refused] == [1, 3]


def test_a_file_of_which_every_edit_is_bad_stays_as_it_is() -> None:
    after, refused = tried("4\n5\n")
    assert after is None
    assert [line for line, _ in refused] == [1, 2]


def test_a_single_bad_edit_is_refused_once() -> None:
    after, refused = tried("4\n")
    assert after is None
    assert len(refused) == 1


def test_what_the_codemod_declines_is_refused_in_its_words() -> None:
    assert tried("1\n3\n") == ("one\n3\n", [(2, "three is a good number")])


SPREAD = "import time\nimport os\n\n\ndef old():\n    old(1)\n    os.x(2)\n"


def spread(after: str, *spans: tuple[int, int], drops: str = "") -> str:
    """Climb with a rewrite of a codemod that looks at whole projects, in a file that has no finding."""
    rewrite = Rewrite("b.py", SPREAD.encode(), after.encode(), (), spans=spans, drops=tuple(drops.split()))
    return climb(rewrite, RenamedFunctions(), Safety.REVIEW) or "nothing"


def test_lines_outside_of_findings_may_change_where_that_is_said() -> None:
    assert spread(SPREAD.replace("old(1)", "old(1, 2)"), (6, 6)) == "nothing"
    assert spread(SPREAD.replace("old(1)", "old(1, 2)"), (5, 5)) == "line 6 changes, outside every finding"
    assert spread(SPREAD.replace("old(1)", "old(1, 2)")) == "line 6 changes, outside every finding"
    assert spread(SPREAD.replace("    os", "    new()\n    os"), (6, 6)) == "line 7 changes, outside every finding"


def test_words_may_be_lost_as_often_as_it_is_said() -> None:
    renamed = SPREAD.replace("old", "new")
    assert spread(renamed, (5, 6), drops="old old") == "nothing"
    assert spread(renamed, (5, 6), drops="old") == "loses 'old'"
    assert spread(SPREAD.replace("old(1)", "old()"), (5, 6), drops="old") == "loses '1'"


def test_an_import_may_go_where_that_is_said() -> None:
    shorter = SPREAD.replace("import time\n", "")
    assert spread(shorter, (1, 1), drops="import time") == "nothing"
    assert spread(shorter, (1, 1)) == "loses 'import', 'time'"
    assert spread(shorter, drops="import time") == "line 1 changes, outside every finding"
    assert spread(shorter.replace("import os\n", ""), (1, 1), drops="import time").startswith("line 1 changes")


def test_a_blank_line_may_go_with_an_import() -> None:
    before = "import os\n\nimport time\n\nimport x\n"
    rewrite = Rewrite(
        "b.py", before.encode(), b"import os\n\nimport x\n", (), spans=((3, 3),), drops=("import", "time")
    )
    assert climb(rewrite, RenamedFunctions(), Safety.REVIEW) is None


def test_the_lines_of_a_finding_in_another_file_are_no_licence() -> None:
    (found,) = survey(
        whole({"a.py": b"def old():\n    old()\n".replace(b"old", b"old_a")}), RenamedFunctions()
    ).findings
    rewrite = Rewrite("b.py", b"x = 1\n", b"x = 1, 2\n", (found,))
    assert climb(rewrite, RenamedFunctions(), Safety.REVIEW) == "line 1 changes, outside every finding"


OLD_CALL = "def old(a):\n    return a\n\n\ndef keep(b):\n    return b"
KIND = "class Kind:\n    size: int\n"


def put_in(after: str, before: str = OLD_CALL, spans: tuple[tuple[int, int], ...] = ((1, 2),)) -> str:
    rewrite = Rewrite("b.py", before.encode(), after.encode(), (), spans=spans, inserted=(KIND,))
    return climb(rewrite, RenamedFunctions(), Safety.REVIEW) or "nothing"


@pytest.mark.parametrize("written", [KIND, KIND.replace(" int", "  int"), KIND.replace("\n    ", "\n  ")])
def test_a_statement_may_be_put_in_where_that_is_said(written: str) -> None:
    assert put_in(OLD_CALL.replace("def keep", f"{written}\n\ndef keep")) == "nothing"
    assert put_in(f"{OLD_CALL}\n\n\n{written}") == "nothing"


def test_nothing_else_may_be_put_in_along_with_a_statement() -> None:
    assert (
        put_in(OLD_CALL.replace("def keep", f"{KIND}    x()\n\n\ndef keep")) == "line 5 changes, outside every finding"
    )
    assert (
        put_in(OLD_CALL.replace("def keep", f"{KIND}\n\nx()\n\n\ndef keep")) == "line 5 changes, outside every finding"
    )
    assert (
        put_in(OLD_CALL.replace("def keep", f"{KIND}\n\n{KIND}\n\ndef keep")) == "line 5 changes, outside every finding"
    )
    assert put_in(OLD_CALL.replace("def keep(b)", f"{KIND}\n\ndef keep(c)")) == "line 5 changes, outside every finding"


def test_words_that_a_new_statement_has_are_not_lost() -> None:
    before = "def old(a=int):\n    return a\n"
    after = f"{KIND}\n\ndef old(a):\n    return a\n"
    assert put_in(after, before) == "loses '='"


IMPORTS = "import os\nfrom m import b, d\nfrom n import (\n    a,\n)\n\nx = b\n"


def imported(after: str, *spans: tuple[int, int]) -> str:
    rewrite = Rewrite("b.py", IMPORTS.encode(), after.encode(), (), spans=spans)
    return climb(rewrite, RenamedFunctions(), Safety.REVIEW) or "nothing"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import b, d", "import b, c, d"),
        ("import b, d", "import (\n    b,\n    c,\n    d,\n)"),
        ("    a,\n", "    a,\n    b,\n"),
        ("import os", "from o import (\n    p,\n)\nimport os"),
    ],
)
def test_an_import_may_get_more_names(old: str, new: str) -> None:
    assert imported(IMPORTS.replace(old, new)) == "nothing"


def test_an_import_may_not_get_less_or_other_names() -> None:
    assert imported(IMPORTS.replace("import b, d", "import b, c")) == "line 2 changes, outside every finding"
    assert (
        imported(IMPORTS.replace("import b, d", "import b as c, d, b as x")) == "line 2 changes, outside every finding"
    )
    assert imported(IMPORTS.replace("import os", "import os as so")) == "line 1 changes, outside every finding"
    assert (
        imported(IMPORTS.replace("import b, d", "import b, c, d; print()")) == "line 2 changes, outside every finding"
    )
