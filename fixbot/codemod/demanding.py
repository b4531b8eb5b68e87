"""Finds secrets that the environment may lack without anybody noticing, and demands them; it reads with `ast`."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File
from fixbot.analysis.environment import PATTERN, Read, is_secret, may_be_empty, reads
from fixbot.analysis.handlers.circumstances import is_test_file
from fixbot.analysis.module import Function
from fixbot.analysis.names import last_name
from fixbot.analysis.spelling import spell
from fixbot.codemod.awaiting import Instead
from fixbot.codemod.contract import Place, Site
from fixbot.codemod.demandable import asks_environment, given_otherwise, is_shown, swallowed
from fixbot.codemod.tested import is_tested
from fixbot.hunks import Hunk, lost_words
from fixbot.model import Dismissed, Evidence, Safety

_WORDS = re.compile(rb"(?i)secret|passw|passphrase|token|_key|apikey|salt|pepper|credential|_pass\b|_pwd\b")
_A_PAIR = 2
_DEVELOPING = re.compile(r"(?i)(?:^|[^a-z])(?:debug|dev|develop\w*|test\w*|local|is_local|ci)(?:[^a-z]|$)")
# Reads that do more than to read: why `os.environ[...]` does not do the same.
_MORE = {
    "os.environ.setdefault": "`setdefault` sets the variable as well, for all that runs after it",
    "os.environ.pop": "`pop` takes the variable out of the environment as well",
    "decouple.config": "`config` looks into files as well; without a default it demands the variable itself",
}


@dataclass(frozen=True, slots=True, eq=False)
class Fallback:
    """A secret with what is taken where it is missing: `node` is all that the demand takes the place of."""

    read: Read
    node: ast.expr
    default: ast.expr

    @property
    def empty(self) -> bool:
        """Whether the secret is empty then."""
        return isinstance(self.default, ast.Constant) and self.default.value == ""


class Survey:
    """Looks through one project for secrets with a fallback."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    def found(self) -> Iterator[Site | Dismissed]:
        """Yield every secret that has a fallback, and those where that is no harm."""
        for path, content in self.corpus.files.items():
            if is_test_file(path) or not PATTERN.search(content) or not _WORDS.search(content):
                continue
            file = self.corpus.file(path)
            for read in reads(file) if file is not None else ():
                fallback = _fallback(read) if read.key is not None and is_secret(read.name) else None
                if fallback is not None:
                    yield self._site(fallback)

    def _site(self, fallback: Fallback) -> Site | Dismissed:
        read = fallback.read
        because = _harmless(self.corpus, fallback)
        if because is not None:
            return Dismissed(read.file.path, read.line, f"`{read.name}`: {because}")
        taken = "an empty text" if fallback.empty else "a text that everybody can read here"
        message = f"where `{read.name}` is missing, {taken} is taken for the secret"
        at = Place.of(read.file.path, fallback.node)
        because = self._against(fallback)
        edit = _demand(fallback) if because is None else None
        known = tuple(self._also(read))
        if edit is None:
            says = f"{message}; left to a person: {because or '`os.environ` cannot be written there'}"
            return Site(at=at, message=says, safety=Safety.MANUAL, evidence=known)
        known = (Evidence(read.line, _then(read)), *known)
        place = Place.of(read.file.path, fallback.node, edit)
        return Site(at=at, message=f"{message}; `os.environ` demands it", evidence=known, places=(place,))

    def _also(self, read: Read) -> Iterator[Evidence]:
        others = [other for other in self._reads(read.name) if other.node is not read.node and other.key is not None]
        for other in others[:2]:
            how = "demands it" if other.required else "reads it too"
            yield Evidence(read.line, f"`{other.file.path}:{other.line}` {how}")

    def _reads(self, name: str) -> Iterator[Read]:
        for path in self.corpus.mentioning(name):
            file = None if is_test_file(path) else self.corpus.file(path)
            yield from _by_name(file).get(name, ()) if file is not None else ()

    def _against(self, fallback: Fallback) -> str | None:
        """Return why a person has to see to it, None where nothing speaks against a demand."""
        read = fallback.read
        field = self._fields.get(read.name.upper())
        if field is not None:
            return f"`{field.file.path}:{field.line}` has a field of settings for it: `{last_name(field.node)}`"
        if fallback.empty and may_be_empty(read.name):
            return "an empty one may mean that none is needed"
        because = _MORE.get(read.way) or _alternative(fallback)
        because = because or given_otherwise(read, fallback.node) or swallowed(read)
        if because is None and _is_at_import(read) and self._tests and not self._is_set(read.name):
            because = f"the project has tests that do not set `{read.name}`, and importing this file would fail in them"
        return because

    @cached_property
    def _fields(self) -> dict[str, Read]:
        """The fields of the project's settings by the variables that they are read from."""
        found: dict[str, Read] = {}
        for path in self.corpus.deriving("BaseSettings"):
            file = None if is_test_file(path) else self.corpus.file(path)
            found |= {read.name.upper(): read for read in reads(file) if read.key is None} if file is not None else {}
        return found

    @cached_property
    def _tests(self) -> list[str]:
        return [path for path in self.corpus.files if is_test_file(path)]

    def _is_set(self, name: str) -> bool:
        """Say whether the tests, or what says how they are run, have the name of a variable."""
        told = any(name.encode() in content for content in self.corpus.texts.values())
        return told or any(is_test_file(path) for path in self.corpus.mentioning(name))


