"""Judges counters that are checked and counted in separate steps, and knows the one shape that a script replaces."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.counters.steps import Race, races
from fixbot.analysis.definitions import File
from fixbot.analysis.handlers.circumstances import is_test_file
from fixbot.analysis.module import Function, blocks, statements
from fixbot.analysis.names import own_nodes
from fixbot.codemod.contract import Place, Site
from fixbot.model import Evidence, Safety

#: The name of the script that both limits need.
SCRIPT = "_COUNT_WITHIN_BOTH_LIMITS"
# One of these words is in every file with a client that can be told.
_STORES = (b"redis", b"Redis", b"REDIS", b"valkey", b"Valkey", b"core.cache", b"aiocache", b"walrus")
_OTHER_CLIENTS = ("aioredis", "coredis", "RedisCluster")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Both:
    """Two counters that are read, checked and counted up in a pipeline each, and what says so.

    `opening` are the statements that read, `closing` those that count, as `ast` writes them; `call` is what comes in
    the place of the former, up to its arguments, and `given` are these. `notes` tells the two of them that say how long
    a counter lives.
    """

    opening: tuple[str, ...]
    closing: tuple[str, ...]
    call: str
    given: tuple[str, ...]
    notes: tuple[int, int]


def survey(corpus: Corpus, pattern: re.Pattern[bytes]) -> Iterator[Site]:
    """Yield every counter that is read, checked and counted in separate steps.

    Args:
        corpus: the project.
        pattern: what a file has that is looked at.
    """
    for path, content in corpus.files.items():
        if not any(word in content for word in _STORES) or not pattern.search(content) or is_test_file(path):
            continue
        file = corpus.file(path)
        for node, _ in statements(file.module.tree) if file is not None else ():
            if file is not None and isinstance(node, Function):
                yield from _in_function(corpus, file, node)


def _in_function(corpus: Corpus, file: File, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Site]:
    found = list(races(file, function))
    both = _both(file, found[0]) if len(found) == len("ab") else None
    if both is None:
        yield from (_by_hand(file, race, "the steps have no shape that a script is known for") for race in found)
        return
    against = _against(corpus, file, function)
    if against is not None:
        yield from (_by_hand(file, race, against) for race in found)
        return
    first, second = found
    at = _at(file, first)
    message = f"{_told(first)}; the same goes for `{_short(second.read.key)}`; one script does it all at once"
    place = Place.of(file.path, function, both)
    yield Site(at=at, message=message, evidence=(*_timeline(first), *_of_script(at.line)), places=(place,))


def _at(file: File, race: Race) -> Place:
    at = race.read.at
    return Place.of(file.path, at if isinstance(at, ast.stmt) else race.read.call)


def _by_hand(file: File, race: Race, because: str) -> Site:
    says = f"{_told(race)}; left to a person: {because}"
    return Site(at=_at(file, race), message=says, safety=Safety.MANUAL, evidence=tuple(_timeline(race)))


def _short(source: str) -> str:
    return source if len(source) <= _LONGEST else source[: _LONGEST - 1] + "…"


def _told(race: Race) -> str:
    key, read, write = f"`{_short(race.read.key)}`", race.read.call.lineno, race.write.call.lineno
    if race.check is None:
        told = f"read in line {read} and written back in line {write}"
        return f"the counter {key} is {told}: what others count between is lost"
    middle = f"checked in line {race.check.lineno}"
    return f"the counter {key} is read in line {read}, {middle} and counted in line {write}: others come between"


def _timeline(race: Race) -> Iterator[Evidence]:
    """Tell in lines what two requests do that come at the same time."""
    read, write, key = race.read.call.lineno, race.write.call.lineno, _short(race.read.key)
    yield Evidence(
        read, f"1st step: request A reads `{key}`; 2nd step: request B reads it too, and gets the same number"
    )
    if race.check is not None:
        test = _short(ast.unparse(race.check))
        says = f"3rd step: A asks `{test}`; 4th step: B asks it of the same number, so both go on or neither"
        yield Evidence(race.check.lineno, says)
        yield Evidence(write, "5th step: A counts; 6th step: B counts too, though only one of them was left to go on")
    else:
        yield Evidence(write, "3rd step: A writes that number and one; 4th step: B writes the same: one count is lost")


def _of_script(line: int) -> Iterator[Evidence]:
    yield Evidence(line, "the script gives back both counts as they were, so that the checks stay as they are")
    yield Evidence(
        line, "on a cluster of Redis both keys would have to be in one slot; fakeredis runs scripts with `lupa`"
    )


def _against(corpus: Corpus, file: File, function: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    """Return what speaks against a script."""
    other = next((name for name in _OTHER_CLIENTS if corpus.mentioning(name)), None)
    if other is not None:
        return f"the project uses `{other}`, which runs scripts in another way"
    if SCRIPT in file.names.bound(file.module.tree):
        return f"there is a `{SCRIPT}` already"
    cls = next(
        (each.name for each in file.module.definitions(function) if isinstance(each, ast.ClassDef)), function.name
    )
    about = {*corpus.mentioning(cls), *corpus.mentioning(function.name)}
    test = next((path for path in corpus.mentioning("pipeline") if is_test_file(path) and path in about), None)
    return None if test is None else f"`{test}` stands for its `pipeline`"


def _both(file: File, race: Race) -> Both | None:
    """Return the exact shape: two gets in a pipeline, two checks, two counts with their times in a pipeline."""
    parent = file.module.parents.get(race.read.at)
    body = [node for node in blocks(parent) if isinstance(node, ast.stmt)] if parent is not None else []
    if not body or race.read.at not in body:
        return None
    start = [id(node) for node in body].index(id(race.read.at)) - 1
    opening, checks, closing = body[start : start + 6], body[start + 6 : start + 8], body[start + 8 : start + 14]
    if start < 0 or len(checks) < len("ab"):
        return None
    read = _opening(opening)
    if read is None:
        return None
    if closing and _pipeline(closing[0]) is None:
        closing = closing[:5]
    pipe = read.pipe if len(closing) == len("abcde") else (_pipeline(closing[0]) or ("", ""))[0] if closing else ""
    limits, lives = _limits(checks, read.counts), _closing(closing, pipe, read)
    if (
        limits is None
        or lives is None
        or not _is_alone(race.function, [*opening, *checks, *closing], {read.pipe, pipe})
    ):
        return None
    waits = "await " if read.waits else ""
    given = (SCRIPT, "2", *read.keys, *limits, *lives)
    return Both(
        opening=tuple(ast.unparse(node) for node in opening[:4]),
        closing=tuple(ast.unparse(node) for node in closing),
        call=f"{read.results} = {waits}{read.client}.eval",
        given=given,
        notes=(len(given) - 2, len(given) - 1),
    )


@dataclass(frozen=True, slots=True)
class _Opening:
    """What the statements that read two counters say."""

    pipe: str
    client: str
    keys: tuple[str, str]
    results: str
    counts: tuple[str, str]
    waits: bool


def _pipeline(node: ast.stmt) -> tuple[str, str] | None:
    """Return the names of a pipeline and of its client where a statement makes one."""
    match node:
        case ast.Assign(
            targets=[ast.Name(id=pipe)],
            value=ast.Call(func=ast.Attribute(value=client, attr="pipeline"), args=[], keywords=keywords),
        ):
            plain = all(ast.unparse(keyword) == "transaction=True" for keyword in keywords)
            return (pipe, ast.unparse(client)) if plain else None
    return None


def _queued(node: ast.stmt, pipe: str, method: str) -> list[ast.expr] | None:
    """Return the arguments of `pipe.method(...)` where a statement is that alone."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr), args=args, keywords=[])):
            return args if (name, attr) == (pipe, method) else None
    return None


