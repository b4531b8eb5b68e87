"""Why a name that nothing in its file binds may be something all the same; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.module import Module
from fixbot.analysis.undefined.scopes import DELETED
from fixbot.codemod.misnamed.rounds import bound_in_round
from fixbot.codemod.misnamed.uses import Lost

_COMMENT = re.compile(
    r"#.*(?:\bnoqa\b(?!:)|\bnoqa:[^#]*\bF821\b|pyright:[^#]*reportUndefinedVariable"
    r"|type:[ \t]*ignore\[[^\]]*name-defined|pylint:[ \t]*disable=[^#]*(?:undefined-variable|E0602))"
)
_OLD = re.compile(r"version_info|hexversion|\bPY_?[23]\b|IS_PY|python_?[23]|sys\.version", re.IGNORECASE)
_NOTEBOOK = re.compile(r"^# (?:Databricks notebook source|%%|COMMAND -{5})", re.MULTILINE)
_IN_NOTEBOOKS = frozenset(
    {"dbutils", "display", "displayHTML", "get_ipython", "sc", "spark", "sql", "sqlContext", "table"}
)
# Functions that exist only where something else runs the file, and gives it more names.
_HOSTS = {"Import": "SCons", "get_config": "a program's configuration"}
_HOSTED = re.compile(r"\b(?:Import|get_config)\(")
_TOLD = frozenset({"reveal_locals", "reveal_type"})
_DYNAMIC = re.compile(r"\b(?:exec|execfile|globals|vars|_convert_?|global_enum|modules)\b")
_ASKED = re.compile(
    r"""["'](\w+)["']\s*(?:not\s+)?in\s+(?:\w+\.)*(?:globals|locals|vars|dir|__dict__|__builtins__|builtins)\b"""
)
_INSTALLS = re.compile(
    rb"(?:__builtins?__|builtins)(?=(?:\.__dict__)?(?:\.([\w\x80-\xff]+)[ \t]*=(?!=)"
    rb"|\[[\"']([\w\x80-\xff]+)[\"']\][ \t]*=(?!=)|[ \t]*,[ \t]*[\"']([\w\x80-\xff]+)[\"']))"
)
_TRANSLATES = re.compile(rb"gettext|\.install\(")


def dismissed(corpus: Corpus, lost: Lost) -> str | None:
    """Return why a name may be something though its file does not say so, None where it is nothing."""
    line = lost.first.node.lineno
    if any(_COMMENT.search(lost.module.lines[place.node.lineno - 1]) for place in lost.places):
        return "a comment says that it is known"
    if lost.first.state == DELETED and lost.first.later and lost.first.chain[-1].names.get(lost.name) != DELETED:
        return f"`{lost.name}` is deleted around the function, and nobody can tell whether it runs before"
    below = bound_in_round(lost)
    if below is not None:
        return f"`{lost.name}` is bound in line {below} by an earlier round of the loop"
    if _is_asked(lost) or _is_old(lost):
        return f"`{lost.name}` is looked for before it is read"
    in_notebook = lost.name in _IN_NOTEBOOKS and _NOTEBOOK.search(lost.module.text) is not None
    if lost.name in _TOLD or in_notebook or _hosted(lost) is not None:
        return f"line {line}: what runs or checks this file gives it `{lost.name}`"
    return _given(corpus, lost)


def _given(corpus: Corpus, lost: Lost) -> str | None:
    """Return what may give the name to the module in ways that its statements do not show."""
    dynamic = _dynamic_line(lost.module)
    if dynamic is not None:
        return f"line {dynamic} may give the module any name"
    where = _installed(corpus, lost.name)
    return None if where is None else f"{where} makes `{lost.name}` a builtin"


def _hosted(lost: Lost) -> str | None:
    """Return what runs a file that calls a function of its host, which nothing binds."""
    names = lost.first.chain[0].names
    return next((_HOSTS[name] for name in _hosts(lost.module) if name not in names), None)


