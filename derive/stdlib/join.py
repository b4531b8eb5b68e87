"""Joins what source, probes and docstrings say about every public callable into the data that fixbot reads."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

from derive.stdlib import docs, link, probe, stubs
from derive.stdlib.blame import MISUSE
from derive.stdlib.catalogue import catalogue, exceptions, members
from derive.stdlib.flow import Flow, Probed
from derive.stdlib.steps import Native, Source, Target

Kinds = Mapping[type[BaseException], str]
_LEFT_OUT = (Warning, KeyboardInterrupt, GeneratorExit, MemoryError, RecursionError, SystemError)
_TOLD = (UnicodeError, ImportError)


@dataclass(frozen=True, slots=True)
class Public:
    """A public callable: its name, the object itself and what a call of it runs, None where that is not understood."""

    name: str
    thing: object
    targets: tuple[Target, ...] | None


def publics(wanted: tuple[str, ...] = ("",)) -> Iterator[Public]:
    """Yield every public callable, or those whose name begins with one of `wanted`, in the order of their names."""
    for name, thing in sorted(catalogue().objects.items()):
        if not name.startswith(wanted) or (isinstance(thing, type) and issubclass(thing, BaseException)):
            continue
        if any(part.startswith("_") for part in name.split(".")):
            continue
        yield Public(name, thing, link.targets(thing))
        if isinstance(thing, type):
            for member, routine in members(thing).items():
                yield Public(f"{name}.{member}", routine, link.method(thing, member))


def derive(place: Path, wanted: tuple[str, ...] = ("",)) -> dict[str, object]:
    """Derive everything; `place` is an empty directory for the probes, `wanted` limits it to names that begin so."""
    found = list(publics(wanted))
    flow = Flow()
    flow.read(target for public in found for target in public.targets or () if isinstance(target, Source))
    asked = {public.name: public.thing for public in found if _dispatches(public)}
    seen = probe.probe(link.NATIVES | asked, place)
    flow.probed = {name: Probed(leaks, probe.whole(name)) for name, leaks in seen.items()}
    flow.solve()
    calls = {public.name: entry for public in found if (entry := _entry(public, flow))}
    met = [
        cls for leaks in (*flow.leaks.values(), *(probed.leaks for probed in flow.probed.values())) for cls, _ in leaks
    ]
    known = exceptions() | {catalogue().name(cls): cls for start in met for cls in start.__mro__[:-1] if _public(cls)}
    return {
        "python": platform.python_version(),
        "exceptions": {name: _parents(cls) for name, cls in sorted(known.items())},
        "aliases": _aliases(calls),
        "calls": calls,
    }


def _dispatches(public: Public) -> bool:
    """Tell whether a function takes an address: it then goes to a handler by its scheme, which no source shows."""
    first = [signature.parameters[:1] for signature in stubs.signatures(public.name)]
    names = {parameter.name for parameters in first for parameter in parameters}
    return isinstance(public.thing, FunctionType) and names == {"url"}


def _parents(cls: type[BaseException]) -> list[str]:
    return [catalogue().name(parent) for parent in cls.__bases__ if parent is not object]


def _aliases(calls: Mapping[str, object]) -> dict[str, str]:
    known = {**calls, **exceptions()}
    found = catalogue().aliases.items()
    return {
        other: name
        for other, name in sorted(found)
        if name in known and not any(part.startswith("_") for part in other.split("."))
    }


def _entry(public: Public, flow: Flow) -> dict[str, object] | None:
    raises, misuse = _told(public, flow)
    returns = stubs.returns(public.name)
    quiet = public.targets == () and not isinstance(public.thing, type)
    complete = public.targets is not None and not quiet and all(_whole(target, flow) for target in public.targets)
    if not raises and not misuse and returns is None and not complete:
        return None
    return {"raises": _named(raises), "misuse": _named(misuse), "returns": returns, "complete": complete}


def _whole(target: Target, flow: Flow) -> bool:
    if isinstance(target, Source):
        return target not in flow.holes
    seen = flow.probed.get(target.name)
    return seen is not None and seen.complete


def _told(public: Public, flow: Flow) -> tuple[Kinds, Kinds]:
    raises: dict[type[BaseException], str] = {}
    misuse: dict[type[BaseException], str] = {}
    if public.name.startswith("tkinter.") and "tkinter.TclError" in exceptions():
        # Every widget method ends in a call of the interpreter behind it.
        raises[exceptions()["tkinter.TclError"]] = "source"
    for target in public.targets or ():
        source = "probe" if isinstance(target, Native) else "source"
        for kind, wrong in flow.out_of(target):
            (misuse if wrong else raises).setdefault(kind, source)
    if public.name in flow.probed and public.targets and isinstance(public.targets[0], Source):
        for kind, wrong in flow.probed[public.name].leaks:
            if not wrong:
                raises.setdefault(kind, "probe")
    for kind in docs.announced(public.thing):
        place = misuse if kind in MISUSE else raises
        if not any(issubclass(kind, known) or issubclass(known, kind) for known in [*raises, *misuse]):
            place[kind] = "docs"
    raises = _minimal(raises)
    return raises, {kind: by for kind, by in misuse.items() if not issubclass(kind, tuple(raises)) and _kept(kind)}


def _kept(kind: type[BaseException]) -> bool:
    return not issubclass(kind, _LEFT_OUT) and _public(kind)


def _public(kind: type) -> bool:
    return not any(part.startswith(("_", "<")) for part in catalogue().name(kind).split("."))


def _minimal(kinds: Kinds) -> dict[type[BaseException], str]:
    """Drop a builtin exception below another one of the list, but not those that users tell apart."""
    kept = {kind: by for kind, by in kinds.items() if _kept(kind)}
    return {
        kind: by
        for kind, by in kept.items()
        if kind.__module__ != "builtins"
        or issubclass(kind, _TOLD)
        or not any(kind is not other and issubclass(kind, other) for other in kept)
    }


def _named(kinds: Kinds) -> dict[str, str]:
    return dict(sorted((catalogue().name(kind), by) for kind, by in kinds.items()))


def written(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the data as JSON files by name: one for what is known of classes, one a module for what is called.

    Each entry has a line, so that a change of one callable is a change of one line.
    """
    modules: dict[str, dict[str, object]] = {}
    for name, entry in data["calls"].items():
        head = name.partition(".")[0]
        modules.setdefault(head if head in sys.stdlib_module_names else "builtins", {})[name] = entry
    classes = ",\n".join(f"{json.dumps(key)}: {_lines(data[key])}" for key in ("aliases", "exceptions"))
    found = {"classes": f'{{\n"python": {json.dumps(data["python"])},\n{classes}\n}}\n'}
    return found | {name: f"{_lines(calls)}\n" for name, calls in sorted(modules.items())}


def _lines(entries: Mapping[str, object]) -> str:
    lines = [f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in sorted(entries.items())]
    return "{\n" + ",\n".join(lines) + "\n}"
