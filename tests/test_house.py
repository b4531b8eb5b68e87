from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

# They read the code and run none of it.
pytestmark = pytest.mark.no_cover
ROOT = Path(__file__).parents[1]


def modules(*folders: str) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for folder in folders for path in (ROOT / folder).rglob("*.py"))


MODULES = modules("fixbot", "codemods")
EVERY = [*MODULES, *modules("derive", "benchmarks")]
LONGEST = 250
WORDS = ("Manager", "Helper", "Helpers", "Utils", "Util", "Base")
ANY = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text())


def imports(module: str) -> set[str]:
    """Give the top names of what a module imports at run time or for types."""
    found = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def length(module: str) -> int:
    """Count lines with something in them; a codemod's examples are documentation and are not counted."""
    text = (ROOT / module).read_text()
    lines = text.splitlines()
    examples = [
        line
        for cls in ast.walk(tree(module))
        if isinstance(cls, ast.ClassDef) and module.startswith("codemods/")
        for node in cls.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "examples"
        for line in range(node.lineno - 1, node.end_lineno or 0)
    ]
    return sum(bool(line.strip()) and number not in examples for number, line in enumerate(lines))


@pytest.mark.parametrize("module", EVERY)
def test_a_module_is_short(module: str) -> None:
    assert length(module) <= LONGEST


@pytest.mark.parametrize("module", EVERY)
def test_a_module_says_what_it_may_do(module: str) -> None:
    docstring = ast.get_docstring(tree(module)) or ""
    first = docstring.partition("\n\n")[0]
    assert first.endswith((".", ":")), "one sentence, ended"
    assert "\n" not in first, "the first paragraph is one line"


@pytest.mark.parametrize("module", MODULES)
def test_only_the_command_line_prints(module: str) -> None:
    prints = [
        node for node in ast.walk(tree(module)) if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
    ]
    assert not prints
    assert "click" not in imports(module) or module.startswith("fixbot/cli/")


@pytest.mark.parametrize(
    ("package", "places"),
    [
        ("subprocess", ("fixbot/shell/",)),
        ("github", ("fixbot/shell/github",)),
        ("jinja2", ("fixbot/render.py",)),
        ("libcst", ("fixbot/engine/", "fixbot/codemod/", "fixbot/foreign/commands.py", "codemods/")),
        ("tempfile", ("fixbot/shell/", "fixbot/cli/demo.py")),
    ],
)
def test_each_outside_thing_has_one_place(package: str, places: tuple[str, ...]) -> None:
    users = [module for module in MODULES if package in imports(module)]
    assert users
    assert [module for module in users if not module.startswith(places)] == []


@pytest.mark.parametrize("module", MODULES)
def test_a_shell_is_never_asked(module: str) -> None:
    calls = [node for node in ast.walk(tree(module)) if isinstance(node, ast.Call)]
    assert not [node for node in calls if any(keyword.arg == "shell" for keyword in node.keywords)]
    assert not [node for node in calls if ast.unparse(node.func) in {"os.system", "os.popen", "eval", "exec"}]


@pytest.mark.parametrize("module", EVERY)
def test_names_say_what_a_thing_is(module: str) -> None:
    assert Path(module).stem not in {"utils", "util", "helpers", "helper", "base", "manager", "common", "misc"}
    classes = [node.name for node in ast.walk(tree(module)) if isinstance(node, ast.ClassDef)]
    assert not [name for name in classes if name.endswith(WORDS) and name != "Base"]


@pytest.mark.parametrize("module", EVERY)
def test_what_is_public_is_documented(module: str) -> None:
    top = tree(module).body
    members = [member for node in top if isinstance(node, ast.ClassDef) and node.name[0] != "_" for member in node.body]
    public = [node for node in (*top, *members) if isinstance(node, ANY) and node.name[0] != "_"]
    overrides = {"list_commands", "get_command"}
    assert [node.name for node in public if not ast.get_docstring(node) and node.name not in overrides] == []


def test_fixbot_is_a_console_script_only() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["scripts"] == {"fixbot": "fixbot.cli:main"}
    assert not [module for module in MODULES if module.endswith("__main__.py")]


def test_no_two_test_modules_share_a_name() -> None:
    names = sorted(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert names == sorted(set(names)), "pytest takes modules outside packages by their names alone"


def test_every_package_is_shipped() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = {str(Path(module).parent).replace("/", ".") for module in MODULES}
    found = {name if name.startswith("fixbot") else f"fixbot.{name}" for name in folders}
    assert sorted(found | {"fixbot.templates"}) == listed


def test_nothing_in_the_ruff_configuration_is_silenced_without_a_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line == "ignore = [")
    end = lines.index("]", start)
    assert [line for line in lines[start + 1 : end] if "#" not in line] == []


@pytest.mark.parametrize("module", EVERY)
def test_what_the_linter_is_told_to_overlook_has_a_reason(module: str) -> None:
    told: dict[str, bool] = {}
    for line in (ROOT / module).read_text().splitlines():
        for code in re.findall(r"# noqa: ([A-Z0-9, ]+)", line):
            told.setdefault(code.strip(), " - " in line.partition("# noqa")[2])
    assert [code for code, reasoned in told.items() if not reasoned] == [], "at the first place in the file"


NAMERS = {"fixbot/registry.py", "fixbot/codemod/lazy.py", "fixbot/analysis/raises/hierarchy.py"}


def test_modules_are_imported_by_name_in_few_places() -> None:
    users = {
        module
        for module in MODULES
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"importlib.import_module", "importlib.util.find_spec", "__import__"}
    }
    assert users == NAMERS
