"""Judges endpoints that only pretend, and writes the answer that they are not implemented; it reads, then edits."""

from __future__ import annotations

import ast
import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File
from fixbot.analysis.endpoints.notes import is_note, tells_of_mock
from fixbot.analysis.endpoints.routes import REFUSALS, Endpoint, endpoints
from fixbot.analysis.endpoints.stubs import Stub, comments_in, is_empty, stub_of
from fixbot.analysis.handlers.circumstances import is_test_file
from fixbot.analysis.names import own
from fixbot.codemod.contract import Declined, Place, Proposal, Site
from fixbot.codemod.lazy import cst
from fixbot.model import Evidence, Safety

_WORD = re.compile(r"\w+|[^\w\s]")
_IMPLEMENT = re.compile(
    r"^(?:please\s+|(?:we\s+)?(?:must|should|(?:need|have|has|needs)\s+to)\s+|to\s+)?(?:be\s+)?implement(?:ed)?\b\s*:?\s*"
    r"(?:(?:this|that|it|me|the)(?:\s+(?:endpoint|route|function|handler|method|view))?(?=\W*\Z))?",
    re.IGNORECASE,
)
_LATER = re.compile(r"\W*(?:here|later|soon|properly|someday)?\W*", re.IGNORECASE)
_ASSERTS = re.compile(r"\bassert|status_code|\.json\b")
_STATUS = frozenset({"fastapi.status", "starlette.status"})
#: Other names of the same thing.
_SAME = {
    "fastapi.HTTPException": ("fastapi.exceptions.HTTPException", "starlette.exceptions.HTTPException"),
    "ninja.errors.HttpError": ("ninja.HttpError",),
}
_STEP = "    "
_WIDTH = 79
_NEAR = 15
_LONGEST = 150
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Refusing:
    """The statement that comes in the place of an endpoint's body, what it needs, and which names went."""

    statement: str
    imports: tuple[str, ...]
    unused: tuple[str, ...]


def survey(corpus: Corpus, pattern: re.Pattern[bytes]) -> Iterator[Site]:
    """Yield every endpoint that only pretends.

    Args:
        corpus: the project.
        pattern: what a file has that is looked at.
    """
    for path, content in corpus.files.items():
        if is_test_file(path) or not pattern.search(content):
            continue
        file = corpus.file(path)
        for endpoint in endpoints(file) if file is not None else ():
            stub = stub_of(file, endpoint) if file is not None else None
            if stub is not None and file is not None:
                yield _site(corpus, file, stub)


def _site(corpus: Corpus, file: File, stub: Stub) -> Site:
    node = stub.endpoint.node
    at = Place.of(file.path, node)
    told = [Evidence(stub.line, stub.because)]
    message = f"`{node.name}` answers without doing what it is for"
    asked, asserts = _tested(corpus, file.path, stub)
    if asked and not asserts:
        told.append(Evidence(node.lineno, f"`{asked}` asks for it"))
    plan = _plan(file, stub)
    because = stub.hindrance or (f"`{asked}` asserts what it answers" if asserts else None)
    because = because or (plan if isinstance(plan, str) else None)
    if because is not None or isinstance(plan, str):
        says = f"{message}; left to a person: {because}"
        return Site(at=at, message=says, safety=Safety.MANUAL, evidence=tuple(told))
    told.append(Evidence(node.lineno, "its body only builds an answer: it asks and changes nothing"))
    place = Place.of(file.path, node, plan)
    return Site(at=at, message=f"{message}; 501 says that it is not implemented", evidence=tuple(told), places=(place,))


def _tested(corpus: Corpus, path: str, stub: Stub) -> tuple[str, bool]:
    """Return a test that asks for an endpoint, by its name or its path, and whether one asserts what comes of it."""
    asked = _asking(stub.endpoint, PurePosixPath(path).stem)
    first = ""
    for each, content in corpus.files.items():
        text = content.decode(errors="replace") if is_test_file(each) else ""
        for found in asked.finditer(text):
            lines = text[found.start() :].splitlines()[:_NEAR]
            if _ASSERTS.search("\n".join(lines)):
                return each, True
            first = first or each
    return first, False


def _asking(endpoint: Endpoint, stem: str) -> re.Pattern[str]:
    """Return what a test has that asks for an endpoint: its path behind its method, or its name by its module."""
    name, module = re.escape(endpoint.node.name), re.escape(stem)
    path = re.split(r"[{<]", endpoint.path)[0].strip("/") or stem
    method = "" if "route" in endpoint.method else rf"(?i:{endpoint.method})\b"
    named = rf"from\s+[\w.]*\b{module}\s+import\s+(?:\([^)]*|[^\n]*)\b{name}\b|\b{module}\.{name}\("
    return re.compile(rf"{named}|{method}[^\n]{{0,60}}/{re.escape(path)}\b")


