from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from fixbot.codemod import Corpus, Safety, Severity
from fixbot.codemod.patches import Mark, Patch, Splice, TextCodemod
from fixbot.engine import whole
from fixbot.engine.patching import hear, patched
from fixbot.errors import FixbotError
from fixbot.examine import Orders
from fixbot.otherwise import attempt_otherwise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Given(TextCodemod):
    """Do what a test says."""

    severity = Severity.LOW
    pattern = re.compile(rb"")
    given: tuple[Patch, ...] = ()
    fault: Exception | None = None

    def patches(self, corpus: Corpus, paths: Sequence[str]) -> Iterator[Patch]:
        """Yield what was given, of files that are as they were."""
        if self.fault is not None:
            raise self.fault
        yield from (
            one for one in self.given if {m.path for m in one.marks} <= set(paths) and b"#" not in corpus.files["a.py"]
        )


def giving(*patches: Patch) -> Given:
    made = Given()
    made.given = patches
    return made


def patch(start: int, end: int, text: str, path: str = "a.py", line: int = 1) -> Patch:
    return Patch(
        marks=(Mark(path=path, line=line, end_line=line, message="it is so"),),
        splices=(Splice(path=path, start=start, end=end, text=text),),
    )


TEXT = "one = 1\ntwo = 2\n"


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        ((6, 7), (6, 7), True),
        ((0, 7), (6, 7), True),
        ((0, 3), (3, 7), False),
        ((6, 6), (6, 6), True),
        ((6, 7), (14, 15), False),
    ],
)
def test_where_two_want_the_same_text_the_first_has_it(
    first: tuple[int, int], second: tuple[int, int], *, clash: bool
) -> None:
    codemod = giving(patch(*first, "11"), patch(*second, "22"))
    corpus = whole({"a.py": TEXT.encode()})
    made = patched(corpus, hear(corpus, codemod).told)
    assert len(made.done) == (1 if clash else 2)
    assert [refusal.because for refusal in made.refused] == (
        ["what another finding changes in a.py is in its way; the next run comes back to it"] if clash else []
    )


def test_the_same_change_is_made_once_for_two_findings() -> None:
    codemod = giving(patch(6, 7, "3"), patch(6, 7, "3", line=2))
    corpus = whole({"a.py": TEXT.encode()})
    made = patched(corpus, hear(corpus, codemod).told)
    assert [rewrite.after for rewrite in made.rewrites] == [b"one = 3\ntwo = 2\n"]
    assert len(made.rewrites[0].findings) == 2


def test_what_holds_is_not_kept_back_by_what_does_not() -> None:
    codemod = giving(patch(6, 7, "("), patch(14, 15, "3  #", line=2))
    done = attempt_otherwise(whole({"a.py": TEXT.encode()}), codemod, Safety.REVIEW)
    assert [rewrite.after for rewrite in done.rewrites] == [b"one = 1\ntwo = 3  #\n"]
    ((refusal,),) = (done.refused,)
    assert (refusal.finding.line, refusal.because.partition(":")[0]) == (1, "does not parse")


def test_what_waited_for_what_does_not_hold_has_its_turn() -> None:
    codemod = giving(patch(6, 7, "("), patch(6, 7, "3  #"))
    done = attempt_otherwise(whole({"a.py": TEXT.encode()}), codemod, Safety.REVIEW)
    assert [rewrite.after for rewrite in done.rewrites] == [b"one = 3  #\ntwo = 2\n"]
    assert len(done.refused) == 1


def test_what_may_not_change_keeps_all_that_belongs_together() -> None:
    together = Patch(
        marks=(patch(0, 0, "").marks[0], patch(0, 0, "", "b.py").marks[0]),
        splices=(*patch(6, 7, "3").splices, *patch(6, 7, "3", "b.py").splices),
    )
    corpus = whole({"a.py": TEXT.encode(), "b.py": TEXT.encode()}, fixed={"b.py": "it was not named"})
    codemod = giving(together)
    codemod.patches = lambda *_: iter(codemod.given)  # type: ignore[method-assign]
    heard = hear(corpus, codemod)
    (finding,) = heard.findings
    assert (finding.path, finding.safety) == ("a.py", Safety.MANUAL)
    assert finding.message == "it is so: b.py has to change with it, and it was not named"


def test_a_fault_of_the_codemod_is_told_and_one_of_the_machine_ends_the_run() -> None:
    codemod = giving()
    codemod.fault = KeyError("no")
    corpus = whole({"a.py": TEXT.encode()})
    heard = hear(corpus, codemod)
    assert heard.broken is not None
    assert "KeyError" in heard.broken.trace
    assert attempt_otherwise(corpus, codemod, Safety.REVIEW, heard=heard).broken == heard.broken
    codemod.fault = FixbotError("there is no ruff")
    with pytest.raises(FixbotError, match="there is no ruff"):
        hear(corpus, codemod)


def test_findings_that_belong_together_share_what_is_known_of_one() -> None:
    orders = Orders((), lanes={"b": "fixbot/x/all"}, left={"d": "declined"}, parted=frozenset({"f"}), apart=True)
    known = orders.together({"a": "a", "b": "a", "c": "c", "d": "c", "e": "e", "f": "e", "g": "g"})
    assert (known.lanes["a"], known.left["c"]) == ("fixbot/x/all", "declined")
    assert known.parted == {"e", "f"}
    assert "g" not in known.lanes
