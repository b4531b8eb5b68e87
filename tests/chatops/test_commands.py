"""A comment asks for what it says in a line of its own, and for nothing else."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fixbot.chatops.commands import Command, Misunderstood, Verb, commands
from fixbot.settings import excluder

if TYPE_CHECKING:
    from collections.abc import Callable

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


def known(path: str) -> bool:
    return any(map(excluder([path]), ["src/x.py", "docs/#1", "@types/y.py"]))


@pytest.mark.parametrize(
    ("target", "hint"),
    [
        ("src/x.py:4", "did you mean `/fixbot ignore src/x.py`?"),
        ("src/x.py:4-8", "did you mean `/fixbot ignore src/x.py`?"),
        ("src/x.py:4:1,", "did you mean `/fixbot ignore src/x.py`?"),
        ("src/x.py#L4", "did you mean `/fixbot ignore src/x.py`?"),
        ("src/x.py,", "did you mean `/fixbot ignore src/x.py`?"),
        ("src/*.py.", "did you mean `/fixbot ignore src/*.py`?"),
        ("path:src/x.py;", "did you mean `/fixbot ignore src/x.py`?"),
        ("#12", "write `/fixbot ignore` alone, on the pull request"),
        ("gh-12", "write `/fixbot ignore` alone, on the pull request"),
        ("@ann", "it names people"),
        ("@octo/team", "it names people"),
        ("this", "write `/fixbot ignore` alone for the pull request itself"),
        ("All", "write `/fixbot ignore` alone for the pull request itself"),
        ("https://github.com/o/r/blob/main/src/x.py", "it is a link: write the path alone"),
        ("[x](src/x.py)", "it is a link: write the path alone"),
        (":4", "there is no such codemod, file or folder"),
    ],
)
@pytest.mark.parametrize("is_there", [None, known], ids=["nobody knows the files", "the files are known"])
def test_what_ignores_nothing_is_refused_with_what_to_write(
    target: str, hint: str, is_there: Callable[[str], bool] | None
) -> None:
    (found,) = commands(f"/fixbot ignore {target}", SLUGS, is_there)
    assert isinstance(found, Misunderstood), found
    assert hint in found.because


@pytest.mark.parametrize("target", ["src", "src/", "./src/x.py", "x.py", "#1", "@types", "nope/*.py", "?.py", "**"])
def test_a_file_or_a_folder_that_is_there_may_be_ignored_and_any_glob(target: str) -> None:
    assert commands(f"/fixbot ignore {target}", SLUGS, known) == [Command(Verb.IGNORE, f"path:{target}")]


@pytest.mark.parametrize("target", ["nope/x.py", "!src/x.py", "path:nope", "SRC", "src/x"])
def test_a_file_that_is_not_there_is_not_ignored(target: str) -> None:
    (found,) = commands(f"/fixbot ignore {target}", SLUGS, known)
    assert isinstance(found, Misunderstood), found
    assert "there is no such codemod, file or folder" in found.because
    assert commands(f"/fixbot ignore {target}", SLUGS) == [Command(Verb.IGNORE, f"path:{target.removeprefix('path:')}")]


@pytest.mark.parametrize("target", ["nope/x.py", "src/x.py:4", "src/x.py,", "#1", "@ann", "this"])
def test_whatever_was_ignored_once_can_be_taken_back(target: str) -> None:
    assert commands(f"/fixbot unignore {target}", SLUGS, known) == [Command(Verb.UNIGNORE, f"path:{target}")]


def test_the_files_are_asked_for_only_where_a_path_is_to_be_ignored() -> None:
    asked_for: list[str] = []
    body = "/fixbot status\n/fixbot ignore bare-except\n/fixbot unignore src\n/fixbot ignore ../x\n/fixbot ignore src"

    def is_there(path: str) -> bool:
        asked_for.append(path)
        return True

    commands(body, SLUGS, is_there)
    assert asked_for == ["src"]


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
