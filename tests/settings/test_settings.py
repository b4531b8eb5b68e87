import time
from dataclasses import replace

import pytest

from fixbot.codemod import Option
from fixbot.errors import OperatorError
from fixbot.model import Safety
from fixbot.settings import Settings, merged, parse_set, settings_from
from fixbot.shell.config import text_settings
from tests.codemod.renamed_functions import RenamedFunctions


def mistakes_in(table: dict[str, object]) -> str:
    with pytest.raises(OperatorError) as caught:
        settings_from(table)
    return str(caught.value)


def test_an_empty_table_means_the_defaults() -> None:
    settings = settings_from({})
    assert settings == Settings()
    assert (settings.max_open, settings.max_files, settings.max_lines) == (3, 25, 250)
    assert settings.safety is Safety.REVIEW


def test_every_key_is_read() -> None:
    table: dict[str, object] = {
        "select": ["bare-except"],
        "ignore": ["other"],
        "safety": "safe",
        "exclude": ["docs/**"],
        "max-open": 1,
        "max-files": 1000,
        "max-lines": 7,
        "labels": [],
        "base": "release/1.x",
        "author": "Zoë O'Neil-2 <zoe+bot@example.org>",
        "forge": "local",
        "commit-via": "api",
        "codemods": {"kwargs-schema": {"style": "params", "strict": True, "depth": 3}},
    }
    assert settings_from(table) == Settings(
        select=("bare-except",),
        ignore=("other",),
        safety=Safety.SAFE,
        exclude=("docs/**",),
        max_open=1,
        max_files=1000,
        max_lines=7,
        labels=(),
        base="release/1.x",
        author="Zoë O'Neil-2 <zoe+bot@example.org>",
        forge="local",
        commit_via="api",
        codemods={"kwargs-schema": {"style": "params", "strict": "true", "depth": "3"}},
    )


def test_an_unknown_key_is_answered_with_the_one_that_is_meant() -> None:
    assert mistakes_in({"max_open": 3}) == "unknown key 'max_open': did you mean 'max-open'?"


def test_a_key_like_no_other_is_answered_with_all_keys() -> None:
    assert mistakes_in({"zzz": 3}).startswith("unknown key 'zzz': there are select, ignore, safety")


def test_all_mistakes_are_named_at_once() -> None:
    message = mistakes_in({"max-open": 0, "saftey": "safe", "forge": "gitlab"})
    assert message == (
        "max-open must be a whole number from 1 to 1000; unknown key 'saftey': did you mean 'safety'?; "
        "forge must be 'auto' or 'github' or 'local'"
    )


@pytest.mark.parametrize("key", ["verify-command", "verify_command"])
def test_a_repository_cannot_name_a_program_to_run(key: str) -> None:
    assert mistakes_in({key: "make test"}) == (
        f"{key} is only taken from the command line: a repository must not make fixbot run a program"
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("select", "bare-except"),
        ("select", [1]),
        ("select", [" "]),
        ("ignore", {"a": 1}),
        ("ignore", ["x"] * 1001),
        ("safety", "manual"),
        ("safety", 1),
        ("exclude", [3]),
        ("exclude", "docs"),
        ("max-open", True),
        ("max-open", 1.5),
        ("max-files", "25"),
        ("max-lines", 1001),
        ("max-lines", -1),
        ("labels", ["x" * 51]),
        ("labels", ["two\nlines"]),
        ("forge", ["local"]),
        ("commit-via", "ssh"),
        ("codemods", []),
        ("codemods", {"a": 1}),
        ("codemods", {"a": {"b": 1.5}}),
        ("codemods", {"a": {"b": ["c"]}}),
    ],
)
def test_a_wrong_value_is_a_mistake(key: str, value: object) -> None:
    assert key in mistakes_in({key: value})


@pytest.mark.parametrize(
    "author",
    ["fixbot", "fixbot <>", "<a@b.c>", "a <a@b.c>\n", "a\nb <a@b.c>", "a <b> <a@b.c>", ". <a@b.c>", 3],
)
def test_an_author_is_a_name_and_a_mail_address(author: object) -> None:
    assert mistakes_in({"author": author}) == "author must be like 'Name <name@example.org>', on one line"


@pytest.mark.parametrize(
    "base",
    [
        "",
        "--upload-pack=x",
        "a..b",
        "a b",
        "a.lock",
        "a/",
        "/a",
        "a//b",
        "@",
        "a@{1}",
        "a/.b",
        "a\n",
        "a:b",
        1,
    ],
)
def test_a_base_that_git_would_misread_is_a_mistake(base: object) -> None:
    assert mistakes_in({"base": base}) == "base must be the name of a branch"


