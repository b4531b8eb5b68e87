from __future__ import annotations

import ast
import asyncio
import sys
import textwrap
from types import ModuleType

import pytest

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.patches.moves import Edit, Move, Patch, SleepPatches

BY_MODULE = """\
import time


async def poll(pause):
    time.sleep(pause)
    return "done"
"""
BY_NAME = """\
from time import sleep as nap


async def poll(pause):
    nap(pause)
    return "done"
"""
HEAD = """\
import asyncio
import time
from unittest import mock
from unittest.mock import patch

import pytest

from pkg import mod

"""


def project(test: str, **others: str) -> dict[str, str]:
    files = {"pkg/__init__.py": "", "pkg/mod.py": BY_MODULE, "tests/test_mod.py": test}
    return files | {name.replace("__", "/") + ".py": text for name, text in others.items()}


def corpus_of(files: dict[str, str]) -> Corpus:
    return Corpus({path: text.encode() for path, text in files.items()})


def move(files: dict[str, str], path: str = "pkg/mod.py", *lines: int, library: str = "asyncio") -> Move:
    nodes = [node for node in ast.walk(ast.parse(files[path])) if isinstance(node, ast.Call)]
    named = {"sleep", "nap"}
    sleeps = [node for node in nodes if ast.unparse(node.func).rpartition(".")[2] in named]
    return Move(
        path=path,
        sleeps=frozenset((node.lineno, node.col_offset) for node in sleeps if not lines or node.lineno in lines),
        library=library,
    )


def found(files: dict[str, str], *moves: Move) -> tuple[Patch, ...]:
    return SleepPatches(corpus_of(files)).of(moves or (move(files),))


def applied(text: str, edits: tuple[Edit, ...]) -> str:
    lines = text.splitlines(keepends=True)
    for edit in sorted(edits, key=lambda each: (each.line, each.column), reverse=True):
        assert edit.line == edit.end_line
        line = lines[edit.line - 1]
        lines[edit.line - 1] = line[: edit.column] + edit.source + line[edit.end_column :]
    imports = sorted({text for edit in edits for text in edit.imports})
    return "".join(f"{text}\n" for text in imports) + "".join(lines)


def moved(test: str, **others: str) -> str:
    """Give what becomes of the lines of one test."""
    files = project(HEAD + test, **others)
    patches = found(files)
    assert patches, "no patch was found"
    assert [patch.because for patch in patches if patch.because] == []
    edits = tuple(dict.fromkeys(edit for patch in patches for edit in patch.edits))
    return applied(files["tests/test_mod.py"], edits).replace(HEAD, "")


def refusal(test: str, **others: str) -> str:
    (patch,) = found(project(HEAD + test, **others))
    assert patch.because is not None
    assert patch.edits == ()
    return patch.because


STATEMENTS = [
    (
        "with patch('pkg.mod.time.sleep') as slept:",
        "with patch('pkg.mod.asyncio.sleep') as slept:",
    ),
    (
        'with mock.patch("pkg.mod.time.sleep", return_value=None) as slept:',
        'with mock.patch("pkg.mod.asyncio.sleep", return_value=None) as slept:',
    ),
    (
        'with patch.object(mod.time, "sleep") as slept:',
        'with patch.object(mod.asyncio, "sleep") as slept:',
    ),
    (
        'with patch.object(target=mod.time, attribute="sleep") as slept:',
        'with patch.object(target=mod.asyncio, attribute="sleep") as slept:',
    ),
    (
        'with patch("pkg.mod.time.sleep", autospec=True) as slept:',
        'with patch("pkg.mod.asyncio.sleep", autospec=True) as slept:',
    ),
    (
        'with patch("pkg.mod.time.sleep", new_callable=mock.MagicMock) as slept:',
        'with patch("pkg.mod.asyncio.sleep", new_callable=mock.AsyncMock) as slept:',
    ),
    (
        'with patch("pkg.mod.time.sleep", mock.Mock()) as slept:',
        'with patch("pkg.mod.asyncio.sleep", mock.AsyncMock()) as slept:',
    ),
    (
        'with patch("time.sleep") as slept:',
        'with patch("asyncio.sleep") as slept:',
    ),
    (
        'with patch.object(time, "sleep") as slept:',
        'with patch.object(asyncio, "sleep") as slept:',
    ),
    (
        'with patch.multiple("pkg.mod.time", sleep=mock.DEFAULT) as made, made["sleep"] as slept:',
        'with patch.multiple("pkg.mod.asyncio", sleep=mock.DEFAULT) as made, made["sleep"] as slept:',
    ),
]


