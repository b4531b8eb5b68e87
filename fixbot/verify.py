"""The ladder: (before, after, lint before, lint after) -> Passed | Refused; it runs nothing and writes nothing."""

from __future__ import annotations

import io
import re
import tokenize
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from fixbot.analysis.compiling import compile_error
from fixbot.analysis.module import Module, parse
from fixbot.codemod import Codemod, Recipe, Safety
from fixbot.codemod.patches import TextCodemod
from fixbot.engine.imports import is_setup_line
from fixbot.engine.inspect import spots_in
from fixbot.engine.sides import Sides
from fixbot.hunks import Hunk, hunks, lost_words
from fixbot.model import Broken, Diagnostic, Finding, Passed, Refused, Rewrite, Skipped, SourceFile, Verdict

_RUNGS = "parses, compiles, settles on a second pass; keeps encoding, line ends"
_WORD = re.compile(r"\w+")


def rungs(codemod: Recipe) -> str:
    """Return what `climb` makes sure of, for the reader of a pull request."""
    if isinstance(codemod, TextCodemod):
        return f"{_RUNGS}, every word of a comment, and every name that other files ask for"
    return f"{_RUNGS}, comments and every other token"


def verify(
    rewrite: Rewrite, codemod: Recipe, lint_before: Sequence[Diagnostic], lint_after: Sequence[Diagnostic]
) -> Verdict:
    """Climb the last rung with a rewrite that has climbed the others (see `climb`)."""
    rewritten = len(rewrite.findings) or len(rewrite.spans)
    if not lint_news(codemod, lint_before, lint_after, rewritten):
        return Passed(rewrite)
    touched = _touched(rewrite)  # of complaints that are the same but for their line, those elsewhere are the old ones
    news = lint_news(codemod, lint_before, sorted(lint_after, key=lambda found: found.line in touched), rewritten)
    said = "; ".join(f"{found.code} {found.message} (line {found.line})" for found in news[:3])
    return Refused(rewrite, f"ruff finds something new: {said}")


def _touched(rewrite: Rewrite) -> set[int]:
    """Return the lines after the rewrite, from 1, that were not there before."""
    before, after = (side.decode("utf-8", "replace") for side in (rewrite.before, rewrite.after))
    lines: set[int] = set()
    shift = 0
    for hunk in hunks(before, after):
        lines.update(range(hunk.start + shift, hunk.start + shift + len(hunk.new)))
        shift += len(hunk.new) - len(hunk.old)
    return lines


def climb(rewrite: Rewrite, codemod: Recipe, limit: Safety) -> str | None:
    """Climb the rungs that need no linter; return why a rewrite is refused, None where it holds.

    Whether a codemod that looks at whole projects, or one of another tool, has settled is for its caller to see. What
    another tool writes is text of its own, outside of which no byte is touched: there only comments can be lost.
    """
    before = parse(SourceFile(rewrite.path, rewrite.before))
    after = parse(SourceFile(rewrite.path, rewrite.after))
    if isinstance(before, Skipped):
        return f"did not parse before: {before.detail}"
    if isinstance(after, Skipped):
        return f"does not parse: {after.detail}"
    return (
        _keeps_bytes(rewrite, before, after)
        or _compiles(rewrite)
        or (_settles(rewrite, codemod, limit, before, after) if isinstance(codemod, Codemod) else None)
        or (
            _keeps_comments(before, after)
            if isinstance(codemod, TextCodemod)
            else _keeps_text(rewrite, codemod, before, after)
        )
    )


def _keeps_bytes(rewrite: Rewrite, before: Module, after: Module) -> str | None:
    if (before.encoding, before.bom) != (after.encoding, after.bom):
        return f"its encoding changes from {before.encoding} to {after.encoding}"
    if not _line_ends(rewrite.after) <= _line_ends(rewrite.before):
        return "its line ends change"
    return None


def _line_ends(content: bytes) -> set[bytes]:
    return set(re.findall(rb"\r\n|\r|\n", content)) or {b"\n"}


def _compiles(rewrite: Rewrite) -> str | None:
    if (because := compile_error(rewrite.after)) is None:
        return None
    already = compile_error(rewrite.before) is not None
    return f"does not compile as it stands: {because}" if already else f"does not compile: {because}"


