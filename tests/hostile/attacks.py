"""What a hostile repository is made of: trees that git itself would not write, traps that leave a mark, deep nests."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.parts.command import SMELLY, WHO, Done, program, repository
from tests.parts.git import git, git_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Guard:
    """What stands between an attack and its harm, and what is there where it is taken away."""

    owner: Any
    name: str
    without: Any
    harm: Callable[[Path], bool]


REPORT = "# Audit\n\n## 1. Bare except\n\n- `a.py:4`: a bare except\n"
LOCAL = ("--forge", "local")
#: Every command that looks at a repository, as it is called inside of it; `{away}` is a folder outside.
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "scan": ("scan", "--format", "json"),
    "fix": ("fix", "--format", "json"),
    "run": ("run", *LOCAL, "--format", "json"),
    "plan": ("plan", *LOCAL, "--output", "{away}/plan.json"),
    "apply": ("apply", "{away}/plan.json", *LOCAL, "--format", "json"),
    "audit": ("audit", "{away}/report.md", "--format", "json"),
    "preview": ("preview", "--output", "{away}/preview.html"),
    "tracker": ("tracker", *LOCAL),
}


def called(name: str, place: Path, away: Path, *more: str, environment: Mapping[str, str] | None = None) -> Done:
    """Call a command inside a repository; what it writes for people goes to `away`, `apply` gets a plan there."""
    away.mkdir(exist_ok=True)
    (away / "report.md").write_text(REPORT)
    if name == "apply":
        called("plan", place, away, *more)
    words = [word.format(away=away) for word in COMMANDS[name]]
    return program(*words, "--jobs", "1", *more, cwd=place, environment=environment)


def tree(place: Path, entries: Sequence[tuple[str, bytes, str]]) -> str:
    """Store a tree as it is given, whatever git thinks of its names: mode, name, id."""
    raw = b"".join(f"{mode} ".encode() + name + b"\0" + bytes.fromhex(made) for mode, name, made in entries)
    path = place.parent / "raw-tree"
    path.write_bytes(raw)
    return git(place, "hash-object", "-t", "tree", "-w", "--literally", str(path))


def blob(place: Path, content: bytes) -> str:
    """Store a content."""
    return git_bytes(place, "hash-object", "-w", "--stdin", stdin=content).decode().strip()


def crafted(place: Path, made: str) -> None:
    """Let `main` be a commit with a tree that nobody checked out."""
    head = git(place, "commit-tree", made, "-m", "x", environment=WHO)
    git(place, "update-ref", "refs/heads/main", head)


def smelly(place: Path) -> Path:
    """Give a repository with one finding."""
    return repository(place, {"a.py": SMELLY})


def trap(folder: Path) -> tuple[Path, Path]:
    """Give a program that leaves a mark when it is run, and that mark."""
    canary, script = folder / "canary", folder / "trap"
    script.write_text(f"#!/bin/sh\ntouch {canary}\ncat\n")
    script.chmod(0o755)
    return script, canary


def below(root: Path) -> dict[str, bytes]:
    """Give every file below a folder, links as what they name."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = os.path.join(folder, name)  # noqa: PTH118 - names may be no UTF-8
            if os.path.islink(path):  # noqa: PTH114 - as above
                found[path] = os.fsencode(os.readlink(path))  # noqa: PTH115 - as above
            elif name in files:
                with open(path, "rb") as file:  # noqa: PTH123 - as above
                    found[path] = file.read()
    return found


#: Expressions of a depth.
NESTS: Mapping[str, Callable[[int], str]] = {
    "sum": lambda depth: "+".join(["1"] * depth),
    "not": lambda depth: f"({'not ' * depth}1)",
    "attributes": lambda depth: f"path{'.b' * depth}",
    "calls": lambda depth: f"path{'()' * depth}",
    "items": lambda depth: f"path{'[0]' * depth}",
    "conditions": lambda depth: f"({'1 if path else ' * depth}1)",
    "lambdas": lambda depth: f"({'lambda: ' * depth}1)",
    "strings": lambda depth: "(" + '"a" ' * depth + ")",
}


def nested(kind: str, depth: int) -> str:
    """Give a module with smells around a nest: for a codemod of single files, and for two of whole projects."""
    nest = NESTS[kind](depth)
    return (
        "import time\n\n\ndef load(path, **kwargs):\n    try:\n"
        f'        kept = {nest}\n        return open(path).read(), kept, kwargs["key"]\n'
        '    except:\n        return ""\n'
        f"\n\nasync def go():\n    time.sleep(1)\n    return load('x', key={nest})\n"
    )
