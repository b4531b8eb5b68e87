from __future__ import annotations

import builtins
import importlib
import re
import sys
import tomllib
from importlib import resources

import pytest

from fixbot.analysis.knowledge import thirdparty
from fixbot.analysis.knowledge.thirdparty import Call, call, canonical, facts, packages, parents

DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+(\.\*)?")
ASKED_FOR = {"requests", "httpx", "aiohttp", "sqlalchemy", "pydantic", "redis", "boto3", "botocore", "yaml", "numpy"}
every_package = pytest.mark.parametrize("name", packages())


def known(name: str) -> thirdparty.Package:
    package = facts(name)
    assert package is not None
    return package


def is_exception(name: str) -> bool:
    package = facts(name.partition(".")[0])
    if package is not None:
        return name in package.exceptions
    module, _, last = name.rpartition(".")
    assert not module or module.partition(".")[0] in sys.stdlib_module_names, name
    found = getattr(importlib.import_module(module) if module else builtins, last, None)
    return isinstance(found, type) and issubclass(found, BaseException)


def ancestors(name: str) -> set[str]:
    above = parents(name)
    if above:
        return set(above)
    module, _, last = name.rpartition(".")
    cls = getattr(importlib.import_module(module) if module else builtins, last)
    return {parent.__name__ if parent.__module__ == "builtins" else full_name(parent) for parent in cls.__mro__[1:]}


def full_name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}".replace("json.decoder.", "json.")


def exists(name: str, package: thirdparty.Package) -> bool:
    """Whether the data says anything that stands under this name: a class, a callable, or a class's method."""
    result = {one.returns for one in package.calls.values()}
    return (
        name in package.exceptions or name in result or any(f"{one}.".startswith(f"{name}.") for one in package.calls)
    )


@every_package
def test_a_file_is_named_as_its_package_is_imported(name: str) -> None:
    assert known(name).name == name
    assert known(name).version[0].isdigit()
    assert known(name).distribution


@every_package
def test_every_name_is_dotted_and_of_its_package(name: str) -> None:
    package = known(name)
    for full in (*package.exceptions, *package.aliases, *package.calls):
        assert DOTTED.fullmatch(full), full
        assert full.startswith(f"{name}."), full


@every_package
def test_every_parent_is_a_known_exception_and_the_last_one_is_builtin(name: str) -> None:
    for exception, bases in known(name).exceptions.items():
        assert bases, exception
        assert all(map(is_exception, bases)), exception
        assert parents(exception)[-1] == "BaseException", exception


@every_package
def test_standard_ancestors_are_those_of_the_running_python(name: str) -> None:
    for exception in known(name).exceptions:
        above = parents(exception)
        for parent in above:
            if facts(parent.partition(".")[0]) is None:
                assert ancestors(parent) - {"object"} <= {*above}, exception


@every_package
def test_no_exception_is_its_own_ancestor(name: str) -> None:
    for exception in known(name).exceptions:
        assert exception not in parents(exception)


@every_package
def test_every_alias_leads_to_something_that_exists(name: str) -> None:
    for alias, target in known(name).aliases.items():
        assert canonical(alias) == canonical(target)
        assert canonical(target) == target, alias
        assert is_exception(target) if "." not in target else exists(target, known(target.partition(".")[0])), alias


@every_package
def test_nothing_is_both_named_and_an_alias(name: str) -> None:
    package = known(name)
    assert not package.aliases.keys() & {*package.exceptions, *package.calls}


@every_package
def test_no_callable_has_two_entries(name: str) -> None:
    text = resources.files("fixbot.analysis.knowledge").joinpath("packages", f"{name}.toml").read_text("utf-8")
    names = [one for group in tomllib.loads(text).get("calls", ()) for one in group["names"]]
    assert len(names) == len(set(names))


@every_package
def test_every_call_names_known_exceptions(name: str) -> None:
    for full, one in known(name).calls.items():
        for raised in (*one.raises, *one.also, *one.misuse):
            assert is_exception(raised), full


@every_package
def test_what_is_raised_is_minimal(name: str) -> None:
    for full, one in known(name).calls.items():
        raised = {*one.raises}
        assert len(raised) == len(one.raises), full
        assert not any(raised & ancestors(each) for each in raised), full


@every_package
def test_nothing_is_listed_twice_or_below_what_is_caught_anyway(name: str) -> None:
    for full, one in known(name).calls.items():
        assert not {*one.raises} & {*one.also}, full
        assert not any({*one.raises} & ancestors(each) for each in one.also), full
        assert not {*one.misuse} & {*one.raises, *one.also}, full


@every_package
def test_every_call_has_a_source(name: str) -> None:
    for full, one in known(name).calls.items():
        assert re.fullmatch(r">>> \S.*|https://\S+|[\w./-]+\.\w+:[1-9]\d*", one.source), full


