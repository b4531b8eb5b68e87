"""Says which pictures there are, what each is called, and what of the records it shows; writes no file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from derive.pictures import terminal
from derive.pictures.canvas import Canvas
from derive.pictures.letters import Piece, lines
from derive.pictures.page import Page, inline
from derive.pictures.runs import Pull, Records, changing, with_changing

_WIDTH, _SIDE = 860.0, 28.0
_LAST = "\n### Controls\n"  # from here on a body says what every one of them says


def draw(records: Records, earlier: Mapping[str, list[str]]) -> dict[str, str]:
    """Return every picture as SVG, by the name of its file.

    `earlier` has, by the same names, what pictures of another run have of what changes from run to run: how long it
    took. Where the rest is the same, the picture comes out the same.
    """
    person = with_changing(records.person, earlier.get("maintainer.svg", []))
    workflow = with_changing(records.workflow, earlier.get("scheduler.svg", []))
    summary = with_changing(records.summary, earlier.get("summary.svg", []))
    return {
        "maintainer.svg": terminal.draw(
            person,
            title="A terminal: fixbot scan, then fixbot run",
            describes="fixbot scan lists findings, each with its place, its severity, what would be written there and "
            "why. fixbot run opens two pull requests, says what waits and why, and what it leaves to a person.",
            changing=changing(person),
        ),
        "scheduler.svg": terminal.draw(
            workflow,
            title="A terminal: fixbot listen, fixbot plan, fixbot apply",
            describes="fixbot listen writes down the situation without a word. fixbot plan counts findings and prints "
            "the SHA-256 of its plan. fixbot apply opens two pull requests and says what waits and what is left.",
            changing=changing(workflow),
        ),
        "summary.svg": _summary(summary),
        "reviewer.svg": _pull(records.pull),
    }


def earlier(folder: Path) -> dict[str, list[str]]:
    """Return what the pictures in a folder have of what changes from run to run."""
    texts = {place.name: place.read_text(encoding="utf-8") for place in folder.glob("*.svg")}
    return {name: re.findall(r'data-changing="([^"]*)"', text)[0].split() for name, text in texts.items()}


def _summary(text: str) -> str:
    page = _page()
    page.markdown(text)
    return _finished(
        page,
        title="The step summary of a run",
        describes="The figures of a run in a table, the pull requests that it opened, what waits and why, and what it "
        "refused and why.",
        changing=changing(text),
    )


def _pull(pull: Pull) -> str:
    page = _page()
    _head(page, pull)
    page.markdown(pull.body.partition(_LAST)[0])
    return _finished(
        page,
        title=f"Pull request {pull.number}: {pull.title}",
        describes="A pull request as its reviewer sees it: what is changed and why, one of the changes as a diff, the "
        "evidence for each place, what is left alone, and how it was checked before and after. What every pull "
        "request of fixbot ends with, its controls, is not shown.",
        changing=[],
    )


def _page() -> Page:
    return Page(Canvas(_WIDTH), x=_SIDE, y=24, room=_WIDTH - 2 * _SIDE)


def _finished(page: Page, *, title: str, describes: str, changing: list[str]) -> str:
    height = page.y + 8
    ground = Canvas(_WIDTH)
    ground.box(0.5, 0.5, _WIDTH - 1, height - 1, look="page edge", round_=8)
    ground.add(page.canvas)
    return ground.finish(height, title=title, describes=describes, changing=changing)


def _head(page: Page, pull: Pull) -> None:
    """Write what stands above a body: title and number, state, branches, labels."""
    title = [*inline(pull.title, size=23, bold=True), Piece(f" #{pull.number}", 23, look="faint")]
    for line in lines(title, page.room):
        page.canvas.line(page.x, page.y + 20, line, "ink")
        page.y += 34
    x = _badge(page, page.x, Piece(pull.state, look="white", bold=True), "open") + 10
    x = _badge(page, x, Piece(pull.base, 12, look="blue", mono=True), "label") + 8
    page.canvas.shape(f"M{x + 14:.1f} {page.y + 13:.1f}h-11l4 -4m-4 4l4 4", "arrow")
    x = _badge(page, x + 24, Piece(pull.branch, 12, look="blue", mono=True), "label") + 10
    for label in pull.labels:
        x = _badge(page, x, Piece(label, 12, look="faint", bold=True), "ground") + 6
    page.y += 38
    page.canvas.box(page.x, page.y, page.room, 1, look="ground")
    page.y += 18


def _badge(page: Page, x: float, piece: Piece, look: str) -> float:
    """Write a word on a coloured ground and return where it ends."""
    size = piece.width + 20
    page.canvas.box(x, page.y, size, 26, look=look, round_=13)
    page.canvas.line(x + 10, page.y + 18, [piece], "ink")
    return x + size
