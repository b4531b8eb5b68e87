"""What a codemod is: the class its author writes, and the records that go in and out of it."""

from __future__ import annotations

import ast
import inspect
import re
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from fixbot.codemod.examples import Fixes, Keeps
from fixbot.errors import CodemodError, OperatorError
from fixbot.model import Breaking, Dismissed, Evidence, Safety, Severity

if TYPE_CHECKING:
    from fixbot.analysis.corpus import Corpus
    from fixbot.analysis.module import Module
    from fixbot.codemod.lazy import cst

_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")


class Screen(Protocol):
    """What rules files out by their bytes, such as a compiled pattern."""

    def search(self, content: bytes, /) -> object:
        """Return something true where the bytes may have the smell."""


@dataclass(frozen=True, slots=True)
class Option:
    """A choice that a project makes for one codemod: the first of `choices` is the default.

    A `number` may be any above 0, and `choices` are some that are common.
    """

    name: str
    choices: tuple[str, ...]
    says: str
    number: bool = False

    def mistake(self, value: str) -> str | None:
        """Return what a value should be in words that follow the option's name, None where it is right."""
        if self.number:
            right = isinstance(value, str) and _NUMBER.fullmatch(value) is not None and float(value) > 0
            return None if right else f"is a number above 0, such as {self.choices[0]}"
        return None if value in self.choices else f"is one of {', '.join(self.choices)}"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Spot:
    """One place with the smell, while its syntax tree is alive.

    `node` is a statement, handler or case of the module. `safety` is the codemod's own unless it says otherwise.
    `plan` is whatever `find` learned that `fix` needs.
    """

    node: ast.stmt | ast.ExceptHandler
    message: str
    safety: Safety | None = None
    evidence: tuple[Evidence, ...] = ()
    plan: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One node that a change edits, told by its kind and by where it stands.

    `kind` is the name of its class in `ast`; lines count from 1 and columns are bytes from 0, as `ast` has them.
    `plan` is whatever `edit` needs to know; of equal places one is done.
    """

    path: str
    kind: str
    line: int
    column: int
    end_line: int
    end_column: int
    plan: Hashable = None

    @classmethod
    def of(cls, path: str, node: ast.expr | ast.stmt, plan: Hashable = None) -> Place:
        """Return the place of a node in a file."""
        return cls(
            path=path,
            kind=type(node).__name__,
            line=node.lineno,
            column=node.col_offset,
            end_line=node.end_lineno or node.lineno,
            end_column=node.end_col_offset or node.col_offset,
            plan=plan,
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Site:
    """One place with the smell, as a look at a whole project finds it.

    `at` is the node that has the smell. `places` is everything that has to change for it, in whichever files: all
    of it or nothing. `safety` is the codemod's own unless it says otherwise. `breaking` says what the change asks of
    code outside of the project, None where it asks nothing.
    """

    at: Place
    message: str
    safety: Safety | None = None
    evidence: tuple[Evidence, ...] = ()
    places: tuple[Place, ...] = ()
    breaking: Breaking | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What should stand in the place of a node, and what must stand elsewhere in the module for it.

    Without a `replacement` the node, a statement, goes with the blank lines that it leaves behind; its words, those of
    comments too, have to be in `drops`. `imports` are whole import statements; `setup` are whole statements that
    follow the imports. Of the names in `unused` the imports go where nothing uses them any more. `drops` are words
    that the replacement may lack.
    `before` and `after` are whole statements of several lines, such as a class, that stand on either side of the
    outermost statement around the node, with its decorators and the comments directly above it, two blank lines
    apart from what is around; they are not indented, and their lines end in line feeds. Each is put in once.
    """

    replacement: cst.CSTNode | None
    imports: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declined:
    """A spot that `fix` does not rewrite after all, and why."""

    because: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of a codemod's docstring, each as Markdown paragraphs."""

    title: str
    why: str
    left_alone: str
    safety: str


_HEADING = re.compile(r"^(Left alone|Safety):\s*", re.MULTILINE)


