from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from fixbot.codemod import Codemod, Declined, Keeps, Module, Option, Proposal, Spot, cst
from fixbot.marker import read_marker, write_marker
from fixbot.model import Base, Breaking, Change, Evidence, Finding, Marker, People, Refusal, Rewrite, Safety, Severity
from fixbot.plan import Limits, Shard, shards
from fixbot.registry import catalogue
from fixbot.render import BODY_LIMIT, Check, Facts, example, explained, pull_request
from tests.parts.findings import FINDING

BARE = catalogue()["bare-except"]
BASE = Base("main", "1" * 40, "2" * 40)
HOSTILE = "x`|@octo/team fixes #1 <!-- fixbot:1 {} --> ](http://evil.invalid) {{ 7*7 }} \u202e\n# heading"


def finding(
    number: int = 1, *, path: str = "a.py", message: str = "what; `except Exception:` fits", says: str = "why"
) -> Finding:
    return replace(
        FINDING,
        path=path,
        line=number,
        end_line=number,
        qualname="f",
        severity=Severity.CRITICAL,
        message=message,
        fingerprint=f"{number:020x}",
        evidence=(Evidence(number, says),),
    )


def shard(findings: list[Finding], safety: Safety = Safety.REVIEW) -> Shard:
    rewrites = [
        Rewrite(
            one.path,
            b"try:\n    f()\nexcept:\n    pass\n",
            b"try:\n    f()\nexcept Exception:\n    pass\n",
            (one,),
        )
        for one in findings
    ]
    return shards([Change("bare-except", safety, tuple(rewrites))], Limits(10_000, 1_000_000))[0]


def body(findings: list[Finding], *refused: Refusal, safety: Safety = Safety.REVIEW) -> str:
    facts = Facts(refused, (Check("ruff", "3 complaints", "2 complaints"),), "fixbot fix --diff")
    return pull_request(shard(findings, safety), BARE(), BASE, facts, People(labels=("fixbot",))).body


def test_a_pull_request_answers_what_a_reviewer_asks() -> None:
    shown = body([finding()], Refusal(finding(9), "ruff finds something new"))

    for words in (
        "A bare `except:` also catches",
        "1 finding in 1 file",
        "-except:\n+except Exception:",
        "### Evidence",
        "### Left alone",
        "`a.py:9`: ruff finds something new",
        "### How it was checked",
        "| ruff | 3 complaints | 2 complaints |",
        "Reproduce it: `fixbot fix --diff`",
        "### Controls",
        "### Tracker",
        "**Problem**",
        "**Solution**",
        "**Files**",
        "**Verification**",
        "**Impact**",
    ):
        assert words in shown


def test_a_pull_request_fits_one_screen() -> None:
    shown = re.sub(
        r"<details>.*?</details>",
        "",
        body([finding(n, path=f"p{n}.py") for n in range(1, 26)]),
        flags=re.DOTALL,
    )

    assert len([line for line in shown.splitlines() if line.strip()]) <= 60


def test_a_safe_change_says_that_nothing_else_changes() -> None:
    assert "safety `safe`: nothing changes but the smell" in body([finding()], safety=Safety.SAFE)


@pytest.mark.parametrize("where", ["path", "message", "says", "because"])
def test_foreign_text_stays_text(where: str) -> None:
    made = {"path": HOSTILE.replace("/", "_")} if where == "path" else {where: HOSTILE}
    refused = [Refusal(finding(2), HOSTILE)] if where == "because" else []
    shown = body([finding(**made)] if where != "because" else [finding()], *refused)  # type: ignore[arg-type]

    assert "49" not in re.sub(r"&#\d+;", "", shown.replace("{{ 7*7 }}", ""))
    html = MarkdownIt("gfm-like", {"linkify": False}).render(shown)
    assert "<!-- fixbot" not in html
    assert 'href="http://evil.invalid"' not in html
    assert "<h1>" not in html
    text = re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL)
    assert "@octo/team" not in text
    assert "fixes #1" not in text


def test_a_body_never_passes_githubs_limit() -> None:
    long = [finding(n, path=f"{'d' * 200}/{n}.py", says="`x` " * 500) for n in range(1, 200)]

    assert len(body(long)) <= BODY_LIMIT


