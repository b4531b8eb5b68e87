"""Bare `except:` clauses; long, because this file is also their documentation and their tests."""

from __future__ import annotations

import ast
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
    handlers,
    names_of,
)
from fixbot.codemod.catching import NARROW, types_for
from fixbot.codemod.mending import as_broad, mended, narrowed


class BareExcept(Codemod):
    """Say what an `except:` catches.

    A bare `except:` also catches `SystemExit`, `KeyboardInterrupt`, `GeneratorExit` and a cancelled task, so a
    process cannot be stopped and the mistake that was made stays invisible. The clause now names what the body
    can raise: `BaseException` where the handler passes everything on, `ImportError` around imports, the exact
    types where every statement of the body is understood, otherwise `Exception`; the evidence then offers the types
    that are likely, and `narrow = "likely"` writes them. A handler that says nothing gets a log call with the
    traceback, in the module's own manner; a call of a known logger that is there carries the traceback; what raises
    something new names its cause.

    Left alone: handlers that a person may end with Ctrl-C (`input`, `serve_forever`), bodies that yield, and text
    in strings. Handlers that mean to catch more than `Exception` (they name `SystemExit`, await a task they have
    cancelled, end the process, hand the error on, or work under eventlet or gevent) become `BaseException`, which
    changes nothing. Tests, import fallbacks, `__del__` and what it calls, `__eq__` and its like, signal handlers,
    `cmd.Cmd`, `return NotImplemented`, what a comment above the `try` calls harmless and what one in the handler says
    was told already get no log call. The last handler of an endless loop stays `Exception`.

    Safety: `safe` where the handler catches as much as before; `review` elsewhere, because what is no longer caught
    now reaches the caller.
    """

    severity = Severity.CRITICAL
    safety = Safety.REVIEW
    synonyms = ("bare exception", "naked except", "untyped except", "except without a type", "`except:`", "W0702")
    pattern = re.compile(rb"except\s*(?::|\\)")
    local = True
    answers = frozenset({"E722", "S110", "S112"})
    successors = frozenset({"BLE001", "SIM105"})
    drops = frozenset({"pass", "error"})
    references = (
        "https://docs.python.org/3/library/exceptions.html#exception-hierarchy",
        "https://docs.astral.sh/ruff/rules/bare-except/",
    )
    options = (
        Option("narrow", NARROW, "name types where the whole body is understood, wherever some are likely, or never"),
        Option("log", ("silent", "never"), "add a log call to handlers that say nothing, or never"),
    )

    def tamest(self) -> Safety:
        """Say `safe`: some handlers catch as much as before."""
        return Safety.SAFE

    def find(self, module: Module) -> Iterator[Spot]:
        """Yield every handler without a type."""
        names = names_of(module)
        for node, parent in clauses.clauses(module):
            if node.type is None:
                yield self._spot(module, names, parent, node)

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:
        """Write the types, the cause and the log call."""
        if not callable(spot.plan) or not isinstance(node, cst.ExceptHandler):
            return Declined(spot.message)
        return mended(node, spot.plan())

    def _spot(self, module: Module, names: Names, parent: ast.Try, node: ast.ExceptHandler) -> Spot:
        why = "the handler passes on whatever was raised" if handlers.always_reraises(node.body) else None
        why = why or handlers.stays_broad(module, names, parent, node)
        if why is not None:
            message = f"bare except means everything: {why}; `except BaseException:` says so"
            evidence, plan = (Evidence(node.lineno, why),), partial(as_broad, module, node)
            return Spot(node=node, message=message, safety=Safety.SAFE, evidence=evidence, plan=plan)
        why = handlers.may_be_ended_by_hand(parent)
        if why is not None:
            message = f"bare except left alone: {why}"
            return Spot(node=node, message=message, safety=Safety.MANUAL, evidence=(Evidence(node.lineno, why),))
        types = types_for(module, names, parent, node, narrow=self.chosen["narrow"])
        message = f"bare except hides what went wrong; `except {types.source}:` fits the body"
        log = self.chosen["log"] == "silent" and not circumstances.is_test_file(module.path)
        plan = partial(narrowed, module, names, parent, node, types=types, log=log)
        return Spot(node=node, message=message, evidence=types.evidence, plan=plan)

    examples = (
        Fixes(
            """
            import cmd


            class Counter(cmd.Cmd):
                def do_buy(self, line):
                    try:
                        self.shop.buy(line)
                    except:
                        self.shop = None


            class Shelf:
                def close(self):
                    try:
                        self.boxes = closed_boxes()
                    except:
                        self.boxes = None

                def __del__(self):
                    self.close()


            def colours(screen):
                # Harmless where the terminal has none.
                try:
                    screen.start_color()
                except:
                    pass


            def look(debugger, name):
                try:
                    return debugger.value(name)
                except:
                    # value() already printed the error
                    return None
            """,
            """
            import cmd


            class Counter(cmd.Cmd):
                def do_buy(self, line):
                    try:
                        self.shop.buy(line)
                    except Exception:
                        self.shop = None


            class Shelf:
                def close(self):
                    try:
                        self.boxes = closed_boxes()
                    except Exception:
                        self.boxes = None

                def __del__(self):
                    self.close()


            def colours(screen):
                # Harmless where the terminal has none.
                try:
                    screen.start_color()
                except Exception:
                    pass


            def look(debugger, name):
                try:
                    return debugger.value(name)
                except Exception:
                    # value() already printed the error
                    return None
            """,
            because="loggers may be gone when `__del__` calls it, a terminal is talked to, or comments say enough",
        ),
        Fixes(
            {
                "tests/test_page.py": """
                from page import shown

                def test_an_error_is_shown():
                    try:
                        shown(None)
                    except:
                        text = "an error"
                    assert text == "an error"
                """
            },
            {
                "tests/test_page.py": """
                from page import shown

                def test_an_error_is_shown():
                    try:
                        shown(None)
                    except Exception:
                        text = "an error"
                    assert text == "an error"
                """
            },
            because="a test waits for the failure, and its log is read by nobody",
        ),
        Fixes(
            """
            import logging
            log = logging.getLogger(__name__)
            def tell(hub):
                try:
                    hub.send()
                except:
                    pass  # best effort
            """,
            """
            import logging
            log = logging.getLogger(__name__)
            def tell(hub):
                try:
                    hub.send()
                except Exception:
                    log.warning("hub.send failed in tell", exc_info=True)  # best effort
            """,
            because="a silent handler logs with the module's own logger, whatever its name",
        ),
        Fixes(
            """
            import os

            def size(path):
                try:
                    return os.path.getsize(path)
                except:
                    return 0
            """,
            """
            import logging
            import os

            logger = logging.getLogger(__name__)

            def size(path):
                try:
                    return os.path.getsize(path)
                except OSError:
                    logger.debug("os.path.getsize failed in size", exc_info=True)
                    return 0
            """,
            because="a body that is understood gets its types, a module without a logger gets one",
        ),
        Fixes(
            """
            from json import JSONDecodeError, loads
            from loguru import logger
            def parse(text: str):
                try:
                    return loads(text)
                except: return None
            """,
            """
            from json import JSONDecodeError, loads
            from loguru import logger
            def parse(text: str):
                try:
                    return loads(text)
                except JSONDecodeError:
                    logger.opt(exception=True).debug("loads failed in parse")
                    return None
            """,
            because="types are written as they are imported, loguru is spoken to in its own way",
        ),
        Fixes(
            """
            try:
                import ujson as json
                FAST = True
            except:
                import json
            """,
            """
            try:
                import ujson as json
                FAST = True
            except ImportError:
                import json
            """,
            because="a body that only imports can only fail to import",
        ),
        Fixes(
            """
            def save(session, row):
                try:
                    session.add(row)
                except:
                    session.rollback()
                    raise
            """,
            """
            def save(session, row):
                try:
                    session.add(row)
                except BaseException:
                    session.rollback()
                    raise
            """,
            because="a handler that always raises again catches what it has always caught",
        ),
        Fixes(
            """
            def resolve(container, name):
                try:
                    return container.find(name)
                except:
                    raise LookupError(name)
            """,
            """
            def resolve(container, name):
                try:
                    return container.find(name)
                except Exception as exc:
                    raise LookupError(name) from exc
            """,
            because="a handler that raises something new names its cause",
        ),
        Fixes(
            """
            import logging
            def load(reader, path):
                try:
                    return reader(path)
                except:
                    logging.error("cannot load %s", path)
            """,
            """
            import logging
            def load(reader, path):
                try:
                    return reader(path)
                except Exception:
                    logging.exception("cannot load %s", path)
            """,
            because="a log call that is already there carries the traceback, if it is known to take it",
        ),
        Fixes(
            """
            async def stop(task):
                task.cancel()
                try:
                    await task
                except:
                    pass
            """,
            """
            async def stop(task):
                task.cancel()
                try:
                    await task
                except BaseException:
                    pass
            """,
            because="a task that was cancelled before is awaited for its CancelledError",
        ),
        Fixes(
            """
            import structlog
            events = structlog.get_logger()
            def serve(numbers):
                while True:
                    try:
                        number = int(next(numbers))
                    except KeyError:
                        break
                    except:
                        continue
            """,
            """
            import structlog
            events = structlog.get_logger()
            def serve(numbers):
                while True:
                    try:
                        number = int(next(numbers))
                    except KeyError:
                        break
                    except Exception:
                        events.warning("int failed in serve", exc_info=True)
                        continue
            """,
            because="the guard of an endless loop stays broad, handlers before it stay",
        ),
        Fixes(
            """
            def load(reader, path):
                try:
                    return reader(path)
                except:
                    print("cannot load", path)
            """,
            """
            def load(reader, path):
                try:
                    return reader(path)
                except Exception:
                    print("cannot load", path)
            """,
            because="who prints has said it",
        ),
        Fixes(
            """
            import logging
            import time

            logger = logging.getLogger(__name__)


            def read(request, path, keep):
                try:
                    keep(time.ctime(), path)
                except:
                    request.answer("Error: no such page")
                    return None
                try:
                    return path.text()
                except:
                    request.error(404)


            def lines(file, take):
                while True:
                    try:
                        line = next(file)
                    except:  # the end of the file
                        break
                    take(line)


            def is_closed(connection):
                try:
                    connection.changes
                except:
                    return True
                return False


            def stamp(keep):
                try:
                    keep(time.ctime())
                except:
                    pass
            """,
            """
            import logging
            import time

            logger = logging.getLogger(__name__)


            def read(request, path, keep):
                try:
                    keep(time.ctime(), path)
                except Exception:
                    request.answer("Error: no such page")
                    return None
                try:
                    return path.text()
                except Exception:
                    request.error(404)


            def lines(file, take):
                while True:
                    try:
                        line = next(file)
                    except Exception:  # the end of the file
                        break
                    take(line)


            def is_closed(connection):
                try:
                    connection.changes
                except Exception:
                    logger.debug(
                        "connection.changes could not be read in is_closed",
                        exc_info=True,
                    )
                    return True
                return False


            def stamp(keep):
                try:
                    keep(time.ctime())
                except Exception:
                    logger.warning("keep failed in stamp", exc_info=True)
            """,
            because="who answers an error has said it, a last item ends a loop, and looking asks for failures",
        ),
        Fixes(
            """
            class Point:
                def __eq__(self, other):
                    try:
                        return self.place() == other.place()
                    except:
                        return False
            """,
            """
            class Point:
                def __eq__(self, other):
                    try:
                        return self.place() == other.place()
                    except Exception:
                        return False
            """,
            because="what Python calls by itself, and often, gets no log call",
        ),
        Fixes(
            """
            import sys
            def pass_on(failure, future):
                try:
                    failure.raise_again()
                except:
                    future_set_exc_info(future, sys.exc_info())
            """,
            """
            import sys
            def pass_on(failure, future):
                try:
                    failure.raise_again()
                except BaseException:
                    future_set_exc_info(future, sys.exc_info())
            """,
            because="whoever waits for the future waits for whatever was raised",
        ),
        Keeps(
            """
            def ask():
                try:
                    return input("name? ")
                except:
                    return ""
            """,
            because="a person may answer with Ctrl-C",
        ),
        Keeps(
            """
            def numbers(source):
                try:
                    yield source.first()
                except:
                    source.close()
            """,
            because="closing a generator raises GeneratorExit at its yield",
        ),
        Keeps(
            """
            EXAMPLE = "try: work()\\nexcept:\\n    pass"
            """,
            because="it stands in a string",
        ),
        Keeps(
            """
            def work(job):
                try:
                    job()
                except:  # fixbot: ignore[bare-except]
                    pass
            """,
            because="a comment asks to leave it alone",
        ),
    )
