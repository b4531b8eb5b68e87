from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from fixbot.codemod import Recipe
from fixbot.engine import survey, whole
from fixbot.examine import Orders
from fixbot.model import Finding, Place, Rewrite, Safety, Scope, SourceFile
from fixbot.prepare import Prepared, prepare
from fixbot.scan import scan
from fixbot.shell import ruff
from fixbot.shell.ruff import Opinion, Style
from tests.codemod.renamed_functions import RenamedFunctions
from tests.engine.rewriting import BARE_EXCEPT

RENAMED = RenamedFunctions()
LANE = "fixbot/bare-except/all"
OTHER = "fixbot/bare-except/lib"


def swallowing(name: str) -> str:
    return f"def {name}(call):\n    try:\n        call()\n    except:\n        pass\n"


def reraising(name: str) -> str:
    return swallowing(name).replace("pass", "raise")


def prepared(files: dict[str, str], orders: Orders) -> Prepared:
    sources = [SourceFile(path, text.encode()) for path, text in files.items()]
    return prepare(sources, orders, jobs=1, style=Style())


def marks(files: dict[str, str], codemod: Recipe = BARE_EXCEPT) -> dict[str, str]:
    """Give each finding's fingerprint by the function it is in or of."""
    sources = [SourceFile(path, text.encode()) for path, text in files.items()]
    return {finding.qualname: finding.fingerprint for finding in scan(sources, [codemod], jobs=1).findings}


def where(found: Iterable[Finding]) -> list[str]:
    return sorted(finding.qualname for finding in found)


def told(done: Prepared) -> list[tuple[str, Safety, list[str]]]:
    return [(change.lane, change.safety, where(change.findings)) for change in done.changes]


TWO = {"a.py": swallowing("f") + swallowing("g"), "b.py": swallowing("h")}


def test_what_an_open_pull_request_has_is_rewritten_apart_from_the_rest() -> None:
    found = marks(TWO)
    done = prepared(TWO, Orders((BARE_EXCEPT,), apart=True, lanes={found["g"]: LANE, found["h"]: LANE}))
    assert told(done) == [(LANE, Safety.REVIEW, ["g", "h"]), ("", Safety.REVIEW, ["f"])]
    old, new = done.changes
    assert new.rewrites[0].after.decode().endswith(swallowing("g"))
    assert swallowing("f") in old.rewrites[0].after.decode()
    assert new.rewrites[0].before == old.rewrites[0].before == TWO["a.py"].encode()
    assert [len(done.opinions_of(change)) for change in done.changes] == [2, 1]


def test_two_open_pull_requests_share_a_file() -> None:
    found = marks(TWO)
    done = prepared(TWO, Orders((BARE_EXCEPT,), apart=True, lanes={found["f"]: LANE, found["g"]: OTHER}))
    assert told(done) == [(LANE, Safety.REVIEW, ["f"]), (OTHER, Safety.REVIEW, ["g"]), ("", Safety.REVIEW, ["h"])]


def test_equal_findings_of_one_function_can_be_in_different_lanes() -> None:
    body = swallowing("f").partition("\n")[2]
    files = {"a.py": f"def f(call):\n{body}{body}"}
    first, second = scan([SourceFile("a.py", files["a.py"].encode())], [BARE_EXCEPT], jobs=1).findings
    done = prepared(files, Orders((BARE_EXCEPT,), apart=True, lanes={second.fingerprint: LANE}))
    assert done.refused == ()
    assert [change.findings for change in done.changes] == [(second,), (first,)]


def test_equal_findings_of_one_function_are_never_alone() -> None:
    body = swallowing("f").partition("\n")[2]
    files = {"a.py": f"def f(call):\n{body}{body}" + swallowing("g")}
    found = scan([SourceFile("a.py", files["a.py"].encode())], [BARE_EXCEPT], jobs=1).findings
    done = prepared(files, Orders((BARE_EXCEPT,), apart=True, each=True))
    assert sorted(where(change.findings) for change in done.changes) == [["f", "f"], ["g"]]
    parted = {finding.fingerprint for finding in found[:2]}
    done = prepared(files, Orders((BARE_EXCEPT,), apart=True, parted=parted))
    assert sorted(where(change.findings) for change in done.changes) == [["f", "f"], ["g"]]


