"""What a pass knows of the repositories of its campaign; whatever is new it writes down at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from fixbot.campaign.records import Seen
from fixbot.shell.campaign.journal import Journal


class Known:
    """The repositories by their names, in the order in which they come.

    Args:
        journal: what is known from earlier passes.
        tell: is told of every repository of which something new is known.

    Every method raises OperatorError where the journal cannot be used.
    """

    def __init__(self, journal: Journal, tell: Callable[[Seen], None]) -> None:
        self._journal = journal
        self._tell = tell
        self._seen: dict[str, Seen] = {}
        self._saved: set[str] = set()

    def begin(self, found: Sequence[Seen]) -> None:
        """Take from the journal what it knows of the repositories that were found, and drop what it knows of others."""
        known = {seen.name: seen for seen in self._journal.repositories()}
        self._journal.forget(sorted(known.keys() - {seen.name for seen in found}))
        for seen in found:
            old = known.get(seen.name, seen)
            self._seen[seen.name] = replace(old, place=seen.place, is_named=seen.is_named, skipped=seen.skipped)

    def __getitem__(self, name: str) -> Seen:
        return self._seen[name]

    def names(self) -> list[str]:
        """Return the names of all."""
        return list(self._seen)

    def listed(self) -> list[Seen]:
        """Return what is known of each."""
        return list(self._seen.values())

    def note(self, seen: Seen) -> None:
        """Write down what is new.

        What is open where nobody takes part is left to its reviewers, and takes no room of the campaign's.
        """
        if seen.skipped:
            seen = replace(seen, pulls=tuple(pull for pull in seen.pulls if pull.state != "open"))
        if self._seen[seen.name] != seen or seen.name not in self._saved:
            self._journal.save(seen)
            self._saved.add(seen.name)
            self._seen[seen.name] = seen
            self._tell(seen)
