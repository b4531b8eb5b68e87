"""The one comment in which fixbot answers commands: written as a whole, read back to go on where it stopped."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from fixbot.chatops.blocks import closing, lines_of
from fixbot.chatops.hidden import harmless, hidden, hide, is_id, table_of
from fixbot.markdown import code, visible
from fixbot.marker import digest

MOST_HEARD, LONGEST_COMMENT = 2000, 60_000
_LONGEST_TEXT, _LONGEST_SAID = 15_000, 300
_HEAD = "What fixbot was asked here, and what came of it, the newest last."
_OLDER = "Older answers were left out."
_CUT = "… (the rest was left out)"
_MARK = "<!-- fixbot:answers "
_SECTION = re.compile(r"^<!-- fixbot:answer (\{[^<>\n]{0,4000}\}) -->$", re.MULTILINE)
_HEADING = "#### "
_DIGEST = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What fixbot says to one command.

    `comment` is the id of the comment that it stands in, `said` the command as it was given (one line of foreign
    text), `text` Markdown that fixbot made. Where the command was not understood, `unclear` tells what the comment
    said (see `worded`): one that says something else by now is heard anew.
    """

    comment: int
    said: str
    text: str
    unclear: str = ""


def write_answers(answers: Sequence[Answer], heard: Collection[int]) -> str:
    """Return the comment's body, under 60,000 characters, from answers in the order in which they were given.

    Where there is too much, the oldest answers go. `heard` are the ids of all comments that need no answer any more;
    those of the answers are added, and the newest 2,000 are remembered.
    """
    ids = {one for one in {*heard, *(answer.comment for answer in answers)} if is_id(one)}
    marker = hide("answers", {"heard": sorted(ids)[-MOST_HEARD:]})
    room = LONGEST_COMMENT - len(marker) - len(_HEAD) - len(_OLDER) - len("\n\n" * 4)
    kept: list[str] = []
    for section in map(_written, reversed(answers)):
        room -= len(section) + len("\n\n")
        if room < 0:
            break
        kept.append(section)
    head = [marker, _HEAD] if len(kept) == len(answers) else [marker, _HEAD, _OLDER]
    return "\n\n".join([*head, *reversed(kept)]) + "\n"


def read_answers(body: str) -> tuple[Answer, ...]:
    """Return the answers in a comment that `write_answers` made, whatever a person did to it since.

    What a person wrote into an answer stays in its text; what stands before the first one is lost.
    """
    pieces = _SECTION.split("\n".join(lines_of(body)))
    read = (_answer(table_of(table) or {}, text) for table, text in zip(pieces[1::2], pieces[2::2], strict=True))
    return tuple(answer for answer in read if answer is not None)


def _answer(told: Mapping[str, object], text: str) -> Answer | None:
    comment, said, unclear = told.get("comment"), told.get("said"), told.get("unclear", "")
    if not is_id(comment) or not isinstance(said, str) or not isinstance(unclear, str):
        return None
    if set(told) - {"unclear"} != {"comment", "said"} or (unclear and not _DIGEST.fullmatch(unclear)):
        return None
    return Answer(comment, _line(said), _without_heading(text), unclear)


def worded(body: str) -> str:
    """Return 16 hex digits that tell whether a comment still says what it said."""
    return digest(body)


def is_edited(answers: Iterable[Answer], comment: int, body: str) -> bool:
    """Say whether a comment was not understood, and says something else by now."""
    unclear = {answer.unclear for answer in answers if answer.comment == comment and answer.unclear}
    return bool(unclear) and worded(body) not in unclear


def understood(answers: Iterable[Answer], comment: int) -> frozenset[str]:
    """Return the commands of a comment that were understood when they were answered."""
    return frozenset(answer.said for answer in answers if answer.comment == comment and not answer.unclear)


def heard(body: str) -> frozenset[int]:
    """Return the ids of the comments that need no answer any more.

    Where the marker is broken, those that were answered are known nevertheless.
    """
    answered = {answer.comment for answer in read_answers(body)}
    told = (hidden("answers", body) or {}).get("heard")
    if isinstance(told, list) and len(told) <= MOST_HEARD and all(map(is_id, told)):
        answered.update(told)
    return frozenset(answered)


def holds_answers(body: str) -> bool:
    """Say whether a comment is one that `write_answers` made, even if its marker is broken by now."""
    return _MARK in body


def is_answers(body: str) -> bool:
    """Say whether a comment begins as one that `write_answers` made: no words of a person stand before it."""
    return body.lstrip().startswith(_MARK)


def _line(said: str) -> str:
    return visible(said)[:_LONGEST_SAID]


def _written(answer: Answer) -> str:
    said = _line(answer.said)
    table = {"comment": answer.comment, "said": said} | ({"unclear": answer.unclear} if answer.unclear else {})
    return f"{hide('answer', table)}\n{_HEADING}{harmless(code(said))}\n\n{_fitting(answer.text)}"


def _fitting(text: str) -> str:
    """Return Markdown that stays within an answer; a long one is cut at the end of a line."""
    text = harmless("\n".join(lines_of(text)).strip())
    if len(text) <= _LONGEST_TEXT:
        return text
    text = text[:_LONGEST_TEXT]
    kept = text[: text.rfind("\n")] if "\n" in text else ""
    end = closing(kept)
    return "\n\n".join(filter(None, (f"{kept}\n{end}" if end else kept, _CUT)))


def _without_heading(text: str) -> str:
    first, _, rest = text.removeprefix("\n").partition("\n")
    return (rest if first.startswith(_HEADING) else f"{first}\n{rest}").strip()