class Recipe(ABC):
    """What every codemod has, whether it looks at files or at projects; the class's docstring is its documentation.

    A docstring has a title line, paragraphs that say why, `Left alone:` and `Safety:`.
    """

    severity: ClassVar[Severity]
    safety: ClassVar[Safety] = Safety.REVIEW
    #: Finds something in the bytes of every file with the smell; a compiled pattern, or whatever has its `search`.
    pattern: ClassVar[Screen]
    examples: ClassVar[tuple[Fixes | Keeps, ...]] = ()
    references: ClassVar[tuple[str, ...]] = ()
    #: Words that people use for the smell, and codes of other linters; its slug and `answers` count by themselves.
    synonyms: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[tuple[Option, ...]] = ()
    #: Lint rules that say of the rewritten code what `answers` said of the smell: they are not news.
    answers: ClassVar[frozenset[str]] = frozenset()
    successors: ClassVar[frozenset[str]] = frozenset()
    #: Tokens that a rewrite may drop inside a finding; every other token must still be there.
    drops: ClassVar[frozenset[str]] = frozenset()
    #: Whether it runs only where it is selected by its name.
    opt_in: ClassVar[bool] = False
    #: Whether it comes from a folder that an operator named.
    own: ClassVar[bool] = False

    def __init__(self, chosen: Mapping[str, str] | None = None) -> None:
        self.chosen = {option.name: option.choices[0] for option in self.options} | _checked(type(self), chosen or {})

    def chosen_otherwise(self) -> dict[str, str]:
        """Return the options that are chosen and are not the default, by name."""
        return {
            option.name: self.chosen[option.name]
            for option in self.options
            if self.chosen[option.name] != option.choices[0]
        }

    def tamest(self) -> Safety:
        """Return the tamest safety that a finding can have, which is the codemod's own unless it says otherwise.

        A plan with a finding that is said to be tamer is refused.
        """
        return self.safety

    def safety_of(self, told: Spot | Site) -> Safety:
        """Return the safety of a spot or site.

        Raises:
            CodemodError: it is tamer than `tamest` says.
        """
        said, tamest = told.safety or self.safety, self.tamest()
        if said.tamer_than(tamest):
            message = f"{self.slug()} finds what is {said}, and its `tamest` says {tamest}"
            raise CodemodError(message)
        return said

    @classmethod
    def slug(cls) -> str:
        """Return the codemod's name on the command line: `BareExcept` is `bare-except`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def explanation(cls) -> Explanation:
        """Return the parts of the docstring.

        Raises:
            CodemodError: a part is missing.
        """
        parts = _HEADING.split(inspect.cleandoc(cls.__doc__ or ""))
        title, _, why = parts[0].partition("\n")
        named = dict(zip(parts[1::2], parts[2::2], strict=True))
        if not title or not why.strip() or set(named) != {"Left alone", "Safety"}:
            message = f"{cls.__name__}: its docstring needs a title, a why, 'Left alone:' and 'Safety:'"
            raise CodemodError(message)
        return Explanation(title.rstrip("."), why.strip(), named["Left alone"].strip(), named["Safety"].strip())


class Codemod(Recipe):
    """The base of a codemod that sees one file at a time: files without `pattern` are never parsed."""

    #: Whether `find` looks at nothing but the function or method that has the smell, at statements and names of its
    #: class and module, and at `module.text`: then the other functions need not be parsed to find it.
    local: ClassVar[bool] = False
    #: Whether files of tests are looked at.
    tests: ClassVar[bool] = True

    @abstractmethod
    def find(self, module: Module) -> Iterable[Spot]:
        """Yield every place in the module that has the smell, in source order."""

    @abstractmethod
    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:
        """Propose what stands in the place of `node`, LibCST's view of `spot.node` with inner spots done."""


class ProjectCodemod(Recipe):
    """The base of a codemod that sees all files of a project, and may change several at once."""

    @abstractmethod
    def survey(self, corpus: Corpus) -> Iterable[Site | Dismissed]:
        """Yield every place in the project that has the smell, and those that only seem to."""

    @abstractmethod
    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        """Propose what stands in the place of `node`, LibCST's view of the node at `place` with inner places done."""


def of_files(codemods: Iterable[Recipe]) -> tuple[Codemod, ...]:
    """Return those that look at one file at a time."""
    return tuple(codemod for codemod in codemods if isinstance(codemod, Codemod))


def of_projects(codemods: Iterable[Recipe]) -> tuple[ProjectCodemod, ...]:
    """Return those that look at a whole project."""
    return tuple(codemod for codemod in codemods if isinstance(codemod, ProjectCodemod))


def _checked(codemod: type[Recipe], chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the chosen options, or say which of them the codemod does not have; all mistakes at once."""
    known = {option.name: option for option in codemod.options}
    mistakes = []
    for name, value in chosen.items():
        if name not in known:
            mistakes.append(f"{codemod.slug()} has no option {name!r}; it has: {', '.join(known) or 'none'}")
        elif (mistake := known[name].mistake(value)) is not None:
            mistakes.append(f"{codemod.slug()}.{name} {mistake}, not {value!r}")
    if mistakes:
        raise OperatorError("; ".join(mistakes))
    return dict(chosen)
