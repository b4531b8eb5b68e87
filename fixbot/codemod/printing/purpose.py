"""Tells prints that are the output of a program from those that tell how it is going; it only reads."""

from __future__ import annotations

import ast
import codecs
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import PurePosixPath

from fixbot import toml
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.handlers.circumstances import is_test_file
from fixbot.analysis.module import Function, Module
from fixbot.analysis.names import Names, last_name, own
from fixbot.analysis.remembered import remembered
from fixbot.codemod.printing import content
from fixbot.codemod.twice import is_excused

_PLACES = (
    "benchmark benchmarks bin cli cmd command commands demo demos doc docs example examples notebook notebooks perf "
    "samples script scripts testing tool tools tutorials"
)
_FOLDERS = frozenset(_PLACES.split())
_FILES = re.compile(
    r"(?:__main__|main|cli|\w+_cli|cli_\w+|manage|setup|conftest|noxfile|tasks|fabfile|dodo|demo\w*|example\w*)\.py\Z"
)
_PROGRAMS = (
    "absl.app absl.flags argparse blessed cleo click cmd code colorama curses docopt fire getopt getpass inquirer "
    "IPython optparse plac prompt_toolkit questionary readline rich termcolor textual tqdm typer"
)
_PROGRAM = re.compile(
    rb"^[ \t]*(?:from[ \t]+|import[ \t]+(?:[\w., \t]*[, \t])?)(?P<name>"
    + "|".join(_PROGRAMS.replace(".", r"\.").split()).encode()
    + rb")(?![\w])",
    re.MULTILINE,
)
_TEST = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(?P<name>pytest|unittest)\b", re.MULTILINE)
_GUARD = re.compile(rb"^if[ \t(]+(?:__name__[ \t]*==|['\"]__main__['\"][ \t]*==)", re.MULTILINE)
_ASKS = re.compile(rb"(?<![\w.])input\(")
_NOTEBOOK = re.compile(rb"^# ?(?:In ?\[|%%|COMMAND ----)|\bget_ipython\(", re.MULTILINE)
# Functions that are there to print, by their names and by the first word of their docstrings.
_PRINTS = re.compile(
    r"_*(?:print|pprint|show|display|report|dump|echo|banner|progress|prompt)(?:_\w*)?"
    r"|\w+_(?:print|pprint|report|summary|usage|help|main|cli|repl)|_*(?:main|usage|help|format_help|cli|repl|interact)"
    r"|(?:print|show|display|dump)[A-Z]\w*"
)
# Classes that are, and texts that ask somebody to do something.
_PRINTERS = re.compile(r"\w*(?:Print|Progress|Report|Console|Display|Terminal|Shell|Repl|REPL|Tee|Screen|Prompt)\w*")
_COMMANDS = re.compile(r"\w*(?:App|Application|Command)")
_TELLS = re.compile(r"\b(?:press|click|clicking|type|visit|please|ctrl|usage:|run:|\[y/n\])(?!\w)", re.IGNORECASE)
_LOGS = re.compile(r"_*(?:log|debug|info|warn|warning|error|critical|trace|verbose|vprint|dprint|say|out|output)")
_SAYS_PRINTS = re.compile(r"\s*(?:pretty[- ])?(?:print|show|display|dump|output|echo|write)s?\b", re.IGNORECASE)
_SWITCH = re.compile(
    r"verbose|verbosity|debug|quiet|silent|dry_?run|interactive|(?:\A|_)trac(?:e|ing)(?:_|\Z)", re.IGNORECASE
)
# What another program reads: fields between marks, and no word stands alone.
_RECORD = re.compile(r"[\w.-]+[:=|;\t](?:[^\s,:=|;]+[:=|;,\t])+\S*")
_MEANT = re.compile(r"std(?:out|err)|on purpose|intend|intention|deliberate|for the user|to the console", re.IGNORECASE)
_RULE = re.compile(r"[\s\W_]*")


