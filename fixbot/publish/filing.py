"""Brings the issues of an audit to a forge: opens what is missing, edits what is fixbot's own, leaves the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fixbot.chatops.filed import MARK, Filing, filed_item, is_as_filed, is_same
from fixbot.model import Issue
from fixbot.shell.forge import Forge

LABEL = "fixbot:audit"
#: So many issues are opened at once: more of them at a time help nobody.
MOST_OPENED = 50


class Fate(StrEnum):
    """What became of an issue that an audit asks for."""

    OPENED = "opened"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CLOSED = "closed"
    EDITED = "edited by somebody"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Filed:
    """An issue that an audit asks for, and what became of it; `issue` is None where there is none."""

    filing: Filing
    fate: Fate
    issue: Issue | None = None


def file_issues(forge: Forge, filings: Sequence[Filing], labels: Sequence[str] = ()) -> list[Filed]:
    """Open or edit the issues of an audit; what is there already and says the same is not written.

    Args:
        forge: where they are filed.
        filings: how they should be.
        labels: what they are given besides fixbot's own label.
    """
    known = _known(forge, [filing.key for filing in filings if not filing.is_over]) if filings else {}
    free = {key: issue for key, issue in known.items() if key not in {filing.key for filing in filings}}
    room = MOST_OPENED
    done: list[Filed] = []
    for filing in filings:
        there = known.get(filing.key) or _renamed(filing, free)
        if there is not None:
            done.append(_kept(forge, filing, there))
        elif filing.is_over:
            continue
        elif room:
            room -= 1
            issue = forge.open_issue(filing.title, filing.body, [LABEL, *labels])
            done.append(Filed(filing, Fate.REFUSED if issue is None else Fate.OPENED, issue))
        else:
            done.append(Filed(filing, Fate.LATER))
    return done


def _renamed(filing: Filing, free: dict[str, Issue]) -> Issue | None:
    """Return the open issue of a report that has another name by now, and take it from those that are free."""
    for key, issue in free.items():
        item = filed_item(issue.body)
        if item is not None and issue.state == "open" and is_same(filing, issue.title, item):
            return free.pop(key)
    return None


def _kept(forge: Forge, filing: Filing, there: Issue) -> Filed:
    if there.state != "open":
        return Filed(filing, Fate.CLOSED, there)
    if not is_as_filed(there.body):
        return Filed(filing, Fate.EDITED, there)
    if there.body.replace("\r\n", "\n").strip() == filing.body.strip():
        return Filed(filing, Fate.UNCHANGED, there)
    issue = forge.edit_issue(there, filing.body)
    is_written = issue.body.replace("\r\n", "\n").strip() == filing.body.strip()
    return Filed(filing, Fate.UPDATED if is_written else Fate.EDITED, issue)


def _known(forge: Forge, keys: Collection[str]) -> dict[str, Issue]:
    """Return the issues that were filed, by the key of their item: the oldest of each by one who may write.

    Only where one is missing among those with the label, all issues are looked through.
    """
    labelled = _keyed(forge, forge.issues_holding(MARK, LABEL))
    if labelled.keys() >= set(keys):
        return labelled
    return _keyed(forge, forge.issues_holding(MARK, "")) | labelled


def _keyed(forge: Forge, issues: Iterable[Issue]) -> dict[str, Issue]:
    found: dict[str, Issue] = {}
    for issue in issues:
        item = filed_item(issue.body)
        if item is None or item.key in found:
            continue
        if issue.author.endswith("[bot]") or forge.may_write(issue.author):
            found[item.key] = issue
    return found
