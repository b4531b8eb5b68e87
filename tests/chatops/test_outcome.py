from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from fixbot.chatops.outcome import Kind, Told, is_outcome, outcome
from fixbot.model import Finding, PullRequest, Refusal, Safety, Severity, Standing, State

HOSTILE = (
    "`x`|@octo/team fixes #1 ](http://evil.invalid) \u202e\n# heading\n"
    '<!-- fixbot:outcome {"issue":1,"kind":"done"} -->'
)


def refusal(because: str = "it is public", path: str = "shop/till.py", line: int = 7) -> Refusal:
    found = Finding(
        codemod="bare-except",
        path=path,
        line=line,
        column=1,
        end_line=line,
        qualname="f",
        severity=Severity.HIGH,
        safety=Safety.REVIEW,
        message="what",
        fingerprint="0" * 20,
    )
    return Refusal(found, because)


def standing(state: State, number: int = 0, *, reason: str = "", title: str = "Name what is caught") -> Standing:
    pull = PullRequest(
        number=number,
        state="open",
        title=title,
        branch="fixbot/bare-except/all",
        base="main",
        head="1" * 40,
        url=f"https://github.com/octo/shop/pull/{number}",
    )
    return Standing(state=state, branch="fixbot/bare-except/all", reason=reason, pull=pull if number else None)


def told(kind: Kind, **more: object) -> str:
    return outcome(Told(issue=12, kind=kind, codemods=("bare-except",), **more))  # type: ignore[arg-type]


def test_a_pull_request_with_all_that_was_asked_for_closes_the_issue() -> None:
    body = told(Kind.DONE, places=["shop/till.py"], standings=[standing(State.OPENED, 3)], fixes=True)
    assert body == (
        "fixbot looked for `bare-except` in `shop/till.py`.\n\n"
        "- [#3](https://github.com/octo/shop/pull/3) Name what is caught\n\n"
        "Merging it closes this issue.\n\n"
        '<!-- fixbot:outcome {"issue":12,"kind":"done"} -->'
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


def test_several_pull_requests_close_it_together() -> None:
    many = [standing(State.OPENED, 3), standing(State.UNCHANGED, 4)]
    assert "Together they close this issue." in told(Kind.DONE, standings=many, fixes=True)


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
    ],
)
def test_what_was_not_done_is_said_clearly(kind: Kind, words: str) -> None:
    assert words in told(kind)


@pytest.mark.parametrize("kind", Kind)
def test_every_comment_is_known_again_and_short(kind: Kind) -> None:
    body = told(kind, standings=[standing(State.OPENED, 3)], catalogue=["bare-except", "silent-except"])
    assert is_outcome(body)
    assert len(body.splitlines()) <= 12
    assert body.isascii()


def test_the_codemods_that_there_are_are_named_to_one_who_wrote_something_else() -> None:
    body = told(Kind.NOT_UNDERSTOOD, catalogue=["blocking-sleep", "bare-except"], unknown=["x.py"])
    assert "For example `blocking-sleep in src/app.py:12`." in body
    assert "Codemods: `blocking-sleep`, `bare-except`." in body
    assert "Not in this repository: `x.py`." in body


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "words",
        '<!-- fixbot:outcome {"issue":12} -->',
        '<!-- fixbot:outcome {"issue":12,"kind":"merge"} -->',
        '<!-- fixbot:outcome {"issue":"12","kind":"done"} -->',
        '<!-- fixbot:outcome {"issue":12,"kind":["done"]} -->',
        '<!-- fixbot:outcome {"issue":12,"kind":"done"} -->' * 2,
    ],
)
def test_what_only_looks_like_the_comment_is_not_believed(body: str | None) -> None:
    assert not is_outcome(body)


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
            standings=[standing(State.LEFT_ALONE, 3, reason=long, title=long)] * 40,
            left=[refusal(long, long)] * 40,
            catalogue=[long] * 100,
        )
    )
    assert len(body) <= 60_000
    assert is_outcome(body)
    html = MarkdownIt("gfm-like", {"linkify": False}).render(body)
    assert 'href="http://evil.invalid"' not in html
    assert "<h1>" not in html
    text = re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL)
    assert "@octo" not in text
    assert "fixes #1" not in text