def _executed(node: ast.expr, pipe: str) -> bool | None:
    """Say whether `pipe.execute()` is awaited; None where that is not what is there."""
    inner = node.value if isinstance(node, ast.Await) else node
    return isinstance(node, ast.Await) if ast.unparse(inner) == f"{pipe}.execute()" else None


def _opening(body: Sequence[ast.stmt]) -> _Opening | None:
    match body:
        case [made, one, two, ast.Assign(targets=[ast.Name(id=results)], value=value), first, second]:
            pipe, client = _pipeline(made) or ("", "")
            keys = [_queued(node, pipe, "get") for node in (one, two)]
            waits = _executed(value, pipe)
            counts = [_count(node, results, at) for at, node in enumerate((first, second))]
            if waits is None or None in counts or not all(key and len(key) == 1 and _is_plain(key[0]) for key in keys):
                return None
            written = [ast.unparse(key[0]) for key in keys if key]
            return _Opening(pipe, client, (written[0], written[1]), results, (counts[0] or "", counts[1] or ""), waits)
    return None


def _count(node: ast.stmt, results: str, at: int) -> str | None:
    """Return the variable of `count = int(results[0] or 0)`."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if ast.unparse(value) == f"int({results}[{at}] or 0)":
            return name
    return None


def _limits(checks: Sequence[ast.stmt], counts: Sequence[str]) -> list[str] | None:
    found = []
    for node, count in zip(checks, counts, strict=True):
        match node:
            case ast.If(
                test=ast.Compare(left=ast.Name(id=name), ops=[ast.GtE()], comparators=[limit]), body=body, orelse=[]
            ) if name == count and isinstance(body[-1], ast.Return | ast.Raise) and _is_plain(limit):
                found.append(ast.unparse(limit).replace("'", '"'))
    used = {node.id for limit in found for node in ast.walk(ast.parse(limit)) if isinstance(node, ast.Name)}
    return found if len(found) == len(counts) and not used & set(counts) else None


def _closing(body: Sequence[ast.stmt], pipe: str, read: _Opening) -> list[str] | None:
    """Return how long each of the two counters lives."""
    rest = body[1:] if len(body) == len("abcdef") else body
    if len(body) == len("abcdef") and _pipeline(body[0]) != (pipe, read.client):
        return None
    match rest:
        case [one, one_lives, two, two_lives, ast.Expr(value=value)]:
            lives = []
            for key, counts, living in zip(read.keys, (one, two), (one_lives, two_lives), strict=True):
                counted, lived = _queued(counts, pipe, "incr"), _queued(living, pipe, "expire")
                if not counted or not lived or [ast.unparse(each) for each in (*counted, lived[0])] != [key, key]:
                    return None
                if len(lived) != len("ab") or not _is_number(lived[1]):
                    return None
                lives.append(ast.unparse(lived[1]))
            return lives if _executed(value, pipe) is read.waits else None
    return None


def _is_plain(node: ast.expr) -> bool:
    """Say whether an expression gives the same whenever it is asked, and does nothing."""
    plain = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.JoinedStr, ast.FormattedValue, ast.expr_context)
    return all(isinstance(each, plain) for each in ast.walk(node))


def _is_number(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=value):
            return type(value) is int
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _is_number(left) and _is_number(right)
    return False


def _is_alone(function: ast.AST, body: Sequence[ast.stmt], pipes: set[str]) -> bool:
    """Say whether nothing else in a function uses the pipelines."""
    inside = {id(node) for each in body for node in ast.walk(each)}
    used = (node for node in own_nodes(function) if isinstance(node, ast.Name) and node.id in pipes)
    return all(id(node) in inside for node in used)
