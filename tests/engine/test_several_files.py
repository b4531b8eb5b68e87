from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fixbot.codemod import Breaking, Corpus, Declined, Dismissed, Place, ProjectCodemod, Proposal, Safety, Site, cst
from fixbot.engine import inspect, survey, whole
from fixbot.engine.apply import clusters
from fixbot.joint import attempt_jointly
from fixbot.model import SourceFile
from fixbot.testing import Case, cases
from tests.codemod.renamed_functions import RenamedFunctions
from tests.engine.dressing import Dressing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fixbot.attempt import Attempt

RENAMED = RenamedFunctions()
DEFINED = "def old_a():\n    pass\n"
CALLED = "from a import *\n\nold_a()\n"


@pytest.mark.parametrize("case", cases(RenamedFunctions), ids=str)
def test_its_examples_are_cases(case: Case) -> None:
    case.check()


def project(files: dict[str, str | bytes], **fixed: str) -> Corpus:
    contents = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    return whole(contents, fixed={f"{name}.py": because for name, because in fixed.items()})


def attempted(files: dict[str, str | bytes], only: set[str] | None = None, **fixed: str) -> Attempt:
    return attempt_jointly(project(files, **fixed), RENAMED, Safety.REVIEW, only)


def after(done: Attempt) -> dict[str, str]:
    return {rewrite.path: rewrite.after.decode() for rewrite in done.rewrites}


def refusals(done: Attempt) -> dict[str, str]:
    return {refusal.finding.path: refusal.because for refusal in done.refused}


def test_a_definition_and_its_calls_change_together() -> None:
    done = attempted({"a.py": DEFINED, "b.py": CALLED, "c.py": "x = 1\n"})
    assert after(done) == {"a.py": DEFINED.replace("old", "new"), "b.py": CALLED.replace("old", "new")}
    assert [(len(rewrite.findings), rewrite.group) for rewrite in done.rewrites] == [(1, "a.py"), (0, "a.py")]
    assert (done.refused, done.broken) == ((), None)


def test_files_that_have_nothing_in_common_are_no_group() -> None:
    done = attempted({name: f"def old_{name[0]}():\n    pass\n\n\nold_{name[0]}()\n" for name in ("a.py", "b.py")})
    assert [rewrite.group for rewrite in done.rewrites] == ["", ""]


def test_sites_are_one_cluster_where_a_chain_of_files_joins_them() -> None:
    files = {"a.py": DEFINED + "old_b()\n", "b.py": "def old_b():\n    old_c()\n", "c.py": "def old_c():\n    pass\n"}
    files |= {"m.py": "old_a()\n", "z.py": "def old_z():\n    old_z()\n"}
    found = survey(project(dict(files)), RENAMED)
    shown = [[finding.qualname + finding.path for finding, _ in cluster] for cluster in clusters(found.sites)]
    assert shown == [["old_aa.py", "old_bb.py", "old_cc.py"], ["old_zz.py"]]
    assert {rewrite.group for rewrite in attempted(dict(files)).rewrites} == {"a.py", ""}


def test_a_file_that_must_not_change_holds_up_all_that_would_change_with_it() -> None:
    done = attempted({"a.py": DEFINED, "b.py": CALLED}, b="it was not named")
    assert after(done) == {}
    assert refusals(done) == {"a.py": "b.py has to change with it, and it was not named"}


def test_a_generated_file_must_not_change() -> None:
    done = attempted({"a.py": DEFINED, "b.py": f"# @generated\n{CALLED}"})
    assert refusals(done) == {"a.py": "b.py has to change with it, and it is generated"}


@pytest.mark.parametrize("comment", ["# fixbot: ignore[renamed-functions]", "# fixbot: ignore"])
def test_a_comment_in_another_file_holds_it_up_too(comment: str) -> None:
    done = attempted({"a.py": DEFINED, "b.py": f"old_a()  {comment}\n"})
    assert refusals(done) == {"a.py": "b.py has to change with it, and a comment asks to leave line 1 alone"}


def test_what_is_declined_or_breaks_stays_whole_and_the_rest_goes_on() -> None:
    files: dict[str, str | bytes] = {
        "a.py": DEFINED + "old_a()\n",
        "b.py": "def old_declined():\n    pass\n",
        "c.py": "old_declined()\n",
        "d.py": "def old_crash():\n    pass\n",
        "e.py": "old_crash()\n",
    }
    done = attempted(files)
    assert list(after(done)) == ["a.py"]
    assert refusals(done) == {
        "b.py": "nobody knows its new name",
        "d.py": "e.py has to change with it, and the codemod broke on it",
    }
    assert done.broken is not None
    assert done.broken.path == "e.py"
    assert "KeyError: 'e.py'" in done.broken.trace