def _fallback(read: Read) -> Fallback | None:
    """Return the fallback of a read, None where it has none that is written there."""
    node, default = read.node, read.default
    around = read.around.get(node)
    if isinstance(around, ast.BoolOp) and isinstance(around.op, ast.Or) and node is not around.values[-1]:
        *others, last = around.values[around.values.index(node) + 1 :]
        if _is_written(last) and not any(map(asks_environment, others)):
            return Fallback(read, around, last)
        if _is_nothing(default):
            return None
    if default is None or not _is_written(default):
        return None
    is_set = read.way == "os.environ.setdefault" and _is_nothing(default)
    return None if is_set else Fallback(read, node, default)


def _alternative(fallback: Fallback) -> str | None:
    """Return why what stands behind `or` is no mere default, None where there is none or it is empty."""
    read, around = fallback.read, fallback.node
    if around is read.node or not isinstance(around, ast.BoolOp):
        return None
    if len(around.values) > _A_PAIR:
        asked = any(asks_environment(each) for each in around.values if each is not read.node)
        return "another variable may have it instead" if asked else "something else may have it instead"
    if not _is_nothing(read.default):
        return "it has two fallbacks, one for an empty variable"
    return None if fallback.empty else "an empty variable takes the fallback too, and `os.environ` would let it pass"


def _is_nothing(default: ast.expr | None) -> bool:
    return default is None or (isinstance(default, ast.Constant) and not default.value)


def _is_written(default: ast.expr) -> bool:
    return isinstance(default, ast.Constant) and isinstance(default.value, str)


def _harmless(corpus: Corpus, fallback: Fallback) -> str | None:
    """Return why a fallback does no harm, None where nothing says so."""
    read = fallback.read
    module = read.file.module
    for outer in (read.at, *module.ancestors(read.at)):
        named = outer.name if isinstance(outer, ast.ClassDef | Function) else None
        test = ast.unparse(outer.test) if isinstance(outer, ast.If) and outer is not read.at else None
        if _DEVELOPING.search((named or "").replace("_", " ")) or _names_developing(named):
            return f"`{named}` is for those who develop"
        if test is not None and _DEVELOPING.search(test):
            return f"it is taken under `if {test[:60]}`"
    if is_shown(read, fallback.node):
        return "it is only shown"
    return "what is read is checked" if is_tested(corpus, read.file, read.at, fallback.node, read.around) else None


def _names_developing(name: str | None) -> bool:
    return name is not None and re.search(r"(?:Dev|Test|Local|Debug)(?![a-z]{2})|Develop|Testing", name) is not None


def _then(read: Read) -> str:
    if _is_at_import(read):
        return "it is read while the file is imported, which fails from then on without it"
    return "a `KeyError` that names the variable is raised from then on without it"


def _is_at_import(read: Read) -> bool:
    outer = next(iter(read.file.module.definitions(read.at)), None)
    while isinstance(outer, ast.ClassDef):
        outer = next(iter(read.file.module.definitions(outer)), None)
    return outer is None


@lru_cache(maxsize=4)
def _by_name(file: File) -> Mapping[str, Sequence[Read]]:
    """Return the variables that a file reads by their names, each with all reads."""
    found: dict[str, list[Read]] = {}
    for read in reads(file):
        found.setdefault(read.name, []).append(read)
    return found


def _demand(fallback: Fallback) -> Instead | None:
    """Return what stands in the place of a fallback, None where `os.environ` cannot be written there."""
    read = fallback.read
    key = read.file.module.segment(read.key) if read.key is not None else None
    old = read.file.module.segment(fallback.node)
    environ, needed = _environ(read.file, read)
    if environ is None or key is None or "#" in old:
        return None  # a comment would have no place
    new = f"{environ}[{key}]"
    head = read.node.func if isinstance(read.node, ast.Call) else None
    unused = (head.id,) if isinstance(head, ast.Name) else ()
    lost: Counter[str] = lost_words([Hunk(1, (old,), (new,))])
    return Instead(new, (needed,) if needed else (), unused, tuple(lost))


def _environ(file: File, read: Read) -> tuple[str | None, str | None]:
    func = read.node.func if isinstance(read.node, ast.Call) else None
    if isinstance(func, ast.Attribute) and func.attr == "get":
        return ast.unparse(func.value), None
    if isinstance(func, ast.Attribute):
        return f"{ast.unparse(func.value)}.environ", None
    return spell(file.names, "os.environ", read.at)
