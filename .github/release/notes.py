"""Holds a tag against `fixbot.VERSION` and the changelog, and prints what the changelog says of it; changes nothing."""  # noqa: INP001 - a script, not a package

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def notes(tag: str, source: str, changelog: str) -> str:
    """Give the changelog's section of a version.

    Args:
        tag: the tag, `v` and the version.
        source: the text of the module that says `VERSION`.
        changelog: the text of the changelog.

    Raises:
        ValueError: the tag is not that version, or the changelog does not say what it brings.
    """
    version = _version(source)
    if tag != f"v{version}":
        message = f"the tag is {tag!r}, but fixbot.VERSION is {version!r}"
        raise ValueError(message)
    found = re.search(rf"^## {re.escape(version)}(?: [^\n]*)?\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if not found or not found[1].strip():
        message = f"CHANGELOG.md says nothing of {version}"
        raise ValueError(message)
    return found[1].strip() + "\n"


def _version(source: str) -> str:
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "VERSION":
            return str(ast.literal_eval(node.value))
    message = "fixbot/__init__.py has no VERSION"
    raise ValueError(message)


if __name__ == "__main__":
    source = (ROOT / "fixbot" / "__init__.py").read_text("utf-8")
    try:
        text = notes(sys.argv[1], source, (ROOT / "CHANGELOG.md").read_text("utf-8"))
    except ValueError as error:
        sys.exit(str(error))
    sys.stdout.write(text)