def test_a_file_that_fails_a_rung_holds_up_its_own_cluster_alone() -> None:
    files: dict[str, str | bytes] = {
        "a.py": "def old_lossy(*x):\n    pass\n",
        "b.py": "old_lossy(1)\n",
        "c.py": "def old_c():\n    old_c()\n",
    }
    done = attempted(files)
    assert list(after(done)) == ["c.py"]
    assert refusals(done) == {"a.py": "b.py: loses '1'"}


def test_a_cluster_that_fails_is_tried_site_by_site() -> None:
    files: dict[str, str | bytes] = {
        "a.py": "def old_lossy(*x):\n    pass\n\n\ndef old_a():\n    pass\n",
        "b.py": "old_lossy(1)\nold_a()\n",
    }
    done = attempted(files)
    assert after(done)["b.py"] == "old_lossy(1)\nnew_a()\n"
    assert [(refusal.finding.line, refusal.because) for refusal in done.refused] == [(1, "b.py: loses '1'")]


def test_only_what_is_asked_for_is_applied() -> None:
    files: dict[str, str | bytes] = {name: f"def old_{name}():\n    old_{name}()\n" for name in ("a.py"[0], "b.py"[0])}
    named = {f"{name}.py": text for name, text in files.items()}
    first, _ = survey(project(named), RENAMED).findings
    done = attempted(named, {first.fingerprint})
    assert list(after(done)) == ["a.py"]
    assert done.refused == ()


class Sleepless(RenamedFunctions):
    """See its own new name as an old one."""

    def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
        yield from super().survey(corpus)
        for path, content in corpus.files.items():
            if b"new_a" in content:
                at = Place(path=path, kind="Expr", line=1, column=0, end_line=1, end_column=7)
                yield Site(at=at, message="again", places=(at,))


def test_what_does_not_settle_is_refused() -> None:
    files = {"a.py": b"new_x()\ndef old_a():\n    pass\n\n\nold_a()\n", "b.py": b"old_b()\ndef old_b(): pass\n"}
    done = attempt_jointly(whole(files), Sleepless(), Safety.REVIEW)
    assert list(after(done)) == ["b.py"]
    assert refusals(done) == {"a.py": "a.py: does not settle: 1 findings after the rewrite, 0 expected"}


def test_two_sites_with_the_same_places_are_one_edit() -> None:
    class Twice(RenamedFunctions):
        """Tell every definition twice: for itself and for its first call."""

        def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
            for site in super().survey(corpus):
                yield site
                if isinstance(site, Site) and site.places:
                    yield Site(at=site.places[1], message="called by its old name", places=site.places)

    files = {"a.py": DEFINED.encode(), "b.py": CALLED.encode()}
    done = attempt_jointly(whole(files), Twice(), Safety.REVIEW)
    assert after(done) == {"a.py": DEFINED.replace("old", "new"), "b.py": CALLED.replace("old", "new")}
    assert [len(rewrite.findings) for rewrite in done.rewrites] == [1, 1]
    first, second = survey(whole(files), Twice()).findings
    alone = attempt_jointly(whole(files), Twice(), Safety.REVIEW, {first.fingerprint})
    assert after(alone) == after(done)
    assert [finding for rewrite in alone.rewrites for finding in rewrite.findings] == [first]
    assert second.path == "b.py"


class Contrary(RenamedFunctions):
    """Want another name for the call of the last function as well, and that first."""

    def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
        *others, last = [site for site in super().survey(corpus) if isinstance(site, Site)]
        for site in others:
            yield replace(site, places=(replace(last.places[1], plan="older"), *site.places))
        yield last

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        if place.plan is not None:
            return Proposal(cst.Call(cst.Name("older")), drops=("old_b",))
        if isinstance(node, cst.Call) and node.func.deep_equals(cst.Name("older")):
            return Declined("it has another name")
        return super().edit(place, node)


def test_what_another_site_is_in_the_way_of_is_done_where_that_one_fails() -> None:
    text = "def old_lossy(x):\n    pass\n\n\ndef old_b():\n    pass\n\n\nold_lossy(1)\nold_b()\n"
    done = attempt_jointly(whole({"a.py": text.encode()}), Contrary(), Safety.REVIEW)
    assert after(done) == {"a.py": text.replace("old_b", "new_b")}
    assert refusals(done) == {"a.py": "a.py: loses '1'"}


def test_calls_in_calls_are_all_renamed() -> None:
    text = "def old_a(x=0):\n    return old_a\n\n\nold_a(old_a(1))(old_a(2))(\n    old_a(3)\n)\n"
    assert after(attempted({"a.py": text})) == {"a.py": text.replace("old_a(", "new_a(")}


