from __future__ import annotations

import pytest

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.declarations import declared, folder_of
from fixbot.analysis.requirements import Requirements, requirements_for


def required(files: dict[str, str], path: str = "app/main.py") -> Requirements:
    scripts = {name: text.encode() for name, text in files.items() if name.endswith(".py")}
    texts = {name: text.encode() for name, text in files.items() if name not in scripts}
    return requirements_for(Corpus({path: b"x = 1\n"} | scripts, texts=texts), path)


def test_a_project_that_says_nothing_requires_nothing() -> None:
    assert required({}) == Requirements(None, None, typing_extensions=False, says="")
    assert required({"pyproject.toml": "[tool.ruff]\n"}) == Requirements()


def project(requires: str) -> dict[str, str]:
    return {"pyproject.toml": f"[project]\nrequires-python = '{requires}'\n"}


def poetry(python: str) -> dict[str, str]:
    return {"pyproject.toml": f"[tool.poetry.dependencies]\npython = '{python}'\n"}


PYTHONS: list[tuple[dict[str, str], tuple[int, int] | None]] = [
    (project(">=3.9"), (3, 9)),
    (project(">=3.8.1,<4"), (3, 8)),
    (project(">3.7"), (3, 7)),
    (project("~=3.10"), (3, 10)),
    (project("==3.11.*"), (3, 11)),
    (project("==3.11.4"), (3, 11)),
    (project(">=2.7,!=3.0.*"), (2, 7)),
    (project(">=3,!=3.0.*"), (3, 1)),
    (project("<4"), None),
    (project("!=3.9"), None),
    (project("three"), None),
    (project(""), None),
    (poetry("^3.9"), (3, 9)),
    (poetry("~3.8"), (3, 8)),
    (poetry("~3.8 || ^3.10"), (3, 8)),
    (poetry(">=3.8 <4.0"), (3, 8)),
    (poetry("3.12.*"), (3, 12)),
    (poetry("*"), None),
    ({"setup.cfg": "[options]\npython_requires = >=3.6\n"}, (3, 6)),
    ({"setup.py": "from setuptools import setup\nsetup(python_requires='>=3.5')\n"}, (3, 5)),
    ({"setup.py": "import setuptools\nV = '>=3.5'\nsetuptools.setup(python_requires=V)\n"}, (3, 5)),
    ({"setup.py": "setup(python_requires=find())\n"}, None),
    ({"setup.py": "setup(\n"}, None),
    ({"Pipfile": "[requires]\npython_version = '3.9'\n"}, (3, 9)),
    ({"Pipfile": "[requires]\npython_full_version = '3.9.7'\n"}, (3, 9)),
]


TARGETS = [
    ("[tool.ruff]\ntarget-version = 'py39'\n", (3, 9)),
    ("[tool.black]\ntarget-version = ['py310', 'py38']\n", (3, 8)),
    ("[tool.ruff]\ntarget-version = 'py312'\n[tool.black]\ntarget-version = ['py311']\n", (3, 11)),
    ("[project]\nrequires-python = '>=3.10'\n[tool.ruff]\ntarget-version = 'py39'\n", (3, 10)),
    ("[tool.ruff]\ntarget-version = 'new'\n", None),
    ("[tool.ruff]\ntarget-version = 3\n", None),
]


@pytest.mark.parametrize(("text", "python"), TARGETS)
def test_what_linters_write_for_counts_where_nothing_else_says_so(text: str, python: tuple[int, int] | None) -> None:
    assert required({"pyproject.toml": text}).python == python


def test_a_requirement_further_up_says_more_than_a_linter() -> None:
    files = project(">=3.9") | {"app/pyproject.toml": "[tool.ruff]\ntarget-version = 'py312'\n"}
    assert required(files).python == (3, 9)


@pytest.mark.parametrize(("files", "python"), PYTHONS)
def test_the_lowest_python_is_read(files: dict[str, str], python: tuple[int, int] | None) -> None:
    assert required(files).python == python


def test_the_nearest_file_that_says_something_counts() -> None:
    files = project(">=3.9") | {"app/setup.cfg": "[options]\npython_requires = >=3.12\n"}
    assert required(files).python == (3, 12)
    assert required(files | {"app/deep/Pipfile": ""}, "app/deep/x.py").python == (3, 12)
    assert required(files, "other/x.py").python == (3, 9)


def listed(*lines: str) -> dict[str, str]:
    return {"pyproject.toml": f"[project]\ndependencies = {list(lines)}\n"}


def required_text(text: str, name: str = "requirements.txt") -> dict[str, str]:
    return {name: text}


