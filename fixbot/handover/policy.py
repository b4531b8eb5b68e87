"""What a plan may ask for, whoever wrote it: which files, how large, by which codemods; it reads no code.

A plan comes from a job in which a repository's own tests may have run, so nothing in it is believed that can be known
without it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from fixbot import VERSION
from fixbot.codemod import Recipe
from fixbot.codemod.tickets import TicketCodemod
from fixbot.handover.bounds import beyond
from fixbot.handover.documents import Plan
from fixbot.model import Base, Change, Finding, Rewrite, Safety, Wish
from fixbot.plan import units
from fixbot.shell.files import LIMIT, is_protected
from fixbot.shell.repository import Entry

_FINGERPRINT = re.compile(r"[0-9a-f]{8,64}\Z")
_RULE = re.compile(r"[A-Z]{1,10}[0-9]{1,6}\Z|[a-z]{1,30}(?:-[a-z]{1,30}){0,5}\Z")  # `F401`, `invalid-syntax`
_LONGEST_WISH = 100_000  # characters; a comment may be long, and an issue shows its beginning
_REGULAR = frozenset({"100644", "100755"})
# What cannot be seen: controls, Unicode's bidirectional ones (CVE-2021-42574), what has no width, fillers and tags.
_HIDDEN = re.compile(
    "[\x01-\x08\x0b\x0e-\x1f\x7f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u2069\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is known without the plan.

    Attributes:
        base: the branch that is to be improved, as it is now.
        codemods: what is selected, by slug, with the options that are chosen.
        safety: the most daring class that is selected.
        issue: the issue that is worked on, 0 for none.
        entries: the files of the base by path.
        is_excluded: says whether the configuration leaves a path out.
    """

    base: Base
    codemods: Mapping[str, Recipe]
    safety: Safety
    issue: int
    entries: Mapping[str, Entry]
    is_excluded: Callable[[str], bool]

    def objections(self, plan: Plan) -> Iterator[str]:
        """Yield what a plan asks for and may not have."""
        if plan.version != VERSION:
            yield f"it was made by fixbot {plan.version}, and this is {VERSION}"
        if plan.base.branch != self.base.branch:
            yield f"it is for the branch {plan.base.branch}, and {self.base.branch} is to be improved"
        if plan.issue != self.issue:
            yield f"it is about {_issue(plan.issue)}, and {_issue(self.issue)} was asked for"
        too_much = tuple(beyond(plan))
        yield from too_much
        if too_much:
            return
        if plan.because and (plan.changes or plan.wishes or not plan.issue):
            yield "it says why nothing was looked at for an issue, and that is not so"
        unknown = sorted(set(plan.codemods) - set(self.codemods))
        if unknown or not plan.codemods:
            yield f"it looked for {', '.join(unknown) or 'nothing'}, which is not selected"
        if plan.verify_command is not None and not plan.verify_command.isprintable():
            yield "the operator's check is no command"
        yield from self._about_ruff(plan)
        for change in plan.changes:
            yield from self._about(change)
        yield from self._about_wishes(plan)

    def _about_wishes(self, plan: Plan) -> Iterator[str]:
        """Hold the issues that a plan asks for against what may be asked: so many, about files that are there."""
        counts = Counter(wish.codemod for wish in plan.wishes)
        for slug, count in counts.items():
            codemod = self.codemods.get(slug) if slug in plan.codemods else None
            most = codemod.most if isinstance(codemod, TicketCodemod) else 0
            if count > most:
                yield f"it asks for {count} issues of {slug}, and no more than {most} may be filed"
        wanted = [(wish.path, wish.words, wish.ordinal) for wish in plan.wishes]
        if len(set(wanted)) < len(wanted):
            yield "it asks twice for one issue"
        for wish in plan.wishes:
            if because := self._about_wish(wish):
                yield f"{wish.path}: {because}"

    def _about_wish(self, wish: Wish) -> str:
        entry = self.entries.get(wish.path)
        if entry is None or entry.mode not in _REGULAR or not wish.path.endswith(".py") or is_protected(wish.path):
            return "an issue is asked for about what is no regular Python file"
        if self.is_excluded(wish.path):
            return "an issue is asked for, and the configuration excludes it"
        is_there = 1 <= wish.line <= wish.end_line <= LIMIT and 0 <= wish.ordinal <= LIMIT
        says = any(wish.says in " ".join(line.split()) for line in wish.lines) and wish.says.strip()
        if not is_there or not says or sum(map(len, _told(wish))) > _LONGEST_WISH:
            return "what an issue is to say of it is not as it should be"
        return ""

    def _about_ruff(self, plan: Plan) -> Iterator[str]:
        if [len(change.rewrites) for change in plan.changes] != [len(mine) for mine in plan.opinions]:
            yield "what ruff said does not belong to its files"
        said = (found for mine in plan.opinions for opinion in mine for found in (*opinion.before, *opinion.after))
        if not all(_RULE.match(found.code) for found in said):
            yield "ruff has no such rule"

    def _about(self, change: Change) -> Iterator[str]:
        if change.codemod not in self.codemods:
            yield f"it applies {change.codemod}, which is not selected"
        if not change.safety.within(self.safety):
            yield f"it holds what is {change.safety}, and no more than {self.safety} is selected"
        paths = [rewrite.path for rewrite in change.rewrites]
        yield from (f"it changes {path} twice in one" for path in sorted({p for p in paths if paths.count(p) > 1}))
        for unit in units(change.rewrites):
            if not any(rewrite.findings for rewrite in unit):
                yield f"{unit[0].path}: is changed without a finding"
        for rewrite in change.rewrites:
            yield from self._about_file(rewrite)
            yield from _about_findings(rewrite, change)
            yield from self._about_grades(rewrite)

    def _about_grades(self, rewrite: Rewrite) -> Iterator[str]:
        """Hold how grave and how tame findings are said to be against what their codemods can find."""
        for finding in rewrite.findings:
            codemod = self.codemods.get(finding.codemod)
            if codemod is not None and finding.safety.tamer_than(codemod.tamest()):
                yield f"{rewrite.path}: what {finding.codemod} finds is never {finding.safety}"
            if codemod is not None and finding.severity is not codemod.severity:
                yield f"{rewrite.path}: what {finding.codemod} finds is {codemod.severity}, and not {finding.severity}"

    def _about_file(self, rewrite: Rewrite) -> Iterator[str]:
        path, entry = rewrite.path, self.entries.get(rewrite.path)
        if is_protected(path):
            yield f"{path}: nothing in .git or .github is touched"
        elif not path.endswith(".py"):
            yield f"{path}: only Python files are rewritten"
        elif entry is None:
            yield f"{path}: {self.base.branch} has no such file"
        elif entry.mode not in _REGULAR:
            yield f"{path}: is no regular file"
        elif self.is_excluded(path):
            yield f"{path}: is excluded by the configuration"
        elif max(len(rewrite.before), len(rewrite.after)) > LIMIT:
            yield f"{path}: is larger than {LIMIT // 1_000_000} MB"
        elif blob(rewrite.before, len(entry.blob)) != entry.blob:
            yield f"{path}: is not on {self.base.branch} what the plan says it is"
        else:
            yield from _about_content(rewrite)


