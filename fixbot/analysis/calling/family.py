"""Which methods override each other, so that they can change together only, and why they cannot; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.calling.heirs import descendants, foreign
from fixbot.analysis.coroutines.hurdles import is_faked, is_protocol, namesakes
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.coroutines.target import Key, key_of
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Class, Function, FunctionNode
from fixbot.analysis.handlers.circumstances import is_test_file


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """A method with those of the project that override it, that it overrides, and that these do in turn.

    `because` says why they cannot change together, in words that follow the function's name; empty where they can.
    The function itself is the first of the `members`.
    """

    members: tuple[Function, ...]
    because: tuple[str, ...] = ()


def family(corpus: Corpus, finder: Finder, function: Function) -> Family:
    """Return the family of a function: itself alone where it is no method.

    `__init__` is alone too: nobody calls it without saying of which class.
    """
    owner, name = function.file.owner(function.node), function.node.name
    if owner is None or name == "__init__":
        return Family((function,))
    if _is_mangled(name):
        return Family((function,))
    classes, doubtful = _related(corpus, finder, owner, name)
    having = [each for each in classes if each.member(name) is not None]
    found = [(each, each.member(name)) for each in having if key_of(each) != key_of(owner)]
    others = [Function(each.file, member) for each, member in found if isinstance(member, FunctionNode)]
    because = [f"is no method in `{each.name}`" for each, member in found if not isinstance(member, FunctionNode)]
    because += [f"may be overridden by `{each.name}.{name}`" for each in doubtful if each.member(name) is not None]
    because += [why for other in others for why in _differs(function, other)]
    because += _overrides_foreign(corpus, [each for each in having if key_of(each) != key_of(owner)], name)
    because += _stand_ins(corpus, classes, name)
    return Family((function, *others), tuple(dict.fromkeys(because)))


def _is_mangled(name: str) -> bool:
    return name.startswith("__") and not name.endswith("__")


def _related(corpus: Corpus, finder: Finder, owner: Class, name: str) -> tuple[list[Class], list[Class]]:
    """Return all classes whose objects may be called by the method's name where the owner's may, and doubtful ones."""
    known: dict[Key, Class] = {key_of(owner): owner}
    doubtful: list[Class] = []
    waiting = [owner]
    while waiting:
        cls = waiting.pop()
        line = [each for each in corpus.project.ancestry(cls).classes[1:] if each.member(name) is not None]
        below, unsure = descendants(finder, cls) if cls.member(name) is not None else ([], [])
        doubtful += unsure
        for each in (*line, *below):
            if key_of(each) not in known:
                known[key_of(each)] = each
                waiting.append(each)
    return list(known.values()), [each for each in doubtful if key_of(each) not in known]


def _differs(function: Function, other: Function) -> Iterator[str]:
    """Yield why another method cannot take the same change."""
    mine, its = function.node.args, other.node.args
    name = other.qualname
    if other.manner == "read":
        yield f"is a property in `{name}`"
    elif other.bound_to != function.bound_to:
        yield f"is bound in another way than `{name}`"
    elif its.kwarg is None:
        yield f"has other parameters than `{name}`, which takes no `**` keywords"
    elif _shape(mine) != _shape(its):
        yield f"has other parameters than `{name}`"


def _shape(args: ast.arguments) -> tuple[object, ...]:
    """Return what callers can tell of parameters but for defaults: the first one's name is the method's own affair."""
    before, after = [arg.arg for arg in args.posonlyargs], [arg.arg for arg in args.args]
    names = [*before, *after]
    only = frozenset(arg.arg for arg in args.kwonlyargs)
    return names[1:], max(len(before), 1), args.vararg is not None, only


def _overrides_foreign(corpus: Corpus, classes: list[Class], name: str) -> Iterator[str]:
    for each in classes:
        base = foreign(corpus, each) if not name.startswith("_") else None
        if base is not None:
            yield f"may override something of `{base}` in `{each.name}`"


def _stand_ins(corpus: Corpus, classes: list[Class], name: str) -> Iterator[str]:
    """Yield which protocols ask for a method of the name, and which fakes of tests have one."""
    known = {key_of(each) for each in classes}
    for each in namesakes(corpus, classes[0], name):
        line = corpus.project.ancestry(each).classes
        if key_of(each) in known:
            if is_protocol(each):
                yield f"is a member of `{each.name}`, a protocol"
        elif any(map(is_protocol, line)):
            yield f"may stand for `{each.name}.{name}`, a protocol"
        elif is_test_file(each.file.path) and any(is_faked(corpus, cls, each) for cls in classes):
            yield f"may have `{each.name}.{name}` in its place in {each.file.path}"
        elif any(is_test_file(cls.file.path) and is_faked(corpus, each, cls) for cls in classes):
            yield f"may stand in the place of `{each.name}.{name}`"
