"""What a git process may know: no token but one for one host, no settings that would make it run a program."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from urllib.parse import urlsplit

# Settings of the repository that would make git run a program, and prompts that nobody answers.
_SAFE = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.sshCommand": "ssh -o BatchMode=yes",
    "core.attributesFile": os.devnull,
    "credential.helper": "",
    "diff.external": "",
    "gpg.program": "false",
    "http.proxy": "",
    "http.sslVerify": "true",
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
    "SSL_CERT_FILE",
)


def safe_environment() -> dict[str, str]:
    """Return what git may know: no token, no configuration from outside, nothing that it does not need."""
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    env |= {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "file:http:https:ssh",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "LC_ALL": "C.UTF-8",
    }
    return env | configured({})


def auth(url: str, token: str) -> dict[str, str]:
    """Return the environment that shows a token to one host alone, and to nobody who reads argv or the disk."""
    parts = urlsplit(url)
    if not token or parts.scheme not in {"http", "https"}:
        return {}
    login = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    host = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"
    return configured({f"http.{host}.extraHeader": f"Authorization: Basic {login}"})


def configured(values: Mapping[str, str]) -> dict[str, str]:
    """Return the environment that lays settings over a repository's own, always with those that keep it tame."""
    numbered = list(enumerate((_SAFE | dict(values)).items()))
    keys = {f"GIT_CONFIG_KEY_{i}": key for i, (key, _) in numbered}
    return (
        {"GIT_CONFIG_COUNT": str(len(numbered))} | keys | {f"GIT_CONFIG_VALUE_{i}": value for i, (_, value) in numbered}
    )
