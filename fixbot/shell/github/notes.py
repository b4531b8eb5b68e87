"""Brings the reasons for changes to their lines, as one review or as one check run; repeats none of them."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from http import HTTPStatus
from typing import Protocol

from github import GithubException

from fixbot.markdown import code
from fixbot.model import Note, PullRequest
from fixbot.shell.github.pulls import login
from fixbot.shell.github.refusals import reason, refused, speaking
from fixbot.shell.github.wire import Row, Wire

_MARK = re.compile(r"<!-- fixbot:note ([0-9a-f]{7,64}) -->")
_REVIEW = "The reason for each change stands on its lines.\n\n<!-- fixbot:notes -->"
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_CHECK = "fixbot"
# https://docs.github.com/rest/checks/runs: "limited to 50 annotations per API request"
_AT_ONCE = 50


class Evidence(Protocol):
    """One of the ways to bring notes to lines."""

    def annotate(self, pull: PullRequest, notes: Sequence[Note]) -> None:
        """Bring them there; what stands there already is not repeated."""


class InBody:
    """Leaves them in the body of the pull request, where they are anyway."""

    def annotate(self, pull: PullRequest, notes: Sequence[Note]) -> None:
        """Do nothing."""


class Review:
    """One review, whose comments are edited later; `author` says who opened a pull request."""

    def __init__(self, wire: Wire, author: Callable[[int], str]) -> None:
        self._wire, self._author = wire, author

    def annotate(self, pull: PullRequest, notes: Sequence[Note]) -> None:
        """Edit the comments that say something else, and post those that are missing together."""
        if not notes:
            return
        with speaking(f"the notes on pull request {pull.number}"):
            there, missing = self._there(pull.number), []
            for note in notes:
                known = there[note.finding]
                if known:
                    self._edit(pull, known.pop(0), _text(note))
                else:
                    missing.append(note)
            if missing:
                self._post(pull, missing)

    def _there(self, number: int) -> defaultdict[str, list[Row]]:
        """Return the comments by their findings, first those of who opened the pull request.

        Those that look like notes of others count too: fixbot may have had another token, and repeats nothing.
        """
        author = self._author(number)
        rows = self._wire.pages(f"{self._wire.here}/pulls/{number}/comments")
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: login(row) != author):
            mark = _MARK.search(row["body"] or "")
            if mark:
                found[mark[1]].append(row)
        return found

    def _edit(self, pull: PullRequest, row: Row, text: str) -> None:
        if row["body"].replace("\r\n", "\n").strip() == text or login(row) != self._author(pull.number):
            return
        path = f"{self._wire.here}/pulls/comments/{row['id']}"
        try:
            self._wire.settle(
                "PATCH", path, {"body": text}, read=bool, look=lambda: self._wire.get(path)["body"] == text or None
            )
        except GithubException as exc:
            if not refused(exc):
                raise
            self._wire.complain(f"a note on pull request {pull.number} cannot be edited: {reason(exc)}")

    def _post(self, pull: PullRequest, notes: Sequence[Note]) -> None:
        try:
            self._send(pull, notes)
        except GithubException as exc:
            if not refused(exc):
                raise
            self._wire.complain(f"GitHub refuses notes on pull request {pull.number}: {reason(exc)}")
            if exc.status == HTTPStatus.UNPROCESSABLE_ENTITY:
                self._post_some(pull, notes)

    def _post_some(self, pull: PullRequest, notes: Sequence[Note]) -> None:
        """Try again with those on lines that the diff shows, provided that there are some, and fewer."""
        shown = self._shown(pull.number)
        fitting = [note for note in notes if (note.path, note.side, note.line) in shown]
        if 0 < len(fitting) < len(notes):
            self._post(pull, fitting)

    def _send(self, pull: PullRequest, notes: Sequence[Note]) -> None:
        comments = [{"path": n.path, "line": n.line, "side": n.side, "body": _text(n)} for n in notes]
        review = {"commit_id": pull.head, "body": _REVIEW, "event": "COMMENT", "comments": comments}

        def look() -> bool | None:
            there = self._there(pull.number)
            return all(there[note.finding] for note in notes) or None

        self._wire.settle("POST", f"{self._wire.here}/pulls/{pull.number}/reviews", review, read=bool, look=look)

    def _shown(self, number: int) -> set[tuple[str, str, int]]:
        rows = self._wire.pages(f"{self._wire.here}/pulls/{number}/files")
        return {(row["filename"], *place) for row in rows for place in lines_shown(row.get("patch") or "")}


class Checks:
    """One check run for each head; only an App's token may make one."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def annotate(self, pull: PullRequest, notes: Sequence[Note]) -> None:
        """Make a check run that says all of it, unless there is one; annotations cannot be edited."""
        if not notes:
            return
        mark = f"<!-- fixbot:notes {_digest(notes)} -->"
        with speaking(f"the check run of pull request {pull.number}"):
            try:
                if not self._has(pull.head, mark):
                    self._make(pull.head, notes, mark)
            except GithubException as exc:
                if not refused(exc):
                    raise
                self._wire.complain(f"no check run for pull request {pull.number}, that needs an App: {reason(exc)}")

    def _has(self, head: str, mark: str) -> bool:
        path = f"{self._wire.here}/commits/{head}/check-runs"
        runs = self._wire.pages(path, within="check_runs", check_name=_CHECK)
        return any(mark in (run["output"]["summary"] or "") for run in runs)

    def _made(self, head: str, mark: str) -> int | None:
        return 0 if mark and self._has(head, mark) else None

    def _make(self, head: str, notes: Sequence[Note], mark: str) -> None:
        """Send batches of annotations; the last brings the mark, so that what was cut off is not taken for whole."""
        path, method = f"{self._wire.here}/check-runs", "POST"
        begin: Row = {"name": _CHECK, "head_sha": head}
        batches = [notes[first : first + _AT_ONCE] for first in range(0, len(notes), _AT_ONCE)]
        for batch in batches:
            is_last = batch is batches[-1]
            progress = {"status": "completed", "conclusion": "neutral"} if is_last else {"status": "in_progress"}
            output = _output(batch, len(notes), mark if is_last else "")
            number = self._wire.settle(
                method,
                path,
                {**begin, **progress, "output": output},
                read=lambda run: int(run["id"]),
                look=partial(self._made, head, mark if is_last else ""),
            )
            path, method, begin = f"{self._wire.here}/check-runs/{number}", "PATCH", {}


