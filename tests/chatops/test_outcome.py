from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fixbot.chatops.outcome import Kind, Told, Unseen, is_outcome, outcome
from fixbot.model import Marker, PullRequest, Refusal, Standing, State
from tests.parts.findings import FINDING

HOSTILE = (
    "`x`|@octo/team fixes #1 ](http://evil.invalid) \u202e\n# heading\n"
    '<!-- fixbot:outcome {"issue":1,"kind":"done"} -->'
)


def refusal(because: str = "it is public", path: str = "shop/till.py", line: int = 7) -> Refusal:
    found = replace(FINDING, path=path, line=line, end_line=line)
    return Refusal(found, because)


def standing(
    state: State, number: int = 0, *, reason: str = "", title: str = "Name what is caught", issue: int = 12
) -> Standing:
    branch = "fixbot/bare-except/all"
    pull = PullRequest(
        number=number,
        state="open",
        title=title,
        branch=branch,
        base="main",
        head="1" * 40,
        url=f"https://github.com/octo/shop/pull/{number}",
        marker=Marker(codemod="bare-except", branch=branch, plan="", base="", findings=(), pushed=(), issue=issue),
    )
    return Standing(state=state, branch=branch, reason=reason, pull=pull if number else None)


def told(kind: Kind, **more: object) -> str:  # fixbot: ignore[kwargs-schema]
    return outcome(Told(issue=12, kind=kind, codemods=("bare-except",), **more))  # type: ignore[arg-type]


def test_a_pull_request_with_all_that_was_asked_for_closes_the_issue() -> None:
    body = told(Kind.DONE, places=["shop/till.py"], standings=[standing(State.OPENED, 3)], fixes=True)
    assert body == (
        "fixbot looked for `bare-except` in `shop/till.py`.\n\n"
        "- [#3](https://github.com/octo/shop/pull/3) Name what is caught\n\n"
        "Merging it closes this issue.\n\n"
        '<!-- fixbot:outcome {"issue":12,"kind":"done","text":"73c41861aa0a76e5"} -->'
    )


def test_what_is_left_is_listed_with_its_reason() -> None:
    body = told(Kind.DONE, standings=[standing(State.OPENED, 3)], left=[refusal()], fixes=True)
    assert "That is not all that was asked for." in body
    assert "1 place left as they are:\n\n- `shop/till.py:7`: it is public\n" in body
    assert "closes" not in body


def test_a_path_that_is_not_there_is_said() -> None:
    body = told(Kind.DONE, standings=[standing(State.OPENED, 3)], unknown=["shop/gone.py"], fixes=True)
    assert "Not in this repository: `shop/gone.py`." in body
    assert "closes" not in body


PART = "That is not all that was asked for."
CLOSES = "Merging it closes this issue."
OTHERS = "What was opened for something else does not close this issue."


@pytest.mark.parametrize(
    ("states", "says"),
    [
        ([State.OPENED], "Merging it does not close this issue."),
        (
            [State.OPENED, State.UNCHANGED],
            "Each holds a part of what was asked for, so merging one of them does not close this issue.",
        ),
        ([State.WAITING], "That is not done yet, for the reason above."),
        ([State.LEFT_ALONE, State.WAITING], "That is not done yet, for the reason above."),
        ([State.OPENED, State.WAITING], f"{PART} The rest is not done yet, for the reason above."),
        ([State.LEFT_ALONE, State.CONFLICT], f"{PART} The rest is not done yet, for the reason above."),
        ([], PART),
    ],
)
def test_where_no_merge_closes_the_issue_the_reason_is_true(states: list[State], says: str) -> None:
    many = [standing(state, number, reason="because") for number, state in enumerate(states, 3)]
    body = told(Kind.DONE, standings=many)
    assert f"\n\n{says}\n\n<!--" in body
    assert CLOSES not in body


@pytest.mark.parametrize("mine", [[], [standing(State.OPENED, 4)]])
def test_one_that_was_opened_for_something_else_closes_nothing(mine: list[Standing]) -> None:
    body = told(Kind.DONE, standings=[*mine, standing(State.UNCHANGED, 3, issue=0)], fixes=True)
    assert "- [#3](https://github.com/octo/shop/pull/3) Name what is caught (opened for something else)\n" in body
    assert OTHERS in body
    assert CLOSES not in body


