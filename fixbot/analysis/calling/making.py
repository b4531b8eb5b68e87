"""Finds all that runs the `__init__` of a class: calls of the class, of its heirs, of `super()`; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fixbot.analysis.calling.arguments import Signature, is_refused
from fixbot.analysis.calling.heirs import descendants, nearest, order
from fixbot.analysis.calling.naming import is_idle
from fixbot.analysis.calling.reaching import Reached, class_of_super, mention_of, supers
from fixbot.analysis.calling.selves import made_by_type, made_inside
from fixbot.analysis.calling.strangers import made_again, walked
from fixbot.analysis.coroutines.mentions import Finder, Mentions
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.target import Key, Target, key_of
from fixbot.analysis.definitions import Class, Function, FunctionNode

_INIT = "__init__"
# Decorators of classes that give them no `__init__`.
_KEEPING = frozenset({"functools.total_ordering"}) | {
    f"{module}.{name}" for module in ("typing", "typing_extensions") for name in ("final", "runtime_checkable")
}


def makings(finder: Finder, function: Function, owner: Class) -> Iterator[Reached]:
    """Yield all that may run the `__init__` of a class."""
    project, key = finder.corpus.project, key_of(function)
    below, doubtful = descendants(finder, owner)
    same = [each for each in below if _runs(finder, each, key)]
    for each in (owner, *same):
        yield from _by_name(finder, function, each)
    for each in same:
        decorator = _remade(finder, each, key)
        if decorator is not None:
            yield Reached(unseen=f"is inherited by `{each.name}`, which `{decorator}` may give another one")
    for each in doubtful:
        yield Reached(unseen=f"may be inherited by `{each.name}`")
    yield from supers(finder, function, below)
    yield from _friends(finder, owner, below)
    line = (*below, *project.ancestry(owner).classes)
    for each in line:
        heirs = below if each in (owner, *below) else descendants(finder, each)[0]
        yield from made_inside(finder, each, [heir for heir in heirs if _derives(finder, heir, each)], key)
    yield from made_by_type(finder, line, Signature.of(function))
    yield from walked(finder, line)
    yield from made_again(finder, line, Signature.of(function))


def _remade(finder: Finder, cls: Class, key: Key) -> str | None:
    """Return what decorates a class, or one between, and may put an `__init__` in the place of that it inherits."""
    for each in order(finder.corpus.project, cls):
        member = each.member(_INIT)
        if isinstance(member, FunctionNode) and key_of(Function(each.file, member)) == key:
            return None
        for decorator in each.node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if each.file.names.resolve(called, each.node) not in _KEEPING:
                return ast.unparse(called)
    return None


def _derives(finder: Finder, heir: Class, cls: Class) -> bool:
    return any(key_of(each) == key_of(cls) for each in finder.corpus.project.ancestry(heir).classes[1:])


def _runs(finder: Finder, cls: Class, key: Key) -> bool:
    found = nearest(finder.corpus.project, cls, _INIT)
    return found is not None and key_of(found) == key


def _by_name(finder: Finder, function: Function, cls: Class) -> Iterator[Reached]:
    """Yield what the mentions of a class are."""
    home = cls.file.module.function(cls.node)
    target = Target(Function(cls.file, function.node), cls.node.name, key_of(cls), None, home, read=False)
    found: Mentions = finder.mentions_of(target)
    yield from (Reached(call) for call in found.calls)
    yield from (Reached(unseen=hurdle.says) for hurdle in found.hurdles if hurdle.node is None)
    for value in found.values:
        nesting = finder.nesting(value.file) if value.file is not None else None
        if value.node is None or nesting is None:
            continue
        if not value.maybe:
            yield from mention_of(value.node, nesting)
        elif _is_base(value.node, nesting) or not (
            is_idle(value.node, nesting) or _is_refused(value.node, nesting, function)
        ):
            yield Reached(unseen=value.says)


def _is_base(node: ast.expr, nesting: Nesting) -> bool:
    return any(isinstance(each, ast.ClassDef) and node in each.bases for each in nesting.around(node))


def _is_refused(node: ast.expr, nesting: Nesting, function: Function) -> bool:
    """Say whether a mention is a call that the `__init__` would refuse."""
    call = nesting.parents.get(node)
    called = isinstance(call, ast.Call) and call.func is node
    return isinstance(call, ast.Call) and called and is_refused(call, Signature.of(function), nesting)


def _friends(finder: Finder, owner: Class, below: list[Class]) -> Iterator[Reached]:
    """Yield the classes whose `super().__init__` runs the one of a class where something derives from both."""
    project = finder.corpus.project
    line = {key_of(each) for each in (*below, *project.ancestry(owner).classes)}
    known: set[Key] = set()
    for heir in below:
        ancestry = project.ancestry(heir)
        for foreign in (each for each in ancestry.others if each not in project.ancestry(owner).others):
            if _comes_first(heir, foreign, finder, line):
                yield Reached(unseen=f"may be called by `{foreign}`, which `{heir.name}` derives from too")
        for friend in (each for each in ancestry.classes if key_of(each) not in line | known):
            known.add(key_of(friend))
            nesting = finder.nesting(friend.file)
            for node in nesting.named(_INIT):
                cls = class_of_super(node, nesting, finder)
                if cls is not None and key_of(cls) == key_of(friend):
                    yield Reached(unseen=f"may be called by `super()` in `{friend.name}.__init__`")


def _comes_first(heir: Class, full: str, finder: Finder, line: set[Key]) -> bool:
    """Say whether a base outside of the project is asked before the class itself."""
    for base in heir.node.bases:
        found = finder.corpus.project.lookup(base, heir.file, heir.node)
        if isinstance(found, Class) and key_of(found) in line:
            return False
        if (heir.file.names.resolve(base, heir.node) or "") == full:
            return True
    return False
