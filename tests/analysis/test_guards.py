import ast
import re
import textwrap

import pytest

from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import Names
from fixbot.analysis.raises import Answer, exceptions_of
from fixbot.model import SourceFile

PARAMETERS = "d: dict, key: str, items: list, n: int, m: int, x: str | None, y, text: str"


def ask(source: str) -> Answer:
    module = parse(SourceFile("a.py", source.encode()))
    assert isinstance(module, Module)
    node = next(node for node in ast.walk(module.tree) if isinstance(node, ast.Try))
    return exceptions_of(node.body, Names(module), node)


def types(body: str) -> list[str]:
    inside = textwrap.indent(textwrap.dedent(body).strip(), " " * 8)
    found = ask(f"def f({PARAMETERS}):\n    try:\n{inside}\n    except: pass\n")
    return list(dict.fromkeys(raised.type for raised in found.exceptions))


SAFE = [
    ("a key that is in", "if key in d:\n    d[key]"),
    ("a literal key that is in", "if 'a' in d:\n    d['a']"),
    ("a key that is in the keys", "if key in d.keys():\n    d[key]"),
    ("a key that is not missing", "if key not in d:\n    return\nd[key]"),
    ("a key that is missing ends the round", "while n:\n    if key not in d:\n        continue\n    d[key]"),
    ("a key and something else", "if n and key in d and d[key]:\n    pass"),
    ("a key or else", "key not in d or d[key]"),
    ("a key in a choice", "d[key] if key in d else None"),
    ("a key in the other branch", "if key not in d:\n    pass\nelse:\n    d[key]"),
    ("a key in a loop's test", "while key in d:\n    d[key]"),
    ("a key in a comprehension", "[d[k] for k in items if k in d]"),
    ("a key of the dict that is run through", "for k in d:\n    d[k]"),
    ("a key of the sorted dict", "for k in sorted(d):\n    d[k]"),
    ("a number that is true as a bool", "if bool(n):\n    1 / n"),
    ("what can be called", "if callable(x):\n    x.upper()"),
    ("what is bound in the test", "if (a := n) > 0:\n    1 / a"),
    ("what is bound and true", "if (a := n):\n    1 / a"),
    ("a number on the other side", "if 0 < n:\n    1 / n"),
    ("a pair as a key", "if (key, 1) in d:\n    d[key, 1]"),
    ("a text of a key", "if str(n) in d:\n    d[str(n)]"),
    ("an item of an item", "if n in d:\n    for i in d:\n        d[n]"),
    ("equality with None", "if x != None:\n    x.upper()"),
    ("a key of the items", "for k, v in d.items():\n    d[k]"),
    ("a key that was just set", "d[key] = 1\nd[key]"),
    ("a key that was set where it was missing", "if key not in d:\n    d[key] = 1\nd[key]"),
    ("a key with a default set", "d.setdefault(key, 1)\nd[key]"),
    ("a key that get found", "if d.get(key):\n    d[key]"),
    ("a key that is popped", "if key in d:\n    d.pop(key)"),
    ("a key that is asserted", "d = dict(a=1)\nif key in d:\n    del n\n    d[key]"),
    ("a number that is true", "if n:\n    1 / n"),
    ("a number above zero", "if n > 0:\n    1 / n"),
    ("a number from one", "if n >= 1:\n    1 / n"),
    ("a number below zero", "if n < 0:\n    1 % n"),
    ("a number that is not zero", "if n != 0:\n    1 // n"),
    ("a number between", "if 0 < n < 9:\n    1 / n"),
    ("a number that zero is left out of", "if n == 0:\n    return\n1 / n"),
    ("a number that is not false", "if not n:\n    return\n1 / n"),
    ("a number in a choice", "1 / n if n else 0"),
    ("the larger of one and a number", "1 / max(1, n)"),
    ("a number or one", "1 / (n or 1)"),
    ("a name for the larger of one and a number", "a = max(n, 1)\n1 / a"),
    ("a length", "if len(items):\n    1 / len(items)"),
    ("a length of a list that is not empty", "if len(items) > 0:\n    1 / len(items)"),
    ("the first of what is not empty", "if items:\n    items[0]"),
    ("the last of what is not empty", "if not items:\n    return\nitems[-1]"),
    ("the third of three", "if len(items) > 2:\n    items[2]"),
    ("the third of three at least", "if len(items) >= 3:\n    items[-3]"),
    ("a length that is right", "if len(items) == 2:\n    items[1]"),
    ("an index of a range over the length", "for i in range(len(items)):\n    items[i]"),
    ("an index of an enumeration", "for i, item in enumerate(items):\n    items[i]"),
    ("the last of a stack", "while items:\n    items.pop()"),
    ("what was just put in", "items.append(1)\nitems[0]"),
    ("the least of what is not empty", "def g(): pass\nnames = text.split()\nif names:\n    min(names)"),
    ("what is not None", "if x is not None:\n    x.upper()"),
    ("what is true", "if x:\n    x.upper()"),
    ("what is None ends it", "if x is None:\n    return\nx.upper()"),
    ("a choice by None", "x.upper() if x is not None else ''"),
    ("what is text", "if isinstance(x, str):\n    x.upper()"),
    ("what has the method", "if hasattr(x, 'upper'):\n    x.upper()"),
    ("ordering what is not None", "x is not None and x > 'a'"),
    ("an attribute that is there", "if hasattr(text, 'a'):\n    getattr(text, 'a')"),
]


