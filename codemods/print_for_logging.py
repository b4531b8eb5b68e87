"""Prints that belong into a log; long, because this file is also their documentation and tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from fixbot.codemod import (
    Corpus,
    Declined,
    Dismissed,
    Evidence,
    File,
    Fixes,
    Keeps,
    Place,
    ProjectCodemod,
    Proposal,
    Safety,
    Severity,
    Site,
    circumstances,
    cst,
    dotted,
    is_log_call,
    logger_at,
    statements,
)
from fixbot.codemod.printing import content, purpose
from fixbot.codemod.printing.writing import Wanted, logged

_CONFIGURES = (b"basicConfig", b"dictConfig", b"fileConfig", b"addHandler", b"setLevel", b"structlog", b"loguru")
_CAPTURES = (
    b"capsys",
    b"capfd",
    b"redirect_stdout",
    b"builtins.print",
    b"sys.stdout",
    b"capture_output",
    b"check_output",
)
_LEAST_TEXT = 5
_PRINT = re.compile(rb"(?<![\w.])print[ \t]*\(")


class _Prints:
    """Sees prints in what is no program of its own."""

    def search(self, content: bytes, /) -> bool:
        """Say whether there are some."""
        return b"print" in content and _PRINT.search(content) is not None and purpose.of_content(content) is None


class PrintForLogging(ProjectCodemod):
    """Log what a package prints.

    A `print` inside of a package goes to a terminal that nobody watches: it has no time, no level and no name of who
    said it, cannot be switched off, and mixes with the output of whatever program imports the package. It becomes a
    call of the module's logger, in the module's own manner, with the same text. The level is `exception` or `error`
    where a handler tells of a failure, `warning` beside one that does not and where the text warns, `error` where the
    text begins with a failure, `debug` for bare values and traces, otherwise `info`. Values are handed over as
    arguments, so that the text is put together only if somebody reads it; an f-string stays one where the module logs
    with f-strings, where a value has a format such as `:.2f`, and for loggers other than `logging`'s.

    Left alone: scripts (no `__init__.py` beside them, `__main__`, a `__main__` guard, `#!`), commands and what talks to
    a terminal (argparse, click, rich, `input`), entry points, tests, examples, tools, documentation and notebooks;
    functions that are there to print, by their name or docstring, commands of applications, debuggers, and what stands
    beside a traceback that is printed; records for another program, such as `reporter:counter:%s,%s`; texts that are
    laid out with rules and empty lines; `end=`, `sep=`, `flush=`; files other than `sys.stdout` and `sys.stderr`.
    Reported only: values that look personal or secret, which must not get into a log unseen, prints behind a switch
    such as `verbose` or `trace`, documents, texts of several lines, texts that a test waits for, and prints where no
    logger can be reached.

    Safety: a person must agree, for what is logged no longer goes to stdout. Where nothing configures logging, Python
    shows warnings and errors on stderr, and nothing below: `info` and `debug` then are not seen at all.
    """

    severity = Severity.LOW
    safety = Safety.REVIEW
    synonyms = ("print statement", "print() call", "print call", "print debugging", "debug print", "T20")
    pattern = _Prints()
    answers = frozenset({"T201"})
    successors = frozenset({"G004", "TRY400", "TRY401"})
    references = (
        "https://docs.python.org/3/howto/logging.html#when-to-use-logging",
        "https://docs.astral.sh/ruff/rules/print/",
    )

    def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
        """Yield each print of a package that tells how things are going, and dismiss what is output."""
        around = _Around(corpus)
        for path in corpus.mentioning("print"):
            found = _PRINT.search(corpus.files[path])
            if found is None:
                continue
            because = purpose.of_file(corpus, path)
            if because is not None:
                yield Dismissed(path, corpus.files[path].count(b"\n", 0, found.start()) + 1, because)
                continue
            file = corpus.file(path)
            if file is not None:
                yield from _in_file(path, file, around)

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        """Write the log call."""
        if not isinstance(place.plan, Wanted):
            return Declined("it is not known how to log it")
        return logged(node, place.plan)

    examples = (
        Fixes(
            {
                "shop/__init__.py": "",
                "shop/stock.py": """
                def restock(shelf, count):
                    print("Restocking")
                    print(f"Shelf {shelf.number} gets {count!r} at 100%")
                    print("left:", shelf.left, "of", 10)
                    shelf.left += count
                """,
            },
            {
                "shop/stock.py": """
                import logging

                logger = logging.getLogger(__name__)

                def restock(shelf, count):
                    logger.info("Restocking")
                    logger.info("Shelf %s gets %r at 100%%", shelf.number, count)
                    logger.info("left: %s of %s", shelf.left, 10)
                    shelf.left += count
                """,
            },
            because="a package says how things are going",
        ),
        Fixes(
            {
                "shop/__init__.py": "",
                "shop/stock.py": """
                import logging
                import sys

                log = logging.getLogger("shop")

                def load(path, parse):
                    try:
                        return parse(path)
                    except ValueError as e:
                        print(f"Failed to read {path}: {e}", file=sys.stderr)
                    except Exception:
                        print("Error: nothing was read")
                    except KeyboardInterrupt:
                        print("stopped")
                """,
            },
            {
                "shop/stock.py": """
                import logging

                log = logging.getLogger("shop")

                def load(path, parse):
                    try:
                        return parse(path)
                    except ValueError as e:
                        log.error("Failed to read %s: %s", path, e)
                    except Exception:
                        log.exception("Error: nothing was read")
                    except KeyboardInterrupt:
                        log.warning("stopped")
                """,
            },
            because="handlers tell of failures with the module's own logger",
        ),
        Fixes(
            {
                "shop/__init__.py": "",
                "shop/prices.py": """
                from loguru import logger

                def price(item, rate):
                    print("rate", rate)
                    print(f"{item} costs {rate:.2f}")
                    print("Warning: no rate")
                    return item.net * rate
                """,
            },
            {
                "shop/prices.py": """
                from loguru import logger

                def price(item, rate):
                    logger.debug(f"rate {rate!s}")
                    logger.info(f"{item} costs {rate:.2f}")
                    logger.warning("Warning: no rate")
                    return item.net * rate
                """,
            },
            because="a logger that takes no values gets f-strings",
        ),
        Fixes(
            {
                "shop/__init__.py": "",
                "shop/prices.py": """
                import logging

                logger = logging.getLogger(__name__)

                def price(item, rate):
                    logger.info(f"a price of {item}")
                    print(f"the rate is {rate}")
                    print(
                        "net",
                        item.net,
                        f"{rate:.1f}",
                    )
                    print("%d of %d" % (item.net, rate))
                    return item.net * rate
                """,
            },
            {
                "shop/prices.py": """
                import logging

                logger = logging.getLogger(__name__)

                def price(item, rate):
                    logger.info(f"a price of {item}")
                    logger.info(f"the rate is {rate}")
                    logger.info(
                        "net %s %s",
                        item.net,
                        f"{rate:.1f}",
                    )
                    logger.info("%d of %d" % (item.net, rate))
                    return item.net * rate
                """,
            },
            because="an f-string stays one where the module logs so, and a format stays as it is",
        ),
        Keeps(
            "def tell():\n    print('done')\n",
            because="a file without a package is a script",
        ),
        Keeps(
            {
                "shop/__init__.py": "",
                "shop/stock.py": """
                def count():
                    print("counting")

                if __name__ == "__main__":
                    count()
                """,
            },
            because="what can be run as a script is one",
        ),
        Keeps(
            {"shop/__init__.py": "", "shop/serve.py": "import argparse\ndef tell():\n    print('done')\n"},
            because="who reads a command line talks to a terminal",
        ),
        Keeps(
            {"shop/__init__.py": "", "shop/cli.py": "def tell():\n    print('done')\n"},
            because="a command prints",
        ),
        Keeps(
            {
                "shop/__init__.py": "",
                "tests/__init__.py": "",
                "tests/test_shop.py": "def test_it():\n    print('done')\n",
            },
            because="a test may print",
        ),
        Keeps(
            {
                "shop/__init__.py": "",
                "shop/checks.py": "import unittest\ndef missing(name):\n    print('there is no', name)\n",
            },
            because="it is there for tests",
        ),
        Keeps(
            {
                "shop/__init__.py": "",
                "shop/stock.py": """
                import os
                import traceback

                from shop.base import ShopApplication


                class Trim(ShopApplication):
                    def start(self):
                        print("There are too few entries to trim")


                def count(shelves, tell):
                    try:
                        return sum(shelf.count() for shelf in shelves)
                    except KeyboardInterrupt:
                        print("^C")
                    except ValueError:
                        print("the shelves were", shelves)
                        traceback.print_exc()


                def look_into(failure):
                    import pdb

                    print("Looking into the failure")
                    pdb.post_mortem(failure)
                """,
            },
            because="a command, an echo of Ctrl-C, a traceback and a debugger have somebody who reads them",
        ),
        Keeps(
            {
                "shop/__init__.py": "",
                "shop/stock.py": """
                def print_shelves(shelves):
                    for shelf in shelves:
                        print(shelf.number)

                def shelves(all_of_them):
                    \"\"\"Show the shelves.\"\"\"
                    print(len(all_of_them))
                """,
            },
            because="a function that is there to print does",
        ),
        Keeps(
            {
                "shop/__init__.py": "",
                "shop/stock.py": """
                def count(shelves):
                    print("=" * 40)
                    print("SHELVES", len(shelves))
                """,
            },
            because="a text that is laid out is for people",
        ),
        Keeps(
            {
                "shop/__init__.py": "",
                "shop/stock.py": """
                def count(shelves, out):
                    for shelf in shelves:
                        print(".", end="")
                        print(shelf.number, flush=True)
                        print(shelf.number, file=out)
                """,
            },
            because="progress and files are output",
        ),
        Keeps(
            {
                "shop/__init__.py": "",
                "shop/stock.py": "def tell():\n    print('done')  # noqa: T201 - it is asked for\n",
            },
            because="a comment for linters excuses it",
        ),
        Keeps(
            {"shop/__init__.py": "", "shop/stock.py": "from shop.terminal import print\nprint('done')\n"},
            because="it is another print",
        ),
        Keeps(
            {
                "shop/__init__.py": "",
                "shop/orders.py": """
                def order(user, basket):
                    print(f"{user.email} orders {len(basket)}")
                """,
            },
            because="who ordered is nobody's business",
            reports="`user.email` looks personal or secret",
        ),
        Keeps(
            {
                "shop/__init__.py": "",
                "shop/orders.py": """
                def order(basket, verbose=False):
                    if verbose:
                        print("ordering")
                """,
            },
            because="a switch asks for it",
            reports="`verbose` asks for it",
        ),
        Keeps(
            {
                "shop/__init__.py": "",
                "shop/orders.py": """
                def order(basket, trace_exit=False):
                    if trace_exit:
                        print(" .. order exit:", basket)
                """,
            },
            because="whoever calls it asks for a trace, and would not see it in a log that nobody configured",
            reports="`trace_exit` asks for it",
        ),
        Keeps(
            {
                "shop/__init__.py": "",
                "shop/stock.py": """
                import sys

                def count(group, found):
                    print("reporter:counter:%s,%s" % (group, found), file=sys.stderr)
                """,
            },
            because="Hadoop reads such lines from stderr, and no others: it is a protocol, not a message",
        ),
        Keeps(
            {
                "shop/__init__.py": "",
                "shop/orders.py": "def order(basket):\n    print('an order came in')\n",
                "tests/test_orders.py": """
                from shop.orders import order

                def test_it_is_told(capsys):
                    order([])
                    assert capsys.readouterr().out == "an order came in"
                """,
            },
            because="a test waits for it on stdout",
            reports="tests/test_orders.py waits for its text",
        ),
        Keeps(
            {
                "shop/__init__.py": "",
                "shop/orders.py": "import json\n\ndef order(basket):\n    print(json.dumps(basket))\n",
            },
            because="a document may be read by a program",
            reports="it prints a document",
        ),
        Keeps(
            {"shop/__init__.py": "", "shop/orders.py": "TELL = lambda text: print(text)\n"},
            because="it is no statement of its own",
            reports="it is a part of an expression",
        ),
    )


class _Around:
    """What the other files of a project say of what is printed and logged."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    @cached_property
    def configured(self) -> bool:
        """Whether something in the project may configure logging."""
        texts = (text for path, text in self._corpus.files.items() if not circumstances.is_test_file(path))
        return any(word in text for text in texts for word in _CONFIGURES)

    @cached_property
    def _tests(self) -> tuple[tuple[str, bytes], ...]:
        tests = ((path, text) for path, text in self._corpus.files.items() if circumstances.is_test_file(path))
        return tuple((path, text) for path, text in tests if any(word in text for word in _CAPTURES))

    def waiting_for(self, said: str) -> str | None:
        """Return the path of a test that has a part of some printed text, None where none has."""
        longest = max((part.strip() for part in said.split("\n")), key=len).encode(errors="surrogateescape")
        if len(longest) < _LEAST_TEXT:
            return None
        return next((path for path, text in self._tests if longest in text), None)


