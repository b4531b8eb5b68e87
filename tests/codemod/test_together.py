import ast

from fixbot.analysis.compiling import compile_error
from fixbot.codemod.contract import of_files
from fixbot.engine import inspect
from fixbot.examine import Orders, examine
from fixbot.model import SourceFile
from fixbot.registry import choose

TEXT = '''"""A shop."""
import json
import os


def bare(path, shop):
    try:
        shop.load(path)
    except:
        pass


def silent(path, shop):
    try:
        shop.load(path)
    except Exception:
        pass


def broad(text: str):
    try:
        return json.loads(text)
    except Exception:
        return {}


def doubled(path, shop):
    try:
        shop.load(path)
    except (OSError, IOError):
        return 1


def nested(path: str, shop):
    try:
        return int(path)
    except Exception:
        try:
            shop.load(path)
        except Exception:
            pass
        try:
            os.unlink(path)
        except:
            pass
        return 0


def caused(path, shop):
    try:
        shop.load(path)
    except OSError:
        raise LookupError(path)
'''
SLUGS = ("bare-except", "broad-except", "lost-cause", "silent-except")


def test_no_handler_belongs_to_two_codemods() -> None:
    findings = inspect(SourceFile("shop.py", TEXT.encode()), of_files(choose(SLUGS))).findings
    places = [finding.line for finding in findings]
    assert sorted(set(places)) == places
    assert [finding.codemod for finding in findings] == [
        "bare-except",
        "silent-except",
        "broad-except",
        "broad-except",
        "broad-except",
        "silent-except",
        "bare-except",
        "lost-cause",
    ]


def test_one_after_the_other_they_settle() -> None:
    content = TEXT.encode()
    for codemod in of_files(choose(SLUGS)):
        (attempt,) = (part.attempt for part in examine(Orders((codemod,)), SourceFile("shop.py", content)).parts)
        assert attempt.refused == ()
        assert attempt.rewrite is not None
        content = attempt.rewrite.after
        assert compile_error(content) is None
    left = inspect(SourceFile("shop.py", content), of_files(choose(SLUGS))).findings
    assert left == ()
    assert content.count(b"import logging") == 1
    assert content.count(b"logger = ") == 1
    clauses = [
        ast.unparse(node.type)
        for node in ast.walk(ast.parse(content))
        if isinstance(node, ast.ExceptHandler) and node.type
    ]
    assert sorted(clauses) == ["Exception"] * 3 + ["OSError"] * 3 + ["ValueError", "json.JSONDecodeError"]


def test_each_of_them_works_alone_on_the_same_file() -> None:
    codemods = of_files(choose(SLUGS))
    parts = examine(Orders(codemods), SourceFile("shop.py", TEXT.encode())).parts
    assert [part.codemod for part in parts if part.attempt.rewrite] == [codemod.slug() for codemod in codemods]
