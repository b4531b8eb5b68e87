"""What may be configured: turns a table into a `Settings` record or all its mistakes; touches no file."""

from __future__ import annotations

import difflib
import json
import re
import reprlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fixbot.errors import OperatorError
from fixbot.model import Safety

LOWEST, HIGHEST = 1, 1000
LONGEST_LABEL, LONGEST_LINE = 50, 200  # GitHub takes no longer label; patterns stay cheap


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a repository or a command line can choose.

    `select` and `ignore` are slugs of codemods, `exclude` are globs (see `excluder`), `max_open` counts pull
    requests at once, `max_files` and `max_lines` bound each of them, `base` is a branch (None: the
    repository's own), `codemods` holds each codemod's options as strings.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    safety: Safety = Safety.REVIEW
    exclude: tuple[str, ...] = ()
    max_open: int = 3
    max_files: int = 25
    max_lines: int = 250
    labels: tuple[str, ...] = ("fixbot",)
    base: str | None = None
    author: str = "fixbot <fixbot@noreply.invalid>"
    forge: str = "auto"
    commit_via: str = "git"
    codemods: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)


def settings_from(table: Mapping[str, object]) -> Settings:
    """Return the settings that a configuration table asks for; its keys use dashes, as in `max-open`.

    Raises:
        OperatorError: unknown keys and wrong values; all mistakes in one message.
    """
    return Settings(**_checked(table, mark=""))


def merged(settings: Settings, **given: object) -> Settings:
    """Lay values by the names of `Settings`' fields (None: not given) over a file's; options go one by one.

    Raises:
        OperatorError: wrong values; all mistakes in one message, each under its option's name.
    """
    table = {name.replace("_", "-"): value for name, value in given.items() if value is not None}
    changes = _checked(table, mark="--")
    if "codemods" in changes:
        both = [*settings.codemods, *changes["codemods"]]
        changes["codemods"] = {
            slug: {**settings.codemods.get(slug, {}), **changes["codemods"].get(slug, {})} for slug in both
        }
    return replace(settings, **changes)


