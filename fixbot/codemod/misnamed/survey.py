"""Finds the names of a project that are nothing where they are read; it only reads and edits."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.module import Module
from fixbot.analysis.requirements import requirements_for
from fixbot.analysis.undefined import Undefined, undefined
from fixbot.codemod.contract import Declined, Place, Proposal, Site
from fixbot.codemod.lazy import cst
from fixbot.codemod.misnamed.dismissed import dismissed
from fixbot.codemod.misnamed.hints import hints
from fixbot.codemod.misnamed.likely import Sure, meant
from fixbot.codemod.misnamed.uses import Lost, home
from fixbot.model import Dismissed, Evidence, Safety

_LAZY = (3, 14)
_MOST = 5
# Names of one file that are nothing, and comparisons of those with names that it binds.
_MOST_GUESSED, _MOST_COMPARED = 1000, 500_000


def survey(corpus: Corpus) -> Iterator[Site | Dismissed]:
    """Yield one site for each name that a function, class or module reads and that is nothing there."""
    for path in corpus.files:
        if path in corpus.fixed:
            continue
        module = corpus.module(path)
        if module is None:
            continue
        several = _lost(corpus, module)
        guess = _may_be_slips(several)
        for lost in several:
            because = dismissed(corpus, lost)
            line = lost.first.node.lineno
            yield (_site(corpus, lost, guess=guess) if because is None else Dismissed(path, line, because, lost.within))


def _may_be_slips(several: list[Lost]) -> bool:
    """Say whether it is worth to guess what was meant: where all is strange to a file, nobody misspelt it.

    Each name would be compared with all that the file binds.
    """
    bound = max((len(lost.first.chain[0].names) for lost in several), default=0)
    return len(several) <= _MOST_GUESSED and len(several) * bound <= _MOST_COMPARED


def _lost(corpus: Corpus, module: Module) -> list[Lost]:
    """Return the names that are nothing, those of one name in one function together."""
    found = undefined(module)
    python = requirements_for(corpus, module.path).python if found else None
    if python is not None and python >= _LAZY:
        found = undefined(module, lazy=True)
    grouped: dict[tuple[str, ast.AST], list[Undefined]] = {}
    for one in found:
        grouped.setdefault((one.name, home(one).node), []).append(one)
    return [Lost(module, name, tuple(several)) for (name, _), several in grouped.items()]


def _site(corpus: Corpus, lost: Lost, *, guess: bool) -> Site:
    name, path = lost.name, lost.module.path
    at = Place.of(path, lost.first.node)
    also = _also(lost)
    found = meant(corpus, lost) if guess else ""
    if isinstance(found, Sure):
        places = tuple(Place.of(path, place.node, found.name) for place in lost.places)
        message = f"nothing binds `{name}` here; it is `{found.name}`"
        return Site(at=at, message=message, evidence=(*found.evidence, *also), places=places)
    known = hints(corpus, lost) if guess else []
    likely = _said(known[0], lost) if known else found
    message = (
        f"nothing binds `{name}` here: reading it raises `NameError`"
        if not _typed(lost)
        else (f"nothing binds `{name}`, which an annotation names")
    )
    message = f"{message}; {likely}" if likely else message
    return Site(at=at, message=message, safety=Safety.MANUAL, evidence=(*known, *also))


def _said(hint: Evidence, lost: Lost) -> str:
    return hint.says if hint.line == lost.first.node.lineno else f"{hint.says} (line {hint.line})"


def _typed(lost: Lost) -> bool:
    """Say whether nothing but annotations that nobody evaluates name it."""
    return all(place.chain[-1].kind == "types" for place in lost.places)


def _also(lost: Lost) -> tuple[Evidence, ...]:
    lines = sorted({place.node.lineno for place in lost.places} - {lost.first.node.lineno})
    if not lines:
        return ()
    more = f" and in {len(lines) - _MOST} more lines" if len(lines) > _MOST else ""
    listed = ", ".join(str(line) for line in lines[:_MOST])
    return (Evidence(lines[0], f"it is read again in line{'s' if len(lines) > 1 else ''} {listed}{more}"),)


def edit(place: Place, node: cst.CSTNode) -> Proposal | Declined:
    """Write the name that was meant."""
    if not isinstance(node, cst.Name) or not isinstance(place.plan, str):
        return Declined("it is not the name that was found")
    return Proposal(node.with_changes(value=place.plan), drops=(node.value,))
