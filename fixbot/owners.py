"""Reads who owns which files from a CODEOWNERS file, by GitHub's rules; it only computes.

The rules: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/
customizing-your-repository/about-code-owners
"""

from __future__ import annotations

import fnmatch
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial

from fixbot.plan import nobody

#: Where GitHub looks for the file; the first that is there counts.
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")

_LARGEST = 3 * 1024 * 1024  # bytes; GitHub does not load a larger file
_ANYWHERE = None  # stands for any number of directories
_OWNER = re.compile(r"@([A-Za-z0-9][\w-]{0,99}(?:/[A-Za-z0-9][\w.-]{0,99})?)", re.ASCII)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
# A backslash keeps the character behind it as it is, a space too.
_WORD = re.compile(r"(?:\\.|[^\s\\])+")

#: Says whether the name of a file or directory is meant; None stands for any number of directories.
_Step = Callable[[str], bool] | None


@dataclass(frozen=True, slots=True)
class _Rule:
    steps: tuple[_Step, ...]
    owners: tuple[str, ...]

    def matches(self, names: Sequence[str]) -> bool:
        """Say whether the names along a path are meant; the time grows with their product at most."""
        step = name = 0
        retry: tuple[int, int] | None = None
        while name < len(names):
            wanted = self.steps[step] if step < len(self.steps) else _never
            if wanted is _ANYWHERE:
                retry = (step + 1, name)
                step += 1
            elif wanted(names[name]):
                step, name = step + 1, name + 1
            elif retry is not None:
                retry = (retry[0], retry[1] + 1)
                step, name = retry
            else:
                return False
        return all(left is _ANYWHERE for left in self.steps[step:])


def owners(text: str) -> Callable[[str], tuple[str, ...]]:
    """Return what tells the owners of a path, from the text of a CODEOWNERS file.

    They are logins and `org/team`, without the `@`; e-mail addresses are left out. The last line that matches a path
    counts. A line that GitHub does not understand is passed over, and so is a file that is too large for it. Where no
    line is left, it is `nobody`.
    """
    if len(text.encode(errors="surrogatepass")) >= _LARGEST:
        return nobody
    lines = (_rule(line) for line in text.removeprefix("\ufeff").split("\n"))
    rules = [rule for rule in lines if rule is not None]
    rules.reverse()
    return cache(partial(_owners_of, rules)) if rules else nobody


def _owners_of(rules: Sequence[_Rule], path: str) -> tuple[str, ...]:
    names = path.split("/")
    return next((rule.owners for rule in rules if rule.matches(names)), ())


def _rule(line: str) -> _Rule | None:
    """Read one line; None where it says nothing or cannot be read."""
    pattern, *words = _WORD.findall(line) or [""]
    steps = _steps(pattern)
    comment = next((place for place, word in enumerate(words) if word.startswith("#")), len(words))
    named = words[:comment]
    if steps is None or not all(_OWNER.fullmatch(word) or _EMAIL.fullmatch(word) for word in named):
        return None
    found = [match[1] for word in named if (match := _OWNER.fullmatch(word))]
    return _Rule(steps, tuple(dict.fromkeys(found)))


def _steps(pattern: str) -> tuple[_Step, ...] | None:
    """Read a pattern of gitignore, but for what GitHub does not take of that: negation, ranges, an escaped `#`."""
    names = pattern.removeprefix("/").removesuffix("/").split("/")
    if pattern.startswith(("#", "!", "\\#")) or "" in names or re.search(r"(?<!\\)[\[\]]|\*{3}", pattern):
        return None
    anchored = "/" in pattern.removesuffix("/")
    steps = [_ANYWHERE if name == "**" else _step(name) for name in names]
    before = () if anchored else (_ANYWHERE,)
    if names[-1] == "**":  # all that is inside of what comes before
        return (*before, *steps[:-1], _always, _ANYWHERE)
    if pattern.endswith("/"):
        return (*before, *steps, _always, _ANYWHERE)
    return (*before, *steps) if pattern.endswith("/*") else (*before, *steps, _ANYWHERE)


def _step(name: str) -> _Step:
    """Return what says whether a name is meant; a backslash keeps the character behind it as it is."""
    if not re.search(r"[*?\\]", name):
        return partial(operator.eq, name)
    literally = re.sub(r"\\(.)", lambda found: f"[{found[1]}]" if found[1] in "*?[" else found[1], name)
    matches = re.compile(fnmatch.translate(literally)).match
    return lambda given: matches(given) is not None


def _always(_: str) -> bool:
    return True


def _never(_: str) -> bool:
    return False
