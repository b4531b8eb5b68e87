from pathlib import Path

from benchmarks.audited import clauses
from benchmarks.erased import files, pairs
from benchmarks.narrowed import suggested
from benchmarks.scoring import Pair

CODE = """
def size(text):
    try:
        return int(text)
    except ValueError:
        return 0


def again(text):
    try:
        return again(text[1:])
    except RecursionError:
        return 0


def all_of_it(text):
    try:
        return int(text)
    except Exception:
        return 0
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_the_types_of_narrow_handlers_are_hidden_and_asked_for(tmp_path: Path) -> None:
    (found,) = pairs(write(tmp_path, "a.py", CODE), tmp_path)
    assert found.chosen == ("ValueError",)
    assert "ValueError" in found.suggested


def test_a_file_that_cannot_be_read_has_no_handlers(tmp_path: Path) -> None:
    assert pairs(write(tmp_path, "a.py", "try:"), tmp_path) == []


def test_tests_are_not_measured(tmp_path: Path) -> None:
    wanted = write(tmp_path, "shop/a.py", "")
    write(tmp_path, "shop/tests/b.py", "")
    write(tmp_path, "site-packages/c.py", "")
    assert files(tmp_path) == [wanted]


def test_a_handler_that_was_narrowed_is_found_by_its_lines(tmp_path: Path) -> None:
    write(tmp_path, "7.py", CODE)
    row = {"id": 7, "path": "shop/a.py", "line": 17, "handler_line": 19}
    assert "ValueError" in suggested(row, tmp_path)
    assert suggested(row | {"handler_line": 18}, tmp_path) == ()
    write(tmp_path, "7.py", "try:")
    assert suggested(row, tmp_path) == ()


def test_handlers_are_told_apart_by_function_and_place() -> None:
    nested = """
class A:
    def f(self):
        try:
            try:
                a()
            except KeyError: pass
        except: pass
        else:
            try: b()
            except OSError: pass
            except (ValueError, TypeError): pass

try: c()
except ImportError: pass
"""
    assert clauses(nested) == {
        (".A.f", 0, 0): "",
        (".A.f", 1, 0): "KeyError",
        (".A.f", 2, 0): "OSError",
        (".A.f", 2, 1): "(ValueError, TypeError)",
        ("", 0, 0): "ImportError",
    }


def test_what_has_no_narrow_handler_gives_no_pair(tmp_path: Path) -> None:
    found: list[Pair] = pairs(write(tmp_path, "a.py", "try:\n    f()\nexcept:\n    pass\n"), tmp_path)
    assert found == []
