"""Finds the functions whose `**kwargs` can become a schema, and says of the others why not; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fixbot.analysis.accepting.accepts import Accepted
from fixbot.analysis.calling.family import family
from fixbot.analysis.calling.hooks import hook
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.coroutines.public import is_public
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File, Function, FunctionNode
from fixbot.analysis.flows.cycles import Imports
from fixbot.analysis.flows.flow import Flow, flow, together
from fixbot.analysis.flows.onward import inner_flow
from fixbot.analysis.flows.sources import Sources
from fixbot.analysis.handlers.circumstances import is_test_file
from fixbot.analysis.keywords.uses import Uses, uses_of
from fixbot.analysis.module import statements
from fixbot.analysis.requirements import Requirements, requirements_for
from fixbot.codemod.contract import Place, Site
from fixbot.codemod.reshaping.plans import Style
from fixbot.codemod.schemas.against import against
from fixbot.codemod.schemas.entries import Unfit
from fixbot.codemod.schemas.evidence import breaking, evidence, message
from fixbot.codemod.schemas.homes import home_of, is_annotated, is_new
from fixbot.codemod.schemas.joining import joined
from fixbot.codemod.schemas.naming import SchemaNames, clash
from fixbot.codemod.schemas.places import Passing, Schema, reshaping
from fixbot.codemod.schemas.shape import Written, shaped, written
from fixbot.codemod.schemas.typed import Home, Typing
from fixbot.codemod.schemas.writing import Spelling, annotation_of, imports_for, schema_source
from fixbot.model import Dismissed, Evidence, Safety

# The end of a signature with `**name`: what calls somebody has no colon behind it.
_SIGNATURE = re.compile(rb"\*\*[ \t]*[^\W\d]\w*[ \t]*(?::[^\n]*?)?,?\s*(?:#[^\n]*\s*)*\)[^:\n]*:")


def survey(corpus: Corpus, chosen: Mapping[str, str]) -> Iterator[Site | Dismissed]:
    """Yield every function that takes keys which nobody checks, and those that only seem to.

    Args:
        corpus: the project.
        chosen: the options of the codemod: `style`, `join` and `public`.
    """
    look = _Look(corpus, chosen)
    for path, content in corpus.files.items():
        file = corpus.file(path) if _SIGNATURE.search(content) and path not in corpus.fixed else None
        for node, _ in statements(file.module.tree) if file is not None else ():
            if file is not None and isinstance(node, FunctionNode) and node.args.kwarg is not None:
                yield from look.at(Function(file, node))


@dataclass(frozen=True, slots=True)
class _Skip:
    """Why a function has not the smell at all."""

    because: str


class _Look:
    """A look at the functions of one project, one after the other."""

    def __init__(self, corpus: Corpus, chosen: Mapping[str, str]) -> None:
        self._corpus, self._chosen = corpus, chosen
        self._finder, self._imports = Finder(corpus), Imports(corpus)
        self._sources, self._names = Sources(self._finder), SchemaNames()
        self._typing = Typing(self._finder, self._imports)
        self._passing = Passing(self._finder, self._imports)

    def at(self, function: Function) -> Iterator[Site | Dismissed]:
        """Yield what there is to say of one function."""
        uses = uses_of(function)
        if uses is None or _is_unpacked(function):
            return
        found = self._site(uses)
        if isinstance(found, _Skip):
            says = f"`{function.qualname}` {found.because}"
            yield Dismissed(function.file.path, function.node.lineno, says, function.qualname)
        else:
            yield found

    def _site(self, uses: Uses) -> Site | _Skip:
        function = uses.function
        skip = self._skipped(uses)
        if skip is not None:
            return skip
        onward, unknown = inner_flow(self._finder, [uses])
        if not uses.reads and not any(isinstance(each.into, Accepted) and each.into.slots for each in onward):
            return _Skip(unknown[0] if unknown else "does nothing with its keys")
        if unknown:
            return _by_hand(function, unknown) if uses.reads else _Skip(unknown[0])
        return self._told(uses)

    def _told(self, uses: Uses) -> Site | _Skip:
        """Return what there is to say of a function of which all keys are known."""
        function = uses.function
        required = requirements_for(self._corpus, function.file.path)
        style = self._style(required)
        if self._is_to_stay(function, style):
            return _by_hand(function, ("belongs to the public interface of the distribution",))
        members = self._members(uses, style)
        if isinstance(members, Unfit):
            return _by_hand(function, (members.because,))
        told = next(each.function for each in members if self._skipped(each) is None)
        if told.node is not function.node:
            return _Skip(f"changes along with `{told.qualname}`")
        return self._judged(members, style)

    def _is_to_stay(self, function: Function, style: Style) -> bool:
        kept = self._chosen["public"] == "keep" and style is not Style.TYPED_DICT
        return kept and is_public(self._corpus, function)

    def _judged(self, members: tuple[Uses, ...], style: Style) -> Site:
        onward, unknown = inner_flow(self._finder, members)
        callers = together([self._sources.callers(each.function) for each in members])
        known = flow(members, onward, unknown, callers, self._sources)
        hurdles = (*unknown, *against(known, style, self._sources))
        return _by_hand(known.function, hurdles) if hurdles else self._rewritten(known, style)

    def _skipped(self, uses: Uses) -> _Skip | None:
        function = uses.function
        if is_test_file(function.file.path):
            return _Skip("is a helper of tests")
        if uses.checks:
            return _Skip("refuses keys itself that it does not know")
        if function.abstract or function.empty:
            return _Skip("has no body that asks for keys")
        if not uses.reads and not uses.spreads:
            kept = f"has a `{uses.name}` that {uses.opaque[0].because}" if uses.opaque else None
            return _Skip(kept or "does nothing with its keys")
        because = hook(self._corpus, function)
        return _Skip(because) if because is not None else None

    def _style(self, required: Requirements) -> Style:
        style = self._chosen["style"]
        if style == "auto":
            style = "dataclass" if required.pydantic is None else "pydantic"
        return Style.PYDANTIC1 if style == "pydantic" and required.pydantic == 1 else Style(style)

    def _members(self, uses: Uses, style: Style) -> tuple[Uses, ...] | Unfit:
        """Return the functions that change together: those that override one another."""
        related = family(self._corpus, self._finder, uses.function)
        if style is Style.TYPED_DICT:
            if sum(each.node.args.kwarg is not None for each in related.members) == 1:
                return (uses,)
            return Unfit((*related.because, "overrides something, or is overridden, and types would have to agree")[0])
        if related.because:
            return Unfit(related.because[0])
        found = [uses_of(each) for each in related.members]
        in_order = sorted(filter(None, found), key=lambda each: (each.function.file.path, each.function.node.lineno))
        return tuple(in_order)

    def _rewritten(self, known: Flow, style: Style) -> Site:
        found = self._sited(known, style)
        return _by_hand(known.function, (found.because,)) if isinstance(found, Unfit) else found

    def _sited(self, known: Flow, style: Style) -> Site | Unfit:
        wanted = self._chosen["join"] == "true" and style.is_object
        shape = shaped(known, style, self._sources, joined(known, self._corpus.project) if wanted else ())
        if isinstance(shape, Unfit):
            return shape
        required = requirements_for(self._corpus, known.function.file.path)
        beside = any(isinstance(entry.default, ast.Name) for entry in shape.entries)
        home = home_of(self._corpus, self._imports, known.function, style, required, beside=beside)
        fields = written(shape, known, style, home, self._typing, self._sources)
        schema = self._schema(known, style, fields, home, required)
        if isinstance(schema, Unfit):
            return schema
        plan = reshaping(known, shape, fields, style)
        if isinstance(plan, Unfit):
            return plan
        places = self._passing.members(known, shape, schema, plan)
        if isinstance(places, Unfit):
            return places
        calls = self._passing.places(known, shape, schema, plan.param) if style.is_object else []
        if isinstance(calls, Unfit):
            return calls
        return Site(
            at=Place.of(known.function.file.path, known.function.node),
            message=message(known, schema, style),
            safety=Safety.SAFE if style is Style.TYPED_DICT else Safety.REVIEW,
            evidence=evidence(known, fields),
            places=(*places, *calls),
            breaking=breaking(known, shape, schema, plan, calls),
        )

    def _schema(self, known: Flow, style: Style, fields: Written, home: Home, required: Requirements) -> Schema | Unfit:
        function = known.function
        if style is Style.PARAMS:
            return Schema("", "", fields.imports if is_annotated(function) else (), "", home)
        name = self._names.of([uses.function for uses in known.members], home.file)
        if name is None:
            return Unfit("has no free name for a schema")
        every = (*fields.joined, *fields.fields)
        doc = f"What `{function.qualname}` takes by keyword."
        spelling = _spelling(required, home, fields)
        needed = imports_for(style, every, spelling)
        taken = clash(home.file, needed)
        if taken is not None:
            return taken
        return Schema(
            name,
            schema_source(style, name, every, doc, spelling),
            needed if home.checker else (*needed, *fields.imports),
            annotation_of(style, name, spelling),
            home,
        )


def _spelling(required: Requirements, home: Home, fields: Written) -> Spelling:
    """Return what the oldest Python of a project asks of a class."""
    old = required.python is not None and required.python < (3, 10)
    return Spelling(
        old_dataclass=old,
        old_union=old and not home.checker,
        backport=None if required.python is None or is_new(required.python) else True,
        checker_only=home.checker,
        imports=fields.imports if home.checker else (),
        quoted=not _puts_off(home.file),
        unpack=True,
    )


def _puts_off(file: File) -> bool:
    """Say whether a module never works out its annotations."""
    future = (
        node for node in file.module.tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    )
    return any(alias.name == "annotations" for node in future for alias in node.names)


def _is_unpacked(function: Function) -> bool:
    """Say whether the keys are typed one by one already, or belong to a parameter specification."""
    arg = function.node.args.kwarg
    said = ast.unparse(arg.annotation) if arg is not None and arg.annotation is not None else ""
    return "Unpack[" in said or said.endswith(".kwargs") or said.startswith("**")


def _by_hand(function: Function, because: tuple[str, ...]) -> Site:
    at = Place.of(function.file.path, function.node)
    first, *others = (f"`{function.qualname}` {each}" for each in dict.fromkeys(because))
    return Site(
        at=at,
        message=f"`{function.qualname}` takes any keyword and checks none; left to a person: {first}",
        safety=Safety.MANUAL,
        evidence=tuple(Evidence(at.line, each) for each in others[:6]),
    )