@pytest.mark.parametrize(("before", "after"), STATEMENTS)
def test_a_patch_moves_with_the_sleep(before: str, after: str) -> None:
    body = "\n    asyncio.run(mod.poll(1))\n    slept.assert_called_once_with(1)\n"
    assert moved(before + body) == after + body


SETTERS = [
    ('"pkg.mod.time.sleep", lambda s: None', '"pkg.mod.asyncio.sleep", mock.AsyncMock()'),
    ("mod.time, 'sleep', lambda *_: None", "mod.asyncio, 'sleep', mock.AsyncMock()"),
    ('mod.time, "sleep", calls.append', 'mod.asyncio, "sleep", mock.AsyncMock(side_effect=calls.append)'),
    (
        'mod.time, "sleep", lambda s: calls.append(s)',
        'mod.asyncio, "sleep", mock.AsyncMock(side_effect=lambda s: calls.append(s))',
    ),
    ('time, "sleep", calls.append', 'asyncio, "sleep", mock.AsyncMock(side_effect=calls.append)'),
    (
        'mod.time, "sleep", calls.append, raising=False',
        'mod.asyncio, "sleep", mock.AsyncMock(side_effect=calls.append), raising=False',
    ),
    (
        'mod.time, "sleep", mock.Mock(side_effect=calls.append)',
        'mod.asyncio, "sleep", mock.AsyncMock(side_effect=calls.append)',
    ),
]


@pytest.mark.parametrize(("before", "after"), SETTERS)
def test_a_fake_that_monkeypatch_sets_becomes_awaitable(before: str, after: str) -> None:
    text = "def test_it(monkeypatch):\n    calls = []\n    monkeypatch.setattr({})\n    asyncio.run(mod.poll(1))\n"
    assert moved(text.format(before)) == text.format(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"pkg.mod.nap", calls.append', '"pkg.mod.asyncio.sleep", mock.AsyncMock(side_effect=calls.append)'),
        ('mod, "nap", calls.append', 'mod.asyncio, "sleep", mock.AsyncMock(side_effect=calls.append)'),
    ],
)
def test_a_patch_of_an_imported_function_moves_to_the_library(before: str, after: str) -> None:
    text = "def test_it(monkeypatch):\n    calls = []\n    monkeypatch.setattr({})\n    asyncio.run(mod.poll(1))\n"
    assert moved(text.format(before), pkg__mod=BY_NAME) == text.format(after)


def decorated(target: str) -> str:
    return (
        f"@mock.patch({target})\ndef test_it(slept):\n    asyncio.run(mod.poll(1))\n    assert slept.call_count == 1\n"
    )


def test_a_decorator_moves() -> None:
    assert moved(decorated('"pkg.mod.time.sleep"')) == decorated('"pkg.mod.asyncio.sleep"')


def test_a_decorated_class_moves() -> None:
    text = (
        '@patch("pkg.mod.{}.sleep", mock.{})\nclass Tests:\n    def test_it(self):\n        asyncio.run(mod.poll(1))\n'
    )
    assert moved(text.format("time", "Mock()")) == text.format("asyncio", "AsyncMock()")


def test_a_patch_that_is_started_moves() -> None:
    text = "class Tests:\n    def setUp(self):\n        self.slept = patch('pkg.mod.{}.sleep').start()\n"
    assert moved(text.format("time")) == text.format("asyncio")


def test_a_patch_of_a_plugin_moves() -> None:
    text = "def test_it(mocker):\n    slept = mocker.patch.object(mod.{}, 'sleep', mocker.{}())\n"
    assert moved(text.format("time", "MagicMock")) == text.format("asyncio", "AsyncMock")


def test_a_patch_under_another_name_moves() -> None:
    text = "from unittest.mock import patch as p\n@p('pkg.mod.{}.sleep')\ndef test_it(slept): ...\n"
    assert moved(text.format("time")) == text.format("asyncio")


