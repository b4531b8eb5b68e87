from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from fixbot import registry
from fixbot.cli.main import cli
from fixbot.codemod import Codemod, Fixes, ProjectCodemod, Recipe
from fixbot.testing import Case, cases

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES += sorted((ROOT / "docs" / "guides").glob("*.md"))
PAGES += sorted((ROOT / ".github").glob("*.md")) + sorted((ROOT / "benchmarks").glob("*.md"))


def code_blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_readme_has_one_command_for_the_demo_and_one_for_the_tests() -> None:
    commands = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)

    assert len(commands) == 2
    assert commands[0].endswith("fixbot demo")
    assert "pytest" in commands[1]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    found = re.search(r"grep -m 1 '([^']+)' README.md", script)

    assert found is not None
    command = subprocess.run(
        ["grep", "-m", "1", found[1], "README.md"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "pytest" in command.stdout


def test_the_catalogue_in_the_readme_is_what_is_installed(capfd: pytest.CaptureFixture[str]) -> None:
    cli.main(["codemods", "--format", "markdown"], standalone_mode=False)
    table = re.search(r"<!-- codemods -->\n(.*?)<!-- /codemods -->", README, re.DOTALL)

    assert table is not None
    assert capfd.readouterr().out == table[1]


def test_every_command_and_every_option_of_the_readme_exists() -> None:
    context = cli.make_context("fixbot", ["scan"])
    blocks = "".join(code_blocks(ROOT / "README.md", "sh"))
    for words in re.findall(r"^fixbot ([a-z-]+)([^#\n]*)", blocks, re.MULTILINE):
        command = cli.get_command(context, words[0])
        assert command is not None, words
        known = {name for parameter in command.params for name in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", words[1])) <= known, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))

    made = ROOT / "docs" / "catalogue"  # when the pages are built, which tests/test_site.py looks at
    written = [target for target in targets if made not in (page.parent / target).resolve().parents]
    assert [target for target in written if not (page.parent / target).exists()] == []


def documented_codemod(name: str, kind: type[Recipe], page: str = "codemods.md") -> type[Recipe]:
    """Run one of a page's codemods the way its reader would: as a module of its own."""
    blocks = code_blocks(ROOT / "docs" / page, "python")
    source = next(block for block in blocks if f"class {name}(" in block)
    module = ModuleType(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
    sys.modules[module.__name__] = module
    exec(compile(source, f"docs/{page}", "exec"), module.__dict__)  # noqa: S102 - the page's own code
    found: type[Recipe] = module.__dict__[name]
    assert issubclass(found, kind)
    return found


@pytest.mark.parametrize("case", cases(documented_codemod("NoneByEquality", Codemod)), ids=str)
def test_the_codemod_in_the_documentation_works(case: Case) -> None:
    case.check()


@pytest.mark.parametrize("case", cases(documented_codemod("AssertFalse", Codemod, "ten-minutes.md")), ids=str)
def test_the_codemod_that_is_written_in_ten_minutes_works(case: Case) -> None:
    case.check()


@pytest.mark.parametrize("case", cases(documented_codemod("MisspeltReceive", ProjectCodemod)), ids=str)
def test_the_codemod_of_projects_in_the_documentation_works(case: Case) -> None:
    case.check()


@pytest.mark.parametrize("name", registry.catalogue())
def test_every_codemod_explains_itself(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    cli.main(["explain", name], standalone_mode=False)
    shown = capfd.readouterr().out

    rewrites = any(isinstance(example, Fixes) for example in registry.catalogue()[name].examples)
    assert ("## Rewrites" in shown) is rewrites
    assert all(heading in shown for heading in ("## Left alone", "## Read more"))
    assert all(example.because in shown for example in registry.catalogue()[name].examples)


def test_the_knowledge_has_a_row_for_every_kind_of_data_and_each_names_what_is_there() -> None:
    page = (ROOT / "docs" / "knowledge.md").read_text(encoding="utf-8")
    place = ROOT / "fixbot" / "analysis" / "knowledge"
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    named = {pattern for row in rows for pattern in re.findall(r"`([^`]+)`", row[1])}
    found = {pattern: set(place.glob(pattern)) for pattern in named}

    assert [pattern for pattern, files in found.items() if not files] == []
    assert set().union(*found.values()) == {path for path in place.rglob("*") if path.suffix in {".json", ".toml"}}
    assert all("`" in row[3] or "hand" in row[3] for row in rows)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_script_of_the_repository_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    modules = [ROOT / name.replace(".", "/") for name in re.findall(r"-m ((?:derive|benchmarks)(?:\.\w+)*)", text)]
    paths = re.findall(r"(?<![\w/])(?:benchmarks|derive)/[\w/]+\.\w+", text)

    assert [
        path for path in modules if not path.with_suffix(".py").exists() and not (path / "__main__.py").exists()
    ] == []
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_rooms_of_the_house_are_those_that_are_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    listing = page.partition("\n## ")[0]
    top = re.findall(r"^    ([a-z]+/)", listing, re.MULTILINE)
    rooms = re.findall(r"^      ([a-z]+(?:/|\.py))", listing, re.MULTILINE)
    analysis = re.findall(
        r"^        ([a-z, ]+?/?)  ", listing.partition("analysis/")[2].partition("plan/")[0], re.MULTILINE
    )
    inside = {name.strip() for names in analysis for name in names.split(",")}

    assert [name for name in top if not (ROOT / name).is_dir()] == []
    assert sorted(rooms) == _entries(ROOT / "fixbot")
    assert sorted(inside) == sorted(name.removesuffix(".py") for name in _entries(ROOT / "fixbot" / "analysis"))


def _entries(folder: Path) -> list[str]:
    """Give the modules and packages of a folder, packages with a slash."""
    packages = [f"{path.parent.name}/" for path in folder.glob("*/__init__.py")]
    return sorted([*packages, *(path.name for path in folder.glob("*.py") if path.name != "__init__.py")])


def test_what_the_page_of_the_life_cycle_names_as_shown_is_shown() -> None:
    page = (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8")
    named = re.findall(r"`([a-z_/]+\.py)::(test_\w+)`", page)
    assert len(named) > 20
    assert [
        f"{path}::{name}" for path, name in named if f"def {name}(" not in (ROOT / "tests" / path).read_text("utf-8")
    ] == []


def test_every_test_that_the_security_policy_names_is_there() -> None:
    text = (ROOT / ".github" / "SECURITY.md").read_text("utf-8")
    named = set(re.findall(r"`((?:tests|\.github)/[\w/.-]+)`", text))
    assert len(named) > 15
    assert sorted(name for name in named if not (ROOT / name).exists()) == []