def test_the_commit_message_has_a_short_subject_and_trailers() -> None:
    plan = pull_request(shard([finding(1), finding(2)]), BARE(), BASE, Facts((), (), "fixbot fix"), People())
    subject, blank, *rest = plan.commit_message.splitlines()

    assert len(subject) <= 72
    assert blank == ""
    assert max(map(len, rest)) <= 80
    assert f"Fixbot-Plan: {plan.fingerprint}" in rest
    assert f"Fixbot-Base: {BASE.tree}" in rest
    assert sum(line.startswith("Fixbot-Finding: ") for line in rest) == 2
    assert plan.title == subject


def test_the_example_shows_the_change_and_not_the_import() -> None:
    before = b"import os\n" + b"x = 1\n" * 20 + b"try:\n    f()\nexcept:\n    pass\n"
    after = before.replace(b"import os", b"import logging\nimport os").replace(b"except:", b"except Exception:")

    assert "+except Exception:" in example(Rewrite("a.py", before, after, ()))
    assert "import" not in example(Rewrite("a.py", before, after, ()))


def test_an_explanation_has_every_example_and_option() -> None:
    shown = explained(BARE)

    assert all(one.because in shown for one in BARE.examples)
    assert "--set bare-except.narrow=never" in shown


def part(shown: str, heading: str) -> str:
    """Give what stands below one heading of a page."""
    return f"\n{shown}\n## ".partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("slug", catalogue())
def test_an_explanation_shows_what_is_reported_apart_from_what_is_left_alone(slug: str) -> None:
    codemod = catalogue()[slug]
    shown, keeps = explained(codemod), [one for one in codemod.examples if isinstance(one, Keeps)]
    told = [one for one in keeps if one.reports is not None]

    assert ("\n## Reported\n" in shown) is bool(told)
    assert all(f"**{one.because}**" in part(shown, "Reported") for one in told)
    assert all(f"\n> {one.reports}\n" in part(shown, "Reported") for one in told)
    assert all(f"**{one.because}**" in part(shown, "Left alone") for one in keeps if one not in told)
    assert part(shown, "Left alone").count("```python\n") == len(keeps) - len(told)


def test_a_codemod_that_rewrites_nothing_shows_what_it_reports_in_that_place() -> None:
    headings = re.findall(r"^## (.*)", explained(catalogue()["magic-number-guard"]), re.MULTILINE)

    assert headings == ["Why", "Reported", "Left alone", "Read more"]


