from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

from fixbot import registry
from fixbot.codemod import Codemod, Safety, Severity
from fixbot.errors import OperatorError
from fixbot.foreign import shelf
from fixbot.settings import settings_from
from tests.foreign.others import FSTRING, after, folder, one, tried
from tests.parts.command import fixbot, plant, repository

if TYPE_CHECKING:
    from pathlib import Path

OURS = '''
import ast
import re

from fixbot.codemod import Codemod, Proposal, Severity, Safety, Spot, cst, statements


class OneForTwo(Codemod):
    """Write one.

    Two is too many.

    Left alone: all but an expression that is nothing but two.

    Safety: a person must agree.
    """

    severity = Severity.HIGH
    safety = Safety.SAFE
    pattern = re.compile(rb"2")
    drops = frozenset({"2"})

    def find(self, module):
        for node, _ in statements(module.tree):
            match node:
                case ast.Expr(value=ast.Constant(value=2)):
                    yield Spot(node=node, message="a two")

    def fix(self, spot, node):
        line = cst.SimpleStatementLine([cst.Expr(cst.Integer("1"))])
        return Proposal(line if isinstance(node, cst.SimpleStatementLine) else cst.Expr(cst.Integer("1")))
'''


def test_a_codemod_of_fixbots_own_kind_is_found_and_run(tmp_path: Path) -> None:
    codemod = one(folder(tmp_path, ones=OURS), "one-for-two")
    assert isinstance(codemod, Codemod)
    assert after(tried(codemod, {"a.py": "2\n"})) == {"a.py": "1\n"}


def test_it_can_go_to_another_process(tmp_path: Path) -> None:
    codemod = one(folder(tmp_path, ones=OURS), "one-for-two")
    assert type(pickle.loads(pickle.dumps(codemod))).slug() == "one-for-two"  # noqa: S301 - its own bytes


def test_all_processes_run_it(tmp_path: Path) -> None:
    place = repository(tmp_path / "place", {f"{name}.py": "2\n" for name in "abcdefghijkl"})
    mine = folder(tmp_path / "mine", ones=OURS)
    done = fixbot("scan", "--codemods", mine, "--select", "one-for-two", "--jobs", "2", "--format", "json", place)
    assert len(done.json["findings"]) == 12


