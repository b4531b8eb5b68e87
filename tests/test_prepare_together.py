from __future__ import annotations

import pytest

from fixbot.codemod import Corpus, Recipe, Safety
from fixbot.engine import survey, whole
from fixbot.examine import Orders
from fixbot.model import Severity, Skipped, SourceFile
from fixbot.prepare import Prepared, prepare
from fixbot.scan import scan
from fixbot.shell.ruff import Style
from tests.codemod.renamed_functions import RenamedFunctions
from tests.engine.rewriting import BARE_EXCEPT

RENAMED = RenamedFunctions()
DEFINED = "def old_a():\n    pass\n"
BARE = "try:\n    f()\nexcept:\n    raise\n"


def sources(files: dict[str, str]) -> list[SourceFile]:
    return [SourceFile(path, text.encode()) for path, text in files.items()]


def prepared(
    files: dict[str, str], *codemods: Recipe, style: Style | None = None, orders: Orders | None = None
) -> Prepared:
    wanted = orders or Orders(codemods or (RENAMED,))
    return prepare(sources(files), wanted, jobs=1, style=style or Style())


def after(done: Prepared) -> dict[str, str]:
    return {rewrite.path: rewrite.after.decode() for change in done.changes for rewrite in change.rewrites}


def refusals(done: Prepared) -> list[tuple[str, int, str]]:
    return [(refusal.finding.path, refusal.finding.line, refusal.because) for refusal in done.refused]


def test_files_that_change_together_are_in_one_change() -> None:
    done = prepared({"a.py": "def old_a():\n    pass\n", "b.py": "import a\n\na.old_a()\n", "c.py": "x = 1\n"})
    (change,) = done.changes
    assert [(rewrite.path, rewrite.group) for rewrite in change.rewrites] == [("a.py", "a.py"), ("b.py", "a.py")]
    assert len(done.opinions_of(change)) == 2
    assert (done.refused, done.report.files, done.report.parsed) == ((), 3, 2)
    assert len(done.report.findings) == len(change.findings) == 1


UNDEFINED = "def old_undefined():\n    pass\n"


def test_what_ruff_refuses_in_one_file_is_left_in_all() -> None:
    done = prepared({"a.py": UNDEFINED, "b.py": "old_undefined()\n", "c.py": "def old_c():\n    old_c()\n"})
    assert list(after(done)) == ["c.py"]
    ((path, line, because),) = refusals(done)
    assert (path, line) == ("a.py", 1)
    assert because.startswith("b.py: ruff finds something new: F821 Undefined name `nowhere`")


def test_what_ruff_refuses_is_bisected_by_finding() -> None:
    files = {
        "a.py": UNDEFINED + "def old_a():\n    pass\n",
        "b.py": "import a\n\na.old_undefined()\na.old_a()\n",
        "c.py": "import a\n\na.old_a()\n",
    }
    done = prepared(files)
    assert after(done) == {path: text.replace("old_a", "new_a") for path, text in files.items()}
    assert [(path, line) for path, line, _ in refusals(done)] == [("a.py", 1)]


def test_a_set_of_which_every_part_is_refused_is_left() -> None:
    files = {"a.py": UNDEFINED + UNDEFINED, "b.py": "old_undefined()\n"}
    done = prepared(files)
    assert done.changes == ()
    assert [(path, line) for path, line, _ in refusals(done)] == [("a.py", 1), ("a.py", 3)]


def test_what_was_declined_is_not_offered_again_with_any_of_its_files() -> None:
    files = {"a.py": DEFINED, "b.py": "import a\n\na.old_a()\n", "c.py": "def old_c():\n    old_c()\n"}
    (first, _) = survey(whole({path: text.encode() for path, text in files.items()}), RENAMED).findings
    because = "declined: pull request 7 was closed with it"
    done = prepared(files, orders=Orders((RENAMED,), left={first.fingerprint: because}))
    assert list(after(done)) == ["c.py"]
    assert refusals(done) == [("a.py", 1, because)]


SAFE = "def old_safe():\n    old_safe()\n"


def test_each_safety_is_an_attempt_of_its_own_where_they_are_kept_apart() -> None:
    text = f"{SAFE}\n\ndef old_b():\n    old_b()\n"
    done = prepared({"a.py": text}, orders=Orders((RENAMED,), apart=True))
    assert [(change.safety, change.rewrites[0].after.decode()) for change in done.changes] == [
        (Safety.REVIEW, text.replace("old_b", "new_b")),
        (Safety.SAFE, text.replace("old_safe", "new_safe")),
    ]


