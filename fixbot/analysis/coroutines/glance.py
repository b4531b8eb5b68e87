"""Tells by the bytes alone which names a coroutine may get to through calls, so that the rest is never parsed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from fixbot.analysis.corpus import Corpus

# A definition with its indentation, a word that is called, and one that stands where a property may be read.
_TOKEN = re.compile(
    rb"^(?:\xef\xbb\xbf)?(?P<indent>[ \t]*)(?P<coroutine>async[ \t]+)?def[ \t]+(?P<defined>\w+)"
    rb"|\.?\b(?P<called>\w+)[ \t)]*\("
    rb"|\.(?P<read>\w+)",
    re.MULTILINE,
)
_ALIAS = re.compile(rb"\b(\w+)[ \t]+as[ \t]+(\w+)")
_CALLBACK = re.compile(
    rb"(?:call_soon|call_later|call_at|call_soon_threadsafe|add_done_callback|add_reader|add_writer|add_signal_handler)"
    rb"\((?P<handed>(?:[^()]|\([^()]*\))*)"
)
_PROPERTY = re.compile(rb"property\b[^\n]*\n(?:[ \t]*@[^\n]*\n)*[ \t]*def[ \t]+(\w+)")
_COROUTINE = re.compile(rb"\basync[ \t]+def\b")
_LOOP = b""  # stands for every coroutine, and for the event loop itself
# They run where the name of their class is called.
_MAKERS = frozenset({b"__init__", b"__post_init__", b"__enter__", b"__exit__"})
_HANDERS = (b"call_", b"add_")
_WORD = re.compile(rb"\w+")
_Uses = Mapping[str, set[tuple[bytes, bytes]]]


@dataclass(frozen=True, slots=True)
class Glance:
    """What coroutines may get to: each name that is called there, with the paths of the files that call it so.

    With each path is how many calls lead from a coroutine to the caller there at least; 0 is the coroutine itself.
    """

    where: Mapping[bytes, Mapping[str, int]]

    def paths(self, name: str, most: int | None = None) -> tuple[str, ...]:
        """Return the files in which a coroutine, or something that one may get to, calls a name; sorted.

        Args:
            name: the name.
            most: how many calls may lead from the coroutine to the caller; None means any number.
        """
        found = self.where.get(name.encode(), {})
        return tuple(sorted(path for path, steps in found.items() if most is None or steps <= most))

    def within(self, most: int) -> Glance:
        """Return the same as far as so many calls at most lead from a coroutine to the caller."""
        near = {
            name: {path: many for path, many in found.items() if many <= most} for name, found in self.where.items()
        }
        return Glance({name: found for name, found in near.items() if found})

    def calls(self, name: str, most: int) -> bool:
        """Say whether anything calls a name that so many calls at most lead to from a coroutine."""
        return any(steps <= most for steps in self.where.get(name.encode(), {}).values())


@lru_cache(maxsize=1)
def glance_of(corpus: Corpus) -> Glance:
    """Return what coroutines of a project may get to, the same for everybody who asks while it is looked at."""
    return glance(corpus.files)


def glance(files: Mapping[str, bytes]) -> Glance:
    """Return everything that some coroutine may call, directly or through other functions.

    A name stands for all functions that are called so, so that far too many are returned; what is not among them is
    surely reached by no call that is written out.

    Args:
        files: the content of each file by its path.
    """
    if not any(b"async" in content and _COROUTINE.search(content) for content in files.values()):
        files = {path: content for path, content in files.items() if _callbacks(content)}
    properties = {name for content in files.values() for name in _PROPERTY.findall(content)}
    aliases = {path: _aliases(content) for path, content in files.items()}
    used = {path: set(_uses(content, properties)) for path, content in files.items()}
    steps = _steps(used, aliases)
    where: dict[bytes, dict[str, int]] = {}
    for path, uses in used.items():
        calls = [(steps[caller], name) for caller, name in uses if caller in steps]
        calls += [(steps[alias] - 1, own) for own, alias in aliases[path] if alias in steps]
        for many, name in calls:
            found = where.setdefault(name, {})
            found[path] = min(many, found.get(path, many))
    return Glance(where)


def _aliases(content: bytes) -> set[tuple[bytes, bytes]]:
    """Return the words that a file has under another name, each with that name."""
    return {pair for pair in _ALIAS.findall(content) if pair[0] != pair[1]} if b" as " in content else set()


def _steps(used: _Uses, aliases: _Uses) -> dict[bytes, int]:
    """Count for each name how many calls lead to it from a coroutine at least; those that none lead to are left out."""
    edges: dict[bytes, set[bytes]] = {_LOOP: set(_MAKERS)}
    for caller, name in (pair for uses in used.values() for pair in uses):
        edges.setdefault(caller, set()).add(name)
    meant: dict[bytes, set[bytes]] = {}
    for own, alias in (pair for known in aliases.values() for pair in known):
        meant.setdefault(alias, set()).add(own)
    steps: dict[bytes, int] = {}
    level = {_LOOP}
    while level:
        many = max(steps.values(), default=-1) + 1
        while level:
            steps |= dict.fromkeys(level, many)
            level = set().union(*(meant.get(name, ()) for name in level)) - steps.keys()
        reached = (name for name, at in steps.items() if at == many)
        level = set().union(*(edges.get(name, ()) for name in reached)) - steps.keys()
    return steps


def _uses(content: bytes, properties: Collection[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield each word that may be called, after the name of the definition around it; that of a coroutine is empty.

    Which definition that is, the indentation tells.
    """
    around: list[tuple[int, bytes]] = []
    for found in _TOKEN.finditer(content):
        kind = found.lastgroup
        if kind == "defined":
            depth = len(found["indent"].expandtabs())
            while around and around[-1][0] >= depth:
                around.pop()
            around.append((depth, _LOOP if found["coroutine"] else found["defined"]))
        elif around and ((used := found[kind or 0]) in properties or kind == "called"):
            for _, caller in around:
                yield caller, used
    yield from ((_LOOP, word) for word in _callbacks(content))


def _callbacks(content: bytes) -> set[bytes]:
    """Return the words that are handed to an event loop to be called later."""
    if not any(word in content for word in _HANDERS):
        return set()
    return {word for found in _CALLBACK.finditer(content) for word in _WORD.findall(found["handed"])}
