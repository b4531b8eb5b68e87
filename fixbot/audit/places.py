"""Finds the places that an item names: paths with lines, globs, and lines alone where the file is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fixbot.chatops.mention import Mention, pairs
from fixbot.chatops.mentions import mentions
from fixbot.model import Location

#: The most places that are kept of one text, and the longest text that is looked at.
MOST = 1_000
_LONGEST = 100_000
_ENDINGS = """
    astro bash c cc cfg cjs clj cpp cs css cxx dart ex exs go h hpp hs html ini java jl js json jsx kt kts less lua m
    mjs ml php pl proto ps1 py pyi pyx r rb rs sass scala scss sh sol sql svelte swift tf toml ts tsx vb vue vy xml yaml
    yml
    zig
"""
_CODE_ENDINGS = frozenset(_ENDINGS.split())
_FRAMEWORKS = frozenset({"next.js", "node.js", "nuxt.js", "react.js", "three.js", "vue.js"})
_ENDING = re.compile(r"[\w\])-]\.([A-Za-z][A-Za-z0-9]{0,9})\Z")
_COMMENT = re.compile(r"^\s*(?:#+|//+|--|/\*+|\*|<!--|;+|%+)\s?(.*)$")
# A line of code that is nothing but a place, as above a quotation.
_ALONE = re.compile(
    r"^\s*[\w./@+~-]{3,300}\.[A-Za-z]\w{0,9}:[0-9]{1,7}(?:[-:,][0-9]{1,7}){0,3}:?(?:\s+[-\u2013#(].*)?$"
)
# A file without a folder, which is known by its line or where a file is to be named.
_FILE_ALONE = re.compile(
    rf"(?<![\w/.\\@:-])(?=[\w-]{{1,100}}\.)([\w.-]{{1,100}}\.(?:"
    rf"{'|'.join(sorted(_CODE_ENDINGS))})(?![\w/(.-]))(:[0-9])?"
)
_LINES = re.compile(
    r"(?:\A|[\[(*_`\s|])(?:around |on |at )?(?:lines?"
    r"|L)[ :#]?\s{0,2}(?P<spans>[0-9]{1,7}(?:\s?[-\u2013]\s?L?[0-9]{1,7})?"
    r"(?:(?:, ?| and | & )(?:lines? )?[0-9]{1,7}(?:\s?[-\u2013]\s?[0-9]{1,7})?){0,30})\b",
    re.IGNORECASE,
)
_WHOLE_NAME = re.compile(
    r"(?<![\w/.-])(?P<path>(?:[\w.-]{1,60}/){0,9}(?:Dockerfile|Containerfile|Makefile|Jenkinsfile|Procfile"
    r"|Pipfile|CODEOWNERS))"
    r"(?![\w./-])(?::(?P<span>[0-9]{1,7}(?:-[0-9]{1,7})?))?"
)
#: The folders in which the runners of forges check code out, as a pattern without the first slash.
RUNNERS = r"home/runner/work/[^/]+/[^/]+|github/workspace|__w/[^/]+/[^/]+|builds/[^/]+/[^/]+|workspaces?/[^/]+"
# Those, and the ones of a person with one folder for all code in it.
_HOME = re.compile(
    rf"^(?:{RUNNERS}"
    r"|(?:home|Users)/[^/]+/(?:(?:projects?|code|src|dev|repos?|git|work|workspace|documents|desktop|developer)/)?[^/]+)/",
    re.IGNORECASE,
)
_LINES_BEHIND = re.compile(r"(?<=\w):L([0-9]{1,7})(?:(-)L?(?=[0-9]))?")
_LINES_IN_BRACKETS = re.compile(r"(?<=\w)\(([0-9]{1,7})(?:,[0-9]{1,7})?\):(?=\s)")
_STARRED = re.compile(r"\*\*\s?`|`\s?\*\*")
_DASHED_LINES = re.compile(
    r"(`[^`\n]{3,300}`|\S{3,300}\.\w{1,10})\s+[-\u2013\u2014]\s+(?=(?:lines?|L)\s?[0-9])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Named:
    """What a text names: places, and lines of which the file is not told beside them."""

    locations: tuple[Location, ...]
    lone: tuple[tuple[int, int], ...] = ()


def in_text(text: str, repository: str, *, is_field: bool = False) -> Named:
    """Return the places in a text; where it is a field for places, a mere name of a file counts."""
    text = _DASHED_LINES.sub(r"\1 ", _STARRED.sub("`", text[:_LONGEST]))
    text = _LINES_IN_BRACKETS.sub(r":\1:", text)
    text = _LINES_BEHIND.sub(lambda match: f":{match[1]}{match[2] or ''}", text)
    text = _FILE_ALONE.sub(lambda match: f"./{match[0]}" if is_field or match[2] else match[0], text)
    found, _ = mentions(text, repository, lambda mention: _is_code(mention, is_field=is_field))
    files = [*_nameless(text, is_field=is_field)]
    kept = [mention for mention in found[:MOST] if mention.names and not mention.is_left_out]
    sure = [mention for mention in kept if is_field or _is_sure(mention, text)]
    locations = (*(location for mention in sure for location in _locations(mention, repository)), *files)
    taken = {span for mention in kept for span in mention.lines}
    lone = (span for match in _LINES.finditer(text) for span in pairs(match["spans"].replace("L", "")))
    return Named(locations, tuple(dict.fromkeys(span for span in lone if span not in taken))[:MOST])


def _nameless(text: str, *, is_field: bool) -> Iterable[Location]:
    """Yield the files that are known by their whole names, which have no ending."""
    for found in _WHOLE_NAME.finditer(text):
        spans = pairs(found["span"] or "")
        if spans or is_field:
            yield from (Location(found["path"], *span) for span in spans or ((0, 0),))


def in_code(code: str, repository: str) -> Named:
    """Return the places that the comments in a piece of code name, and lines that are nothing but a place."""
    lines = [_place_line(line) for line in code[:_LONGEST].split("\n")]
    found = [in_text(line, repository) for line in lines if line]
    locations = [location for named in found for location in named.locations]
    # A comment such as "see docs" names words with slashes; a path of code has an ending or is a glob.
    sure = tuple(place for place in locations if _has_ending(place.path) or "*" in place.path or place.line)
    return Named(sure, tuple(span for named in found for span in named.lone) if sure else ())


def _place_line(line: str) -> str:
    comment = _COMMENT.match(line[:1_000])
    if comment:
        return comment[1]
    return line if _ALONE.match(line[:1_000]) else ""


def _is_code(mention: Mention, *, is_field: bool) -> bool:
    """Say whether a word that need not be a path is one here: it has an ending of code, and a line or a slash."""
    path = mention.names[0] if mention.names else ""
    if not _has_ending(path) or path not in mention.said.replace("\\", "/"):
        return False
    return bool(mention.lines) or "/" in path or (is_field and path.lower() not in _FRAMEWORKS)


def _is_sure(mention: Mention, text: str) -> bool:
    """Say whether a mention is more than words with slashes between them."""
    path = mention.names[0]
    has_form = bool(mention.lines) or mention.is_glob or path.endswith("/") or re.search(r"\w\.[A-Za-z]\w{0,9}\Z", path)
    return bool(has_form) or f"`{path}`" in text


def _has_ending(path: str) -> bool:
    found = _ENDING.search(path)
    return found is not None and found[1].lower() in _CODE_ENDINGS


def _of_machine(path: str, repository: str) -> str:
    """Return an absolute path without the folder in which the code lay on somebody's machine."""
    name = repository.rpartition("/")[2]
    if name and f"/{name}/" in f"/{path}":
        return f"/{path}".rpartition(f"/{name}/")[2] or path
    return _HOME.sub("", path) or path


