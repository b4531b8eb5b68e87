"""Finds the names of codemods, and what people call them, in what a person wrote."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from fixbot.codemod.contract import Recipe

_RULE = re.compile(r"(?<![\w/.-])([A-Z]{1,8})([0-9]{3,4})(?![\w/-])")
# How near a word must be to be one that is misspelt: two letters that changed places are.
_NEAR, _MOST_LONGER = 0.85, 2
_MOST_CANDIDATES = 5_000


@dataclass(frozen=True)
class Vocabulary:
    """The words that stand for codemods.

    `meanings` has the slugs by the word in small letters; `strict` are the words that count in pasted code too: slugs
    and the codes of linters.
    """

    meanings: dict[str, tuple[str, ...]]
    strict: frozenset[str]

    def spoken(self, text: str) -> dict[str, tuple[str, ...]]:
        """Return what stands for a codemod in a text, as it is written there, with the slugs; the longest counts."""
        return self._found(self._all, text)

    def pasted(self, text: str) -> dict[str, tuple[str, ...]]:
        """Return the same for code: only slugs and codes of linters count there."""
        return self._found(self._strict, text)

    def near(self, text: str) -> tuple[str, str] | None:
        """Return words of a text that are nearly the name of a codemod, and that name."""
        words = re.findall(r"(?<![\w/.-])[A-Za-z]+(?:[_-][A-Za-z]+)*(?![\w/])", text)
        parts = [part for word in words for part in re.split(r"[_-]", word)][:_MOST_CANDIDATES]
        for slug in sorted({slug for slugs in self.meanings.values() for slug in slugs}):
            size = len(slug.split("-"))
            written = dict.fromkeys("-".join(parts[at : at + size]) for at in range(len(parts) - size + 1))
            for word in written:
                if _is_near(word.lower(), slug):
                    return word, slug
        return None

    def unanswered(self, text: str) -> str:
        """Return the first rule of a linter in a text that is one of a family that codemods answer some of."""
        known = {(found[1], len(found[2])) for word in self.strict if (found := _RULE.fullmatch(word.upper()))}
        return next((f[0] for f in _RULE.finditer(text) if (f[1], len(f[2])) in known), "")

    @cached_property
    def _all(self) -> re.Pattern[str]:
        return _pattern(self.meanings)

    @cached_property
    def _strict(self) -> re.Pattern[str]:
        return _pattern(self.strict)

    def _found(self, pattern: re.Pattern[str], text: str) -> dict[str, tuple[str, ...]]:
        text = re.sub(r"\s+", " ", text)
        return {match[0]: self._meaning(match[1]) for match in pattern.finditer(text)}

    def _meaning(self, word: str) -> tuple[str, ...]:
        return self.meanings[_plain(word)]


def vocabulary(codemods: Iterable[Recipe | type[Recipe]]) -> Vocabulary:
    """Return the words for codemods: slugs, synonyms and the rules of linters that they answer."""
    meanings: dict[str, tuple[str, ...]] = {}
    strict: set[str] = set()
    for codemod in codemods:
        slug = codemod.slug()
        codes = {word for word in codemod.synonyms if re.fullmatch(r"[A-Z]{1,8}[0-9]+", word)} | codemod.answers
        strict |= {_plain(word) for word in (slug, *codes)}
        for word in sorted({_plain(word) for word in (slug, *codemod.synonyms, *codes)}):
            meanings[word] = (*meanings.get(word, ()), slug)
    return Vocabulary(meanings, frozenset(strict))


def _is_near(word: str, slug: str) -> bool:
    if word == slug or abs(len(word) - len(slug)) > _MOST_LONGER:
        return False
    found = difflib.SequenceMatcher(None, word, slug)
    return found.real_quick_ratio() >= _NEAR and found.quick_ratio() >= _NEAR and found.ratio() >= _NEAR


def _plain(word: str) -> str:
    """Return a word as it is looked up: hyphens, spaces and underscores are one."""
    return re.sub(r"[\s_-]+", " ", word).strip().lower()


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for whole words, the longest first, in the plural too, never a part of a path."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    either = "|".join("[ _-]".join(map(re.escape, word.split(" "))) for word in ordered)
    return re.compile(rf"(?<![\w/-])(?<!\w\.)_?({either or '(?!)'})s?_?(?![\w/-]|\.\w)", re.IGNORECASE)
