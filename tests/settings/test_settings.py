import reprlib
import time
from dataclasses import fields, replace

import pytest

from fixbot.codemod import Option
from fixbot.errors import OperatorError
from fixbot.lifecycle.schedule import parse
from fixbot.model import Safety
from fixbot.settings import Settings, merged, parse_set, settings_from
from fixbot.settings.readers import READERS
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


def test_the_defaults_of_the_life_of_a_pull_request() -> None:
    settings = Settings()
    assert (settings.max_hourly, settings.shard, settings.update) == (2, "directory", "conflict")
    assert (settings.schedule, settings.update_schedule, settings.timezone) == ((), (), "UTC")
    assert (settings.reviewers, settings.assignees, settings.draft) == ((), (), False)
    assert (settings.evidence, settings.dashboard) == ("review", True)


def test_every_setting_has_a_key_and_every_key_a_setting() -> None:
    keys = {field.name.replace("_", "-") for field in fields(Settings)} - {
        "foreign"
    }  # that one is the operator's alone
    assert sorted(READERS) == sorted(keys)


def test_every_key_is_read() -> None:
    table: dict[str, object] = {
        "select": ["bare-except"],
        "ignore": ["other"],
        "safety": "safe",
        "exclude": ["docs/**"],
        "max-open": 1,
        "max-hourly": 9,
        "max-files": 1000,
        "max-lines": 7,
        "shard": "owner",
        "update": "behind",
        "schedule": ["mon-fri 22:00-06:00", "sat,sun"],
        "update-schedule": ["09:00-17:00"],
        "timezone": "Europe/Berlin",
        "labels": [],
        "reviewers": ["@ann", "org/core.team", "codeowners"],
        "assignees": ["bob-2_corp"],
        "draft": True,
        "evidence": "checks",
        "dashboard": False,
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
        max_hourly=9,
        max_files=1000,
        max_lines=7,
        shard="owner",
        update="behind",
        schedule=(parse("mon-fri 22:00-06:00"), parse("sat,sun")),
        update_schedule=(parse("09:00-17:00"),),
        timezone="Europe/Berlin",
        labels=(),
        reviewers=("ann", "org/core.team", "codeowners"),
        assignees=("bob-2_corp",),
        draft=True,
        evidence="checks",
        dashboard=False,
        base="release/1.x",
        author="Zoë O'Neil-2 <zoe+bot@example.org>",
        forge="local",
        commit_via="api",
        codemods={"kwargs-schema": {"style": "params", "strict": "true", "depth": "3"}},
    )


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("max_hourly", "max-hourly"),
        ("max-per-hour", "max-hourly"),
        ("update_schedule", "update-schedule"),
        ("time-zone", "timezone"),
        ("reviewer", "reviewers"),
        ("assignee", "assignees"),
        ("drafts", "draft"),
    ],
)
def test_a_key_that_is_nearly_right_is_answered_with_the_right_one(wrong: str, meant: str) -> None:
    assert mistakes_in({wrong: 1}) == f"unknown key {wrong!r}: did you mean {meant!r}?"


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
        ("max-hourly", 0),
        ("max-files", "25"),
        ("shard", "file"),
        ("update", True),
        ("schedule", "mon-fri"),
        ("schedule", ["sat"] * 21),
        ("schedule", {"mon": "09:00"}),
        ("update-schedule", [""]),
        ("timezone", 1),
        ("timezone", ""),
        ("reviewers", "ann"),
        ("reviewers", ["ann"] * 16),
        ("assignees", ["ann"] * 11),
        ("draft", 1),
        ("draft", "true"),
        ("evidence", "comment"),
        ("dashboard", None),
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


def test_every_window_that_cannot_be_read_is_named() -> None:
    assert mistakes_in({"schedule": ["sat", "monday", "25:00-26:00"]}) == (
        "schedule: 'monday' in 'monday' is not a day: they are mon, tue, wed, thu, fri, sat, sun; "
        "25:00 in '25:00-26:00' is not a time from 00:00 to 24:00"
    )


def test_a_list_that_is_no_list_of_windows_is_answered_with_one() -> None:
    assert mistakes_in({"update-schedule": "sat"}) == (
        "update-schedule must be a list of at most 20 windows like 'mon-fri 22:00-06:00'"
    )


