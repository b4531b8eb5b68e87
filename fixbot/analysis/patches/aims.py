"""Says whose `time.sleep` each patch in a project reaches; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from posixpath import basename, dirname

from fixbot.analysis.definitions import File
from fixbot.analysis.module import Function, statements
from fixbot.analysis.names import last_name
from fixbot.analysis.patches.exercised import Exercised, Sleep
from fixbot.analysis.patches.patching import LOOSE, VAGUE, Patching, patchings

_PATCHES = rb"\b(?:mock|patch|mocker|monkeypatch|setattr|delattr|spy)\b|\.(?:%s) *=(?!=)"
# A name for `time` or `sleep` at the end of a string, or before what is assigned to it.
_WHOLE = rb"\b(?:%s)(?:[\"']| *=(?!=))"
# What unittest and pytest run around the tests of a class or file.
_AROUND = re.compile(r"(async)?set_?up\w*|(async)?tear_?down\w*|pytest_\w+", re.IGNORECASE)
_THROUGH = "by the name of a module that does not sleep itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A patch, told by its file, line and column, and the files whose sleeps it serves.

    `home` is the module by whose names it is written, and `rest` what follows them: `time.sleep`, `nap`. It is None
    where the patch names `time.sleep` itself. From line `first` to line `last` the file is under the patch. `odd` says
    why the patch cannot be changed.
    """

    path: str
    line: int
    column: int
    target: str
    home: str | None
    rest: tuple[str, ...]
    first: int
    last: int
    serves: tuple[str, ...] = ()
    odd: str | None = None

    def is_at(self, patching: Patching) -> bool:
        """Say whether this is the aim of a patch that was found in the same file."""
        place = patching.node.lineno, patching.node.col_offset
        return place == (self.line, self.column) and patching.target == self.target


def reaches(aim: Aim, path: str, sleep: Sleep) -> bool:
    """Say whether a patch has an effect on one sleep of a file that it serves."""
    if path == aim.path and not aim.first <= sleep.line <= aim.last:
        return False
    if len(aim.rest) == 1:
        return sleep.early and sleep.local == aim.rest[0]
    return not (sleep.bare and sleep.early)


def aims_of(exercised: Exercised) -> Iterator[Aim]:
    """Yield every patch of the project that reaches a `time.sleep` of some file."""
    corpus = exercised.corpus
    sleeping = [path for path in corpus.mentioning("sleep") if exercised.sleeps(path)]
    words = {"sleep", "time", *(sleep.local for path in sleeping for sleep in exercised.sleeps(path))}
    any_word = b"|".join(re.escape(word.encode()) for word in sorted(words))
    patches, whole = re.compile(_PATCHES % any_word), re.compile(_WHOLE % any_word)
    likely = {path for word in words for path in corpus.mentioning(word)} if sleeping else set()
    for path in sorted(likely):
        content = corpus.files[path]
        about = (path in corpus.mentioning("sleep") or whole.search(content)) and patches.search(content)
        file = corpus.file(path) if about else None
        if file is not None:
            aims = (_aim(patching, file, exercised) for patching in patchings(file))
            found = {(aim.line, aim.column, aim.target): aim for aim in aims if aim is not None and aim.serves}
            yield from (found[key] for key in sorted(found))


def _aim(patching: Patching, file: File, exercised: Exercised) -> Aim | None:
    home, rest, odd = _meant(patching, file, exercised)
    if rest is None or (patching.odd == LOOSE and (home is None or odd is not None)):
        return None
    scope = _scope(patching, file)
    make = partial(
        Aim,
        path=file.path,
        line=patching.node.lineno,
        column=patching.node.col_offset,
        target=patching.target,
        home=home,
        rest=rest,
        first=_first(scope),
        last=(scope.end_lineno if scope is not None else None) or len(file.module.lines),
        odd=patching.odd or odd,
    )
    aside = home is not None or odd == _THROUGH  # aimed at one module, with an effect on others
    reached = {
        path for path in _around(patching, file, scope, exercised, aside=aside) if _reached(make(), path, exercised)
    }
    own = {home} if home is not None and _reached(make(), home, exercised) else set()
    if len(rest) == 1:
        return make(serves=tuple(sorted(own)))
    return make(serves=tuple(sorted(reached | own)))


def _first(scope: Function | ast.ClassDef | None) -> int:
    """Return the line in which a function or class begins with its decorators, or a file."""
    return min([scope.lineno, *(each.lineno for each in scope.decorator_list)]) if scope is not None else 1


