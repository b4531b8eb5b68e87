import ast
import textwrap

import pytest

from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import Names
from fixbot.analysis.raises import Answer, exceptions_of
from fixbot.model import SourceFile


def answer(source: str) -> Answer:
    """Return what comes out of the first `try` of the function that is called `asked`."""
    module = parse(SourceFile("sample.py", textwrap.dedent(source).encode()))
    assert isinstance(module, Module)
    asked = next(node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef) and node.name == "asked")
    statement = next(node for node in ast.walk(asked) if isinstance(node, ast.Try))
    return exceptions_of(statement.body, Names(module), statement)


def in_function(body: str, parameters: str, above: str = "import json, os, re, time", before: str = "pass") -> Answer:
    """Return what comes out of a body."""
    head = f"{above}\ndef asked({parameters}):\n{textwrap.indent(before, '    ')}\n    try:\n"
    return answer(head + textwrap.indent(textwrap.dedent(body).strip(), " " * 8) + "\n    except Exception: pass\n")


LISTED = [
    (
        "an item stored in a body that failed is not there behind it",
        "try:\n    d[k] = int(x)\nexcept ValueError:\n    pass\nreturn d[k]",
        "k: str, x: str",
        "d = {}",
        "KeyError",
    ),
    ("a default says nothing of the key", "if d.get(k, True):\n    return d[k]", "d: dict, k: str", "pass", "KeyError"),
    (
        "places counted from one pass the end",
        "for i, x in enumerate(a, start=1):\n    a[i]",
        "a: list",
        "pass",
        "IndexError",
    ),
    ("a list may be emptied by its slice", "a[:] = []\na[i]", "a: list, i: int", "assert a", "IndexError"),
    ("text of bytes", "str(a, encoding='ascii')", "a: bytes", "pass", "UnicodeDecodeError"),
    ("the greatest of JSON", "max(data, 5)", "t: str", "data = json.loads(t)", "TypeError"),
    ("sorted JSON", "sorted(data.values())", "t: str", "data = json.loads(t)", "TypeError"),
    ("a group that did not take part", "''.join(m.groups())", "t: str", "m = re.match('(a)|b', t)", "TypeError"),
    ("JSON as a key", "d[data]", "t: str", "d = {}\ndata = json.loads(t)", "TypeError"),
    ("JSON in a dict", "data in d", "t: str", "d = {}\ndata = json.loads(t)", "TypeError"),
    ("None in a text", "os.environ.get('x') in t", "t: str", "pass", "TypeError"),
    ("None as a place", "t[i]", "t: list, i: int = None", "pass", "TypeError"),
    ("None in the environment", "os.environ['x'] = p", "p: str = None", "pass", "TypeError"),
    ("an unknown user", "pwd.getpwuid(n).pw_name", "n: int", "import pwd", "KeyError"),
]


@pytest.mark.parametrize(
    ("body", "parameters", "before", "type_"),
    [pytest.param(*case[1:], id=case[0]) for case in LISTED],
)
def test_what_can_come_out_is_listed(body: str, parameters: str, before: str, type_: str) -> None:
    found = in_function(body, parameters, before=before)
    assert found.complete
    assert type_ in found.possible


def test_what_a_clock_says_is_never_infinite() -> None:
    assert in_function("int(time.time() * 1000)", "x").possible == ()
    assert in_function("int(os.stat(x).st_mtime)", "x: str").possible == ("OSError",)
    assert in_function("int(x)", "x: float").possible == ("OverflowError", "ValueError")


def test_what_follows_a_manager_that_swallows_may_be_none() -> None:
    found = answer(
        """
        import contextlib
        def number(text: str):
            with contextlib.suppress(ValueError):
                return int(text)
        def asked():
            n = number("x")
            try:
                return n + 1
            except Exception:
                pass
        """
    )
    assert "TypeError" in found.possible