@pytest.mark.parametrize("body", [case[1] for case in SAFE], ids=[case[0] for case in SAFE])
def test_behind_a_test_it_is_not_raised(body: str) -> None:
    assert types(body) == []


ENDED = [
    ("another key", "if key in d:\n    d['a']", "KeyError"),
    ("the key is bound anew", "if key in d:\n    key = text\n    d[key]", "KeyError"),
    ("the dict is bound anew", "if key in d:\n    d = dict(a=1)\n    d[key]", "KeyError"),
    ("the key is deleted", "if key in d:\n    del d[key]\n    d[key]", "KeyError"),
    ("the key is popped", "if key in d:\n    d.pop(key)\n    d[key]", "KeyError"),
    ("the other branch", "if key in d:\n    pass\nelse:\n    d[key]", "KeyError"),
    ("behind the branch", "if key in d:\n    pass\nd[key]", "KeyError"),
    ("one of two", "if key in d or n:\n    d[key]", "KeyError"),
    ("the loop binds the key", "while key in d:\n    key = text\n    d[key]", "KeyError"),
    ("the loop binds it later", "if key in d:\n    while n:\n        d[key]\n        key = text", "KeyError"),
    ("another number", "if n:\n    1 / m", "ZeroDivisionError"),
    ("a number that may be zero", "if n >= 0:\n    1 / n", "ZeroDivisionError"),
    ("a number that is counted down", "if n:\n    n -= 1\n    1 / n", "ZeroDivisionError"),
    ("the larger of zero and a number", "1 / max(0, n)", "ZeroDivisionError"),
    ("a number that is false", "if not n:\n    1 / n", "ZeroDivisionError"),
    ("the second of one", "if items:\n    items[1]", "IndexError"),
    ("the third of two", "if len(items) > 1:\n    items[2]", "IndexError"),
    ("a stack that is emptied twice", "while items:\n    items.pop()\n    items.pop()", "IndexError"),
    ("the list is cleared", "if items:\n    items.clear()\n    items[0]", "IndexError"),
    ("what may be None again", "if x is not None:\n    x = d.get('a')\n    x.upper()", "AttributeError"),
    ("an expression that may change", "if y() in d:\n    d[y()]", "KeyError"),
    ("an element that is bound anew", "if d['a']:\n    d['a'] = n\n    n / d['a']", "ZeroDivisionError"),
]


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in ENDED], ids=[case[0] for case in ENDED])
def test_a_guard_ends_where_it_no_longer_holds(body: str, expected: str) -> None:
    assert expected in types(body)


AROUND = [
    ("a branch", "if n:\n    TRY 1 / n", []),
    ("the other branch", "if n:\n    pass\nelse:\n    TRY 1 / n", ["ZeroDivisionError"]),
    ("a return before it", "if not n:\n    return\nTRY 1 / n", []),
    ("a return that is too early", "if not n:\n    return\nn = m\nTRY 1 / n", ["ZeroDivisionError"]),
    ("an assertion before it", "assert n\nTRY 1 / n", []),
    ("a loop", "while n:\n    TRY 1 / n", []),
    ("a loop over keys", "for k in d:\n    TRY d[k]", []),
    ("a loop that binds the name", "if n:\n    while m:\n        TRY 1 / n\n        n = m", ["ZeroDivisionError"]),
    (
        "a handler behind what binds the name",
        "if n:\n    try:\n        n = m\n    except:\n        TRY 1 / n",
        ["ZeroDivisionError"],
    ),
    ("an outer function", "if n:\n    def g():\n        TRY 1 / n", ["ZeroDivisionError"]),
    ("a comparison with None", "if x is not None:\n    TRY x.upper()", []),
]


@pytest.mark.parametrize(("code", "expected"), [case[1:] for case in AROUND], ids=[case[0] for case in AROUND])
def test_tests_around_and_before_the_try_count(code: str, expected: list[str]) -> None:
    tried = re.sub(r"^( *)TRY (.*)", r"\1try:\n\1    \2\n\1except: pass", code, flags=re.MULTILINE)
    text = f"def f({PARAMETERS}):\n{textwrap.indent(tried, '    ')}\n"
    module = parse(SourceFile("a.py", text.encode()))
    assert isinstance(module, Module)
    *_, node = (node for node in ast.walk(module.tree) if isinstance(node, ast.Try))
    found = exceptions_of(node.body, Names(module), node)
    assert [raised.type for raised in found.exceptions] == expected
