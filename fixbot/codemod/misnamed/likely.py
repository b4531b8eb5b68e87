"""Chooses the one name that a misspelt one was meant to be, or says why nobody can tell; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.undefined import Scope
from fixbot.analysis.undefined.scopes import BUILTINS, DECLARED, DELETED, OVER
from fixbot.codemod.misnamed.bound import bound_at, is_number
from fixbot.codemod.misnamed.uses import Lost, reads, use
from fixbot.model import Evidence

_SHORTEST = 4
_FARTHEST = 2
_MOST_NAMED = 4
_CONSTANTS = frozenset({"False", "None", "True"})
_NOTHING = frozenset({DECLARED, DELETED, OVER})


@dataclass(frozen=True, slots=True)
class Meant:
    """A name that is like one that is nothing: `scope` binds it, None where it is a builtin."""

    name: str
    scope: Scope | None


@dataclass(frozen=True, slots=True)
class Sure:
    """The one name that was meant, and what shows it."""

    name: str
    evidence: tuple[Evidence, ...]


def alike(lost: Lost) -> list[Meant]:
    """Return the names that can be read in the place of one that is nothing and differ by two letters at most."""
    if len(lost.name) < _SHORTEST:
        return []
    found: dict[str, Meant] = {}
    for scope in reversed(lost.first.chain):
        if scope.kind != "class" or scope is lost.first.chain[-1]:
            for name in _near(lost.name, scope.names):
                if scope.names[name] not in _NOTHING:
                    found.setdefault(name, Meant(name, scope))
    called = lost.kinds() == {"call"}
    for name in _near(lost.name, BUILTINS | _CONSTANTS):
        if called or name[0].isupper():
            found.setdefault(name, Meant(name, None))
    near = list(found.values())
    nearest = [one for one in near if distance(lost.name, one.name) == 1]
    if len(nearest) == 1:
        near = [one for one in near if one is nearest[0] or one.scope is not None]
    return sorted(near, key=lambda one: one.name)


def _near(name: str, others: Iterable[str]) -> list[str]:
    """Return which of some names differ from one by two letters at most."""
    letters, longest = frozenset(name), len(name) + _FARTHEST
    shortest = max(len(name) - _FARTHEST, _SHORTEST)
    likely = [each for each in others if shortest <= len(each) <= longest and len(letters ^ {*each}) <= 2 * _FARTHEST]
    return [each for each in likely if each != name and distance(name, each) <= _FARTHEST]


def distance(one: str, other: str) -> int:
    """Return how many letters have to be put in, taken out, changed, or swapped with the next to get from one to other.

    What is farther than two is told as three.
    """
    if abs(len(one) - len(other)) > _FARTHEST:
        return _FARTHEST + 1
    rows = [list(range(len(other) + 1))]
    for i, left in enumerate(one, 1):
        row = [i]
        for j, right in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        if min(row) > _FARTHEST and min(rows[-1]) > _FARTHEST:
            return _FARTHEST + 1
        rows.append(row)
    return min(rows[-1][-1], _FARTHEST + 1)


def meant(corpus: Corpus, lost: Lost) -> Sure | str:
    """Return the one name that was meant, or why a person has to say, in words that can follow "because"."""
    found = alike(lost)
    if len(found) != 1:
        several = ", ".join(f"`{one.name}`" for one in found[:_MOST_NAMED])
        return f"several names are like it: {several}" if several else ""
    only = found[0]
    line = _value_at(lost, only) if lost.plain else None
    if line is None:
        where = "has no sure value here" if lost.plain else "is not the only thing in the string"
        return f"`{only.name}` is like it, but {where}"
    shown = next(_same_use(lost, only), None)
    if shown is not None and _may_be(lost, only):
        return Sure(only.name, (shown, Evidence(line, f"`{only.name}` has its value here")))
    doubt = _doubt(corpus, lost, only)
    says = f"`{only.name}` has its value here, and nothing else is like it"
    return Sure(only.name, (Evidence(line, says),)) if doubt is None else f"`{only.name}` is like it, but {doubt}"


def _value_at(lost: Lost, only: Meant) -> int | None:
    """Return the line that gives the name its value before each place, None where there may be none."""
    if only.scope is None:
        return lost.first.node.lineno
    if only.scope.kind not in {"function", "module"}:
        return None
    lines = [bound_at(lost.module, only.scope.node, only.name, place.around) for place in lost.places]
    return next((line for line in lines if line is not None), None) if None not in lines else None


def _same_use(lost: Lost, only: Meant) -> Iterator[Evidence]:
    """Yield where the scope does with the other name exactly what is done with the one that is nothing."""
    wanted = {}
    for node, holder in lost.contexts():
        if not isinstance(holder, ast.Attribute | ast.Compare | ast.BinOp | ast.Subscript | ast.Call):
            continue
        alone = isinstance(holder, ast.Call) and holder.func is node and not holder.args and not holder.keywords
        if not alone:
            wanted[re.sub(rf"\b{re.escape(lost.name)}\b", only.name, ast.unparse(holder))] = node.lineno
    for read in reads(lost.scope.node, only.name):
        beside = lost.parents.get(read)
        written = ast.unparse(beside) if isinstance(beside, ast.expr) else ""
        if written in wanted:
            yield Evidence(read.lineno, f"`{written}` stands here, as line {wanted[written]} has it but for the name")


def _may_be(lost: Lost, only: Meant) -> bool:
    """Say whether two names do not differ by what makes them two names.

    That is a number, an underscore, a capital, or a short word in one of several: `min_size` is not `max_size`.
    """
    if any(change(lost.name) == change(only.name) for change in (_without_digits, _bare, str.lower)):
        return False
    one, other = lost.name.split("_"), only.name.split("_")
    differing = [word for pair in zip(one, other, strict=False) if pair[0] != pair[1] for word in pair]
    return len(one) == len(other) and all(len(word) >= _SHORTEST for word in differing)


def _without_digits(name: str) -> str:
    return re.sub(r"\d+", "", name)


def _bare(name: str) -> str:
    return name.strip("_")


def _doubt(corpus: Corpus, lost: Lost, only: Meant) -> str | None:
    """Return what speaks against a name that nothing but its letters speak for, None where nothing does."""
    near = distance(lost.name, only.name) == 1
    if not _may_be(lost, only) or not near or lost.name[0] != only.name[0]:
        return "that may be another name"
    if lost.name.rstrip("s") == only.name.rstrip("s") and not (
        only.scope is not None and is_number(only.scope.node, only.name) and lost.kinds() == {"value"}
    ):
        return "one of them is many and the other is one"
    if _known_elsewhere(corpus, lost):
        return f"`{lost.name}` is a name elsewhere"
    if lost.kinds() <= _uses_of(lost, only):
        return None
    return "it is not used alike"


def _known_elsewhere(corpus: Corpus, lost: Lost) -> bool:
    words = len(re.findall(rf"\b{re.escape(lost.name)}\b", lost.module.text))
    return words != len(lost.places) or len(corpus.mentioning(lost.name)) > 1


def _uses_of(lost: Lost, only: Meant) -> set[str]:
    """Return what the scope does with the other name, and what can be done with it at all."""
    if only.scope is None:
        return {"value", "call"} - ({"call"} if only.name in _CONSTANTS else set())
    defined = (node for node in ast.walk(only.scope.node) if isinstance(node, ast.FunctionDef | ast.ClassDef))
    if any(node.name == only.name for node in defined):
        return {"call"}
    found = {use(read, lost.parents) for read in reads(lost.scope.node, only.name)} - {"attribute"}
    parameter = only.scope.node is lost.scope.node and only.name in _parameters(only.scope.node)
    return found | ({"value"} if parameter else set())


def _parameters(node: ast.AST) -> set[str]:
    return {arg.arg for arg in ast.walk(getattr(node, "args", ast.Pass())) if isinstance(arg, ast.arg)}