def _locations(mention: Mention, repository: str) -> Iterable[Location]:
    path = _of_machine(mention.names[0], repository) if mention.said.lstrip("`").startswith("/") else mention.names[0]
    if not mention.lines:
        return (Location(path),)
    return (Location(path, first, last) for first, last in mention.lines)


def with_lines(named: Named, paths: Iterable[str]) -> Named:
    """Return of what a text names only the lines in some files."""
    known = set(paths)
    return Named(tuple(place for place in named.locations if place.line and place.path in known))


def settled(named: Iterable[Named], only: str = "") -> tuple[Location, ...]:
    """Return the places of several texts, each once, in their order.

    Lines alone belong to the one file there is, among the places or else `only`. A file as a whole is left out where
    lines of it are named.
    """
    everything = list(named)
    files = {location.path for one in everything for location in one.locations if "*" not in location.path}
    file = next(iter(files)) if len(files) == 1 else "" if files else only
    found: dict[Location, None] = {}
    for one in everything:
        found.update(dict.fromkeys(one.locations))
        if file:
            found.update(dict.fromkeys(Location(file, *span) for span in one.lone if not _is_within(file, span, found)))
    lined = {location.path for location in found if location.line}
    whole = tuple(place for place in found if place.line or place.path not in lined)
    # A name alone means the file that is named with its folder elsewhere.
    ends = {f"/{place.path.rpartition('/')[2]}": place for place in whole if "/" in place.path}
    return tuple(
        place for place in whole if "/" in place.path or f"/{place.path}" not in ends or _is_other(place, whole)
    )[:MOST]


def _is_within(path: str, span: tuple[int, int], found: Iterable[Location]) -> bool:
    """Say whether lines are part of others of the same file, which they tell more of."""
    return any(
        place.path == path and 0 < place.line < place.end_line and place.line <= span[0] and span[1] <= place.end_line
        for place in found
    )


def _is_other(place: Location, whole: Sequence[Location]) -> bool:
    """Say whether a place has lines that none of the same name has."""
    same = [other for other in whole if other.path.endswith(f"/{place.path}")]
    return bool(place.line) and all((other.line, other.end_line) != (place.line, place.end_line) for other in same)


def only_file(texts: Sequence[str], repository: str) -> str:
    """Return the one file that texts name; empty where there is none or more than one."""
    files = {place.path for text in texts for place in in_text(text, repository).locations if _has_ending(place.path)}
    return next(iter(files)) if len(files) == 1 else ""


def on_lines(paths: Iterable[str], lines: Iterable[tuple[int, int]]) -> Named:
    """Return each path with each of the lines."""
    spans = list(lines)
    return Named(tuple(Location(path, first, last) for path in paths for first, last in spans)[:MOST])
