"""Says what git or the code contradicts in the state that a document gives an item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fixbot.claims.facts import Facts
from fixbot.claims.places import Placed
from fixbot.fitting import named, plural
from fixbot.model import Held, Status

_UNDONE = frozenset({Status.NOT_STARTED, Status.IN_PROGRESS})


def doubts(held: Held, places: Sequence[Placed], facts: Facts) -> tuple[str, ...]:
    """Return what cannot be true of an item's state, each as a sentence.

    Args:
        held: the item and what the code says of it.
        places: where the places are today that it names.
        facts: the code, and what git knows of it.
    """
    return (*_of_state(held), *_of_commits(held, places, facts))


def _of_state(held: Held) -> Iterator[str]:
    status, left = held.item.status, len(held.findings)
    if status is Status.COMPLETE and left:
        yield f"it is said to be complete, and {plural(left, 'finding')} of it {'is' if left == 1 else 'are'} there"
    elif status in _UNDONE and held.found == 0:
        yield f"it is said to be {status}, and nothing of it is there"


def _of_commits(held: Held, places: Sequence[Placed], facts: Facts) -> Iterator[str]:
    if not facts.has_git:
        return
    known = {word: facts.commit(word) for word in held.item.commits}
    yield from (f"commit {named(word)} is not in this repository" for word, commit in known.items() if commit is None)
    changed = frozenset[str]().union(*(commit.paths for commit in known.values() if commit is not None))
    named_ones = [place for place in places if place.paths]
    if changed and named_ones and not any(place.holds(path) for place in named_ones for path in changed):
        yield f"{'its commit changes' if len(known) == 1 else 'its commits change'} none of the files that it names"