UNSETTLED = {
    "a member of another class may stand before": """
        import foo
        class Known:
            def m(self): return 1
        class A(foo.Unknown, Known):
            def asked(self):
                try: return self.m()
                except Exception: pass
        """,
    "a method under a condition": """
        class Known:
            def m(self): return 1
        class A(Known):
            if FAST:
                def m(self): raise ValueError
            def asked(self):
                try: return self.m()
                except Exception: pass
        """,
    "an attribute in the place of a method": """
        class A:
            def __init__(self, given): self.m = given
            def m(self): return 1
            def asked(self):
                try: return self.m()
                except Exception: pass
        """,
    "a constructor under a condition": """
        class A:
            if FAST:
                def __init__(self): raise ValueError
        def asked():
            try: return A()
            except Exception: pass
        """,
    "a constructor from elsewhere": """
        class A:
            __init__ = other
        def asked():
            try: return A()
            except Exception: pass
        """,
    "an attribute that is set at times": """
        class A:
            def __init__(self, x: int):
                if x:
                    self.y = 5
            def asked(self):
                try: return self.y
                except Exception: pass
        """,
    "an attribute that an heir sets": """
        class A:
            def __init__(self): self.n = 5
            def asked(self):
                try: return self.n + 1
                except Exception: pass
        class B(A):
            def stop(self): self.n = None
        """,
    "an attribute of the class that its methods set": """
        class A:
            n = 5
            def stop(self): self.n = None
            def asked(self):
                try: return self.n + 1
                except Exception: pass
        """,
    "a method behind an unknown decorator, read": """
        class A:
            @memoized
            def version(self): raise ValueError
            def asked(self):
                try: return self.version
                except Exception: pass
        """,
    "a property that is asked for by name": """
        class A:
            @property
            def p(self): raise KeyError
            def asked(self):
                try: return getattr(self, "p", None)
                except Exception: pass
        """,
    "a length of its own": """
        class A:
            def __len__(self): raise KeyError
            def asked(self):
                try: return len(self)
                except Exception: pass
        """,
    "a function that is put in the place": """
        def g(): return 1
        def install(other):
            global g
            g = other
        def asked():
            try: return g()
            except Exception: pass
        """,
    "a method that is put in the place": """
        class A:
            def m(self): return 1
        A.m = other
        def asked(a: A):
            try: return a.m()
            except Exception: pass
        """,
    "a name that the handler gave something else": """
        def asked(p: str):
            try:
                try: int(p)
                except ValueError as e:
                    e = make()
                    raise e
            except Exception: pass
        """,
    "an attribute of which only the kind is said": """
        class A:
            y: int
            def asked(self):
                try: return self.y
                except Exception: pass
        """,
    "a name that two imports bind": """
        b = 5
        import a, b
        def asked():
            try: return b + 1
            except Exception: pass
        """,
    "bytes of a text in some encoding": """
        def asked(text: str):
            try: return bytes(text, encoding="ascii")
            except Exception: pass
        """,
}


@pytest.mark.parametrize("source", [pytest.param(source, id=name) for name, source in UNSETTLED.items()])
def test_what_may_be_something_else_leaves_the_answer_open(source: str) -> None:
    assert not answer(source).complete


SETTLED = {
    "in both branches": "if x: self.y = 1\n    else: self.y = 2",
    "in one branch while the other raises": "if x: self.y = 1\n    else: raise ValueError",
    "in a with": "with x: self.y = 1",
    "in a try and its handler": "try: self.y = 1\n    except ValueError: self.y = 2",
}


@pytest.mark.parametrize("init", [pytest.param(init, id=name) for name, init in SETTLED.items()])
def test_an_attribute_that_is_set_whichever_way_is_there(init: str) -> None:
    source = f"def __init__(self, x):\n    {init}\ndef asked(self):\n    try: return self.y\n    except Exception: pass"
    found = answer("class A:\n" + textwrap.indent(source, "    "))
    assert found.complete
    assert found.possible == ()


def test_what_an_object_holds_is_doubted_behind_a_call() -> None:
    found = answer(
        """
        class A:
            def __init__(self):
                self.waiting = {}
            def asked(self, name: str):
                if name in self.waiting:
                    self.make(name)
                    try:
                        del self.waiting[name]
                        return self.waiting[name]
                    except Exception:
                        pass
        """
    )
    assert "KeyError" in found.possible