def _plan(file: File, stub: Stub) -> Refusing | str:
    """Return what is written, or why a person has to."""
    node, framework = stub.endpoint.node, stub.endpoint.framework
    if framework not in REFUSALS:
        return f"nobody can tell how {framework} refuses"
    stray = _stray(file, stub)
    if stray is not None:
        return f"a comment in it says more: `{stray[: _SHORTEST * 15]}`"
    written = _spelled(file, node.body[0], REFUSALS[framework])
    if written is None:
        return f"`{REFUSALS[framework]}` means something else there"
    source, needed = written
    statement = _statement(file, stub, source)
    body = _going(node)
    unused = {each.id for each in own(body) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
    return Refusing(statement, (needed,) if needed else (), tuple(sorted(unused)))


def _spelled(file: File, at: ast.stmt, full: str) -> tuple[str, str | None] | None:
    """Return how a name is written in a statement, and the import that it needs; None where it means another thing."""
    module, _, name = full.rpartition(".")
    bound = file.names.bound(file.module.tree)
    mine = next((local for local, origins in bound.items() if origins & {full, *_SAME.get(full, ())}), None)
    if mine is not None and file.names.origin(mine, at) is not None:
        return mine, None
    taken = any(name in file.names.bound(scope) for scope in file.names.scopes(at))
    return None if taken else (name, f"from {module} import {name}")


def _going(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    """Return the statements that go: all but the docstring."""
    return node.body[1:] if ast.get_docstring(node) is not None else node.body


def _stray(file: File, stub: Stub) -> str | None:
    """Return a comment that would go and is neither what is to be done nor about what is made up."""
    node = stub.endpoint.node
    if is_empty(node):
        return None
    there = comments_in(file.module, _head_end(node) + 1, node.end_lineno or 0)
    within = next((each.text for each in there if any(_is_within(file, each.line, at) for at in _going(node))), None)
    if within is not None:
        return within
    noted = False
    for before, each in zip([None, *there], there, strict=False):
        goes_on = noted and before is not None and before.line == each.line - 1 and _is_lone(file, each.line)
        noted = not tells_of_mock(each.text) and (is_note(each.text) or goes_on)
        if not noted and not tells_of_mock(each.text):
            return each.text
    return None


def _is_within(file: File, line: int, at: ast.stmt) -> bool:
    """Say whether a comment at a line stands between the first and the last word of a statement that goes."""
    last = at.end_lineno or at.lineno
    return at.lineno <= line < last or (line == last and line != at.lineno and _is_lone(file, line))


def _head_end(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the last line of the head of a function, its docstring included."""
    if ast.get_docstring(node) is not None:
        return node.body[0].end_lineno or 0
    parts = [node.returns, *(each for each in ast.walk(node.args) if isinstance(each, ast.expr | ast.arg))]
    return max([node.lineno, *(each.end_lineno or 0 for each in parts if each is not None)])


def _is_lone(file: File, line: int) -> bool:
    return file.module.lines[line - 1].lstrip().startswith("#")


def _statement(file: File, stub: Stub, source: str) -> str:
    node, said = stub.endpoint.node, _quoted(_detail(stub.says))
    status = file.names.resolve(ast.Name("status", ast.Load()), node.body[0])
    code = "status.HTTP_501_NOT_IMPLEMENTED" if status in _STATUS else "501"
    if stub.endpoint.framework in {"flask", "quart"}:
        return _laid_out(source, ["501", f"description={said}"], node.col_offset + len(_STEP))
    if stub.endpoint.framework == "ninja":
        return _laid_out(f"raise {source}", ["501", said], node.col_offset + len(_STEP))
    return _laid_out(f"raise {source}", [f"status_code={code}", f"detail={said}"], node.col_offset + len(_STEP))


def _laid_out(called: str, args: Sequence[str], indent: int) -> str:
    """Return a call on one line, or on several where it is long."""
    line = f"{called}({', '.join(args)})"
    if indent + len(line) <= _WIDTH:
        return line
    return "\n".join([f"{called}(", *(f"{_STEP}{arg}," for arg in args), ")"])


def _detail(says: str) -> str:
    """Return what is answered: what a note says that is to be implemented, and no more where it says it otherwise."""
    rest = _IMPLEMENT.sub("", says).strip().rstrip(".")
    if rest == says.strip().rstrip(".") or _LATER.fullmatch(rest):
        return "Not implemented"
    return f"Not implemented: {textwrap.shorten(rest, _LONGEST, placeholder=' ...')}"


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def edit(plan: Refusing, node: cst.FunctionDef) -> Proposal | Declined:
    """Write the refusal in the place of a body; its docstring and what is to be done stay."""
    if not isinstance(node.body, cst.IndentedBlock):
        return Declined("its body stands on the line of its name")
    body = list(node.body.body)
    kept = body[:1] if _is_docstring(body[0]) else []
    going = body[len(kept) :]
    made = cst.parse_statement(plan.statement)
    new = node.with_changes(body=node.body.with_changes(body=[*kept, made.with_changes(leading_lines=_leading(going))]))
    old, now = (Counter(_WORD.findall(cst.Module([]).code_for_node(each))) for each in (node, new))
    return Proposal(new, imports=plan.imports, unused=plan.unused, drops=tuple((old - now).elements()))


def _is_docstring(node: cst.BaseStatement) -> bool:
    match node:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString())]):
            return True
    return False


def _leading(going: Sequence[cst.BaseStatement]) -> list[cst.EmptyLine]:
    """Return the lines above the refusal: the blank one that is there, and every comment."""
    told: list[cst.EmptyLine] = []
    for node in going:
        told += [line for line in getattr(node, "leading_lines", []) if line.comment is not None]
        if isinstance(node, cst.SimpleStatementLine) and node.trailing_whitespace.comment is not None:
            told.append(cst.EmptyLine(comment=node.trailing_whitespace.comment))
    first = getattr(going[0], "leading_lines", []) if going else []
    blank = [line for line in first[:1] if line.comment is None]
    return [*blank, *told]
