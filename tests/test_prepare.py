import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fixbot.analysis.module import Module, statements
from fixbot.codemod import Codemod, Declined, Proposal, Safety, Spot, cst
from fixbot.examine import Orders
from fixbot.model import Severity, Skipped, SourceFile
from fixbot.prepare import Prepared, prepare
from fixbot.scan import scan
from fixbot.shell.ruff import Style
from tests.engine.rewriting import BARE_EXCEPT

HANDLER = "def f(a):\n    try:\n        a()\n    except:\n        pass\n"


def prepared(
    *texts: str, codemod: Codemod = BARE_EXCEPT, style: Style | None = None, orders: Orders | None = None
) -> Prepared:
    sources = [SourceFile(f"m{number}.py", text.encode()) for number, text in enumerate(texts)]
    return prepare(sources, orders or Orders((codemod,)), jobs=1, style=style or Style())


def after(done: Prepared) -> dict[str, str]:
    return {rewrite.path: rewrite.after.decode() for change in done.changes for rewrite in change.rewrites}


def is_formatted(text: str, *options: str) -> bool:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "--check", *options, "-"]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=False).returncode == 0


def test_a_formatted_file_stays_formatted() -> None:
    before = f'"""Doc."""\n\nimport os\n\n\n{HANDLER}\n\nprint(os)\n'
    assert is_formatted(before)
    text = after(prepared(before))["m0.py"]
    assert is_formatted(text), text


def test_a_formatted_file_stays_formatted_in_its_own_line_length() -> None:
    call = "hub.broadcast_to_everybody_who_listens"
    before = f"def a_function_of_mine(hub):\n    try:\n        {call}()\n    except:\n        pass\n"
    text = after(prepared(before, style=Style(line_length=120)))["m0.py"]
    assert is_formatted(text, "--line-length", "120"), text


def test_an_unformatted_file_is_untouched_elsewhere() -> None:
    before = "x = [ 1,2 ]\n" + HANDLER.replace("f(a)", "f( a )") + "y=( 1 )\n"
    text = after(prepared(before))["m0.py"]
    assert text.endswith("y=( 1 )\n")
    assert "x = [ 1,2 ]\ndef f( a ):\n    try:\n        a()\n    except Exception:\n" in text


def test_a_rule_of_the_project_that_does_not_exist_does_not_break_the_run() -> None:
    done = prepared(HANDLER, style=Style(select=("E722", "ZZZ999")))
    assert list(after(done)) == ["m0.py"]


def test_the_project_s_ruff_settings_on_disk_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ruff.toml").write_text("this is no toml")
    monkeypatch.chdir(tmp_path)
    assert list(after(prepared(HANDLER))) == ["m0.py"]


def test_nothing_is_asked_of_ruff_where_nothing_is_rewritten() -> None:
    done = prepared("x = 1\n")
    assert done.changes == ()
    assert (done.report.files, done.report.parsed) == (1, 0)


def test_what_is_never_rewritten_is_refused_in_its_own_words() -> None:
    done = prepared("def f():\n    try:\n        input()\n    except:\n        pass\n")
    assert done.changes == ()
    (refusal,) = done.refused
    assert "waits for a person" in refusal.because


def test_files_that_are_skipped_are_named_in_order() -> None:
    sources: list[SourceFile | Skipped] = [
        Skipped("z.py", "too big", "2 MB"),
        SourceFile("b.py", b"except:\n"),
        SourceFile("a.py", b"x = 1\n"),
    ]
    report = scan(sources, [BARE_EXCEPT], jobs=1)
    assert [(one.path, one.reason) for one in report.skipped] == [("b.py", "unparsable"), ("z.py", "too big")]
    assert report.files == 3


def test_progress_is_told_what_is_done_and_how_much() -> None:
    told: list[tuple[int, str]] = []

    def progress(items: Iterable[Any], total: int, what: str) -> Iterator[Any]:
        told.append((total, what))
        yield from items

    scan([SourceFile("a.py", HANDLER.encode())], [BARE_EXCEPT], jobs=1, progress=progress)
    prepare([SourceFile("a.py", HANDLER.encode())], Orders((BARE_EXCEPT,)), jobs=1, style=Style(), progress=progress)
    assert told == [(1, "Reading"), (1, "Rewriting")]


def test_a_survey_names_files_that_no_codemod_cares_for_and_python_cannot_compile() -> None:
    done = prepared("x = = 1\n", "return 1\n", "x = 1\n", orders=Orders((BARE_EXCEPT,), survey=True))
    assert [(one.path, one.reason) for one in done.report.skipped] == [("m0.py", "unparsable"), ("m1.py", "unparsable")]


RERAISING = "def g(a):\n    try:\n        a()\n    except:\n        raise\n"