def test_what_is_more_daring_than_the_limit_and_what_is_manual_is_left_with_the_reason() -> None:
    text = f"{SAFE}\n\ndef old_b():\n    old_b()\n\n\ndef old_odd():\n    old_odd()\n"
    done = prepared({"a.py": text}, orders=Orders((RENAMED,), limit=Safety.SAFE))
    assert after(done) == {"a.py": text.replace("old_safe", "new_safe")}
    assert refusals(done) == [
        ("a.py", 5, "its safety is review, and no more than safe is asked for"),
        ("a.py", 9, "an odd name; a person has to look"),
    ]


def test_codemods_of_both_kinds_share_one_report() -> None:
    files = {"a.py": f"{BARE}\n\ndef old_a():\n    old_a()\n", "b.py": BARE, "c.py": "old_x = = 1\nexcept:\n"}
    done = prepared(files, BARE_EXCEPT, RENAMED)
    assert [(finding.path, finding.line) for finding in done.report.findings] == [("a.py", 3), ("a.py", 7), ("b.py", 3)]
    assert (done.report.files, done.report.parsed) == (3, 2)
    assert [(skip.path, skip.reason) for skip in done.report.skipped] == [("c.py", "unparsable")]
    assert [change.codemod for change in done.changes] == ["bare-except", "renamed-functions"]
    found = scan(sources(files), (BARE_EXCEPT, RENAMED), jobs=1)
    assert (found.findings, found.parsed, found.skipped) == (done.report.findings, 2, done.report.skipped)


def test_the_project_is_only_put_together_for_a_codemod_that_looks_at_it() -> None:
    asked: list[bool] = []

    def project() -> Corpus:
        asked.append(True)
        return whole({"a.py": DEFINED.encode(), "b.py": b"old_a()\n"}, fixed={"b.py": "it was not named"})

    prepare(sources({"a.py": BARE}), Orders((BARE_EXCEPT,)), jobs=1, style=Style(), project=project)
    scan(sources({"a.py": BARE}), [BARE_EXCEPT], jobs=1, project=project)
    assert asked == []
    done = prepare(sources({"a.py": DEFINED}), Orders((RENAMED,)), jobs=1, style=Style(), project=project)
    assert asked == [True]
    assert refusals(done) == [("a.py", 1, "b.py has to change with it, and it was not named")]
    assert [finding.path for finding in scan(sources({}), [RENAMED], jobs=1, project=project).findings] == ["a.py"]


def test_a_codemod_that_breaks_is_reported_once_and_the_rest_goes_on() -> None:
    class Breaking(RenamedFunctions):
        """Break at once."""

        severity = Severity.LOW

        def survey(self, corpus: Corpus) -> list[object]:  # type: ignore[override]
            raise KeyError(len(corpus.files))

    done = prepared({"a.py": BARE}, Breaking(), BARE_EXCEPT)
    assert [(broken.codemod, broken.path) for broken in done.report.broken] == [("breaking", ".")]
    assert list(after(done)) == ["a.py"]
    crash = prepared({"a.py": "def old_crash():\n    old_crash()\n"})
    assert [(broken.codemod, broken.path) for broken in crash.report.broken] == [("renamed-functions", "a.py")]


def test_a_formatted_file_stays_formatted_though_its_finding_is_elsewhere() -> None:
    text = f'import a\n\na.old_long("{"x" * 40}", "{"y" * 30}")\n'
    assert max(map(len, text.splitlines())) == 88
    done = prepared({"a.py": "def old_long(*x):\n    pass\n", "b.py": text})
    assert after(done)["b.py"] == f'import a\n\na.newest_long(\n    "{"x" * 40}", "{"y" * 30}"\n)\n'


@pytest.mark.parametrize("paths", [["a.py"], []])
def test_a_list_of_paths_needs_something_that_reads_them(paths: list[str]) -> None:
    def read(path: str) -> SourceFile | Skipped:
        return SourceFile(path, b"def old_a():\n    old_a()\n")

    found = scan(paths, [RENAMED], jobs=1, read=read)
    assert [finding.path for finding in found.findings] == paths
