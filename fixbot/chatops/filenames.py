"""Tells words that name a file from words with a dot or a slash in them; it does not know which files there are."""

from __future__ import annotations

import keyword
import re
import sys

_PYTHON = re.compile(r"\w\.py[iw]?\Z", re.IGNORECASE)
# The endings that people write in lower case or in capitals; "the end.Then" has neither.
_ENDING = re.compile(r"\w\.(?P<ending>[a-z]{2,10}|[A-Z]{2,10}|[chCH])\Z")
_FOLDER = re.compile(r"(?:\w[\w.-]{0,100}/){1,20}")
# What a name alone may end in to be a file: `js` is left out for Node.js, `log` and `sql` for `math.log`.
_USUAL = frozenset(
    {"bat", "cfg", "css", "csv", "htm", "html", "ini", "ipynb", "json", "jsx", "md", "pxd", "pyx", "rst"}
    | {"scss", "sh", "svg", "toml", "tsx", "txt", "xml", "yaml", "yml"}
)
# Objects and packages, of which such an ending is an attribute.
_OBJECTS = frozenset(
    {"app", "df", "flask", "lxml", "obj", "r", "req", "request", "requests"}
    | {"res", "resp", "response", "result", "ruamel", "self"}
)
_LIBRARIES = frozenset({"discord.py", "rapptz/discord.py", "web.py", "webpy/web.py"})
# What templates of issues ask people to read.
_ADVICE = frozenset({"code_of_conduct.md", "contributing.md", "security.md", "support.md"})
_NEVER = frozenset({"com", "dev", "git", "io", "net", "org"})
_MEDIA = frozenset({"application", "audio", "font", "image", "multipart", "text", "video"})
# Where paths begin that are those of a system or of a server.
_ROOTS = frozenset(
    {"api", "bin", "dev", "etc", "home", "opt", "proc", "rest", "root", "sys", "tmp", "usr", "users", "var"}
)
_WORDS = """
    add after backend before ci cd client close consumer css csv dec decode decrypt delete dev down download drop encode
    encrypt end error exit export failure false frontend get he her him his html http https in inc input js left linux
    load mac macos new no off ok old on open out output parse post posix prod producer pull push put read receive remove
    request response right save send serialize server set she staging start stderr stdin stdout stop success sync tcp
    toml true udp unix up update upload warning win windows write xml yaml yes
"""
# What people put a slash between without meaning a path.
_PAIRED = frozenset(_WORDS.split())


def is_python(path: str) -> bool:
    """Say whether a path ends as a file of Python does."""
    return _PYTHON.search(path) is not None


def is_advice(path: str) -> bool:
    """Say whether a path is one that issues name without being about it."""
    return path.rpartition("/")[2].lower() in _ADVICE


def looks_like_file(path: str) -> bool:
    """Say whether a word (its folders divided by `/`) means a file, whether there is one or not.

    It does where it ends as Python does, has a slash and an ending of letters, or one of the usual endings. Domains,
    addresses of people, versions and dotted names of Python do not.
    """
    if is_python(path):
        return path.lower() not in _LIBRARIES
    found = _ENDING.search(path)
    if found is None or "@" in path or is_advice(path):
        return False
    stem, ending = path[: found.start("ending") - 1], found["ending"].lower()
    if "/" not in path:
        return ending in _USUAL and stem.lower() not in _OBJECTS
    return ending not in _NEVER and not _is_dotted(stem, ending)


def looks_like_folder(path: str) -> bool:
    """Say whether a word means a folder, whether there is one or not: a slash ends it, and none begins it."""
    return _FOLDER.fullmatch(path) is not None


def is_prose(path: str) -> bool:
    """Say whether a word with a slash in it is one of prose, of the web or of a system, where no file has that path."""
    parts = path.lower().strip("/").split("/")
    if "@" in path or (parts[0] in _MEDIA and len(parts) == 2):  # noqa: PLR2004 - a type and its kind
        return True
    if parts[0] in _ROOTS and (path.startswith("/") or any(re.fullmatch(r"v[0-9]+", part) for part in parts[1:])):
        return True
    is_paired = all(len(part) <= 1 or part in _PAIRED or keyword.iskeyword(part) or _is_library(part) for part in parts)
    return (
        is_paired or re.fullmatch(r"v?[0-9][\w.]*", parts[-1]) is not None or re.search(r"\w\.\w", parts[0]) is not None
    )


def _is_library(word: str) -> bool:
    return word.partition(".")[0] in sys.stdlib_module_names


def _is_dotted(stem: str, ending: str) -> bool:
    """Say whether what has a slash in it is a domain with a page, or names of modules side by side."""
    first, last = stem.lstrip("/").partition("/")[0], stem.rpartition("/")[2]
    if re.search(r"\w\.\w", first):
        return True
    return ending not in _USUAL and last.partition(".")[0] in sys.stdlib_module_names
