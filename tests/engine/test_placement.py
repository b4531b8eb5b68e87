import pytest

from fixbot.engine.imports import is_setup_line
from fixbot.model import Rewrite
from fixbot.shell import ruff
from tests.engine.rewriting import fixed

HANDLER = "def f(a):\n    try:\n        a()\n    except:\n        pass\n"
FIXED = (
    'def f(a):\n    try:\n        a()\n    except Exception:\n        logger.warning("a failed in f", exc_info=True)\n'
)
SETUP = "logger = logging.getLogger(__name__)\n"


def above(head: str) -> str:
    """Return what stands above the function after it got its log call."""
    after = fixed(head + HANDLER)
    assert after.endswith(FIXED)
    return after.removesuffix(FIXED)


PLACES = {
    "nothing at all": ("", f"import logging\n\n{SETUP}\n"),
    "a docstring only": ('"""Doc."""\n\n', f'"""Doc."""\n\nimport logging\n\n{SETUP}\n'),
    "a docstring of several lines": (
        '"""Doc.\n\nMore.\n"""\n',
        f'"""Doc.\n\nMore.\n"""\n\nimport logging\n\n{SETUP}\n',
    ),
    "a future import only": (
        "from __future__ import annotations\n\n",
        f"from __future__ import annotations\n\nimport logging\n\n{SETUP}\n",
    ),
    "a docstring and a future import": (
        '"""Doc."""\nfrom __future__ import annotations\nimport os\n',
        f'"""Doc."""\nfrom __future__ import annotations\nimport logging\nimport os\n\n{SETUP}\n',
    ),
    "a shebang and a coding comment": (
        "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n\n",
        f"#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n\nimport logging\n\n{SETUP}\n",
    ),
    "plain imports before and after": (
        "import abc\nimport os\n",
        f"import abc\nimport logging\nimport os\n\n{SETUP}\n",
    ),
    "plain imports before only": ("import abc\nimport io\n", f"import abc\nimport io\nimport logging\n\n{SETUP}\n"),
    "from imports of the standard library": (
        "import abc\nfrom os import path\n",
        f"import abc\nimport logging\nfrom os import path\n\n{SETUP}\n",
    ),
    "a third party section": (
        "import os\n\nimport numpy\n",
        f"import logging\nimport os\n\nimport numpy\n\n{SETUP}\n",
    ),
    "third party imports only": ("import numpy\n", f"import logging\n\nimport numpy\n\n{SETUP}\n"),
    "a comment above third party imports": (
        '"""Doc."""\n\n# numbers\nimport numpy\n',
        f'"""Doc."""\n\nimport logging\n\n# numbers\nimport numpy\n\n{SETUP}\n',
    ),
    "imports in brackets": (
        "from os import (\n    path,\n    sep,\n)\n\n",
        f"import logging\nfrom os import (\n    path,\n    sep,\n)\n\n{SETUP}\n",
    ),
    "imports inside try": (
        "import os\ntry:\n    import ujson\nexcept ImportError:\n    ujson = None\nimport re\n",
        "import logging\nimport os\ntry:\n    import ujson\nexcept ImportError:\n    ujson = None\nimport re\n\n"
        + SETUP
        + "\n",
    ),
    "names of the module between imports": (
        '__version__ = "1"\nimport os\n',
        f'__version__ = "1"\nimport logging\nimport os\n\n{SETUP}\n',
    ),
    "imports that share a line": ("import os; import re\n", f"import logging\nimport os; import re\n\n{SETUP}\n"),
    "an import on the line of the docstring": (
        '"""Doc."""; import os\n',
        f'"""Doc."""; import os\n\nimport logging\n\n{SETUP}\n',
    ),
    "logging imported": ("import logging\n", f"import logging\n\n{SETUP}\n"),
    "logging imported among others": ("import os, logging\n", f"import os, logging\n\n{SETUP}\n"),
    "a module of logging imported": ("import logging.config\n", f"import logging.config\n\n{SETUP}\n"),
    "a name imported from logging": (
        "from logging import INFO\n",
        f"import logging\nfrom logging import INFO\n\n{SETUP}\n",
    ),
    "logging imported under another name": (
        "import logging as lg\n",
        f"import logging\nimport logging as lg\n\n{SETUP}\n",
    ),
    "code before imports": (
        "import os\nos.nice(1)\nimport re\n",
        f"import logging\nimport os\n\n{SETUP}\nos.nice(1)\nimport re\n",
    ),
}


@pytest.mark.parametrize("case", PLACES)
def test_the_logger_and_its_import_stand_where_a_person_would_put_them_with(case: str) -> None:
    before, after = PLACES[case]
    assert above(before) == after


def test_an_import_that_stands_below_the_logger_does_not_count() -> None:
    after = fixed(HANDLER + "f(len)\nimport logging\n")
    assert after == f"import logging\n\n{SETUP}\n{FIXED}f(len)\nimport logging\n"


def test_an_import_inside_a_function_does_not_count() -> None:
    after = fixed("def g():\n    import logging\n    return logging\n" + HANDLER)
    assert after.startswith(f"import logging\n\n{SETUP}\ndef g():\n")


def test_a_handler_that_runs_before_the_imports_finds_its_logger_above_it() -> None:
    before = "import os\ntry:\n    FAST = os.cpus()\nexcept:\n    FAST = None\nimport abc\n"
    after = fixed(before)
    assert after.index("import logging\n") < after.index(SETUP) < after.index("try:\n")
    assert "import os\n\nlogger = " in after


def test_a_handler_on_the_first_line_finds_its_logger_above_it() -> None:
    after = fixed("try:\n    run()\nexcept:\n    pass\nimport os\n")
    assert after.startswith(f"import logging\n\n{SETUP}\ntry:\n")


def test_a_handler_in_a_class_body_finds_its_logger_above_the_class() -> None:
    after = fixed("class A:\n    try:\n        x = run()\n    except:\n        x = 1\nimport os\n")
    assert after.startswith(f"import logging\n\n{SETUP}\nclass A:\n")


def test_two_handlers_share_one_logger() -> None:
    assert fixed(HANDLER + HANDLER).count(SETUP) == 1


def test_types_bring_their_imports_in_order() -> None:
    body = "def f(text: str):\n    try:\n        return loads(text)\n    except:\n        return None\n"
    after = fixed("from json import loads\n" + body)
    assert after.startswith(f"import json\nimport logging\nfrom json import loads\n\n{SETUP}\n")
    assert "except json.JSONDecodeError:" in after


def test_the_file_may_end_without_a_newline_above_the_insertion() -> None:
    after = fixed('"""Doc."""\n' + HANDLER.removesuffix("\n"))
    assert after.startswith('"""Doc."""\n\nimport logging\n')
    assert after.endswith("exc_info=True)")


@pytest.mark.parametrize("line", ["import os", "from a import b", "logger = x()", "", "  "])
def test_a_line_of_set_up_is_known(line: str) -> None:
    assert is_setup_line(line)


@pytest.mark.parametrize("line", ["x()", "if x:", "def f(): pass", "return 1"])
def test_a_line_of_code_is_no_set_up(line: str) -> None:
    assert not is_setup_line(line)


def test_ruff_s_isort_order_is_kept() -> None:
    head = "import abc\nimport os\nfrom io import BytesIO\n\nimport numpy\n\nUSED = abc, os, BytesIO, numpy\n\n\n"
    after = fixed(head + HANDLER)
    (opinion,) = ruff.ask([Rewrite("a.py", b"", after.encode(), ())], ruff.Style(select=("I", "E402")))
    assert [found.code for found in opinion.after] == [], after
