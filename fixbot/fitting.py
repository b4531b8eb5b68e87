"""Fits foreign text into Markdown that has a limited size; it knows nothing of what the text is about."""

from __future__ import annotations

from collections.abc import Sequence

from fixbot.markdown import code, prose, visible


def plural(number: int, noun: str) -> str:
    """Return `1 file`, `2 files`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def unmarked(markdown: str) -> str:
    """Return Markdown in which no hidden comment opens, in code neither, where a marker could be forged."""
    return markdown.replace("<!--", "<! --")


def brief(content: str, most: int) -> str:
    """Return foreign text as a sentence that stays text, in at most `most` characters of Markdown (one or more).

    What is cut away shows as an ellipsis; no code span is cut open.
    """
    kept = min(len(content), most)
    shown = unmarked(prose(content)) if kept == len(content) else ""
    while (content and not shown) or len(shown) > most:
        kept = min(kept - 1, kept * most // max(len(shown), 1))
        shown = unmarked(prose(f"{content[: max(kept, 0)].rstrip()}…"))
    return shown


def named(name: str, most: int = 200) -> str:
    """Return a name as code, of a longer one its first `most` characters."""
    shown = visible(name)
    return unmarked(code(shown if len(shown) <= most else f"{shown[:most]}…"))


def fitting(lines: Sequence[str], room: int, rest: str, beyond: int = 0) -> list[str]:
    """Return as many lines as there is room for, and a last one that counts the others.

    Args:
        lines: what is shown, the most important first.
        room: how many characters there are, with one for the break of each line.
        rest: the last line, with `{}` for the number of those that are left out.
        beyond: how many there are besides, which are never shown.
    """
    shown, total = list(lines), len(lines) + beyond
    used, last = sum(len(line) + 1 for line in shown), len(rest) + len(str(total))
    while shown and used + (last if len(shown) < total else 0) > room:
        used -= len(shown.pop()) + 1
    return shown if len(shown) == total else [*shown, rest.format(total - len(shown))]