def test_a_spy_moves() -> None:
    text = "def test_it(mocker):\n    slept = mocker.spy(mod.{}, 'sleep')\n"
    assert moved(text.format("time")) == text.format("asyncio")


def test_what_a_test_asks_the_patched_function_moves_too() -> None:
    text = "@patch('pkg.mod.{0}.sleep')\ndef test_it(_):\n    mod.poll(1)\n    {1}.sleep.assert_called_once_with(1)\n"
    assert moved(text.format("time", "mod.time")) == text.format("asyncio", "mod.asyncio")
    assert moved(text.format("time", "time")) == text.format("asyncio", "asyncio")


def test_the_name_that_the_module_has_for_the_library_is_used() -> None:
    module = "import asyncio as aio\n" + BY_MODULE
    text = "with patch('pkg.mod.{}.sleep'):\n    asyncio.run(mod.poll(1))\n"
    assert moved(text.format("time"), pkg__mod=module) == text.format("aio")


@pytest.mark.parametrize(
    ("head", "local"),
    [
        ("from unittest import mock as m", "m.AsyncMock"),
        ("import unittest.mock", "unittest.mock.AsyncMock"),
        ("import mock", "mock.AsyncMock"),
        ("from unittest.mock import AsyncMock as Fake", "Fake"),
    ],
)
def test_an_async_mock_is_written_as_the_file_writes_mocks(head: str, local: str) -> None:
    text = "{}\nfrom pkg import mod\ndef test_it(monkeypatch):\n    monkeypatch.setattr(mod.{}, 'sleep', {})\n"
    files = project(text.format(head, "time", "lambda s: None"))
    (patch,) = found(files)
    assert applied(files["tests/test_mod.py"], patch.edits) == text.format(head, "asyncio", f"{local}()")


def test_an_async_mock_is_imported_where_nothing_like_it_is() -> None:
    files = project(
        "from pkg import mod\ndef test_it(monkeypatch):\n    monkeypatch.setattr(mod.time, 'sleep', print)\n"
    )
    (patch,) = found(files)
    after = applied(files["tests/test_mod.py"], patch.edits)
    assert after.startswith("from unittest.mock import AsyncMock\nfrom pkg")
    assert "monkeypatch.setattr(mod.asyncio, 'sleep', AsyncMock(side_effect=print))" in after


def test_a_test_gets_the_library_that_it_patches_for_everybody() -> None:
    files = project("import time\nfrom pkg import mod\ndef test_it(mocker):\n    mocker.patch.object(time, 'sleep')\n")
    (patch,) = found(files)
    (edit,) = patch.edits
    assert (edit.source, edit.imports, edit.unused) == ("asyncio", ("import asyncio",), ("time",))


def test_another_library_is_patched_where_the_sleep_goes_there() -> None:
    files = project(HEAD + "@patch('pkg.mod.time.sleep')\ndef test_it(slept): ...\n")
    (patch,) = found(files, move(files, library="trio"))
    assert [edit.source for edit in patch.edits] == ["'pkg.mod.trio.sleep'"]


def test_an_edit_says_which_words_are_lost() -> None:
    files = project(HEAD + "def test_it(mocker):\n    mocker.patch('pkg.mod.time.sleep', lambda s: None)\n")
    (patch,) = found(files)
    assert [(edit.kind, edit.drops) for edit in patch.edits] == [
        ("Constant", ("time",)),
        ("Lambda", ("lambda", "s", ":", "None")),
    ]


