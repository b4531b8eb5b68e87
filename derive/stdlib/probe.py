"""Calls what is written in C with batteries of arguments, in a confined process, and records what is raised."""

from __future__ import annotations

import functools
import itertools
import multiprocessing
import os
import shutil
import signal
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from derive.stdlib import guard, stubs, values
from derive.stdlib.blame import MISUSE
from derive.stdlib.catalogue import catalogue, exceptions
from derive.stdlib.receivers import RECEIVERS

Made = Callable[[], object]
Leak = tuple[type[BaseException], bool]
_FORK = multiprocessing.get_context("fork")
_EACH, _ALL = 0.2, 15.0
_TRIED = 64
_IGNORED = (MemoryError, RecursionError, SystemError, Warning, KeyboardInterrupt, GeneratorExit)
# A program that is right hands over no such text and no such number; C refuses them everywhere alike.
_REFUSED = ("null byte", "null character", "embedded null", "surrogates not allowed", "closed file", "on closed")
_TOO_LARGE = (
    "too large to",
    "too big",
    "too long",
    "cannot fit",
    "greater than maximum",
    "less than minimum",
    "C int",
    "C long",
    "C ssize_t",
)
_SWITCHES = frozenset({"mode", "flags", "encoding", "errors"})
_OPTIONAL = (ValueError, LookupError, ZeroDivisionError)
_PLAIN = frozenset({"str", "bytes", "int", "float", "bool", "complex", "None", "SupportsIndex", "bytearray"})
_SAFE: dict[str, tuple[tuple[object, ...], ...]] = {
    "os.kill": ((values.PROCESS, 0),),
    "os.killpg": ((values.PROCESS, 0),),
    "os.close": ((values.DESCRIPTOR,),),
    "os.dup2": ((values.DESCRIPTOR, 998),),
    "os.chdir": (("missing",),),
    "os.fchdir": ((values.DESCRIPTOR,),),
    "os.chroot": (("missing",),),
    "os.wait": ((),),
    "os.waitpid": ((values.PROCESS, 0),),
    "os.execv": (("missing", ["x"]),),
    "os.execve": (("missing", ["x"], {}),),
    "os.fork": ((),),
    "os.forkpty": ((),),
    "os.posix_spawn": (("missing", ["x"], {}),),
    "os.posix_spawnp": (("missing", ["x"], {}),),
    "os.setpgid": ((values.PROCESS, 0),),
    "os.setpriority": ((0, values.PROCESS, 1),),
    "os.system": (("true",),),
    "time.sleep": ((-1,),),
    "_posixsubprocess.fork_exec": (),
}


@dataclass(slots=True)
class Seen:
    """What the calls of one callable came to: exceptions of right and of wrong arguments, and of a right receiver."""

    name: str
    leaks: set[Leak] = field(default_factory=set)
    calls: int = 0

    def note(self, error: BaseException, *, wrong: bool, option: bool) -> None:
        """Record an exception; `option` where only an argument with a default can have led to it."""
        kind = type(error)
        if isinstance(error, _IGNORED) or not issubclass(kind, Exception | SystemExit):
            return
        if issubclass(kind, OSError) and kind.__module__ == "builtins" and kind is not TimeoutError:
            kind = OSError
        self.leaks.add((kind, wrong or _refused(error, self.name) or (option and type(error) in _OPTIONAL)))


def _refused(error: BaseException, name: str) -> bool:
    text = str(error)
    if isinstance(error, UnicodeEncodeError) and not _writes(name):
        return True
    large = isinstance(error, OverflowError | ValueError) and any(word in text for word in _TOO_LARGE)
    return type(error) in MISUSE or large or any(word in text for word in _REFUSED)


def _writes(name: str) -> bool:
    """Tell whether a callable turns text into bytes for others, where what cannot be encoded is bad input."""
    return any(word in name for word in ("encode", "write", "print"))


def probe(things: Mapping[str, object], place: Path) -> dict[str, frozenset[Leak]]:
    """Probe callables by name in child processes that work in `place`; what hangs or crashes is left out."""
    waiting = [name for name in sorted(things) if name in _SAFE or not guard.DENIED.match(name)]
    for name in waiting:
        stubs.signatures(name)  # read once, here and not in every child
    found = {name: _apart(name, things[name], place) for name in waiting}
    return {name: leaks for name, leaks in found.items() if leaks is not None}


def _apart(name: str, thing: object, place: Path) -> frozenset[Leak] | None:
    """Probe one callable in a process of its own, so that no probe changes what another one finds."""
    _furnish(place)
    ours, theirs = _FORK.Pipe()
    child = _FORK.Process(target=_work, args=(theirs, name, thing, place))
    child.start()
    theirs.close()
    try:
        told = ours.recv() if ours.poll(_ALL) else None
    except (EOFError, OSError):
        told = None
    child.kill()
    child.join()
    known = exceptions()
    return None if told is None else frozenset((cls, wrong) for kind, wrong in told if (cls := known.get(kind)))


def _work(connection: Connection, name: str, thing: object, place: Path) -> None:
    guard.enclose(place)
    warnings.simplefilter("ignore")
    leaks = explore(name, thing)
    connection.send(sorted((catalogue().name(kind), misuse) for kind, misuse in leaks))
    os._exit(0)  # without running what the probes have registered for the end


def _furnish(place: Path) -> None:
    for child in place.iterdir():
        shutil.rmtree(child) if child.is_dir() and not child.is_symlink() else child.unlink()
    (place / "dir").mkdir()
    (place / "dir" / "inner").write_text("abc")
    (place / "file").write_text("abc\n")


