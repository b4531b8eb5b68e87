from __future__ import annotations

import pytest

from fixbot.codemod.screens import RepeatedDefinitions, RepeatedImports
from tests.codemod.trying import fixed_by, found

MARKED = {
    "twice in a branch": ("duplicate-import", "x = 2\nif x == 1:\n    import os\n    import os\n"),
    "twice in a try": ("duplicate-import", "try:\n    import os\n    import os\nexcept OSError:\n    pass\n"),
    "twice in a statement": ("duplicate-import", "from typing import (\n    List,\n    List,\n)\n"),
    "again for types": (
        "duplicate-import",
        "from typing import TYPE_CHECKING\nimport a\nif TYPE_CHECKING:\n    import a\n    from a import C\n",
    ),
    "a method": ("duplicate-definition", "class A:\n    def f(self): ...\n    def f(self): ...\n"),
    "one that is decorated": ("duplicate-definition", "def d(x): ...\n@d\ndef f(): ...\ndef f(): ...\n"),
    "a class in a function": ("duplicate-definition", "def f():\n    class A: ...\n    class A: ...\n"),
    "a coroutine": ("duplicate-definition", "async def f(): ...\nasync def f(): return 1\n"),
}


@pytest.mark.parametrize(("slug", "text"), MARKED.values(), ids=MARKED)
def test_what_a_linter_marks_is_found(slug: str, text: str) -> None:
    assert len(found(slug, text)) == 1


ACCEPTED = {
    "the branches of an if": "if a:\n    import os\nelse:\n    import os\n",
    "a try and its handler": "try:\n    import os\nexcept ImportError:\n    import os\n",
    "deeper in the try": "try:\n    if True:\n        import os\nexcept ImportError:\n    import os\n",
    "deeper than the first": "import os\nif os:\n    import os\n",
    "other things by one name": "import fu as FU, bar as FU\n",
    "a module and its namesake": "import datetime\nfrom datetime import datetime\n",
    "from the future and not": "from __future__ import annotations\nimport annotations\n",
    "an import and a function": "import f\ndef f(): ...\n",
    "a class of that name": "from fu import bar\nclass bar(bar): ...\n",
    "an attribute of a class": "import f\nclass A:\n    f = 1\n",
    "the cases of a match": ("match g:\n    case 1:\n        def f(): ...\n    case 2:\n        def f(): pass\n"),
    "excused for all": "from a import b\nfrom c import d\nfrom a import b  # noqa\n",
    "excused for pylint": "from a import b\nimport c\nfrom a import b  # pylint: disable=reimported\n",
    "a name that is handed on": "def f(): return 1\ng = f\ndef f(): return 2\n",
    "looked for by name": "def f(): return 1\nprint(locals())\ndef f(): return 2\n",
    "bound by a global": "import os\ndef g():\n    global os\n    os = 1\nimport os\n",
    "a private one that is handed on": "@run\ndef _f(): return 1\n@run\ndef _f(): return 2\n",
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_what_is_meant_is_left_alone(text: str) -> None:
    assert found("duplicate-import", text) + found("duplicate-definition", text) == ()


def test_several_copies_become_one() -> None:
    text = "import os\nimport re\nimport os\nimport os\n\nprint(os, re)\n"
    assert fixed_by("duplicate-import", text) == "import os\nimport re\n\nprint(os, re)\n"


def test_calls_in_between_ask_for_a_person() -> None:
    (finding,) = found("duplicate-import", "from a import b\nserve()\nfrom a import b\n")
    assert finding.safety == "review"


def test_an_import_that_reads_a_cache_needs_no_person() -> None:
    (finding,) = found("duplicate-import", "import a\nserve()\nimport a\n")
    assert finding.safety == "safe"


def test_a_method_in_the_middle_goes_with_its_blank_lines() -> None:
    method = "    def f(self):\n        return 1\n"
    text = f"class A:\n{method}\n    x = 1\n\n{method}\n    def g(self):\n        return 2\n"
    after = f"class A:\n{method}\n    x = 1\n\n    def g(self):\n        return 2\n"
    assert fixed_by("duplicate-definition", text) == after


def test_what_follows_may_begin_alike() -> None:
    one = "@property\ndef f(self):\n    return 1\n\n\n"
    other = "@property\ndef g(self):\n    return 2\n"
    assert fixed_by("duplicate-definition", f"{one}{one}{other}") == f"{one}{other}"


def test_of_two_tests_the_first_never_runs() -> None:
    text = "def test_it():\n    assert 1\n\ndef test_it():\n    assert 2\n"
    (finding,) = found("duplicate-definition", text, "tests/test_a.py")
    assert finding.message.startswith("the test on line 1 never runs: `test_it` is defined again on line 4, which wins")
    assert finding.severity == "high"


def test_a_module_of_two_scripts_says_what_runs() -> None:
    guard = 'if __name__ == "__main__":\n    main()\n'
    (finding,) = found("duplicate-definition", f"def main(): ...\n{guard}def main(): ...\n{guard}")
    assert "a script runs line 1, whoever imports it gets line 4" in finding.message


SCREENED = {
    "a setter": b"class A:\n    @property\n    def x(self): ...\n    @x.setter\n    def x(self, v): ...\n",
    "overloads": b"@overload\ndef f(a): ...\n@overload\ndef f(b): ...\ndef f(c): ...\n",
    "methods of two classes": b"class A:\n    def f(self): ...\nclass B:\n    def f(self): ...\n",
    "functions of two functions": b"def a():\n    def f(): ...\ndef b():\n    def f(): ...\n",
}


@pytest.mark.parametrize("content", SCREENED.values(), ids=SCREENED)
def test_what_only_looks_repeated_is_not_parsed(content: bytes) -> None:
    assert not RepeatedDefinitions().search(content)


def test_imports_of_two_functions_are_not_parsed() -> None:
    assert not RepeatedImports().search(b"def a():\n    import os\ndef b():\n    import os\n")
    assert RepeatedImports().search(b"from a import (  # (two)\n    b,\n    b,\n)\n")
