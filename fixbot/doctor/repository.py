"""Judges the repository on GitHub: whether it can be reached, written to, and has a place for issues."""

from __future__ import annotations

from http import HTTPStatus

from fixbot.doctor.check import Check, note, ok, problem
from fixbot.doctor.seen import About, BaseBranch, OnGitHub, Unseen
from fixbot.settings import Settings

_NO_ANSWER = "try again later; where it stays so, check the network, the proxy and GITHUB_API_URL"


def judge(seen: OnGitHub, settings: Settings) -> list[Check]:
    """Say what becomes of the repository, its issues and the branch to improve."""
    if isinstance(seen.about, Unseen):
        return [_unseen(seen, seen.about)]
    checks = [*_state(seen.asked, seen.about), *_issues(seen.about, settings), *_base(seen.base, seen.about)]
    if seen.gone:
        checks.append(_unanswered(seen.gone))
    return checks


def enterprise(seen: OnGitHub) -> list[Check]:
    """Say which server there is, where it is not github.com."""
    if seen.enterprise:
        return [note("server", f"{seen.host} is GitHub Enterprise Server {seen.enterprise}")]
    return (
        [] if seen.host == "api.github.com" else [note("server", f"the API is at {seen.host}, as GITHUB_API_URL says")]
    )


def _unseen(seen: OnGitHub, about: Unseen) -> Check:
    match about.status:
        case HTTPStatus.UNAUTHORIZED:
            says = "GitHub does not accept the token"
            return problem("token", says, "make a new one and set GITHUB_TOKEN or FIXBOT_TOKEN to it")
        case HTTPStatus.NOT_FOUND:
            says = f"GitHub does not know {seen.asked}, or the token may not see it"
            return problem(
                "repository", says, "check --repo and the remote origin, and that the token is for this repository"
            )
        case HTTPStatus.FORBIDDEN:
            says = f"the token may not see {seen.asked}: {about.because}"
            return problem("repository", says, "let the token into this repository and its organization")
        case 0:
            return _unanswered(about.because)
    return problem("github", f"GitHub answers {about.status}: {about.because}", _NO_ANSWER)


def _unanswered(because: str) -> Check:
    """Take the sentence of an error apart, which says what to do after a colon."""
    says, _, do = because.partition(": ")
    return problem("github", says, _NO_ANSWER if do.startswith("run fixbot again") else do or _NO_ANSWER)


def _state(asked: str, about: About) -> list[Check]:
    checks = []
    if about.archived:
        checks.append(problem("repository", f"{about.full_name} is archived: nothing can be written", "unarchive it"))
    elif about.disabled:
        checks.append(
            problem("repository", f"GitHub has disabled {about.full_name}", "ask its owner or GitHub's support")
        )
    else:
        checks.append(ok("repository", f"{about.full_name}, {'private' if about.private else 'public'}"))
    if asked.casefold() != about.full_name.casefold():
        do = "set the remote origin, or --repo, to the new name"
        checks.append(note("repository-name", f"{asked} is called {about.full_name} now", do))
    if not about.has_pulls:
        checks.append(
            problem("pull-requests", "pull requests are disabled", "enable them in Settings > General > Features")
        )
    if about.fork:
        says = "it is a fork: GitHub runs nothing on a schedule there until somebody enables it on the page Actions"
        checks.append(note("fork", says))
    return checks


def _issues(about: About, settings: Settings) -> list[Check]:
    if about.has_issues:
        return [ok("issues", "issues are enabled")]
    says = "issues are disabled: no dashboard, no work on an issue"
    do = "enable them in Settings > General > Features" + (", or set dashboard = false" if settings.dashboard else "")
    return [note("issues", says, do)]


def _base(base: BaseBranch | Unseen, about: About) -> list[Check]:
    if isinstance(base, Unseen):
        if base.status == HTTPStatus.NOT_FOUND:
            do = "push it, or name another one with --base or the setting base"
            return [problem("base", f"{about.full_name} has no branch {base.because}", do)]
        return []
    checks = []
    if not base.is_here:
        says = f"{base.name} on GitHub is at {base.commit[:12]}, which is not in this clone"
        checks.append(problem("base", says, "run `git fetch`"))
    else:
        checks.append(ok("base", f"{base.name} at {base.commit[:12]}"))
    if base.name != about.default_branch:
        says = f"{base.name} is improved, the default branch is {about.default_branch}"
        checks.append(note("default-branch", says, "set base or --base if that is not what you want"))
    return checks
