"""Handlers that catch everything and say nothing; long, because this file is also their documentation and tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import partial

from fixbot.codemod import (
    Codemod,
    Declined,
    Fixes,
    Keeps,
    Module,
    Names,
    Option,
    Proposal,
    Safety,
    Severity,
    Spot,
    clauses,
    cst,
    logger_at,
    names_of,
    silence,
)
from fixbot.codemod.catching import NARROW, Types, types_for
from fixbot.codemod.mending import Mending, clause_only, mended, with_log

_EVERYTHING = frozenset({"Exception", "BaseException"})


class SilentExcept(Codemod):
    """Log what `except Exception: pass` swallows.

    A handler that catches everything and does nothing hides the failure that was expected and every mistake beside
    it: a wrong name, a wrong type, a full disk. It now logs what failed, with the traceback, in the module's own
    manner, and then goes on as before. Where every statement of the body is understood the clause names what can
    come out of it, so that only the failures that were meant are passed over; elsewhere the evidence offers the types
    that are likely, and `narrow = "likely"` writes them. `pass`, `...`, `continue`, `return` and `return None` are
    silence. `return False` or `return []` is not: it is an answer, which the caller sees.

    A log call costs, and one that comes too often is read by nobody. So it is a `warning` only where `Exception`
    stays and nothing calls the failure ordinary. The level is `debug` where types are named, in properties, in
    functions that are named or documented for giving nothing at times, where the body only tidies up (`close`,
    `unlink`, `terminate`), asks a builtin or calls nothing, and where the code goes on with something else to try. No
    call is put where Python itself calls often, or while it formats a log record: `__getattr__`, `__repr__`,
    `__hash__`, comparisons and the like.

    Left alone: handlers with a comment that says why, handlers of specific types, `contextlib.suppress`, bodies that
    import, loops that poll (`sleep`, `wait`) or go on until the body works, `__del__` and `__exit__`, what runs at
    exit or on a signal, classes of logging and modules that logging imports, tests, and tasks that are awaited after
    they were cancelled. `except:` without a type belongs to `bare-except`.

    Safety: a person must agree: the log grows, and what a named type leaves out now reaches the caller.
    """

    severity = Severity.HIGH
    safety = Safety.REVIEW
    synonyms = ("try except pass", "except Exception: pass", "swallowed exception", "silent exception", "B110", "B112")
    pattern = re.compile(
        rb"except[ \t(][^:]{0,99}?\b(?:Base)?Exception\b[^:]{0,99}:\s*(?:#[^\r\n]*[\r\n]\s*)*"
        rb"(?:\.\.\.|pass\b|continue\b|return(?:[ \t]+None)?[ \t]*(?:[\r\n;#]|\Z))"
    )
    local = True
    tests = False
    answers = frozenset({"BLE001", "S110", "S112", "SIM105"})
    drops = frozenset({"pass", ".", "Exception", "(", ")"})
    references = (
        "https://docs.python.org/3/howto/logging.html#logging-from-library-code",
        "https://docs.astral.sh/ruff/rules/try-except-pass/",
        "https://docs.astral.sh/ruff/rules/try-except-continue/",
    )
    options = (
        Option("narrow", NARROW, "name types where the whole body is understood, wherever some are likely, or never"),
        Option(
            "level", ("warning", "debug"), "what is logged where `Exception` stays: a warning, or only for debugging"
        ),
    )

    def find(self, module: Module) -> Iterator[Spot]:
        """Yield every handler of everything that does nothing."""
        names = names_of(module)
        for node, parent in clauses.clauses(module):
            if not clauses.is_silent(node) or not clauses.catches(names, node, _EVERYTHING):
                continue
            if silence.may_be_silent(module, names, parent, node) is None:
                yield self._spot(module, names, parent, node)

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:
        """Write the log call, and the types where they are known."""
        if not callable(spot.plan) or not isinstance(node, cst.ExceptHandler):
            return Declined(spot.message)
        return mended(node, spot.plan())

    def _spot(self, module: Module, names: Names, parent: ast.Try, node: ast.ExceptHandler) -> Spot:
        plain = isinstance(node.type, ast.Name) and node.type.id == "Exception"
        types = types_for(module, names, parent, node, narrow=self.chosen["narrow"] if plain else "never")
        ordinary = types.typed or silence.is_ordinary(module, names, parent, node)
        level = "debug" if ordinary else self.chosen["level"]
        if not types.typed and logger_at(module, names, node) is None:
            message = f"`{_shown(node)}` swallows every failure; no logger can be reached here"
            return Spot(node=node, message=message, safety=Safety.MANUAL, evidence=types.evidence)
        done = f"`except {types.source}:` fits the body, and it is logged" if types.typed else "it is logged"
        message = f"`{_shown(node)}` swallows every failure; {done} with the traceback"
        plan = partial(self._plan, module, names, parent, node, types=types, level=level)
        return Spot(node=node, message=message, evidence=types.evidence, plan=plan)

    def _plan(
        self, module: Module, names: Names, parent: ast.Try, node: ast.ExceptHandler, *, types: Types, level: str
    ) -> Mending:
        clause = clause_only(module, node, types) if types.typed else Mending(None, indent=node.col_offset + 4)
        return with_log(module, names, parent, node, clause, level=level) or clause

    examples = (
        Fixes(
            """
            import logging
            log = logging.getLogger(__name__)
            def tell(hub):
                try:
                    hub.send()
                except Exception:
                    pass
            """,
            """
            import logging
            log = logging.getLogger(__name__)
            def tell(hub):
                try:
                    hub.send()
                except Exception:
                    log.warning("hub.send failed in tell", exc_info=True)
            """,
            because="a silent handler logs with the module's own logger",
        ),
        Fixes(
            """
            from hub.log import access_log, app_log, gen_log

            def greet(hub, name):
                gen_log.info("greeting %s", name)
                try:
                    hub.greet(name)
                except OSError:
                    app_log.error("no answer", exc_info=True)
                try:
                    hub.smile(name)
                except Exception:
                    pass
                gen_log.info("greeted %s", name)
            """,
            """
            from hub.log import access_log, app_log, gen_log

            def greet(hub, name):
                gen_log.info("greeting %s", name)
                try:
                    hub.greet(name)
                except OSError:
                    app_log.error("no answer", exc_info=True)
                try:
                    hub.smile(name)
                except Exception:
                    gen_log.warning("hub.smile failed in greet", exc_info=True)
                gen_log.info("greeted %s", name)
            """,
            because="of several loggers that are imported it is the one that the module uses most",
        ),
        Fixes(
            """
            import os

            def size(path):
                try:
                    return os.path.getsize(path)
                except Exception:
                    return None
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
                    return None
            """,
            because="a body that is understood gets its types, and what was expected is logged for debugging",
        ),
        Fixes(
            """
            from loguru import logger
            def tell(users):
                for notify in users:
                    try:
                        notify()
                    except Exception:  # pragma: no cover
                        continue
            """,
            """
            from loguru import logger
            def tell(users):
                for notify in users:
                    try:
                        notify()
                    except Exception:  # pragma: no cover
                        logger.opt(exception=True).warning("notify failed in tell")
                        continue
            """,
            because="a loop goes on after it has said what failed; a comment for tools gives no reason",
        ),
        Fixes(
            """
            import logging
            class Client:
                def __init__(self, channel):
                    self.channel = channel
                    self.log = logging.getLogger("client")
                def stop(self):
                    try:
                        self.channel.close()
                    except (Exception, SystemError) as e:
                        ...
            """,
            """
            import logging
            class Client:
                def __init__(self, channel):
                    self.channel = channel
                    self.log = logging.getLogger("client")
                def stop(self):
                    try:
                        self.channel.close()
                    except (Exception, SystemError) as e:
                        self.log.debug("channel.close failed in stop", exc_info=True)
            """,
            because="tidying up may fail: that is said for debugging only, and types that stand there stay",
        ),
        Fixes(
            """
            import structlog
            events = structlog.get_logger()
            def serve(jobs):
                while True:
                    try:
                        jobs.take().run()
                    except Exception:
                        # TODO: handle this
                        pass
            """,
            """
            import structlog
            events = structlog.get_logger()
            def serve(jobs):
                while True:
                    try:
                        jobs.take().run()
                    except Exception:
                        # TODO: handle this
                        events.warning("jobs.take failed in serve", exc_info=True)
            """,
            because="the guard of an endless loop stays broad, and a note of what is to do is no reason",
        ),
        Keeps(
            """
            def tell(hub):
                try:
                    hub.send()
                except Exception:
                    pass  # the hub sends it again
            """,
            because="a comment says why",
        ),
        Keeps(
            """
            def word_of(tree, word):
                # if there is a suffix
                try:
                    word += tree.find("suffix").text
                except Exception:
                    pass
                return word
            """,
            because="a comment tells of a condition, for which the failure stands",
        ),
        Keeps(
            """
            def tell(hub):
                try:
                    hub.send()
                except Exception:  # noqa: BLE001 - a plug-in must not end the run
                    pass
            """,
            because="a comment for linters goes on with a reason",
        ),
        Keeps(
            """
            def drop(rows, key):
                try:
                    del rows[key]
                except KeyError:
                    pass
            """,
            because="a specific type says what is meant",
        ),
        Keeps(
            """
            from contextlib import suppress
            def tell(hub):
                with suppress(Exception):
                    hub.send()
            """,
            because="suppress is a decision that somebody wrote down",
        ),
        Keeps(
            """
            try:
                import setproctitle
                setproctitle.setproctitle("worker")
            except Exception:
                pass
            """,
            because="a body that imports asks what is installed",
        ),
        Keeps(
            """
            import time
            def wait_for(service):
                while not service.ready:
                    try:
                        service.ping()
                    except Exception:
                        pass
                    time.sleep(1)
            """,
            because="a loop that polls expects failures",
        ),
        Keeps(
            """
            def first_that_works(readers, path):
                for reader in readers:
                    try:
                        return reader(path)
                    except Exception:
                        continue
            """,
            because="a loop that goes through candidates expects failures",
        ),
        Keeps(
            """
            class Connection:
                def __del__(self):
                    try:
                        self.channel.close()
                    except Exception:
                        pass
            """,
            because="the interpreter may be shutting down, and loggers gone",
        ),
        Keeps(
            """
            class Row:
                def __repr__(self):
                    try:
                        return self.table.render(self)
                    except Exception:
                        return None
            """,
            because="a traceback that is logged may ask for it again",
        ),
        Keeps(
            """
            def test_a_bad_name_is_refused(client):
                try:
                    client.rename("")
                    raise AssertionError
                except Exception:
                    pass
            """,
            because="a test expects the failure",
        ),
        Keeps(
            """
            async def stop(task):
                task.cancel()
                try:
                    await task
                except BaseException:
                    pass
            """,
            because="a task that was cancelled is awaited for its CancelledError",
        ),
        Keeps(
            """
            def is_number(text):
                try:
                    return text.as_number() is not None
                except Exception:
                    return False
            """,
            because="False is an answer",
        ),
        Keeps(
            """
            import atexit
            def save(session):
                try:
                    session.save()
                except Exception:
                    pass
            atexit.register(save, None)
            """,
            because="it runs when the interpreter ends",
        ),
        Keeps(
            """
            def work(job):
                try:
                    job()
                except:
                    pass
            """,
            because="a handler without a type belongs to bare-except",
        ),
    )


def _shown(node: ast.ExceptHandler) -> str:
    """Return the clause and what it does, on one line."""
    return f"except {ast.unparse(node.type) if node.type else ''}: {ast.unparse(node.body[-1])}"
