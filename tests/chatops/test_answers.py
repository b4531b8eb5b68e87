"""The one comment with answers can be gone on with, whatever was done to it and whatever stands in it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fixbot.chatops.answers import (
    Answer,
    heard,
    holds_answers,
    is_answers,
    is_edited,
    read_answers,
    understood,
    worded,
    write_answers,
)
from fixbot.markdown import code

FIRST = Answer(11, "/fixbot rebase", "Done: `0123456`.")
SECOND = Answer(12, "/fixbot ignore bare-except", "It is ignored.\n\n- one\n- two")
BODY = write_answers([FIRST, SECOND], {10, 11})
HOSTILE = st.lists(
    st.sampled_from(
        [
            "<!-- fixbot:answers {} -->",
            '<!-- fixbot:answer {"comment":7,"said":"x"} -->',
            "<!-- fixbot:",
            "#### a",
            "\n",
            "\r\n",
            "`",
            "-->",
            "word",
            " ",
        ]
    )
    | st.text(max_size=5)
).map("".join)


def test_answers_come_back_as_they_were_written() -> None:
    assert read_answers(BODY) == (FIRST, SECOND)
    assert heard(BODY) == {10, 11, 12}
    assert holds_answers(BODY)


def test_the_command_and_its_answer_are_shown() -> None:
    assert "#### `/fixbot rebase`\n\nDone: `0123456`." in BODY
    assert BODY.index(FIRST.text) < BODY.index(SECOND.text)


UNCLEAR = Answer(13, "/fixbot ignor", "not understood", worded("/fixbot ignor\nplease"))


def test_a_comment_that_was_not_understood_is_known_to_be_edited() -> None:
    answers = read_answers(write_answers([FIRST, UNCLEAR], ()))
    assert answers == (FIRST, UNCLEAR)
    assert not is_edited(answers, UNCLEAR.comment, "/fixbot ignor\r\nplease\r\n")
    assert is_edited(answers, UNCLEAR.comment, "/fixbot ignore\nplease")
    assert not is_edited(answers, FIRST.comment, "something else")
    assert not is_edited(answers, 99, "something else")


def test_what_of_a_comment_was_understood_is_known() -> None:
    answers = [replace(UNCLEAR, comment=FIRST.comment), FIRST, SECOND]
    assert understood(answers, FIRST.comment) == {FIRST.said}
    assert understood(answers, 99) == frozenset()


def test_a_comment_with_words_before_the_answers_is_a_person_s() -> None:
    assert is_answers(BODY)
    assert is_answers(f"\r\n{BODY}")
    assert not is_answers(f"It said:\n\n{BODY}")


def test_equal_answers_are_equal_bytes() -> None:
    assert write_answers([FIRST, SECOND], [11, 10, 11]) == BODY
    assert write_answers(read_answers(BODY), heard(BODY)) == BODY


def test_nothing_to_say_can_be_said_too() -> None:
    body = write_answers([], [])
    assert (read_answers(body), heard(body)) == ((), frozenset())


def test_one_comment_may_ask_several_things() -> None:
    both = (FIRST, replace(SECOND, comment=FIRST.comment))
    assert read_answers(write_answers(both, ())) == both


def test_line_ends_of_a_browser_change_nothing() -> None:
    assert read_answers(BODY.replace("\n", "\r\n")) == (FIRST, SECOND)


def test_of_too_many_answers_the_newest_are_kept() -> None:
    many = [Answer(number, f"/fixbot explain {number}", "word " * 500) for number in range(100)]
    body = write_answers(many, range(5000))
    kept = read_answers(body)
    assert len(body) < 60_000
    assert 0 < len(kept) < 100
    assert [one.comment for one in kept] == list(range(100 - len(kept), 100))
    assert "Older answers were left out." in body
    assert heard(body) == {*range(3000, 5000), *(one.comment for one in kept)}


def test_the_longest_ids_leave_room_for_an_answer() -> None:
    ids = range(2**63 - 2500, 2**63)
    body = write_answers([Answer(ids[-1], "/fixbot status", "word " * 9000)], ids)
    assert len(body) < 60_000
    assert len(read_answers(body)) == 1
    assert len(heard(body)) == 2000


@pytest.mark.parametrize(
    ("text", "end"),
    [("line\n" * 9000, "line"), ("```py\n" + "line\n" * 9000 + "```", "line\n```"), ("word" * 9000, "")],
)
def test_a_long_answer_is_cut_at_the_end_of_a_line_and_its_code_is_closed(text: str, end: str) -> None:
    (read,) = read_answers(write_answers([replace(FIRST, text=text)], ()))
    assert len(read.text) < 16_000
    assert read.text.removesuffix("… (the rest was left out)").rstrip().endswith(end)
    assert read.text.endswith("(the rest was left out)")


def test_what_a_person_adds_to_an_answer_stays_and_hurts_no_other() -> None:
    edited = BODY.replace("Done:", "Done, thank you!").replace("#### `/fixbot rebase`\n", "") + "\nA word of mine.\n"
    first, second = read_answers(edited)
    assert first.text == "Done, thank you! `0123456`."
    assert (second.said, second.text) == (SECOND.said, f"{SECOND.text}\n\nA word of mine.")
    assert heard(edited) == {10, 11, 12}


@pytest.mark.parametrize(
    "edited",
    [
        BODY.replace('{"heard":', '{"heard":['),
        BODY.replace('{"heard":[10,11,12]}', '{"heard":[10,true]}'),
        BODY.replace('{"heard":[10,11,12]}', '{"heard":[-1]}'),
        BODY.replace('{"heard":[10,11,12]}', '{"heard":[9223372036854775808]}'),
        BODY.replace('{"heard":[10,11,12]}', '{"heard":' + "[" * 5000 + "]" * 5000 + "}"),
        BODY.replace('{"heard":[10,11,12]}', "[]"),
        BODY.replace("<!-- fixbot:answers", "<!-- fixbot:answers {} -->\n<!-- fixbot:answers"),
        BODY.replace("<!-- fixbot:answers", "<!-- fixed:answers"),
    ],
)
def test_where_the_marker_is_broken_what_was_answered_is_known_nevertheless(edited: str) -> None:
    assert heard(edited) == {11, 12}
    assert read_answers(edited) == (FIRST, SECOND)


@pytest.mark.parametrize(
    "wrong",
    [
        '{"comment":1,"said":"x","unclear":1}',
        '{"comment":1,"said":"x","unclear":"0123"}',
        '{"comment":1,"said":"x","more":""}',
        '{"comment":-1,"said":"x"}',
        '{"comment":1}',
        '{"comment":"1","said":"x"}',
        '{"comment":1,"said":1}',
        "{x}",
    ],
)
def test_a_section_that_is_not_well_formed_is_no_answer(wrong: str) -> None:
    assert read_answers(f"<!-- fixbot:answer {wrong} -->\n#### x\n\ny") == ()


@pytest.mark.parametrize("body", ["", "words", "<!-- fixbot:1 {} -->"])
def test_another_comment_holds_no_answers(body: str) -> None:
    assert not holds_answers(body)
    assert (read_answers(body), heard(body)) == ((), frozenset())


@given(st.lists(st.builds(Answer, st.integers(0, 2**63 - 1), HOSTILE, HOSTILE), max_size=4))
def test_no_foreign_text_breaks_the_comment(answers: list[Answer]) -> None:
    body = write_answers(answers, [5])
    read = read_answers(body)
    assert [one.comment for one in read] == [one.comment for one in answers]
    assert heard(body) == {5, *(one.comment for one in answers)}
    assert write_answers(read, heard(body)) == body


@given(HOSTILE | st.text(st.characters(exclude_categories=())))
def test_whatever_is_in_a_comment_is_read_without_an_error(body: str) -> None:
    for edited in (body, BODY + body, body + BODY, BODY.replace("Done", body)):
        write_answers(read_answers(edited), heard(edited))


def test_a_command_with_a_marker_in_it_is_shown_as_code() -> None:
    said = "/fixbot ignore <!--x-->`"
    assert code(said) in write_answers([replace(FIRST, said=said)], ())


@given(
    st.lists(st.sampled_from(["@octo/team", "fixes #1", "<!--", "-->", "`", "``", "\n", "# "]) | st.text(max_size=5))
)
def test_whatever_was_said_is_only_shown(words: list[str]) -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(write_answers([replace(FIRST, said=" ".join(words))], ()))
    plain = re.sub(r"<!-- .*? -->", "", re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL), flags=re.DOTALL)
    assert set(re.findall(r"<(\w+)", plain)) == {"p", "h4"}
    assert not re.search(r"@|#\d|<!--", plain)
