"""A comment asks for what it says in a line of its own, and for nothing else."""

from __future__ import annotations

import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fixbot.chatops.commands import Command, Misunderstood, Verb, commands
from fixbot.settings import excluder

SLUGS = ("bare-except", "blocking-sleep", "silent-except")
SECONDS = 5 if sys.gettrace() else 1  # coverage slows every line down
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PIECES = [
    "/fixbot rebase",
    " /fixbot ignore bare-except",
    "  /fixbot split",
    "   /fixbot status",
    "    /fixbot explain",
    "\t/fixbot recreate",
    "```",
    "````",
    "  ```",
    "~~~",
    "``` x`",
    "- ```",
    "-     `e",
    "  `f",
    "- # `g",
    "1. a",
    "- a",
    "  - b",
    "- > a",
    "> a",
    "> ```",
    ">",
    "<!--",
    "-->",
    "<!-- a -->",
    "a <!-- b",
    "<div>",
    "</div>",
    "<pre>",
    "</pre>",
    "<?a",
    "?>",
    "# a",
    "---",
    "===",
    "--",
    "* * *",
    "a",
    "    a",
    "a `b",
    "`` c",
    "\\` `d\\`",
    "",
    " ",
]


def asked(body: str) -> list[Command | Misunderstood]:
    return commands(body, SLUGS)


def because(body: str) -> str:
    """Give why the one line of a comment that speaks to fixbot is no command."""
    (found,) = asked(body)
    assert isinstance(found, Misunderstood), found
    return found.because


@pytest.mark.parametrize("verb", list(Verb))
def test_a_verb_alone_is_about_the_pull_request_itself(verb: Verb) -> None:
    assert asked(f"/fixbot {verb}") == [Command(verb)]


@pytest.mark.parametrize("verb", [Verb.IGNORE, Verb.UNIGNORE])
@pytest.mark.parametrize(
    ("said", "target"),
    [
        ("bare-except", "bare-except"),
        ("src/x.py", "path:src/x.py"),
        ("src/**/test_*.py", "path:src/**/test_*.py"),
        ("tests", "path:tests"),
        ("path:bare-except", "path:bare-except"),
        ("./bare-except", "path:./bare-except"),
    ],
)
def test_a_codemod_or_a_path_may_be_ignored(verb: Verb, said: str, target: str) -> None:
    command = Command(verb, target)
    assert asked(f"/fixbot {verb} {said}") == [command]
    assert asked(str(command)) == [command]


@pytest.mark.parametrize(
    "body",
    [
        "   /fixbot rebase  ",
        "/fixbot\trebase",
        "Thanks!\r\n/fixbot rebase\r\nBye",
        "a\r/fixbot rebase",
        "> quoted\n\n/fixbot rebase",
        "```\n/fixbot split\n```\n/fixbot rebase",
        "````\n```\n/fixbot split\n````\n/fixbot rebase",
        "<!-- /fixbot split -->\n/fixbot rebase",
        "a <!-- b\n/fixbot split\n-->\n/fixbot rebase",
        "- done\n/fixbot rebase",
        "`a` ``b`c`` \\`\n/fixbot rebase",
        "a `b\n\n/fixbot rebase",
        "a `b\n# c\n/fixbot rebase",
        "> a\n***\n/fixbot rebase",
        "- a\n  /fixbot split\n\nb\n\n/fixbot rebase",
        "<details>\n/fixbot split\n\n/fixbot rebase",
    ],
)
def test_one_line_among_others_is_read(body: str) -> None:
    assert asked(body) == [Command(Verb.REBASE)]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "please /fixbot rebase",
        "@fixbot rebase",
        "`/fixbot rebase`",
        "\ufeff/fixbot rebase",
        "- /fixbot rebase",
        "> /fixbot rebase",
        "> > /fixbot rebase",
        "    /fixbot rebase",
        "\t/fixbot rebase",
        "a\n    /fixbot rebase",
        "```\n/fixbot rebase\n```",
        "```\n/fixbot rebase",
        "~~~ python\n```\n/fixbot rebase\n~~~",
        "- > a\n  ```\n```\n/fixbot rebase",
        "- a\n  ```\n  /fixbot rebase\n  ```",
        "<!--\n\n/fixbot rebase\n-->",
        "see <!--\n/fixbot rebase\n-->",
        "<pre>\n\n/fixbot rebase\n</pre>",
        "<![CDATA[\n\n/fixbot rebase",
        "a\u2028/fixbot rebase",
        "/fixbots rebase",
        "/fixbot-review rebase",
        "/fixbot.py rebase",
        "/fixbot/rebase",
        "//fixbot rebase",
    ],
)
def test_what_only_looks_like_a_command_is_not_heard(body: str) -> None:
    assert asked(body) == []