def test_each_safety_becomes_a_change_of_its_own_where_they_are_kept_apart() -> None:
    done = prepared(HANDLER + RERAISING, orders=Orders((BARE_EXCEPT,), apart=True))
    assert [(change.safety, len(change.findings)) for change in done.changes] == [
        (Safety.REVIEW, 1),
        (Safety.SAFE, 1),
    ]
    for change in done.changes:
        assert len(done.opinions_of(change)) == 1
        assert change.rewrites[0].after.count(b"except:") == 1


def test_what_is_more_daring_than_the_limit_is_left_alone() -> None:
    text = after(prepared(HANDLER + RERAISING, orders=Orders((BARE_EXCEPT,), limit=Safety.SAFE)))["m0.py"]
    assert text == HANDLER + RERAISING.replace("except:", "except BaseException:")


DECLINED = "declined: pull request 7 was closed with it"


def test_what_was_declined_is_not_offered_again() -> None:
    before = HANDLER + RERAISING
    first, _ = scan([SourceFile("m0.py", before.encode())], [BARE_EXCEPT], jobs=1).findings
    done = prepared(before, orders=Orders((BARE_EXCEPT,), left={first.fingerprint: DECLINED}))
    assert after(done)["m0.py"] == HANDLER + RERAISING.replace("except:", "except BaseException:")
    assert [refusal.because for refusal in done.refused] == [DECLINED]


def test_a_file_of_which_everything_was_declined_is_left_alone() -> None:
    (only,) = scan([SourceFile("m0.py", HANDLER.encode())], [BARE_EXCEPT], jobs=1).findings
    done = prepared(HANDLER, orders=Orders((BARE_EXCEPT,), left={only.fingerprint: DECLINED}))
    assert done.changes == ()
    assert len(done.refused) == 1


class Numbers(Codemod):
    """Turn each number that stands alone into a name: some are builtins, some are undefined."""

    severity = Severity.LOW
    pattern = re.compile(rb"\d")
    drops = frozenset("123456789")

    def find(self, module: Module) -> Iterator[Spot]:
        for node, _ in statements(module.tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                yield Spot(node=node, message="a number", plan=node.value.value)

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:
        del node
        words = {1: "len", 2: "str", 7: "nowhere", 8: "nobody", 9: "return"}
        return Proposal(cst.Expr(cst.Name(words[int(str(spot.plan))])))


BISECTED = [
    ("1\n2\n", "len\nstr\n", []),
    ("1\n7\n2\n", "len\n7\nstr\n", [2]),
    ("7\n1\n8\n2\n", "7\nlen\n8\nstr\n", [1, 3]),
    ("7\n", None, [1]),
    ("7\n8\n", None, [1, 2]),
    ("9\n7\n1\n", "9\n7\nlen\n", [1, 2]),
]


@pytest.mark.parametrize(("before", "expected", "lines"), BISECTED)
def test_what_ruff_refuses_is_tried_finding_by_finding(before: str, expected: str | None, lines: list[int]) -> None:
    done = prepared(before, codemod=Numbers())
    assert after(done).get("m0.py") == expected
    assert [refusal.finding.line for refusal in done.refused] == lines
    assert all("F821" in refusal.because or "compile" in refusal.because for refusal in done.refused)


def test_a_bad_file_does_not_hold_up_the_good_ones() -> None:
    done = prepared("7\n8\n", "1\n", "7\n2\n", codemod=Numbers())
    assert after(done) == {"m1.py": "len\n", "m2.py": "7\nstr\n"}
    assert [(refusal.finding.path, refusal.finding.line) for refusal in done.refused] == [
        ("m0.py", 1),
        ("m0.py", 2),
        ("m2.py", 1),
    ]


class Lonely(Numbers):
    """Hold only together: what is turned into `a` must be there before what is turned into `print(a)`."""

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:
        del node
        if spot.plan == 3:
            return Proposal(cst.Expr(cst.Name("nowhere")))
        if spot.plan == 1:
            return Proposal(cst.Assign([cst.AssignTarget(cst.Name("a"))], cst.Integer("0")))
        return Proposal(cst.Expr(cst.Name("a")))


def test_a_finding_that_only_holds_beside_another_is_not_lost() -> None:
    done = prepared("1\n2\n3\n", codemod=Lonely())
    assert after(done) == {"m0.py": "a = 0\n2\n3\n"}
    assert [refusal.finding.line for refusal in done.refused] == [2, 3]


def test_a_codemod_that_breaks_is_reported_and_the_rest_goes_on() -> None:
    class Breaking(Numbers):
        """Break on every number but one."""

    done = prepared("6\n", "1\n", codemod=Breaking())
    assert after(done) == {"m1.py": "len\n"}
    assert [broken.path for broken in done.report.broken] == ["m0.py"]
    assert "KeyError: 6" in done.report.broken[0].trace
