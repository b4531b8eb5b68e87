"""Compares the facts about other people's packages with the packages themselves, where they are installed.

Run it with the Python of an environment that has them; it needs nothing else but fixbot's source:

    PYTHONPATH=. /tmp/third/bin/python benchmarks/thirdparty.py [PACKAGE ...]

It imports every package, and runs the code that facts name as their source: without network access beyond
127.0.0.1, but with all the rights of whoever starts it. Exit code: 0 where nothing differs, else 1.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.metadata
import inspect
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixbot.analysis.knowledge import thirdparty
from fixbot.analysis.knowledge.thirdparty import Call, Package


@dataclass(frozen=True, slots=True)
class Followed:
    """Stands for what only an instance has: something behind a property or an instance's attribute."""


def found(full_name: str) -> Any:  # noqa: ANN401 - whatever other people's modules hold
    """Return what is there under a full name, `Followed()` behind an attribute that only instances have.

    Raises:
        AttributeError: Nothing of that name is there.
    """
    parts = full_name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            place = importlib.import_module(".".join(parts[:end]))
        except ImportError:
            continue
        return _inside(place, parts[end:])
    return _inside(importlib.import_module("builtins"), parts)


def _inside(place: Any, names: list[str]) -> Any:  # noqa: ANN401 - see found
    for name in names:
        if name == "*" or (isinstance(place, type) and _of_instances(place, name)):
            return Followed()
        place = getattr(place, name)
    return place


def _of_instances(cls: type, name: str) -> bool:
    static = inspect.getattr_static(cls, name, None)
    if static is not None:
        return isinstance(static, property) or type(static).__name__ == "cached_property"
    return any(name in getattr(base, "__annotations__", {}) or _assigns(base, name) for base in cls.__mro__[:-1])


def _assigns(cls: type, name: str) -> bool:
    try:
        source = inspect.getsource(vars(cls)["__init__"])
    except (KeyError, OSError, TypeError):
        return False
    return re.search(rf"self\.{name}\b[^=\n]*=", source) is not None


def differences(package: Package) -> Iterator[str]:
    """Yield a sentence for each fact that is not so in this environment."""
    yield from _exceptions(package)
    for alias, target in package.aliases.items():
        if _try(alias) is not _try(target):
            yield f"{alias} is not {target}"
    for name, call in package.calls.items():
        # A class that makes its methods at run time has an entry for all of them.
        if _try(name) is None and f"{name.rpartition('.')[0]}.*" not in package.calls:
            yield f"{name} is not there"
        for other in (*call.raises, *call.also, *call.misuse, *filter(None, [call.returns])):
            if _try(other) is None:
                yield f"{name} names {other}, which is not there"
    for call in dict.fromkeys(package.calls.values()):
        yield from _source(package, call)


def _exceptions(package: Package) -> Iterator[str]:
    for name in package.exceptions:
        cls = _try(name)
        if not isinstance(cls, type) or not issubclass(cls, BaseException):
            yield f"{name} is no exception class"
            continue
        said = [_try(parent) for parent in thirdparty.parents(name)]
        known = [parent for parent in cls.__mro__[1:-1] if parent in said or _standard(parent)]
        if said != known:
            yield f"{name} has the ancestors {known}"


def _standard(cls: type) -> bool:
    return issubclass(cls, BaseException) and cls.__module__.partition(".")[0] in sys.stdlib_module_names


def _try(full_name: str) -> Any:  # noqa: ANN401 - see found
    try:
        return found(full_name)
    except AttributeError:
        return None


def _source(package: Package, call: Call) -> Iterator[str]:
    if call.source.startswith(">>> "):
        yield from _ran(package, call)
    elif not call.source.startswith("https://"):
        path, _, line = call.source.rpartition(":")
        file = Path(str(importlib.metadata.distribution(package.distribution).locate_file(path)))
        if not file.is_file() or int(line) > file.read_text(encoding="utf-8").count("\n") + 1:
            yield f"{call.source} is not there"


def _ran(package: Package, call: Call) -> Iterator[str]:
    code = call.source.removeprefix(">>> ")
    expected = tuple(found(name) for name in (*call.raises, *call.also))
    try:
        _run(package, code)
    except expected:
        return
    except Exception as exc:  # noqa: BLE001 - any other one is what is looked for
        yield f"{code} raises {type(exc).__module__}.{type(exc).__qualname__}"
    else:
        yield f"{code} raises nothing"


def _run(package: Package, code: str) -> None:
    scope: dict[str, Any] = {}
    for module in sorted(_modules(package, code)):
        scope[module.partition(".")[0]] = importlib.import_module(module.partition(".")[0])
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    if "await " in code:
        exec(f"async def run():\n    {code}", scope)  # noqa: S102 - the facts are the project's own
        asyncio.run(scope["run"]())
    else:
        exec(code, scope)  # noqa: S102 - see above


def _modules(package: Package, code: str) -> set[str]:
    dotted = re.findall(rf"\b{package.name}(?:\.[a-z_0-9]+)*", code)
    return {".".join(name.split(".")[:end]) for name in dotted for end in range(1, name.count(".") + 2)}


def main(names: list[str]) -> int:
    """Print what differs, package by package, and a last line with the totals; return the exit code."""
    warnings.simplefilter("ignore")
    totals: Counter[str] = Counter()
    for name in names or thirdparty.packages():
        package = thirdparty.facts(name)
        try:
            importlib.import_module(name)
        except ImportError:
            package = None
        if package is None:
            totals["not installed"] += 1
            print(f"{name}: not installed or not known")
            continue
        there = importlib.metadata.version(package.distribution)
        found_here = list(differences(package))
        print(f"{name}: {package.version}" + (f", here {there}" if there != package.version else ""))
        for difference in found_here:
            print(f"    {difference}")
        ran = sum(call.source.startswith(">>> ") for call in set(package.calls.values()))
        totals.update(
            packages=1,
            exceptions=len(package.exceptions),
            aliases=len(package.aliases),
            callables=len(package.calls),
            ran=ran,
            differences=len(found_here),
        )
    print(", ".join(f"{word}: {count}" for word, count in totals.items()))
    return 1 if totals["differences"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
