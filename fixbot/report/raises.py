"""Writes what bodies can raise for a person and for a program; it reads records and writes nothing anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from fixbot.analysis.handlers.bodies import Handled
from fixbot.markdown import visible
from fixbot.report.facts import counted
from fixbot.report.plain import harmless

_WIDTH = 100
_CODE = 50  # columns that code always has, and more where what stands beside it is short
_SHORT = 10  # lines that a body may have to be shown whole
_SILENT = 2  # lines at most that are shown in a row though nothing stands beside them, where it has more
_TAB = 4

_Lines = list[tuple[int | None, str]]


def as_json(handled: Iterable[Handled]) -> str:
    r"""Return one entry for each handler; keys and their order are a contract, `caught` and `imports` go beyond it.

    A byte of a path that is not UTF-8 stands there as `\udcXX`, which `json.loads` and `os.fsencode` turn back.
    """
    return json.dumps([_record(one) for one in handled], indent=2, ensure_ascii=True) + "\n"


def _record(one: Handled) -> dict[str, object]:
    return {
        "path": one.path,
        "line": one.line,
        "handler_line": one.handler_line,
        "exceptions": [
            {"type": raised.type, "line": raised.line, "because": raised.because, "source": raised.source}
            for raised in one.exceptions
        ],
        "complete": one.complete,
        "unknown": [{"line": unknown.line, "call": unknown.call} for unknown in one.unknown],
        "suggested": list(one.suggested),
        "caught": one.caught,
        "imports": one.imports,
    }


def as_text(handled: Iterable[Handled], *, full: bool = False) -> str:
    """Return the lines of each body with the exceptions beside them, and below it what each handler should catch.

    Lines that raise nothing are left out of a long body where there are several in a row. A `full` text has them
    all, and names the expression that raises. Lines have 100 columns where the names in them are not longer.
    """
    tries = [list(group) for _, group in groupby(handled, key=lambda one: (one.path, one.line))]
    return "\n".join("".join(f"{harmless(line)}\n" for line in _try(group, full=full)) for group in tries)


def _try(group: Sequence[Handled], *, full: bool) -> Iterator[str]:
    first = group[0]
    yield f"{first.path}:{first.line}: try"
    yield from _body(first, full=full)
    yield f"    {_completeness(first)}"
    for one in group:
        yield f"{one.path}:{one.handler_line}: {one.clause_now}"
        yield from (f"    {line}" for line in _advice(one))


def _body(one: Handled, *, full: bool) -> Iterator[str]:
    beside = {number: _beside(one, number, full=full) for number, _ in one.body}
    code = _code(one)
    shown = (
        code
        if full or len(code) <= _SHORT
        else _without_silent(code, {number for number, notes in beside.items() if notes})
    )
    digits = len(str(one.body[-1][0]))
    room = _WIDTH - digits - 8 - max(len(note) for notes in beside.values() for note in ["", *notes])
    column = min(max(_CODE, room), max(len(text) for _, text in shown))
    left = " " * (digits + column + 8)
    for number, text in shown:
        notes = _wrapped(beside.get(number or 0, []), _WIDTH - len(left), each=full)
        start = f"    {number or '':>{digits}}  {_cut(text, column):{column}}"
        yield f"{start}  {notes[0]}" if notes else start.rstrip()
        yield from (left + note for note in notes[1:])


def _code(one: Handled) -> _Lines:
    """Return the lines of a body as far left as they go together, every character visible."""
    texts = [text.expandtabs(_TAB).rstrip() for _, text in one.body]
    margin = min((len(text) - len(text.lstrip(" ")) for text in texts if text), default=0)
    numbers = (number for number, _ in one.body)
    return [(number, visible(text[margin:])) for number, text in zip(numbers, texts, strict=True)]


def _without_silent(code: _Lines, speaking: set[int]) -> _Lines:
    shown: _Lines = []
    for speaks, run in groupby(code, key=lambda line: line[0] in speaking):
        lines = list(run)
        shown += lines if speaks or len(lines) <= _SILENT else [(None, "…")]
    return shown


def _beside(one: Handled, number: int, *, full: bool) -> list[str]:
    """Return what stands beside a line: types with their source, then what is not known."""
    raised = [found for found in one.exceptions if found.line == number]
    notes = []
    if full:
        notes += [f"{found.type} [{found.source}] from {found.because}" for found in raised]
    else:
        by_source: dict[str, dict[str, None]] = {}
        for found in raised:
            by_source.setdefault(found.source, {})[found.type] = None
        for source, types in by_source.items():
            *others, last = types
            notes += [*(f"{name}," for name in others), f"{last} [{source}]"]
    return notes + [f"unknown: {call}" for call in _calls(one, number)]


def _calls(one: Handled, number: int | None = None) -> list[str]:
    found = (unknown for unknown in one.unknown if number in {None, unknown.line})
    return list(dict.fromkeys(" ".join(unknown.call.split()) for unknown in found))


def _wrapped(notes: Sequence[str], width: int, *, each: bool) -> list[str]:
    """Fill lines with notes, or give each its own; one that says more than a type is cut where it is too long."""
    lines: list[str] = []
    for note in (_cut(note, width) if " " in note else note for note in notes):
        apart = each or note.startswith("unknown")
        fits = bool(lines) and not apart and len(lines[-1]) + 1 + len(note) <= width
        lines[-1:] = [f"{lines[-1]} {note}"] if fits else [*lines[-1:], note]
    return lines


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _completeness(one: Handled) -> str:
    if one.complete:
        return "complete: nothing else can come out, misuse aside"
    calls = _calls(one)
    if len(calls) == 1:
        return f"not complete: {calls[0]} may raise anything"
    return f"not complete: any exception may come out of {len(calls)} expressions that are not understood"


def _advice(one: Handled) -> Iterator[str]:
    if one.clause is None:
        yield f"no suggestion: {one.because}"
        if one.suggested:
            yield f"the likeliest: {', '.join(one.suggested)}"
        return
    if one.clause == one.clause_now:
        yield "as suggested"
        return
    yield f"{'write' if one.broad else 'suggested'}: {one.clause}"
    yield from (f"needs: {statement}" for statement in dict.fromkeys(one.imports.values()))


def summary(handled: Sequence[Handled], *, files: int, skipped: int, seconds: float) -> str:
    """Return the figures as one line; seconds have one decimal."""
    looked_at = f"{counted(files, 'file')} looked at, {skipped} skipped; {seconds:.1f} s"
    if not handled:
        return f"no `try` with a handler; {looked_at}"
    where = counted(len({one.path for one in handled}), "file")
    complete = sum(one.complete for one in handled)
    suggested = sum(one.clause is not None for one in handled)
    found = f"{counted(len(handled), 'handler')} in {where}, {complete} complete, {suggested} with a suggestion"
    return f"{found}; {looked_at}"
