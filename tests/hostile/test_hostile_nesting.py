"""Code that is nested too deeply to be walked is passed over with the reason, and everything else goes on."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from fixbot.analysis.depth import DEEPEST, is_deep
from tests.hostile.attacks import COMMANDS, NESTS, called, nested
from tests.parts.command import SMELLY, repository

if TYPE_CHECKING:
    from pathlib import Path

SLEEPY = "import time\n\n\nasync def go():\n    time.sleep(1)\n"
FILES = {"a.py": SMELLY, "b.py": SLEEPY}


@pytest.mark.real
@pytest.mark.parametrize("depth", [300, 700, 2500, 100_000])
@pytest.mark.parametrize("kind", ["sum", "calls", "items"])
def test_a_deep_file_is_passed_over_and_the_others_are_rewritten(tmp_path: Path, kind: str, depth: int) -> None:
    place = repository(tmp_path / "place", FILES | {"deep.py": nested(kind, depth)})
    done = called("run", place, tmp_path / "away")
    assert (done.code, done.err) == (0, "")
    assert {path for pull in done.json["pulls"] for path in pull["files"]} == {"a.py", "b.py"}
    reason = "unparsable" if depth == 100_000 else "too deep"  # Python itself gives up on the deepest
    assert [(skip["path"], skip["reason"]) for skip in done.json["skipped"]] == [("deep.py", reason)]


@pytest.mark.real
@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_breaks_on_a_deep_file(tmp_path: Path, name: str) -> None:
    deep = {f"deep_{kind}.py": nested(kind, 2500) for kind in NESTS}
    long = "if a:\n    pass\n" + "elif a:\n    pass\n" * 2500
    place = repository(tmp_path / "place", FILES | deep | {"deep_elif.py": nested("sum", 1) + long})
    done = called(name, place, tmp_path / "away")
    assert done.code in {0, 1}
    assert "broke" not in done.err
    assert "Error" not in done.err


@pytest.mark.real
@pytest.mark.parametrize("name", ["scan", "run"])
def test_what_is_not_quite_too_deep_is_looked_at(tmp_path: Path, name: str) -> None:
    edge = {f"edge_{kind}.py": nested(kind, (DEEPEST - 20) // (2 if kind == "lambdas" else 1)) for kind in NESTS}
    place = repository(tmp_path / "place", FILES | edge)
    done = called(name, place, tmp_path / "away")
    assert done.code in {0, 1}
    assert done.err == ""
    assert done.json["skipped"] == []
    if name == "run":
        offered = {pull["branch"]: pull["files"] for pull in done.json["pulls"]}
        assert "edge_calls.py" in offered["fixbot/blocking-sleep/all"]


@pytest.mark.parametrize("kind", [kind for kind in NESTS if kind != "strings"])
def test_depth_is_told_without_recursion(kind: str) -> None:
    assert is_deep(ast.parse(nested(kind, DEEPEST)))
    assert not is_deep(ast.parse(nested(kind, DEEPEST // 2 - 10)))


def test_what_is_wide_is_not_deep() -> None:
    wide = f"x = [{', '.join(['[1, (2,)]'] * 9000)}]\ny = (\n" + "".join("    f(a)[0],\n" for _ in range(9000)) + ")\n"
    assert not is_deep(ast.parse(wide))


def test_a_deep_expression_in_a_string_is_seen() -> None:
    assert is_deep(ast.parse(f"x = f'{{{NESTS['sum'](DEEPEST)}}}'\n"))
    assert is_deep(ast.parse("if a:\n    pass\n" + "elif a:\n    pass\n" * DEEPEST))
