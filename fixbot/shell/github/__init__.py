"""GitHub through PyGithub: the only room that speaks to it."""

from fixbot.shell.github.forge import GitHubForge

__all__ = ["GitHubForge"]
