"""Finds the clocks that give times without a time zone, and what can be done about each; it reads with `ast`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File
from fixbot.analysis.handlers.circumstances import is_test_file
from fixbot.analysis.names import last_name
from fixbot.analysis.requirements import requirements_for
from fixbot.codemod.awaiting import Instead
from fixbot.codemod.causing import is_for_python_2
from fixbot.codemod.contract import Place, Site
from fixbot.codemod.utc import CALLS, Follower, Uses
from fixbot.hunks import Hunk, lost_words
from fixbot.model import Evidence, Safety

_HAS_UTC = (3, 11)  # the first Python that has `datetime.UTC`
_REPLACES = re.compile(rb"\b(?:patch|setattr|Mock|MagicMock|mocker)\b")
_CLOCK = re.compile(rb"\.utcnow\.|\.utcfromtimestamp\.|[\"'](?:[\w.]*\.)?(?:datetime|utcnow|utcfromtimestamp)[\"']")


class Survey:
    """Looks through one project; `naive` keeps values without a time zone where not all of their uses are seen."""

    def __init__(self, corpus: Corpus, *, naive: bool) -> None:
        self.corpus, self.naive = corpus, naive
        self._modern: dict[str, bool] = {}

    def found(self) -> Iterator[Site]:
        """Yield every clock without a time zone, in source order of each file."""
        mentioned = {*self.corpus.mentioning("utcnow"), *self.corpus.mentioning("utcfromtimestamp")}
        for path in sorted(mentioned):
            file = self.corpus.file(path)
            if file is not None:
                follower = Follower(file)
                found = [self._site(follower, node, full) for node, full in follower.mentions()]
                yield from sorted(found, key=lambda site: (site.at.line, site.at.column))

    def _site(self, follower: Follower, node: ast.Attribute, full: str | None) -> Site:
        call = follower.holders[node]
        if full is None:
            return _by_hand(follower, node, node.attr, "`datetime` is the module and the class in this file")
        if not isinstance(call, ast.Call) or call.func is not node:
            return _by_hand(follower, node, node.attr, _handed_on(follower, node))
        uses = Uses()
        because = follower.against(call, uses)
        clock = f"{node.attr}()"
        calls = [call, *(uses.calls if because is None else ())]
        stop = next((stop for each in calls if (stop := self._stop(follower, each)) is not None), None)
        if stop is not None or (because is not None and not self.naive):
            return _by_hand(follower, call, clock, stop or because or "")
        if because is not None:
            return self._naive(follower, call, because)
        return self._aware(follower, call, uses)

    def _stop(self, follower: Follower, call: ast.Call) -> str | None:
        """Return why nothing can be written in the place of a call."""
        file = follower.file
        holder: ast.AST = call
        while not isinstance(holder, ast.stmt):
            holder = follower.holders[holder]
            if isinstance(holder, ast.JoinedStr):
                return "it stands in an f-string"
        if not _is_accepted(call):
            return "it takes other arguments than it is given"
        if is_for_python_2(file.module):
            return "the file is written for Python 2 as well, which has no `timezone`"
        stem = file.path.rpartition("/")[2].removesuffix(".py").encode()
        patching = next(
            (path for path, content in self._patches.items() if re.search(rb"\b%b\b" % stem, content)), None
        )
        if patching is not None:
            return f"`{patching}` puts something in the place of `datetime`"
        return None if self._zone(follower, call) is not None else "the name for UTC means something else in this file"

    def _zone(self, follower: Follower, call: ast.Call) -> tuple[str, tuple[str, ...]] | None:
        folder = follower.file.path.rpartition("/")[0]
        if folder not in self._modern:
            lowest = requirements_for(self.corpus, follower.file.path).python
            self._modern[folder] = lowest is not None and lowest >= _HAS_UTC
        return _zone(follower, call, modern=self._modern[folder])

    @cached_property
    def _patches(self) -> dict[str, bytes]:
        """The tests that put something in the place of a clock."""
        return {
            path: content
            for path, content in self.corpus.files.items()
            if (is_test_file(path) or b"pytest" in content) and _REPLACES.search(content) and _CLOCK.search(content)
        }

    def _naive(self, follower: Follower, call: ast.Call, because: str) -> Site:
        zone, imports = self._zone(follower, call) or ("", ())
        message = f"{_said(call)}; `replace(tzinfo=None)` keeps it so: {because}"
        place = _place(follower, call, f"{_asked(follower.file, call, zone)}.replace(tzinfo=None)", imports)
        at = Place.of(follower.file.path, call)
        return Site(at=at, message=message, safety=Safety.SAFE, places=(place,))

    def _aware(self, follower: Follower, call: ast.Call, uses: Uses) -> Site:
        file = follower.file
        places = []
        for each in uses.calls:
            zone, imports = self._zone(follower, each) or ("", ())
            outer = follower.holders[follower.holders[each]]
            if isinstance(outer, ast.Call) and follower.gets_utc(outer):
                zone, imports = ast.unparse(outer.keywords[0].value), ()
                places.append(_place(follower, outer, _asked(file, each, zone), imports))
            else:
                places.append(_place(follower, each, _asked(file, each, zone), imports))
        known = [Evidence(call.lineno, "every use of the value is seen, and gets the same with a time zone")]
        if uses.moves:
            known = [Evidence(call.lineno, "`timestamp()` takes a value without a time zone for local time: it is off")]
        message = f"{_said(call)}; with one, it cannot be taken for local time"
        safety = Safety.REVIEW if uses.moves else Safety.SAFE
        at = Place.of(file.path, call)
        return Site(at=at, message=message, safety=safety, evidence=tuple(known), places=tuple(places))


def _said(call: ast.Call) -> str:
    return f"`{last_name(call.func)}()` gives a time without a time zone"


def _by_hand(follower: Follower, node: ast.expr, clock: str, because: str) -> Site:
    at = Place.of(follower.file.path, node)
    message = f"`{clock}` gives a time without a time zone; left to a person: {because}"
    return Site(at=at, message=message, safety=Safety.MANUAL)


def _is_accepted(call: ast.Call) -> bool:
    """Say whether a clock takes the arguments of a call: `utcnow` none, `utcfromtimestamp` a time."""
    wanted = 0 if last_name(call.func) == "utcnow" else 1
    plain = [one for one in call.args if not isinstance(one, ast.Starred)]
    return not call.keywords and len(call.args) == len(plain) == wanted


def _handed_on(follower: Follower, node: ast.Attribute) -> str:
    """Say what a clock is handed on to that is not called where it stands."""
    holder = follower.holders[node]
    call = follower.holders.get(holder)
    if isinstance(holder, ast.keyword) and isinstance(call, ast.Call):
        maker = last_name(call.func)
        if maker in {"Column", "mapped_column", "MappedColumn"}:
            return f"it is the `{holder.arg}` of a column, whose other values have no time zone"
        return f"it is the `{holder.arg}` of `{maker}`, whose other values may have no time zone"
    return "it is handed on, and whoever calls it may not expect a time zone"


def _zone(follower: Follower, call: ast.Call, *, modern: bool) -> tuple[str, tuple[str, ...]] | None:
    """Return how UTC is written where a call stands, and the import that it needs; None where it cannot be."""
    file, function = follower.file, call.func
    names, at = file.names, follower.statement(call)
    imports = [node for node in file.module.tree.body if isinstance(node, ast.ImportFrom) and node.module == "datetime"]
    bound = {alias.asname or alias.name for node in imports for alias in node.names}
    for full, end in (("datetime.UTC", ""), ("datetime.timezone", ".utc")):
        name = next((name for name in sorted(bound) if names.origin(name, at) == full), None)
        if name is not None:
            return f"{name}{end}", ()
    source = "UTC" if modern else "timezone.utc"
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Attribute):
        return f"{ast.unparse(function.value.value)}.{source}", ()
    needed = source.partition(".")[0]
    if any(needed in names.bound(scope) for scope in names.scopes(at)) or "*" in names.bound(file.module.tree):
        return None
    return source, (f"from datetime import {needed}",)


def _asked(file: File, call: ast.Call, zone: str) -> str:
    """Return the source of a call of the clock that knows its time zone."""
    base = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else "datetime"
    given = [file.module.segment(arg) or ast.unparse(arg) for arg in call.args]
    method = CALLS[f"datetime.datetime.{last_name(call.func)}"]
    return f"{base}.{method}({', '.join([*given, zone])})"


def _place(follower: Follower, node: ast.Call, new: str, imports: tuple[str, ...]) -> Place:
    old = follower.file.module.segment(node)
    drops = tuple(word for word in lost_words([Hunk(1, (old,), (new,))]) if not word.startswith("#"))
    return Place.of(follower.file.path, node, Instead(new, imports, (), drops))