REFUSED = [
    ("patch('pkg.mod.time')", "replaces all of `time`"),
    ("patch.object(mod, 'time')", "replaces all of `time`"),
    ("patch('pkg.mod.time.sleep', wraps=print)", "does not understand"),
    ("patch('pkg.mod.time.sleep', **{})", "does not understand"),
    ("patch('pkg.mod.time.sleep', new_callable=Fake)", "with a `Fake`"),
    ("patch('pkg.mod.time.sleep', None)", "no function"),
    ("patch('pkg.mod.time.sleep', side_effect=[None, StopIteration])", "raises `StopIteration`"),
    ("patch('pkg.mod.time.sleep', KeyboardInterrupt)", "no function"),
    ("patch('pkg.mod.time.sleep', mock.Mock(spec=print))", "with `mock.Mock(spec=print)`"),
    ("patch('pkg.mod.' 'time.sleep')", "written in parts"),
    ("patch('pkg.mod.time.sleep', print, None)", "does not understand"),
    ("patch.dict(mod.__dict__, {'time': print})", "with `patch.dict`"),
    ("patch.object(mod.time, 'sleep', print); mod.time.sleep(1)", "and uses it in line"),
    ("patch(f'{mod.__name__}.time.sleep')", "put together when it runs"),
    ("patch(mod.__name__ + '.time.sleep')", "put together when it runs"),
    ("patch.dict('pkg.mod.__dict__', sleep=print, time=print)", "with `patch.dict`"),
    ("patch.multiple('pkg.mod.time', sleep=print, time=print)", "with `patch.multiple`"),
    ("replace('pkg.mod.time.sleep')", "no patch is seen to use"),
    ("monkeypatch.delattr(mod.time, 'sleep')", "does not understand"),
    ("setattr(mod.time, 'sleep', print)", "does not understand"),
    ("patch.object(find('pkg.mod').time, 'sleep')", "does not understand"),
    ("patch('requests.adapters.time.sleep')", "a module that does not sleep itself"),
]


@pytest.mark.parametrize(("call", "reason"), REFUSED)
def test_a_patch_that_cannot_move_says_why(call: str, reason: str) -> None:
    because = refusal(f"def test_it(monkeypatch):\n    {call}\n    asyncio.run(mod.poll(1))\n")
    assert because.startswith(f"tests/test_mod.py:{HEAD.count(chr(10)) + 2} patches `")
    assert reason in because


@pytest.mark.parametrize("line", ["mod.time.sleep = print", "mod.time = object()", "time.sleep = print"])
def test_an_assignment_is_seen(line: str) -> None:
    assert "with an assignment" in refusal(f"def test_it():\n    {line}\n    asyncio.run(mod.poll(1))\n")


def test_a_name_imported_from_the_module_is_not_moved() -> None:
    text = "from pkg.mod import time as clock\ndef test_it(mocker):\n    mocker.patch.object(clock, 'sleep')\n"
    assert "imported from there" in refusal(text)


def test_a_patch_stays_where_something_else_under_it_still_sleeps() -> None:
    module = BY_MODULE + "\n\ndef plain():\n    time.sleep(1)\n"
    files = project(HEAD + "@patch('pkg.mod.time.sleep')\ndef test_it(slept): ...\n", pkg__mod=module)
    (patch,) = found(files, move(files, "pkg/mod.py", 5))
    assert patch.because is not None
    assert patch.because.endswith("also for pkg/mod.py:10, which goes on to sleep")
    (patch,) = found(files, move(files, "pkg/mod.py", 5, 10))
    assert patch.because is None


def test_a_patch_stays_where_it_would_reach_what_waits_already() -> None:
    module = "import asyncio\n" + BY_MODULE + "\n\nasync def beat():\n    await asyncio.sleep(1)\n"
    because = refusal("@patch('pkg.mod.time.sleep')\ndef test_it(slept): ...\n", pkg__mod=module)
    assert "the `asyncio.sleep` at pkg/mod.py:11 too" in because
    because = refusal("@patch('pkg.mod.time.sleep')\nasync def test_it(slept):\n    await asyncio.sleep(0)\n")
    assert "the `asyncio.sleep` at tests/test_mod.py:12 too" in because


def test_a_patch_stays_where_the_test_itself_sleeps() -> None:
    because = refusal("@patch('time.sleep')\ndef test_it(slept):\n    mod.poll(1)\n    time.sleep(1)\n")
    assert "also for tests/test_mod.py:13, which goes on to sleep" in because


def test_the_sleep_of_an_asynchronous_test_moves_with_the_others() -> None:
    files = project(
        HEAD + "@patch('time.sleep')\nasync def test_it(slept):\n    await mod.poll(1)\n    time.sleep(1)\n"
    )
    patches = SleepPatches(corpus_of(files))
    assert patches.together("pkg/mod.py") == ("pkg/mod.py", "tests/test_mod.py")
    (patch,) = patches.of([move(files), move(files, "tests/test_mod.py")])
    assert patch.because is None


