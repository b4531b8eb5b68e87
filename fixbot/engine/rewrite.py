"""Rewrites: applies a codemod's proposals to one file until nothing is left to apply."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fixbot import interrupts
from fixbot.analysis.module import Module, parse
from fixbot.codemod import Codemod, Declined, Safety, Spot, cst
from fixbot.engine.compose import Top, Work, compose, dropped
from fixbot.engine.inspect import not_to_be_built, spots_in
from fixbot.engine.places import first_line
from fixbot.model import Broken, Finding, Outcome, Refusal, Rewrite, Skipped, SourceFile, Untouched

if TYPE_CHECKING:
    from fixbot.engine.surgery import Edit

_MOST_PASSES = 10


@dataclass(slots=True)
class _Pass:
    """What one pass over a file gathers."""

    done: list[Finding] = field(default_factory=list)
    declined: list[Refusal] = field(default_factory=list)
    top: Top = field(default_factory=Top)
    spans: list[tuple[int, int]] = field(default_factory=list)
    drops: Counter[str] = field(default_factory=Counter)


def rewrite(
    source: SourceFile,
    codemod: Codemod,
    *,
    limit: Safety = Safety.REVIEW,
    only: Collection[str] | None = None,
) -> Outcome:
    """Apply a codemod to one file.

    Args:
        source: the file as it is.
        codemod: what to apply.
        limit: the most daring safety that is rewritten.
        only: fingerprints of the findings to rewrite; None takes all.

    Returns:
        The file before and after with the findings that were applied, or why it stays untouched.
    """
    content = source.content
    done: list[Finding] = []
    declined: list[Refusal] = []
    inserted: dict[str, int] = {}
    spans: list[tuple[int, int]] = []
    drops: Counter[str] = Counter()
    for _ in range(_MOST_PASSES):
        step = _step(SourceFile(source.path, content), codemod, limit, only)
        if isinstance(step, Untouched) and done:
            return replace(step, findings=tuple(done))  # what an earlier pass did is what has to be done without
        if isinstance(step, Untouched | Broken):
            return step
        if step is None:
            break
        after, seen = step
        done += seen.done
        inserted |= seen.top.aside
        spans += seen.spans
        drops += seen.drops
        declined = seen.declined
        settled = after == content or only is not None
        content = after
        if settled:
            break
    else:
        return Untouched(source.path, f"does not settle in {_MOST_PASSES} passes", tuple(done))
    if content == source.content:
        return Untouched(source.path, "nothing to rewrite")
    return Rewrite(
        source.path,
        source.content,
        content,
        tuple(done),
        tuple(declined),
        spans=tuple(sorted(set(spans))),
        drops=tuple(sorted(drops.elements())),
        inserted=tuple(inserted),
    )


def _step(
    source: SourceFile, codemod: Codemod, limit: Safety, only: Collection[str] | None
) -> tuple[bytes, _Pass] | Untouched | Broken | None:
    """Return a file after one pass and what was done to it, why that cannot be, or None where nothing is to do."""
    module = parse(source)
    if isinstance(module, Skipped):
        return Untouched(source.path, f"{module.reason}: {module.detail}")
    spots = spots_in(module, codemod)
    if isinstance(spots, Broken):
        return spots
    chosen = [
        (finding, spot)
        for finding, spot in spots
        if finding.safety.within(limit) and (only is None or finding.fingerprint in only)
    ]
    if not chosen:
        return None
    try:
        text, seen = _one_pass(module, codemod, chosen)
        return module.encode(text), seen
    except (ValueError, RecursionError, MemoryError) as exc:
        return Untouched(source.path, str(exc) or type(exc).__name__, tuple(finding for finding, _ in chosen))
    except Exception as exc:  # noqa: BLE001 - a codemod may be anybody's code; its fault must not end the run
        interrupts.check()
        broken = Broken(source.path, codemod.slug(), traceback.format_exc())
        because = not_to_be_built(module, exc)
        return Untouched(source.path, because, tuple(finding for finding, _ in chosen)) if because else broken


def _one_pass(module: Module, codemod: Codemod, chosen: list[tuple[Finding, Spot]]) -> tuple[str, _Pass]:
    seen = _Pass()
    works = [Work(spot.node, spot.node, _edit(module, codemod, finding, spot, seen)) for finding, spot in chosen]
    return compose(module, works, seen.top), seen


def _edit(module: Module, codemod: Codemod, finding: Finding, spot: Spot, seen: _Pass) -> Edit:
    def edit(node: cst.CSTNode) -> cst.CSTNode:
        proposal = codemod.fix(spot, node)
        if isinstance(proposal, Declined):
            seen.declined.append(Refusal(finding, proposal.because))
            return node
        seen.done.append(finding)
        seen.top.add(module, spot.node, proposal)
        seen.drops += dropped(node, proposal)
        if proposal.replacement is None:
            seen.spans.append(_gone(module, spot))
            return cst.RemoveFromParent()  # type: ignore[return-value]
        return proposal.replacement

    return edit


def _gone(module: Module, spot: Spot) -> tuple[int, int]:
    """Return the lines that a comparison may show as gone for a statement that is: equal ones may stand beside it."""
    lines = [line.rstrip("\r\n") for line in module.lines]
    top = first_line(spot.node)
    first, last = top, spot.node.end_lineno or spot.node.lineno
    end, number = last, first
    while end < len(lines) and not lines[end].strip():
        end += 1
    while end < len(lines) and lines[end] == lines[number - 1]:
        end, number = end + 1, number + 1
    while first > 1 and not lines[first - 2].strip():
        first -= 1
    if last == len(lines) and not module.text.endswith(("\n", "\r")):
        return max(first - 1, 1), end  # the line above is the last one now, and loses its end
    number = last
    while first > 1 and number >= top and lines[first - 2] == lines[number - 1]:
        first, number = first - 1, number - 1
    return first, end