@every_package
def test_code_that_is_a_source_is_python(name: str) -> None:
    sources = {one.source.removeprefix(">>> ") for one in known(name).calls.values() if one.source.startswith(">>> ")}
    for source in sources:
        assert compile(f"async def run():\n    {source}", name, "exec")


@every_package
def test_what_is_returned_is_a_class_by_its_full_name(name: str) -> None:
    for full, one in known(name).calls.items():
        returns = one.returns
        if returns is not None and not isinstance(getattr(builtins, returns, None), type):
            assert DOTTED.fullmatch(returns), full
            assert canonical(returns) == returns, full


def test_the_packages_asked_for_are_there() -> None:
    assert set(packages()) >= ASKED_FOR


@pytest.mark.parametrize("name", ["nonexistent", "", "..", "a/b", "json", "pil", "packages"])
def test_nothing_is_known_of_other_packages(name: str) -> None:
    assert facts(name) is None


def test_a_file_of_another_package_is_not_taken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # What a file system that does not tell cases apart would answer.
    monkeypatch.setattr(tomllib, "loads", lambda _: {"package": "YAML"})
    facts.cache_clear()
    try:
        assert facts("yaml") is None
    finally:
        facts.cache_clear()


def test_a_function_is_found_by_its_name_and_by_its_alias() -> None:
    expected = call("requests.get")

    assert expected is not None
    assert expected.raises == ("requests.exceptions.RequestException",)
    assert expected.returns == "requests.Response"
    assert call("requests.api.get") is expected


def test_a_method_is_found_by_the_alias_of_its_class() -> None:
    assert canonical("requests.models.Response.json") == "requests.Response.json"
    assert call("requests.models.Response.json") is call("requests.Response.json") is not None


def test_an_alias_may_lead_to_another_package() -> None:
    assert canonical("pydantic_core.ValidationError") == "pydantic.ValidationError"
    assert parents("pydantic_core.ValidationError") == ("ValueError", "Exception", "BaseException")


@pytest.mark.parametrize("name", ["json.loads", "requests", "requests.nonexistent", "my.own.function", ""])
def test_a_name_without_an_alias_stays_as_it_is(name: str) -> None:
    assert canonical(name) == name


@pytest.mark.parametrize("name", ["json.loads", "requests.nonexistent", "redis.Redis.__len__", "requests", ""])
def test_a_callable_nobody_wrote_about_is_not_known(name: str) -> None:
    assert call(name) is None


def test_methods_that_are_not_named_share_the_entry_of_their_class() -> None:
    expected = ("botocore.exceptions.ClientError",)
    put, waiter = call("botocore.client.BaseClient.put_object"), call("botocore.client.BaseClient.get_waiter")

    assert isinstance(put, Call)
    assert isinstance(waiter, Call)
    assert put.raises == expected
    assert waiter.raises != expected


def test_an_alias_may_lead_to_a_builtin() -> None:
    assert canonical("orjson.JSONEncodeError") == "TypeError"


def test_a_name_that_is_only_imported_elsewhere_is_an_alias() -> None:
    assert canonical("celery.exceptions.OperationalError") == "kombu.exceptions.OperationalError"


def test_ancestors_come_in_the_order_python_looks_them_up() -> None:
    assert parents("requests.exceptions.ConnectTimeout") == (
        "requests.exceptions.ConnectionError",
        "requests.exceptions.Timeout",
        "requests.exceptions.RequestException",
        "OSError",
        "Exception",
        "BaseException",
    )


def test_ancestors_go_through_the_standard_library() -> None:
    assert parents("requests.exceptions.JSONDecodeError") == (
        "requests.exceptions.InvalidJSONError",
        "requests.exceptions.RequestException",
        "OSError",
        "json.JSONDecodeError",
        "ValueError",
        "Exception",
        "BaseException",
    )
    assert parents("aiohttp.ClientConnectorSSLError")[-4:] == ("ssl.SSLError", "OSError", "Exception", "BaseException")


@pytest.mark.parametrize("name", ["requests.get", "antigravity.Error", "ValueError", "json.JSONDecodeError", ""])
def test_what_is_no_exception_of_a_known_package_has_no_ancestors(name: str) -> None:
    assert parents(name) == ()


def test_only_the_package_that_is_asked_for_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    real = tomllib.loads

    def counted(text: str) -> dict[str, object]:
        read.append(text.partition("\n")[0])
        return real(text)

    monkeypatch.setattr(tomllib, "loads", counted)
    facts.cache_clear()

    assert call("yaml.safe_load") is call("yaml.safe_load") is not None
    assert read == ['package = "yaml"']
