from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping

import pytest

from fixbot.analysis.coroutines.public import builds_distribution, is_public
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function, FunctionNode

BUILDS = {"pyproject.toml": "[build-system]\nrequires = ['hatchling']\n"}
MODULE = """\
def wait():
    pass

def _hidden():
    pass

class Door:
    def shut(self):
        pass

    def _lock(self):
        pass

    def __enter__(self):
        pass

    class Lid:
        def lift(self):
            pass

class _Secret:
    def tell(self):
        pass
"""


def corpus_of(files: Mapping[str, str], texts: Mapping[str, str] = BUILDS) -> Corpus:
    content = {path: textwrap.dedent(text).encode() for path, text in files.items()}
    return Corpus(content, texts={path: text.encode() for path, text in texts.items()})


def public(files: Mapping[str, str], texts: Mapping[str, str] = BUILDS, path: str = "pkg/mod.py") -> set[str]:
    """Give the qualified names of the functions of one file that are public."""
    corpus = corpus_of(files, texts)
    file = corpus.file(path)
    assert file is not None
    functions = [Function(file, node) for node in ast.walk(file.module.tree) if isinstance(node, FunctionNode)]
    return {function.qualname for function in functions if is_public(corpus, function)}


def of_package(init: str, module: str = MODULE, texts: Mapping[str, str] = BUILDS) -> set[str]:
    return public({"pkg/__init__.py": init, "pkg/mod.py": module}, texts)


OF_DOOR = {"Door.shut", "Door.__enter__", "Door.Lid.lift"}


BUILDING = {
    "a build system": {"pyproject.toml": "[build-system]\nrequires = []\n"},
    "a declared name": {"setup.cfg": "[metadata]\nname = pkg\n"},
    "poetry": {"pyproject.toml": "[build-system]\n[tool.poetry]\nname = 'pkg'\n"},
    "poetry that packages": {"pyproject.toml": "[build-system]\n[tool.poetry]\npackage-mode = true\n"},
    "uv that packages": {"pyproject.toml": "[build-system]\n[tool.uv]\npackage = true\n"},
    "both": {"pyproject.toml": "[tool.uv]\npackage = false\n", "setup.cfg": "[options]\n[metadata]\n"},
}
NOT_BUILDING = {
    "nothing": {},
    "a project alone": {"pyproject.toml": "[project]\nname = 'app'\n"},
    "tools alone": {"pyproject.toml": "[tool.ruff]\n", "setup.cfg": "[flake8]\nmetadata = 1\n"},
    "poetry without a package": {"pyproject.toml": "[build-system]\n[tool.poetry]\npackage-mode = false\n"},
    "pdm without a package": {"pyproject.toml": "[build-system]\n[tool.pdm]\ndistribution = false\n"},
    "uv without a package": {"pyproject.toml": "[build-system]\n[tool.uv]\npackage = false\n"},
    "text that cannot be read": {"pyproject.toml": "[build-system\n"},
}


@pytest.mark.parametrize("what", BUILDING)
def test_a_project_that_says_how_it_is_built_builds_a_distribution(what: str) -> None:
    assert builds_distribution(corpus_of({}, BUILDING[what]), "pkg/mod.py")
    assert "wait" in of_package("from .mod import wait\n", texts=BUILDING[what])


@pytest.mark.parametrize("what", NOT_BUILDING)
def test_in_a_project_that_builds_nothing_nothing_is_public(what: str) -> None:
    assert not builds_distribution(corpus_of({}, NOT_BUILDING[what]), "pkg/mod.py")
    assert of_package("from .mod import *\n__all__ = ['wait']\n", texts=NOT_BUILDING[what]) == set()


def test_bytes_that_are_no_text_say_nothing_about_building() -> None:
    assert not builds_distribution(Corpus({}, texts={"pyproject.toml": b"[build-system]\n# \xff\n"}), "mod.py")


@pytest.mark.parametrize(
    "script", ["from setuptools import setup\nsetup()\n", "import setuptools\nsetuptools.setup (name=1)\n"]
)
def test_a_script_that_sets_up_builds_a_distribution(script: str) -> None:
    files = {"setup.py": script, "pkg/__init__.py": "from .mod import wait\n", "pkg/mod.py": MODULE}
    assert public(files, {}) == {"wait"}
    assert public(files | {"setup.py": "def set_up():\n    pass\n"}, {}) == set()
    assert public({("deep/" + path): text for path, text in files.items()}, {}, "deep/pkg/mod.py") == {"wait"}


@pytest.mark.parametrize("what", BUILDING)
def test_a_distribution_in_a_folder_is_made_of_the_files_below_it(what: str) -> None:
    texts = {f"back/{path}": text for path, text in BUILDING[what].items()} | {"back/pkg/pyproject.toml": ""}
    corpus = corpus_of({}, texts)
    assert builds_distribution(corpus, "back/pkg/mod.py")
    assert not builds_distribution(corpus, "front/mod.py")
    assert not builds_distribution(corpus, "mod.py")