def test_a_file_that_must_not_change_keeps_its_patch() -> None:
    files = project(HEAD + "@patch('pkg.mod.time.sleep')\ndef test_it(slept): ...\n")
    content = {path: text.encode() for path, text in files.items()}
    (patch,) = SleepPatches(Corpus(content, fixed={"tests/test_mod.py": "it is generated"})).of([move(files)])
    assert patch.because is not None
    assert patch.because.endswith("and that file is not changed: it is generated")


UNCONCERNED = [
    "@patch('pkg.mod.time.monotonic')\ndef test_it(clock): ...\n",
    "@patch('pkg.other.time.sleep')\ndef test_it(slept): ...\n",
    "@patch('pkg.mod.poll')\ndef test_it(poll): ...\n",
    "@patch('pkg.mod.Reader.sleep')\ndef test_it(slept): ...\n",
    "def test_it(mocker, client):\n    mocker.patch.object(client, 'sleep')\n    mod.poll(1)\n",
    '"""pkg.mod.time.sleep"""\n',
    "def test_it(client):\n    client.patch('pkg.mod')\n    mod.poll('time.sleep')\n",
    "def test_it():\n    mod.poll.time = 3\n",
]


@pytest.mark.parametrize("test", UNCONCERNED)
def test_what_patches_something_else_does_not_count(test: str) -> None:
    others = {"pkg__other": "import time\n\n\ndef wait():\n    time.sleep(1)\n"}
    assert found(project(HEAD + test, **others)) == ()


@pytest.mark.parametrize(
    "module",
    [
        "from asyncio import sleep as rest\n" + BY_MODULE,
        "import time\n\n\nasync def poll(pause):\n    import asyncio\n    time.sleep(pause)\n",
    ],
)
def test_a_patch_stays_where_it_would_not_reach_the_new_sleep(module: str) -> None:
    because = refusal("@patch('pkg.mod.time.sleep')\ndef test_it(slept): ...\n", pkg__mod=module)
    assert because.endswith("and pkg/mod.py has its own name for `asyncio.sleep`")


def test_a_function_imported_early_is_out_of_reach_of_a_patch_for_everybody() -> None:
    test = HEAD + "@patch('time.sleep')\ndef test_it(slept):\n    mod.poll(1)\n"
    assert found(project(test, pkg__mod=BY_NAME)) == ()
    late = "async def poll(pause):\n    from time import sleep\n    sleep(pause)\n"
    assert [patch.because for patch in found(project(test, pkg__mod=late))] == [None]


def test_a_module_of_no_interest_to_the_test_does_not_keep_its_patch() -> None:
    other = "import time\n\n\ndef wait():\n    time.sleep(1)\n"
    head = HEAD + "from pkg import other\n\n\ndef test_other():\n    other.wait()\n\n\n"
    own = "@patch('time.sleep')\ndef test_it(slept):\n    mod.poll(1)\n"
    assert [patch.because for patch in found(project(head + own, pkg__other=other))] == [None]
    both = "@patch('time.sleep')\ndef test_it(slept):\n    mod.poll(1)\n    other.wait()\n"
    (patch,) = found(project(head + both, pkg__other=other))
    assert patch.serves == ("pkg/mod.py", "pkg/other.py")
    assert "also for pkg/other.py:5" in (patch.because or "")


def test_what_a_test_names_is_followed_through_the_fixtures_and_functions_of_its_file() -> None:
    text = (
        "@pytest.fixture\ndef answer():\n    return asyncio.run(mod.poll(1))\n\n\n"
        "@patch('time.sleep')\ndef test_it(slept, answer):\n    assert answer\n"
    )
    assert moved(text) == text.replace("time.sleep", "asyncio.sleep")


def test_modules_that_sleep_under_one_patch_belong_together() -> None:
    other = "import time\n\n\nasync def wait():\n    time.sleep(1)\n"
    test = (
        HEAD + "from pkg import other\n@patch('time.sleep')\ndef test_it(slept):\n    mod.poll(1)\n    other.wait()\n"
    )
    files = project(test, pkg__other=other)
    patches = SleepPatches(corpus_of(files))
    assert patches.together("pkg/mod.py") == patches.together("pkg/other.py") == ("pkg/mod.py", "pkg/other.py")
    assert patches.together("pkg/__init__.py") == ()
    (patch,) = patches.of([move(files), move(files, "pkg/other.py")])
    assert patch.because is None
    (patch,) = patches.of([move(files), move(files, "pkg/other.py", library="trio")])
    assert (patch.because or "").endswith("for code that runs on asyncio and on trio")