def _about_content(rewrite: Rewrite) -> Iterator[str]:
    if rewrite.before == rewrite.after:
        yield f"{rewrite.path}: nothing changes in it"
    if b"\0" in rewrite.after:
        yield f"{rewrite.path}: holds bytes that are no text"
    old, new = (side.decode("utf-8", "replace") for side in (rewrite.before, rewrite.after))
    if new.count("\ufffd") > old.count("\ufffd"):
        yield f"{rewrite.path}: would be less of a text than it is"
    if any(new.count(sign) > old.count(sign) for sign in set(_HIDDEN.findall(new))):
        yield f"{rewrite.path}: would get characters that cannot be seen"


def _about_findings(rewrite: Rewrite, change: Change) -> Iterator[str]:
    lines = rewrite.before.count(b"\n") + rewrite.before.count(b"\r") + 1
    for finding in rewrite.findings:
        if finding.codemod != change.codemod or not finding.safety.within(change.safety):
            yield f"{rewrite.path}: a finding of another codemod or safety is among those of {change.codemod}"
        if not _is_in(finding, rewrite.path, lines) or not _FINGERPRINT.match(finding.fingerprint):
            yield f"{rewrite.path}: a finding is not of this file"


def _is_in(finding: Finding, path: str, lines: int) -> bool:
    return finding.path == path and 1 <= finding.line <= finding.end_line <= lines


def _told(wish: Wish) -> tuple[str, ...]:
    return wish.says, wish.qualname, *wish.lines


def _issue(number: int) -> str:
    return f"issue {number}" if number else "no issue"


def blob(content: bytes, digits: int = 40) -> str:
    """Return the id that git gives a content: SHA-1 where ids have 40 digits, else SHA-256 (gitformat-hash)."""
    made = hashlib.sha256 if digits > 40 else hashlib.sha1  # noqa: PLR2004 - the length of a SHA-1
    return made(b"blob %d\0" % len(content) + content).hexdigest()
