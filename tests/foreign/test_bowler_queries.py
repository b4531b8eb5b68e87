from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot.codemod import Safety
from fixbot.errors import FixbotError, OperatorError
from fixbot.foreign.queries import has_bare_tuple
from fixbot.shell.bowler import run_query
from tests.foreign.others import RENAME, after, folder, one, reasons, tried

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("bowler", reason="Bowler does not install on this Python")

SHOP = "def old(x):\n    return x\n"
USE = "from shop import old\n\n\ndef use():\n    # the old way\n    return old(1)\n"
ADD = '''"""Say how much."""
from bowler import Query


def lacks_it(node, capture, filename):
    return not capture["function_arguments"]


query = Query().select_method("sell").is_call().filter(lacks_it).add_argument("amount", "1", positional=True)
'''


def test_a_function_is_renamed_in_all_files_at_once(tmp_path: Path) -> None:
    done = tried(one(folder(tmp_path, rename_old=RENAME), "rename-old"), {"shop.py": SHOP, "use.py": USE})
    became = after(done)
    assert became["shop.py"] == "def new(x):\n    return x\n"
    assert became["use.py"] == "from shop import new\n\n\ndef use():\n    # the old way\n    return new(1)\n"
    (change,) = done.changes
    assert [(f.path, f.line) for f in change.findings] == [("shop.py", 1), ("use.py", 1), ("use.py", 6)]
    assert {rewrite.group for rewrite in change.rewrites} == {"shop.py"}
    assert {f.message for f in change.findings} == {"Bowler would change this: Call `old` by its new name"}


SELL = "class Shop:\n    def sell(self, amount=0):\n        return amount\n\n\nprint(Shop().sell())\n"


def test_an_argument_is_added_to_the_calls_of_a_method(tmp_path: Path) -> None:
    done = tried(one(folder(tmp_path, more=ADD), "more"), {"shop.py": SELL})
    assert after(done) == {"shop.py": SELL.replace("sell())", "sell(1))")}


def test_what_would_be_added_again_every_night_is_refused(tmp_path: Path) -> None:
    text = ADD.replace(".filter(lacks_it)", "")
    done = tried(one(folder(tmp_path, more=text), "more"), {"shop.py": SELL})
    assert reasons(done) == ["does not settle: 1 findings after the rewrite, 0 expected"]


@pytest.mark.parametrize(
    "syntax",
    [
        "def f(x):\n    match x:\n        case 1:\n            return old(2)\n",
        "with (open('a') as a, open('b') as b):\n    old(a)\n",
        "try:\n    old(1)\nexcept* ValueError:\n    pass\n",
    ],
)
def test_nothing_is_renamed_where_bowler_cannot_read_a_file_that_needs_it(tmp_path: Path, syntax: str) -> None:
    files = {"shop.py": SHOP, "new_syntax.py": f"from shop import old\n\n{syntax}"}
    done = tried(one(folder(tmp_path, rename_old=RENAME), "rename-old"), files)
    assert after(done) == {}
    assert {f.safety for f in done.report.findings} == {Safety.MANUAL}
    assert all("Bowler does not see new_syntax.py" in because for because in reasons(done))
    assert [(skip.path, skip.reason) for skip in done.report.skipped] == [("new_syntax.py", "unparsable")]


def test_a_file_that_bowler_cannot_read_and_does_not_need_is_no_obstacle(tmp_path: Path) -> None:
    files = {"shop.py": SHOP, "new_syntax.py": "def f(x):\n    match x:\n        case 1:\n            return 2\n"}
    done = tried(one(folder(tmp_path, rename_old=RENAME), "rename-old"), files)
    assert sorted(after(done)) == ["shop.py"]
    assert not done.report.skipped


def test_a_query_without_names_needs_every_file(tmp_path: Path) -> None:
    text = (
        '"""Do."""\nfrom bowler import Query\n\n\ndef change(node, capture, filename):\n    node.value = "new"\n\n\n'
        "query = Query().select(\"'old' | 'older'\").modify(change)\n"
    )
    files = {"a.py": "old = 1\n", "b.py": "match old:\n    case 1:\n        pass\n"}
    done = tried(one(folder(tmp_path, anything=text), "anything"), files)
    assert after(done) == {}


