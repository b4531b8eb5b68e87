"""Says whether a name or an attribute somewhere in a project means one function; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.receivers import method, receiver
from fixbot.analysis.coroutines.target import Key, Target, key_of, module_name
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Class, File, Function
from fixbot.analysis.names import dotted, last_name

_LOADERS = frozenset({"import_module", "__import__", "importorskip", "reload", "module_from_spec", "run_path"})
_WORKED_OUT = re.compile(rb"\bimport_module\(\s*(?![\"'])")
_DELEGATES = ("__getattr__", "__getattribute__")


class Identity:
    """Knows what names of a project mean."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus, self._project = corpus, corpus.project
        self._values: dict[Key, bool] = {}
        self._lines: dict[Key, frozenset[Key]] = {}

    def of(self, node: ast.Name | ast.Attribute, nesting: Nesting, target: Target, *, quick: bool) -> bool | None:
        """Say whether a node means the target; None where it may, though a `quick` look misses some of these."""
        if isinstance(node, ast.Name):
            return False if nesting.hidden(node) else self._named(node, nesting, target)
        at = nesting.statement(node)
        means = self._named(node, nesting, target) if dotted(node) is not None else False
        if means is not False or self._project.lookup(node, nesting.file, at) is not None:
            return means
        if self._is_foreign(node, nesting.file, at):
            return False
        if target.owner is None:
            return False if quick else self._of_module(node, nesting, target)
        return self._of_class(node, nesting, target, quick=quick)

    def _named(self, node: ast.expr, nesting: Nesting, target: Target) -> bool | None:
        at, file = nesting.statement(node), nesting.file
        found = self._project.lookup(node, file, at)
        if isinstance(found, Function | Class):
            return key_of(found) == target.key
        if target.is_among(found) or (found is None and target.is_bound_again(node, file, at)):
            return True
        return (
            None
            if found is None and any(self._may_be(full, file, target) for full in _fulls(node, file, at))
            else False
        )

    def _may_be(self, full: str, file: File, target: Target) -> bool:
        """Say whether a name that an import gives may mean the target: it does, or leads nowhere in the project."""
        found = self._project.find(full, file.path)
        if isinstance(found, Function | Class):
            return key_of(found) == target.key
        ours = full.startswith(".") or self._is_ours(full, file)
        return target.may_be(full) or (found is None and ours and full.rpartition(".")[2] == target.name)

    def _is_ours(self, full: str, file: File) -> bool:
        head = full.partition(".")[0]
        return self._project.module(head, file.path) is not None or self._project.may_hold(head)

    def _is_foreign(self, node: ast.expr, file: File, at: ast.AST) -> bool:
        """Say whether a dotted name leads into a module that is not of the project."""
        full = file.names.resolve(node, at)
        return full is not None and not full.startswith(".") and not self._is_ours(full, file)

    def _of_module(self, node: ast.Attribute, nesting: Nesting, target: Target) -> bool | None:
        """Say whether `x.name` may mean a function of a module, because somebody loaded or handed over the module."""
        at = nesting.statement(node)
        if _may_be_module(node.value, nesting, target):
            return None
        unknown = receiver(self._project, nesting.file, node.value, at) is None
        return None if unknown and self._is_value(target) else False

    def _is_value(self, target: Target) -> bool:
        """Say whether the module of a target is used otherwise than before a dot, so that anything may be it."""
        if target.key not in self._values:
            self._values[target.key] = self._loads_anything() or any(self._module_values(target))
        return self._values[target.key]

    def _loads_anything(self) -> bool:
        """Say whether some file imports modules by names that it works out."""
        paths = self._corpus.mentioning("import_module")
        return any(_WORKED_OUT.search(self._corpus.files[path]) for path in paths)

    def _module_values(self, target: Target) -> Iterator[bool]:
        homes = self._homes(target)
        for path in {path for home in homes.values() for path in self._corpus.mentioning(home)}:
            file = self._corpus.file(path)
            nesting = Nesting(file) if file is not None else None
            for node in nesting.among(frozenset(homes.values())) if nesting is not None else ():
                if nesting is not None and isinstance(node, ast.Name | ast.Attribute):
                    found = self._project.lookup(node, nesting.file, nesting.statement(node))
                    same = isinstance(found, File) and found.path in homes
                    yield same and not isinstance(nesting.parents.get(node), ast.Attribute) and _is_kept(node, nesting)

    def _homes(self, target: Target) -> dict[str, str]:
        """Return the files that have the target under its name, defined there or handed on, with their own names."""
        found = {target.key[0]: target.holder}
        for path in self._corpus.mentioning(target.name):
            file = self._corpus.file(path)
            origins = file.names.bound(file.module.tree).get(target.name, set()) if file is not None else set()
            for origin in filter(None, origins):
                meant = self._project.find(origin, path)
                if isinstance(meant, Function | Class) and key_of(meant) == target.key:
                    found[path] = module_name(path)
        return found

    def _of_class(self, node: ast.Attribute, nesting: Nesting, target: Target, *, quick: bool) -> bool | None:
        """Say whether `x.name` means a method, by the class of the object."""
        cls = receiver(self._project, nesting.file, node.value, nesting.statement(node))
        if not isinstance(cls, Class):
            return None if cls is None else False
        member = method(self._project, cls, target.name)
        if isinstance(member, Function):
            return key_of(member) == target.key or self._overrides(target, member)
        if member is not None or quick:
            return False
        ancestry = self._project.ancestry(cls)
        delegates = any(each.member(name) is not None for each in ancestry.classes for name in _DELEGATES)
        return None if delegates or not ancestry.whole or self._may_bring(target, cls) else False

    def _may_bring(self, target: Target, cls: Class) -> bool:
        """Say whether an object of a class may be of the target's class as well, or of one that derives from both."""
        return target.owner is not None and key_of(cls) in self._around(target.owner)

    def _around(self, owner: Class) -> frozenset[Key]:
        """Return a class and those of the project that seem to derive from it, with all that these derive from."""
        if key_of(owner) not in self._lines:
            found = {key_of(each) for each in self._project.ancestry(owner).classes}
            names = [owner.node.name]
            for name in names:
                for path in self._corpus.deriving(name):
                    file = self._corpus.file(path)
                    heirs = file.heirs.get(name, []) if file is not None else []
                    lines = [self._project.ancestry(Class(file, node)) for node in heirs if file is not None]
                    found |= {key_of(each) for line in lines for each in line.classes}
                    names += [node.name for node in heirs if node.name not in names]
            self._lines[key_of(owner)] = frozenset(found)
        return self._lines[key_of(owner)]

    def _overrides(self, target: Target, member: Function) -> bool:
        """Say whether the target stands for a method where the object is of a class below that of the method."""
        owner = member.file.owner(member.node)
        above = self._project.ancestry(target.owner).classes[1:] if target.owner is not None else ()
        return owner is not None and any(key_of(each) == key_of(owner) for each in above)


