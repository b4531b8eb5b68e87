"""Errors that a handler raises without a cause; long, because this file is also its documentation and tests."""

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
    Proposal,
    Safety,
    Severity,
    Spot,
    causing,
    cst,
)


class LostCause(Codemod):
    """Name the cause of what a handler raises.

    What is raised in a handler without `from` looks in the traceback as if the handling itself had gone wrong:
    "During handling of the above exception, another exception occurred". With `from exc` it says which error led to
    which, and `__cause__` has it for whoever reports errors. A handler that has no name for what it catches gets the
    one that the file uses most, where that is free in the function and tells of no single type of error. Never is
    `from None` written: that would throw away where it failed.

    Left alone: `raise` alone, what was caught or a part of it (`raise exc`, `raise exc.__cause__`), what already says
    `from`, what functions and classes that are only defined there raise, an inner `try` that catches something, and a
    `finally`, where another error may be on its way. So are signals of which nobody sees a traceback: `SystemExit`,
    `KeyboardInterrupt`, `GeneratorExit`, `StopIteration`, click's and typer's `Exit` and `Abort`, skipped tests.
    `except:` without a type belongs to `bare-except`. Reported is what may be no new error: a variable, or what a
    function makes of the error that was caught; a handler that rebinds its name; files for Python 2.

    Safety: the same is raised with the same message, and the same is caught. A person must agree, because the
    traceback reads otherwise, and code that looks at `__cause__` or `__suppress_context__` sees a difference.
    """

    severity = Severity.LOW
    safety = Safety.REVIEW
    synonyms = (
        "raise without from",
        "raise from",
        "raise-missing-from",
        "exception chaining",
        "exception chain",
        "error chaining",
        "exception cause",
        "lost exception context",
        "lost cause",
        "W0707",
    )
    pattern = re.compile(rb"except[ \t(*](?:[^r]++|r(?!aise[ \t(]+[\w(])){0,300}+raise\b")
    local = True
    answers = frozenset({"B904"})
    references = (
        "https://docs.python.org/3/tutorial/errors.html#exception-chaining",
        "https://docs.astral.sh/ruff/rules/raise-without-from-inside-except/",
    )

    def find(self, module: Module) -> Iterator[Spot]:
        """Yield every handler that raises something new without a cause."""
        for node in module.parents:
            if isinstance(node, ast.ExceptHandler) and node.type is not None:
                raised = causing.raised_in(module, node)
                yield from self._spots(module, node, raised) if raised else ()

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:
        """Write the causes, and a name where there is none."""
        if not callable(spot.plan) or not isinstance(node, cst.ExceptHandler | cst.ExceptStarHandler):
            return Declined(spot.message)
        return Proposal(spot.plan(node))

    def _spots(self, module: Module, node: ast.ExceptHandler, raised: list[causing.Raised]) -> Iterator[Spot]:
        new = [one for one in raised if one.because is None]
        because = causing.hindrance(module, node, new) if new else raised[0].because
        shown = new or raised
        known = tuple(Evidence(one.node.lineno, f"`{_said(one.node)}` names no cause") for one in shown)
        many = f"{len(shown)} errors are" if len(shown) > 1 else "an error is"
        message = f"{many} raised without a cause while `{_caught(node)}` is handled"
        name = node.name or causing.name_for(module, node)
        if because is not None or name is None:
            says = f"{message}; {because}"
            yield Spot(node=node, message=says, safety=Safety.MANUAL, evidence=known)
            return
        plan = partial(causing.with_causes, name=name, places=[one.place for one in new])
        yield Spot(node=node, message=f"{message}; `from` says what led to it", evidence=known, plan=plan)

    examples = (
        Fixes(
            """
            def price(prices, item):
                try:
                    return prices[item]
                except KeyError as error:
                    raise LookupError(f"no price for {item}")
            """,
            """
            def price(prices, item):
                try:
                    return prices[item]
                except KeyError as error:
                    raise LookupError(f"no price for {item}") from error
            """,
            because="a new error names what was caught",
        ),
        Fixes(
            """
            class Unknown(Exception):
                pass

            def price(prices, item):
                try:
                    return prices[item]
                except (KeyError, IndexError):  # not for sale
                    if item:
                        raise Unknown(item)  # say so
                    raise Unknown
            """,
            """
            class Unknown(Exception):
                pass

            def price(prices, item):
                try:
                    return prices[item]
                except (KeyError, IndexError) as exc:  # not for sale
                    if item:
                        raise Unknown(item) from exc  # say so
                    raise Unknown from exc
            """,
            because="a handler without a name gets one, comments and tuples stay",
        ),
        Fixes(
            """
            def port(text):
                # an error, or exc for short
                try:
                    text = text.decode()
                except UnicodeDecodeError as ude:
                    raise ValueError("no text") from ude
                try:
                    return int(text)
                except ValueError:
                    raise LookupError(f"no port, an error: {text}")
            """,
            """
            def port(text):
                # an error, or exc for short
                try:
                    text = text.decode()
                except UnicodeDecodeError as ude:
                    raise ValueError("no text") from ude
                try:
                    return int(text)
                except ValueError as exc:
                    raise LookupError(f"no port, an error: {text}") from exc
            """,
            because="`ude` tells of one type of error, and what comments and texts say is no name",
        ),
        Fixes(
            """
            def both(read, path):
                try:
                    first = read(path)
                except OSError as e:
                    raise ValueError(path) from e
                try:
                    return first, read(first)
                except OSError:
                    raise ValueError(first)
            """,
            """
            def both(read, path):
                try:
                    first = read(path)
                except OSError as e:
                    raise ValueError(path) from e
                try:
                    return first, read(first)
                except OSError as e:
                    raise ValueError(first) from e
            """,
            because="the name is the one that the file uses, where only other handlers have it",
        ),
        Fixes(
            """
            def parse(text, exc=None):
                try:
                    return int(text)
                except ValueError:
                    raise (exc or TypeError)(text)
            """,
            """
            def parse(text, exc=None):
                try:
                    return int(text)
                except ValueError as error:
                    raise (exc or TypeError)(text) from error
            """,
            because="a name that the function uses for something else is not taken",
        ),
        Fixes(
            """
            def parse(text):
                try:
                    return int(text)
                except ValueError:
                    try:
                        return float(text)
                    except ValueError:
                        raise TypeError(text)
                    raise LookupError(text)
            """,
            """
            def parse(text):
                try:
                    return int(text)
                except ValueError as exc:
                    try:
                        return float(text)
                    except ValueError as error:
                        raise TypeError(text) from error
                    raise LookupError(text) from exc
            """,
            because="a handler inside a handler gets a name of its own",
        ),
        Fixes(
            """
            def save(store, row):
                try:
                    store.add(row)
                except* OSError:
                    raise RuntimeError("not saved")
            """,
            """
            def save(store, row):
                try:
                    store.add(row)
                except* OSError as exc:
                    raise RuntimeError("not saved") from exc
            """,
            because="a group of errors is a cause as well",
        ),
        Fixes(
            """
            from shop import failure
            def save(store, row):
                try:
                    store.add(row)
                except OSError as exc:
                    problem = ValueError(row)
                    problem.store = store
                    raise problem
                except KeyError as exc:
                    raise failure("no such row", row)
                except TypeError as exc:
                    raise type(exc)(f"{row}: {exc}")
            """,
            """
            from shop import failure
            def save(store, row):
                try:
                    store.add(row)
                except OSError as exc:
                    problem = ValueError(row)
                    problem.store = store
                    raise problem from exc
                except KeyError as exc:
                    raise failure("no such row", row) from exc
                except TypeError as exc:
                    raise type(exc)(f"{row}: {exc}") from exc
            """,
            because="an error that is made in the handler is new, whoever makes it",
        ),
        Keeps(
            """
            def price(prices, item):
                try:
                    return prices[item]
                except KeyError as error:
                    raise LookupError(item) from error
                except IndexError:
                    raise LookupError(item) from None
            """,
            because="it says what the cause is, or that there is none",
        ),
        Keeps(
            """
            def price(prices, item):
                try:
                    return prices[item]
                except KeyError:
                    raise
                except IndexError as error:
                    error.item = item
                    raise error
                except TypeError as error:
                    raise error.with_traceback(None)
                except RuntimeError as error:
                    raise error.__cause__
                except ValueError as outer:
                    try:
                        return prices[0]
                    except KeyError:
                        raise outer
            """,
            because="what was caught is passed on, or what is inside of it",
        ),
        Keeps(
            """
            def load(name):
                try:
                    return __import__(name)
                except ImportError:
                    def missing():
                        raise LookupError(name)
                    return missing
            """,
            because="a function that is only defined there raises later",
        ),
        Keeps(
            """
            import sys
            import click
            def main(run):
                try:
                    run()
                except ValueError:
                    raise SystemExit(2)
                except OSError:
                    raise click.Abort
                except KeyError:
                    sys.exit(3)
            """,
            because="nobody sees a traceback of what ends a program",
        ),
        Keeps(
            """
            class Numbers:
                def __next__(self):
                    try:
                        return self.numbers.pop()
                    except IndexError:
                        raise StopIteration
            """,
            because="it ends a loop and is no failure",
        ),
        Keeps(
            """
            def close(file, log):
                try:
                    file.close()
                except OSError as exc:
                    try:
                        if file.name:
                            raise LookupError(file.name)
                    except LookupError:
                        log.info("closed %s", file.name)
                    finally:
                        if not file.closed:
                            raise ValueError(file)
            """,
            because="an inner try catches it, and another error may come before what a finally raises",
        ),
        Keeps(
            """
            def work(job):
                try:
                    job()
                except:
                    raise RuntimeError(job)
            """,
            because="`bare-except` gives it a type, a name and a cause",
        ),
        Keeps(
            """
            def work(job, attempts):
                last = None
                for _ in range(attempts):
                    try:
                        return job()
                    except OSError as exc:
                        last = last or exc
                        raise last
            """,
            because="the variable may be what was caught",
            reports="`last` may be an error that was raised before",
        ),
        Keeps(
            """
            from shop.errors import translated
            def work(job):
                try:
                    return job()
                except OSError as exc:
                    raise translated(exc)
            """,
            because="the function may hand back what it is given",
            reports="`translated` is given the error",
        ),
        Keeps(
            """
            def work(job):
                try:
                    return job()
                except OSError as exc:
                    exc = str(exc)
                    raise ValueError(exc)
            """,
            because="the name is no longer that of the error",
            reports="gives the name `exc` to something else",
        ),
        Keeps(
            """
            from __future__ import print_function
            def work(job):
                try:
                    return job()
                except OSError as exc:
                    raise ValueError(job)
            """,
            because="Python 2 has no `from` there",
            reports="written for Python 2",
        ),
        Keeps(
            """
            def rows(source):
                try:
                    yield source.read()
                except ValueError as exc:
                    raise RuntimeError(source)
            """,
            because="a context manager tells by its cause that a RuntimeError comes of a StopIteration",
            reports="a generator's `RuntimeError`",
        ),
        Keeps(
            """
            def work(job, text):
                try:
                    return job()
                except OSError:
                    raise ValueError(text.format(**locals()))
            """,
            because="a new name would be among the locals",
            reports="no name for what was caught is free there",
        ),
    )


def _said(node: ast.Raise) -> str:
    made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    said = " ".join(ast.unparse(made).split()) if made is not None else ""
    return f"raise {said[:60]}".replace("`", "'")


def _caught(node: ast.ExceptHandler) -> str:
    return " ".join(ast.unparse(node.type or node).split())[:60].replace("`", "'")
