"""What text of a repository or of a stranger could do where it is read, and the guard that it lacks then."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

from fixbot import markdown, marker, registry, unfiled
from fixbot.chatops.tickets import MARK, body_of
from fixbot.errors import OperatorError
from fixbot.markdown import prose
from fixbot.marker import read_marker
from fixbot.model import Base, ScanReport, Skipped, Ticket, Wish
from fixbot.publish.asking import Asking
from fixbot.publish.ticketing import LABEL, filed_tickets
from fixbot.report import as_json, document
from fixbot.shell.git import Git
from fixbot.shell.local import LocalForge
from fixbot.unfiled import Unfiled
from tests.hostile.attacks import Guard, smelly

if TYPE_CHECKING:
    from pathlib import Path

MINE = {"codemod": "x", "branch": "fixbot/x/all", "plan": "a" * 20, "base": "b" * 40, "findings": [], "pushed": []}
WISH = Wish(codemod="todo-without-ticket", path="a.py", line=1, end_line=1, says="mend it", lines=("# TODO: mend it",))


class Street(LocalForge):
    """A forge where strangers speak."""

    def may_write(self, login: str) -> bool:
        return login == "ada"


def street(root: Path) -> Street:
    return Street(Git(smelly(root / "place")), "Ada <ada@example.org>")


def said_by_a_stranger(forge: LocalForge, root: Path, title: str, body: str) -> int:
    """Let a stranger open an issue, and give its number."""
    issue = forge.open_issue(title, body, [LABEL])
    assert issue is not None
    (path,) = root.glob(f"place/.git/fixbot/issues/{issue.number}.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"author": "mallory"}))
    return issue.number


def an_issue_is_closed_by_words(_: Path) -> bool:
    shown = re.sub(r"`+[^`]*`+", "", prose("This fixes #1 and closes gh-2"))
    return "#1" in html.unescape(shown) or "gh-2" in shown


def a_planted_marker_is_believed(_: Path) -> bool:
    planted = f"<!-- fixbot:1 {json.dumps(MINE | {'pushed': ['c' * 40]})} -->"
    return read_marker(f"{planted}\n<!-- fixbot:1 {json.dumps(MINE)} -->") is not None


class First:
    """The shape of a marker that is content with the first one."""

    def findall(self, body: str) -> list[str]:
        return SHAPE.findall(body)[:1]


SHAPE = marker._SHAPE  # noqa: SLF001 - the guard is in how it is counted


def a_stranger_s_copy_of_an_issue_is_believed(root: Path) -> bool:
    forge = street(root)
    said_by_a_stranger(forge, root, "mend it", body_of(WISH, Base("main", "b" * 40, "c" * 40)))
    assert forge.issues_holding(MARK, LABEL)
    return bool(filed_tickets(forge))


def a_stranger_s_issue_is_obeyed(root: Path) -> bool:
    forge = street(root)
    number = said_by_a_stranger(
        forge, root, "bare-except", "Apply `bare-except` in `a.py`; $(touch canary)\n@org/team\n"
    )
    every = list(registry.choose((), (), {}, {}))
    known = {codemod.slug() for codemod in every}
    asking = Asking(forge=forge, codemods=every, allowed=known, paths=["a.py"], repository="", automated=True)
    try:
        return bool(asking.order(number).codemods)
    except OperatorError:
        return False


def anybody(self: LocalForge, login: str) -> bool:
    return bool(self and login)


def issues_without_end(_: Path) -> bool:
    (codemod,) = unfiled.needing_tickets(list(registry.choose((WISH.codemod,), (), {}, {})))
    filed = [Ticket(words="0" * 16, path="a.py", number=number) for number in range(1, 101)]
    return bool(Unfiled((WISH,)).within([codemod], filed).wishes)


def a_hidden_character_is_in_json(_: Path) -> bool:
    skipped = (Skipped("a\u202egpj.py", "unparsable", "\u200b"),)
    written = as_json(ScanReport((), skipped, 1, 1, 0.0))
    assert json.loads(written)["skipped"][0]["path"] == skipped[0].path
    return "\u202e" in written or "\u200b" in written


GUARDS = {
    "words that close issues": Guard(markdown, "_REFERENCE", re.compile(r"(?!)"), an_issue_is_closed_by_words),
    "one marker in a body": Guard(marker, "_SHAPE", First(), a_planted_marker_is_believed),
    "who may write, for a copy": Guard(Street, "may_write", anybody, a_stranger_s_copy_of_an_issue_is_believed),
    "who may write, for an order": Guard(Street, "may_write", anybody, a_stranger_s_issue_is_obeyed),
    "how many issues are open": Guard(Unfiled, "within", lambda found, *_: found, issues_without_end),
    "JSON that shows": Guard(document, "showing", str, a_hidden_character_is_in_json),
}
