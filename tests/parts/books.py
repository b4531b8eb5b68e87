"""Entries, commits and books of a small project, for tests to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from fixbot.lifecycle.memory import Memory, remember
from fixbot.model import AuditItem, Held, Judgement, Marker, PullRequest, Severity, Status
from fixbot.tracker.landing import Told
from fixbot.tracker.records import Books, Entry, Landed
from tests.parts.claims import at

if TYPE_CHECKING:
    from collections.abc import Iterable

NOBODY = remember([], "main")


def told(number: int, message: str, parents: int = 1) -> Told:
    """Give a commit whose id is a number."""
    return Told(oid(number), tuple(oid(number - 1 - at) for at in range(parents)), f"2025-10-{number:02}", message)


def oid(number: int) -> str:
    """Give an id of 40 digits."""
    return f"{number:040x}"


def trailers(codemod: str = "bare-except", findings: Iterable[str] = ("a" * 20,)) -> str:
    """Give the message of a commit of fixbot's."""
    lines = [f"Fixbot-Codemod: {codemod}", f"Fixbot-Plan: {'b' * 20}", f"Fixbot-Base: {'c' * 40}"]
    return "\n".join(["Say it\n", *lines, *(f"Fixbot-Finding: {finding}" for finding in findings)])


def done(number: int = 1, codemod: str = "bare-except", findings: tuple[str, ...] = (), undone: str = "") -> Landed:
    """Give a commit that landed."""
    return Landed(
        id=oid(number), date="2025-10-11", subject="Say it", codemod=codemod, findings=findings, undone=undone
    )


def pull(number: int, state: str, *findings: str, base: str = "main") -> PullRequest:
    """Give a pull request with some findings."""
    marker = Marker(
        codemod="bare-except",
        branch="fixbot/bare-except/all",
        plan="b" * 20,
        base="c" * 40,
        findings=findings,
        pushed=(oid(number),),
        onto=base,
    )
    return PullRequest(
        number=number,
        state=state,
        title="Say it",
        branch="fixbot/bare-except/all",
        base=base,
        head=oid(number),
        url=f"https://example.org/pull/{number}",
        marker=marker,
    )


def memory(*pulls: PullRequest) -> Memory:
    """Give what pull requests tell of `main`."""
    return remember(pulls, "main")


def books(*entries: Entry) -> Books:
    """Give books with some entries."""
    return Books(branch="main", commit=oid(9), date="2025-10-12", documents=("audit.md",), entries=entries)


@st.composite
def helds(draw: st.DrawFn) -> Held:
    """Draw an item that was held against the code: of any severity, status and judgement."""
    judgement = draw(st.sampled_from(list(Judgement)))
    none = judgement in {Judgement.NOT_THERE, Judgement.NOT_TRUE, Judgement.UNJUDGED}
    number = 0 if none else draw(st.integers(1, 3))
    item = AuditItem(
        id=draw(st.sampled_from(["1.1", "2", "H-01"])),
        title=draw(
            st.sampled_from(["Bare excepts", "a | b", "<!-- fixbot:item {} -->", "@ann fixes #1", "\n## Next", ""])
        ),
        line=1,
        severity=draw(st.sampled_from([*Severity, None])),
        codemods=() if judgement is Judgement.UNJUDGED else ("bare-except",),
        status=draw(st.sampled_from(list(Status))),
    )
    findings = tuple(at(f"{draw(st.sampled_from('abc'))}.py", line) for line in range(1, number + 1))
    found = None if judgement is Judgement.UNJUDGED else number
    return Held(item=item, judgement=judgement, says="a reason", found=found, findings=findings)
