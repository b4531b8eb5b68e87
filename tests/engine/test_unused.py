from __future__ import annotations

import pytest

from fixbot.analysis.module import Module, parse
from fixbot.engine.unused import prune
from fixbot.model import SourceFile

FUNCTION = "def f():\n    return 1\n"


def module(text: str, path: str = "a.py") -> Module:
    found = parse(SourceFile(path, text.encode()))
    assert isinstance(found, Module)
    return found


def pruned(text: str, *names: str, path: str = "a.py", wanted: bool = False) -> str:
    """Prune a file from which every use of any name was taken just now."""
    return prune(module("", path), text, names or ("time",), lambda _name: wanted).text


def test_what_was_never_used_stays() -> None:
    text = "import time\n\n\ndef f():\n    import time\n    {}\n\n\ndef g():\n    import time\n\n    return 1\n"
    before, after = module(text.format("return time")), text.format("return 1")
    assert prune(before, after, ["time"], lambda _name: False).text == after.replace("    import time\n", "", 1)


GOES = [
    ("the only name of the module", "import time\n\nx = 1\n", "x = 1\n"),
    ("between others", "import os\nimport time\nimport sys\n\nx = 1\n", "import os\nimport sys\n\nx = 1\n"),
    ("one of two modules", "import os, time\n\nx = 1\n", "import os\n\nx = 1\n"),
    ("the first of two modules", "import time, os\n\nx = 1\n", "import os\n\nx = 1\n"),
    ("an alias", "import datetime as time\n\nx = 1\n", "x = 1\n"),
    ("a part of a package", "import time.zone\n\nx = 1\n", "x = 1\n"),
    ("a name from a module", "from t import time, b\n\nx = 1\n", "from t import b\n\nx = 1\n"),
    ("the last name", "from t import b, time\n\nx = 1\n", "from t import b\n\nx = 1\n"),
    ("the middle one", "from t import a, time, b\n\nx = 1\n", "from t import a, b\n\nx = 1\n"),
    ("a renamed name", "from t import sleep as time, b\n\nx = 1\n", "from t import b\n\nx = 1\n"),
    ("in parentheses", "from t import (\n    a,\n    time,\n)\n", "from t import (\n    a,\n)\n"),
    ("first in parentheses", "from t import (\n    time,\n    a,\n)\n", "from t import (\n    a,\n)\n"),
    ("all in parentheses", "from t import (\n    time,\n)\nx = 1\n", "x = 1\n"),
    ("over a continued line", "from t import a, \\\n    time\n", "from t import a\n"),
    ("first over a continued line", "from t import time, \\\n    a\n", "from t import a\n"),
    ("in a function", "def f():\n    import time\n    return 1\n", FUNCTION),
    ("above a gap in a function", "def f():\n    import time\n\n    return 1\n", FUNCTION),
    (
        "in a method",
        "class A:\n    def f(self):\n        import time\n        g()\n",
        "class A:\n    def f(self):\n        g()\n",
    ),
    ("a block of its own", "import os\n\nimport time\n\nimport third\n", "import os\n\nimport third\n"),
    ("the last block", f"import os\n\nimport time\n\n\n{FUNCTION}", f"import os\n\n\n{FUNCTION}"),
    ("below a docstring", '"""Doc."""\n\nimport time\n\nimport os\n', '"""Doc."""\n\nimport os\n'),
    (
        "used by a function that binds it itself",
        "import time\n\n\ndef f(time):\n    return time\n",
        "def f(time):\n    return time\n",
    ),
    ("with CRLF", "import os\r\nimport time\r\nx = 1\r\n", "import os\r\nx = 1\r\n"),
    ("with tabs", "def f():\n\timport time\n\treturn 1\n", "def f():\n\treturn 1\n"),
    ("beside letters that are no ASCII", "from é import ü, time, ö\n", "from é import ü, ö\n"),
    ("twice", "import time\nimport time\nx = 1\n", "x = 1\n"),
    ("an attribute of the same name", "import time\n\nself.time = other.time\n", "self.time = other.time\n"),
    ("another string", "import time\n\nx = 'time'\n", "x = 'time'\n"),
]


@pytest.mark.parametrize(("before", "after"), [case[1:] for case in GOES], ids=[case[0] for case in GOES])
def test_an_import_that_nothing_uses_goes(before: str, after: str) -> None:
    assert pruned(before) == after