def test_sleeps_of_one_file_that_go_to_two_libraries_keep_their_patch() -> None:
    module = BY_MODULE + "\n\nasync def other():\n    time.sleep(1)\n"
    files = project(HEAD + "@patch('pkg.mod.time.sleep')\ndef test_it(slept): ...\n", pkg__mod=module)
    (patch,) = found(files, move(files, "pkg/mod.py", 5), move(files, "pkg/mod.py", 10, library="trio"))
    assert (patch.because or "").endswith("for code that runs on asyncio and on trio")


def test_a_patch_for_everybody_serves_the_nearest_modules_that_sleep() -> None:
    files = project(
        "from unittest import mock\nfrom pkg import api\n@mock.patch('time.sleep')\ndef test_it(_):\n    api.get()\n",
        pkg__api="from pkg import mod\n\n\ndef get():\n    return mod.poll\n",
    )
    (patch,) = found(files)
    assert patch.serves == ("pkg/mod.py",)
    assert patch.because is None


def test_a_fixture_in_conftest_counts_for_the_folder_below() -> None:
    conftest = (
        "import pytest\n@pytest.fixture{}\ndef quick(monkeypatch):\n    monkeypatch.setattr('time.sleep', print)\n"
    )
    test = "from pkg import mod\ndef test_it({}):\n    mod.poll(1)\n"
    automatic = project(test.format(""), tests__conftest=conftest.format("(autouse=True)"))
    assert [patch.path for patch in found(automatic)] == ["tests/conftest.py"]
    asked = project(test.format("quick"), tests__conftest=conftest.format(""))
    assert [patch.path for patch in found(asked)] == ["tests/conftest.py"]
    unasked = project(test.format(""), tests__conftest=conftest.format(""))
    assert found(unasked) == ()
    aside = project(test.format("quick"), other__conftest=conftest.format(""))
    assert found(aside) == ()


def test_a_package_below_another_folder_is_found() -> None:
    files = project(HEAD + "@patch('pkg.mod.time.sleep')\ndef test_it(slept): ...\n")
    files = {path.replace("pkg/", "src/pkg/"): text for path, text in files.items()}
    (patch,) = found(files, move(files, "src/pkg/mod.py"))
    assert (patch.serves, patch.because) == (("src/pkg/mod.py",), None)


def test_a_name_that_a_package_hands_on_leads_to_its_module() -> None:
    files = project(
        "from unittest.mock import patch\nimport pkg\n@patch('time.sleep')\ndef test_it(slept):\n    pkg.poll(1)\n"
    )
    files["pkg/__init__.py"] = "from .mod import poll\n"
    assert [patch.serves for patch in found(files)] == [("pkg/mod.py",)]


def test_imports_that_others_reach_through_the_module_are_wanted() -> None:
    test = HEAD + "@patch('pkg.mod.time.sleep')\ndef test_it(slept): ...\n"
    files = project(test)
    patches = SleepPatches(corpus_of(files))
    (patch,) = patches.of([move(files)])
    assert patches.wanted("pkg/mod.py", ()) == {"time"}
    assert patches.wanted("pkg/mod.py", patch.edits) == set()
    for more in ("@patch('pkg.mod.time.monotonic')\ndef test_more(clock): ...\n", "NOW = mod.time.time()\n"):
        assert SleepPatches(corpus_of(project(test + more))).wanted("pkg/mod.py", patch.edits) == {"time"}
    beside = project(test, pkg__beside="from .mod import time\n")
    assert SleepPatches(corpus_of(beside)).wanted("pkg/mod.py", patch.edits) == {"time"}


def test_a_project_that_never_sleeps_has_no_patches() -> None:
    files = {"a.py": "x = 1\n", "test_a.py": "from unittest.mock import patch\npatch('a.time.sleep')\n"}
    assert SleepPatches(corpus_of(files)).of([]) == ()


