"""`except Exception` around code that is understood; long, because this file is also its documentation and tests."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from functools import partial

from fixbot.codemod import (
    Codemod,
    Declined,
    Evidence,
    Fixes,
    Keeps,
    Module,
    Names,
    Option,
    Proposal,
    Safety,
    Severity,
    Spot,
    circumstances,
    clauses,
    cst,
    delivery,
    glance,
    handlers,
    logger_at,
    names_of,
    redundant,
    remarks,
)
from fixbot.codemod.catching import Types, types_for
from fixbot.codemod.clause import without_types
from fixbot.codemod.mending import Mending, clause_only, mended, with_audit

_BROAD = frozenset({"Exception"})
_ERRORS = frozenset(name for name, value in vars(builtins).items() if name.endswith(("Error", "Exception")) and value)
# The words of other classes that the standard library doubles in tuples.
_CLASSES = (
    "asyncio binascii client concurrent configparser decimal error exceptions futures gzip http json os queue select "
    "shutil socket ssl struct subprocess tarfile urllib xml zipfile zlib BadStatusLine BadZipFile CalledProcessError "
    "DecimalException Empty Error HTTPError HTTPException IncompleteRead InvalidOperation InvalidStateError "
    "JSONDecodeError NoOptionError NoSectionError ParseError ReadError RemoteDisconnected SSLError SameFileError "
    "SubprocessError TarError TimeoutExpired URLError UnsupportedOperation gaierror herror timeout"
)


class BroadExcept(Codemod):
    """Catch what the body raises instead of `Exception`.

    `except Exception` around a line that can raise `ValueError` also catches the mistakes of tomorrow: a misspelt
    name in that line looks like bad input. Where every statement of the body is understood, the clause names all
    that can come out of it. With `rest = "log"` a last handler logs whatever is left, with the traceback, and raises
    it again. What the handler raises anew names its cause. In a tuple, a type that another one catches as well goes
    (`json.JSONDecodeError` beside `ValueError`, `IOError` beside `OSError`): nothing else changes by that.

    Left alone: bodies that are not understood to the end (ruff's BLE001 names those), that await, yield or import;
    guards of endless loops; handlers that always raise again, and those that keep or hand on the error; the last
    handler of a program, a thread, a request or a callback; those with a comment that says why; tests. Silent
    handlers belong to `silent-except`, `except:` to `bare-except`. A type that only newer versions of Python hold to
    be another one, as `asyncio.TimeoutError`, stays in its tuple.

    Safety: a person must agree, because an error that no longer is caught reaches the caller; `safe` for types that
    are only doubled.
    """

    severity = Severity.MEDIUM
    safety = Safety.REVIEW
    synonyms = ("broad exception", "blind except", "catch-all except", "except Exception", "W0703", "W0718")
    pattern = re.compile(
        rb"except[ \t]*(?:[ \t(][^:]{0,99}?\bException\b[^:]{0,99}:(?!\s*(?:#[^\r\n]*[\r\n]\s*)*"
        rb"(?:\.\.\.|pass\b|continue\b|raise[ \t]*[\r\n;#]|return(?:[ \t]+None)?[ \t]*(?:[\r\n;#]|\Z)))|"
        + redundant.DOUBLED.encode()
        + rb")"
    )
    local = True
    tests = False
    answers = frozenset({"BLE001", "B014", "B904", "UP024"})
    drops = frozenset({"(", ")", ",", "."}) | _ERRORS | frozenset(_CLASSES.split())
    references = (
        "https://docs.python.org/3/tutorial/errors.html#handling-exceptions",
        "https://docs.astral.sh/ruff/rules/blind-except/",
        "https://docs.astral.sh/ruff/rules/duplicate-handler-exception/",
    )
    options = (Option("rest", ("pass-on", "log"), "let what is left out pass on, or log it in a last handler first"),)

    def tamest(self) -> Safety:
        """Say `safe`: some handlers catch as much as before."""
        return Safety.SAFE

    def find(self, module: Module) -> Iterator[Spot]:
        """Yield every handler of `Exception` around a body that is understood, and every tuple with a doubled type."""
        names = names_of(module)
        for node, parent in clauses.clauses(module):
            if node.type is None:
                continue
            spot = self._broad(module, names, parent, node) or self._doubled(module, names, node)
            if spot is not None:
                yield spot

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:
        """Write the types, the causes and the last handler, or leave out what is doubled."""
        if not isinstance(node, cst.ExceptHandler) or not callable(spot.plan):
            return Declined(spot.message)
        plan = spot.plan()
        if isinstance(plan, Mending):
            return mended(node, plan)
        changed = without_types(node, plan)
        return Declined(spot.message) if changed is None else Proposal(changed)

    def _broad(self, module: Module, names: Names, parent: ast.Try, node: ast.ExceptHandler) -> Spot | None:
        if clauses.named(node, _BROAD) is None or _is_another_matter(module, names, parent, node):
            return None
        types = types_for(module, names, parent, node, narrow="complete")
        builtin = clauses.catches(names, node, _BROAD)
        if not types.typed or not builtin or _stays_broad(module, names, parent, node):
            return None
        message = f"`except Exception` also hides mistakes; `except {types.source}:` is all that the body raises"
        audit = self.chosen["rest"] == "log"
        if audit and logger_at(module, names, node) is None:
            message += "; no logger can be reached here"
            return Spot(node=node, message=message, safety=Safety.MANUAL, evidence=types.evidence)
        plan = partial(_plan, module, names, parent, node, types=types, audit=audit)
        return Spot(node=node, message=message, evidence=types.evidence, plan=plan)

    def _doubled(self, module: Module, names: Names, node: ast.ExceptHandler) -> Spot | None:
        if not isinstance(node.type, ast.Tuple):
            return None
        text = "".join(module.lines[node.lineno - 1 : node.type.end_lineno])
        found = redundant.redundant_types(node, names, text)
        if not found:
            return None
        left = [part for place, part in enumerate(node.type.elts) if place not in {one.place for one in found}]
        written = ", ".join(ast.unparse(part) for part in left)
        shorter = f"({written})" if len(left) > 1 else written
        message = f"a type is caught twice; `except {shorter}:` catches the same"
        evidence = tuple(Evidence(node.lineno, str(one)) for one in found)
        lost = {word for one in found for word in re.findall(r"\w+", one.written)}
        safety = Safety.SAFE if lost <= self.drops else Safety.MANUAL
        places = frozenset(one.place for one in found)
        return Spot(node=node, message=message, safety=safety, evidence=evidence, plan=lambda: places)

    examples = (
        Fixes(
            """
            from datetime import datetime

            def check(record: dict[str, str], errors: list[str]):
                try:
                    updated = datetime.fromisoformat(record["updated"])
                except Exception:
                    errors.append("no valid date")
                    return
                errors.append(f"updated {updated}")
            """,
            """
            from datetime import datetime

            def check(record: dict[str, str], errors: list[str]):
                try:
                    updated = datetime.fromisoformat(record["updated"])
                except (KeyError, ValueError):
                    errors.append("no valid date")
                    return
                errors.append(f"updated {updated}")
            """,
            because="all that the body can raise is named",
        ),
        Fixes(
            """
            import os

            def size(path):
                try:
                    return os.path.getsize(path)
                except Exception as e:
                    raise LookupError(f"no size of {path}: {e}")
            """,
            """
            import os

            def size(path):
                try:
                    return os.path.getsize(path)
                except OSError as e:
                    raise LookupError(f"no size of {path}: {e}") from e
            """,
            because="what is raised anew names its cause, by the name that is there",
        ),
        Fixes(
            """
            import json

            def read(text: str):
                try:
                    return json.loads(text)
                except (Exception, ValueError):
                    return {}
            """,
            """
            import json

            def read(text: str):
                try:
                    return json.loads(text)
                except json.JSONDecodeError:
                    return {}
            """,
            because="a tuple with `Exception` in it is `Exception`",
        ),
        Fixes(
            """
            import os
            def read(path, parse):
                try:
                    return parse(path)
                except (OSError, IOError, os.error, KeyError):
                    return None
            """,
            """
            import os
            def read(path, parse):
                try:
                    return parse(path)
                except (OSError, KeyError):
                    return None
            """,
            because="other names of a type that is there are not needed",
        ),
        Fixes(
            """
            import json
            def read(text, parse):
                try:
                    return parse(text) or json.loads(text)
                except (ValueError, json.JSONDecodeError):
                    return None
            """,
            """
            import json
            def read(text, parse):
                try:
                    return parse(text) or json.loads(text)
                except ValueError:
                    return None
            """,
            because="a type whose parent is there is not needed",
        ),
        Keeps(
            """
            def price(shop, item):
                try:
                    return shop.price_of(item)
                except Exception:
                    return 0
            """,
            because="nobody knows what the call raises",
        ),
        Fixes(
            """
            import uuid


            def stored(value):
                try:
                    return uuid.UUID(value).hex
                except Exception:
                    return value
            """,
            """
            import uuid


            def stored(value):
                try:
                    return uuid.UUID(value).hex
                except (ValueError, TypeError, AttributeError):
                    return value
            """,
            because="of a value nobody knows whether it is a text",
        ),
        Keeps(
            """
            def number(text):
                try:
                    return int(text)
                except (TypeError, ValueError):
                    return 0
            """,
            because="specific types say what is meant",
        ),
        Keeps(
            """
            def main():
                try:
                    return int(open("number").read())
                except Exception as e:
                    print(e)
            """,
            because="it is the last handler of a program",
        ),
        Keeps(
            """
            from shop import app
            @app.get("/number")
            def number(text: str):
                try:
                    return int(text)
                except Exception:
                    return "no number"
            """,
            because="it is the last handler of a request",
        ),
        Keeps(
            """
            def serve(texts):
                while True:
                    try:
                        print(int(next(texts)))
                    except Exception:
                        print("next, please")
            """,
            because="it guards an endless loop",
        ),
        Keeps(
            """
            def number(text: str, log):
                try:
                    return int(text)
                except Exception:
                    log.error("no number")
                    raise
            """,
            because="a handler that raises again hides nothing",
        ),
        Keeps(
            """
            class Reader:
                def read(self, text: str):
                    try:
                        self.log(int(text))
                    except Exception as e:
                        self.error = e
            """,
            because="the error is kept for whoever asks",
        ),
        Keeps(
            """
            try:
                import ujson
                FAST = True
            except Exception:
                FAST = False
            """,
            because="a module that is imported may raise anything",
        ),
        Keeps(
            """
            import asyncio
            def read(parse):
                try:
                    return parse()
                except (TimeoutError, asyncio.TimeoutError):
                    return None
            """,
            because="the two became one only in Python 3.11",
        ),
        Keeps(
            """
            def number(text: str):
                try:
                    return int(text)
                except Exception:
                    # whatever is wrong with it, the form must not fail
                    return 0
            """,
            because="a comment says why",
        ),
        Keeps(
            """
            def test_a_bad_number_is_refused():
                try:
                    int("x")
                except Exception as e:
                    assert "invalid" in str(e)
            """,
            because="it is a test's",
        ),
    )


def _plan(  # `fix` asks for it, once it is known that the finding is rewritten
    module: Module, names: Names, parent: ast.Try, node: ast.ExceptHandler, *, types: Types, audit: bool
) -> Mending:
    clause = clause_only(module, node, types)
    return with_audit(module, names, parent, node, clause) or clause if audit else clause


def _is_another_matter(module: Module, names: Names, parent: ast.Try, node: ast.ExceptHandler) -> bool:
    """Say whether a handler is none of this codemod's, or its body not understood, as far as a glance tells."""
    return (
        clauses.is_silent(node)
        or circumstances.is_test(module, parent)
        or handlers.always_reraises(node.body)
        or handlers.is_main_loop(module, parent)
        or glance.is_foreign(parent.body, names, parent)
    )


def _stays_broad(module: Module, names: Names, parent: ast.Try, node: ast.ExceptHandler) -> bool:
    """Say whether a handler has to outlive whatever is raised.

    It keeps the error, or nobody comes after it, or a comment says so.
    """
    reason = (
        delivery.keeps_for_later(module, names, node)
        or circumstances.at_a_border(module, parent)
        or handlers.stays_broad(module, names, parent, node)
    )
    return reason is not None or remarks.says_why_broad(module, node)
