from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot import registry
from fixbot.codemod import Safety
from fixbot.errors import OperatorError
from fixbot.foreign import shelf
from fixbot.foreign.ruff import rule_codemod
from fixbot.shell.ruff_rules import rule
from tests.foreign.others import after, one, reasons, tried

if TYPE_CHECKING:
    from pathlib import Path

LISTS = "from typing import Dict, List\n\n\ndef count(of: List[int]) -> Dict[str, int]:\n    return {}\n"


def test_a_rule_is_applied_and_takes_along_what_nothing_needs_any_more() -> None:
    done = tried(one(None, "ruff:UP006"), {"a.py": LISTS})
    assert after(done) == {"a.py": "def count(of: list[int]) -> dict[str, int]:\n    return {}\n"}
    (change,) = done.changes
    assert [(f.line, f.column, f.message) for f in change.findings] == [
        (4, 15, "Use `list` instead of `List` for type annotation"),
        (4, 29, "Use `dict` instead of `Dict` for type annotation"),
    ]
    assert change.findings[0].evidence[0].says == "Replace with `list`"
    assert (change.codemod, change.safety) == ("ruff:UP006", Safety.REVIEW)


def test_an_import_that_nothing_uses_goes() -> None:
    done = tried(one(None, "ruff:F401"), {"a.py": "import os\nimport sys\n\nprint(sys.argv)\n"})
    assert after(done) == {"a.py": "import sys\n\nprint(sys.argv)\n"}


def test_two_complaints_that_one_fix_answers_are_done_together() -> None:
    done = tried(one(None, "ruff:F401"), {"a.py": "import os, sys\n\nprint()\n"})
    (change,) = done.changes
    assert after(done) == {"a.py": "print()\n"}
    assert len(change.findings) == 2


def test_an_import_stays_that_another_file_asks_for() -> None:
    files = {"a.py": "import os\n", "b.py": "from a import os\n\nprint(os.sep)\n"}
    done = tried(one(None, "ruff:F401"), files)
    assert after(done) == {}
    assert reasons(done) == ["loses the name os, which another file still asks it for"]


def test_what_cannot_go_does_not_keep_the_rest() -> None:
    files = {"a.py": "import os\nimport re\n", "b.py": "from a import os\n\nprint(os.sep)\n"}
    done = tried(one(None, "ruff:F401"), files)
    assert after(done) == {"a.py": "import os\n"}
    assert reasons(done) == ["loses the name os, which another file still asks it for"]


def test_an_unsafe_fix_is_taken_only_where_somebody_asks_for_it() -> None:
    text = "TABLE = dict(a=1)\n"
    left = tried(one(None, "ruff:C408"), {"a.py": text})
    (finding,) = left.report.findings
    assert (after(left), finding.safety) == ({}, Safety.MANUAL)
    assert finding.message.endswith("ruff calls its fix unsafe: --set ruff:C408.unsafe=yes takes it")
    taken = tried(one(None, "ruff:C408", {"unsafe": "yes"}), {"a.py": text})
    assert after(taken) == {"a.py": 'TABLE = {"a": 1}\n'}


def test_a_rule_without_a_fix_reports() -> None:
    done = tried(one(None, "ruff:E722"), {"a.py": "try:\n    a()\nexcept:\n    b()\n"})
    assert [f.message for f in done.report.findings] == ["Do not use bare `except`: ruff has no fix for it"]


@pytest.mark.parametrize("comment", ["noqa: F401", "fixbot: ignore[ruff:F401]", "fixbot: ignore"])
def test_a_comment_silences_a_rule(comment: str) -> None:
    assert not tried(one(None, "ruff:F401"), {"a.py": f"import os  # {comment}\n"}).report.findings


def test_a_comment_is_never_lost() -> None:
    done = tried(one(None, "ruff:F401"), {"a.py": "import os  # the plug-ins want it\n"})
    assert after(done) == {}
    assert reasons(done) == ["loses 'ins', 'it', 'plug', 'the', 'want' of a comment"]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (b"\xef\xbb\xbfimport os\nimport sys\nprint(sys.argv)\n", b"\xef\xbb\xbfimport sys\nprint(sys.argv)\n"),
        (b"import os\r\nimport sys\r\nprint(sys.argv)\r\n", b"import sys\r\nprint(sys.argv)\r\n"),
        (
            "# coding: latin-1\nimport os\nimport sys\nprint(sys.argv, 'é')\n".encode("latin-1"),
            "# coding: latin-1\nimport sys\nprint(sys.argv, 'é')\n".encode("latin-1"),
        ),
        ("é = '𝄞'; import os\nx = 2".encode(), "é = '𝄞'; \nx = 2".encode()),
    ],
)
def test_bytes_outside_an_edit_are_kept(before: bytes, expected: bytes) -> None:
    done = tried(one(None, "ruff:F401"), {"a.py": before})
    (change,) = done.changes
    assert change.rewrites[0].after == expected


