"""Requests that wait for ever are told from those that have a limit, and get the one that is meant."""

from __future__ import annotations

import pytest

from fixbot.errors import OperatorError
from fixbot.model import Safety
from fixbot.registry import choose
from tests.codemod.whole_projects import reasons, remade, told

SLUG = "request-without-timeout"
VERBS = ["get", "options", "head", "post", "put", "patch", "delete"]
IMPORTS = "import aiohttp\nimport httpx\nimport requests\nfrom urllib.request import Request, urlopen\n\n"
ENDLESS = [
    *(f"requests.{verb}(url)" for verb in VERBS),
    *(f"requests.{verb}(url, timeout=None)" for verb in VERBS),
    *(f"httpx.{verb}(url, timeout=None)" for verb in VERBS),
    "requests.request('GET', url)",
    "requests.api.get(url)",
    "httpx.request('GET', url, timeout=None)",
    "httpx.Client(timeout=None)",
    "httpx.AsyncClient(timeout=None)",
    "httpx.Client(timeout=httpx.Timeout(None))",
    "urlopen(url)",
    "urlopen(Request(url), data)",
    "urlopen(url, timeout=None)",
    "aiohttp.ClientTimeout()",
    "aiohttp.ClientTimeout(total=None)",
]
LIMITED = [
    *(f"requests.{verb}(url, timeout=5)" for verb in VERBS),
    *(f"httpx.{verb}(url)" for verb in VERBS),
    *(f"httpx.{verb}(url, timeout=5)" for verb in VERBS),
    "requests.get(url, timeout=limit)",
    "requests.get(url, timeout=(3, None))",
    "requests.codes.ok",
    "httpx.Client()",
    "httpx.AsyncClient(timeout=5)",
    "httpx.Client(timeout=httpx.Timeout(None, connect=5))",
    "urlopen(url, None, 5)",
    "urlopen(*given)",
    "urlopen('data:,hello')",
    "aiohttp.ClientSession()",
    "aiohttp.ClientTimeout(total=None, sock_read=5)",
    "aiohttp.ClientTimeout(9)",
]


@pytest.mark.parametrize("call", ENDLESS)
def test_a_call_without_a_limit_is_found_and_gets_one(call: str) -> None:
    text = f"{IMPORTS}def ask(url, data):\n    return {call}\n"
    (found,) = told(SLUG, text)
    assert found.safety is Safety.REVIEW
    after = remade(SLUG, {"sample.py": text})["sample.py"]
    assert "=30" in after
    assert not told(SLUG, after)


@pytest.mark.parametrize("call", LIMITED)
def test_a_call_with_a_limit_is_left_alone(call: str) -> None:
    assert not told(SLUG, f"{IMPORTS}def ask(url, limit, given):\n    return {call}\n")


def test_a_stream_of_httpx_is_left_to_a_person() -> None:
    (found,) = told(SLUG, f"{IMPORTS}def ask(url):\n    return httpx.stream('GET', url, timeout=None)\n")
    assert "read bit by bit" in found.message


def test_a_session_of_aiohttp_that_is_told_to_wait_gets_a_time() -> None:
    text = """
    import aiohttp


    class Shop:
        def __init__(self):
            self.session = aiohttp.ClientSession()

        async def ask(self, url):
            return await self.session.get(url, timeout=None)
    """
    after = remade(SLUG, {"sample.py": text})["sample.py"]
    assert "timeout=aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=30)" in after


@pytest.mark.parametrize("number", ["5", "0.5", "120"])
def test_the_number_of_seconds_is_configured(number: str) -> None:
    after = remade(SLUG, {"sample.py": "import requests\n\nrequests.get('x')\n"}, timeout=number)
    assert f"timeout={number})" in after["sample.py"]


@pytest.mark.parametrize("number", ["0", "-1", "five", "1e9", ""])
def test_what_is_no_number_above_zero_is_refused(number: str) -> None:
    with pytest.raises(OperatorError, match=r"timeout is a number above 0, such as 30, not"):
        choose([SLUG], options={SLUG: {"timeout": number}})


