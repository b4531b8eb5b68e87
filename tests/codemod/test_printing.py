from __future__ import annotations

import textwrap

import pytest

from fixbot.codemod import Safety
from fixbot.engine import survey, whole
from fixbot.joint import attempt_jointly
from fixbot.model import Finding
from fixbot.registry import choose

HEAD = "import logging\n\nlogger = logging.getLogger(__name__)\n\n"


def project(text: str, **others: str) -> dict[str, bytes]:
    files = {"shop/__init__.py": "", "shop/stock.py": text} | others
    return {path: content.encode() for path, content in files.items()}


def found(text: str, *, texts: dict[str, bytes] | None = None, path: str = "shop/stock.py") -> tuple[Finding, ...]:
    files = project("", **{path: text})
    (codemod,) = choose(["print-for-logging"])
    done = survey(whole(files, texts=texts), codemod)  # type: ignore[arg-type]
    assert done.broken is None, done.broken.trace
    return done.findings


def logged(call: str, setup: str = HEAD) -> str:
    """Give what becomes of one call in a function."""
    (codemod,) = choose(["print-for-logging"])
    body = textwrap.indent(call, "    ")
    done = attempt_jointly(whole(project(f"{setup}def f(a, b):\n{body}\n")), codemod, Safety.REVIEW)  # type: ignore[arg-type]
    assert done.broken is None, done.broken.trace
    assert done.rewrites, [refusal.because for refusal in done.refused]
    after = done.rewrites[0].after.decode()
    return textwrap.dedent(after.partition("def f(a, b):\n")[2]).strip()


WRITTEN = {
    'print("done")': 'logger.info("done")',
    'print("100%")': 'logger.info("100%")',
    'print("100%", a)': 'logger.info("100%% %s", a)',
    'print(f"{a} of {b!r} is 5%")': 'logger.info("%s of %r is 5%%", a, b)',
    'print(f"{a!s} and {b!a}")': 'logger.info("%s and %a", a, b)',
    'print(f"{{{a}}} is it")': 'logger.info("{%s} is it", a)',
    'print(f"it is {a:.2f}")': 'logger.info(f"it is {a:.2f}")',
    'print("it is", f"{a:>5}", b)': 'logger.info("it is %s %s", f"{a:>5}", b)',
    "print('a \"word\"', a)": 'logger.info("a \\"word\\" %s", a)',
    "print('it\\'s', a)": 'logger.info("it\'s %s", a)',
    'print("one " "two", a)': 'logger.info("one two %s", a)',
    'print("one", "two")': 'logger.info("one two")',
    'print(f"both are {a, b}")': 'logger.info("both are %s", (a, b))',
    'print("it was %s" % a)': 'logger.info("it was %s" % a)',
    'print("it was {}".format(a))': 'logger.info("it was {}".format(a))',
    'print("x =", a.x)': 'logger.info("x = %s", a.x)',
    'print("a =", a)': 'logger.debug("a = %s", a)',
    'print(f"{a=} it is")': 'logger.info(f"{a=} it is")',
    'print(rf"\\d is {a}")': 'logger.info(r"\\d is %s", a)',
    'print("DEBUG: in f", a)': 'logger.debug("DEBUG: in f %s", a)',
    'print("Warning: no rate")': 'logger.warning("Warning: no rate")',
    'print("Error: no rate")': 'logger.error("Error: no rate")',
    'print(f"got {a!r:>10}", b)': 'logger.info("got %s %s", f"{a!r:>10}", b)',
    "print(f'{a}: 5% of \"{b:{a}}\"', b)": 'logger.info("%s: 5%% of \\"%s\\" %s", a, f\'{b:{a}}\', b)',
    'print("it has" f"{a=}, {b!s:>3} ", a)': 'logger.info("it has%s, %s  %s", f"{a=}", f"{b!s:>3}", a)',
    'print("no rate", file=None)': 'logger.info("no rate")',
}


@pytest.mark.parametrize(("before", "after"), WRITTEN.items())
def test_the_text_is_the_same(before: str, after: str) -> None:
    assert logged(before) == after


def test_what_is_long_gets_a_line_for_each_value() -> None:
    text = "a long text that says how things are going, and more"
    assert logged(f'print(f"{text} {{a.first}} {{b.other}}")').splitlines() == [
        "logger.info(",
        f'    "{text} %s %s",',
        "    a.first,",
        "    b.other,",
        ")",
    ]