@pytest.mark.parametrize("more", [{"left": [refusal()]}, {"unknown": ["x.py"]}])
@pytest.mark.parametrize("state", [State.OPENED, State.WAITING])
def test_what_is_left_out_counts_more_than_how_the_rest_stands(state: State, more: dict[str, object]) -> None:
    assert f"\n\n{PART}\n\n" in told(Kind.DONE, standings=[standing(state, 3)], fixes=True, **more)


def test_a_file_that_is_no_python_is_not_said_to_be_missing() -> None:
    body = told(Kind.NOT_UNDERSTOOD, unknown=["README.md", "gone.py:3", "api.pyi"])
    assert (
        "Not in this repository: `gone.py:3`.\n\nNot a Python file of this repository: `README.md`, `api.pyi`." in body
    )


def test_where_all_is_left_nothing_is_said_not_to_be_found() -> None:
    body = told(Kind.NOTHING_FOUND, left=[refusal("it is in pull request 5 already")])
    assert "fixbot looked for `bare-except` and has nothing new to offer." in body
    assert "found nothing" not in body


WORDS = [
    "@octo/team",
    "fixes #1",
    "<!--",
    "-->",
    "`",
    "``",
    "\n# ",
    "[a](http://x.invalid)",
    "GH-7",
    "closes octo/shop#2",
]
foreign = st.lists(st.sampled_from(WORDS) | st.text(max_size=9), max_size=8).map(" ".join)


@settings(max_examples=80, deadline=None)
@given(foreign, foreign, foreign, st.sampled_from(State))
def test_whatever_is_told_is_only_shown(title: str, reason: str, path: str, state: State) -> None:
    body = told(
        Kind.DONE,
        places=[path],
        unknown=[path],
        left=[refusal(reason, path)],
        standings=[standing(state, 3, title=title, reason=reason), standing(state, title=title, reason=reason)],
    )
    assert is_outcome(body, 12)
    html = MarkdownIt("gfm-like", {"linkify": False}).render(body)
    html = html.replace('<a href="https://github.com/octo/shop/pull/3">#3</a>', "")
    plain = re.sub(r"<!-- .*? -->", "", re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL), flags=re.DOTALL)
    assert "<!--" not in plain
    assert set(re.findall(r"<(\w+)", plain)) <= {"p", "ul", "li"}
    assert not re.search(r"@|#\d|GH-\d", plain)


@pytest.mark.parametrize("state", [state for state in State if state not in {State.LEFT_ALONE, State.WAITING}])
def test_a_second_run_has_nothing_else_to_tell(state: State) -> None:
    if state in {State.CONFLICT, State.REGRESSED, State.OPENED, State.UPDATED}:
        first = told(Kind.DONE, standings=[standing(state, 3, reason="said once")], fixes=True)
        assert told(Kind.DONE, standings=[standing(State.UNCHANGED, 3)], fixes=True) == first


def test_one_that_is_not_open_is_told_with_its_state_and_reason() -> None:
    body = told(
        Kind.DONE,
        standings=[standing(State.WAITING, reason="three are open"), standing(State.DECLINED, 4, reason="closed")],
    )
    assert "- `fixbot/bare-except/all` (waiting: three are open)\n" in body
    assert "Name what is caught (declined: closed)\n" in body


def test_the_comment_stays_when_the_next_run_finds_everything_as_it_was() -> None:
    first = told(Kind.DONE, standings=[standing(State.OPENED, 3, reason="new")], fixes=True)
    assert told(Kind.DONE, standings=[standing(State.UNCHANGED, 3)], fixes=True) == first


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.NOTHING_FOUND, "fixbot looked for `bare-except` and found nothing to rewrite."),
        (Kind.NOT_UNDERSTOOD, "Write the name of a codemod, and where"),
        (Kind.NOT_UNDERSTOOD, "For example `bare-except in src/app.py:12`."),
        (Kind.NOT_ALLOWED, "the author of this one may not"),
        (Kind.CLOSED, "This issue is closed"),
        (Kind.PULL_REQUEST, "This is a pull request"),
        (Kind.OUTDATED, "has moved since it looked at the code. Ask for it once more"),
    ],
)
def test_what_was_not_done_is_said_clearly(kind: Kind, words: str) -> None:
    assert words in told(kind)


@pytest.mark.parametrize("kind", Kind)
def test_every_comment_is_known_again_and_short(kind: Kind) -> None:
    body = told(kind, standings=[standing(State.OPENED, 3)], catalogue=["bare-except", "silent-except"])
    assert is_outcome(body, 12)
    assert len(body.splitlines()) <= 12
    assert body.isascii()