@pytest.mark.parametrize("call", ["setattr(mod.time, 'sleep', print)", "setattr(mod.time, 'sleep', Mock())"])
def test_a_fake_stays_where_the_name_of_the_mock_is_taken(call: str) -> None:
    head = "from unittest.mock import Mock\nfrom pkg import mod\nAsyncMock = 3\n"
    (patch,) = found(project(f"{head}def test_it(monkeypatch):\n    monkeypatch.{call}\n"))
    assert (patch.because or "").endswith("and `AsyncMock` means something else there")


def test_a_mock_that_was_imported_by_name_is_replaced_by_name() -> None:
    files = project("from unittest.mock import patch, Mock\n@patch('pkg.mod.time.sleep', Mock())\ndef test_it(): ...\n")
    (patch,) = found(files)
    needed = [(edit.source, edit.imports, edit.unused) for edit in patch.edits]
    assert needed[1:] == [("AsyncMock", ("from unittest.mock import AsyncMock",), ("Mock",))]


def test_a_patch_stays_where_the_name_of_the_library_is_taken() -> None:
    head = "import time\nfrom pkg import mod\nasyncio = 3\n"
    (patch,) = found(project(f"{head}def test_it(mocker):\n    mod.poll\n    mocker.patch.object(time, 'sleep')\n"))
    assert (patch.because or "").endswith("and `asyncio` means something else there")


def test_several_under_another_name_stay() -> None:
    because = refusal("def test_it():\n    patch.multiple('pkg.mod', nap=print)\n", pkg__mod=BY_NAME)
    assert because.endswith("by the name `nap`")


def test_a_fake_that_is_a_coroutine_function_already_is_not_wrapped() -> None:
    text = "async def fake(s): ...\n@patch('pkg.mod.{}.sleep', fake)\ndef test_it(): ...\n"
    assert moved(text.format("time")) == text.format("asyncio")


def test_other_tests_of_a_file_may_sleep() -> None:
    text = "@patch('{}.sleep')\ndef test_it(slept):\n    mod.poll(1)\n\n\ndef test_slowly():\n    time.sleep(1)\n"
    assert moved(text.format("time")) == text.format("asyncio")


def test_what_runs_around_a_test_belongs_to_it() -> None:
    head = "from pkg import other\nclass Tests:\n    def setUp(self):\n        other.wait()\n"
    other = "import time\n\n\ndef wait():\n    time.sleep(1)\n"
    text = f"{head}    @patch('time.sleep')\n    def test_it(self, slept):\n        mod.poll(1)\n"
    assert "also for pkg/other.py:5" in refusal(text, pkg__other=other)


def test_a_module_that_another_hands_on_is_found() -> None:
    test = (
        "from unittest.mock import patch\nfrom api import mod\n@patch('time.sleep')\ndef test_it(_):\n    mod.poll(1)\n"
    )
    assert [patch.serves for patch in found(project(test, api="from pkg import mod\n"))] == [("pkg/mod.py",)]


RUNS = [
    *(f"{line}\n    asyncio.run(mod.poll(3))\n    slept.assert_called_once_with(3)\n" for line, _ in STATEMENTS[:-1]),
    *(
        f"calls = []\nwith pytest.MonkeyPatch.context() as monkeypatch:\n    monkeypatch.setattr({call})\n"
        f"    asyncio.run(mod.poll(3))\nassert calls == {[] if ': None' in call else [3]}\n"
        for call, _ in SETTERS
    ),
]


@pytest.mark.parametrize("test", RUNS)
def test_a_moved_patch_does_what_it_did(test: str, monkeypatch: pytest.MonkeyPatch) -> None:
    after = textwrap.dedent(BY_MODULE).replace("import time", "import asyncio").replace("time.", "await asyncio.")
    module, package = ModuleType("pkg.mod"), ModuleType("pkg")
    exec(compile(after, "mod.py", "exec"), module.__dict__)  # noqa: S102 - our own text
    package.mod = module  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pkg", package)
    monkeypatch.setitem(sys.modules, "pkg.mod", module)
    started = asyncio.new_event_loop()
    before = started.time()
    started.close()
    exec(compile(HEAD + moved(test), "test_mod.py", "exec"), {})  # noqa: S102 - our own text
    assert started.time() - before < 1