def test_an_open_pull_request_is_one_change_though_a_finding_has_become_more_daring() -> None:
    files = {"a.py": swallowing("f") + reraising("g"), "b.py": reraising("h")}
    lanes = dict.fromkeys(marks(files).values(), LANE)
    done = prepared(files, Orders((BARE_EXCEPT,), apart=True, lanes=lanes))
    assert told(done) == [(LANE, Safety.REVIEW, ["f", "g", "h"])]
    tame = prepared({"b.py": files["b.py"]}, Orders((BARE_EXCEPT,), apart=True, lanes=lanes))
    assert told(tame) == [(LANE, Safety.SAFE, ["h"])]


def test_lanes_matter_only_where_changes_are_kept_apart() -> None:
    done = prepared(TWO, Orders((BARE_EXCEPT,), lanes={marks(TWO)["f"]: LANE}, each=True))
    assert told(done) == [("", Safety.REVIEW, ["f", "g", "h"])]


def test_what_is_left_is_left_in_a_lane_too_and_says_why() -> None:
    found = marks(TWO)
    because = "ignored: somebody asked for that in pull request 4"
    lanes = dict.fromkeys(found.values(), LANE)
    done = prepared(TWO, Orders((BARE_EXCEPT,), left={found["g"]: because}, apart=True, lanes=lanes))
    assert told(done) == [(LANE, Safety.REVIEW, ["f", "h"])]
    assert [(refusal.finding.qualname, refusal.because) for refusal in done.refused] == [("g", because)]


def test_each_finding_has_a_change_of_its_own_where_that_is_asked_for() -> None:
    found = marks(TWO)
    done = prepared(TWO, Orders((BARE_EXCEPT,), apart=True, lanes={found["h"]: LANE}, each=True))
    assert sorted(told(done)) == [("", Safety.REVIEW, ["f"]), ("", Safety.REVIEW, ["g"]), (LANE, Safety.REVIEW, ["h"])]
    assert [len(done.opinions_of(change)) for change in done.changes] == [1, 1, 1]
    assert sorted(change.rewrites[0].after.count(b"except:") for change in done.changes) == [0, 1, 1]


def test_findings_of_a_pull_request_that_was_split_have_one_each() -> None:
    files = TWO | {"c.py": swallowing("i")}
    found = marks(files)
    parted = {found["f"], found["i"]}
    done = prepared(files, Orders((BARE_EXCEPT,), apart=True, lanes={found["i"]: LANE}, parted=parted))
    assert sorted(told(done)) == [
        ("", Safety.REVIEW, ["f"]),
        ("", Safety.REVIEW, ["g", "h"]),
        (LANE, Safety.REVIEW, ["i"]),
    ]


def test_ruff_is_asked_twice_however_many_findings_are_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    really = ruff.ask

    def ask(rewrites: Sequence[Rewrite], style: Style) -> list[Opinion]:
        asked.append(len(rewrites))
        return really(rewrites, style)

    monkeypatch.setattr(ruff, "ask", ask)
    files = {f"m{number}.py": swallowing("f") + swallowing("g") for number in range(10)}
    done = prepared(files, Orders((BARE_EXCEPT,), apart=True, each=True))
    assert len(done.changes) == 20
    assert asked == [20], "one question is one call of the linter and one of the formatter"


def scoped(*places: Place) -> Scope:
    return Scope(places)


def test_what_was_not_asked_for_is_neither_rewritten_nor_refused() -> None:
    manual = "def m():\n    try:\n        input()\n    except:\n        pass\n"
    files = TWO | {"c.py": manual, "d.py": manual.replace("m()", "n()", 1)}
    done = prepared(files, Orders((BARE_EXCEPT,), apart=True, scope=scoped(Place("a.py", 9), Place("d.py"))))
    assert told(done) == [("", Safety.REVIEW, ["g"])]
    assert where(refusal.finding for refusal in done.refused) == ["n"]
    assert where(done.report.findings) == ["f", "g", "h", "m", "n"]


