"""Rewrites: applies a codemod's proposals to one file until nothing is left to apply."""

from __future__ import annotations

import ast
import traceback
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fixbot.analysis.module import Module, parse
from fixbot.codemod import Codemod, Declined, Proposal, Safety, Spot, cst
from fixbot.engine.imports import insertions
from fixbot.engine.inspect import spots_in
from fixbot.engine.slices import Slice, slice_of
from fixbot.model import Broken, Finding, Outcome, Refusal, Rewrite, Skipped, SourceFile, Untouched

if TYPE_CHECKING:
    from fixbot.engine.surgery import Edit

_MOST_PASSES = 10


@dataclass(slots=True)
class _Pass:
    """What one pass over a file gathers."""

    done: list[Finding] = field(default_factory=list)
    declined: list[Refusal] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    setup: list[str] = field(default_factory=list)
    first_use: int = 1 << 30


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
        declined = seen.declined
        settled = after == content or only is not None
        content = after
        if settled:
            break
    else:
        return Untouched(source.path, f"does not settle in {_MOST_PASSES} passes", tuple(done))
    if content == source.content:
        return Untouched(source.path, "nothing to rewrite")
    return Rewrite(source.path, source.content, content, tuple(done), tuple(declined))


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
    except (ValueError, RecursionError) as exc:
        return Untouched(source.path, str(exc) or type(exc).__name__, tuple(finding for finding, _ in chosen))
    except Exception:  # noqa: BLE001 - a codemod may be anybody's code; its fault must not end the run
        return Broken(source.path, codemod.slug(), traceback.format_exc())


def _one_pass(module: Module, codemod: Codemod, chosen: list[tuple[Finding, Spot]]) -> tuple[str, _Pass]:
    # A lazy module that is loaded inside an import statement can lose a Ctrl-C: load it by touching it first.
    _ = cst.CSTNode
    from fixbot.engine.surgery import operate  # noqa: PLC0415 - LibCST is loaded when something is edited

    seen = _Pass()
    lines = list(module.lines)
    for part, inside in _slices(module, chosen):
        edits: dict[ast.AST, Edit] = {
            spot.node: _edit(module, codemod, finding, spot, seen) for finding, spot in inside
        }
        lines[part.first - 1 : part.last] = [operate(module, part, edits), *[""] * (part.last - part.first)]
    end = next((line[len(line.rstrip("\r\n")) :] for line in module.lines if line.endswith(("\n", "\r"))), "\n")
    inserted = insertions(module, seen.imports, seen.setup, until=seen.first_use)
    for line, text in sorted(inserted, key=lambda insertion: insertion[0])[::-1]:
        _insert(lines, line, text.replace("\n", end) + end, end)
    return "".join(lines), seen


def _insert(lines: list[str], line: int, text: str, end: str) -> None:
    if line > len(lines) and lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += end
    lines.insert(line - 1, text)


def _slices(module: Module, chosen: list[tuple[Finding, Spot]]) -> list[tuple[Slice, list[tuple[Finding, Spot]]]]:
    """Group spots by the outermost statement that has to be edited for any of them."""
    parts: dict[ast.AST, Slice] = {}
    for finding, spot in chosen:
        part = slice_of(module, spot.node)
        if part is None:
            message = f"line {finding.line} shares its lines with another statement"
            raise ValueError(message)
        parts[part.node] = part
    grouped: dict[ast.AST, list[tuple[Finding, Spot]]] = {}
    for finding, spot in chosen:
        around = [node for node in (spot.node, *module.ancestors(spot.node)) if node in parts]
        grouped.setdefault(around[-1], []).append((finding, spot))
    return [(parts[node], inside) for node, inside in grouped.items()]


def _edit(module: Module, codemod: Codemod, finding: Finding, spot: Spot, seen: _Pass) -> Edit:
    def edit(node: cst.CSTNode) -> cst.CSTNode:
        proposal = codemod.fix(spot, node)
        if isinstance(proposal, Declined):
            seen.declined.append(Refusal(finding, proposal.because))
            return node
        _remember(module, finding, spot, proposal, seen)
        return proposal.replacement

    return edit


def _remember(module: Module, finding: Finding, spot: Spot, proposal: Proposal, seen: _Pass) -> None:
    seen.done.append(finding)
    seen.imports += proposal.imports
    seen.setup += proposal.setup
    if (proposal.imports or proposal.setup) and module.function(spot.node) is None:
        outermost = [spot.node, *module.ancestors(spot.node)][-2]
        seen.first_use = min(seen.first_use, outermost.lineno)  # type: ignore[attr-defined]