def _in_file(path: str, file: File, around: _Around) -> Iterator[Site | Dismissed]:
    module, names = file.module, file.names
    for at, _ in statements(module.tree):
        if not isinstance(at, ast.stmt):
            continue
        for call in _calls(at):
            if not purpose.is_print(names, call, at):
                continue
            because = purpose.of_call(module, names, call, at)
            if because is None:
                yield _site(path, file, call, at, around)
            else:
                yield Dismissed(path, call.lineno, because, module.qualname(at))


def _calls(at: ast.stmt) -> list[ast.Call]:
    """Return the calls in the expressions of a statement, lambdas included, without those of its suites."""
    stack: list[ast.AST] = [at]
    found: list[ast.Call] = []
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Call):
            found.append(node)
        stack += [child for child in ast.iter_child_nodes(node) if not _is_apart(child)]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _is_apart(node: ast.AST) -> bool:
    return isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case)


def _site(path: str, file: File, call: ast.Call, at: ast.stmt, around: _Around) -> Site:
    module, names = file.module, file.names
    stderr = any(
        keyword.arg == "file" and purpose.stream(names, keyword.value, at) == "stderr" for keyword in call.keywords
    )
    level = content.level(module, names, call, at, stderr=stderr)
    because = _in_the_way(file, call, at, around)
    logger = logger_at(module, names, at) if because is None else None
    if because is not None or logger is None:
        message = f"`print` in a package; {because or 'no logger can be reached here'}"
        return Site(at=Place.of(path, call), message=message, safety=Safety.MANUAL)
    style = "plain" if logger.kind != "stdlib" else "kept" if _logs_f_strings(file) else "lazy"
    function = f"{logger.expression}.{level}"
    width = max(len(line.rstrip()) for line in module.lines[call.lineno - 1 : call.end_lineno])
    wanted = Wanted(function, style, call.col_offset, width, logger.imports, logger.setup)
    message = f"`print` in a package; `{function}` tells it to whoever reads the log"
    evidence = [Evidence(call.lineno, _why(level))]
    if not around.configured and level in {"info", "debug"}:
        evidence.append(Evidence(call.lineno, f"nothing here configures logging: Python shows no `{level}` by itself"))
    elif not stderr:
        evidence.append(Evidence(call.lineno, "it no longer goes to stdout"))
    place = Place.of(path, call, wanted)
    return Site(at=Place.of(path, call), message=message, evidence=tuple(evidence), places=(place,))