STAYS = [
    ("used at the top", "import time\n\ntime.time()\n"),
    ("used in a function", "import time\n\n\ndef f():\n    time.time()\n"),
    ("used in a method", "import time\n\n\nclass A:\n    def f(self):\n        time.time()\n"),
    ("used in a nested function", "def f():\n    import time\n\n    def g():\n        return time\n\n    return g\n"),
    ("used as a default", "import time\n\n\ndef f(time=time):\n    pass\n"),
    ("used as an annotation", "import time\n\n\ndef f(x: time.struct_time):\n    time = x\n"),
    ("used in a lambda's default", "import time\n\ng = lambda time=time: time\n"),
    ("used in a decorator", "import time\n\n\n@time.f\ndef f(time):\n    pass\n"),
    ("used in a quoted annotation", "import time\n\n\ndef f(x: 'time.struct_time') -> None:\n    pass\n"),
    ("used in a quoted result", "import time\n\n\ndef f() -> 'time.struct_time':\n    pass\n"),
    ("used in the quoted type of a name", "import time\n\nx: 'list[time.struct_time]' = []\n"),
    ("deleted", "import time\n\ndel time\n"),
    ("another value later", "import time\n\ntime = 1\n"),
    ("declared global", "import time\n\n\ndef f():\n    global time\n    import time\n"),
    ("offered", "import time\n\n__all__ = ['time']\n"),
    ("offered later", "import time\n\n__all__ = []\n__all__ += ['time']\n__all__.extend(['x'])\n"),
    ("a re-export", "import time as time\n"),
    ("a name that is re-exported", "from t import time as time\n"),
    ("with a comment", "import time  # why\n"),
    ("with a comment in parentheses", "from t import (\n    time,  # why\n    a,\n)\n"),
    ("in a try", "try:\n    import time\nexcept ImportError:\n    pass\n"),
    ("in an if", "if x:\n    import time\n"),
    ("in a with", "with suppress(ImportError):\n    import time\n"),
    ("in a class", "class A:\n    import time\n\n    x = 1\n"),
    ("alone in a function", "def f():\n    import time\n"),
    ("beside another statement", "import os; import time\nos.x\n"),
    ("before another statement", "import time; x = 1\n"),
    ("after a continued line", "x = 1; \\\nimport time\n"),
    ("from the future", "from __future__ import time\n"),
    ("a star", "from time import *\n"),
]


@pytest.mark.parametrize("text", [case[1] for case in STAYS], ids=[case[0] for case in STAYS])
def test_an_import_stays_where_there_is_any_doubt(text: str) -> None:
    assert pruned(text) == text


def test_what_a_package_imports_for_others_stays_and_what_it_used_itself_goes() -> None:
    for_others = module("import time\n", "pkg/__init__.py")
    assert prune(for_others, "import time\n", ["time"], lambda _name: False).text == "import time\n"
    assert pruned("import time\n", path="pkg/__init__.py") == ""
    assert pruned("import time\n", path="pkg/__init__.py", wanted=True) == "import time\n"


def test_what_another_file_uses_stays_but_not_in_a_function() -> None:
    text = "import time\n\n\ndef f():\n    import time\n    return 1\n"
    assert pruned(text, wanted=True) == "import time\n\n\ndef f():\n    return 1\n"


def test_a_star_is_no_name() -> None:
    assert pruned("from t import *\n", "*") == "from t import *\n"


def test_no_other_import_goes() -> None:
    assert pruned("import os\nimport time\n", "sys") == "import os\nimport time\n"


def test_several_go_at_once_and_a_function_keeps_something() -> None:
    text = "import os, time, re\n\n\ndef f():\n    import os\n    import time\n"
    assert pruned(text, "os", "time") == "import re\n\n\ndef f():\n    import os\n    import time\n"


def test_what_cannot_be_parsed_is_left_to_the_ladder() -> None:
    assert pruned("import time\nx = = 1\n") == "import time\nx = = 1\n"


def test_the_words_that_go_are_counted_and_their_lines_told() -> None:
    found = prune(module(""), "import os\nfrom t import a, time\nimport time\n", ["time"], lambda _name: False)
    assert found.lines == {2, 3}
    assert dict(found.words) == {",": 1, "time": 2, "import": 1}