def _output(batch: Sequence[Note], count: int, mark: str) -> Row:
    """Annotations stand on lines of the new files alone; what is said of removed ones goes into the text."""
    removed = [f"- {code(note.path)}: {note.says}" for note in batch if note.side == "LEFT"]
    output: Row = {
        "title": f"{count} reasons for changes" if count > 1 else "1 reason for a change",
        "summary": f"The reason for each change stands on its lines.\n\n{mark}".strip(),
        "annotations": [_annotation(note) for note in batch if note.side != "LEFT"],
    }
    return output | ({"text": "\n".join(removed)[:60_000]} if removed else {})


def _annotation(note: Note) -> Row:
    place = {"path": note.path, "start_line": note.line, "end_line": note.line}
    return {**place, "annotation_level": "notice", "title": _CHECK, "message": note.says}


def _digest(notes: Iterable[Note]) -> str:
    told = [[note.path, note.line, note.side, note.finding, note.says] for note in notes]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _text(note: Note) -> str:
    return f"{note.says.strip()}\n\n<!-- fixbot:note {note.finding} -->"


def lines_shown(patch: str) -> set[tuple[str, int]]:
    """Return the lines that a patch shows, as side and number: there GitHub takes comments."""
    shown: set[tuple[str, int]] = set()
    old = new = 0
    for line in patch.split("\n"):
        hunk = _HUNK.match(line)
        if hunk:
            old, new = int(hunk[1]), int(hunk[2])
        elif line.startswith("+"):
            shown.add(("RIGHT", new))
            new += 1
        elif line.startswith("-"):
            shown.add(("LEFT", old))
            old += 1
        elif line.startswith(" "):
            shown |= {("RIGHT", new), ("LEFT", old)}
            old, new = old + 1, new + 1
    return shown