def test_lines_that_go_on_stay_behind_the_bracket() -> None:
    assert logged('print("one "\n      f"{a} two")') == 'logger.info("one "\n            "%s two", a)'


@pytest.mark.parametrize(
    "call", ['print("it is")', 'print("it is", file=sys.stdout)', 'print("it is", file=sys.stderr)']
)
def test_every_print_that_a_linter_marks_is_found(call: str) -> None:
    assert len(found(f"import sys\n\ndef f():\n    {call}\n")) == 1


PERSONAL = (
    *("a.email", "phone", "user.id", "request.json()", "payload['x']", "body", "token", "a.api_key", "name"),
    *("first_name", "customer.name", "response.text", "to_number", "getUser()", "card_number"),
)
HARMLESS = ("file_name", "module.name", "len(users)", "user_count", "a.number", "items", "table.names", "cls.name")


@pytest.mark.parametrize("value", PERSONAL)
def test_what_looks_personal_is_not_logged(value: str) -> None:
    (finding,) = found(f"def f(a):\n    print('it is', {value})\n")
    assert finding.safety == "manual"
    assert "looks personal or secret" in finding.message


@pytest.mark.parametrize("value", HARMLESS)
def test_what_is_harmless_is_logged(value: str) -> None:
    (finding,) = found(f"def f(a):\n    print('it is', {value})\n")
    assert finding.safety == "review"


def test_words_about_people_make_a_value_suspicious() -> None:
    (finding,) = found("def f(a):\n    print(f'SMS sent to {a}')\n")
    assert finding.safety == "manual"


def test_a_script_of_the_distribution_is_left_alone() -> None:
    texts = {"pyproject.toml": b'[project]\nname = "shop"\n[project.scripts]\nshop = "shop.stock:run"\n'}
    text = "def run():\n    print('running')\n"
    assert found(text)
    assert not found(text, texts=texts)


@pytest.mark.parametrize(
    "path",
    [
        "shop/main.py",
        "shop/__main__.py",
        "shop/manage.py",
        "shop/tools/__init__.py",
        "shop/examples/__init__.py",
        "shop/tests/__init__.py",
        "alone/stock.py",
    ],
)
def test_files_that_print_by_trade_are_left_alone(path: str) -> None:
    assert not found("def run():\n    print('running')\n", path=path)


@pytest.mark.parametrize(
    "head", ["#!/usr/bin/env python\n", "import os, argparse\n", "from rich.console import Console\n", "x = input()\n"]
)
def test_files_that_talk_to_a_terminal_are_left_alone(head: str) -> None:
    assert not found(f"{head}def run():\n    print('running')\n")


LEVELS = {
    'print("failed: 0, passed: 3")': "info",
    'print("failed: 3, passed: 0")': "error",
    'print(f"failed: {a}, passed: {b}")': "info",
    'print("failed:", a, "passed:", b)': "info",
    'print(f"{a} failed, {b} passed")': "info",
    'print("Failed 0 of 3")': "info",
    'print("errors: 0, warnings: 2")': "info",
    'print(f"errors={a} skipped={b}")': "info",
    'print("errors: 3")': "error",
    'print(f"Failed: {a}, because of {b}")': "error",
    'print("Failed: 0 rows are there")': "error",
    'print("failures: 0 ")': "info",
    'print("Error:", a)': "error",
    'print("failed")': "error",
    'print("failed: 0, passed: 3", file=sys.stderr)': "warning",
}


@pytest.mark.parametrize(("before", "level"), LEVELS.items())
def test_a_tally_is_no_failure(before: str, level: str) -> None:
    assert logged(before, f"import sys\n\n{HEAD}").startswith(f"logger.{level}(")


def test_a_parameter_called_logger_goes_for_its_own_function_alone() -> None:
    text = "def f(logger):\n    return logger\n\n\ndef g():\n    print('going on')\n"
    assert "`logger.info`" in found(text)[0].message
    assert "`_logger.info`" in found(text.replace("return logger", "print('going on')"))[0].message
    assert "`logger.info`" in found(HEAD + text)[0].message


def test_it_is_said_where_nobody_will_see_it() -> None:
    (finding,) = found("def run():\n    print('running')\n")
    assert "Python shows no `info` by itself" in finding.evidence[1].says
