"""Judges the workflow that runs fixbot, from the text of its file and from what GitHub says of it.

The text is searched, not parsed: a workflow that is written in an unusual way is said to be unclear at worst.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from fixbot.doctor.check import Check, note, ok, problem
from fixbot.doctor.seen import Actions, Clone, OnGitHub, Unseen, WorkflowFile

_USES = re.compile(r"^[ \t]*(?:-[ \t]+)?uses:[ \t]*[\"']?[^\s#\"']*\bfixbot\b", re.MULTILINE)
_PHASE = re.compile(r"^[ \t]*phase:[ \t]*[\"']?(?:plan|apply)\b", re.MULTILINE)  # of `uses: ./`, in fixbot's own
_APPLIES = re.compile(r"^[ \t]*phase:[ \t]*[\"']?apply\b|\bfixbot[ \t]+apply\b", re.MULTILINE)
_WHOLE = re.compile(r"\bfixbot[ \t]+run\b")
_RUNS = re.compile(r"\bfixbot[ \t]+(?:run|listen|plan|apply)\b")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_OWN_TOKEN = re.compile(
    r"^[ \t]*(?:token|FIXBOT_TOKEN|GITHUB_TOKEN):[ \t]*[\"']?\$\{\{\s*(?:secrets\.(?!GITHUB_TOKEN\b)|steps\.|needs\.)",
    re.MULTILINE,
)
_NEEDED = ("contents", "pull-requests")
_SLEEPING = {
    "disabled_inactivity": "GitHub has disabled it, because nothing happened in the repository for 60 days",
    "disabled_manually": "somebody has disabled it",
    "disabled_fork": "it is disabled, because this is a fork",
    "deleted": "GitHub says that it is deleted",
}


def of_fixbot(files: Iterable[WorkflowFile]) -> list[WorkflowFile]:
    """Return the files that run fixbot, as the action or as a command."""
    return [file for file in files if any(sign.search(plain(file.text)) for sign in (_USES, _RUNS, _PHASE))]


def applies(files: Iterable[WorkflowFile]) -> bool:
    """Say whether the nights publish plans, as `fixbot apply` does, and not with `fixbot run`."""
    texts = [plain(file.text) for file in of_fixbot(files)]
    return any(_APPLIES.search(text) for text in texts) and not any(_WHOLE.search(text) for text in texts)


def plain(text: str) -> str:
    """Return the text of a workflow without its comments."""
    return "\n".join(_COMMENT.sub("", line) for line in text.splitlines())


def gives_own_token(text: str) -> bool:
    """Say whether a workflow gives fixbot a token that is not the run's own GITHUB_TOKEN."""
    return _OWN_TOKEN.search(plain(text)) is not None


def judge(clone: Clone, seen: OnGitHub | None) -> list[Check]:
    """Say whether there is a workflow that runs fixbot, and whether it will.

    Args:
        clone: the repository on this machine.
        seen: what GitHub says; None where no pull request goes there.
    """
    found = of_fixbot(clone.workflows)
    if not found:
        return [note("workflow", "no file in .github/workflows runs fixbot", "`fixbot init` writes one")]
    return [check for file in found for check in (_there(file, seen), *_allowed(file, seen))]


def _there(file: WorkflowFile, seen: OnGitHub | None) -> Check:
    states = seen.actions.states if seen is not None else Unseen(0, "")
    if not file.committed:
        return note(
            "workflow", f"{file.path} is not committed as it is", "commit it, and push it to the default branch"
        )
    if isinstance(states, Unseen):
        return ok("workflow", f"{file.path} runs fixbot")
    state = states.get(file.path, "")
    if state in _SLEEPING:
        return problem(
            "workflow", f"{file.path}: {_SLEEPING[state]}", "enable it on the page Actions of the repository"
        )
    if not state:
        do = "bring it to the default branch: GitHub starts nothing on a schedule from another one"
        return problem("workflow", f"GitHub does not know {file.path}", do)
    return ok("workflow", f"{file.path} runs fixbot and is {state}")


def _allowed(file: WorkflowFile, seen: OnGitHub | None) -> list[Check]:
    """Look for the permissions that the run's own token needs."""
    text = plain(file.text)
    if gives_own_token(text) or re.search(r"\bpermissions:[ \t]*write-all\b", text):
        return []
    missing = [name for name in _NEEDED if not re.search(rf"\b{name}:[ \t]*[\"']?write\b", text)]
    if not missing or (not re.search(r"\bpermissions:", text) and _writes_by_default(seen)):
        return []
    says = f"{file.path} does not let its GITHUB_TOKEN write {' and '.join(missing)}"
    return [
        problem("workflow-permissions", says, "write `contents: write` and `pull-requests: write` into its apply job")
    ]


def _writes_by_default(seen: OnGitHub | None) -> bool:
    actions: Actions | None = seen.actions if seen is not None else None
    return actions is not None and actions.default == "write"
