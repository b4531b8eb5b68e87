"""Judges whether a workflow checks out the branch that fixbot is to improve, from the text of its file.

`actions/checkout` brings one branch, the one that the event is about where `ref` names none, and nothing of the others
(https://github.com/actions/checkout). Like all of a workflow the text is searched, not parsed.
"""

from __future__ import annotations

import re

from fixbot.doctor.check import Check, note, problem
from fixbot.doctor.seen import Clone, WorkflowFile
from fixbot.doctor.workflow import of_fixbot, plain

_CHECKOUT = re.compile(r"\buses:[ \t]*[\"']?actions/checkout@")
_ALL = re.compile(r"^[ \t]*fetch-depth:[ \t]*[\"']?0\b", re.MULTILINE)
_DEFAULT = re.compile(r"\$\{\{\s*github\.event\.repository\.default_branch\s*\}\}")


def judge(clone: Clone, base: str | None, default: str | None) -> list[Check]:
    """Say which workflows will not find the branch to improve.

    Args:
        clone: the repository on this machine.
        base: the branch that is configured; None stands for the default branch.
        default: the default branch; None where it is not known.
    """
    return [check for file in of_fixbot(clone.workflows) for check in _of(file, base, default)]


def _of(file: WorkflowFile, base: str | None, default: str | None) -> list[Check]:
    text = plain(file.text)
    if not _CHECKOUT.search(text) or _ALL.search(text):
        return []
    wanted = _named(text, "base") or base or default
    found = _named(text, "ref") or default
    if wanted is None or wanted == found or "${{" in f"{wanted}{found}":
        return []
    do = f"write `ref: {wanted}` below `with:` of actions/checkout there"
    if found is None:
        says = f"{file.path} checks out the default branch; {wanted} is to be improved, if that is another one"
        return [note("workflow-base", says, do)]
    return [problem("workflow-base", f"{file.path} checks out {found}, and {wanted} is to be improved", do)]


def _named(text: str, key: str) -> str:
    """Return the branch that a key of the workflow names, empty where that is none or the default branch."""
    found = re.search(rf"^[ \t]*{key}:[ \t]*(\"[^\"\n]*\"|'[^'\n]*'|[^\n]*)", text, re.MULTILINE)
    value = found[1].strip().strip("\"'") if found else ""
    return "" if _DEFAULT.fullmatch(value) else value.removeprefix("refs/heads/")
