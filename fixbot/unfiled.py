"""Says which places want an issue before they can be rewritten; it files none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from fixbot.codemod import Recipe
from fixbot.codemod.tickets import TicketCodemod, Where
from fixbot.model import Ticket, Wish
from fixbot.offer import Offering

# So many issues and pull requests others may open before the next of fixbot's: what holds with the longest number that
# is to be expected holds with a shorter one.
_OTHERS = 100


@dataclass(frozen=True, slots=True)
class Unfiled:
    """The places that want an issue, and why those get none that would want one too."""

    wishes: tuple[Wish, ...] = ()
    because: Mapping[Where, str] = field(default_factory=dict)

    def put_off(self, because: str) -> Unfiled:
        """Return the same with no wish left, for one reason."""
        later = {(wish.path, wish.line): because for wish in self.wishes}
        return Unfiled((), {**self.because, **later})

    def within(self, codemods: Iterable[TicketCodemod], tickets: Iterable[Ticket]) -> Unfiled:
        """Return the same without the wishes for which too many issues are open already, whoever wishes for them.

        Args:
            codemods: those that the wishes are of; each says how many may be open.
            tickets: what was filed before.
        """
        limits = {codemod.slug(): codemod.most_open for codemod in codemods}
        are_open = sum(ticket.is_open for ticket in tickets)
        kept: list[Wish] = []
        left: dict[Where, str] = {}
        for wish in self.wishes:
            most = limits.get(wish.codemod, 0)
            if are_open + len(kept) < most:
                kept.append(wish)
            else:
                left[wish.path, wish.line] = f"no more than {most} are open at once: close those that are done"
        return Unfiled(tuple(kept), {**self.because, **left})


def needing_tickets(codemods: Sequence[Recipe]) -> tuple[TicketCodemod, ...]:
    """Return those that write numbers of issues."""
    return tuple(codemod for codemod in codemods if isinstance(codemod, TicketCodemod))


def informed(
    codemods: Sequence[Recipe], tickets: Iterable[Ticket], because: Mapping[Where, str] | None = None
) -> list[Recipe]:
    """Return codemods of which those that write numbers of issues know what was filed, and what not and why."""
    known = tuple(tickets)
    return [codemod.knowing(known, because) if isinstance(codemod, TicketCodemod) else codemod for codemod in codemods]


def unfiled(offering: Offering, tickets: Sequence[Ticket]) -> Unfiled:
    """Return the places that want an issue, have none, and would be rewritten with one.

    What is declined, ignored, out of scope or fails a check gets none. Each codemod has as many as may wait at once,
    less those of which the number is not in the code yet, and all together as many as may be open.

    Args:
        offering: what there is to offer; its codemods need not know any tickets.
        tickets: what was filed before.
    """
    found = [_of(codemod, offering, tickets) for codemod in needing_tickets(offering.wanted())]
    because = {spot: why for one in found for spot, why in one.because.items()}
    wishes = tuple(wish for one in found for wish in one.wishes)
    return Unfiled(wishes, because).within(needing_tickets(offering.codemods), tickets)


def _of(codemod: TicketCodemod, offering: Offering, tickets: Sequence[Ticket]) -> Unfiled:
    corpus = offering.files().project()
    wishes = {(wish.path, wish.line): wish for wish in codemod.knowing(tickets).wishes(corpus)}
    if not wishes:
        return Unfiled()
    long = _long(offering, tickets)
    dreamt = [Ticket(words=wish.words, path=wish.path, number=long) for wish in wishes.values()]
    offer = replace(offering, codemods=[codemod.knowing([*tickets, *dreamt])]).offer()
    held = sorted((f for change in offer.changes for f in change.findings), key=lambda f: (f.path, f.line))
    new = [replace(wishes[f.path, f.line], qualname=f.qualname) for f in held if (f.path, f.line) in wishes]
    room = max(codemod.most - (len(held) - len(new)), 0)
    late = f"no more than {codemod.most} wait at once for their numbers to be merged; a later run files one"
    because = {(wish.path, wish.line): late for wish in new[room:]}
    refused = ((refusal.finding.path, refusal.finding.line, refusal.because) for refusal in offer.refused)
    return Unfiled(
        tuple(new[:room]), because | {(path, line): why for path, line, why in refused if (path, line) in wishes}
    )


def _long(offering: Offering, tickets: Sequence[Ticket]) -> int:
    """Return a number as long as the next one can be: issues and pull requests are counted together."""
    known = [pull.number for pull in offering.memory.pulls] + [ticket.number for ticket in tickets]
    digits = len(str(max(known, default=0) + _OTHERS))
    return int("9" * digits)
