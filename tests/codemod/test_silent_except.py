import textwrap

import pytest

from fixbot.model import Safety
from tests.codemod.trying import fixed_by, found


def silent(  # one place for each thing that tests vary
    body: str = "a.send()",
    *,
    clause: str = "except Exception:",
    inside: str = "pass",
    name: str = "f",
    head: str = "",
    docstring: str = "",
    end: str = "",
) -> str:
    lines = [
        head,
        f"def {name}(a, b):",
        f'    """{docstring or "Do it."}"""',
        "    try:",
        textwrap.indent(body, " " * 8),
        f"    {clause}",
        textwrap.indent(inside, " " * 8),
        end,
    ]
    return "\n".join(lines) + "\n"


def in_loop(loop: str, body: str, after: str = "") -> str:
    lines = [f"    {loop}:", "        try:", f"            {body}", "        except Exception:", "            continue"]
    return "\n".join(["def f(a, b):", *lines, f"        {after or 'a = b'}"]) + "\n"


def level(text: str, **options: str) -> str:
    after = fixed_by("silent-except", text, **options)
    return "debug" if ".debug(" in after else "warning" if ".warning(" in after else "none"


FOUND = {
    "pass": silent(),
    "an ellipsis": silent(inside="..."),
    "return": silent(inside="return"),
    "return None": silent(inside="return None"),
    "two ways to do nothing": silent(inside="pass\nreturn"),
    "continue": in_loop("for b in a", "b()"),
    "BaseException": silent(clause="except BaseException:"),
    "a name that is not used": silent(clause="except Exception as e:"),
    "in a tuple": silent(clause="except (KeyError, Exception):"),
    "a mark for linters": silent(clause="except Exception:  # noqa: BLE001"),
    "two marks": silent(inside="pass  # noqa: S110  # pragma: no cover"),
    "a mark for pylint": silent(clause="except Exception:  # pylint: disable=broad-except,bare-except"),
    "a note of what is to do": silent(inside="# TODO: tell somebody about it\npass"),
    "code taken out": silent(inside="# log.error('it failed')\npass"),
    "a statement taken out": silent(inside="# raise\npass"),
    "a line drawn": silent(inside="# ----\npass"),
    "a comment above the try that speaks of something else": silent().replace("    try:", "    # send it\n    try:"),
    "a break that ends another loop": in_loop("for b in a", "[c for c in b]\n            for c in b: break"),
}


@pytest.mark.parametrize("text", FOUND.values(), ids=FOUND)
def test_a_handler_that_swallows_everything_is_found(text: str) -> None:
    (finding,) = found("silent-except", text)
    assert finding.message.endswith("it is logged with the traceback")


LEFT = {
    "a specific type": silent(clause="except KeyError:"),
    "another Exception": silent(head="from other import Exception"),
    "an answer": silent(inside="return False"),
    "an empty answer": silent(inside="return []"),
    "a bare clause": silent(clause="except:"),
    "something is done": silent(inside="a.stop()"),
    "text": silent(inside='"a reason in a string"'),
    "a group": silent(clause="except* Exception:"),
    "a comment": silent(inside="pass  # the other side asks again"),
    "a comment of words that could be an expression": silent(inside="pass  # cleanup is best-effort"),
    "a comment at the clause": silent(clause="except Exception:  # not important here"),
    "a mark with a reason": silent(clause="except Exception:  # pragma: no cover - defensive"),
    "a comment below": silent(inside="pass\n# it will be sent again"),
    "a comment above the clause": silent().replace("    except", "    # sent again later\n    except"),
    "a comment above the try about errors": silent().replace("    try:", "    # errors are of no use\n    try:"),
    "a comment above the try": silent().replace("    try:", "    # best effort\n    try:"),
    "an import": silent("import ujson"),
    "an import by name": silent("importlib.import_module(a)"),
    "a descriptor": silent("os.close(a)", head="import os"),
    "an end": silent(name="__del__"),
    "an exit": silent(name="__exit__"),
    "a comparison": silent(name="__eq__"),
    "a hash": silent(name="__hash__"),
    "an attribute": silent(name="__getattr__"),
    "a part of logging": silent(name="emit"),
    "at exit": silent(end="import atexit\natexit.register(f, 1, 2)"),
    "at exit by a decorator": silent(head="import atexit\n@atexit.register"),
    "a finalizer": silent(end="import weakref\nweakref.finalize(\n    thing, f)"),
    "a signal handler": silent(end="import signal\nsignal.signal(signal.SIGTERM, f)"),
    "a test": silent(name="test_it"),
    "a loop that sleeps": in_loop("while a", "b()", "time.sleep(1)"),
    "a loop that waits": in_loop("for _ in range(3)", "b()", "a.wait(2)"),
    "a loop until it works": in_loop("while True", "return b()"),
    "a loop through candidates": in_loop("for c in a", "b(c); break"),
    "a Ctrl-C at a prompt": silent("input()", clause="except (Exception, KeyboardInterrupt):"),
    "a future that is asked": silent("a.exception()", clause="except (CancelledError, Exception):"),
    "an exit that is swallowed": silent("exit(1)", clause="except BaseException:"),
    "a task that was cancelled": (
        "async def f(task):\n    try:\n        await task\n    except (Exception, CancelledError):\n        pass\n"
    ),
}


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_a_handler_that_may_be_silent_is_left_alone(text: str) -> None:
    assert found("silent-except", text) == ()


