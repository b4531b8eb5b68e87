from __future__ import annotations

import ast
import re
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixbot.analysis.module import Module, parse
from fixbot.analysis.sketch import sketch
from fixbot.codemod import Codemod
from fixbot.engine import inspect
from fixbot.model import Skipped, SourceFile
from fixbot.registry import catalogue

MATTERS = re.compile(rb"except\s*:").search


def source(text: str) -> SourceFile:
    return SourceFile("a.py", textwrap.dedent(text).removeprefix("\n").encode())


def sketched(text: str) -> str:
    module = sketch(source(text), MATTERS)
    assert isinstance(module, Module)
    return ast.unparse(module.tree)


def test_a_definition_that_does_not_matter_is_only_named() -> None:
    shown = sketched(
        """
        import os
        def far(a, b=1):
            return os.remove(a)
        class Far(Base):
            def method(self): ...
        X = 1
        """
    )

    assert "os.remove" not in shown
    assert "def far(a, b=1)" in shown
    assert "class Far(Base)" in shown
    assert "X = 1" in shown


def test_what_matters_is_whole_and_on_its_line() -> None:
    text = "def far():\n    x = 1\n    return x\n\n\ndef near():\n    try:\n        f()\n    except:\n        pass\n"
    module = sketch(SourceFile("a.py", text.encode()), MATTERS)

    assert isinstance(module, Module)
    assert [node.lineno for node in module.tree.body] == [1, 6]
    assert "f()" in ast.unparse(module.tree)
    assert module.text == text


@pytest.mark.parametrize(
    "body",
    [
        '    """A docstring\nwith text at the margin\n    """\n    return far_away()\n',
        "    '''\ndef inner():\n    pass\n    '''\n    return far_away()\n",
        '    x = """\nclass X:\n"""\n    return far_away()\n',
    ],
)
def test_a_string_that_reaches_the_margin_keeps_its_definition(body: str) -> None:
    text = f"def far():\n{body}def near():\n    try: f()\n    except: pass\n"
    module = sketch(SourceFile("a.py", text.encode()), MATTERS)

    assert isinstance(module, Module)
    assert ast.dump(module.tree) == ast.dump(ast.parse(text))


def test_the_other_methods_of_a_class_that_matters_are_only_named() -> None:
    shown = sketched(
        """
        class Thing(Base):
            KIND = 1
            def far(self):
                return "far away"
            async def near(self):
                try:
                    await self.go()
                except:
                    pass
            class Inner:
                def farther(self):
                    return "farther"
            def last(self):
                return "last"
            END = 2
        """
    )

    assert "far away" not in shown
    assert "farther'" not in shown
    assert "'last'" not in shown
    assert "await self.go()" in shown
    assert "KIND = 1" in shown
    assert "END = 2" in shown


def test_a_header_over_several_lines_is_kept() -> None:
    assert "return 1" in sketched("def far(\n    a,\n):\n    return 1\n")


def test_what_does_not_parse_is_said_as_for_the_whole_file() -> None:
    broken = source("x = = 1\ndef far():\n    pass\n")

    assert isinstance(sketch(broken, MATTERS), Skipped)
    assert sketch(broken, MATTERS) == parse(broken)


CHUNKS = st.sampled_from(
    [
        "import os\n",
        "X = '''\ntext at the margin\n'''\n",
        "def plain(a):\n    return a\n",
        'def quoted():\n    """Say\nthings.\n    """\n    return 1\n',
        "def mended(path):\n    try:\n        return os.stat(path)\n    except:\n        return None\n",
        "class Thing:\n    def go(self):\n        try:\n            self.x()\n        except:\n            pass\n",
        (
            "class Many:\n    A = 1\n    def far(self,\n            a):\n        return a\n"
            "    def near(self, a: str):\n"
            "        try:\n            return int(a)\n        except:\n            return None\n\n"
            "    def last(self):\n        # here\n        def inner():\n            return 1\n        return inner\n"
            "    B = A\n"
        ),
        "def quiet(hub):\n    try:\n        hub.send()\n    except Exception:\n        pass\n",
        "def at_the_end(hub):\n    try:\n        hub.send()\n    except Exception:\n        pass\n",
        "def ending():\n    atexit.register(at_the_end)\n",
        "def number(text: str):\n    try:\n        return int(text)\n    except Exception:\n        return 0\n",
        "def starting():\n    Thread(target=number).start()\n",
        "def read(go):\n    try:\n        go()\n    except (OSError, IOError):\n        return 1\n",
        "class Other(Exception):\n    '''One.'''\n",
        "@decorated\nasync def later():\n    # comment\n# at the margin\n    await other()\n",
        "if X:\n    def inner():\n        pass\n",
        "try:\n    import json\nexcept:\n    json = None\n",
        "\n\n",
    ]
)


@given(st.lists(CHUNKS, max_size=8))
def test_a_scan_finds_in_a_sketch_what_it_finds_in_the_whole(chunks: list[str]) -> None:
    content = "".join(chunks).encode()
    shipped = [codemod for codemod in catalogue().values() if issubclass(codemod, Codemod)]
    whole = [type(codemod.__name__, (codemod,), {"local": False})() for codemod in shipped]

    quick = inspect(SourceFile("a.py", content), [codemod() for codemod in shipped])

    assert quick == inspect(SourceFile("a.py", content), whole)