EXPORTS = {
    "from .mod import wait\n": {"wait"},
    "from pkg.mod import wait\n": {"wait"},
    "from .mod import wait as pause\n": {"wait"},
    "from .mod import Door\n": OF_DOOR,
    "from .mod import Door, wait\n": OF_DOOR | {"wait"},
    "try:\n    from .mod import wait\nexcept ImportError:\n    wait = None\n": {"wait"},
    "from .mod import Door as _Door\n": set(),
    "from .mod import wait as _wait\n": set(),
    "from .mod import _hidden\n": set(),
    "from .mod import _Secret\n": set(),
    "from . import mod\n": OF_DOOR | {"wait"},
    "from . import mod as module\n": OF_DOOR | {"wait"},
    "from . import mod as _mod\n": set(),
    "from .mod import *\n": OF_DOOR | {"wait"},
    "": set(),
    "from .other import wait\n": set(),
    "import time\nwait = time.sleep\n": set(),
    "def f():\n    from .mod import wait\n": set(),
}


@pytest.mark.parametrize("init", EXPORTS)
def test_what_a_package_binds_is_public(init: str) -> None:
    assert of_package(init) == EXPORTS[init]


LISTS = {
    "__all__ = ['wait']\n": {"wait"},
    "__all__ = ('wait', 'Door')\n": OF_DOOR | {"wait"},
    "__all__ = []\n__all__ += ['wait']\n": {"wait"},
    "__all__: list[str] = ['wait']\n": {"wait"},
    "__all__: list[str]\n": set(),
    "__all__ = ['_hidden']\n": {"_hidden"},
    "__all__ = ['_Secret']\n": {"_Secret.tell"},
    "__all__ = ['Door'] + other.__all__\n": OF_DOOR,
    "__all__ = other.__all__\n": set(),
    "NAMES = ['wait']\n": set(),
}


@pytest.mark.parametrize("listed", LISTS)
def test_what_a_module_lists_is_public(listed: str) -> None:
    assert of_package("", MODULE + listed) == LISTS[listed]


def test_a_star_hands_on_only_what_the_module_lists_where_it_lists_something() -> None:
    assert of_package("from .mod import *\n", MODULE + "__all__ = ['wait']\n") == {"wait"}


def test_a_function_that_stands_in_the_init_itself_is_public() -> None:
    assert public({"pkg/__init__.py": MODULE}, path="pkg/__init__.py") == OF_DOOR | {"wait"}


def test_every_package_around_a_module_may_hand_it_on() -> None:
    files = {"pkg/sub/__init__.py": "", "pkg/sub/mod.py": MODULE}
    outer = {"pkg/__init__.py": "from .sub.mod import wait\nfrom pkg.sub import mod as _mod\n"}
    assert public(files | outer, path="pkg/sub/mod.py") == {"wait"}
    assert public(files, path="pkg/sub/mod.py") == set()
    assert public({"pkg/__init__.py": "", **files}, path="pkg/sub/mod.py") == set()


def test_a_package_below_src_is_one_too() -> None:
    files = {"src/pkg/__init__.py": "from .mod import wait\n", "src/pkg/mod.py": MODULE}
    assert public(files, path="src/pkg/mod.py") == {"wait"}


def test_a_module_in_no_package_exports_what_it_lists_alone() -> None:
    assert public({"mod.py": MODULE}, path="mod.py") == set()
    assert public({"mod.py": MODULE + "__all__ = ['wait']\n"}, path="mod.py") == {"wait"}
    assert public({"__init__.py": "from .mod import wait\n", "mod.py": MODULE}, path="mod.py") == {"wait"}


DESCRIBED = BUILDS["pyproject.toml"] + "[project]\nclassifiers = ['Programming Language :: Python :: 3']\n"
SAID = {"pyproject.toml": DESCRIBED}


def test_of_a_described_distribution_whatever_can_be_imported_is_public() -> None:
    assert of_package("", texts=SAID) == {"wait", *OF_DOOR}
    assert public({"mod.py": MODULE}, SAID, "mod.py") == {"wait", *OF_DOOR}


@pytest.mark.parametrize(
    "path", ["pkg/_mod.py", "_pkg/mod.py", "pkg/__main__.py", "tests/test_mod.py", "scripts/mod.py", "setup.py"]
)
def test_of_a_described_distribution_nobody_imports_what_is_hidden_or_stands_aside(path: str) -> None:
    assert public({path: MODULE}, SAID, path) == set()


def test_a_distribution_for_nobody_else_is_not_described() -> None:
    private = DESCRIBED.replace("'Programming", "'Private :: Do Not Upload', 'Programming")
    assert of_package("", texts={"pyproject.toml": private}) == set()


@pytest.mark.parametrize("needs", ["['fastapi', 'uvicorn>=0.3']", "['redis==5.0', 'jinja2==3.1']"])
def test_an_application_is_not_imported_however_it_is_described(needs: str) -> None:
    text = DESCRIBED.replace("[project]\n", f"[project]\nname = 'shop'\ndependencies = {needs}\n")
    assert of_package("", texts={"pyproject.toml": text}) == set()
