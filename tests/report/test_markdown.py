"""Foreign text in Markdown is shown and does nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fixbot.markdown import cell, code, fence, prose, text, visible

if TYPE_CHECKING:
    from markdown_it.token import Token

GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = [
    "`",
    "``",
    "```\n",
    "\r\n",
    "|",
    "\\|",
    "\\",
    "<!-- marker -->",
    "<b>",
    "[a](b)",
    "![a](b)",
    "&amp;",
    "*a*",
    "_a_",
    "~~a~~",
    "# a",
    "- ",
    "1. ",
    "    ",
    "\n\n",
    "---",
    "> ",
    " ",
    "a",
    "@x",
    "fixes #1",
    "\u202e",
    "\udc80",
    "https://x.y",
    "www.x.y",
    "$a$",
    ":tada:",
]
foreign = st.one_of(st.lists(st.sampled_from(HOSTILE)).map("".join), st.text(st.characters(exclude_categories=())))


def inline(markdown: str) -> list[Token]:
    """Return the inline tokens of Markdown that is one paragraph."""
    opened, content, closed = GITHUB.parse(markdown)
    assert (opened.type, content.type, closed.type) == ("paragraph_open", "inline", "paragraph_close")
    return content.children or []


def shown(tokens: list[Token]) -> str:
    """Return the text that inline tokens show, where they are text and code and nothing else."""
    assert {token.type for token in tokens} <= {"text", "text_special", "code_inline"}
    return "".join(token.content for token in tokens)


@given(foreign)
def test_a_code_span_shows_its_content(content: str) -> None:
    (token,) = inline(code(content))
    assert token.type == "code_inline"
    assert token.content == (visible(content) or " ")


@given(foreign, foreign)
def test_a_code_span_stays_whole_between_texts(before: str, content: str) -> None:
    tokens = inline(f"{text(before)}{code(content)}{text(before)}.")
    assert [token.content for token in tokens if token.type == "code_inline"] == [visible(content) or " "]
    assert shown(tokens) == f"{visible(before)}{visible(content) or ' '}{visible(before)}."


@given(foreign.filter(bool))
def test_plain_text_shows_its_content_and_nothing_else(content: str) -> None:
    tokens = inline(text(content))
    assert shown(tokens) == visible(content)
    assert all(token.type != "code_inline" for token in tokens)


@given(foreign)
def test_plain_text_has_no_mention_reference_link_or_comment_in_its_source(content: str) -> None:
    source = text(content)
    assert not set("@<>`|[]\\") & set(source)
    assert "#" not in source.replace("&#", "")
    assert "://" not in source
    assert "www." not in source.lower()
    source.encode()


@given(foreign.filter(bool))
def test_prose_is_text_and_code_whatever_it_says(content: str) -> None:
    tokens = inline(prose(content))
    assert shown(tokens).replace("`", "").replace(" ", "") == visible(content).replace("`", "").replace(" ", "")


@given(foreign.filter(bool))
def test_prose_has_mentions_and_references_in_code_only(content: str) -> None:
    outside = "".join("`" if token.type == "code_inline" else token.content for token in inline(prose(content)))
    assert "@" not in outside
    assert "#1" not in outside
    assert "://" not in outside
    assert "www." not in outside.lower()


@given(st.lists(foreign, min_size=1, max_size=4))
def test_a_row_of_a_table_stays_one_row(contents: list[str]) -> None:
    made = [make(content) for content in contents for make in (code, text, prose)]
    rows = ["|".join("h" for _ in made), "|".join("---" for _ in made), "|".join(map(cell, made))]
    tokens = GITHUB.parse("\n".join(f"|{row}|" for row in rows))
    cells = [token for token, before in zip(tokens[1:], tokens, strict=False) if before.type == "td_open"]
    assert [token.type for token in tokens].count("tr_open") == 2
    assert [shown(one.children or []) for one in cells[::3]] == [visible(one) or " " for one in contents]
    assert [shown(one.children or []) for one in cells[1::3]] == [visible(one) for one in contents]
    assert len(cells) == len(made)


@given(foreign)
def test_a_fence_is_never_closed_by_what_it_holds(content: str) -> None:
    first, last = GITHUB.parse(f"{fence(content, 'python')}\n\nafter")[0:4:2]
    assert (first.type, first.info) == ("fence", "python")
    unified = content.replace("\r\n", "\n").removesuffix("\n")
    assert first.content == visible(unified, keep="\n\t") + "\n"
    assert last.content == "after"


def test_code_is_readable_in_its_source() -> None:
    assert code("except:") == "`except:`"
    assert code("`a") == "`` `a ``"
    assert code("a`b") == "``a`b``"
    assert cell(code("a|b")) == r"`a\|b`"


def test_a_mention_and_a_reference_are_entities_in_text() -> None:
    assert text("@x fixes #1") == "&#64;x fixes &#35;1"


@pytest.mark.parametrize("opener", ["- a", "+ a", "1. a", "1) a", "12. a", "123456789) a", "# a", "> a", "    a"])
def test_text_at_the_start_of_a_line_opens_no_block(opener: str) -> None:
    assert shown(inline(text(opener))) == opener


@pytest.mark.parametrize("line", ["===", "---", "= "])
def test_text_below_a_paragraph_makes_no_heading_of_it(line: str) -> None:
    assert next(token.type for token in GITHUB.parse(f"above\n{text(line)}")) == "paragraph_open"


def test_a_word_that_github_links_nowhere_stays_text() -> None:
    assert prose("# 1 #x 50% a.b") == "&#35; 1 &#35;x 50% a.b"


def test_the_code_of_a_sentence_stays_code() -> None:
    assert prose("`f(x)` raises `a.B`, not <b>") == "`f(x)` raises `a.B`, not &#60;b&#62;"


@pytest.mark.parametrize("word", ["@x", "a@x", "#1", "o/r#1", "GH-1", "https://x.y/1", "www.x.y"])
def test_a_word_that_github_would_link_becomes_code(word: str) -> None:
    assert prose(f"fixes {word} now") == f"fixes `{word}` now"


def test_two_code_spans_do_not_run_into_one() -> None:
    assert prose("`a``b`@c") == "`a` `b` `@c`"


def test_what_a_reader_cannot_see_is_spelled_out() -> None:
    assert visible("a\u202eb\x1b[0m\n\udcff\u200bé") == r"a\u202eb\x1b[0m\n\udcff\u200bé"


@pytest.mark.parametrize("language", ["python\n```", "a b", "`", "<!--"])
def test_a_language_that_is_no_word_is_left_out(language: str) -> None:
    assert fence("x = 1\n", language) == "```\nx = 1\n```"