def test_the_oldest_python_of_the_project_decides() -> None:
    text = "from typing import List\n\nx: List[int] = []\n"
    codemod = one(None, "ruff:UP006")
    from fixbot.engine import whole  # noqa: PLC0415 - this test alone needs a project of another Python
    from fixbot.engine.patching import hear  # noqa: PLC0415 - as above

    old = {"pyproject.toml": b'[project]\nname = "x"\nrequires-python = ">=3.8"\n'}
    assert not hear(whole({"a.py": text.encode()}, texts=old), codemod).findings  # type: ignore[arg-type]
    new = {"pyproject.toml": b'[project]\nname = "x"\nrequires-python = ">=3.11"\n'}
    assert hear(whole({"a.py": text.encode()}, texts=new), codemod).findings  # type: ignore[arg-type]


def test_the_projects_own_configuration_of_ruff_is_not_read() -> None:
    files = {"a.py": "import os\n", "ruff.toml": "exclude = ['*']\n", "build/b.py": "import os\n"}
    done = tried(one(None, "ruff:F401"), {path: text for path, text in files.items() if path.endswith(".py")})
    assert sorted(after(done)) == ["a.py", "build/b.py"]


def test_a_file_that_is_no_python_is_skipped() -> None:
    done = tried(one(None, "ruff:F401"), {"a.py": "import os\n(\n", "b.py": "import os\n"})
    assert [skip.path for skip in done.report.skipped if skip.reason == "unparsable"][:1] == ["a.py"]
    assert sorted(after(done)) == ["b.py"]


def test_a_rule_says_what_ruffs_documentation_says() -> None:
    codemod = rule_codemod("ruff:F401")
    told = codemod.explanation()
    assert told.title == "Apply ruff's fixes of F401 (unused-import)"
    assert told.why.startswith("Unused imports add a performance overhead")
    assert "```" not in told.why
    assert "unsafe" in told.left_alone
    assert codemod.references == ("https://docs.astral.sh/ruff/rules/unused-import",)
    assert codemod.answers == {"F401"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("ruff:XX999", "ruff has no rule XX999"),
        ("ruff:UP", "is not the code of a rule"),
        ("ruff:--help", "is not the code of a rule"),
        ("ruff:UP027", "is no stable one"),
    ],
)
def test_a_rule_that_is_none_is_an_operators_mistake(name: str, says: str) -> None:
    with pytest.raises(OperatorError, match=says):
        shelf([], [name])


def test_rules_run_only_where_they_are_selected_by_name() -> None:
    more = shelf([], ["ruff:F401"])
    assert "ruff:F401" not in [codemod.slug() for codemod in registry.choose(more=more)]
    assert "ruff:F401" in [codemod.slug() for codemod in registry.every(more)]
    assert [codemod.slug() for codemod in registry.choose(["ruff:F401"], more=more)] == ["ruff:F401"]


def test_another_tool_has_no_names() -> None:
    with pytest.raises(OperatorError, match="no codemod is called 'pylint:W0611'"):
        registry.choose(["pylint:W0611"], more=shelf([], ["pylint:W0611"]))


def test_a_rule_is_asked_of_ruff_once() -> None:
    assert rule("F401") is rule("F401")


def test_findings_keep_their_fingerprints_where_code_moves(tmp_path: Path) -> None:
    del tmp_path
    codemod = one(None, "ruff:UP006")
    first = tried(codemod, {"a.py": LISTS}).report.findings
    moved = tried(codemod, {"a.py": LISTS.replace("\n\n\ndef", "\n\nLIMIT = 3\n\n\ndef")}).report.findings
    assert [f.fingerprint for f in first] == [f.fingerprint for f in moved]
    assert len({f.fingerprint for f in first}) == 2
