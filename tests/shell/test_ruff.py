from __future__ import annotations

import os
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest

from fixbot.errors import FixbotError
from fixbot.model import Rewrite
from fixbot.shell import ruff
from fixbot.shell.ruff import Style, ask

if TYPE_CHECKING:
    from pathlib import Path

NEAT = b"import os\n\nprint(os.name)\n"
UNBOUND = b"import os\n\nprint(os.name, nowhere)\n"


def rewrite(before: bytes, after: bytes, path: str = "a.py") -> Rewrite:
    return Rewrite(path, before, after, ())


def codes(rewrites: list[Rewrite], style: Style | None = None) -> list[tuple[list[str], list[str]]]:
    opinions = ask(rewrites, style or Style())
    return [([d.code for d in one.before], [d.code for d in one.after]) for one in opinions]


def test_nothing_is_asked_about_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert ask([], Style()) == []


def test_each_rewrite_gets_its_own_opinion_in_order() -> None:
    same_path = [rewrite(NEAT, UNBOUND), rewrite(UNBOUND, NEAT), rewrite(NEAT, NEAT)]
    assert codes(same_path) == [([], ["F821"]), (["F821"], []), ([], [])]


def test_what_does_not_parse_is_said_so() -> None:
    assert codes([rewrite(NEAT, b"def f(:\n")])[0][1][0] in {"invalid-syntax", "syntax"}


def test_the_project_s_rules_count_beside_ours() -> None:
    shadowing = b"def f(list):\n    return list\n"
    assert codes([rewrite(shadowing, shadowing)], Style(select=("A",))) == [(["A002"], ["A002"])]
    assert codes([rewrite(shadowing, shadowing)], Style(select=("A",), ignore=("A002",))) == [([], [])]


def test_what_a_project_selects_stands_in_the_place_of_ruff_s_default_rules() -> None:
    blind = b"try:\n    print()\nexcept:\n    print(1)\n"
    assert codes([rewrite(blind, blind)]) == [(["E722"], ["E722"])]
    assert codes([rewrite(blind, blind)], Style(select=("A",))) == [([], [])]
    assert codes([rewrite(blind, UNBOUND)], Style(select=("A",), more=("E7",))) == [(["E722"], ["F821"])]
    assert codes([rewrite(blind, blind)], Style(more=("A",))) == [(["E722"], ["E722"])]


def test_rules_that_this_ruff_does_not_know_do_not_silence_it() -> None:
    assert codes([rewrite(NEAT, UNBOUND)], Style(select=("XYZ999",))) == [([], ["F821"])]


def test_an_init_file_keeps_its_name_because_rules_depend_on_it() -> None:
    unused = b"import os\n"
    (before, _), (other, _) = codes([rewrite(unused, unused, "pkg/__init__.py"), rewrite(unused, unused, "pkg/a.py")])
    assert (before, other) == (["F401"], ["F401"])
    opinions = ask([rewrite(unused, unused, "pkg/__init__.py")], Style())
    assert "unused" in opinions[0].before[0].message


def test_only_what_was_formatted_is_formatted_again() -> None:
    untidy = b"import os\nprint( os.name )\n"
    formatted, kept = ask([rewrite(NEAT, untidy), rewrite(untidy, untidy + b"\n\n\n")], Style())
    assert formatted.formatted == b"import os\n\nprint(os.name)\n"
    assert kept.formatted is None


def test_the_project_s_line_length_is_kept_to() -> None:
    wide = b"value = some_function(first_argument, second_argument, third_argument, fourth_one)\n"
    narrow = ask([rewrite(b"x = 1\n", wide)], Style(line_length=60))[0]
    assert narrow.formatted is not None
    assert narrow.formatted.count(b"\n") > 1
    assert ask([rewrite(b"x = 1\n", wide)], Style(line_length=120))[0].formatted is None


@pytest.mark.parametrize("folder", ["build", ".venv", "plain"])
def test_what_lies_around_the_temporary_folder_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    place = tmp_path / folder
    place.mkdir()
    for name, text in {
        ".ignore": "*\n",
        ".gitignore": "*\n",
        "ruff.toml": 'lint.ignore = ["F821"]\nexclude = ["*"]\n',
        "pyproject.toml": '[tool.ruff]\nexclude = ["*"]\n',
    }.items():
        (tmp_path / name).write_text(text)
    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    assert codes([rewrite(NEAT, UNBOUND)]) == [([], ["F821"])]
    assert list(place.iterdir()) == []
    assert not (tmp_path / ".ruff_cache").exists()


def test_variables_of_the_environment_do_not_turn_ruff_round(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "RUFF_OUTPUT_FORMAT": "github",
        "RUFF_OUTPUT_FILE": "/dev/null",
        "RUFF_NO_CACHE": "false",
    }.items():
        monkeypatch.setenv(name, value)
    assert codes([rewrite(NEAT, UNBOUND)]) == [([], ["F821"])]


@pytest.mark.parametrize("fault", ["missing", "failing", "endless"])
def test_a_ruff_that_cannot_be_run_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    program = tmp_path / "ruff"
    if fault != "missing":
        program.write_text(
            f"#!{sys.executable}\n" + {"failing": "raise SystemExit('boom')", "endless": "while 1: pass"}[fault]
        )
        program.chmod(0o755)
    monkeypatch.setattr(ruff, "_ruff", lambda: os.fspath(program))
    monkeypatch.setattr(ruff, "_TIMEOUT", 0.5)
    with pytest.raises(FixbotError, match="ruff check"):
        ask([rewrite(NEAT, UNBOUND)], Style())


def test_a_rule_that_names_the_file_says_the_same_before_and_after() -> None:
    rewrite = Rewrite("pkg/a.py", b"x = 1\n", b"x = 2\n", ())
    (opinion,) = ask([rewrite], Style(select=("INP",)))
    assert [found.message for found in opinion.before] == [found.message for found in opinion.after]
    assert [found.code for found in opinion.before] == ["INP001"]


def test_a_project_that_likes_single_quotes_keeps_them() -> None:
    rewrite = Rewrite("a.py", b"x = 'a'\n", b'x = "b"\n', ())
    (opinion,) = ask([rewrite], Style(formatting=('format.quote-style="single"',)))
    assert opinion.formatted == b"x = 'b'\n"