@pytest.mark.parametrize("path", ["tests/a.py", "pkg/test/a.py", "pkg/test_a.py", "pkg/a_test.py", "conftest.py"])
def test_files_of_tests_are_left_alone(path: str) -> None:
    assert found("silent-except", silent(), path) == ()
    assert len(found("silent-except", silent(), "pkg/attestation.py")) == 1


def test_modules_that_logging_imports_are_left_alone() -> None:
    assert found("silent-except", silent(), "Lib/threading.py") == ()


LEVELS = {
    "what nobody expects": (silent(), "warning"),
    "types that are understood": (silent("os.stat(a)", head="import os"), "debug"),
    "tidying up": (silent("a.close()"), "debug"),
    "tidying up and more": (silent("a.close(); a.send()"), "warning"),
    "a question to a builtin": (silent("b.x = int(a)"), "debug"),
    "no call at all": (silent("b.x = a.y"), "debug"),
    "something else to try": (silent("return a.send()", end="    return b"), "debug"),
    "something else to try in the else": (silent().replace("        pass", "        pass\n    else: b()"), "debug"),
    "nothing else to try": (silent("return a.send()", inside="return None"), "warning"),
    "a property": (silent(head="@cached_property"), "debug"),
    "a tolerant name": (silent(name="send_safe"), "debug"),
    "an end": (silent(name="stop"), "debug"),
    "a documented None": (silent(docstring="Return the row, or None."), "debug"),
    "a promise": (silent(docstring="Send it; errors are ignored."), "debug"),
}


@pytest.mark.parametrize(("text", "expected"), LEVELS.values(), ids=LEVELS)
def test_a_failure_that_is_ordinary_is_logged_for_debugging(text: str, expected: str) -> None:
    assert level(text) == expected


def test_awaiting_is_no_ordinary_failure() -> None:
    text = "async def f(a):\n    try:\n        await a.sent\n    except Exception:\n        pass\n"
    after = fixed_by("silent-except", text)
    assert 'logger.warning("a.sent failed in f", exc_info=True)' in after


def test_the_level_can_be_chosen() -> None:
    assert level(silent(), level="debug") == "debug"


def test_a_handler_of_more_than_exception_keeps_its_clause() -> None:
    text = silent("os.stat(a)", head="import os", clause="except BaseException:")
    assert "    except BaseException:\n        logger.warning(" in fixed_by("silent-except", text)


def test_types_are_named_without_a_call_where_no_logger_can_be_reached() -> None:
    text = silent("os.stat(a)", head="import os\nlogging = 1")
    assert fixed_by("silent-except", text) == text.replace("except Exception:", "except OSError:")


def test_what_can_neither_be_logged_nor_named_is_only_reported() -> None:
    (finding,) = found("silent-except", silent(head="logging = 1"))
    assert finding.safety is Safety.MANUAL
    assert finding.message.endswith("no logger can be reached here")


def test_an_ellipsis_gives_way_to_the_call() -> None:
    assert "..." not in fixed_by("silent-except", silent(inside="..."))


def test_a_line_of_signs_is_passed_over_quickly() -> None:
    assert found("silent-except", silent(clause=f"except Exception:  {'#' * 5000}", inside="a.stop()")) == ()
    assert found("broad-except", silent(clause=f"except Exception:  {'# ' * 5000}", inside="a.stop()")) == ()