def explore(name: str, thing: Any) -> set[Leak]:  # noqa: ANN401 - whatever can be called
    """Call one callable with every battery that fits its signatures; return what it raised."""
    seen = Seen(name)
    for arguments in _SAFE.get(name, ()):
        _call(seen, functools.partial(thing, *arguments), wrong=False, option=False)
    if name in _SAFE:
        return seen.leaks
    if type(thing).__name__ == "classmethod_descriptor":
        thing = thing.__get__(None, thing.__objclass__)
    receivers = _receivers(thing)
    if receivers is None:
        return seen.leaks
    bare = (stubs.Signature((), None),) if name.endswith("__next__") else ()
    for signature in stubs.signatures(name) or bare:
        _try_signature(seen, thing, receivers, signature)
    return seen.leaks


def _receivers(thing: object) -> list[Made] | None:
    """Return objects a method can be called on, an empty list for a function, None where none can be made."""
    cls = getattr(thing, "__objclass__", None)
    if cls is None or hasattr(thing, "__self__"):
        return []
    known = RECEIVERS.get(catalogue().name(cls))
    if known is not None:
        return known
    try:
        cls()
    except Exception:  # noqa: BLE001 - whatever it is, there is no receiver
        return None
    return [cls]


def _try_signature(seen: Seen, thing: object, receivers: list[Made], signature: stubs.Signature) -> None:
    required = [parameter for parameter in signature.parameters if not parameter.optional]
    batteries = [values.right(parameter) for parameter in required]
    if any(battery is None for battery in batteries):
        return
    choices = [battery or [] for battery in batteries]
    rows = [receivers] if receivers else []
    base = _baseline(seen, thing, [*rows, *choices], required)
    keys = [None] * len(rows) + [parameter.name if parameter.keyword else None for parameter in required]
    switches = [False] * len(rows) + [parameter.name in _SWITCHES for parameter in required]
    for place, several in enumerate([*rows, *choices]):
        for made in several:
            changed = [*base[:place], made, *base[place + 1 :]]
            _call(seen, _bind(thing, changed, keys), wrong=False, option=switches[place])
    if rows and choices:
        for pair in itertools.islice(itertools.product(receivers, choices[0]), _TRIED):
            _call(seen, _bind(thing, [*pair, *base[2:]], keys), wrong=False, option=switches[1])
    for receiver in receivers or [object]:
        _optional(seen, thing, [receiver, *base[1:]] if receivers else base, keys, signature)
    for place, parameter in enumerate(required, len(rows)):
        for made in values.wrong(parameter):
            _call(seen, _bind(thing, [*base[:place], made, *base[place + 1 :]], keys), wrong=True, option=False)


def _optional(seen: Seen, thing: object, base: list[Made], keys: list[str | None], signature: stubs.Signature) -> None:
    required = sum(not parameter.optional for parameter in signature.parameters)
    before = list(base)
    for place, parameter in enumerate(signature.parameters):
        battery = values.right(parameter) if parameter.optional else None
        if battery is None:
            if parameter.optional and not parameter.keyword:
                break
            continue
        key = parameter.name if parameter.keyword or place > required + 3 else None
        for made in battery:
            # Where nothing is required the first parameter is what the call is about: float(x=0).
            option = bool(required or place) or parameter.name in _SWITCHES
            _call(seen, _bind(thing, [*before, made], [*keys, key]), wrong=False, option=option)
        for made in values.wrong(parameter):
            _call(seen, _bind(thing, [*before, made], [*keys, key]), wrong=True, option=True)
        if key is None and not parameter.keyword:
            before, keys = [*before, battery[0]], [*keys, None]


def _baseline(seen: Seen, thing: object, rows: list[list[Made]], required: list[stubs.Parameter]) -> list[Made]:
    """Return the first combination of ordinary arguments that is accepted, else the first of all."""
    named = [parameter.name if parameter.keyword else None for parameter in required]
    keys = [None] * (len(rows) - len(required)) + named
    tried = Seen(seen.name)
    for chosen in itertools.islice(itertools.product(*(row[:4] for row in rows)), _TRIED):
        if _call(tried, _bind(thing, list(chosen), keys), wrong=False, option=False):
            return list(chosen)
    # Nothing is accepted: what the system refuses is still what a right call meets.
    seen.leaks |= {(kind, misuse) for kind, misuse in tried.leaks if issubclass(kind, OSError)}
    return [row[0] for row in rows if row]


def _bind(thing: object, makers: Iterable[Made], keys: Iterable[str | None]) -> Callable[[], object]:
    def call() -> object:
        made = [(key, maker()) for key, maker in zip(keys, makers, strict=True)]
        named = {key: value for key, value in made if key is not None}
        return thing(*(value for key, value in made if key is None), **named)  # type: ignore[operator]

    return call


def _call(seen: Seen, call: Callable[[], object], *, wrong: bool, option: bool) -> bool:
    """Make one call within its time; return whether it came back."""
    seen.calls += 1
    try:
        signal.setitimer(signal.ITIMER_REAL, _EACH)
        try:
            call()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except guard.TooSlow:
        return False
    except BaseException as error:  # noqa: BLE001 - to see what comes is the purpose
        seen.note(error, wrong=wrong, option=option)
        return False
    return True


def whole(name: str) -> bool:
    """Tell whether the probes of a callable say all: a method of a plain value that takes only plain values."""
    holder, _, last = name.rpartition(".")
    plain = holder in {"str", "bytes", "int", "float", "complex", "math", "cmath"} and not last.startswith("_")
    signatures = stubs.signatures(name)
    return plain and bool(signatures) and all(_PLAIN.issuperset(_types(signature)) for signature in signatures)


def _types(signature: stubs.Signature) -> Iterator[str]:
    for parameter in signature.parameters:
        yield from (part.strip() for part in parameter.annotation.split("|"))
