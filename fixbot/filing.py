"""The story of `fixbot audit --file-issues`: what is found to be there becomes issues of a forge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from fixbot.chatops.filed import Filing, of_codemod, of_item
from fixbot.model import Finding, Held, Judgement
from fixbot.publish.filing import Filed, file_issues
from fixbot.report.audit import Audited
from fixbot.settings import Settings
from fixbot.shell.choosing import choose_forge
from fixbot.shell.git import Git


def filed(
    audits: Sequence[Audited],
    findings: Iterable[Finding],
    settings: Settings,
    root: Path,
    *,
    repository: str | None,
    per: str,
    dry_run: bool,
) -> list[Filed]:
    """File an issue for each item that is found to be there, or for each codemod that answers some.

    Args:
        audits: the documents, held against the code.
        findings: all findings of the project.
        settings: which forge, and the labels.
        root: the top of the project.
        repository: `owner/name` on GitHub; None takes that of `origin`.
        per: `item` or `codemod`.
        dry_run: whether nothing is to be written.

    Raises:
        OperatorError: there is no repository, or no token.
        ForgeError: the forge failed; filing again goes on.
    """
    forge = choose_forge(Git(root), repository, settings, dry_run=dry_run)
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.path, []).append(finding)
    filings = _by_codemod(audits) if per == "codemod" else _by_item(audits, by_path)
    return file_issues(forge, list(filings), settings.labels)


def _by_item(audits: Sequence[Audited], by_path: Mapping[str, Sequence[Finding]]) -> Iterator[Filing]:
    """Give the issue of each item that a codemod answers, those too of which nothing is left."""
    for audit in audits:
        seen: Counter[str] = Counter()
        for held in audit.held:
            ordinal = seen[held.item.id]
            seen[held.item.id] += 1
            if held.judgement is not Judgement.UNJUDGED:
                yield of_item(held, audit.document.name, ordinal, _whole(held, by_path))


def _whole(held: Held, by_path: Mapping[str, Sequence[Finding]]) -> frozenset[str]:
    """Return the files of which an item has every finding of its codemods."""
    mine = {finding.fingerprint for finding in held.findings}
    asked = {finding.codemod for finding in held.findings}
    return frozenset(
        path
        for path in {finding.path for finding in held.findings}
        if all(one.codemod not in asked or one.fingerprint in mine for one in by_path.get(path, ()))
    )


def _by_codemod(audits: Sequence[Audited]) -> Iterator[Filing]:
    found: dict[str, list[tuple[str, Held]]] = {}
    for audit in audits:
        for held in audit.held:
            for codemod in dict.fromkeys(finding.codemod for finding in held.findings):
                mine = tuple(finding for finding in held.findings if finding.codemod == codemod)
                told = (audit.document.name, replace(held, findings=mine))
                found.setdefault(codemod, []).append(told)
    yield from (of_codemod(codemod, items) for codemod, items in sorted(found.items()))
