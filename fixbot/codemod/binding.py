"""Judges statements of SQL that are put together from texts: which values may be bound; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File
from fixbot.analysis.handlers.circumstances import is_test_file
from fixbot.analysis.names import own
from fixbot.analysis.sql.drivers import STYLES
from fixbot.analysis.sql.grammar import Role, marked, read
from fixbot.analysis.sql.origins import is_own
from fixbot.analysis.sql.pieces import SEVERAL, Hole, holes
from fixbot.analysis.sql.recognised import is_sql
from fixbot.analysis.sql.runs import RUNS, Built, Runs
from fixbot.codemod.contract import Place, Site
from fixbot.codemod.drafts import Draft, name_of
from fixbot.codemod.unblocking import Cannot
from fixbot.codemod.writing_values import places_of
from fixbot.model import Dismissed, Evidence, Safety

_ESCAPES = re.compile(r"replace\(|escape|quote|sanitize|mogrify|literal", re.IGNORECASE)
_CODE = re.compile(
    r"(?:^|_)(?:table|column|col|field|schema|database|db|where|clause|condition|conditions|filter|filters|order|sort"
    r"|group|join|query|sql|expr|expression|placeholders?|params|columns|fields|cols|values|ids|names)(?:_|$|\d)",
    re.IGNORECASE,
)
_STRICT = ("asyncpg", "psycopg")
_MOST = 4
_LONGEST = 60


def survey(corpus: Corpus, pattern: re.Pattern[bytes]) -> Iterator[Site | Dismissed]:
    """Yield every statement that is put together from values, and those that only seem to be.

    Args:
        corpus: the project.
        pattern: what a file has that is looked at.
    """
    strict = any(corpus.mentioning(name) for name in _STRICT) or _says_strict(corpus)
    for path, content in corpus.files.items():
        if is_test_file(path) or not pattern.search(content):
            continue
        file = corpus.file(path)
        if file is not None:
            yield from _Survey(file, strict=strict).told()


def _says_strict(corpus: Corpus) -> bool:
    words = re.compile(rb"\b(?:asyncpg|psycopg)\b")
    return any(words.search(content) for content in corpus.texts.values())


class _Survey:
    """What one file runs."""

    def __init__(self, file: File, *, strict: bool) -> None:
        self.file = file
        self.strict = strict
        self.runs = Runs(file)

    def told(self) -> Iterator[Site | Dismissed]:
        """Yield what is to be said of the file."""
        for built in self.runs.built():
            found = self._judged(built)
            if found is not None:
                yield found
        for text, node, run in self.runs.plain():
            bound = read([text]).bound
            if bound and (run.driver is not None or is_sql(text)):
                shown = ", ".join(f"`{word}`" for word in dict.fromkeys(bound[:_MOST]))
                more = f" and {len(bound) - _MOST} more" if len(bound) > _MOST else ""
                yield self._dismissed(node, run.at, f"every value is bound: {shown}{more}")

    def _dismissed(self, node: ast.expr, at: ast.AST, because: str) -> Dismissed:
        return Dismissed(self.file.path, node.lineno, because, self.file.module.qualname(at))

    def _judged(self, built: Built) -> Site | Dismissed | None:
        parts = self.runs.whole(built.parts, built.at)
        known = built.run is not None and built.run.driver is not None
        if not is_sql(marked(parts)) and not (known and re.match(r"[\s(]*\w", marked(parts))):
            return None
        foreign = [hole for hole in holes(parts) if not is_own(self.file, hole.node, built.at)]
        if not foreign:
            given = ", ".join(f"`{_short(hole.source)}`" for hole in holes(built.parts)[:_MOST])
            return self._dismissed(built.node, built.at, f"what is put in is written in the program itself: {given}")
        told = read(parts)
        return _site(Draft(self.file, self.runs, self.strict, built, parts, told, tuple(foreign)))


def _short(source: str) -> str:
    return source if len(source) <= _LONGEST else source[: _LONGEST - 1] + "…"


def _site(draft: Draft) -> Site:
    """Return what is done about it, or why a person has to."""
    at = Place.of(draft.file.path, draft.built.node)
    sources = list(dict.fromkeys(f"`{_short(hole.source)}`" for hole in draft.foreign))
    shown = " and ".join(sources[:_MOST])
    message = f"a statement of SQL is put together with {shown}"
    reasons = list(dict.fromkeys(_reasons(draft)))
    found = places_of(draft) if not reasons else Cannot(reasons[0])
    evidence = tuple(Evidence(at.line, says) for says in dict.fromkeys(_evidence(draft)))
    if isinstance(found, Cannot):
        more = tuple(Evidence(at.line, reason) for reason in reasons[1:])
        says = f"{message}; left to a person: {found.because}"
        return Site(at=at, message=says, safety=Safety.MANUAL, evidence=(*evidence, *more))
    verb = "is bound as a value" if len(sources) == 1 else "are bound as values"
    return Site(at=at, message=f"{message}; what is put in {verb}", evidence=evidence, places=found)


def _evidence(draft: Draft) -> Iterator[str]:
    for hole, role in draft.pairs():
        if hole in draft.foreign and role.value:
            quotes = ", in quotes" if role.quoted else ""
            yield f"`{_short(hole.source)}` stands where a value stands, behind `{role.says}`{quotes}"
    run = draft.built.run
    if run is not None and run.driver is not None:
        yield f"{run.driver} runs it, which marks values with `{STYLES[run.driver]}`"


def _reasons(draft: Draft) -> Iterator[str]:
    """Yield why a person has to change it: what is no value, or else what speaks against binding."""
    no_values = [(hole, role) for hole, role in draft.pairs() if hole in draft.foreign and not role.value]
    if no_values:
        yield from (f"`{_short(hole.source)}` is {role.says}" for hole, role in no_values)
        return
    for hole, role in draft.pairs():
        if hole in draft.foreign and role.value and (because := _doubt(draft, hole, role)):
            yield because
    if (because := _of_run(draft)) is not None:
        yield because


def _doubt(draft: Draft, hole: Hole, role: Role) -> str | None:
    """Return why a value cannot be bound as it is."""
    kind, shown = draft.kind(hole.node), f"`{_short(hole.source)}`"
    if hole.odd and not (hole.odd == SEVERAL and kind):
        return f"{shown} is put in with {hole.odd}"
    if _ESCAPES.search(hole.source) or _is_escaped(draft, hole):
        return f"{shown} is escaped by hand, which a bound value must not be"
    if any(isinstance(node, ast.Await | ast.Yield | ast.NamedExpr | ast.Lambda) for node in ast.walk(hole.node)):
        return f"{shown} does more than give a value"
    if role.quoted:
        strict = draft.driver == "asyncpg" or (draft.driver == "sqlalchemy" and draft.strict)
        return f"{shown} has to be of its column's own type, which nobody can tell here" if strict else None
    return _unquoted(draft, hole, role, kind)


def _unquoted(draft: Draft, hole: Hole, role: Role, kind: str) -> str | None:
    shown = f"`{_short(hole.source)}`"
    if kind == "number":
        return None
    if kind == "text":
        return f"{shown} is a text without quotes: it may be more than a value"
    last = name_of(hole.node)
    if not last or _CODE.search(last):
        return f"{shown} stands without quotes and may be more than a value"
    if draft.driver == "asyncpg" or (draft.driver == "sqlalchemy" and draft.strict):
        return f"nobody can tell the type of {shown}, which the driver asks for"
    if role.says in {"LIMIT", "OFFSET"} or not role.column:
        return f"nobody can tell that {shown} is a number"
    return None


def _is_escaped(draft: Draft, hole: Hole) -> bool:
    """Say whether a variable gets its value from something that escapes."""
    if not isinstance(hole.node, ast.Name):
        return False
    scope = draft.file.module.function(draft.built.at) or draft.file.module.tree
    values = (
        node.value
        for node in own(scope.body)
        if isinstance(node, ast.Assign) and hole.node.id in {ast.unparse(target) for target in node.targets}
    )
    return any(_ESCAPES.search(ast.unparse(value)) for value in values)


def _of_run(draft: Draft) -> str | None:
    """Return what speaks against the call that runs it."""
    run = draft.built.run
    if run is None:
        return "no call that runs it is seen here"
    if run.driver is None:
        return f"nobody can tell which driver runs it, and so how `{run.method}` takes values"
    if run.driver in {"sqlalchemy", "sqlmodel"} and run.text is None:
        return "it is no `text()`, and nobody can tell how the database marks values"
    if run.method and run.method not in RUNS:
        return f"`{run.method}` takes values in another way"
    if list(draft.parts) != list(draft.built.parts):
        return "a part of it is put together elsewhere"
    return None
