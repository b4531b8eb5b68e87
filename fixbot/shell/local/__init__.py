"""A forge without a server: branches in the repository, pull requests and issues as files in its git directory."""

from fixbot.shell.local.forge import LocalForge

__all__ = ["LocalForge"]