NAMED: list[tuple[dict[str, str], int | None]] = [
    (listed("pydantic"), 2),
    (listed("Pydantic[email] >= 2.1"), 2),
    (listed("pydantic>=1.10"), 2),
    (listed("pydantic>=1.10,<3"), 2),
    (listed("pydantic<2"), 1),
    (listed("pydantic<2.0.0"), 1),
    (listed("pydantic<=1.10.13"), 1),
    (listed("pydantic<=2"), 2),
    (listed("pydantic==1.10.2"), 1),
    (listed("pydantic==1.*"), 1),
    (listed("pydantic~=1.10"), 1),
    (listed("pydantic==2.7.4; python_version > '3.8'"), 2),
    (listed("pydantic>2"), 2),
    (listed("pydantic==0.32"), 1),
    (listed("pydantic!=1.8"), 2),
    (listed("pydantic==3.1"), 2),
    (listed("pydantic-settings>=2", "fastapi"), None),
    (listed("pydantic", "pydantic<2"), 1),
    ({"pyproject.toml": "[project.optional-dependencies]\nmodels = ['pydantic<2']\n"}, 1),
    ({"pyproject.toml": "[dependency-groups]\na = ['pydantic<2', {include-group = 'b'}]\nb = []\n"}, 1),
    ({"pyproject.toml": "[tool.pdm.dev-dependencies]\na = ['pydantic<2']\n"}, 1),
    ({"pyproject.toml": "[tool.uv]\ndev-dependencies = ['pydantic<2']\n"}, 1),
    ({"pyproject.toml": "[tool.poetry.dependencies]\npydantic = '^1.10'\n"}, 1),
    ({"pyproject.toml": "[tool.poetry.dependencies]\npydantic = '^2'\n"}, 2),
    ({"pyproject.toml": "[tool.poetry.dependencies]\npydantic = '1.10.2'\n"}, 1),
    ({"pyproject.toml": "[tool.poetry.dependencies]\npydantic = {version = '~1.9.1', extras = ['email']}\n"}, 1),
    ({"pyproject.toml": "[tool.poetry.dependencies]\npydantic = {path = '../x'}\n"}, 2),
    ({"pyproject.toml": "[tool.poetry.dependencies]\npydantic = [{version = '<2', python = '<3.8'}]\n"}, 1),
    ({"pyproject.toml": "[tool.poetry.group.a.dependencies]\npydantic = '^0.3'\n"}, 1),
    ({"pyproject.toml": "[tool.poetry.dev-dependencies]\npydantic = '*'\n"}, 2),
    ({"pyproject.toml": "[project]\ndependencies = 1\n"}, None),
    ({"pyproject.toml": "project = 1\n"}, None),
    ({"pyproject.toml": "[project\n"}, None),
    (required_text("# all\n-r other.txt\npydantic==1.10.2  # old\n"), 1),
    (required_text("pydantic==1.10.2 \\\n    --hash=sha256:ab\n"), 1),
    (required_text("https://example.org/x.whl\npydantic\n"), 2),
    (required_text("pydantic<2\n", "requirements-dev.txt"), 1),
    (required_text("pydantic<2\n", "requirements/base.txt"), 1),
    (required_text("pydantic<2\n", "notes.txt"), None),
    ({"Pipfile": "[packages]\npydantic = '==1.10'\n"}, 1),
    ({"Pipfile": "[dev-packages]\npydantic = '*'\n"}, 2),
    ({"setup.cfg": "[options]\ninstall_requires =\n    attrs\n    pydantic<2\n"}, 1),
    ({"setup.cfg": "[options.extras_require]\nmodels = pydantic<2\n"}, 1),
    ({"setup.cfg": "pydantic\n"}, None),
    ({"setup.py": "setup(install_requires=('pydantic<2',))\n"}, 1),
    ({"setup.py": "NEEDS = ['pydantic<2']\nsetup(install_requires=NEEDS)\n"}, 1),
    ({"setup.py": "setup(extras_require={'a': ['pydantic<2']})\n"}, 1),
    ({"setup.py": "setup(install_requires=read())\n"}, None),
    (listed("pydantic>=1.8") | required_text("pydantic==1.10.2\n"), 1),
    (listed("fastapi") | {"app/requirements.txt": "pydantic<2\n"}, 1),
    (listed("pydantic<2") | {"app/requirements.txt": "pydantic\n"}, 2),
    (listed("fastapi") | {"app/models.py": "from pydantic import BaseModel\n"}, 2),
    ({"other/models.py": "import pydantic as p\n"}, 2),
    ({"other/models.py": "\ufefffrom pydantic import BaseModel\n"}, 2),
    ({"other/models.py": "# import pydantic\n"}, None),
    ({"app/pyproject.toml": "", "other/models.py": "import pydantic\n"}, None),
]


