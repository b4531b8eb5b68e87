"""What a plan may ask for: each objection alone, on a plan that has none otherwise."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fixbot import registry
from fixbot.handover.documents import Plan
from fixbot.handover.policy import Policy, blob
from fixbot.model import Base, Change, Diagnostic, Finding, Refusal, Rewrite, Safety, ScanReport, Severity, Wish
from fixbot.shell.repository import Entry
from fixbot.shell.ruff import Opinion
from tests.parts.git import git

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

BEFORE, AFTER = b"try:\n    f()\nexcept:\n    pass\n", b"try:\n    f()\nexcept Exception:\n    pass\n"
HIDDEN = ("\u200b", "\u061c", "\ufeff", "\u3164", "\u00ad", "\x1b", "\x7f", "\U000e0041")
BASE = Base("main", "c" * 40, "d" * 40)
FINDING = Finding(
    codemod="bare-except",
    path="src/a.py",
    line=3,
    column=1,
    end_line=4,
    qualname="",
    severity=Severity.CRITICAL,
    safety=Safety.REVIEW,
    message="bare",
    fingerprint="0123456789abcdef0123",
)
REWRITE = Rewrite("src/a.py", BEFORE, AFTER, (FINDING,))


def plan_of(*rewrites: Rewrite, codemod: str = "bare-except", safety: Safety = Safety.REVIEW) -> Plan:
    return Plan(
        base=BASE,
        codemods=(codemod,),
        report=ScanReport((), (), 1, 1, 0.0),
        changes=(Change(codemod, safety, rewrites),),
        opinions=(tuple(Opinion((), ()) for _ in rewrites),),
    )


def policy(
    *paths: str,
    mode: str = "100644",
    safety: Safety = Safety.REVIEW,
    content: bytes = BEFORE,
    slugs: Collection[str] = ("bare-except",),
) -> Policy:
    return Policy(
        base=BASE,
        codemods={slug: registry.catalogue()[slug]() for slug in slugs},
        safety=safety,
        issue=0,
        entries={path: Entry(mode, blob(content), 0, path) for path in ("src/a.py", *paths)},
        is_excluded=lambda path: path.startswith("vendor/"),
    )


def objections(rewrite: Rewrite, *paths: str) -> list[str]:
    return list(policy(*paths).objections(plan_of(rewrite)))


def at(path: str) -> Rewrite:
    return replace(REWRITE, path=path, findings=(replace(FINDING, path=path),))


def test_a_plan_that_asks_for_what_it_may_have_has_none() -> None:
    assert objections(REWRITE) == []


@pytest.mark.parametrize(
    ("path", "because"),
    [
        (".github/scripts/a.py", "nothing in .git or .github is touched"),
        (".GIT/hooks/a.py", "nothing in .git or .github is touched"),
        ("src/a.pyc", "only Python files are rewritten"),
        ("src/b.py", "main has no such file"),
        ("../a.py", "main has no such file"),
        ("/etc/a.py", "main has no such file"),
        ("src//a.py", "main has no such file"),
        ("src\\a.py", "main has no such file"),
        ("vendor/a.py", "is excluded by the configuration"),
    ],
)
def test_a_file_that_is_not_to_be_touched_is_refused(path: str, because: str) -> None:
    tracked = (path,) if path.startswith(("vendor", ".")) and not path.startswith("..") else ("src/a.pyc",)
    assert objections(at(path), *tracked) == [f"{path}: {because}"]


@pytest.mark.parametrize("mode", ["120000", "160000", "040000"])
def test_a_link_or_a_submodule_is_refused(mode: str) -> None:
    assert list(policy(mode=mode).objections(plan_of(REWRITE))) == ["src/a.py: is no regular file"]


def test_an_executable_file_is_a_regular_one() -> None:
    assert list(policy(mode="100755").objections(plan_of(REWRITE))) == []


def test_the_content_before_has_to_be_that_of_the_base() -> None:
    told = list(policy(content=b"x = 1\n").objections(plan_of(REWRITE)))
    assert told == ["src/a.py: is not on main what the plan says it is"]


@pytest.mark.parametrize(
    ("after", "because"),
    [
        (BEFORE, "nothing changes in it"),
        (AFTER + b"\0", "holds bytes that are no text"),
        (AFTER + "# \u202e".encode(), "would get characters that cannot be seen"),
        *((AFTER + f"# {sign}".encode(), "would get characters that cannot be seen") for sign in HIDDEN),
        (AFTER + b"# \xff", "would be less of a text than it is"),
        (b"#" * 1_000_001, "is larger than 1 MB"),
    ],
)
def test_a_content_that_nobody_would_want_is_refused(after: bytes, because: str) -> None:
    assert objections(replace(REWRITE, after=after)) == [f"src/a.py: {because}"]


def test_characters_that_cannot_be_seen_may_stay() -> None:
    before, after = (side + "# \u202e\n".encode() for side in (BEFORE, AFTER))
    known = policy(content=before)
    assert list(known.objections(plan_of(replace(REWRITE, before=before, after=after)))) == []


@pytest.mark.parametrize(
    "finding",
    [
        replace(FINDING, path="src/b.py"),
        replace(FINDING, line=0),
        replace(FINDING, line=4, end_line=3),
        replace(FINDING, end_line=99),
        replace(FINDING, fingerprint="../../x"),
    ],
    ids=["file", "before", "backwards", "after", "fingerprint"],
)
def test_a_finding_has_to_be_in_its_file(finding: Finding) -> None:
    assert objections(replace(REWRITE, findings=(finding,))) == ["src/a.py: a finding is not of this file"]


def test_a_finding_of_something_else_is_refused() -> None:
    told = objections(replace(REWRITE, findings=(replace(FINDING, codemod="kwargs-schema"),)))
    assert told == ["src/a.py: a finding of another codemod or safety is among those of bare-except"]
    manual = objections(replace(REWRITE, findings=(replace(FINDING, safety=Safety.MANUAL),)))
    assert manual == told


def test_a_file_without_a_finding_is_only_changed_along_with_others() -> None:
    alone = replace(REWRITE, findings=())
    assert objections(alone) == ["src/a.py: is changed without a finding"]
    assert objections(replace(alone, group="one")) == ["src/a.py: is changed without a finding"]
    along = replace(at("src/b.py"), findings=(), group="one")
    together = plan_of(replace(REWRITE, group="one"), along)
    assert list(policy("src/b.py").objections(together)) == []


def test_a_safety_that_is_not_selected_is_refused() -> None:
    told = list(policy(safety=Safety.SAFE).objections(plan_of(REWRITE)))
    assert told == ["it holds what is review, and no more than safe is selected"]
    manual = list(policy().objections(plan_of(REWRITE, safety=Safety.MANUAL)))
    assert "it holds what is manual, and no more than review is selected" in manual


def of(slug: str, safety: Safety) -> Plan:
    severity = registry.catalogue()[slug].severity
    found = replace(FINDING, codemod=slug, safety=safety, severity=severity)
    return plan_of(replace(REWRITE, findings=(found,)), codemod=slug, safety=safety)


@pytest.mark.parametrize("slug", ["blocking-call-in-async", "blocking-sleep", "kwargs-schema", "silent-except"])
def test_what_is_called_tamer_than_its_codemod_ever_is_is_refused(slug: str) -> None:
    known = policy(safety=Safety.SAFE, slugs=[slug])
    assert list(known.objections(of(slug, Safety.SAFE))) == [f"src/a.py: what {slug} finds is never safe"]
    assert list(policy(slugs=[slug]).objections(of(slug, Safety.REVIEW))) == []


def test_what_is_as_tame_as_its_codemod_can_be_is_taken() -> None:
    for slug in ("bare-except", "broad-except"):
        assert list(policy(safety=Safety.SAFE, slugs=[slug]).objections(of(slug, Safety.SAFE))) == []


def test_the_options_of_a_codemod_say_how_tame_it_can_be() -> None:
    chosen = registry.catalogue()["kwargs-schema"]({"style": "typed-dict"})
    known = replace(policy(safety=Safety.SAFE), codemods={"kwargs-schema": chosen})
    assert list(known.objections(of("kwargs-schema", Safety.SAFE))) == []


def test_a_smell_is_as_grave_as_its_codemod_says() -> None:
    told = objections(replace(REWRITE, findings=(replace(FINDING, severity=Severity.LOW),)))
    assert told == ["src/a.py: what bare-except finds is critical, and not low"]


def test_a_file_twice_in_one_change_is_refused() -> None:
    assert list(policy().objections(plan_of(REWRITE, REWRITE))) == ["it changes src/a.py twice in one"]


def test_opinions_that_do_not_belong_to_files_are_refused() -> None:
    told = list(policy().objections(replace(plan_of(REWRITE), opinions=())))
    assert told == ["what ruff said does not belong to its files"]


def test_a_plan_of_too_many_files_is_refused_without_looking_at_them() -> None:
    told = list(policy().objections(plan_of(*[at("x")] * 100_001)))
    assert told == ["it changes 100001 files, and no plan changes more than 100000"]


def test_a_plan_that_holds_more_than_it_may_is_refused_without_looking_at_its_files() -> None:
    plan, refusal = plan_of(REWRITE), Refusal(FINDING, "no")
    empty = replace(plan.changes[0], rewrites=())
    for beyond, told in {
        replace(plan, changes=(empty,), opinions=((),)): "one of its changes changes no file",
        replace(plan, refused=(refusal,) * 100_001): "it tells of more than 100000 findings",
        replace(
            plan, report=replace(plan.report, findings=(FINDING,) * 100_001)
        ): "it tells of more than 100000 findings",
        replace(plan, parted=frozenset({"f" * 20})): "it parts findings that it does not hold",
        plan_of(replace(REWRITE, findings=(FINDING,) * 2_001)): "one of its files has more than 2000 findings",
    }.items():
        assert list(policy().objections(beyond)) == [told]
    most = plan_of(replace(REWRITE, findings=(FINDING,) * 2_000))
    most = replace(most, refused=(refusal,) * 100_000, parted=frozenset({FINDING.fingerprint}))
    assert list(policy().objections(most)) == []


@pytest.mark.parametrize("codemods", [(), ("kwargs-schema",), ("bare-except", "kwargs-schema")])
def test_what_was_looked_for_has_to_be_selected(codemods: tuple[str, ...]) -> None:
    (told,) = policy().objections(replace(plan_of(REWRITE), codemods=codemods))
    assert told.endswith("which is not selected")


@pytest.mark.parametrize("code", ["@octo", "F401 | x", "Fixes #1", "", "f401`"])
def test_rules_that_ruff_cannot_have_are_refused(code: str) -> None:
    opinions = ((Opinion((Diagnostic(code, "odd", 1),), ()),),)
    assert list(policy().objections(replace(plan_of(REWRITE), opinions=opinions))) == ["ruff has no such rule"]


@pytest.mark.parametrize("code", ["F401", "invalid-syntax", "ASYNC251"])
def test_rules_that_ruff_has_are_taken(code: str) -> None:
    opinions = ((Opinion((Diagnostic(code, "odd", 1),), ()),),)
    assert list(policy().objections(replace(plan_of(REWRITE), opinions=opinions))) == []


def test_a_reason_to_do_nothing_is_one_for_an_issue_and_for_nothing() -> None:
    told = ["it says why nothing was looked at for an issue, and that is not so"]
    assert list(policy().objections(replace(plan_of(REWRITE), because="x"))) == told
    assert list(policy().objections(replace(plan_of(), changes=(), opinions=(), because="x"))) == told
    for_issue = replace(plan_of(), issue=7, changes=(), opinions=(), because="x")
    assert list(replace(policy(), issue=7).objections(for_issue)) == []


def test_a_check_of_several_lines_is_refused() -> None:
    told = list(policy().objections(replace(plan_of(REWRITE), verify_command="a\n@octo")))
    assert told == ["the operator's check is no command"]


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_blob_has_the_id_that_git_gives_it(tmp_path: Path, algorithm: str) -> None:
    git(tmp_path, "init", "--quiet", f"--object-format={algorithm}")
    (tmp_path / "a.py").write_bytes(AFTER)
    known = git(tmp_path, "hash-object", "--no-filters", "a.py")
    assert blob(AFTER, len(known)) == known
    assert len(known) == len(hashlib.new(algorithm).hexdigest())


@pytest.mark.parametrize("command", ["pytest -q", "pytest tests/größe", ""])
def test_any_command_of_one_line_is_taken(command: str) -> None:
    assert list(policy().objections(replace(plan_of(REWRITE), verify_command=command))) == []


WISH = Wish(
    codemod="todo-without-ticket", path="src/a.py", line=1, end_line=1, says="mend it", lines=("# TODO: mend it",)
)
ODD = "src/a.py: what an issue is to say of it is not as it should be"


def wished(*wishes: Wish) -> list[str]:
    """Say what a policy has against a plan that asks for some issues, and for nothing else."""
    slug = "todo-without-ticket"
    plan = replace(plan_of(codemod=slug), changes=(), opinions=(), wishes=wishes)
    return list(policy(slugs=(slug,)).objections(plan))


def test_issues_may_be_asked_for_about_files_that_are_there() -> None:
    assert wished(WISH) == []
    assert wished(*(replace(WISH, ordinal=number) for number in range(10))) == []
    assert wished(replace(WISH, lines=("# TODO:", "#  -  mend   it"))) == []


@pytest.mark.parametrize(
    ("wish", "because"),
    [
        (replace(WISH, codemod="bare-except"), "it asks for 1 issues of bare-except, and no more than 0 may be filed"),
        (replace(WISH, path="none.py"), "none.py: an issue is asked for about what is no regular Python file"),
        (replace(WISH, line=0), ODD),
        (replace(WISH, end_line=0), ODD),
        (replace(WISH, line=10**9, end_line=10**9), ODD),
        (replace(WISH, ordinal=-1), ODD),
        (replace(WISH, says=" "), ODD),
        (replace(WISH, says="something else"), ODD),
        (replace(WISH, lines=()), ODD),
        (replace(WISH, lines=("# TODO: mend it", "x" * 100_000)), ODD),
    ],
)
def test_issues_that_nobody_may_ask_for_are_refused(wish: Wish, because: str) -> None:
    assert wished(wish) == [because]


def test_more_issues_than_may_be_filed_at_once_are_refused() -> None:
    (told,) = wished(*(replace(WISH, ordinal=number) for number in range(11)))
    assert told == "it asks for 11 issues of todo-without-ticket, and no more than 10 may be filed"


def test_an_issue_is_not_asked_for_twice() -> None:
    assert wished(WISH, replace(WISH, line=1, end_line=2)) == ["it asks twice for one issue"]


def test_an_issue_about_an_excluded_file_is_refused() -> None:
    slug, wish = "todo-without-ticket", replace(WISH, path="vendor/a.py")
    plan = replace(plan_of(codemod=slug), changes=(), opinions=(), wishes=(wish,))
    (told,) = policy("vendor/a.py", slugs=(slug,)).objections(plan)
    assert told == "vendor/a.py: an issue is asked for, and the configuration excludes it"


def test_a_plan_that_was_made_for_nothing_asks_for_no_issue() -> None:
    slug = "todo-without-ticket"
    plan = replace(plan_of(codemod=slug), changes=(), opinions=(), wishes=(WISH,), because="x", issue=7)
    told = list(replace(policy(slugs=(slug,)), issue=7).objections(plan))
    assert told == ["it says why nothing was looked at for an issue, and that is not so"]