def test_an_unknown_zone_is_answered_with_the_one_that_is_meant() -> None:
    assert mistakes_in({"timezone": "Europe/Berln"}) == (
        "timezone: 'Europe/Berln' is not a time zone: did you mean 'Europe/Berlin'?"
    )


@pytest.mark.parametrize(
    "name",
    [
        "@",
        "@@ann",
        "-ann",
        "_ann",
        "a b",
        "ann,bob",
        "a\nb",
        "ann\x1b",
        "zoë",
        "org/",
        "/team",
        "a/b/c",
        "x" * 101,
        "<b>",
    ],
)
def test_what_is_no_name_on_a_forge_asks_nobody(name: str) -> None:
    message = mistakes_in({"reviewers": ["ann", name], "assignees": [name]})
    assert message == (
        f"reviewers: {reprlib.repr(name)} is not a login or org/team; assignees: {reprlib.repr(name)} is not a login"
    )


@pytest.mark.parametrize("name", ["org/team", "codeowners", "@CodeOwners"])
def test_only_people_can_be_assigned(name: str) -> None:
    assert mistakes_in({"assignees": [name, "ann"]}) == f"assignees: {name!r} is not a login"


def test_the_word_for_owners_may_be_written_as_the_file_is() -> None:
    assert settings_from({"reviewers": ["CODEOWNERS", "codeowners-fan"]}).reviewers == ("codeowners", "codeowners-fan")


def test_nobody_is_asked_twice() -> None:
    settings = settings_from({"reviewers": ["ann", "bob", "@ann", "org/a", "org/b"], "assignees": ["ann", "Ann"]})
    assert settings.reviewers == ("ann", "bob", "org/a", "org/b")
    assert settings.assignees == ("Ann",)


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
    "table",
    [
        {"x" * 10**6: 1},
        {"author": "x" * 10**6},
        {"base": "x." * 10**6},
        {"exclude": ["[" * 10**6]},
        {"schedule": ["mon," * 10**6]},
        {"timezone": "x/" * 10**6},
        {"reviewers": ["x" * 10**6]},
    ],
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


def test_a_truth_value_on_the_command_line_wins_either_way() -> None:
    settings = settings_from({"draft": True, "dashboard": False})
    assert merged(settings, draft=None, dashboard=None) == settings
    assert merged(settings, draft=False, dashboard=True) == replace(settings, draft=False, dashboard=True)


def test_a_list_on_the_command_line_replaces_the_one_of_the_file() -> None:
    settings = settings_from({"schedule": ["sat"], "reviewers": ["ann"], "timezone": "Europe/Berlin"})
    both = merged(settings, schedule=("sun",), reviewers=())
    assert both == replace(settings, schedule=(parse("sun"),), reviewers=())


def test_options_of_codemods_are_laid_over_one_by_one() -> None:
    settings = Settings(codemods={"a": {"x": "1", "y": "2"}, "b": {"z": "3"}})
    both = merged(settings, codemods={"a": {"y": "9"}, "c": {"w": "4"}})
    assert both.codemods == {"a": {"x": "1", "y": "9"}, "b": {"z": "3"}, "c": {"w": "4"}}
    assert settings.codemods == {"a": {"x": "1", "y": "2"}, "b": {"z": "3"}}


def test_a_wrong_value_on_the_command_line_is_named_as_its_option() -> None:
    with pytest.raises(OperatorError, match=r"^--max-open must be a whole number from 1 to 1000; --base must be"):
        merged(Settings(), max_open=0, base="-x")
    with pytest.raises(OperatorError, match=r"^--update-schedule: 'x' in 'x' is not a day"):
        merged(Settings(), update_schedule=["x"])


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


def test_a_configuration_in_toml_may_hold_all_of_them() -> None:
    content = b"""
max-hourly = 4
update-schedule = ["mon-fri 22:00-06:00"]
draft = true
"""
    assert text_settings(content, "fixbot.toml") == Settings(
        max_hourly=4, update_schedule=(parse("mon-fri 22:00-06:00"),), draft=True
    )