CONSTANTS = {
    "REQUEST_TIMEOUT = 9": "timeout=REQUEST_TIMEOUT",
    "DEFAULT_TIMEOUT: float = 2.5": "timeout=DEFAULT_TIMEOUT",
    "_HTTP_TIMEOUT_SECONDS = int(os.environ['T'])": "timeout=_HTTP_TIMEOUT_SECONDS",
    "TIMEOUT = 0": "timeout=30",
    "TIMEOUT = 5000": "timeout=30",
    "LOCK_TIMEOUT = 5": "timeout=30",
    "TIMEOUT_MS = 5": "timeout=30",
    "TIMEOUT = 5\nTIMEOUT += 1": "timeout=TIMEOUT",
    "TIMEOUT = None": "timeout=30",
}


@pytest.mark.parametrize("constant", CONSTANTS)
def test_a_constant_of_the_file_is_used_where_it_is_one_for_requests(constant: str) -> None:
    text = f"import os\n\nimport requests\n\n{constant}\n\n\ndef ask(url):\n    return requests.get(url)\n"
    assert CONSTANTS[constant] in remade(SLUG, {"sample.py": text})["sample.py"]


def test_a_constant_that_comes_later_is_not_used() -> None:
    after = remade(SLUG, {"sample.py": "import requests\n\nPAGE = requests.get('x')\nTIMEOUT = 5\n"})
    assert "timeout=30" in after["sample.py"]


def test_a_constant_that_a_function_hides_is_not_used() -> None:
    text = "import requests\n\nTIMEOUT = 5\n\n\ndef ask(url, TIMEOUT):\n    return requests.get(url)\n"
    assert "timeout=30" in remade(SLUG, {"sample.py": text})["sample.py"]


CONFIG = """
from pydantic_settings import BaseSettings

REQUEST_TIMEOUT = 8


class Settings(BaseSettings):
    request_timeout: float = 8


settings = Settings()
"""


@pytest.mark.parametrize(
    ("imports", "written"),
    [
        ("from shop.config import REQUEST_TIMEOUT as PATIENCE", "timeout=PATIENCE"),
        ("from shop import config", "timeout=config.REQUEST_TIMEOUT"),
        ("from .config import REQUEST_TIMEOUT", "timeout=REQUEST_TIMEOUT"),
    ],
)
def test_a_constant_of_another_file_is_written_as_the_file_imports_it(imports: str, written: str) -> None:
    config = "REQUEST_TIMEOUT = 8\n"
    text = f"import requests\n{imports}\n\n\ndef ask(url):\n    return requests.get(url)\n"
    files = {"shop/__init__.py": "", "shop/config.py": config, "shop/ask.py": text}
    assert written in remade(SLUG, files)["shop/ask.py"]


def test_a_constant_of_a_file_that_imports_this_one_is_not_imported() -> None:
    config = "from shop.ask import ask\nfrom shop.names import NAME\n\nREQUEST_TIMEOUT = 8\n"
    text = "import requests\nfrom shop.names import NAME\n\n\ndef ask(url):\n    return requests.get(url)\n"
    files = {"shop/__init__.py": "", "shop/names.py": "NAME = 1\n", "shop/config.py": config, "shop/ask.py": text}
    assert "timeout=30" in remade(SLUG, files)["shop/ask.py"]


@pytest.mark.parametrize(
    ("before", "call", "written"),
    [
        ("from shop.config import settings", "requests.get(url)", "timeout=settings.request_timeout"),
        ("from shop.config import settings as conf", "requests.get(conf.url)", "timeout=conf.request_timeout"),
        (
            "from shop.config import Settings\n\nmy_settings = Settings()",
            "requests.get(url)",
            "timeout=my_settings.request_timeout",
        ),
    ],
)
def test_a_field_of_settings_is_written_by_the_object_at_hand(before: str, call: str, written: str) -> None:
    text = f"import requests\n{before}\n\n\ndef ask(url):\n    return {call}\n"
    config = CONFIG.replace("REQUEST_TIMEOUT = 8\n", "")
    files = {"shop/__init__.py": "", "shop/config.py": config, "shop/ask.py": text}
    assert written in remade(SLUG, files)["shop/ask.py"]