def of_file(corpus: Corpus, path: str) -> str | None:
    """Return why all prints of a file are output, None where some may not be; nothing is parsed for it."""
    whole = PurePosixPath(path)
    found = corpus.files[path].removeprefix(codecs.BOM_UTF8)
    if is_test_file(path):
        return "it is a test"
    if f"{whole.parent}/__init__.py".removeprefix("./") not in corpus.files:
        return "no package is around the file: it is a script"
    folder = next((part for part in whole.parts[:-1] if part in _FOLDERS), None)
    if folder is not None:
        return f"what is in `{folder}` prints for people"
    if _FILES.match(whole.name) or whole.parts[-3:-1] == ("management", "commands"):
        return "the file is a command, by its name"
    if any(path == entry or path.endswith(f"/{entry}") for entry in _entries(corpus)):
        return "a script of the distribution starts here"
    return of_content(found)


def of_content(found: bytes) -> str | None:
    """Return why the bytes of a file say that it is a program of its own, None where they do not."""
    if found.startswith(b"#!"):
        return "the file is a script, by its first line"
    if _GUARD.search(found):
        return "the file can be run as a script"
    program = _PROGRAM.search(found)
    if program is not None:
        return f"the file imports `{program['name'].decode()}`: it talks to a terminal"
    tests = _TEST.search(found)
    if tests is not None:
        return f"the file imports `{tests['name'].decode()}`: it is for tests"
    if _ASKS.search(found):
        return "the file asks its user by `input`"
    return "the file comes from a notebook" if _NOTEBOOK.search(found) else None


def _entries(corpus: Corpus) -> tuple[str, ...]:
    texts = tuple(text for path, text in corpus.texts.items() if path.rpartition("/")[2] == "pyproject.toml")
    return _started(texts)


@lru_cache(maxsize=4)
def _started(texts: tuple[bytes, ...]) -> tuple[str, ...]:
    """Return the files that the scripts of distributions start in, without the folder of the sources."""
    found: list[str] = []
    for text in texts:
        try:
            told = toml.table(text)
        except ValueError:
            continue
        project, tool = told.get("project"), told.get("tool")
        poetry = tool.get("poetry") if isinstance(tool, dict) else None
        for table in (project, poetry):
            for name in ("scripts", "gui-scripts"):
                scripts = table.get(name) if isinstance(table, dict) else None
                for started in scripts.values() if isinstance(scripts, dict) else ():
                    module = str(started).partition(":")[0].strip().replace(".", "/")
                    found += [f"{module}.py", f"{module}/__init__.py"]
    return tuple(found)


