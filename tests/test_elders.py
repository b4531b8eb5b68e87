from __future__ import annotations

from pathlib import Path

import pytest

from fixbot.analysis.ancient import runs_on_two
from tests.engine.rewriting import BARE_EXCEPT
from tests.parts.command import fixbot
from tests.test_prepare_together import BARE, after, prepared, refusals

OLD = "setup(classifiers=['Programming Language :: Python :: 2.7', 'Programming Language :: Python :: 3'])\n"
NEW = "setup(python_requires='>=3.8')\n"
BECAUSE = "`setup.py` says that the project runs on Python 2 as well"

SAID = {
    "a classifier": ("setup.py", OLD, True),
    "a classifier without a minor version": (
        "setup.cfg",
        "classifiers =\n  Programming Language :: Python :: 2\n",
        True,
    ),
    "one that lets it": ("setup.py", "setup(python_requires='>=2.7, !=3.0.*')\n", True),
    "no Python": ("setup.py", "setup(name='a')\n", None),
    "Python 3 alone": ("setup.py", "setup(classifiers=['Programming Language :: Python :: 3 :: Only'])\n", None),
    "a newer Python than a classifier": ("setup.py", NEW + OLD, False),
    "a version of something else": ("setup.cfg", "  Programming Language :: Python :: 2.78\n", None),
    "pyproject.toml": ("pyproject.toml", "[project]\nrequires-python = '>=3.11'\n", False),
    "an upper bound": ("setup.py", "setup(python_requires='<4')\n", True),
}


@pytest.mark.parametrize("case", SAID.values(), ids=SAID)
def test_files_about_building_say_whether_python_2_is_meant(case: tuple[str, str, bool | None]) -> None:
    name, text, old = case
    assert runs_on_two(name, text.encode()) is old


def test_a_project_that_runs_on_python_2_is_left_alone() -> None:
    done = prepared({"old/setup.py": OLD, "old/shop/a.py": BARE, "b.py": BARE}, BARE_EXCEPT)
    assert list(after(done)) == ["b.py"]
    assert refusals(done) == [("old/shop/a.py", 3, BECAUSE)]


def test_the_nearest_file_about_building_counts() -> None:
    done = prepared({"setup.py": OLD, "a.py": BARE, "new/setup.py": NEW, "new/a.py": BARE}, BARE_EXCEPT)
    assert list(after(done)) == ["new/a.py"]


def test_what_changes_together_is_left_together() -> None:
    files = {
        "setup.py": OLD,
        "a.py": "def old_a():\n    pass\n",
        "new/setup.py": NEW,
        "new/b.py": "import a\na.old_a()\n",
    }
    done = prepared(files)
    assert after(done) == {}
    assert refusals(done) == [("a.py", 1, BECAUSE)]


def test_a_file_about_building_on_disk_counts(tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").write_text("[options]\npython_requires = >=2.7\n", encoding="utf-8")
    (tmp_path / "a.py").write_text(BARE, encoding="utf-8")
    said = fixbot("fix", tmp_path, "--select", "bare-except").out
    assert (tmp_path / "a.py").read_text(encoding="utf-8") == BARE
    assert "`setup.cfg` says that the project runs on Python 2 as well" in said
