"""Finds the names of codemods, and what people call them, in what a person wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from fixbot.codemod.contract import Recipe


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


def _plain(word: str) -> str:
    """Return a word as it is looked up: hyphens, spaces and underscores are one."""
    return re.sub(r"[\s_-]+", " ", word).strip().lower()


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for whole words, the longest first, in the plural too, never a part of a path."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    either = "|".join("[ _-]".join(map(re.escape, word.split(" "))) for word in ordered)
    return re.compile(rf"(?<![\w/-])(?<!\w\.)_?({either or '(?!)'})s?_?(?![\w/-]|\.\w)", re.IGNORECASE)