def test_settings_of_another_class_are_not_asked_for_what_they_have_not() -> None:
    other = "class Settings:\n    url = 'x'\n\n\nsettings = Settings()\n"
    text = "import requests\nfrom shop.other import settings\n\n\ndef ask():\n    return requests.get(settings.url)\n"
    config = CONFIG.replace("REQUEST_TIMEOUT = 8\n", "")
    files = {"shop/__init__.py": "", "shop/config.py": config, "shop/other.py": other, "shop/ask.py": text}
    assert "timeout=30" in remade(SLUG, files)["shop/ask.py"]


FAKES = {
    "mock.patch('requests.get', lambda url, **more: None)": True,
    "mock.patch('requests.get', lambda url: None)": False,
    "mock.patch('ask.requests.get', new=fake)": False,
    "mock.patch('other.requests.get', new=fake)": True,
    "mock.patch.object(requests, 'get', patient)": True,
    "mock.patch('requests.get')": True,
}


@pytest.mark.parametrize("fake", FAKES)
def test_a_call_that_a_test_replaces_is_rewritten_where_that_takes_a_timeout(fake: str) -> None:
    test = f"""
    from unittest import mock

    import requests
    from ask import ask


    def fake(url):
        return None


    def patient(url, timeout):
        return None


    def test_it():
        with {fake}:
            ask("x")
    """
    files = {"ask.py": "import requests\n\n\ndef ask(url):\n    return requests.get(url)\n", "test_it.py": test}
    (found,) = told(SLUG, files)
    assert (found.safety is Safety.REVIEW) == FAKES[fake]


def test_a_test_that_looks_at_the_arguments_keeps_them() -> None:
    test = """
    from unittest import mock

    from ask import ask


    @mock.patch("ask.requests.get")
    def test_it(get):
        ask("x")
        get.assert_called_once_with("x")
    """
    files = {"ask.py": "import requests\n\n\ndef ask(url):\n    return requests.get(url)\n", "test_it.py": test}
    (found,) = told(SLUG, files)
    assert "test_it.py:6" in found.message


def test_a_field_of_a_dataclass_may_be_given_by_anybody() -> None:
    text = """
    from dataclasses import dataclass

    import requests


    @dataclass
    class Shop:
        session: requests.Session | None = None

        def ask(self, url):
            if self.session is None:
                self.session = requests.Session()
            return self.session.get(url)
    """
    (found,) = told(SLUG, text)
    assert "somebody else has made" in found.message


def test_an_attribute_that_the_class_makes_itself_is_its_own() -> None:
    text = """
    import requests


    class Shop:
        def __init__(self):
            self.session = requests.Session()

        def ask(self, url):
            return self.session.get(url)
    """
    assert "self.session.get(url, timeout=30)" in remade(SLUG, {"sample.py": text})["sample.py"]


def test_a_call_in_an_f_string_is_left_to_a_person() -> None:
    (found,) = told(SLUG, "import requests\n\nprint(f'{requests.get(\"x\").text}')\n")
    assert "f-string" in found.message


@pytest.mark.parametrize("word", ["nosec", "nosec B113", "noqa", "noqa" + ": S113", "noqa" + ": E501, S113 - slow"])
def test_it_is_told_why_a_call_is_no_finding(word: str) -> None:
    told_off = reasons(SLUG, f"import requests\n\nrequests.get('x')  # {word}\n")
    assert told_off == ["a comment for linters says that it is meant"]


def test_what_linters_are_told_of_another_rule_does_not_count() -> None:
    assert told(SLUG, "import requests\n\nrequests.get('x')  # noqa" + ": E501\n")
