"""Says of what was seen what will go wrong and what to do about it; sees nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fixbot.doctor import (
    actions,
    approval,
    branches,
    checkout,
    configuration,
    forge,
    permissions,
    programs,
    repository,
    tokens,
    workflow,
)
from fixbot.doctor.check import Check, Level, as_json, as_text, is_wrong
from fixbot.doctor.seen import About, Clone, OnGitHub, Programs, Way
from fixbot.settings import Settings

__all__ = ["Check", "Level", "as_json", "as_text", "here", "is_wrong", "there"]


def here(
    found: Programs, clone: Clone, way: Way, mistakes: Sequence[str], settings: Settings, *, chooses_base: bool
) -> list[Check]:
    """Return what there is to say of this machine and of the way to a forge.

    Args:
        found: the programs.
        clone: the repository.
        way: what decides on the forge.
        mistakes: those of the configuration, a sentence each.
        settings: what is configured, as far as that can be read.
        chooses_base: whether the branch to improve is named.
    """
    checks = [*programs.judge(found), *programs.clone(clone, chooses_base=chooses_base)]
    checks += [*configuration.judge(mistakes, settings, clone), *forge.judge(way)]
    if forge.chosen(way) == "local" and way.asked == "auto" and way.name:
        checks += workflow.judge(clone, None)  # the nights have a token of their own
        checks += checkout.judge(clone, settings.base, None)
    return checks


def there(seen: OnGitHub, clone: Clone, settings: Settings) -> list[Check]:
    """Return what there is to say of GitHub; of a repository that cannot be seen only that."""
    if not settings.commit_via and workflow.applies(clone.workflows):
        settings = replace(settings, commit_via="api")  # which `fixbot apply` takes by itself
    about = repository.judge(seen, settings)
    if not isinstance(seen.about, About):
        return [*repository.enterprise(seen), *about]
    return [
        *repository.enterprise(seen),
        *tokens.judge(seen),
        *about,
        *permissions.judge(seen, settings),
        *approval.judge(seen, clone),
        *branches.judge(seen, settings),
        *actions.judge(seen, clone),
        *workflow.judge(clone, seen),
        *checkout.judge(clone, settings.base, seen.about.default_branch),
        *configuration.names(seen, settings),
    ]
