"""Judges the rules and protections of the base and of fixbot's own branches.

Rules are those of `GET /repos/{}/rules/branches/{}`, which counts every active ruleset, also for branches that do not
exist yet (https://docs.github.com/rest/repos/rules#get-rules-for-a-branch). Who may bypass one cannot be seen there.
"""

from __future__ import annotations

from fixbot.doctor.check import Check, note, ok, problem
from fixbot.doctor.seen import BaseBranch, Kind, OnGitHub, Protection, Unseen
from fixbot.settings import Settings

_BYPASS = "take fixbot/** out of the ruleset, or let the token's owner bypass it"
_FORBIDDEN = {
    "creation": "forbids to create branches like fixbot/bare-except/all",
    "update": "forbids to push to branches like fixbot/bare-except/all",
    "non_fast_forward": "forbids to force-push: a branch of fixbot's cannot be made anew on a new base",
    "pull_request": "lets nobody push to branches like fixbot/bare-except/all without a pull request",
    "required_status_checks": "wants checks to pass before anything is pushed to branches like fixbot/bare-except/all",
    "required_deployments": "wants deployments before anything is pushed to branches like fixbot/bare-except/all",
    "merge_queue": "wants a merge queue for branches like fixbot/bare-except/all",
}
_LOOK = {
    "commit_message_pattern": "commit messages",
    "commit_author_email_pattern": "the mail addresses of authors",
    "committer_email_pattern": "the mail addresses of committers",
    "branch_name_pattern": "the names of branches (fixbot/<codemod>/<shard>)",
    "file_path_restriction": "the paths that may change",
    "max_file_size": "the sizes of files",
}
# https://docs.github.com/authentication/managing-commit-signature-verification/about-commit-signature-verification
_SIGNS_FOR = frozenset({Kind.APP, Kind.WORKFLOW, Kind.INSTALLATION})
_SETTINGS = "Settings > Branches and Settings > Rules"


def judge(seen: OnGitHub, settings: Settings) -> list[Check]:
    """Say what the rules keep fixbot from."""
    return [*_in_the_way(seen.own), *_own(seen), *_signatures(seen, settings), *_unseen(seen)]


def _in_the_way(own: tuple[str, ...] | Unseen) -> list[Check]:
    if isinstance(own, Unseen) or "fixbot" not in own:
        return []
    says = "the branch fixbot stands in the way of fixbot/<codemod>/<shard>: git cannot have both"
    return [problem("branch-name", says, "rename it")]


def _own(seen: OnGitHub) -> list[Check]:
    guarded = () if isinstance(seen.guarded, Unseen) else seen.guarded
    checks = [
        note("branch-protection", f"{name} is protected: fixbot may be unable to move it", f"look at {_SETTINGS}")
        for name in guarded
    ]
    if isinstance(seen.own_rules, Unseen):
        return checks
    found = sorted(seen.own_rules)
    checks += [
        problem("branch-rules", f"a ruleset {_FORBIDDEN[rule]}", _BYPASS) for rule in found if rule in _FORBIDDEN
    ]
    looks = [_LOOK[rule] for rule in found if rule in _LOOK]
    if looks:
        says = f"a ruleset for fixbot's branches has a say on {', '.join(looks)}"
        checks.append(note("branch-patterns", says, "see that what fixbot writes fits it, in Settings > Rules"))
    return checks or [ok("branch-rules", "no rule keeps fixbot from its branches")]


def _signatures(seen: OnGitHub, settings: Settings) -> list[Check]:
    """Look where signed commits are wanted: on the base, a merge commit brings those of the pull request along."""
    where = [name for name, rules in (("the base", seen.rules), ("fixbot's branches", seen.own_rules)) if _wants(rules)]
    if isinstance(seen.protection, Protection) and seen.protection.signatures and "the base" not in where:
        where.insert(0, "the base")
    if not where:
        return []
    says = f"{' and '.join(where)} must have signed commits"
    if settings.commit_via != "api":
        return [problem("signatures", f"{says}; git signs none for fixbot", "use --commit-via api")]
    if seen.kind in _SIGNS_FOR:
        return [ok("signatures", f"{says}; GitHub signs those that this token makes through the API")]
    says = f"{says}; through the API GitHub signs those of Apps and workflow runs, not of a {seen.kind}"
    return [problem("signatures", says, "give fixbot the token of an App, or the GITHUB_TOKEN of a workflow run")]


def _wants(rules: frozenset[str] | Unseen) -> bool:
    return not isinstance(rules, Unseen) and "required_signatures" in rules


def _unseen(seen: OnGitHub) -> list[Check]:
    checks = []
    if isinstance(seen.rules, Unseen) or isinstance(seen.own_rules, Unseen):
        because = next(rules.because for rules in (seen.rules, seen.own_rules) if isinstance(rules, Unseen))
        checks.append(
            note("rulesets", f"the rulesets cannot be seen: {because}", "look at Settings > Rules > Rulesets")
        )
    protected = isinstance(seen.base, BaseBranch) and seen.base.protected
    if protected and isinstance(seen.protection, Unseen):
        says = "the base is protected, and only an administrator's token sees how"
        do = "if Settings > Branches asks for signed commits, use --commit-via api; required checks are no problem"
        checks.append(note("base-protection", says, do))
    return checks