def test_letters_before_a_call_do_not_move_it() -> None:
    text = "def old_a(x):\n    pass\n\n\nü = 'äöü', old_a('ß'), (old_a)('ß')\n"
    renamed = "def new_a(x):\n    pass\n\n\nü = 'äöü', new_a('ß'), (new_a)('ß')\n"
    assert after(attempted({"a.py": text})) == {"a.py": renamed}


def test_calls_in_an_f_string_are_renamed_unless_it_shows_its_own_code() -> None:
    text = "def old_a():\n    return f'{old_a()} {[old_a()]!r:>{old_a()}}'\n"
    assert after(attempted({"a.py": text})) == {"a.py": text.replace("old_a", "new_a")}
    shown = "an f-string shows its own code there, which would change"
    assert refusals(attempted({"a.py": text.replace("old_a()}", "old_a()=}", 1)})) == {"a.py": shown}


def test_calls_on_shared_lines_hold_it_up() -> None:
    done = attempted({"a.py": DEFINED, "b.py": "x = 1; old_a()\n"})
    assert "b.py has to change with it, and line 1 shares its lines" in refusals(done)["a.py"]


SLOW = "import time\n\n\ndef old_slow(x=1):\n    pass\n\n\nold_slow(time)\n"
FAST = "import asyncio\n\n\ndef new_slow(x=1):\n    pass\n\n\nnew_slow()\n"


def test_a_new_import_comes_and_an_unused_one_goes() -> None:
    (rewrite,) = attempted({"a.py": SLOW}).rewrites
    assert rewrite.after.decode() == FAST
    assert rewrite.spans == ((4, 5), (8, 8), (1, 1))
    assert rewrite.drops == ("import", "old_slow", "old_slow", "time", "time")


@pytest.mark.parametrize(
    "write",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("    ", "\t"),
        lambda text: "\ufeff" + text,
        lambda text: text.removesuffix("\n"),
        lambda text: "# coding: latin-1\n" + text,
    ],
    ids=["CRLF", "tabs", "byte order mark", "no final newline", "encoding"],
)
def test_imports_change_in_files_of_every_kind(write: object) -> None:
    assert callable(write)
    assert after(attempted({"a.py": write(SLOW)})) == {"a.py": write(FAST)}


@pytest.mark.parametrize(
    "other",
    [
        "import a\n\na.time.sleep(1)\n",
        "from a import time\n",
        "import pkg.a as b\n\nb.time.sleep(1)\n",
        "from pkg import a as b\n\npatch.object(b, 'time')\n",
        "patch('pkg.a.time.sleep')\n",
        "from a import *\n\ntime\n",
    ],
)
def test_an_import_that_another_file_takes_from_here_stays(other: str) -> None:
    done = attempted({"a.py": SLOW, "b.py": other})
    assert after(done) == {"a.py": FAST.replace("import asyncio\n", "import asyncio\nimport time\n")}


def test_an_import_that_another_file_takes_from_elsewhere_goes() -> None:
    done = attempted({"a.py": SLOW, "b.py": "# not like a\nfrom c import time\n", "c.py": "import time\n"})
    assert after(done) == {"a.py": FAST}


def test_an_import_below_changed_lines_goes_too() -> None:
    text = "def old_slow():\n    old_slow()\n\n\ndef f():\n    import time\n\n    old_slow(time)\n    return 1\n"
    (rewrite,) = attempted({"a.py": text}).rewrites
    new = "import asyncio\n\n\ndef new_slow():\n    new_slow()\n\n\ndef f():\n    new_slow()\n    return 1\n"
    assert rewrite.after.decode() == new
    assert rewrite.spans == ((1, 2), (2, 2), (8, 8), (6, 6))


def test_an_import_that_was_never_used_stays() -> None:
    text = SLOW.replace("(time)", "()")
    (rewrite,) = attempted({"a.py": text}).rewrites
    assert rewrite.after.decode() == FAST.replace("import asyncio\n", "import asyncio\nimport time\n")


def test_findings_are_told_like_those_of_single_files() -> None:
    text = "class A:\n    def f(self):\n        def old_x(): pass\n        old_x()\n        old_x()\n"
    (found,) = survey(project({"b.py": text, "a.py": "x = 1\n"}), RENAMED).findings
    assert (found.path, found.line, found.column, found.end_line) == ("b.py", 3, 9, 3)
    assert (found.qualname, found.safety, found.codemod) == ("A.f.old_x", Safety.REVIEW, "renamed-functions")
    moved = survey(project({"b.py": f"\n\n{text}"}), RENAMED).findings[0]
    assert (moved.line, moved.fingerprint) == (5, found.fingerprint)


