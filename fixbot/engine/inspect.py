"""Finds: bytes in, findings out; most files are ruled out by their bytes and never parsed."""

from __future__ import annotations

import ast
import hashlib
import traceback
from collections import Counter
from collections.abc import Sequence

from fixbot import interrupts
from fixbot.analysis.compiling import compile_error
from fixbot.analysis.handlers.circumstances import is_test_file
from fixbot.analysis.module import Definition, Module, parse
from fixbot.analysis.sketch import sketch
from fixbot.codemod import Codemod, Recipe, Site, Spot
from fixbot.engine.pragmas import VENDORED, Pragmas, is_generated, is_vendored
from fixbot.model import Broken, Finding, Inspection, Skipped, SourceFile

_DEEP = 100  # levels of a tree; whoever fails on fewer has himself to blame


def candidates(content: bytes, codemods: Sequence[Codemod]) -> list[Codemod]:
    """Return the codemods that a file's bytes do not rule out."""
    return [codemod for codemod in codemods if codemod.pattern.search(content)]


def inspect(source: SourceFile, codemods: Sequence[Codemod], *, whole: bool = False) -> Inspection:
    """Return what the codemods find in one file, or why the file was not looked at.

    Where the file is not parsed as a `whole`, a mistake in a definition that no codemod looks at stays unseen.
    """
    interested = candidates(source.content, [codemod for codemod in codemods if _may_look(codemod, source.path)])
    if not interested:
        return Inspection(source.path)
    if is_generated(source.content):
        return Inspection(source.path, skipped=Skipped(source.path, "generated", "its head says so"))
    if is_vendored(source.path):
        return Inspection(source.path, skipped=Skipped(source.path, "vendored", VENDORED))
    module = parse(source) if whole else _read(source, interested)
    if isinstance(module, Skipped):
        return Inspection(source.path, skipped=module)
    findings: list[Finding] = []
    broken: list[Broken] = []
    for codemod in interested:
        spots = spots_in(module, codemod)
        if isinstance(spots, Broken):
            broken.append(spots)
        else:
            findings += [finding for finding, _ in spots]
    findings.sort(key=lambda finding: (finding.line, finding.column, finding.codemod))
    return Inspection(source.path, tuple(findings), parsed=True, broken=tuple(broken))


def _may_look(codemod: Codemod, path: str) -> bool:
    return codemod.tests or not is_test_file(path)


def _read(source: SourceFile, interested: Sequence[Codemod]) -> Module | Skipped:
    """Parse as much of a file as the codemods need."""
    if not all(codemod.local for codemod in interested):
        return parse(source)
    return sketch(source, lambda content: any(codemod.pattern.search(content) for codemod in interested))


def spots_in(module: Module, codemod: Codemod) -> list[tuple[Finding, Spot]] | Broken:
    """Return each finding of a codemod with its live spot, in source order; what a comment silences is left out."""
    if not _may_look(codemod, module.path):
        return []
    pragmas = Pragmas(module.text)
    seen: Counter[str] = Counter()
    found = []
    try:
        for spot in codemod.find(module):
            finding = _finding(module, codemod, spot, seen)
            if not pragmas.silence(codemod.slug(), finding.line):
                found.append((finding, spot))
    except Exception as exc:
        interrupts.check()
        if is_at_fault(module, exc):
            raise
        return Broken(module.path, codemod.slug(), traceback.format_exc())
    return found


def not_to_be_built(module: Module, error: Exception) -> str:
    """Return what is wrong with a file that LibCST will not build again, as it parses and does not compile; else empty.

    What LibCST refuses is a `SyntaxError`, and may as well be the fault of who asks it to build that.
    """
    because = compile_error(module.text) if isinstance(error, SyntaxError) else None
    return f"does not compile as it stands: {because}" if because else ""


def is_at_fault(module: Module, error: Exception) -> bool:
    """Say whether an error comes of what a file is, such as nested deeply, whichever codemod looks at it."""
    return isinstance(error, MemoryError) or (isinstance(error, RecursionError) and _is_deep(module.tree))


def _is_deep(tree: ast.AST) -> bool:
    depth, level = 0, [tree]
    while level and depth < _DEEP:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        depth += 1
    return bool(level)


def _finding(module: Module, codemod: Codemod, spot: Spot, seen: Counter[str]) -> Finding:
    node = spot.node
    lines = node.lineno, node.end_lineno or node.lineno
    around = inside(node) or node
    return finding_at(module, codemod, spot, around, lines=lines, column=node.col_offset, seen=seen)


def inside(node: ast.AST) -> ast.stmt | None:
    """Return the first statement of a definition, None for anything else: a definition's finding has its own name."""
    return node.body[0] if isinstance(node, Definition) else None


def finding_at(
    module: Module,
    codemod: Recipe,
    told: Spot | Site,
    around: ast.AST,
    *,
    lines: tuple[int, int],
    column: int,
    seen: Counter[str],
) -> Finding:
    """Return the finding for what a codemod told.

    Args:
        module: the file it is in.
        codemod: who told it.
        told: what it said.
        around: the statement, handler or case that has the smell or in which it stands.
        lines: the first and the last line of the smell, from 1.
        column: where it begins in its first line, in bytes from 0.
        seen: how often each smell came so far in this file; one more is counted.
    """
    first, last = lines
    qualname = module.qualname(around)
    return Finding(
        codemod=codemod.slug(),
        path=module.path,
        line=first,
        column=character_column(module.lines[first - 1], column) + 1,
        end_line=last,
        qualname=qualname,
        severity=codemod.severity,
        safety=codemod.safety_of(told),
        message=told.message,
        fingerprint=_fingerprint(f"{codemod.slug()}\0{module.path}\0{qualname}", module.lines[first - 1 : last], seen),
        evidence=told.evidence,
        breaking=told.breaking if isinstance(told, Site) else None,
    )


def character_column(line: str, offset: int) -> int:
    """Turn the byte offset that `ast` gives into an offset in characters."""
    return offset if line.isascii() else len(line.encode()[:offset].decode(errors="replace"))


def _fingerprint(where: str, lines: Sequence[str], seen: Counter[str]) -> str:
    what = f"{where}\0{' '.join(''.join(lines).split())}"
    ordinal = seen[what]
    seen[what] += 1
    return hashlib.sha256(f"{what}\0{ordinal}".encode(errors="surrogatepass")).hexdigest()[:20]
