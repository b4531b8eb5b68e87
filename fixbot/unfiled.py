"""Says which places want an issue before they can be rewritten; it files none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fixbot.codemod import Recipe
from fixbot.codemod.tickets import TicketCodemod
from fixbot.model import Ticket, Wish
from fixbot.offer import Offering

# As long as a number gets: what holds with it holds with a shorter one.
_LONG = 99_999


def needing_tickets(codemods: Sequence[Recipe]) -> tuple[TicketCodemod, ...]:
    """Return those that write numbers of issues."""
    return tuple(codemod for codemod in codemods if isinstance(codemod, TicketCodemod))


def informed(codemods: Sequence[Recipe], tickets: Sequence[Ticket]) -> list[Recipe]:
    """Return codemods of which those that write numbers of issues know what was filed."""
    return [codemod.knowing(tickets) if isinstance(codemod, TicketCodemod) else codemod for codemod in codemods]


@dataclass(frozen=True, slots=True)
class Unfiled:
    """The places that want an issue, and those that would want one and get none, with the reasons."""

    wishes: tuple[Wish, ...] = ()
    left: tuple[Ticket, ...] = ()


def unfiled(offering: Offering, tickets: Sequence[Ticket]) -> Unfiled:
    """Return the places that want an issue, have none, and would be rewritten with one.

    What is declined, ignored, out of scope or fails a check gets none. Each codemod has as many as may wait at once,
    less those of which the number is not in the code yet.

    Args:
        offering: what there is to offer; its codemods need not know any tickets.
        tickets: what was filed before.
    """
    found = [_of(codemod, offering, tickets) for codemod in needing_tickets(offering.wanted())]
    wishes = tuple(wish for one in found for wish in one.wishes)
    return Unfiled(wishes, tuple(ticket for one in found for ticket in one.left))


def _of(codemod: TicketCodemod, offering: Offering, tickets: Sequence[Ticket]) -> Unfiled:
    known = {ticket.key for ticket in tickets}
    wishes = {(wish.path, wish.line): wish for wish in _wishes(codemod, offering)}
    dreamt = [Ticket(key=wish.key, number=_LONG) for wish in wishes.values() if wish.key not in known]
    if not dreamt:
        return Unfiled()
    offer = replace(offering, codemods=[codemod.knowing([*tickets, *dreamt])], verify_command=None).offer()
    held = sorted((f for change in offer.changes for f in change.findings), key=lambda f: (f.path, f.line))
    found = [replace(wishes[f.path, f.line], qualname=f.qualname) for f in held]
    new = [wish for wish in found if wish.key not in known]
    room = max(codemod.most - (len(found) - len(new)), 0)
    late = f"no more than {codemod.most} wait at once for their numbers to be merged; a later run files one"
    left = {wish.key: late for wish in new[room:]}
    for refusal in offer.refused:
        wish = wishes.get((refusal.finding.path, refusal.finding.line))
        if wish is not None and wish.key not in known:
            left[wish.key] = refusal.because
    return Unfiled(tuple(new[:room]), tuple(Ticket(key=key, because=because) for key, because in left.items()))


def _wishes(codemod: TicketCodemod, offering: Offering) -> Iterator[Wish]:
    corpus = offering.files().project()
    paths = [path for path, content in corpus.files.items() if codemod.pattern.search(content)]
    return codemod.wishes(corpus, paths)
