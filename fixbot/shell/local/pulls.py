"""The pull requests of the local forge: records, and what the branches tell of them; it moves no branch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from fixbot.errors import ForgeError, OperatorError
from fixbot.marker import marker_of_commit, read_marker
from fixbot.model import Marker, Note, People, PullRequest, PullRequestPlan
from fixbot.shell.commits import messages
from fixbot.shell.git import Git
from fixbot.shell.local.records import Record, Records, entries, intact, moment, page, state, told, word, words

LOGIN = "fixbot"
_EMPTY: Mapping[str, object] = {"reviewers": (), "assignees": (), "draft": False, "notes": (), "comments": ()}


class Pulls:
    """The records in `pulls`, each seen together with its branch.

    Args:
        git: the repository.
        records: where they are.
        clock: gives the time now.
    """

    def __init__(self, git: Git, records: Records, clock: Callable[[], datetime]) -> None:
        self._git, self._records, self._clock = git, records, clock

    def pushed(self) -> dict[str, tuple[str, ...]]:
        """Return the commits that fixbot put on each branch, the oldest first."""
        pushed: dict[str, tuple[str, ...]] = {}
        for number in self._records.numbers("pulls"):
            record = self._record(number)
            with intact(self._records.path("pulls", number)):
                branch = word(record, "branch")
                marker = _marker(word(record, "body"), branch)
                pushed[branch] = (*pushed.get(branch, ()), *(marker.pushed if marker else ()))
        return pushed

    def all(self, heads: Mapping[str, str]) -> list[PullRequest]:
        """Return every pull request, as its record and the heads of the branches tell."""
        tip_of = cache(self._git.tip)
        return [self._seen(number, heads, tip_of) for number in self._records.numbers("pulls")]

    def one(self, number: int, heads: Mapping[str, str]) -> PullRequest | None:
        """Return one pull request, None where there is none."""
        return self._seen(number, heads) if number in self._records.numbers("pulls") else None

    def settle(self, branch: str, heads: Callable[[], Mapping[str, str]]) -> None:
        """Write down what became of a branch's pull requests, because the branch is about to tell of another."""
        for number, known in self._from(branch, heads):
            seen = self._seen(number, known).state
            if seen != "open":
                self._write(number, self._record(number) | {"state": seen, "closed_at": told(self._clock())})

    def _from(self, branch: str, heads: Callable[[], Mapping[str, str]]) -> list[tuple[int, Mapping[str, str]]]:
        """Return the numbers of a branch's pull requests whose records say that they are open, each with the heads."""
        about = {"branch": branch, "state": "open"}.items()
        found = [number for number in self._records.numbers("pulls") if about <= self._record(number).items()]
        known = heads() if found else {}
        return [(number, known) for number in found]

    def open(self, plan: PullRequestPlan, body: str, head: str, heads: Callable[[], Mapping[str, str]]) -> PullRequest:
        """Make a record unless there is an open one, which is returned as it is."""
        if (found := self._open_from(plan.branch, heads)) is not None:
            return found
        marker = _marker(body, plan.branch)
        record: Record = {
            "state": "open",
            "title": plan.title,
            "branch": plan.branch,
            "base": plan.base,
            "head": head,
            "labels": (),
            "fingerprints": marker.findings if marker else [each.fingerprint for each in plan.change.findings],
            "body": body,
            "created": told(self._clock()),
            "closed_at": None,
            **_EMPTY,
            "reviews": (),
        }
        number = self._records.add("pulls", record, shown=page(plan.title, body))
        known = heads()
        first = self._open_from(plan.branch, lambda: known)
        if first is not None and first.number < number:  # a run beside this one was quicker
            self._records.drop("pulls", number)
            return first
        return self._seen(number, {**known, plan.branch: known.get(plan.branch, head)})

    def _open_from(self, branch: str, heads: Callable[[], Mapping[str, str]]) -> PullRequest | None:
        return next((p for p in (self._seen(*each) for each in self._from(branch, heads)) if p.state == "open"), None)

    def edit(self, pull: PullRequest, *, body: str | None, title: str | None, close: bool) -> PullRequest:
        """Change a record in one write; the last commit of a new body's marker is its head from then on."""
        old = self._record(pull.number)
        record = old | {key: value for key, value in (("title", title), ("body", body)) if value is not None}
        marker = _marker(body, pull.branch) if body is not None else None
        if marker is not None:
            head = marker.pushed[-1] if marker.pushed else old["head"]
            record |= {"head": head, "fingerprints": list(marker.findings)}
        if close and old["state"] == "open":
            record |= {"state": "closed", "closed_at": told(self._clock())}
        if record != old:
            self._write(pull.number, record)
        now = self._read(pull.number)
        now = replace(now, marker=now.marker or pull.marker)
        if now.state != "open":
            return now
        now = replace(now, state=pull.state, closed_at=None)
        return replace(now, head=pull.head) if now.state == "open" else self._over(now)

    def give(self, pull: PullRequest, people: People, given: Sequence[str]) -> list[str]:
        """Add to a record what is not in `given`, whoever has taken it away since; a draft is made at first only."""
        old = self._record(pull.number)
        record, new = dict(old), []
        with intact(self._records.path("pulls", pull.number)):
            given = list(dict.fromkeys([*given, *words(old, "given")]))  # a run may have been cut off in between
            for kind, key in (("label", "labels"), ("reviewer", "reviewers"), ("assignee", "assignees")):
                wanted = [one for one in getattr(people, key) if f"{kind}:{one}" not in given]
                new += [f"{kind}:{one}" for one in wanted]
                if wanted:
                    record[key] = list(dict.fromkeys([*words(old, key), *wanted]))
        if people.draft and not given:
            record["draft"] = True
        if new:
            record["given"] = [*words(old, "given"), *new]
        if record != old:
            self._write(pull.number, record)
        return [*given, *new]

    def is_reviewed(self, pull: PullRequest, head: str) -> bool:
        """Say whether a review names the head, in full or by its first seven digits or more."""
        record = self._record(pull.number)
        with intact(self._records.path("pulls", pull.number)):
            commits = [word(review, "commit") for review in entries(record, "reviews")]
        return any(len(commit) >= 7 and head.startswith(commit) for commit in commits)  # noqa: PLR2004 - as git shows

    def annotate(self, pull: PullRequest, notes: Iterable[Note]) -> None:
        """Put notes into a record; those on a finding that has some already take their place."""
        fresh: dict[str, list[Record]] = {}
        for note in notes:
            shown = {"path": note.path, "line": note.line, "side": note.side, "finding": note.finding}
            fresh.setdefault(note.finding, []).append({**shown, "says": note.says})
        record = self._record(pull.number)
        with intact(self._records.path("pulls", pull.number)):
            old = entries(record, "notes")
            new = _placed(old, fresh)
        if new != old:
            self._write(pull.number, record | {"notes": new})

    def _record(self, number: int) -> Record:
        record = self._records.read("pulls", number)
        if record is None:
            message = f"{self._records.path('pulls', number)} is gone: somebody has deleted pull request {number}"
            raise ForgeError(message)
        return record

    def _write(self, number: int, record: Record) -> None:
        shown = page(word(record, "title"), word(record, "body"))
        self._records.write("pulls", number, record, shown=shown)

    def _read(self, number: int) -> PullRequest:
        """Return a pull request as its record alone tells."""
        record, path = self._record(number), self._records.path("pulls", number)
        with intact(path):
            branch, body = word(record, "branch"), word(record, "body")
            pull = PullRequest(
                number=number,
                state=state(record, "open", "closed", "merged"),
                title=word(record, "title"),
                branch=branch,
                base=word(record, "base"),
                head=word(record, "head"),
                url=str(path.with_suffix(".md")),
                labels=tuple(words(record, "labels")),
                marker=_marker(body, branch),
                created=moment(record, "created"),
                closed_at=moment(record, "closed_at"),
                author=LOGIN,
                body=body,
            )
            return pull if pull.state == "open" else self._over(pull)

    def _over(self, pull: PullRequest) -> PullRequest:
        """Give a pull request that somebody closed by hand the time when its record was last written."""
        if pull.closed_at is not None:
            return pull
        written = self._records.path("pulls", pull.number).stat().st_mtime
        return replace(pull, closed_at=datetime.fromtimestamp(int(written), UTC))

    def _seen(
        self, number: int, heads: Mapping[str, str], tip_of: Callable[[str], str | None] | None = None
    ) -> PullRequest:
        tip_of = tip_of or self._git.tip
        pull = self._read(number)
        if pull.state != "open" and pull.marker is not None:
            return pull
        tip = heads.get(pull.branch) if pull.state == "open" else None
        base = tip_of(pull.base)
        if base is None and pull.state == "open":
            pull = replace(pull, base=self._renamed(pull.base))
            base = tip_of(pull.base)
        if pull.marker is None:
            pull = replace(pull, marker=self._marker_of_commits(pull, tip, base))
        seen = self._state(pull, tip, base) if pull.state == "open" else pull.state
        if seen == "open":
            return replace(pull, head=tip or pull.head, closed_at=None)
        return pull if seen == pull.state else self._over(replace(pull, state=seen, closed_at=None))

    def _renamed(self, base: str) -> str:
        """Return the branch that is checked out: one that is gone was most likely renamed to it."""
        try:
            return self._git.current_branch()
        except OperatorError:
            return base

    def _state(self, pull: PullRequest, tip: str | None, base: str | None) -> str:
        """Say what the branches tell of a pull request whose record says that it is open."""
        own = {pull.head, *pull.pushed}
        # An update that was cut off has announced a commit that the branch is not at yet.
        candidates = own if tip is None else {pull.head, tip} & own
        if base is not None and any(self._git.is_ancestor(commit, base) for commit in candidates):
            return "merged"
        if tip is None:
            return "closed"
        if tip in own or base is None or not self._git.is_ancestor(tip, base):
            return "open"
        return "merged" if self._offers(pull, tip) else "closed"

    def _offers(self, pull: PullRequest, tip: str) -> bool:
        """Say whether a branch that the base holds was reworded or rebased before, and not just pointed at the base."""
        below = self._git.resolve(f"{pull.head}^")
        read = (marker_of_commit(message, pull.branch) for message in messages(self._git, tip, below))
        return any(marker is not None and {*marker.findings} & {*pull.fingerprints} for marker in read)

    def _marker_of_commits(self, pull: PullRequest, tip: str | None, base: str | None) -> Marker | None:
        for head in filter(None, (tip, pull.head)):
            for message in messages(self._git, head, base):
                if (marker := marker_of_commit(message, pull.branch)) is not None:
                    return marker
        return None


def _marker(body: str, branch: str) -> Marker | None:
    """Return the marker of a body; one that was copied from another pull request is none."""
    marker = read_marker(body)
    return marker if marker is not None and marker.branch == branch else None


def _placed(old: Iterable[Record], fresh: Mapping[str, list[Record]]) -> list[Record]:
    """Return notes with fresh ones where the first old one on the same finding was, else at the end."""
    placed: set[str] = set()
    new: list[Record] = []
    for note in old:
        finding = word(note, "finding")
        if finding not in fresh:
            new.append(note)
        elif finding not in placed:
            new += fresh[finding]
        placed.add(finding)
    return new + [note for finding, several in fresh.items() if finding not in placed for note in several]
