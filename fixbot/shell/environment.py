"""What a git process may know: no token but one for one host, no settings that would make it run a program."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

# Settings of the repository that would make git run a program, prompts that nobody answers, and files to read that may
# be pipes or have no end.
_SAFE = {
    "core.askPass": "",
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.sshCommand": "ssh -o BatchMode=yes",
    "core.attributesFile": os.devnull,
    "credential.helper": "",
    "core.excludesFile": os.devnull,
    "diff.external": "",
    "diff.orderFile": os.devnull,
    "gpg.program": "false",
    "http.sslVerify": "true",
    "log.mailmap": "false",
    "mailmap.file": os.devnull,
    "commit.gpgSign": "false",
    "protocol.ext.allow": "never",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
    "uploadpack.packObjectsHook": "",
}
_KEPT = (
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "SSH_AUTH_SOCK",
    "NO_PROXY",
    "no_proxy",
)


def safe_environment() -> dict[str, str]:
    """Return what git may know: no token, no configuration from outside, nothing that it does not need."""
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    env |= {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        # A clone without all contents fetches them by itself: of a path, with the program that its settings name.
        "GIT_ALLOW_PROTOCOL": "http:https:ssh",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "LC_ALL": "C.UTF-8",
    }
    # A clone's settings may name a program that lists what its alternates have; git's own lists that where it matters.
    return env | configured({"core.alternateRefsCommand": "true"})


def auth(url: str, token: str) -> dict[str, str]:
    """Return the settings that show a token to one host alone; in the environment neither argv nor the disk has it."""
    parts = urlsplit(url)
    if not token or parts.scheme not in {"http", "https"}:
        return {}
    login = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    host = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"
    return {f"http.{host}.extraHeader": f"Authorization: Basic {login}"}


def configured(values: Mapping[str, str]) -> dict[str, str]:
    """Return the environment that lays settings over a repository's own, always with those that keep it tame."""
    usual = {"http.proxy": first_set(("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"))[1]}
    numbered = list(enumerate((_SAFE | usual | dict(values)).items()))
    keys = {f"GIT_CONFIG_KEY_{i}": key for i, (key, _) in numbered}
    return (
        {"GIT_CONFIG_COUNT": str(len(numbered))} | keys | {f"GIT_CONFIG_VALUE_{i}": value for i, (_, value) in numbered}
    )


def first_set(names: Sequence[str]) -> tuple[str, str]:
    """Return the first of some variables that is set and what it holds; the first name where none is."""
    return next(((name, os.environ[name]) for name in names if name in os.environ), (names[0], ""))
