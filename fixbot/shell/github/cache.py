"""Keeps GitHub's answers in the git directory, to ask later whether they still hold; never keeps a token."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from fixbot.interrupts import later

# CacheControl would not do: GitHub varies its answers by `Authorization`, and it would store that header to compare it.
_MOST_TOGETHER, _MOST_EACH = 20_000_000, 4_000_000
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{1,200}"\Z')


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer: the ETag to ask with, the link to the next page (empty if none) and the body as text."""

    etag: str
    following: str
    body: str


class Cache:
    """Answers by address, below one folder; a folder that cannot be written keeps none.

    Entries are found again only with the same token: the name of each is a hash of the token's hash and the address.
    It is no part of what a dry run must not touch: it changes nothing but how much GitHub has to send.
    """

    def __init__(self, folder: Path, token: str) -> None:
        self._folder = folder
        self._whose = hashlib.sha256(token.encode()).hexdigest()

    def known(self, address: str) -> Kept | None:
        """Return what is kept for an address, None where there is nothing, or nothing that makes sense."""
        try:
            read = json.loads(self._place(address).read_text("utf-8"))
            kept = Kept(**read)
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        if not all(isinstance(value, str) for value in (kept.etag, kept.following, kept.body)):
            return None
        return kept if _ETAG.match(kept.etag) else None

    def keep(self, address: str, kept: Kept) -> None:
        """Keep an answer, unless it is too long or cannot be asked about; the oldest make room for it."""
        if not _ETAG.match(kept.etag) or len(kept.body) > _MOST_EACH:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._make_room(len(kept.body))
            with later():
                self._write(kept, self._place(address))

    def _write(self, kept: Kept, place: Path) -> None:
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".new")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(kept), file)
            Path(name).replace(place)
        finally:
            Path(name).unlink(missing_ok=True)

    def _place(self, address: str) -> Path:
        return self._folder / (hashlib.sha256(f"{self._whose} {address}".encode()).hexdigest()[:40] + ".json")

    def _make_room(self, needed: int) -> None:
        listed = sorted(((path.stat(), path) for path in self._folder.iterdir()), key=lambda entry: entry[0].st_mtime)
        total = needed + sum(stat.st_size for stat, _ in listed)
        for stat, path in listed:
            if total <= _MOST_TOGETHER:
                return
            path.unlink(missing_ok=True)
            total -= stat.st_size