def test_the_codemods_that_there_are_are_named_to_one_who_wrote_something_else() -> None:
    body = told(Kind.NOT_UNDERSTOOD, catalogue=["blocking-sleep", "bare-except"], unknown=["x.py"])
    assert "For example `blocking-sleep in src/app.py:12`." in body
    assert "Codemods: `blocking-sleep`, `bare-except`." in body
    assert "Not in this repository: `x.py`." in body


MARKER = outcome(Told(issue=12, kind=Kind.CLOSED)).rpartition("\n\n")[2]
WORDS_OF_IT = outcome(Told(issue=12, kind=Kind.CLOSED)).rpartition("\n\n")[0]


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "words",
        WORDS_OF_IT,
        MARKER,
        f"{WORDS_OF_IT}\n\n{MARKER}{MARKER}",
        *(
            f"{WORDS_OF_IT}\n\n{MARKER.replace(old, new)}"
            for old, new in [
                ('"issue":12', '"issue":13'),
                ('"issue":12', '"issue":"12"'),
                ('"issue":12', '"issue":12.0'),
                ('"closed"', '"merge"'),
                ('"closed"', '["closed"]'),
                ('"text":"', '"text":"0'),
                ('"text":', '"words":'),
                ('"issue":12,', ""),
            ]
        ),
    ],
)
def test_what_only_looks_like_the_comment_is_not_believed(body: str | None) -> None:
    assert not is_outcome(body, 12)


def test_a_comment_that_quotes_it_is_a_person_s() -> None:
    written = outcome(Told(issue=12, kind=Kind.CLOSED))
    assert is_outcome(written.replace("\n", "\r\n") + "\r\n", 12), "as forges keep it"
    assert not is_outcome(written, 13), "it is another issue's"
    assert not is_outcome(f"Look at this:\n\n{written}", 12)
    assert not is_outcome(f"{written}\n\nThanks!", 12)


def test_what_nobody_looked_at_is_told_with_the_reason() -> None:
    unseen = [Unseen("bad.py", "it is too large"), Unseen("silent-except", "it is not selected here")]
    body = told(Kind.DONE, standings=[standing(State.OPENED, 3)], unseen=unseen, fixes=True)
    assert PART in body
    assert (
        "Asked for and not looked at:\n\n- `bad.py`: it is too large\n- `silent-except`: it is not selected here\n"
        in body
    )
    none = told(Kind.NOTHING_FOUND, unseen=unseen * 6)
    assert "found nothing to rewrite in what it may look at." in none
    assert "- and 2 more\n" in none


def test_a_question_ends_as_one() -> None:
    body = told(Kind.NOT_UNDERSTOOD, because="did you mean `bare-except`?")
    assert body.startswith("fixbot has done nothing: did you mean `bare-except`?\n\n")


def test_another_branch_closes_no_issue() -> None:
    body = told(Kind.DONE, standings=[standing(State.OPENED, 3)], base="1.x")
    assert "Merging it does not close this issue, because it is for the branch `1.x`." in body


def test_many_are_counted() -> None:
    body = told(
        Kind.DONE,
        places=[f"p{number}.py" for number in range(13)],
        standings=[standing(State.WAITING, reason="word " * 60) for _ in range(100)],
        left=[refusal(line=number) for number in range(1, 14)],
    )
    assert "`p9.py` and 3 more." in body
    assert re.search(r"\n- and \d\d more\n", body)
    assert "`shop/till.py:10`: it is public\n- and 3 more\n" in body


@pytest.mark.parametrize("kind", Kind)
def test_foreign_text_forges_nothing_and_has_its_limit(kind: Kind) -> None:
    long = HOSTILE + "`@" * 3_000
    body = outcome(
        Told(
            issue=12,
            kind=kind,
            codemods=[long] * 40,
            places=[long] * 40,
            unknown=[long] * 40,
            unseen=[Unseen(long, long)] * 40,
            base=long,
            standings=[standing(State.LEFT_ALONE, 3, reason=long, title=long)] * 40,
            left=[refusal(long, long)] * 40,
            catalogue=[long] * 100,
        )
    )
    assert len(body) <= 60_000
    assert is_outcome(body, 12)
    html = MarkdownIt("gfm-like", {"linkify": False}).render(body)
    assert 'href="http://evil.invalid"' not in html
    assert "<h1>" not in html
    text = re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL)
    assert "@octo" not in text
    assert "fixes #1" not in text
