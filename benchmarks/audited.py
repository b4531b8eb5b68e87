"""Prints what fixbot writes for the bare excepts that a person narrowed in one commit, beside what that person wrote.

    python -m benchmarks.audited CLONE [COMMIT]

CLONE is a git directory of github.com/suryadizhang/mh-project- with its history; COMMIT is the one whose message
counts eleven of them. The files as they stood before it are laid out in a temporary folder and never run.
"""

from __future__ import annotations

import ast
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

_COMMIT = "2621a411"
_GIT = shutil.which("git") or "git"


def git(clone: str, *arguments: str) -> str:
    """Return what a git command says of a clone."""
    return subprocess.run([_GIT, "-C", clone, *arguments], check=True, capture_output=True, text=True).stdout


def fixed(folder: Path, policy: str) -> None:
    """Rewrite the bare excepts of a folder with one policy of `narrow`."""
    command = [sys.executable, "-c", "from fixbot.cli import main; main()"]
    options = ["--select", "bare-except", "--set", f"bare-except.narrow={policy}", "--no-progress", "--quiet"]
    subprocess.run([*command, "fix", *options, "."], check=False, capture_output=True, cwd=folder)


def clauses(text: str) -> dict[tuple[str, int, int], str]:
    """Map each handler, by its function, the place of its `try` in it and its own place there, to what it catches."""
    found: dict[tuple[str, int, int], str] = {}
    stack: list[tuple[ast.AST, str]] = [(ast.parse(text), "")]
    while stack:
        scope, name = stack.pop()
        tries = 0
        nodes = list(ast.iter_child_nodes(scope))
        while nodes:
            node = nodes.pop(0)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                stack.append((node, f"{name}.{node.name}"))
                continue
            if isinstance(node, ast.Try):
                for place, handler in enumerate(node.handlers):
                    found[name, tries, place] = ast.unparse(handler.type) if handler.type else ""
                tries += 1
            nodes[:0] = list(ast.iter_child_nodes(node))
    return found


def rows(clone: str, commit: str) -> list[tuple[str, ...]]:
    """Return place, what the person wrote, and what fixbot writes by default and with `likely`, one row a handler."""
    changed = git(clone, "diff", "--name-only", f"{commit}^", commit, "--", "*.py").split()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        trees = {policy: Path(folder) / policy for policy in ("complete", "likely")}
        before = {path: git(clone, "show", f"{commit}^:{path}") for path in changed}
        for policy, tree in trees.items():
            tree.mkdir()
            _laid_out(clone, f"{commit}^", tree)
            fixed(tree, policy)
        for path, text in before.items():
            person = clauses(git(clone, "show", f"{commit}:{path}"))
            ours = [clauses((tree / path).read_text(encoding="utf-8")) for tree in trees.values()]
            for key, caught in clauses(text).items():
                if not caught:
                    where = f"{Path(path).name}{key[0]}"
                    found.append((where, *(one.get(key, "?") or "(bare)" for one in (person, *ours))))
    return found


def _laid_out(clone: str, commit: str, tree: Path) -> None:
    command = [_GIT, "-C", clone, "archive", commit, "--", "*.py"]
    archive = subprocess.run(command, check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(tree, filter="data")


def main() -> None:
    """Print the table as Markdown."""
    commit = sys.argv[2] if len(sys.argv) > len("..") else _COMMIT
    print("| handler | person | fixbot | fixbot, `likely` |\n|---|---|---|---|")
    for row in rows(sys.argv[1], commit):
        print("| " + " | ".join(f"`{cell}`" for cell in row) + " |")


if __name__ == "__main__":
    main()