def _reached(aim: Aim, path: str, exercised: Exercised) -> bool:
    return any(reaches(aim, path, sleep) for sleep in exercised.sleeps(path))


def _meant(
    patching: Patching, file: File, exercised: Exercised
) -> tuple[str | None, tuple[str, ...] | None, str | None]:
    """Return the module by which a patch is written, what follows its name, and why that cannot be changed."""
    target = patching.target
    if target == "time.sleep":
        return None, ("time", "sleep"), None
    if "?" in target:
        vague = target.endswith(("time.sleep", "time.?")) or (patching.owner is None and target.endswith(".sleep"))
        return (None, ("time", "sleep"), VAGUE) if vague else (None, None, None)
    home, rest = exercised.split(target, file.path)
    sleeps = exercised.sleeps(home) if home is not None else ()
    by_module = {sleep.local for sleep in sleeps if sleep.early and not sleep.bare}
    by_name = {sleep.local for sleep in sleeps if sleep.early and sleep.bare}
    if len(rest) == 1 and rest[0] in by_name | by_module:
        whole = f"and with it replaces all of `{rest[0]}`" if rest[0] in by_module else None
        return home, tuple(rest), whole
    if rest[:1] and rest[0] in by_module and rest[1:] == ["sleep"]:
        return home, tuple(rest), None
    if target.endswith(".time.sleep"):
        return None, ("time", "sleep"), _THROUGH
    return None, None, None


def _scope(patching: Patching, file: File) -> Function | ast.ClassDef | None:
    """Return the function or class that runs under a patch, None where it is the whole file."""
    at = patching.at
    if isinstance(at, Function | ast.ClassDef):
        return at
    around = [each for each in file.module.definitions(at) if isinstance(each, Function)]
    outer = around[-1] if around else None
    return None if outer is None or _AROUND.fullmatch(outer.name) or _is_fixture(outer) else outer


def _is_fixture(node: Function) -> bool:
    called = (each.func if isinstance(each, ast.Call) else each for each in node.decorator_list)
    return any(last_name(each) == "fixture" for each in called)


def _around(
    patching: Patching, file: File, scope: ast.AST | None, exercised: Exercised, *, aside: bool
) -> frozenset[str]:
    """Return the files with a sleep that code under a patch names; where it names none, the nearest ones."""
    if scope is None and basename(file.path) == "conftest.py":
        audience = [file.path, *_below(patching, file, exercised)]
        direct = frozenset(path for each in audience for path in exercised.imports(each)) | set(audience)
    elif scope is None:
        audience = [file.path]
        direct = exercised.imports(file.path) | {file.path}
    else:
        audience = [file.path]
        direct = exercised.named(file, _closure(scope, file)) | {file.path}
    sleeping = frozenset(path for path in direct if exercised.sleeps(path))
    if sleeping - {file.path} or aside:
        return sleeping
    imported = frozenset(path for path in exercised.imports(file.path) if exercised.sleeps(path))
    return (imported or exercised.nearest_sleeping(audience)) | sleeping


def _below(patching: Patching, file: File, exercised: Exercised) -> Iterator[str]:
    """Yield the files that a fixture in a conftest file is there for."""
    fixture = file.module.function(patching.at)
    text = ast.unparse(fixture.decorator_list) if fixture is not None else ""  # type: ignore[arg-type]
    automatic = fixture is None or "autouse=True" in text or not _is_fixture(fixture)
    folder = dirname(file.path)
    asked: Iterable[str] = exercised.corpus.files
    if not automatic and fixture is not None:
        asked = exercised.corpus.mentioning(fixture.name)
    yield from (path for path in asked if path != file.path and path.startswith(f"{folder}/" if folder else ""))


def _closure(scope: ast.AST, file: File) -> list[ast.AST]:
    """Return a test with the functions and classes of its file that it names, fixtures and those around too."""
    defined: dict[str, list[ast.AST]] = {}
    for node, holder in statements(file.module.tree):
        if isinstance(node, Function | ast.ClassDef):
            defined.setdefault(node.name, []).append(node)
            if holder is file.module.parents.get(scope) and _AROUND.fullmatch(node.name):
                defined.setdefault("", []).append(node)
    found: list[ast.AST] = []
    waiting: list[ast.AST] = [scope, *defined.get("", [])]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.append(one)
            waiting += [each for name in _words(one) for each in defined.get(name, [])]
    return found


def _words(root: ast.AST) -> set[str]:
    nodes = list(ast.walk(root))
    return {last_name(node) for node in nodes} | {node.arg for node in nodes if isinstance(node, ast.arg)} - {""}
