"""Runs a Bowler query on copies in a process of its own; it is a script, and nothing of fixbot is there.

It is started with the query's file, the list of the copies' paths and the file that its answer goes to, both JSON, in
the folder with the copies. Bowler passes over a file that it cannot parse and says nothing: here that is told.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
import keyword
import re
import sys
import traceback
from pathlib import Path
from typing import Any

_QUOTED = re.compile(r"'([^\W\d]\w*)'")
_WORD = re.compile(r"[^\W\d]\w*")


def main(query_file: str, listing: str, answer: str) -> None:
    """Run the query of a file and write down what it made of each copy."""
    paths = json.loads(Path(listing).read_text("utf-8"))
    told = _ran(Path(query_file), paths)
    Path(answer).write_text(json.dumps(told), "utf-8")


def _ran(query_file: Path, paths: list[str]) -> dict[str, Any]:
    found = _module(query_file)
    query, fixers = getattr(found, "query", None), getattr(found, "fixers", None)
    if callable(query) and not hasattr(query, "compile"):
        query = query(["."]) if inspect.signature(query).parameters else query()
    if query is not None and query.processors:
        return {"wrong": "its query has a processor, which asks about single changes: fixbot applies all or none"}
    tool = _tool(query, fixers)
    meant = [path for path in paths if query is None or _is_meant(query, path)]
    told: dict[str, Any] = {"names": _names(query, fixers or ()), "meant": meant, "texts": {}, "unparsed": {}}
    for path in meant:
        text = Path(path).read_bytes().decode("utf-8")
        try:
            made = _refactored(tool, text, path)
        except Exception:  # noqa: BLE001 - a query may be anybody's code; who started this tells of its fault
            told |= {"broken": traceback.format_exc(), "broken_at": path}
            return told
        if made is None:
            told["unparsed"][path] = tool.said
        elif made != text:
            told["texts"][path] = made
    return told


def _module(query_file: Path) -> Any:  # noqa: ANN401 - it is anybody's
    sys.path.append(str(query_file.parent))
    spec = importlib.util.spec_from_file_location(f"fixbot_own_{query_file.stem}", query_file)
    assert spec is not None  # noqa: S101 - there is one for every `.py`
    assert spec.loader is not None  # noqa: S101 - as above
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _tool(query: Any, fixers: Any) -> Any:  # noqa: ANN401 - Bowler has no types
    from bowler.tool import BowlerTool  # noqa: PLC0415 - it is an extra

    class Tool(BowlerTool):  # type: ignore[misc]  # it has no types
        """Remembers what it says of a file that it cannot parse."""

        said = ""

        def log_error(self, msg: str, *args: Any, **kwds: Any) -> None:  # noqa: ANN401 - Bowler's own signature
            del kwds
            self.said = msg % args if args else msg

    options = {"print_function": True} if query is None or query.python_version == 3 else {}  # noqa: PLR2004 - Python 3
    chosen = query.compile() if query is not None else list(fixers)
    return Tool(chosen, interactive=False, write=False, silent=True, in_process=True, options=options)


def _refactored(tool: Any, text: str, path: str) -> str | None:  # noqa: ANN401 - as above
    """Return what a query makes of a text, None where the text cannot be parsed."""
    ended = text if text.endswith("\n") else f"{text}\n"
    tree = tool.refactor_string(ended, path)
    if tree is None:
        return None
    made = str(tree)
    tool.processed_file(made, path, ended)  # raises an error where it has become no Python
    return made if ended == text else made.removesuffix("\n")


def _is_meant(query: Any, path: str) -> bool:  # noqa: ANN401 - as above
    inside = any(place in {".", path} or path.startswith(f"{place}/") for place in map(_plain, query.paths))
    return inside and (query.filename_matcher is None or bool(query.filename_matcher(path)))


def _plain(path: str) -> str:
    return Path(path).as_posix()


def _names(query: Any, fixers: Any) -> list[list[str]]:  # noqa: ANN401 - as above
    """Return the words that stand in every file which a part of the query is about; an empty list is every file."""
    if query is None:
        return [_quoted(getattr(fixer, "PATTERN", None) or "") for fixer in fixers]
    names = []
    for transform in query.transforms:
        name = transform.kwargs.get("name")
        names.append(_WORD.findall(str(name)) if name else _quoted(str(transform.kwargs.get("pattern", ""))))
    return names or [[]]


def _quoted(pattern: str) -> list[str]:
    """Return the words of a pattern; where it has alternatives none of them need be there."""
    words = [word for word in _QUOTED.findall(pattern) if not keyword.iskeyword(word)]
    return [] if "|" in pattern else words


if __name__ == "__main__":
    main(*sys.argv[1:])
