"""What may stand in the place of a member of a class, and which attributes an object surely has; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache

from fixbot.analysis.definitions import Class, Function, FunctionNode
from fixbot.analysis.module import statements
from fixbot.analysis.names import own_nodes
from fixbot.analysis.project import Project
from fixbot.analysis.raises.evidence import Raised
from fixbot.analysis.raises.guarded import ends
from fixbot.analysis.raises.hierarchy import standard_lineage

# Decorators that leave a class what it is.
_RECORDS = frozenset({"dataclasses.dataclass", "dataclass_transform", "enum.unique", "typing.final"})


def is_unsettled(cls: Class, name: str) -> bool:
    """Say whether a class body binds a name under a condition only, so that nobody knows what stands there."""
    return cls.member(name) is None and name in cls.file.names.bound(cls.node)


def heirs(cls: Class) -> Iterator[Class]:
    """Yield the classes of the same file that derive from a class, by the names of their bases."""
    waiting, seen = [cls.node.name], {cls.node.name}
    while waiting:
        for heir in cls.file.heirs.get(waiting.pop(), []):
            yield Class(cls.file, heir)
            if heir.name not in seen:
                seen.add(heir.name)
                waiting.append(heir.name)


def is_set_by(cls: Class, name: str) -> bool:
    """Say whether a method of a class binds an attribute of its object."""
    return name in _set_on_self(cls.node)


@lru_cache(maxsize=64)
def _set_on_self(cls: ast.ClassDef) -> frozenset[str]:
    methods = [node for node in cls.body if isinstance(node, FunctionNode) and node.args.args]
    return frozenset(
        part.attr
        for method in methods
        for part in own_nodes(method)
        if isinstance(part, ast.Attribute) and not isinstance(part.ctx, ast.Load)
        if isinstance(part.value, ast.Name) and part.value.id == method.args.args[0].arg
    )


def is_replaced(function: Function) -> bool:
    """Say whether the file of a function puts something else in its place: `global f`, or `Class.method = other`."""
    tree, owner, name = function.file.module.tree, function.file.owner(function.node), function.node.name
    if owner is None:
        return function.file.module.parents.get(function.node) is tree and ("", name) in _replacements(tree)
    return (owner.node.name, name) in _replacements(tree)


@lru_cache(maxsize=16)
def _replacements(tree: ast.Module) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for node, _ in statements(tree):
        match node:
            case ast.Global(names=names):
                found |= {("", name) for name in names}
            case ast.Assign(targets=targets):
                for target in targets:
                    match target:
                        case ast.Attribute(value=ast.Name(id=holder), attr=attr):
                            found.add((holder, attr))
    return frozenset(found)


def is_behind_foreign(cls: Class, member_of: Class, project: Project) -> bool:
    """Say whether a base of which nothing is known is asked for a member before the class that has it."""
    if cls == member_of:
        return False
    for base in cls.node.bases:
        written = base.value if isinstance(base, ast.Subscript) else base
        found = project.lookup(written, cls.file, cls.node)
        if not isinstance(found, Class):
            full = cls.file.names.resolve(written, cls.node) or ""
            if not standard_lineage(full) and full.partition(".")[0] not in {"object", "typing", "abc"}:
                return True
            continue
        above = project.ancestry(found)
        if member_of in above.classes:
            return is_behind_foreign(found, member_of, project)
        if not above.whole or not all(map(standard_lineage, above.others)):
            return True
    return False


def surely_set(body: Sequence[ast.stmt], own: str) -> set[str]:
    """Return the attributes of the name `own` that statements have set whichever way they went."""
    found: set[str] = set()
    for node in body:
        match node:
            case ast.If(body=then, orelse=other):
                ways = [surely_set(way, own) for way in (then, other) if not ends(way)]
                found |= set.intersection(*ways) if ways else set()
            case ast.With(body=inner):
                found |= surely_set(inner, own)
            case ast.Try(body=inner, handlers=handlers, orelse=other, finalbody=last):
                ways = [surely_set(handler.body, own) for handler in handlers if not ends(handler.body)]
                found |= set.intersection(surely_set([*inner, *other], own), *ways) | surely_set(last, own)
            case ast.Assign() | ast.AnnAssign(value=ast.expr()):
                found |= {
                    part.attr
                    for part in ast.walk(node)
                    if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)
                    if isinstance(part.value, ast.Name) and part.value.id == own
                }
    return found


def is_annotated(node: ast.FunctionDef) -> bool:
    """Say whether a function has an annotation, which runs where the function is defined."""
    every = [
        *node.args.posonlyargs,
        *node.args.args,
        *node.args.kwonlyargs,
        node.args.vararg,
        node.args.kwarg,
    ]
    return node.returns is not None or any(arg is not None and arg.annotation is not None for arg in every)


def is_overridden(cls: Class, name: str) -> bool:
    """Say whether an heir in the same file has a member of its own with this name."""
    return any(heir.member(name) is not None or is_unsettled(heir, name) for heir in heirs(cls))


def is_decorated(cls: Class) -> bool:
    """Say whether a decorator of which nothing is known may have changed a class."""
    written = [each.func if isinstance(each, ast.Call) else each for each in cls.node.decorator_list]
    return any(cls.file.names.resolve(each, cls.node) not in _RECORDS for each in written)


def is_only_said(cls: Class, name: str, project: Project) -> bool:
    """Say whether a class that nothing fills names the kind of an attribute, and no value."""
    said = cls.member(name)
    if not isinstance(said, ast.AnnAssign) or said.value is not None or project.ancestry(cls).others:
        return False
    return not any(one.node.decorator_list for one in (cls, *heirs(cls)))


def no_member(type_: str, cls: Class) -> Raised:
    """Return what comes out where an enumeration is asked for a member that it may not have."""
    origin = f"{cls.name} has no such member"
    return Raised(type_, 0, "", "operation", standard_lineage(type_), origin=origin, origin_source="operation")