@pytest.mark.parametrize(("files", "major"), NAMED)
def test_the_major_version_of_pydantic_is_read(files: dict[str, str], major: int | None) -> None:
    assert required(files).pydantic == major


def test_it_is_told_where_pydantic_was_found() -> None:
    assert required(listed("pydantic")).says == "`pyproject.toml` asks for `pydantic`"
    assert required(required_text("pydantic>=2,<3\n")).says == "`requirements.txt` asks for `pydantic<3,>=2`"
    assert required({"app/models.py": "from pydantic import x\n"}).says == "`app/models.py` imports `pydantic`"


@pytest.mark.parametrize("name", ["typing_extensions", "typing-extensions>=4", "Typing.Extensions"])
def test_typing_extensions_are_declared_by_any_spelling(name: str) -> None:
    assert required(listed(name)).typing_extensions
    assert required({"requirements.txt": name, "app/Pipfile": ""}).typing_extensions
    assert not required(listed("typing")).typing_extensions


EXTENSIONS: list[tuple[dict[str, str], bool]] = [
    (listed("typing-extensions>=3.7"), True),
    (listed("typing-extensions~=4.5"), True),
    (listed("typing-extensions==4.12.2"), True),
    (listed("typing-extensions>=3.7,<4"), False),
    (listed("typing-extensions==4.0.1"), False),
    (listed("typing-extensions; python_version < '3.9'"), False),
    ({"pyproject.toml": "[project.optional-dependencies]\ndev = ['typing_extensions']\n"}, False),
    ({"pyproject.toml": "[dependency-groups]\ndev = ['typing-extensions']\n"}, False),
    ({"pyproject.toml": "[build-system]\nrequires = ['typing-extensions']\n"}, False),
    ({"pyproject.toml": "[tool.uv]\ndev-dependencies = ['typing-extensions']\n"}, False),
    ({"pyproject.toml": "[tool.poetry.dependencies]\ntyping-extensions = '^4.5'\n"}, True),
    ({"pyproject.toml": "[tool.poetry.dependencies]\ntyping-extensions = {version = '>=4'}\n"}, True),
    ({"pyproject.toml": "[tool.poetry.dependencies]\ntyping-extensions = {version = '>=4', optional = true}\n"}, False),
    ({"pyproject.toml": "[tool.poetry.dependencies]\ntyping-extensions = [{version = '*', python = '<3.9'}]\n"}, False),
    ({"pyproject.toml": "[tool.poetry.group.dev.dependencies]\ntyping-extensions = '*'\n"}, False),
    ({"requirements.txt": "typing_extensions\n"}, True),
    ({"requirements/base.txt": "typing_extensions\n"}, True),
    ({"requirements-dev.txt": "typing_extensions\n"}, False),
    ({"requirements/test.txt": "typing_extensions\n"}, False),
    ({"Pipfile": "[packages]\ntyping-extensions = '*'\n"}, True),
    ({"Pipfile": "[dev-packages]\ntyping-extensions = '*'\n"}, False),
    ({"setup.cfg": "[options]\ninstall_requires = typing-extensions\n"}, True),
    ({"setup.cfg": "[options.extras_require]\na = typing-extensions\n"}, False),
    ({"setup.py": "setup(install_requires=['typing-extensions'])\n"}, True),
    ({"setup.py": "setup(extras_require={'a': ['typing-extensions']})\n"}, False),
]


@pytest.mark.parametrize(("files", "there"), EXTENSIONS)
def test_typing_extensions_count_where_they_are_always_installed(files: dict[str, str], *, there: bool) -> None:
    assert required(files).typing_extensions is there


def test_what_cannot_be_read_asks_for_nothing() -> None:
    assert declared("pyproject.toml", b"\xff\xfe").needs == ()
    assert declared("setup.py", b"x = " + b"(" * 100_000).needs == ()


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("pyproject.toml", ""),
        ("a/b/setup.cfg", "a/b"),
        ("a/requirements/base.txt", "a"),
        ("requirements/base.txt", ""),
        ("a/requirements-dev.txt", "a"),
        ("a/notes.txt", None),
        ("a/main.py", None),
    ],
)
def test_a_file_about_building_speaks_of_its_folder(path: str, folder: str | None) -> None:
    assert folder_of(path) == folder
