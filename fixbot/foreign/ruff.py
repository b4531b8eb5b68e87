"""Ruff's own fixes as codemods: one rule, one codemod, called `ruff:` and its code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from pathlib import PurePosixPath
from typing import ClassVar

from fixbot.analysis.module import Module
from fixbot.analysis.requirements import requirements_for
from fixbot.codemod import Corpus, Evidence, Explanation, Option, Safety, Severity
from fixbot.codemod.patches import Mark, Patch, Splice, TextCodemod
from fixbot.foreign.texts import readable
from fixbot.model import Skipped
from fixbot.shell.ruff import Style
from fixbot.shell.ruff_rules import Complaint, Rule, complaints, rule
from fixbot.shell.style import read_style

#: What the names of these codemods begin with.
PREFIX = "ruff:"
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_LINK = re.compile(r"^\[([^\]]+)\]: \S+$", re.MULTILINE)
_MINORS = range(7, 15)  # the versions of Python 3 that ruff knows


class RuffRule(TextCodemod):
    """What ruff finds by one rule, and mends."""

    severity = Severity.LOW
    safety = Safety.REVIEW
    pattern = re.compile(rb"")
    options = (Option("unsafe", ("no", "yes"), "whether fixes are taken that ruff itself calls unsafe"),)
    rule: ClassVar[Rule]

    @classmethod
    def slug(cls) -> str:
        """Return `ruff:` and the code."""
        return f"{PREFIX}{cls.rule.code}"

    @classmethod
    def explanation(cls) -> Explanation:
        """Return what ruff's own documentation of the rule says."""
        parts = _sections(cls.rule.explanation)
        name = f"{cls.rule.code} ({cls.rule.name})"
        why = _told(parts.get("Why is this bad?", "")) or _told(parts.get("What it does", ""))
        left = (
            "what ruff has no fix for, or none that it calls safe (unless `unsafe` is `yes`), and what `# noqa` or "
            "`# fixbot: ignore` silences. Nothing that the project tells ruff about this rule is read."
        )
        safety = (
            "ruff calls a fix safe where it keeps what the code means, as far as one file shows. A person must agree."
        )
        known = parts.get("Fix safety")
        return Explanation(
            f"Apply ruff's fixes of {name}",
            why or f"Ruff knows it as {name}.",
            left,
            f"{safety}\n\n{known}" if known else safety,
        )

    def patches(self, corpus: Corpus, paths: Sequence[str]) -> Iterator[Patch | Skipped]:
        """Yield what ruff would change, each complaint by itself where its fix is its own."""
        modules, skipped = readable(corpus, paths)
        yield from skipped
        style = read_style(corpus.texts.get)
        for target, inside in _by_target(corpus, modules, style).items():
            texts = {path: modules[path].text for path in inside}
            others = corpus.files.keys() - texts.keys()
            length = style.line_length
            found = complaints(self.rule.code, texts, others, target=target, line_length=length)
            yield from self._grouped(found, modules)

    def _grouped(self, found: Iterable[Complaint], modules: dict[str, Module]) -> Iterator[Patch]:
        """Put complaints together that one and the same fix answers."""
        groups: dict[object, list[Complaint]] = {}
        for number, one in enumerate(found):
            groups.setdefault((one.path, one.replacements) if one.replacements else number, []).append(one)
        for inside in groups.values():
            yield self._patch(inside, modules[inside[0].path])

    def _patch(self, inside: Sequence[Complaint], module: Module) -> Patch:
        one = inside[0]
        starts = [*accumulate((len(line) for line in module.lines), initial=0)]
        splices = tuple(
            Splice(path=one.path, start=_offset(starts, each.start), end=_offset(starts, each.end), text=each.text)
            for each in one.replacements
        )
        because = self._because(one)
        return Patch(
            marks=tuple(map(_mark, inside)), splices=() if because else splices, safety=self.safety, because=because
        )

    def _because(self, one: Complaint) -> str:
        """Say why a complaint is not mended; empty where it is."""
        match one.applicability:
            case "safe":
                return ""
            case "unsafe" if self.chosen["unsafe"] == "yes":
                return ""
            case "unsafe":
                return f"ruff calls its fix unsafe: --set {self.slug()}.unsafe=yes takes it"
        return "ruff has no fix for it"


def _offset(starts: Sequence[int], place: tuple[int, int]) -> int:
    """Return where a line and column stand in a text whose lines start at some offsets; past its end is its end."""
    line, column = place
    return min(starts[min(line, len(starts)) - 1] + column - 1, starts[-1])


def _mark(one: Complaint) -> Mark:
    (line, column), (last, end) = one.start, one.end
    last = last - 1 if end == 1 and last > line else last  # it ends where its last line does
    says = (Evidence(line, one.does),) if one.does and one.applicability else ()
    return Mark(path=one.path, line=line, end_line=last, column=column, message=one.message, evidence=says)


def _by_target(corpus: Corpus, paths: Iterable[str], style: Style) -> dict[str | None, list[str]]:
    """Put files together that run on the same oldest Python."""
    by_folder: dict[str, str | None] = {}
    found: dict[str | None, list[str]] = {}
    for path in paths:
        folder = str(PurePosixPath(path).parent)
        if folder not in by_folder:
            python = requirements_for(corpus, path).python
            by_folder[folder] = _target(python) or style.target
        found.setdefault(by_folder[folder], []).append(path)
    return found


def _target(python: tuple[int, int] | None) -> str | None:
    if python is None or python[0] != 3:  # noqa: PLR2004 - ruff knows no other Python
        return None
    return f"py3{min(max(python[1], _MINORS[0]), _MINORS[-1])}"


def _told(text: str) -> str:
    """Return the paragraphs of a section before its first code, as far as they stand by themselves."""
    paragraphs = text.partition("```")[0].strip().split("\n\n")
    return "\n\n".join(one for one in paragraphs if not one.rstrip().endswith(":"))


def _sections(text: str) -> dict[str, str]:
    """Return the sections of ruff's documentation by their headings, with links as plain words."""
    links = set(_LINK.findall(text))
    parts = _SECTION.split(_LINK.sub("", text))
    named = {heading.strip(): body.strip() for heading, body in zip(parts[1::2], parts[2::2], strict=True)}
    words = re.compile("|".join(rf"\[({re.escape(link)})\]" for link in sorted(links))) if links else None
    return {name: body if words is None else words.sub(lambda m: m[0][1:-1], body) for name, body in named.items()}


@cache
def rule_codemod(slug: str) -> type[RuffRule]:
    """Return the codemod of a name such as `ruff:UP006`.

    Raises:
        OperatorError: ruff has no such rule, or no fix for it.
    """
    found = rule(slug.removeprefix(PREFIX))
    return type(
        f"Ruff{found.code}",
        (RuffRule,),
        {
            "__doc__": f"Ruff's {found.code}.",
            "__module__": __name__,
            "rule": found,
            "answers": frozenset({found.code}),
            "synonyms": (found.name,),
            "references": (f"https://docs.astral.sh/ruff/rules/{found.name}",),
        },
    )