def of_call(module: Module, names: Names, call: ast.Call, at: ast.stmt) -> str | None:
    """Return why a print is output, None where it may tell how things are going."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if (layout := next((name for name in ("end", "sep", "flush") if name in given), None)) is not None:
        return f"`{layout}=` shapes what a person sees"
    if None in given:
        return "nobody knows where it prints to"
    if "file" in given and stream(names, given["file"], at) is None:
        return f"it writes to `{ast.unparse(given['file'])}`"
    return _excused(module, call, at) or _of_function(module, names, at)


def _beside_traceback(module: Module, at: ast.stmt) -> bool:
    """Say whether the statement before or after one prints a traceback, which a log would part it from."""
    outer = next(iter(module.ancestors(at)), module.tree)
    block = next((each for _, each in ast.iter_fields(outer) if isinstance(each, list) and at in each), [at])
    place = block.index(at)
    return any("traceback.print_" in ast.unparse(each) for each in block[max(place - 1, 0) : place + 2] if each != at)


def _excused(module: Module, call: ast.Call, at: ast.stmt) -> str | None:
    beside = "".join(module.lines[at.lineno - 1 : at.end_lineno])
    lines = (module.lines[call.lineno - 1], module.lines[(call.end_lineno or call.lineno) - 1])
    if any(is_excused(line, frozenset({"T201", "T20"})) for line in lines):
        return "a comment for linters excuses it"
    if "#" in beside and _MEANT.search(beside.rpartition("#")[2]):
        return "a comment calls it meant"
    if _beside_traceback(module, at):
        return "a traceback is printed beside it"
    if "^C" in content.text(call):
        return "it shows a terminal that Ctrl-C was pressed"
    if len(call.args) == 1 and _RECORD.fullmatch(content.text(call)):
        return "it is a record that a program reads, by its form"
    return "it tells a person what to do" if _TELLS.search(content.text(call)) else None


def _of_function(module: Module, names: Names, at: ast.stmt) -> str | None:
    functions = [outer for outer in module.definitions(at) if isinstance(outer, Function)]
    for function in functions:
        if _PRINTS.fullmatch(function.name):
            return f"`{function.name}` is there to print"
        if _LOGS.fullmatch(function.name):
            return f"`{function.name}` is a logger of its own"
        if _SAYS_PRINTS.match(ast.get_docstring(function) or ""):
            return f"`{function.name}` is there to print, by its docstring"
    terminal = _of_surroundings(module, functions, at)
    if terminal is not None:
        return terminal
    if _has_layout(functions[0] if functions else module.tree) and names.origin("print", at) == "print":
        return "rules or empty lines beside it lay out a text for people"
    return None


@remembered
def _has_layout(scope: Function | ast.Module) -> bool:
    """Say whether a function or module prints an empty line or a rule, if `print` is the builtin there."""
    return any(_calls_print(node) and _lays_out(node) for node in own(scope.body) if isinstance(node, ast.Call))


def _of_surroundings(module: Module, functions: Iterable[Function], at: ast.stmt) -> str | None:
    """Return what around a print talks to somebody at a terminal."""
    classes = [outer for outer in module.definitions(at) if isinstance(outer, ast.ClassDef)]
    printer = next((each.name for each in classes if _PRINTERS.fullmatch(each.name)), None)
    if printer is not None:
        return f"`{printer}` is there to print"
    command = next((each.name for each in classes if any(_COMMANDS.fullmatch(last_name(b)) for b in each.bases)), None)
    if command is not None:
        return f"`{command}` is a command of a program"
    return "a debugger talks to a person there" if any(map(_debugs, functions)) else None


@remembered
def _debugs(function: Function) -> bool:
    """Say whether a function imports a debugger."""
    imports = (each for each in ast.walk(function) if isinstance(each, ast.Import | ast.ImportFrom))
    return any("pdb" in ast.unparse(each) for each in imports)


def stream(names: Names, value: ast.expr, at: ast.AST) -> str | None:
    """Return `stdout` or `stderr` where a `file` argument is that for certain, None for anything else."""
    if isinstance(value, ast.Constant) and value.value is None:
        return "stdout"
    known = {"sys.stdout": "stdout", "sys.__stdout__": "stdout", "sys.stderr": "stderr", "sys.__stderr__": "stderr"}
    return known.get(names.resolve(value, at) or "")


def is_print(names: Names, node: ast.AST, at: ast.AST) -> bool:
    """Say whether an expression in statement `at` calls the builtin."""
    return _calls_print(node) and names.origin("print", at) == "print"


def _calls_print(node: ast.AST) -> bool:
    """Say whether an expression calls something of that name."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"


def _lays_out(call: ast.Call) -> bool:
    """Say whether a print shows an empty line or a rule."""
    match call.args:
        case []:
            return True
        case [ast.Constant(value=str(text))]:
            return _RULE.fullmatch(text) is not None
        case [ast.BinOp(op=ast.Mult(), left=left, right=right)]:
            return any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in (left, right))
    return False


def switch(module: Module, at: ast.stmt) -> str | None:
    """Return the name of the switch that asks for a print, such as `verbose`, None where there is none."""
    inside: ast.AST = at
    for outer in module.ancestors(at):
        if isinstance(outer, ast.If) and inside in outer.body:
            for node in ast.walk(outer.test):
                named = last_name(node) if isinstance(node, ast.Name | ast.Attribute) else getattr(node, "value", "")
                if isinstance(named, str) and _SWITCH.search(named):
                    return ast.unparse(node)
        inside = outer
    return None
