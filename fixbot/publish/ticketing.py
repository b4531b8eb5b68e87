"""Files the issues that places in the code want, each once: what was filed is found again by its marker."""

from __future__ import annotations

from collections.abc import Sequence

from fixbot.chatops.tickets import MARK, body_of, key_in, title_of
from fixbot.job import Ticketed
from fixbot.model import Base, Ticket, Wish
from fixbot.shell.forge import Forge

LABEL = "fixbot:ticket"


def filed_tickets(forge: Forge) -> tuple[Ticket, ...]:
    """Return what was filed before, open or closed, also where people took its label away; of several, the oldest.

    What somebody made who may not write to the repository does not count.
    """
    found: dict[str, Ticket] = {}
    everywhere = (issue for label in (LABEL, "") for issue in forge.issues_holding(MARK, label))
    issues = {issue.number: issue for issue in everywhere}
    for _, issue in sorted(issues.items()):
        key = key_in(issue.body)
        if key is not None and key not in found and (issue.author.endswith("[bot]") or forge.may_write(issue.author)):
            found[key] = Ticket(key=key, number=issue.number, is_open=issue.state == "open")
    return tuple(found.values())


def file_tickets(forge: Forge, wishes: Sequence[Wish], base: Base, labels: Sequence[str]) -> list[Ticketed]:
    """Open an issue for each place, and return those that the forge lets be opened.

    Args:
        forge: where.
        wishes: places for which none was filed.
        base: what was looked at.
        labels: what the issues are given besides fixbot's own label.
    """
    done = []
    for wish in wishes:
        issue = forge.open_issue(title_of(wish), body_of(wish, base), [LABEL, *labels])
        if issue is None:
            break
        done.append(Ticketed(wish, issue))
    return done
