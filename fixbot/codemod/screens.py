"""Tells from the bytes of a file whether something may stand there twice, which no pattern can say."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import TypeVar

# What begins with a plain word is found ten times as fast as what begins with a line; the line is looked at then.
_KINDS = tuple(re.compile(rb"%s[ \t]+(\w+)" % kind) for kind in (b"def", b"class"))
_MEANT_TWICE = (b".setter", b".getter", b".deleter", b"overload", b".register", b".dispatch")
_STATEMENT = re.compile(
    rb"([ \t]*)(?:from[ \t]+([.\w]+)[ \t]+import\b[ \t]*(\((?:[^()#]|#[^\n]*)*\)|(?:[^\n\\]|\\\r?\n)*)"
    rb"|import[ \t]+((?:[^\n\\]|\\\r?\n)*))"
)
_COMMENT = re.compile(rb"#[^\n]*")

_Key = TypeVar("_Key")
# Something that stands on a line: where the line begins, how far to the right it stands, and what it is.
_Line = tuple[int, int, bytes]


class RepeatedDefinitions:
    """Sees two definitions with one name as far to the right as each other, and none further left in between."""

    def search(self, content: bytes, /) -> bool:
        """Say whether there are such two."""
        content = content.removeprefix(codecs.BOM_UTF8)
        seen: dict[int, dict[bytes, int]] = {}
        for start, depth, name in _definitions(content):
            _leave(seen, depth)
            known = seen.setdefault(depth, {})
            if name in known and name != b"_" and not any(_is_meant(content, at) for at in (known[name], start)):
                return True
            known[name] = start
        return False


class RepeatedImports:
    """Sees one import twice as far to the right as each other, or at the margin and again for types alone."""

    def search(self, content: bytes, /) -> bool:
        """Say whether there is one."""
        content = content.removeprefix(codecs.BOM_UTF8)
        found = list(_imports(content))
        keys = [key for _, _, keys in found for key in keys]
        if len(keys) == len(set(keys)):
            return False
        heads = [(start, depth, ()) for start, depth, _ in _definitions(content)]
        seen: dict[int, dict[tuple[bytes, bytes], int]] = {}
        for start, depth, several in sorted([*found, *heads]):
            _leave(seen, depth)
            known = seen.setdefault(depth, {})
            for key in several:
                if key in known or (b"TYPE_CHECKING" in content and key in seen.get(0, ())):
                    return True
                known[key] = start
        return False


def _leave(seen: dict[int, dict[_Key, int]], depth: int) -> None:
    """Forget what stands further to the right than a line: it belongs to another block."""
    for deeper in [each for each in seen if each > depth]:
        del seen[deeper]


def _definitions(content: bytes) -> list[_Line]:
    """Return the definitions of a file by their names, in order."""
    found = []
    for kind in _KINDS:
        for match in kind.finditer(content):
            start = content.rfind(b"\n", 0, match.start()) + 1
            before = content[start : match.start()]
            head = before.lstrip()
            if not head or head.rstrip() == b"async":
                found.append((start, len(before) - len(head), match[1]))
    return sorted(found)


def _is_meant(content: bytes, start: int) -> bool:
    """Say whether the line above one is a decorator that means to have several definitions of a name."""
    above = content[content.rfind(b"\n", 0, max(start - 1, 0)) + 1 : start].strip()
    return above.startswith(b"@") and above.endswith(_MEANT_TWICE)


def _imports(content: bytes) -> Iterator[tuple[int, int, tuple[tuple[bytes, bytes], ...]]]:
    """Yield where each import begins, how far to the right, and the modules and names that it imports."""
    at = content.find(b"import")
    while at >= 0:
        start = content.rfind(b"\n", 0, at) + 1
        found = _STATEMENT.match(content, start)
        if found is not None:
            yield start, len(found[1]), tuple(_imported(found))
        at = content.find(b"import", max(at + 1, found.end() if found is not None else 0))


def _imported(found: re.Match[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the module and the name of each thing that an import binds, as they are written."""
    module, names, modules = found[2], found[3], found[4]
    text = _COMMENT.sub(b"", names or modules or b"")
    for part in re.split(rb"[,;]", text):
        name = b" ".join(part.strip(b"() \t\r\n\\").split())
        if name:
            yield module or b"", name.removeprefix(b"import ")
