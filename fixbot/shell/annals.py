"""Tells what git's history says of commits and paths; it reads alone."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fixbot.claims import Commit
from fixbot.errors import OperatorError
from fixbot.shell.git import Git
from fixbot.tracker.landing import Told

_WORD = re.compile(r"[0-9a-f]{7,64}\Z")
#: So often a path may have been renamed.
_MOST_RENAMES = 10
_QUIET = ("--no-renames", "--no-ext-diff", "--no-textconv")


@dataclass(frozen=True, slots=True)
class Changed:
    """A commit by its whole id, with the lines that come and go in each path; both are 0 for a binary file."""

    id: str
    lines: dict[str, tuple[int, int]]


class Annals(Git):
    """The history of a repository, which is read once."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._gone: dict[str, Mapping[str, str]] = {}
        self._moved: dict[str, Mapping[str, str]] = {}

    def commit_named(self, word: str) -> Changed | None:
        """Return the commit whose id begins with some digits (7 or more); None where there is none, or several."""
        known = self.resolve(word) if _WORD.match(word) else None
        return None if known is None else Changed(known, dict(self._lines(known)))

    def claimed(self, word: str) -> Commit | None:
        """Return a commit that a document names, as claims are held against it; None where there is none."""
        changed = self.commit_named(word)
        if changed is None:
            return None
        counts = changed.lines.values()
        added, removed = (sum(lines[side] for lines in counts) for side in (0, 1))
        return Commit(changed.id, frozenset(changed.lines), added, removed)

    def telling(self, tip: str) -> list[Told]:
        """Return the commits that carry fixbot's trailers or say that they take another one back, the newest first."""
        words = ("--grep=^Fixbot-Plan: ", "--grep=^This reverts commit [0-9a-f]")
        return list(self._told("log", *words, tip))

    def in_order(self, tip: str, commits: Collection[str]) -> list[str]:
        """Return those of some commits that are on a branch, parents first, then the others by their ids."""
        wanted = set(commits)
        found = []
        for commit in self._run("rev-list", "--topo-order", "--reverse", tip, "--").decode().split():
            if commit in wanted:
                found.append(commit)
                wanted.discard(commit)
        return [*found, *sorted(wanted)]

    def those_of(self, commits: Iterable[str]) -> list[Told]:
        """Return what some commits say; they must be there."""
        ids = list(dict.fromkeys(commits))
        return list(self._told("log", "--no-walk=unsorted", *ids)) if ids else []

    def _told(self, *words: str) -> Iterator[Told]:
        form = ("-z", "--no-show-signature", "--no-notes", "--format=%H%x1f%P%x1f%cs%x1f%B")
        for record in self._run(words[0], *form, *words[1:], "--").split(b"\0"):
            if record.strip():
                commit, parents, date, message = record.decode("utf-8", "replace").lstrip("\n").split("\x1f", 3)
                yield Told(commit, tuple(parents.split()), date, message)

    def within(self, commit: str) -> frozenset[str]:
        """Return what a merge brought in, with itself; of any other commit that one alone, be it here or not."""
        done = self._try("rev-list", f"{commit}^1..{commit}", "--") if _WORD.match(commit) else None
        found = os.fsdecode(done.stdout).split() if done is not None and done.returncode == 0 else []
        return frozenset({commit, *found})

    def renamed(self, path: str, tip: str = "HEAD") -> str | None:
        """Return where a file or folder is at a commit that was once at a path.

        Empty where it was removed; None where git has never heard of it.
        """
        path, heard = path.strip("/"), None
        for _ in range(_MOST_RENAMES):
            new = self._went(path, tip)
            if new is None:
                return heard
            if not new or self.file_is_at(tip, new.rstrip("/")):
                return new
            path, heard = new.rstrip("/"), ""
        return ""

    def file_is_at(self, commit: str, path: str) -> bool:
        """Say whether a commit has something at a path."""
        return self._try("cat-file", "-e", f"{commit}:{path}").returncode == 0

    def _went(self, path: str, tip: str) -> str | None:
        """Return what became of a path in the last commit that removed something there; None where none did."""
        removed = self._removed(tip)
        commit = removed.get(path)
        if commit is not None:
            return self._moves(commit).get(path, "")
        below = (commit for each, commit in removed.items() if each.startswith(f"{path}/")) if path else iter(())
        commit = next(below, None)
        return None if commit is None else _new_folder(path, self._moves(commit))

    def _removed(self, tip: str) -> Mapping[str, str]:
        """Return every path that a commit has removed, with the last one that did, the latest first."""
        if tip not in self._gone:
            words = ("--diff-filter=D", "--name-only", "-z", "--format=%x01%H", "--no-show-signature", *_QUIET)
            found: dict[str, str] = {}
            commit = ""
            for record in self._run("log", *words, tip, "--").split(b"\0"):
                word = os.fsdecode(record).lstrip("\n")
                if word.startswith("\x01"):
                    commit = word[1:]
                elif word:
                    found.setdefault(word, commit)
            self._gone[tip] = found
        return self._gone[tip]

    def _moves(self, commit: str) -> Mapping[str, str]:
        """Return the new path of every file that a commit renames, by the old one."""
        if commit not in self._moved:
            options = ("-r", "-z", "-M", "--diff-filter=R", "--name-status", f"{commit}^", commit)
            words = [os.fsdecode(word) for word in self._run("diff-tree", *options).split(b"\0")]
            self._moved[commit] = dict(zip(words[1::3], words[2::3], strict=False))
        return self._moved[commit]

    def _lines(self, commit: str) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield the paths that a commit changes against its first parent."""
        parent = self.resolve(f"{commit}^1")
        sides = ("--root", "--no-commit-id", commit) if parent is None else (parent, commit)
        for record in self._run("diff-tree", "-r", "-z", "--numstat", *_QUIET, *sides).split(b"\0"):
            if record:
                added, removed, path = record.split(b"\t", 2)
                counts = (int(added), int(removed)) if added != b"-" else (0, 0)
                yield os.fsdecode(path), counts


def _new_folder(path: str, renamed: Mapping[str, str]) -> str:
    """Return the folder that most of what was below a path went to, with a `/` behind; empty where nothing did."""
    ends = [(old.removeprefix(path), new) for old, new in renamed.items() if old.startswith(f"{path}/")]
    folders = Counter(f"{new.removesuffix(end)}/" for end, new in ends if new.endswith(end))
    return folders.most_common(1)[0][0] if folders else ""


def annals_of(directory: Path) -> Annals | None:
    """Return the history of a directory's repository; None where there is no git, no repository or no commit."""
    try:
        annals = Annals(directory)
    except OperatorError:
        return None
    return annals if annals.resolve("HEAD") is not None else None
