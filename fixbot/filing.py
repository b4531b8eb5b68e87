"""The story of `fixbot audit --file-issues`: what is found to be there becomes issues of a forge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from fixbot.chatops.filed import Filing, of_codemod, of_item
from fixbot.model import Held
from fixbot.publish.filing import Filed, file_issues
from fixbot.report.audit import Audited
from fixbot.settings import Settings
from fixbot.shell.choosing import choose_forge
from fixbot.shell.git import Git


def filed(
    audits: Sequence[Audited], settings: Settings, root: Path, *, repository: str | None, per: str, dry_run: bool
) -> list[Filed]:
    """File an issue for each item that is found to be there, or for each codemod that answers some.

    Args:
        audits: the documents, held against the code.
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
    filings = list(_by_codemod(audits) if per == "codemod" else _by_item(audits))
    return file_issues(forge, filings, settings.labels)


def _by_item(audits: Sequence[Audited]) -> Iterator[Filing]:
    known: set[str] = set()
    for audit in audits:
        for held in audit.held:
            filing = of_item(held, audit.document.name, audit.document.title) if held.findings else None
            if filing is not None and filing.key not in known:
                known.add(filing.key)
                yield filing


def _by_codemod(audits: Sequence[Audited]) -> Iterator[Filing]:
    found: dict[str, list[tuple[str, Held]]] = {}
    for audit in audits:
        for held in audit.held:
            for codemod in dict.fromkeys(finding.codemod for finding in held.findings):
                mine = tuple(finding for finding in held.findings if finding.codemod == codemod)
                found.setdefault(codemod, []).append((audit.document.name, replace(held, findings=mine)))
    yield from (of_codemod(codemod, items) for codemod, items in sorted(found.items()))
