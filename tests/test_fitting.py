from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fixbot.fitting import brief, fitting, named, plural, unmarked
from fixbot.markdown import prose

PIECES = ["`", "<!--", "@x", "#1", "\u202e", "\U000e0001", "word ", "|", "\n"]
foreign = st.one_of(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.text())


@given(foreign, st.integers(1, 300))
def test_a_brief_text_is_never_too_long_and_hides_nothing(content: str, most: int) -> None:
    shown = brief(content, most)
    assert len(shown) <= most
    assert "<!--" not in shown
    assert bool(shown) == bool(content)
    if len(content) <= most and len(prose(content)) <= most and "<!--" not in content:
        assert shown == prose(content)


def test_what_is_cut_shows_as_an_ellipsis_and_no_code_stays_open() -> None:
    assert brief("a" * 50, 10) == "a" * 9 + "…"
    assert brief(f"`{'a' * 50}`", 10).startswith("&#96;")


def test_a_long_name_keeps_its_beginning() -> None:
    assert named("a.py") == "`a.py`"
    assert named("abcdef", 3) == "`abc…`"
    assert named("<!-- x -->.py") == "`<! -- x -->.py`"


def test_a_hidden_comment_cannot_open() -> None:
    assert unmarked("a <!-- b <!-- c") == "a <! -- b <! -- c"


@given(st.lists(st.text("ab", max_size=9)), st.integers(20, 99), st.integers(0, 30))
def test_lines_stay_within_their_room_and_all_are_counted(lines: list[str], room: int, beyond: int) -> None:
    shown = fitting(lines, room, "and {}", beyond)
    assert sum(len(line) + 1 for line in shown) <= room
    if len(shown) == len(lines) and not beyond:
        assert shown == lines
    else:
        *first, last = shown
        assert first == lines[: len(first)]
        assert last == f"and {len(lines) + beyond - len(first)}"


def test_one_is_not_several() -> None:
    assert [plural(number, "file") for number in (0, 1, 2, 1_000)] == ["0 files", "1 file", "2 files", "1,000 files"]