def _fulls(node: ast.expr, file: File, at: ast.AST) -> list[str]:
    """Return every full name that the imports of a scope give to a name: `try: import` may give several."""
    head, _, rest = (dotted(node) or "").partition(".")
    scope = next((scope for scope in file.names.scopes(at) if head in file.names.bound(scope)), None)
    origins = sorted(filter(None, file.names.bound(scope)[head])) if scope is not None else []
    return [f"{origin}.{rest}" if rest else origin for origin in origins]


def _is_kept(node: ast.expr, nesting: Nesting) -> bool:
    """Say whether a module is given to something that keeps it: patches and reloads let go of it."""
    outer = nesting.parents.get(node)
    call = nesting.parents.get(outer) if isinstance(outer, ast.keyword) else outer
    taker = last_name(call.func) if isinstance(call, ast.Call) else ""
    return taker not in {"object", "setattr", "delattr", "reload", "multiple", "spy", "getattr", "hasattr"}


def _may_be_module(node: ast.expr, nesting: Nesting, target: Target) -> bool:
    """Say whether an object may be the module of the target that somebody loaded, or was handed, at run time."""
    if not isinstance(node, ast.Name):
        return _loads(node)
    values = (each.value for each in nesting.assigned(node.id) if each.value is not None)
    return target.is_module(node.id) or any(map(_loads, values))


def _loads(node: ast.expr) -> bool:
    if isinstance(node, ast.Subscript):
        return last_name(node.value) == "modules"
    return isinstance(node, ast.Call) and last_name(node.func) in _LOADERS
