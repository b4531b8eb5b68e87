"""Files the issues that places in the code want, each once: what was filed is found again by its marker."""

from __future__ import annotations

from collections.abc import Sequence

from fixbot.chatops.tickets import MARK, body_of, ticket_of, title_of
from fixbot.job import Ticketed
from fixbot.model import Base, Ticket, Wish
from fixbot.shell.forge import Forge

#: The one label that these issues get: the labels of pull requests may start something on an issue.
LABEL = "fixbot:ticket"


def filed_tickets(forge: Forge) -> tuple[Ticket, ...]:
    """Return what was filed before, open or closed, also where people took its label away.

    What somebody made who may not write to the repository does not count.
    """
    everywhere = (issue for label in (LABEL, "") for issue in forge.issues_holding(MARK, label))
    found: dict[int, Ticket] = {}
    for issue in everywhere:
        ticket = ticket_of(issue) if issue.number not in found else None
        if ticket is not None and (issue.author.endswith("[bot]") or forge.may_write(issue.author)):
            found[issue.number] = ticket
    return tuple(found[number] for number in sorted(found))


def file_tickets(forge: Forge, wishes: Sequence[Wish], base: Base) -> list[Ticketed]:
    """Open an issue for each place, and return those that the forge lets be opened.

    Args:
        forge: where.
        wishes: places for which none was filed.
        base: what was looked at.
    """
    done = []
    for wish in wishes:
        issue = forge.open_issue(title_of(wish), body_of(wish, base), [LABEL])
        if issue is None:
            break
        done.append(Ticketed(wish, issue))
    return done
