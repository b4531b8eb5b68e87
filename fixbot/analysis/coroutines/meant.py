"""Says whether the code around a call that blocks shows that it is meant to; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePosixPath

from fixbot.analysis.coroutines.places import CallPlace
from fixbot.analysis.handlers.circumstances import is_test_file
from fixbot.analysis.module import Function as FunctionNode
from fixbot.analysis.module import Module
from fixbot.analysis.names import last_name, own

#: What other linters call a sleep that blocks; who silences them knows of it.
_SILENCED = re.compile(r"#.*\bnoqa:[\w\s,]*\b(?:ASYNC251|ASYNC101|TRIO101)\b", re.IGNORECASE)
_ON_PURPOSE = re.compile(
    r"\bon purpose\b|\bdeliberate|\bintention|\btime\.sleep is\b|\bblock(?:s|ing)? (?:the|this|our)\b|\bnot yield\b",
    re.IGNORECASE,
)
_IN_A_TEST = re.compile(r"\bpretend|\bsimulat|\bbusy\b|\bblock|\bhog|\bstall|\bsynchronous", re.IGNORECASE)
_BLOCKING_TEST = re.compile(
    r"(?:^|_)(?:block|blocks|blocked|blocking|busy|deadline|hang|hangs|heartbeat|hog|lag|slow|stall|stalls|sync"
    r"|timeout|timeouts)(?:_|$)"
)


def silenced(module: Module, place: CallPlace) -> bool:
    """Say whether a comment on the line of a call silences other linters that look for such calls."""
    return _SILENCED.search(_behind(module, place)) is not None


def meant(module: Module, place: CallPlace, function: FunctionNode) -> str | None:
    """Return what shows that a call is meant to block, None where nothing does.

    Args:
        module: the file.
        place: the call.
        function: the function that runs it.
    """
    in_test = is_test_file(module.path)
    for comment in _comments(module, place):
        if _ON_PURPOSE.search(comment) or (in_test and _IN_A_TEST.search(comment)):
            return f"a comment may say that it is meant to block: {comment.strip('# ')!r}"
    if in_test:
        around = [function, *module.definitions(function)]
        names = [PurePosixPath(module.path).stem, *(_words(each.name) for each in around)]
        if (name := next(filter(_BLOCKING_TEST.search, names), None)) is not None:
            return f"the test `{name}` may need it to block"
        if _knows_both(function):
            return "the test knows the other sleep and has this one beside it, so that it may be meant to block"
    if module.mentions("slow_callback_duration") and _is_watched(function):
        return "the function changes `slow_callback_duration`, so that it may be meant to block"
    return None


@lru_cache(maxsize=16)
def _is_watched(function: FunctionNode) -> bool:
    watched = (node for node in own(function.body) if isinstance(node, ast.Attribute))
    return any(node.attr == "slow_callback_duration" for node in watched)


@lru_cache(maxsize=16)
def _knows_both(function: FunctionNode) -> bool:
    return any(_awaits_sleep(node) for node in own(function.body))


def _words(name: str) -> str:
    """Return `test_slow_task` for `TestSlowTask`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _awaits_sleep(node: ast.AST) -> bool:
    return isinstance(node, ast.Await) and isinstance(node.value, ast.Call) and last_name(node.value.func) == "sleep"


def _behind(module: Module, place: CallPlace) -> str:
    """Return the comment behind a call on its last line, nothing where there is none."""
    end = place.call.end_lineno or place.call.lineno
    line = module.lines[end - 1].encode()[place.call.end_col_offset or 0 :].decode(errors="replace")
    return line[line.find("#") :].rstrip() if "#" in line else ""


def _comments(module: Module, place: CallPlace) -> Iterator[str]:
    """Yield the comment behind a call and those directly above its statement."""
    yield _behind(module, place)
    for line in reversed(module.lines[: place.statement.lineno - 1]):
        if not line.lstrip().startswith("#"):
            return
        yield line.strip()