def test_what_lies_beside_a_file_can_be_imported(tmp_path: Path) -> None:
    text = f"from beside_it_fixbot import NOTHING\n{OURS}"
    assert "one-for-two" in shelf(
        [folder(tmp_path, ones=text, _hidden="1/0\n", beside_it_fixbot=FSTRING + "\nNOTHING = 0\n")], []
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def f(:\n", r"mine\.py:1: it is no Python"),
        ("\n\nimport nothing_of_that_name\n\nquery = 1\n", r"mine\.py:3: ModuleNotFoundError"),
        ("query = 1\n\nraise SystemExit(3)\n", r"mine\.py:3: SystemExit: 3"),
        ("import re\n", "there is no codemod in it"),
        ("class Other(dict):\n    pass\n", "there is no codemod in it"),
        (f"severity = 'grave'\n{FSTRING}".replace('    severity = "low"\n', ""), "its severity is one of critical"),
        (FSTRING.replace("low", "worst"), r"mine\.py:5: its severity is one of critical, high, medium, low"),
        (FSTRING.replace('rb"[.]format[(]"', 'rb"("'), r"mine\.py:5: its pattern is no regular expression"),
        (OURS.replace("    severity = Severity.HIGH\n", ""), "OneForTwo has no severity"),
        (OURS.replace("    Safety: a person must agree.\n", ""), "its docstring needs a title"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(OperatorError, match=says):
        shelf([folder(tmp_path, mine=text)], [])


def test_a_missing_and_an_empty_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="there is no such folder"):
        shelf([tmp_path / "nowhere"], [])
    with pytest.raises(OperatorError, match="there is no file with a codemod in it"):
        shelf([tmp_path], [])


def test_two_of_one_name_are_told(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"b\.py:5: format-to-fstring is already the codemod at .*a\.py:5"):
        shelf([folder(tmp_path / "both", a=FSTRING, b=FSTRING)], [])
    with pytest.raises(OperatorError, match="there is another codemod that is called bare-except"):
        shelf([folder(tmp_path / "taken", bare_except="query = None\n")], [], run=False)


def test_without_running_a_file_all_is_known_that_it_says(tmp_path: Path) -> None:
    bomb = "raise SystemExit('it was run')\n"
    place = folder(
        tmp_path, ones=OURS + bomb, fstring=FSTRING + bomb, rename_old=f'"""Rename."""\n{bomb}query = None\n'
    )
    found = shelf([place], [], run=False)
    assert list(found) == ["format-to-fstring", "one-for-two", "rename-old"]
    ours, command, query = found["one-for-two"], found["format-to-fstring"], found["rename-old"]
    assert (ours.severity, ours.safety, ours().tamest()) == (Severity.HIGH, Safety.SAFE, Safety.SAFE)
    assert ours.explanation().left_alone == "all but an expression that is nothing but two."
    assert (command.severity, command.safety, command.explanation().title) == (
        Severity.LOW,
        Safety.REVIEW,
        "Write f-strings",
    )
    assert query.explanation().title == "Rename"
    assert ours({"any": "thing"}).chosen_otherwise() == {"any": "thing"}
    with pytest.raises(OperatorError, match="is only known by what its file says"):
        tried(registry.choose(["format-to-fstring"], more=found)[0], {"a.py": "x.format(1)\n"})


def test_run_and_read_say_the_same(tmp_path: Path) -> None:
    place = folder(tmp_path, ones=OURS, fstring=FSTRING)
    ran, told = shelf([place], []), shelf([place], [], run=False)
    assert list(ran) == list(told)
    for slug in ran:
        assert ran[slug].explanation() == told[slug].explanation()
        assert (ran[slug].severity, ran[slug].safety) == (told[slug].severity, told[slug].safety)


def test_a_targets_own_folder_is_never_run(tmp_path: Path) -> None:
    place = repository(tmp_path / "place", {"a.py": "2\n"})
    folder(place / "mods", ones="raise SystemExit('it was run')\n")
    (tmp_path / "link").symlink_to(place / "mods")
    for given in (place / "mods", tmp_path / "link"):
        done = fixbot("run", place, "--forge", "local", "--codemods", given)
        assert (done.code, "whose own files are never run" in done.err) == (2, True)


@pytest.mark.parametrize("key", ["codemods-dir", "codemod-dirs", "foreign"])
def test_a_configuration_cannot_name_a_folder(key: str) -> None:
    with pytest.raises(OperatorError, match="only taken from the command line"):
        settings_from({key: "mods"})


def test_a_configuration_can_name_a_rule_of_ruff(tmp_path: Path) -> None:
    config = '[codemods."ruff:C408"]\nunsafe = "yes"\n'
    place = repository(
        tmp_path / "place", {"a.py": "x = dict(a=1)\n", "fixbot.toml": f'select = ["ruff:C408"]\n{config}'}
    )
    done = fixbot("fix", "--diff", place)
    assert '+x = {"a": 1}' in done.out
    plant(place, {"fixbot.toml": config})
    assert fixbot("scan", place).out.startswith("no findings; ")


def test_codemods_are_listed_and_explained_with_the_others(tmp_path: Path) -> None:
    place = folder(tmp_path, fstring=FSTRING)
    listed = fixbot("codemods", "--codemods", place, "--select", "format-to-fstring,ruff:UP006")
    assert [line.split()[0] for line in listed.out.splitlines()] == ["format-to-fstring", "ruff:UP006"]
    assert "# format-to-fstring: Write f-strings" in fixbot("explain", "format-to-fstring", "--codemods", place).out
    explained = fixbot("explain", "ruff:C408").out
    assert '`[tool.fixbot.codemods."ruff:C408"]`' in explained
    assert fixbot("explain", "ruff:XX999").code == 2