def parse_set(words: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the options in words of the form `CODEMOD.OPTION=VALUE`; of two equal ones the later counts.

    Raises:
        OperatorError: words of another form; all of them in one message.
    """
    options: dict[str, dict[str, str]] = {}
    mistakes = []
    for word in words:
        name, equals, value = word.partition("=")
        slug, _, option = name.partition(".")
        if equals and slug.strip() and option.strip():
            options.setdefault(slug.strip(), {})[option.strip()] = value
        else:
            mistakes.append(f"--set {reprlib.repr(word)} is not of the form CODEMOD.OPTION=VALUE")
    if mistakes:
        raise OperatorError("; ".join(mistakes))
    return options


def excluder(globs: Sequence[str]) -> Callable[[str], bool]:
    """Return a test for paths (relative to the root, with `/`) that one of the globs excludes.

    `*`, `?` and `[…]` stay within one name, `**` stands for any number of directories. A glob without a
    slash counts at every depth, one with a slash from the root; with a directory goes all that is in it.

    Raises:
        ValueError: a glob that can never match; the message says why.
    """
    if not globs:
        return lambda _path: False
    match = re.compile("|".join(map(_pattern, globs)), re.DOTALL).match
    return lambda path: match(f"{path}/") is not None


def _pattern(glob: str) -> str:
    """Translate a glob for paths in which a slash ends each name, the last one too."""
    names = [name for name in glob.removeprefix("./").split("/") if name]
    if not names or len(glob) > LONGEST_LINE or "\\" in glob or not {".", ".."}.isdisjoint(names):
        message = f"{reprlib.repr(glob)} is not a path below the root, written with '/'"
        raise ValueError(message)
    runs: list[str] = [""]
    for name in names if "/" in glob.rstrip("/") else ["**", *names]:
        runs = [*runs, ""] if name == "**" else [*runs[:-1], f"{runs[-1]}{_name(name)}/"]
    runs[-1] = runs[-1] or "[^/]+/"  # `docs/**` is what is below docs, not docs itself
    try:
        return re.compile(runs[0] + "".join(f"(?>(?:[^/]+/)*?{run})" for run in runs[1:])).pattern
    except re.error as exc:
        message = f"{reprlib.repr(glob)} is not a glob: {exc.msg}"
        raise ValueError(message) from exc


def _name(glob: str) -> str:
    """Translate a glob for one name; atomic groups keep the time linear however many stars there are."""
    first, others = "", list[str]()
    for piece in re.findall(r"\*+|\[!?\]?[^]]*\]|.", glob, re.DOTALL):
        if piece.startswith("*"):
            others.append("")
        elif others:
            others[-1] += _letter(piece)
        else:
            first += _letter(piece)
    if not others:
        return first
    return first + "".join(f"(?>[^/]*?{part})" for part in others[:-1]) + "[^/]*" + others[-1]


def _letter(piece: str) -> str:
    if piece == "?":
        return "[^/]"
    if len(piece) == 1:
        return re.escape(piece)
    start, inside = ("[^", piece[2:-1]) if piece.startswith("[!") else ("[", piece[1:-1])
    escaped = re.sub(r"([][&~|^])", r"\\\1", inside).replace("--", r"-\-")
    return f"(?!/){start}{escaped}]"


def _checked(table: Mapping[str, object], *, mark: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    mistakes = []
    for key, value in table.items():
        read, expected = _READERS.get(key, (None, ""))
        try:
            if read is None:
                mistakes.append(_unknown(key))
            elif (known := read(value)) is None:
                mistakes.append(f"{mark}{key} must be {expected}")
            else:
                values[key.replace("-", "_")] = known
        except ValueError as exc:
            mistakes.append(f"{mark}{key}: {exc}")
    if mistakes:
        raise OperatorError("; ".join(mistakes))
    return values


def _unknown(key: str) -> str:
    if key.replace("_", "-") == "verify-command":
        return f"{key} is only taken from the command line: a repository must not make fixbot run a program"
    near = difflib.get_close_matches(key, _READERS, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(_READERS)}"
    return f"unknown key {reprlib.repr(key)}: {hint}"


def _words(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, (list, tuple)) or len(value) > HIGHEST:
        return None
    words = tuple(word.strip() for word in value if isinstance(word, str))
    return words if all(words) and len(words) == len(value) else None


def _globs(value: object) -> tuple[str, ...] | None:
    globs = _words(value)
    excluder(globs or ())
    return globs


def _labels(value: object) -> tuple[str, ...] | None:
    labels = _words(value)
    return labels if all(len(word) <= LONGEST_LABEL and word.isprintable() for word in labels or ()) else None


def _count(value: object) -> int | None:
    return value if type(value) is int and LOWEST <= value <= HIGHEST else None


def _one_of(*choices: str) -> tuple[Callable[[object], str | None], str]:
    def read(value: object) -> str | None:
        return value if isinstance(value, str) and value in choices else None

    return read, " or ".join(map(repr, choices))


def _safety(value: object) -> Safety | None:
    return next((safety for safety in (Safety.SAFE, Safety.REVIEW) if value == safety), None)


def _line(pattern: str) -> Callable[[object], str | None]:
    match = re.compile(rf"(?=.{{1,{LONGEST_LINE}}}\Z){pattern}").fullmatch
    return lambda value: value if isinstance(value, str) and value.isprintable() and match(value) else None


def _options(value: object) -> dict[str, dict[str, str]] | None:
    if not isinstance(value, Mapping):
        return None
    mistakes = []
    for slug, table in value.items():
        if not isinstance(table, Mapping):
            mistakes.append(f"{slug!r} must be a table of options")
            continue
        bad = [option for option, chosen in table.items() if not isinstance(chosen, (str, int))]
        mistakes += [f"{f'{slug}.{option}'!r} must be a string, a whole number, true or false" for option in bad]
    if mistakes:
        raise ValueError("; ".join(mistakes))
    return {slug: {name: _text(chosen) for name, chosen in table.items()} for slug, table in value.items()}


def _text(chosen: str | int) -> str:
    return chosen if isinstance(chosen, str) else json.dumps(chosen)  # true and false as TOML writes them


# The rules of git-check-ref-format(1); what looks like an option never reaches git.
_BRANCH = r"(?![-/.]|@$)(?!.*(\.\.|//|/\.|@\{|\.lock(/|$)|[/.]$))[^\s~^:?*\[\\]+"
_AUTHOR = r"[^<>]*[^\W_][^<>]* <[^<>\s@]+@[^<>\s@]+>"
_COUNT = (_count, f"a whole number from {LOWEST} to {HIGHEST}")
_READERS: dict[str, tuple[Callable[[object], object], str]] = {
    "select": (_words, f"a list of at most {HIGHEST} slugs"),
    "ignore": (_words, f"a list of at most {HIGHEST} slugs"),
    "safety": (_safety, "'safe' or 'review'"),
    "exclude": (_globs, f"a list of at most {HIGHEST} globs"),
    "max-open": _COUNT,
    "max-files": _COUNT,
    "max-lines": _COUNT,
    "labels": (_labels, f"a list of printable names of at most {LONGEST_LABEL} characters"),
    "base": (_line(_BRANCH), "the name of a branch"),
    "author": (_line(_AUTHOR), "like 'Name <name@example.org>', on one line"),
    "forge": _one_of("auto", "github", "local"),
    "commit-via": _one_of("git", "api"),
    "codemods": (_options, "a table with a table for each codemod"),
}