def _why(level: str) -> str:
    return {
        "exception": "a handler of every error tells of a failure: the traceback says which",
        "error": "it tells of a failure",
        "warning": "it warns, or a handler goes on after it",
        "debug": "it shows values to whoever looks for a mistake",
    }.get(level, "it says how things are going")


def _in_the_way(file: File, call: ast.Call, at: ast.stmt, around: _Around) -> str | None:
    """Return why a person has to decide about a print, None where nothing speaks against logging it."""
    handler = content.handler_of(file.module, at)
    private = content.personal(call, handler.name if handler is not None else None)
    asked, said = purpose.switch(file.module, at), content.text(call)
    test = around.waiting_for(said)
    found = {
        "it is a part of an expression": not isinstance(at, ast.Expr) or at.value is not call,
        "nobody knows how many values it shows": any(map(_is_many, call.args)),
        f"`{private}` looks personal or secret, which must not get into a log unseen": private is not None,
        f"`{asked}` asks for it": asked is not None,
        "it prints a document, which somebody may read from stdout": _is_document(call),
        "it shows a bare value, as output or to look for a mistake": _is_bare(call),
        "its text has several lines": "\n" in said,
        f"{test} waits for its text": test is not None,
    }
    return next((because for because, holds in found.items() if holds), None)


def _is_many(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Starred | ast.GeneratorExp)


def _is_bare(call: ast.Call) -> bool:
    """Say whether a print shows values with no word beside them."""
    return content.is_dump(call) and not content.text(call).strip()


def _is_document(call: ast.Call) -> bool:
    documents = {"dumps", "dump", "tabulate", "to_string", "pformat", "to_json", "to_csv", "tostring", "prettify"}
    only = content.values(call)
    made = [dotted(value.func) or "" for value in only if isinstance(value, ast.Call)]
    return not content.text(call).strip() and any(name.rpartition(".")[2] in documents for name in made)


@lru_cache(maxsize=4)
def _logs_f_strings(file: File) -> bool:
    """Say whether a module logs with f-strings and nowhere hands over values."""
    calls = [node for node in ast.walk(file.module.tree) if isinstance(node, ast.Call) and is_log_call(node)]
    formatted = any(isinstance(argument, ast.JoinedStr) for call in calls for argument in call.args[:1])
    return formatted and not any(len(call.args) > 1 for call in calls)