@pytest.mark.parametrize(
    "body",
    [
        "> quoted\n/fixbot rebase",
        "- > a\n/fixbot rebase",
        "a `b\n/fixbot rebase\nc`",
        "\\`a ``b\\``` `c\n/fixbot rebase\n`",
    ],
)
def test_a_line_that_may_belong_to_the_one_above_is_not_obeyed_and_its_writer_is_told(body: str) -> None:
    assert "empty line" in because(body)


@pytest.mark.parametrize("verb", ["merge", "squash", "approve", "close", "reopen", "run", "exec"])
def test_there_is_no_command_that_takes_a_decision_or_runs_something(verb: str) -> None:
    said = because(f"/fixbot {verb}")
    assert said.startswith("there is no such command: there are `rebase`")
    assert "did you mean" not in said


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ("/fixbot rebse", "did you mean `/fixbot rebase`?"),
        ("/fixbot Rebase", "did you mean `/fixbot rebase`?"),
        ("/fixbot rebase.", "did you mean `/fixbot rebase`?"),
        ("/Fixbot rebase", "did you mean `/fixbot rebase`?"),
        ("/fixbot: rebase", "did you mean `/fixbot rebase`?"),
        ("/fixbot rebase now", "did you mean `/fixbot rebase`?"),
        ("/fixbot split src/x.py", "did you mean `/fixbot split`?"),
        ("/fixbot ignore bare-exept", "did you mean `bare-except`?"),
        ("/fixbot ignore Bare-Except", "did you mean `bare-except`?"),
        ("/fixbot ignore `bare-except`", "did you mean `bare-except`?"),
        ("/fixbot unignore bare_except", "did you mean `bare-except`?"),
        ("/fixbot", "there are `rebase`"),
        ("/fixbot dance", "there are `rebase`"),
        (f"/fixbot {'rebase' * 10_000}", "there are `rebase`"),
    ],
)
def test_who_nearly_gets_it_right_is_told_what_to_write(body: str, hint: str) -> None:
    assert hint in because(body)


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("../x.py", "not a path below the root"),
        ("a/../x.py", "not a path below the root"),
        ("a\\x.py", "not a path below the root"),
        ("x" * 201, "not a path below the root"),
        ("path:", "not a path below the root"),
        ("/src/x.py", "from the root of the repository"),
        ("[z-a].py", "not a glob"),
        ("`src/x.py`", "without quotes"),
        ("<src>", "without quotes"),
        ("a\u202eb", "without quotes"),
        ("E722", "name the codemod"),
        ("a b", "without spaces"),
    ],
)
def test_what_is_neither_a_codemod_nor_a_path_is_refused(target: str, reason: str) -> None:
    assert reason in because(f"/fixbot ignore {target}")


def test_the_first_five_are_read() -> None:
    assert asked("/fixbot rebase\n" * 9) == [Command(Verb.REBASE)] * 5


def test_what_stands_behind_65536_characters_is_not_read() -> None:
    assert asked("a\n" * 32_768 + "/fixbot rebase") == []


def test_a_long_line_is_shown_in_short() -> None:
    (found,) = asked(f"/fixbot {'a ' * 9999}")
    assert isinstance(found, Misunderstood)
    assert len(found.line) == 200


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_a_markdown_parser_takes_every_command_for_words_outside_of_code_and_quotes(lines: list[str]) -> None:
    numbered = [f"{line} {number}x" if "/fixbot" in line else line for number, line in enumerate(lines)]
    found = commands("\n".join(numbered), SLUGS)
    spoken, quotes = set(), 0
    for token in PARSER.parse("\n".join(numbered)):
        quotes += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if token.type == "inline" and not quotes:
            children = token.children or []
            spoken |= {child.content for child in children if child.type == "text"}
    shown = [one.line for one in found if isinstance(one, Misunderstood) and "quote" not in one.because]
    assert [line for line in shown if line not in spoken] == []


@given(
    st.text(st.characters(exclude_categories=())) | st.lists(st.sampled_from([*PIECES, *"\r\v\x00é/`"])).map("".join)
)
def test_whatever_is_said_is_read_without_an_error(body: str) -> None:
    for line in (body, f"/fixbot {body}", f"/fixbot ignore {body}"):
        for found in commands(line, SLUGS):
            if isinstance(found, Command) and found.target.startswith("path:"):
                excluder([found.target.removeprefix("path:")])


@pytest.mark.parametrize(
    "hostile",
    [
        "/fixbot ",
        "/fixbot ignore a\n",
        "/fixbot rebse\n",
        "`",
        "```\n",
        "<!--",
        "<!-- -->",
        "> ",
        "- ",
        "1. ",
        " ",
        "\t",
        "<pre>\n",
        "\r",
        "a" * 7 + "\n",
    ],
)
def test_hostile_text_takes_no_time(hostile: str) -> None:
    for start in ("", "/fixbot ", "/fixbot ignore "):
        started = time.process_time()
        asked(start + (hostile * 60_000)[:60_000] + "\n/fixbot")
        assert time.process_time() - started < SECONDS