def test_a_restricted_run_in_place_takes_no_more_than_it_was_asked_for() -> None:
    done = prepared(TWO, Orders((BARE_EXCEPT,), scope=scoped(Place("b.py"))))
    assert told(done) == [("", Safety.REVIEW, ["h"])]


def test_an_open_pull_request_loses_nothing_to_a_run_that_asks_for_a_part_of_it() -> None:
    found = marks(TWO)
    lanes = {found["f"]: LANE, found["h"]: LANE}
    done = prepared(TWO, Orders((BARE_EXCEPT,), apart=True, lanes=lanes, scope=scoped(Place("b.py"))))
    assert told(done) == [(LANE, Safety.REVIEW, ["f", "h"])]


def test_an_open_pull_request_that_was_not_asked_for_is_not_touched() -> None:
    found = marks(TWO)
    because = "declined: pull request 3 was closed with it"
    orders = Orders(
        (BARE_EXCEPT,), left={found["g"]: because}, apart=True, lanes={found["h"]: LANE}, scope=scoped(Place("a.py", 4))
    )
    done = prepared(TWO, orders)
    assert told(done) == [("", Safety.REVIEW, ["f"])]
    assert done.refused == ()


def old(name: str) -> str:
    return f"def old_{name}():\n    pass\n"


PROJECT = {
    "a.py": f"{old('a')}\n\n{old('b')}",
    "b.py": "import a\n\na.old_a()\n",
    "c.py": "import a\n\na.old_b()\n",
    "d.py": f"{old('d')}\n\nold_d()\n",
}


def project_marks() -> dict[str, str]:
    corpus = whole({path: text.encode() for path, text in PROJECT.items()})
    return {finding.qualname: finding.fingerprint for finding in survey(corpus, RENAMED).findings}


def paths(done: Prepared) -> list[tuple[str, list[str], list[str]]]:
    return sorted(
        (change.lane, where(change.findings), [rewrite.path for rewrite in change.rewrites]) for change in done.changes
    )


def test_a_project_is_rewritten_lane_by_lane() -> None:
    found = project_marks()
    lane = "fixbot/renamed-functions/all"
    done = prepared(PROJECT, Orders((RENAMED,), apart=True, lanes={found["old_b"]: lane}))
    assert paths(done) == [("", ["old_a", "old_d"], ["a.py", "b.py", "d.py"]), (lane, ["old_b"], ["a.py", "c.py"])]
    text = next(change for change in done.changes if change.lane).rewrites[0].after.decode()
    assert ("old_a" in text, "new_b" in text) == (True, True)
    assert [len(done.opinions_of(change)) for change in done.changes] == [2, 3]
    assert done.refused == ()


def test_sites_that_share_a_file_are_alone_where_each_is_asked_for() -> None:
    done = prepared(PROJECT, Orders((RENAMED,), apart=True, each=True))
    assert paths(done) == [
        ("", ["old_a"], ["a.py", "b.py"]),
        ("", ["old_b"], ["a.py", "c.py"]),
        ("", ["old_d"], ["d.py"]),
    ]
    for change in done.changes:
        assert len({rewrite.group for rewrite in change.rewrites}) == 1
        assert len(done.opinions_of(change)) == len(change.rewrites)


def test_a_site_of_a_project_is_in_scope_with_all_its_files() -> None:
    done = prepared(PROJECT, Orders((RENAMED,), apart=True, scope=scoped(Place("a.py", 5))))
    assert paths(done) == [("", ["old_b"], ["a.py", "c.py"])]
    nothing = prepared(PROJECT, Orders((RENAMED,), apart=True, scope=scoped(Place("b.py"))))
    assert (nothing.changes, nothing.refused) == ((), ())


def test_what_breaks_in_every_lane_is_reported_once() -> None:
    files = {"a.py": "def old_crash():\n    old_crash()\n"}
    done = prepared(files, Orders((RENAMED,), apart=True, each=True))
    assert [(broken.codemod, broken.path) for broken in done.report.broken] == [("renamed-functions", "a.py")]