def test_a_file_outside_of_the_querys_own_paths_that_still_asks_is_an_obstacle(tmp_path: Path) -> None:
    text = RENAME.replace("Query(paths)", 'Query("shop.py")')
    done = tried(one(folder(tmp_path, rename_old=text), "rename-old"), {"shop.py": SHOP, "use.py": USE})
    assert after(done) == {}
    assert reasons(done) == ["loses the name old, which another file still asks it for"]


def test_one_place_that_a_comment_protects_protects_all(tmp_path: Path) -> None:
    files = {"shop.py": SHOP, "use.py": USE.replace("return old(1)", "return old(1)  # fixbot: ignore[rename-old]")}
    done = tried(one(folder(tmp_path, rename_old=RENAME), "rename-old"), files)
    assert after(done) == {}
    assert all("a comment asks to leave line 6 of use.py alone" in because for because in reasons(done))


def test_line_ends_and_a_missing_last_one_are_kept(tmp_path: Path) -> None:
    files = {"shop.py": SHOP.replace("\n", "\r\n").removesuffix("\r\n").encode()}
    done = tried(one(folder(tmp_path, rename_old=RENAME), "rename-old"), files)
    assert after(done) == {"shop.py": "def new(x):\r\n    return x"}


def test_a_query_that_raises_is_broken_and_told(tmp_path: Path) -> None:
    text = (
        '"""Fail."""\nfrom bowler import Query\n\n\ndef fail(node, capture, filename):\n    raise KeyError("no")\n\n\n'
        'query = Query().select_function("old").modify(fail)\n'
    )
    done = tried(one(folder(tmp_path, failing=text), "failing"), {"shop.py": SHOP})
    (broken,) = done.report.broken
    assert (broken.path, broken.codemod) == ("shop.py", "failing")
    assert "KeyError" in broken.trace


def test_bare_fixers_are_run(tmp_path: Path) -> None:
    text = '''"""Rename."""
from fissix.fixer_base import BaseFix
from fissix.fixer_util import Name


class FixOld(BaseFix):
    PATTERN = "'old'"

    def transform(self, node, results):
        return Name("new", prefix=node.prefix)


fixers = [FixOld]
'''
    done = tried(one(folder(tmp_path, by_fixer=text), "by-fixer"), {"shop.py": SHOP})
    assert after(done) == {"shop.py": "def new(x):\n    return x\n"}


def test_a_query_with_a_processor_is_an_operators_mistake(tmp_path: Path) -> None:
    text = RENAME.replace('.rename("new")', '.rename("new").process(lambda *_: True)')
    with pytest.raises(OperatorError, match=r"rename_old\.py: its query has a processor"):
        tried(one(folder(tmp_path, rename_old=text), "rename-old"), {"shop.py": SHOP})


def test_what_is_no_query_is_an_operators_mistake(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"odd\.py: its query cannot be run"):
        tried(one(folder(tmp_path, odd="query = 3\n"), "odd"), {"shop.py": SHOP})


def test_a_query_that_does_not_end_is_ended(tmp_path: Path) -> None:
    slow = folder(tmp_path, slow="import time\n\n\ndef query():\n    time.sleep(60)\n") / "slow.py"
    with pytest.raises(FixbotError, match="did not finish in 1 seconds"):
        run_query(slow, {"a.py": ""}, timeout=1)


def test_a_query_sees_no_token_and_imports_nothing_of_the_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    text = (
        "import os\n\nfrom bowler import Query\n\ntry:\n    import planted\nexcept ImportError:\n    planted = None\n"
        "assert planted is None\nassert 'GITHUB_TOKEN' not in os.environ\n"
        'query = Query().select_function("old").rename("new")\n'
    )
    place = folder(tmp_path, watching=text) / "watching.py"
    answer = run_query(place, {"planted.py": "raise SystemExit\n", "shop.py": SHOP})
    assert answer.texts == {"shop.py": "def new(x):\n    return x\n"}


def test_a_path_that_leads_out_of_the_copies_is_not_written(tmp_path: Path) -> None:
    answer = run_query(folder(tmp_path, rename_old=RENAME) / "rename_old.py", {"../out.py": SHOP, "/out.py": SHOP})
    assert answer.meant == ()


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("try:\n    pass\nexcept A, B:\n    pass\n", True),
        ("try:\n    pass\nexcept (A, B):\n    pass\n", False),
        ("try:\n    pass\nexcept A[1, 2]:\n    pass\n", False),
        ("x = (1, 2)\n", False),
        ("(", True),
    ],
)
def test_types_without_parentheses_are_seen(text: str, *, bare: bool) -> None:
    assert has_bare_tuple(text) is bare