def _settles(rewrite: Rewrite, codemod: Codemod, limit: Safety, before: Module, after: Module) -> str | None:
    left = _open(before, codemod, limit) - len(rewrite.findings)
    still = _open(after, codemod, limit)
    return None if still == left else f"does not settle: {still} findings after the rewrite, {left} expected"


def _open(module: Module, codemod: Codemod, limit: Safety) -> int:
    spots = spots_in(module, codemod)
    return -1 if isinstance(spots, Broken) else sum(finding.safety.within(limit) for finding, _ in spots)


def _keeps_text(rewrite: Rewrite, codemod: Recipe, before: Module, after: Module) -> str | None:
    findings = [finding for finding in rewrite.findings if finding.path == rewrite.path]
    spans = [*rewrite.spans, *((finding.line, finding.end_line) for finding in findings)]
    covered = {line for first, last in spans for line in range(first, last + 1)}
    shift = 0
    sides = Sides.of(before, after, rewrite.inserted)
    for hunk in sides.hunks:
        if not (_may_change(hunk, covered, findings) or sides.only_imports(hunk, shift, covered)):
            return f"line {hunk.start} changes, outside every finding"
        shift += len(hunk.new) - len(hunk.old)
    changes = hunks(before.text, after.text)
    lost = lost_words(changes) - Counter(rewrite.drops) - Counter(dict.fromkeys(codemod.drops, len(before.lines)))
    return f"loses {', '.join(map(repr, sorted(lost)))}" if lost else None


def _keeps_comments(before: Module, after: Module) -> str | None:
    if not any("#" in line for hunk in hunks(before.text, after.text) for line in hunk.old):
        return None  # most changes come near no comment, and tokens take long
    lost = _remarked(before.text) - _remarked(after.text)
    return f"loses {', '.join(map(repr, sorted(lost)))} of a comment" if lost else None


def _remarked(text: str) -> Counter[str]:
    """Count the words of the comments in a text that Python understands."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text, newline="").readline))
    except (tokenize.TokenError, SyntaxError):
        return Counter(_WORD.findall(text))  # whatever it is that only the parser understands
    comments = (token.string for token in tokens if token.type == tokenize.COMMENT)
    return Counter(word for comment in comments for word in _WORD.findall(comment))


def _may_change(hunk: Hunk, covered: Collection[int], findings: Iterable[Finding]) -> bool:
    """Say whether a change lies on lines that may change, or only puts imports and set-up at the top."""
    if hunk.old:
        return all(line in covered or not text.strip() for line, text in enumerate(hunk.old, start=hunk.start))
    inside = hunk.start in covered or any(_continues(hunk, finding) for finding in findings)
    return inside or all(is_setup_line(line) for line in hunk.new)


def _continues(hunk: Hunk, finding: Finding) -> bool:
    """Say whether new lines go on where a finding ends, none of them further left."""
    depths = [len(line) - len(line.lstrip()) for line in hunk.new if line.strip()]
    return hunk.start == finding.end_line + 1 and all(depth >= finding.column - 1 for depth in depths)


_FIGURES = re.compile(r"\d+")


def lint_news(
    codemod: Recipe, before: Sequence[Diagnostic], after: Sequence[Diagnostic], rewritten: int
) -> list[Diagnostic]:
    """Return what a linter says after and not before.

    A complaint is told by its rule and by its message up to a semicolon, without figures (how long a line is, say).
    What it says of the same smell in other words is no news: each successor may come as often as complaints that
    the codemod answers are gone, or where a project hears none of those, as often as findings were rewritten.
    """
    spent = Counter(_said(found) for found in before)
    answered, still = (sum(found.code in codemod.answers for found in side) for side in (before, after))
    gone = answered - still if answered else rewritten  # a project may ignore the rule that the codemod answers
    budget = Counter(dict.fromkeys(codemod.successors, gone))
    news = []
    for found in after:
        if spent[_said(found)] > 0:
            spent[_said(found)] -= 1
        elif budget[found.code] > 0:
            budget[found.code] -= 1
        else:
            news.append(found)
    return news


def _said(found: Diagnostic) -> tuple[str, str]:
    return found.code, _FIGURES.sub("N", found.message).partition("; ")[0]