@pytest.mark.parametrize("base", ["main", "a@b", "release/1.2", "ünïcode", "feature/a-b_c#1"])
def test_an_ordinary_branch_can_be_the_base(base: str) -> None:
    assert settings_from({"base": base}).base == base


def test_several_mistakes_in_the_options_of_codemods_are_all_named() -> None:
    assert mistakes_in({"codemods": {"a": 1, "b": {"c": None}}}) == (
        "codemods: 'a' must be a table of options; 'b.c' must be a string, a whole number, true or false"
    )


@pytest.mark.parametrize(
    "table", [{"x" * 10**6: 1}, {"author": "x" * 10**6}, {"base": "x." * 10**6}, {"exclude": ["[" * 10**6]}]
)
def test_a_huge_value_costs_no_time_and_no_screen(table: dict[str, object]) -> None:
    start = time.process_time()
    assert len(mistakes_in(table)) < 500
    assert time.process_time() - start < 5


def test_control_characters_do_not_reach_the_screen() -> None:
    assert "\x1b" not in mistakes_in(
        {"\x1b[2J": 1, "codemods": {"\x1b": 1, "a": {"\x1b": None}}, "exclude": ["../\x1b"]}
    )


def test_settings_are_frozen_and_can_be_a_key() -> None:
    settings = settings_from({"codemods": {"a": {"b": "c"}}})
    assert {settings: 1}[replace(settings)] == 1


def test_the_command_line_wins_over_the_file() -> None:
    settings = settings_from({"max-open": 5, "select": ["a"], "safety": "safe"})
    both = merged(settings, max_open=7, select=("b", "c"), safety=None)
    assert both == replace(settings, max_open=7, select=("b", "c"))


def test_options_of_codemods_are_laid_over_one_by_one() -> None:
    settings = Settings(codemods={"a": {"x": "1", "y": "2"}, "b": {"z": "3"}})
    both = merged(settings, codemods={"a": {"y": "9"}, "c": {"w": "4"}})
    assert both.codemods == {"a": {"x": "1", "y": "9"}, "b": {"z": "3"}, "c": {"w": "4"}}
    assert settings.codemods == {"a": {"x": "1", "y": "2"}, "b": {"z": "3"}}


def test_a_wrong_value_on_the_command_line_is_named_as_its_option() -> None:
    with pytest.raises(OperatorError, match=r"^--max-open must be a whole number from 1 to 1000; --base must be"):
        merged(Settings(), max_open=0, base="-x")


def test_options_are_read_from_words() -> None:
    assert parse_set(["a.b=c", "a.d=", "x.y=p=q.r", "a.b=later"]) == {
        "a": {"b": "later", "d": ""},
        "x": {"y": "p=q.r"},
    }


def test_words_of_another_form_are_all_named() -> None:
    with pytest.raises(OperatorError) as caught:
        parse_set(["a.b", "a=b", ".b=c", "a.=c", "a.b=c"])
    form = "is not of the form CODEMOD.OPTION=VALUE"
    assert str(caught.value) == "; ".join(f"--set {word!r} {form}" for word in ["a.b", "a=b", ".b=c", "a.=c"])


class Joined(RenamedFunctions):
    """A codemod with an option that is true or false."""

    options = (Option("join", ("true", "false"), "whether to"),)


@pytest.mark.parametrize(("written", "meant"), [(True, "true"), (False, "false"), ("false", "false")])
def test_a_choice_of_true_and_false_may_be_a_truth_value(written: object, meant: str) -> None:
    settings = settings_from({"codemods": {"joined": {"join": written}}})
    assert Joined(settings.codemods["joined"]).chosen == {"join": meant}
    assert Joined().chosen == {"join": "true"}


def test_a_choice_of_true_and_false_may_be_set_on_the_command_line() -> None:
    assert Joined(parse_set(["joined.join=false"])["joined"]).chosen == {"join": "false"}
    with pytest.raises(OperatorError, match=r"joined\.join is one of true, false, not 'yes'"):
        Joined(parse_set(["joined.join=yes"])["joined"])
    with pytest.raises(OperatorError, match=r"joined\.join is one of true, false, not '1'"):
        Joined(settings_from({"codemods": {"joined": {"join": 1}}}).codemods["joined"])


def test_a_truth_value_in_toml_is_read() -> None:
    assert text_settings(b"[codemods.joined]\njoin = false\n", "fixbot.toml").codemods == {"joined": {"join": "false"}}
