"""Says of a word behind `ignore` why it names neither a codemod nor a path, and what to write; it reads no file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection

from fixbot.settings import excluder

#: What people put around a word or behind it.
QUOTES = "`'\".,;:!?"
_LONGEST_WORD = 40
_RULE = re.compile(r"[A-Z]{1,8}[0-9]{2,5}")
_BEHIND = re.compile(r"(?:#L[0-9][\w-]*|(?::[0-9]+(?:-[0-9]+)?)+)?[,;:.!]*\Z")
_NO_PATHS = (
    (
        re.compile(r"#[0-9]+|GH-[0-9]+", re.IGNORECASE),
        "it is a number: write `/fixbot ignore` alone, on the pull request that you mean",
    ),
    (re.compile(r"@[\w-]+(?:/[\w.-]+)?"), "it names people: write a codemod or a path"),
    (
        re.compile(r"this|that|it|these|those|me|here|all|everything|any|none", re.IGNORECASE),
        "write `/fixbot ignore` alone for the pull request itself, or name a codemod or a path behind it",
    ),
)


def not_named(word: str, path: str, slugs: Collection[str]) -> str:
    """Say why a word that is no slug can be no path either; empty where it can.

    Args:
        word: what was written.
        path: the same without `path:` before it.
        slugs: the codemods there are.
    """
    if near := _near_slug(word, slugs):
        return f"there is no such codemod or path: did you mean `{near}`?"
    return "it names a rule of a linter: name the codemod" if _RULE.fullmatch(word) else _wrong_path(path)


def not_ignorable(path: str, is_there: Callable[[str], bool] | None) -> str:
    """Say why ignoring a path would do nothing, and what to write instead; empty where it may do something.

    Args:
        path: a well-formed path or glob.
        is_there: says whether it names something; None where nobody knows. A glob may be for what is only to come.
    """
    if is_there is not None and is_there(path):
        return ""
    if because := next((because for shape, because in _NO_PATHS if shape.fullmatch(path)), ""):
        return because
    bare = _BEHIND.sub("", path)
    if bare and bare != path:
        return f"a whole file or folder can be ignored, by its path alone: did you mean `/fixbot ignore {bare}`?"
    if bare and (is_there is None or not set("*?[").isdisjoint(path)):
        return ""
    return "there is no such codemod, file or folder: write a path as it is in the repository, from its root"


def _wrong_path(path: str) -> str:
    """Say why a path is none; empty where it is one."""
    if "://" in path or "](" in path:
        return "it is a link: write the path alone, from the root of the repository"
    if path.startswith("/"):
        return "a path is written from the root of the repository, without a `/` before it"
    if not path.isprintable() or not {"<", ">", "`", "'", '"'}.isdisjoint(path):
        return "a path is written as it is, without quotes, backticks or brackets around it"
    try:
        excluder([path])
    except ValueError as exc:
        return str(exc)
    return ""


def _near_slug(word: str, slugs: Collection[str]) -> str:
    bare = word.strip(QUOTES).lower().replace("_", "-")
    if len(bare) > _LONGEST_WORD or not re.fullmatch(r"[a-z0-9-]+", bare):
        return ""
    near = difflib.get_close_matches(bare, sorted(slugs), n=1, cutoff=0.8)
    return near[0] if near else ""