@lru_cache(maxsize=4)
def _hosts(module: Module) -> tuple[str, ...]:
    """Return the functions of hosts that a file calls, by their names, each once."""
    if not _HOSTED.search(module.text):
        return ()
    calls = (node.func for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    return tuple(dict.fromkeys(func.id for func in calls if isinstance(func, ast.Name) and func.id in _HOSTS))


def _is_asked(lost: Lost) -> bool:
    """Say whether the file asks if there is such a name."""
    return lost.name in _asked(lost.module)


@lru_cache(maxsize=4)
def _asked(module: Module) -> frozenset[str]:
    return frozenset(_ASKED.findall(module.text))


def _is_old(lost: Lost) -> bool:
    """Say whether a condition on the version of Python is around each place, in the statement or in the expression."""
    return all(_under_version(lost, place.around, place.node) for place in lost.places)


def _under_version(lost: Lost, around: ast.AST, node: ast.AST) -> bool:
    tests = [outer.test for outer in (around, *lost.module.ancestors(around)) if isinstance(outer, ast.If)]
    holder = lost.parents.get(node)
    while holder is not None and not isinstance(holder, ast.stmt):
        if isinstance(holder, ast.IfExp):
            tests.append(holder.test)
        elif isinstance(holder, ast.BoolOp):
            tests.append(holder.values[0])
        holder = lost.parents.get(holder)
    return any(_OLD.search(ast.unparse(test)) for test in tests)


@lru_cache(maxsize=4)
def _dynamic_line(module: Module) -> int | None:
    return next(_dynamic(module), None)


def _dynamic(module: Module) -> Iterator[int]:
    """Yield the lines that may bind names of the module in ways that nobody can follow."""
    if not _DYNAMIC.search(module.text):
        return
    parents = {child: node for node in ast.walk(module.tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Name(id="exec" | "execfile"), args=[_]):
                yield node.lineno
            case ast.Call(func=ast.Name(id="globals")) if not _only_reads(node, parents):
                yield node.lineno
            case ast.Call(func=ast.Name(id="vars" | "locals"), args=[]) if not _only_reads(node, parents):
                if not _in_function(node, parents):
                    yield node.lineno
            case ast.Call(func=ast.Attribute(attr="_convert_" | "_convert")):
                yield node.lineno
            case ast.Name(id="global_enum") | ast.Attribute(attr="global_enum"):
                yield node.lineno
            case ast.Subscript(value=ast.Attribute(attr="modules"), slice=ast.Name(id="__name__")):
                yield node.lineno


def _only_reads(node: ast.Call, parents: dict[ast.AST, ast.AST]) -> bool:
    """Say whether nothing is done with `globals()` but to look up a name."""
    match parents.get(node):
        case ast.Subscript(ctx=ast.Load()) | ast.Compare() | ast.For() | ast.comprehension():
            return True
        case ast.Attribute(attr="get" | "items" | "keys" | "values" | "copy"):
            return True
        case ast.Call(func=ast.Name(id="dict" | "list" | "set" | "sorted" | "len" | "id" | "print")):
            return True
        case ast.BinOp() | ast.FormattedValue():
            return True
    return False


def _in_function(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    while (outer := parents.get(node)) is not None:
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return True
        node = outer
    return False


def _installed(corpus: Corpus, name: str) -> str | None:
    """Return the file that makes a name a builtin, None where none does."""
    path = _installs(corpus).get(name.encode())
    if path is None and name in {"_", "ngettext", "pgettext", "npgettext"}:
        return next((each for each in corpus.mentioning("install") if _TRANSLATES.search(corpus.files[each])), None)
    return path


@lru_cache(maxsize=2)
def _installs(corpus: Corpus) -> Mapping[bytes, str]:
    """Return the names that files of a project make builtins, each with the first of those files."""
    found: dict[bytes, str] = {}
    for path, content in corpus.files.items():
        for match in _INSTALLS.finditer(content) if b"builtin" in content else ():
            found.setdefault(match[1] or match[2] or match[3], path)
    return found