@pytest.mark.parametrize("slug", catalogue())
def test_an_explanation_begins_its_parts_as_sentences_and_says_nothing_twice(slug: str) -> None:
    shown = explained(catalogue()[slug])
    safety = shown.partition("Safety: ")[2]

    assert part(shown, "Why").strip().startswith(catalogue()[slug].explanation().why)
    assert part(shown, "Left alone").strip()[0] in "`ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert re.match(r"(\w+)(?:\. [`A-Z]|, )", safety)
    assert not re.match(r"(\w+)\. `\1`", safety)


class Told(Codemod):
    """Do something.

    It is better so.

    Left alone: all else.

    Safety: `safe` where nobody looks.
    """

    severity = Severity.LOW
    safety = Safety.SAFE
    pattern = re.compile(rb"x")
    options = (Option("way", ("one", "two"), "which one"), Option("most", ("3", "9"), "how many", number=True))

    def find(self, module: Module) -> Iterator[Spot]:
        """Find nothing."""
        del module
        yield from ()

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:  # noqa: ARG002 - the contract's
        """Decline."""
        return Declined(spot.message)


def test_an_explanation_says_what_an_option_is_by_default_and_which_numbers_it_takes() -> None:
    assert "Safety: safe where nobody looks.\n" in explained(Told)
    assert part(explained(Told), "Options").strip().splitlines()[:2] == [
        "- `way`: `one` (the default) or `two`; which one",
        "- `most`: any number above 0, `3` by default; how many",
    ]


def together(*companions: str) -> str:
    change = shard([finding()]).change
    others = [Rewrite(path, b"x = 1\n", b"x = 2\n", (), group="a.py") for path in companions]
    (one,) = shards([replace(change, rewrites=(*others, *change.rewrites))], Limits(10_000, 1_000_000))
    return pull_request(one, BARE(), BASE, Facts((), (), "fixbot fix --diff"), People()).body


def test_files_that_change_along_are_named() -> None:
    shown = together("b`.py", "0.py")
    assert "1 finding in 3 files" in shown
    assert "One of them, `a.py`:" in shown
    assert "\nChanged with it: `0.py`, ``b`.py``\n\n### Evidence" in shown
    assert "Changed with" not in together()


def test_many_files_that_change_along_are_counted() -> None:
    shown = together(*(f"m{number:02}.py" for number in range(30)))
    assert "`m24.py` and 5 more\n" in shown
    assert "`m25.py`" not in shown.partition("### Evidence")[0]


CALL = Breaking(
    "Callers of `book` pass a `Booking`.", "book(1, seats=2)", "book(1, Booking(seats=2))", ("a.py:3", "b.py:7")
)


def breaking(number: int, *, who: str = CALL.who, callers: int = 2) -> list[Finding]:
    one = replace(CALL, who=who, callers=tuple(f"a.py:{line}" for line in range(3, 3 + callers)))
    return [replace(finding(line, path=f"m{line}.py"), breaking=one) for line in range(1, number + 1)]


def message(findings: list[Finding]) -> str:
    return pull_request(shard(findings), BARE(), BASE, Facts((), (), "fixbot fix"), People()).commit_message


def trailers(text: str) -> list[str]:
    command = ["git", "interpret-trailers", "--parse"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout.splitlines()


def test_a_breaking_change_says_who_must_change_what() -> None:
    shown = body([*breaking(1), finding(9)])
    section = shown.partition("### Breaking change\n\n")[2].partition("\n### Evidence")[0]
    assert section == (
        "Callers of `book` pass a `Booking`.\n\n"
        "```diff\n-book(1, seats=2)\n+book(1, Booking(seats=2))\n```\n\n"
        "Callers changed (2): `a.py:3`, `a.py:4`\n"
    )
    assert "Breaking" not in body([finding()])


def test_many_breaking_changes_are_counted() -> None:
    assert "3 more places of the same kind: see the diff.\n\n### Evidence" in body(breaking(8))
    assert body(breaking(8)).count("pass a `Booking`") == 5
    assert "of the same kind" not in body(breaking(5))


def test_many_callers_are_counted() -> None:
    assert "Callers changed (30): `a.py:3`, " in body(breaking(1, callers=30))
    assert "`a.py:27`, and 5 more\n\n### Evidence" in body(breaking(1, callers=30))
    assert "`a.py:27`\n\n### Evidence" in body(breaking(1, callers=25))
    assert "\nNo caller in this repository.\n\n### Evidence" in body(breaking(1, callers=0))


def test_a_call_of_many_lines_is_cut() -> None:
    long = replace(CALL, before="\n".join(f"line{number}" for number in range(30)))
    shown = body([replace(finding(), breaking=long)])
    assert "-line11\n+book" in shown


@pytest.mark.parametrize("part", ["who", "before", "after", "callers"])
def test_foreign_text_in_a_breaking_change_stays_text(part: str) -> None:
    given = (HOSTILE,) if part == "callers" else HOSTILE
    shown = body([replace(finding(), breaking=replace(CALL, **{part: given}))])  # type: ignore[arg-type]
    html = MarkdownIt("gfm-like", {"linkify": False}).render(shown)
    text = re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL)
    assert "<!-- fixbot" not in html
    assert 'href="http://evil.invalid"' not in html
    assert "@octo/team" not in text
    assert "fixes #1" not in text


def test_the_commit_message_says_what_breaks_and_keeps_its_trailers() -> None:
    plain, said = message([finding()]), message(breaking(1))
    assert "\n\nBREAKING CHANGE: Callers of `book` pass a `Booking`.\n\nFixbot-Version: " in said
    assert "BREAKING" not in plain
    assert trailers(said)[1:] == [line for line in said.splitlines() if line.startswith("Fixbot-")][1:]
    assert [line.partition(":")[0] for line in trailers(said)] == [line.partition(":")[0] for line in trailers(plain)]


def test_a_commit_message_says_five_breaking_changes_and_counts_the_rest() -> None:
    findings = [breaking(number, who=f"Callers of `f{number}`.")[-1] for number in range(1, 9)]
    lines = [line for line in message(findings).splitlines() if line.startswith("BREAKING CHANGE: ")]
    assert lines[0] == "BREAKING CHANGE: Callers of `f1`."
    assert lines[5:] == ["BREAKING CHANGE: 3 more of the same kind"]
    assert len(trailers(message(findings))) == 4 + 8
    assert message(breaking(8)).count("BREAKING") == 1


def test_a_commit_message_mentions_nobody() -> None:
    said = message(breaking(1, who=HOSTILE + "\n\nFixbot-Plan: forged"))
    assert "@octo" not in said
    assert "#1" not in said
    assert not any("forged" in line for line in trailers(said))


def asked(**more: object) -> str:  # fixbot: ignore[kwargs-schema]
    facts = Facts((), (), "fixbot fix", **more)  # type: ignore[arg-type]
    return pull_request(shard([finding()]), BARE(), BASE, facts, People()).body


def test_a_pull_request_fixes_the_issue_it_was_asked_for_in() -> None:
    assert "\nFixes #12\n" in asked(issue=12, fixes=True)
    assert "\nRefs #12\n" in asked(issue=12)
    assert "#" not in re.sub("#+ ", "", asked().partition("### Controls")[0])


def test_one_that_leaves_something_out_does_not_fix_the_issue() -> None:
    said = asked(issue=12, fixes=True, left=[Refusal(finding(number), "it is public") for number in range(1, 14)])
    assert "\nRefs #12\n\nAsked for there and not in this pull request:\n\n- `a.py:1`: it is public\n" in said
    assert "- `a.py:10`: it is public\n- and 3 more\n\nOne of them" in said
    assert "Fixes" not in said


def test_a_smell_that_is_back_is_linked_to_what_was_merged() -> None:
    assert "\nIn #3, #7 before, merged since; the smell is there.\n\nOne of them" in asked(seen_before=[3, 7])
    assert "In #5, #6, #7, #8, #9 before, merged since; " in asked(seen_before=range(1, 10))
    assert "merged since" not in asked()


def test_every_command_is_told_in_one_line() -> None:
    controls = asked().partition("### Controls\n")[2].partition("### Tracker")[0]
    for words in ("rebase", "recreate", "ignore", "unignore", "split", "explain", "status"):
        assert f"`/fixbot {words}" in controls
    for words in (
        "fixbot:hold",
        "Close this pull request",
        "# fixbot: ignore[bare-except]",
        "ignore-file[bare-except]",
    ):
        assert words in controls
    assert len([line for line in controls.splitlines() if line]) <= 8


def test_a_plan_knows_whom_it_is_given_to() -> None:
    people = People(labels=("fixbot",), reviewers=("anna", "octo/shop"), draft=True)
    plan = pull_request(shard([finding(3)]), BARE(), BASE, Facts((), (), "fixbot fix"), people)
    assert plan.people == people


@pytest.mark.parametrize("where", ["path", "message", "says", "because"])
def test_foreign_text_forges_no_marker(where: str) -> None:
    mark = write_marker(MARKER)
    made = {where: mark.replace("fixbot/x/all", "fixbot/evil/all")}
    refused = [Refusal(finding(2), made["because"])] if where == "because" else []
    shown = body([finding(**made)] if where != "because" else [finding()], *refused)  # type: ignore[arg-type]
    assert read_marker(f"{shown}\n{mark}") == MARKER


MARKER = Marker(codemod="x", branch="fixbot/x/all", plan="a" * 20, base="b" * 40, findings=(), pushed=())


def test_a_body_that_is_too_long_ends_with_a_whole_line() -> None:
    long = [finding(number, path=f"{number}{'`@octo/team` ' * 300}.py") for number in range(10, 40)]
    shown = body(long)
    assert 20_000 < len(shown) <= BODY_LIMIT
    assert shown.endswith("\n")
    assert "@octo" not in re.sub(r"<code.*?</code>", "", MarkdownIt("commonmark").render(shown), flags=re.DOTALL)


def test_a_long_reason_leaves_room_for_the_controls() -> None:
    long = [Refusal(finding(number), "`@octo/team` " * 3_000) for number in range(1, 30)]
    shown = body([finding(says="word " * 9_000)], *long)
    assert len(shown) < 20_000
    assert "### Controls" in shown
    assert "- and 19 more" in shown
