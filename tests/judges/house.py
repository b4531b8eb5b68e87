"""Holds workflows against this project's own rules, which no outside judge has all of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.judges.documents import Document

USES = re.compile(r"^\s*(?:-\s+)?uses:\s*(?P<what>\S+)(?P<comment>.*)$")
PINNED = re.compile(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}")
VERSION = re.compile(r"\s+# v\d+(\.\d+)*")
OWN = re.compile(r"[\w.-]+/fixbot@")  # `fixbot init` may pin a commit between two versions
IGNORED = re.compile(r"#\s*(zizmor: ignore\[[\w,-]+\]|shellcheck disable=\S+)(?P<reason>.*)$")


def judge(documents: Sequence[Document], _folder: Path) -> list[str]:
    """Give what breaks a rule: permissions, pins, credentials, judges overruled, expressions in shells, races."""
    return [complaint for document in documents for complaint in _complaints(document)]


def _complaints(document: Document) -> Iterator[str]:
    yield from _of_pins(document)
    yield from _of_ignores(document)
    yield from _of_steps(document)
    if not document.is_action:
        yield from _of_workflow(document)


def _of_pins(document: Document) -> Iterator[str]:
    lines = [(number, line, USES.match(line)) for number, line in enumerate(document.text.splitlines(), 1)]
    named = {step.says.get("uses") for step in document.steps()} | {job.get("uses") for job in document.jobs.values()}
    for hidden in named - {None} - {found["what"] for _, _, found in lines if found}:
        yield f"{document.path}: not on a line of its own: uses: {hidden}"
    for number, line, found in lines:
        if not found or found["what"].startswith(("./", "$/")):
            continue
        is_versioned = VERSION.fullmatch(found["comment"]) or (OWN.match(found["what"]) and not found["comment"])
        if not PINNED.fullmatch(found["what"]) or not is_versioned:
            yield f"{document.path}:{number}: not pinned by a commit with its version as a comment: {line.strip()}"


def _of_ignores(document: Document) -> Iterator[str]:
    for number, line in enumerate(document.text.splitlines(), 1):
        found = IGNORED.search(line)
        if found and len(found["reason"].split()) < 3:
            yield f"{document.path}:{number}: a judge is told to overlook something, without a reason"


def _of_steps(document: Document) -> Iterator[str]:
    for step in document.steps():
        if "${{" in step.says.get("run", ""):
            yield f"{step.where}: an expression in a shell line"
        checkout = step.says.get("uses", "").startswith("actions/checkout@")
        if checkout and step.says.get("with", {}).get("persist-credentials") is not False:
            yield f"{step.where}: the checkout keeps its credentials"


def _of_workflow(document: Document) -> Iterator[str]:
    if document.parsed.get("permissions") != {}:
        yield f"{document.path}: no `permissions: {{}}` at the top"
    if not document.parsed.get("concurrency"):
        yield f"{document.path}: two runs may race: no `concurrency`"
    for name, job in document.jobs.items():
        if "permissions" not in job:
            yield f"{document.path}: {name}: does not name its permissions"
        if "timeout-minutes" not in job and "uses" not in job:
            yield f"{document.path}: {name}: no timeout"
