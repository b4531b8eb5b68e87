"""What an operator's file says of its codemods, read and never run: names, titles, how grave and how tame."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeVar

from fixbot.codemod import Corpus, Explanation, Recipe, Safety, Severity
from fixbot.codemod.patches import Patch, TextCodemod
from fixbot.errors import OperatorError

_HEADING = re.compile(r"^(Left alone|Safety):\s*", re.MULTILINE)
_ENDING = re.compile(r"(?<=.)(?:Command|Codemod)$")
_ALONE = ("query", "fixers")
_Grade = TypeVar("_Grade", Severity, Safety)
_LEFT_ALONE = "what its author had in mind to leave alone; the codemod comes from elsewhere and does not say."
_SAFETY = "what it may change beyond what it says, its author knows. A person must agree."


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is known of one codemod of a file without running it.

    `name` is that of its class, empty for a query of Bowler, of which a file has one. `line` is where it begins.
    """

    file: Path
    line: int
    name: str
    slug: str
    severity: Severity
    safety: Safety
    explanation: Explanation
    pattern: re.Pattern[bytes]

    @property
    def where(self) -> str:
        """The file and the line, as messages name them."""
        return f"{self.file}:{self.line}"


def cards(file: Path, content: bytes) -> list[Card]:
    """Return what an operator's file says of what may be codemods in it: its public classes, and its query.

    Raises:
        OperatorError: it is no Python, or says something that cannot be; with its line.
    """
    try:
        tree = ast.parse(content, str(file))
    except (SyntaxError, ValueError) as exc:
        line = getattr(exc, "lineno", None) or 1
        message = f"{file}:{line}: it is no Python: {getattr(exc, 'msg', None) or exc}"
        raise OperatorError(message) from exc
    return list(_cards(file, tree))


def _cards(file: Path, tree: ast.Module) -> Iterator[Card]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.bases and not node.name.startswith("_"):
            yield _card(file, node, node.name, (node, tree))
        elif any(name in _ALONE for name in _defined(node)):
            yield _card(file, node, "", (tree,))
            return


def _defined(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def _card(file: Path, node: ast.stmt, name: str, scopes: Sequence[ast.ClassDef | ast.Module]) -> Card:
    said: dict[str, str] = {}
    for scope in reversed(scopes):
        said |= {known: value for each in scope.body for known, value in _said(each)}
    where = f"{file}:{node.lineno}"
    stem = _ENDING.sub("", name) if name else file.stem
    slug = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", stem).lower().replace("_", "-")
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug):
        message = f"{where}: no codemod can be called {slug!r}: use letters, figures and underscores"
        raise OperatorError(message)
    return Card(
        file=file,
        line=node.lineno,
        name=name,
        slug=slug,
        severity=_one_of(Severity, said.get("severity", Severity.MEDIUM), where),
        safety=_one_of(Safety, said.get("safety", Safety.REVIEW), where),
        explanation=_explanation(ast.get_docstring(scopes[0]) or "", said, slug),
        pattern=_pattern(said.get("pattern", ""), where),
    )


def _said(node: ast.stmt) -> Iterator[tuple[str, str]]:
    """Yield a name that is given a text, or a member of an enumeration, or a pattern."""
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    if isinstance(value, ast.Call) and value.args:
        value = value.args[0]  # re.compile(…)
    if isinstance(value, ast.Attribute):
        yield from ((name, value.attr.lower()) for name in _defined(node))
    elif value is not None:
        try:
            text = ast.literal_eval(value)
        except ValueError:
            return
        text = text.decode("latin-1") if isinstance(text, bytes) else text
        if isinstance(text, str):
            yield from ((name, text) for name in _defined(node))


def _one_of(kind: type[_Grade], value: str, where: str) -> _Grade:
    try:
        return kind(value)
    except ValueError as exc:
        message = f"{where}: its {kind.__name__.lower()} is one of {', '.join(kind)}, not {value!r}"
        raise OperatorError(message) from exc


def _pattern(text: str, where: str) -> re.Pattern[bytes]:
    try:
        return re.compile(text.encode("utf-8", "surrogateescape"))
    except re.error as exc:
        message = f"{where}: its pattern is no regular expression: {exc}"
        raise OperatorError(message) from exc


def _explanation(docstring: str, said: Mapping[str, str], slug: str) -> Explanation:
    parts = _HEADING.split(inspect.cleandoc(docstring))
    first, _, rest = parts[0].partition("\n")
    named = dict(zip(parts[1::2], parts[2::2], strict=True))
    words = slug.replace("-", " ")
    title = said.get("title") or first or said.get("DESCRIPTION") or words[:1].upper() + words[1:]
    why = rest.strip() or said.get("DESCRIPTION") or f"It is what the operator's codemod `{slug}` does."
    return Explanation(
        " ".join(title.split()).rstrip("."),
        why.strip(),
        named.get("Left alone", _LEFT_ALONE).strip(),
        named.get("Safety", _SAFETY).strip(),
    )


class CardCodemod(TextCodemod):
    """The base of a codemod that says of itself what a card says."""

    card: ClassVar[Card]

    @classmethod
    def slug(cls) -> str:
        """Return the name on the card."""
        return cls.card.slug

    @classmethod
    def explanation(cls) -> Explanation:
        """Return what the card says."""
        return cls.card.explanation


class ToldCodemod(CardCodemod):
    """A codemod of which only the card is known: what it finds can be published, and nothing can be found."""

    def __init__(self, chosen: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.chosen = dict(chosen or {})  # which options there are, only the code knows

    def chosen_otherwise(self) -> dict[str, str]:
        """Return the options that are chosen."""
        return dict(self.chosen)

    def patches(self, corpus: Corpus, paths: Sequence[str]) -> Iterator[Patch]:
        """Refuse: whoever holds a token runs no code of a codemod.

        Raises:
            OperatorError: always.
        """
        del corpus, paths
        message = f"{self.card.where}: {self.card.slug} is only known by what its file says of it here"
        raise OperatorError(message)


def told(card: Card) -> type[Recipe]:
    """Return the codemod of a card, which can be spoken of and not run."""
    return made_of(card, ToldCodemod, {})


def made_of(card: Card, kind: type[CardCodemod], more: Mapping[str, object]) -> type[Recipe]:
    """Return a class of codemods that says what a card says."""
    grades = {"severity": card.severity, "safety": card.safety, "pattern": card.pattern, "own": True}
    return type(card.name or card.slug, (kind,), {"__doc__": card.explanation.title, "card": card, **grades, **more})
