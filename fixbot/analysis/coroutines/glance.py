"""Tells by the bytes alone which names a coroutine may get to through calls, so that the rest is never parsed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

# A definition with its indentation, a word that is called, one that a module is asked for under another name, and
# a word that stands where a property may be read or a callback handed over.
_TOKEN = re.compile(
    rb"^(?P<indent>[ \t]*)(?P<coroutine>async[ \t]+)?def[ \t]+(?P<defined>\w+)"
    rb"|\b(?P<own>\w+)[ \t]+as[ \t]+(?P<alias>\w+)"
    rb"|\.?\b(?P<called>\w+)[ \t]*\("
    rb"|\.(?P<read>\w+)",
    re.MULTILINE,
)
_CALLBACK = re.compile(
    rb"\b(?:call_soon|call_later|call_at|call_soon_threadsafe|add_done_callback|add_reader|add_writer|add_signal_handler)"
    rb"\((?P<handed>[^()]*)"
)
_PROPERTY = re.compile(rb"property\b[^\n]*\n(?:[ \t]*@[^\n]*\n)*[ \t]*def[ \t]+(\w+)")
_COROUTINE = re.compile(rb"\basync[ \t]+def\b")
_LOOP = b""  # stands for every coroutine, and for the event loop itself
_WORD = re.compile(rb"\w+")


@dataclass(frozen=True, slots=True)
class Glance:
    """What coroutines may get to: each name that is called there, with the paths of the files that call it so."""

    where: Mapping[str, frozenset[str]]

    def paths(self, name: str) -> tuple[str, ...]:
        """Return the files in which a coroutine, or something that one may get to, calls a name; sorted."""
        return tuple(sorted(self.where.get(name, ())))


def glance(files: Mapping[str, bytes]) -> Glance:
    """Return everything that some coroutine may call, directly or through other functions.

    A name stands for all functions that are called so, so that far too many are returned; what is not among them is
    surely reached by no call that is written out.

    Args:
        files: the content of each file by its path.
    """
    if not any(_COROUTINE.search(content) for content in files.values()):
        files = {path: content for path, content in files.items() if _callbacks(content)}
    properties = {name for content in files.values() for name in _PROPERTY.findall(content)}
    used = {path: set(_uses(content, properties)) for path, content in files.items()}
    reached = _closure(used)
    found: dict[str, set[str]] = {}
    for path, uses in used.items():
        for caller, name in uses:
            if caller in reached:
                found.setdefault(name.decode("utf-8", "replace"), set()).add(path)
    return Glance({name: frozenset(paths) for name, paths in found.items()})


def _closure(used: Mapping[str, set[tuple[bytes, bytes]]]) -> set[bytes]:
    edges: dict[bytes, set[bytes]] = {}
    for uses in used.values():
        for caller, name in uses:
            edges.setdefault(caller, set()).add(name)
    reached, waiting = {_LOOP}, [_LOOP]
    while waiting:
        new = edges.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    return reached


def _uses(content: bytes, properties: Collection[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield each word that may be called, after the name of the definition around it; that of a coroutine is empty.

    Which definition that is, the indentation tells; an alias is called by what it stands for.
    """
    around: list[tuple[int, bytes]] = []
    for found in _TOKEN.finditer(content):
        if found["defined"]:
            depth = len(found["indent"].expandtabs())
            while around and around[-1][0] >= depth:
                around.pop()
            around.append((depth, _LOOP if found["coroutine"] else found["defined"]))
        elif found["alias"]:
            yield found["alias"], found["own"]
        elif around and ((used := found["called"]) or (used := found["read"]) in properties):
            yield from ((caller, used) for _, caller in around)
    yield from ((_LOOP, word) for word in _callbacks(content))


def _callbacks(content: bytes) -> set[bytes]:
    """Return the words that are handed to an event loop to be called later."""
    return {word for found in _CALLBACK.finditer(content) for word in _WORD.findall(found["handed"])}
