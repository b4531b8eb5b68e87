"""Bodies of pull requests with their hidden marker, in which what a person wrote stays; it only makes text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from fixbot.marker import digest, visible_text, write_marker
from fixbot.model import Base, Marker, PullRequest, PullRequestPlan

_MOST_PUSHED = 50
_LONGEST_BODY = 65_536  # characters, GitHub's limit
_RESERVE, _EACH = 6_500, 20  # characters for the marker, and for each finding in it
DONE = "done"


def marker_of(plan: PullRequestPlan, base: Base, pushed: Sequence[str]) -> Marker:
    """Return the marker of a pull request as fixbot is about to write it; nothing is given yet."""
    marker = Marker(
        codemod=plan.change.codemod,
        branch=plan.branch,
        plan=plan.fingerprint,
        base=base.tree,
        findings=tuple(finding.fingerprint for finding in plan.change.findings),
        pushed=tuple(dict.fromkeys(pushed))[-_MOST_PUSHED:],
        title=digest(plan.title),
        issue=plan.issue,
        fixes=plan.fixes,
        onto=base.branch,
    )
    return replace(marker, text=digest(_cut(plan.body, marker)))


def given_at_first(plan: PullRequestPlan, given: Sequence[str] = ()) -> tuple[str, ...]:
    """Return what a pull request counts as given before anything is; all is done where there is nothing to give."""
    kept = tuple(word for word in given if word != DONE)
    return kept if plan.notes or not set(_wanted(plan)) <= set(kept) else (*kept, DONE)


def _wanted(plan: PullRequestPlan) -> list[str]:
    people = plan.people
    labels = [f"label:{name}" for name in people.labels]
    return (
        labels + [f"reviewer:{name}" for name in people.reviewers] + [f"assignee:{name}" for name in people.assignees]
    )


def marked(text: str, marker: Marker) -> str:
    """Return a body: some visible text, cut where it is too long, and the marker."""
    hidden = f"\n{write_marker(marker)}\n"
    return visible_text(text)[: max(0, _LONGEST_BODY - len(hidden) - 1)] + "\n" + hidden


def _cut(text: str, marker: Marker) -> str:
    """Cut a text to a length that later changes of the marker do not change, lest it looks like a person's."""
    return visible_text(text)[: _LONGEST_BODY - _RESERVE - _EACH * min(len(marker.findings), 2000)]


def renewed(pull: PullRequest, plan: PullRequestPlan, base: Base, new: str) -> tuple[str, str | None, Marker]:
    """Return body, title (None: stays) and marker of an open pull request that gets new content.

    Text and title that a person changed stay, but for the line that says whether the issue is fixed. What was given to
    it and what people asked for is remembered; one that a person reopened is not to be split any more.
    """
    old = pull.marker
    pushed = [*(commit for commit in pull.pushed if commit != new), new]
    fresh = marker_of(plan, base, pushed)
    if old is None:
        return marked(pull.body, replace(fresh, text="", title="")), None, fresh
    is_own_text, is_own_title = digest(pull.body) == old.text, digest(pull.title) == old.title
    fresh = replace(
        fresh,
        given=given_at_first(plan, old.given if old.pushed else _wanted(plan)),  # a commit does not know what was given
        ignores=old.ignores,
        split=old.split and not old.closed,
        heard=old.heard,
        text=fresh.text if is_own_text else old.text,
        title=fresh.title if is_own_title else old.title,
    )
    title = plan.title if is_own_title and pull.title != plan.title else None
    text = _cut(plan.body, fresh) if is_own_text else _claiming(pull.body, old, fresh)
    return marked(text, fresh), title, fresh


def _claiming(body: str, old: Marker, new: Marker) -> str:
    """Let a person's text say whether the issue is fixed, where fixbot's own line about it stands alone."""
    was, now = (f"{'Fixes' if marker.fixes else 'Refs'} #{marker.issue}" for marker in (old, new))
    return re.sub(rf"^{was}(?=\r?$)", now, body, count=1, flags=re.MULTILINE) if old.issue and new.issue else body


def fresh_body(plan: PullRequestPlan, marker: Marker) -> str:
    """Return the body of a new pull request."""
    return marked(_cut(plan.body, marker), marker)


def mended(pull: PullRequest, plan: PullRequestPlan, base: Base, head: str) -> Marker:
    """Return the marker of a pull request whose head is fixbot's, although its marker is gone or does not say so."""
    fresh = marker_of(plan, base, [*pull.pushed, head])
    old = pull.marker
    if old is None or not old.pushed:
        made = replace(fresh, given=(*_wanted(plan), DONE), text="", title="")  # people may have taken it away since
        return made if old is None else replace(made, ignores=old.ignores, split=old.split, heard=old.heard)
    return replace(old, plan=fresh.plan, base=fresh.base, findings=fresh.findings, pushed=fresh.pushed)


def remarked(pull: PullRequest, marker: Marker) -> str:
    """Return the body of a pull request with another marker, and otherwise as it is."""
    return marked(pull.body, marker)