def test_equal_smells_have_fingerprints_of_their_own_whatever_the_order_they_are_told_in() -> None:
    class Backwards(RenamedFunctions):
        """Tell the last first."""

        def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
            yield from reversed([*super().survey(corpus)])

    files: dict[str, str | bytes] = {"a.py": "def old_a(): pass\nold_a()\ndef old_a(): pass\n"}
    found = survey(project(files), Backwards()).findings
    assert [finding.line for finding in found] == [1, 3]
    assert len({finding.fingerprint for finding in found}) == 2
    alone = survey(project({"a.py": "def old_a(): pass\nold_a()\n"}), Backwards()).findings
    assert alone[0].fingerprint == found[0].fingerprint


def test_what_a_comment_silences_and_what_must_not_change_is_no_finding() -> None:
    files: dict[str, str | bytes] = {
        "a.py": "def old_a():  # fixbot: ignore[renamed-functions]\n    old_a()\n",
        "b.py": "# fixbot: ignore-file\ndef old_b():\n    old_b()\n",
        "c.py": "# DO NOT EDIT\ndef old_c():\n    old_c()\n",
        "d.py": "def old_d():\n    old_d()\n",
        "e.py": "def old_e():\n    old_e()\n",
    }
    found = survey(project(files, d="it was not named"), RENAMED)
    assert [finding.path for finding in found.findings] == ["e.py"]


def test_a_survey_tells_what_is_no_finding_and_which_files_could_not_be_read() -> None:
    files: dict[str, str | bytes] = {
        "a.py": DEFINED,
        "b.py": "old_x = = 1\n",
        "c.py": "x = = 1\n",
        "d.py": "# @generated\nold_x\n",
        "e.py": "old_x = = 1\n",
    }
    found = survey(project(files, e="it was not named"), RENAMED)
    assert found.dismissed == (Dismissed("a.py", 1, "nobody calls old_a", codemod="renamed-functions"),)
    assert [(each.path, each.parsed, each.skipped and each.skipped.reason) for each in found.looked] == [
        ("a.py", True, None),
        ("b.py", False, "unparsable"),
        ("d.py", False, "generated"),
    ]


@pytest.mark.parametrize("at", [("a.py", "Call"), ("z.py", "FunctionDef")])
def test_a_survey_that_breaks_is_reported(at: tuple[str, str]) -> None:
    class Misplaced(RenamedFunctions):
        """Tell a place that is not there."""

        def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
            del corpus
            place = Place(path=at[0], kind=at[1], line=1, column=0, end_line=1, end_column=3)
            yield Site(at=place, message="here")

    found = survey(project({"a.py": DEFINED}), Misplaced())
    assert found.broken is not None
    assert (found.broken.path, found.broken.codemod, found.findings) == (".", "misplaced", ())
    assert "ValueError: there is no " in found.broken.trace
    assert attempt_jointly(project({"a.py": DEFINED}), Misplaced(), Safety.REVIEW).broken is not None


def test_a_place_that_is_not_there_is_a_reason() -> None:
    class Astray(RenamedFunctions):
        """Name a call that is none, and files that are none."""

        wrong = "b.py"

        def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
            for site in super().survey(corpus):
                if isinstance(site, Site):
                    wrong = Place(path=self.wrong, kind="Call", line=1, column=0, end_line=1, end_column=4)
                    yield Site(at=site.at, message=site.message, places=(*site.places, wrong))

    files = {"a.py": b"def old_a():\n    old_a()\n", "b.py": b"x = 1\n", "c.py": b"x = = 1\n"}
    codemod = Astray()
    done = attempt_jointly(whole(files), codemod, Safety.REVIEW)
    assert refusals(done) == {"a.py": "b.py has to change with it, and there is no Call at line 1"}
    codemod.wrong = "c.py"
    done = attempt_jointly(whole(files), codemod, Safety.REVIEW)
    assert refusals(done) == {"a.py": "c.py has to change with it, and it cannot be parsed"}


def test_a_site_without_places_has_nothing_to_change() -> None:
    class Idle(RenamedFunctions):
        """Have no idea."""

        def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
            for site in super().survey(corpus):
                if isinstance(site, Site):
                    yield Site(at=site.at, message=site.message)

    done = attempt_jointly(whole({"a.py": b"def old_a():\n    old_a()\n"}), Idle(), Safety.REVIEW)
    assert refusals(done) == {"a.py": "there is nothing to change"}


def test_a_codemod_of_projects_is_none_of_files() -> None:
    assert isinstance(RENAMED, ProjectCodemod)
    assert inspect(SourceFile("a.py", DEFINED.encode()), []).findings == ()


def test_what_a_site_breaks_is_told_by_its_finding_and_is_no_part_of_its_fingerprint() -> None:
    said = Breaking("Callers pass a name.", "old()", "new(1)", ("a.py:3",))
    corpus = project({"a.py": "def old():\n    pass\n"})
    (told,) = survey(corpus, Dressing(breaking=said)).findings
    (plain,) = survey(corpus, Dressing()).findings
    assert (told.breaking, plain.breaking) == (said, None)
    assert replace(told, breaking=None) == plain
