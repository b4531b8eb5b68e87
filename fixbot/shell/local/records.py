"""Reads and writes the records of the local forge, `N.json` with `N.md` beside it; it knows nothing of git."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from fixbot.errors import ForgeError, OperatorError
from fixbot.interrupts import later

Kind = Literal["pulls", "issues"]
Record = dict[str, Any]
T = TypeVar("T")

_NUMBERED = re.compile(r"([1-9][0-9]{0,8})\.(json|md)")
_KEYS = ("number", "state", "title", "branch", "base", "head", "author", "labels", "fingerprints", "body")


class Records:
    """The two folders `pulls` and `issues`, which share one row of numbers.

    `N.json` is what counts; `N.md` shows it to people. Each file is replaced in one step. A record is changed `N.md`
    first, `N.json` last, and made the other way round, so that whoever is stopped in between has changed nothing, or
    has made the record.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.writes = 0

    def path(self, kind: Kind, number: int, ending: str = "json") -> Path:
        """Return where a record is, or its page (`md`)."""
        return self._root / kind / f"{number}.{ending}"

    def numbers(self, kind: Kind, *endings: str) -> list[int]:
        """Return the numbers in a folder, in their order; by default only those with a record."""
        found = (_NUMBERED.fullmatch(path.name) for path in (self._root / kind).glob("*"))
        return sorted({int(name[1]) for name in found if name is not None and name[2] in (endings or ("json",))})

    def read(self, kind: Kind, number: int) -> Record | None:
        """Return a record, None where there is none.

        Raises:
            OperatorError: the file is no record.
        """
        path = self.path(kind, number)
        with intact(path):
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                return None
            record = json.loads(content.decode("utf-8", "surrogateescape"))
            if not isinstance(record, dict):
                message = "not an object"
                raise TypeError(message)
            return record

    def write(self, kind: Kind, number: int, record: Record, *, shown: str | None) -> None:
        """Replace a record, and its page with `shown` unless that is None."""
        self.writes += 1
        with self._writing(kind):
            if shown is not None:
                _replace(self.path(kind, number, "md"), shown)
            _replace(self.path(kind, number), _encoded(number, record))

    def add(self, kind: Kind, record: Record, *, shown: str) -> int:
        """Store a new record under a number that no other run gets, and return it."""
        self.writes += 1
        with self._writing(kind):
            while not _make(self.path(kind, number := self._next()), _encoded(number, record)):
                pass  # a run beside this one was quicker; the next number is another now
            _replace(self.path(kind, number, "md"), shown)
        return number

    def drop(self, kind: Kind, number: int) -> None:
        """Take a record away again that this run has just added."""
        self.writes += 1
        with self._writing(kind):
            self.path(kind, number).unlink(missing_ok=True)
            self.path(kind, number, "md").unlink(missing_ok=True)

    def _next(self) -> int:
        return max([0, *self.numbers("pulls"), *self.numbers("issues", "json", "md")]) + 1

    @contextmanager
    def _writing(self, kind: Kind) -> Iterator[None]:
        folder = self._root / kind
        try:
            folder.mkdir(parents=True, exist_ok=True)
            yield
        except OSError as exc:
            message = f"{folder} cannot be written: {exc.strerror}"
            raise ForgeError(message) from exc

    def make_room(self) -> None:
        """Make sure that a record can be written before any branch moves.

        Raises:
            OperatorError: it cannot.
        """
        folder = self._root / "pulls"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / f".probe.{os.getpid()}"
            with later():
                probe.touch()
                probe.unlink()
        except OSError as exc:
            message = f"{folder} cannot be written ({exc.strerror}): make it writable for you"
            raise OperatorError(message) from exc


@contextmanager
def intact(path: Path) -> Iterator[None]:
    """Say of whatever is wrong with a record which file it is, and what to do.

    Raises:
        OperatorError: something is wrong with it.
    """
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as exc:
        message = f"{path} is damaged ({exc}): mend it, or delete it together with its .md file"
        raise OperatorError(message) from exc


def word(record: Mapping[str, object], key: str, default: str | None = None) -> str:
    """Return the text under a key.

    Raises:
        KeyError: there is none, and no default.
        TypeError: it is no text.
    """
    value = record[key] if default is None else record.get(key, default)
    if not isinstance(value, str):
        message = f"{key} is not text"
        raise TypeError(message)
    return value


def state(record: Mapping[str, object], *known: str) -> str:
    """Return the state in a record.

    Raises:
        KeyError: there is none.
        TypeError: it is no text.
        ValueError: it is none of those that are known.
    """
    found = word(record, "state")
    if found not in known:
        message = f"state is none of {', '.join(known)}"
        raise ValueError(message)
    return found


def words(record: Mapping[str, object], key: str) -> list[str]:
    """Return the texts in the list under a key; none where there is no list.

    Raises:
        TypeError: it is no list of texts.
    """
    return _listed(record, key, str, "texts")


def entries(record: Mapping[str, object], key: str) -> list[Record]:
    """Return the objects in the list under a key; none where there is no list.

    Raises:
        TypeError: it is no list of objects.
    """
    return _listed(record, key, dict, "objects")


def _listed(record: Mapping[str, object], key: str, kind: type[T], name: str) -> list[T]:
    value = record.get(key) or []
    if not isinstance(value, list) or not all(isinstance(one, kind) for one in value):
        message = f"{key} is not a list of {name}"
        raise TypeError(message)
    return value


def moment(record: Mapping[str, object], key: str) -> datetime | None:
    """Return the time under a key (ISO 8601, UTC where it names no zone), None where there is none.

    Raises:
        TypeError: it is no text.
        ValueError: it is no time.
    """
    if record.get(key) is None:
        return None
    found = datetime.fromisoformat(word(record, key))
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def told(when: datetime) -> str:
    """Return a time as a record holds it: to the second, in UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def page(title: str, body: str) -> str:
    """Return what `N.md` shows."""
    return f"# {title}\n\n{body}"


def _encoded(number: int, record: Record) -> str:
    numbered = record | {"number": number}
    sorted_keys = {key: numbered[key] for key in _KEYS if key in numbered}
    return json.dumps(sorted_keys | numbered, indent=2, ensure_ascii=False) + "\n"


def _make(path: Path, text: str) -> bool:
    """Write a file that nobody else has made, complete from its first moment; say no where somebody has."""
    return _written(path, text, _linked)


def _replace(path: Path, text: str) -> None:
    _written(path, text, _moved)


def _written(path: Path, text: str, put: Callable[[Path, Path], bool]) -> bool:
    new = path.with_name(f".{path.name}.{os.getpid()}")
    with later():
        try:
            # A lone surrogate becomes `\udc80`, which is JSON for the same.
            new.write_bytes(text.encode("utf-8", "backslashreplace"))
            return put(new, path)
        finally:
            with suppress(OSError):
                new.unlink(missing_ok=True)


def _moved(new: Path, path: Path) -> bool:
    new.replace(path)
    return True


def _linked(new: Path, path: Path) -> bool:
    try:
        path.hardlink_to(new)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        return not path.exists() and _moved(new, path)
    return True
