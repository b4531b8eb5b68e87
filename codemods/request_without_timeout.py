"""The codemod `request-without-timeout`; long, because this file is also its documentation and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixbot.codemod import (
    Corpus,
    Declined,
    Dismissed,
    Fixes,
    Keeps,
    Option,
    Place,
    ProjectCodemod,
    Proposal,
    Safety,
    Severity,
    Site,
    cst,
    timeouts,
)


class RequestWithoutTimeout(ProjectCodemod):
    """Set a limit to how long a request waits.

    `requests.get(url)` waits until somebody answers. Where the other side takes the connection and then says nothing,
    the thread waits for ever, and with it whoever called it; a few of those and a server answers nobody. The call gets
    the `timeout` that the project has a name for, be it a constant of the file (`TIMEOUT`), one of another module
    (`REQUEST_TIMEOUT`) or a field of its settings (`settings.http_timeout`) that can be reached there; else the number
    that the file's other requests agree on; else the one that is configured, `timeout = "30"`. It goes for functions
    of requests, for sessions of requests at their calls, for `urllib.request.urlopen`, and for httpx and aiohttp where
    these are told to wait for ever: by themselves httpx waits five seconds and aiohttp five minutes. What aiohttp is
    given counts the silence, not the whole, for many requests may wait for their turn.

    Left alone: tests; calls beside a comment that says why, or one for linters (`noqa: S113`, `nosec`); `urlopen` of
    `file:` and `data:`, and where `socket.setdefaulttimeout` sets the limit of the whole program; sessions with an
    adapter or a method of their own; sessions of other classes; `**kwargs` where the code around speaks of a timeout;
    what is handed on, as in `timeout=timeout`; functions that are not called but used as values. Reported and left to a
    person: other calls with `**kwargs`; answers that are read as a stream; addresses and parameters that ask the other
    side to answer late; clients that are told to wait for ever, in a file that speaks of streams or of waiting for
    events; sessions that come from elsewhere; calls whose arguments a test looks at; two names that could be meant.

    Safety: a person must agree. What takes longer than the limit now fails, with an exception that was not there
    before.
    """

    severity = Severity.HIGH
    safety = Safety.REVIEW
    synonyms = (
        "request without timeout",
        "requests without timeout",
        "HTTP call without timeout",
        "missing request timeout",
        "requests without a timeout",
        "request without a timeout",
        "no request timeout",
        "B113",
    )
    pattern = re.compile(rb"(?:import[ \t]+(?:[\w., \t]*[, \t])?|from[ \t]+)(?:requests|httpx|aiohttp)\b|urlopen")
    answers = frozenset({"S113"})
    references = (
        "https://requests.readthedocs.io/en/latest/user/advanced/#timeouts",
        "https://www.python-httpx.org/advanced/timeouts/",
        "https://docs.aiohttp.org/en/stable/client_quickstart.html#timeouts",
        "https://docs.python.org/3/library/urllib.request.html#urllib.request.urlopen",
        "https://docs.astral.sh/ruff/rules/request-without-timeout/",
    )
    options = (Option("timeout", ("30",), "seconds, where the project has no number of its own", number=True),)

    def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
        """Yield every request that may wait for ever, and those that only seem to."""
        yield from timeouts.survey(corpus, self.chosen)

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        """Write the limit."""
        return timeouts.edit(place.plan, node)

    examples = (
        Fixes(
            """
            import requests


            def price(item):
                return requests.get(f"https://shop.example/{item}").json()
            """,
            """
            import requests


            def price(item):
                return requests.get(f"https://shop.example/{item}", timeout=30).json()
            """,
            because="the configured number of seconds, where the project has none of its own",
        ),
        Fixes(
            """
            import requests as http

            TIMEOUT = 5  # seconds


            def order(item, count):
                answer = http.post(
                    "https://shop.example/orders",
                    json={"item": item, "count": count},  # no price
                )
                return answer.status_code
            """,
            """
            import requests as http

            TIMEOUT = 5  # seconds


            def order(item, count):
                answer = http.post(
                    "https://shop.example/orders",
                    json={"item": item, "count": count},  # no price
                    timeout=TIMEOUT,
                )
                return answer.status_code
            """,
            because="a constant of the file, on a line of its own as the other arguments are",
        ),
        Fixes(
            {
                "shop/config.py": """
                    REQUEST_TIMEOUT = 10
                    """,
                "shop/names.py": """
                    CURRENCY = "EUR"
                    """,
                "shop/prices.py": """
                    import requests

                    from shop.names import CURRENCY


                    def price(item):
                        return requests.request("GET", f"https://shop/{item}/{CURRENCY}")
                    """,
            },
            {
                "shop/prices.py": """
                    import requests

                    from shop.config import REQUEST_TIMEOUT
                    from shop.names import CURRENCY


                    def price(item):
                        return requests.request("GET", f"https://shop/{item}/{CURRENCY}", timeout=REQUEST_TIMEOUT)
                    """,
            },
            because="a constant of another module is imported",
        ),
        Fixes(
            {
                "shop/config.py": """
                    from pydantic_settings import BaseSettings


                    class Settings(BaseSettings):
                        shop_url: str = "https://shop.example"
                        http_timeout: float = 4.5


                    settings = Settings()
                    """,
                "shop/prices.py": """
                    from urllib.request import urlopen

                    from shop.config import settings


                    def price(item):
                        with urlopen(f"{settings.shop_url}/{item}") as answer:
                            return answer.read()
                    """,
            },
            {
                "shop/prices.py": """
                    from urllib.request import urlopen

                    from shop.config import settings


                    def price(item):
                        with urlopen(f"{settings.shop_url}/{item}", timeout=settings.http_timeout) as answer:
                            return answer.read()
                    """,
            },
            because="a field of the settings that the file uses already",
        ),
        Fixes(
            """
            import requests


            def prices(items):
                with requests.Session() as session:
                    return [session.get(f"https://shop.example/{item}") for item in items]


            def stock(item):
                return requests.get(f"https://stock.example/{item}", timeout=7)
            """,
            """
            import requests


            def prices(items):
                with requests.Session() as session:
                    return [session.get(f"https://shop.example/{item}", timeout=7) for item in items]


            def stock(item):
                return requests.get(f"https://stock.example/{item}", timeout=7)
            """,
            because="a session has no timeout of its own; its calls take the number that the rest of the file has",
        ),
        Fixes(
            """
            import httpx


            class Shop:
                def __init__(self, url):
                    self.client = httpx.AsyncClient(base_url=url, timeout=None)

                async def price(self, item):
                    return await self.client.get(f"/{item}")
            """,
            """
            import httpx


            class Shop:
                def __init__(self, url):
                    self.client = httpx.AsyncClient(base_url=url, timeout=30)

                async def price(self, item):
                    return await self.client.get(f"/{item}")
            """,
            because="a client that is told to wait for ever gets its limit where it is made",
        ),
        Fixes(
            """
            import aiohttp


            async def price(item):
                patient = aiohttp.ClientTimeout(total=None)
                async with aiohttp.ClientSession(timeout=patient) as session:
                    async with session.get(f"https://shop.example/{item}") as answer:
                        return await answer.json()
            """,
            """
            import aiohttp


            async def price(item):
                patient = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=30)
                async with aiohttp.ClientSession(timeout=patient) as session:
                    async with session.get(f"https://shop.example/{item}") as answer:
                        return await answer.json()
            """,
            because="aiohttp may take its time, but not without a word: `total` would count the wait for its turn, too",
        ),
        Keeps(
            """
            import requests


            def price(item, patience):
                first = requests.get(f"https://shop.example/{item}", timeout=3)
                return first if first.ok else requests.get(f"https://shop.example/{item}", timeout=patience)
            """,
            because="it has a limit, or the caller gives one",
        ),
        Keeps(
            """
            import aiohttp
            import httpx


            async def price(item):
                async with httpx.AsyncClient() as client, aiohttp.ClientSession() as session:
                    await session.get("https://shop.example")
                    return await client.get(f"https://shop.example/{item}")
            """,
            because="httpx waits five seconds by itself, and aiohttp five minutes",
        ),
        Keeps(
            """
            import requests


            def call(path, **kwargs):
                return requests.post(f"https://shop.example/{path}", **kwargs)
            """,
            because="whoever calls it may give the limit",
            reports="`**kwargs` may bring a `timeout`, too",
        ),
        Keeps(
            """
            import requests


            def call(path, **kwargs):
                kwargs.setdefault("timeout", 5)
                return requests.post(f"https://shop.example/{path}", **kwargs)
            """,
            because="the keywords have a limit among them",
        ),
        Keeps(
            """
            import requests


            def events(url, tell):
                with requests.get(url, stream=True) as answer:
                    for line in answer.iter_lines():
                        tell(line)
            """,
            because="a stream may be silent for a long time",
            reports="read bit by bit",
        ),
        Keeps(
            """
            import requests


            def next_change(url, since):
                return requests.get(url, params={"since": since, "wait": "5m"}).json()
            """,
            because="the other side is asked to answer only when something happens",
            reports="`wait` may ask the other side to answer later",
        ),
        Keeps(
            """
            import httpx


            async def events(url):
                async with httpx.AsyncClient(timeout=None) as client:
                    async with client.stream("GET", url) as answer:
                        async for line in answer.aiter_lines():
                            yield line
            """,
            because="the client reads a stream",
            reports="the file speaks of streams",
        ),
        Keeps(
            """
            import requests


            def wait_for_build(url):
                return requests.get(url, timeout=None)  # a build takes as long as it takes
            """,
            because="a comment says why",
        ),
        Keeps(
            """
            import requests


            class Shop:
                def __init__(self, session: requests.Session):
                    self.session = session

                def price(self, item):
                    return self.session.get(f"https://shop.example/{item}")
            """,
            because="the session comes from somebody who may have given it a limit",
            reports="the session may be one that somebody else has made",
        ),
        Keeps(
            """
            import requests
            from shop.adapters import Patient


            def prices(items):
                session = requests.Session()
                session.mount("https://", Patient(seconds=4))
                return [session.get(f"https://shop.example/{item}") for item in items]
            """,
            because="an adapter may have the limit",
        ),
        Keeps(
            """
            from functools import partial

            import requests


            def prices(items):
                session = requests.Session()
                session.request = partial(session.request, timeout=4)
                return [session.get(f"https://shop.example/{item}") for item in items]
            """,
            because="the session's method has been given a limit",
        ),
        Keeps(
            """
            import socket
            from urllib.request import urlopen

            socket.setdefaulttimeout(20)


            def price(item):
                return urlopen(f"https://shop.example/{item}").read()
            """,
            because="the whole program has a limit",
        ),
        Keeps(
            """
            from urllib.request import urlopen


            def page(item, patience):
                return urlopen("file:///srv/page.html"), urlopen(f"https://shop.example/{item}", None, patience)
            """,
            because="a file on a disk answers, and the third argument is the limit",
        ),
        Keeps(
            {
                "test_shop.py": """
                    import requests


                    def test_the_shop_is_open():
                        assert requests.get("http://localhost:8000").ok
                    """,
            },
            because="it is a test's",
        ),
        Keeps(
            {
                "shop.py": """
                    import requests


                    def price(item):
                        return requests.get(f"https://shop.example/{item}").json()
                    """,
                "test_shop.py": """
                    import requests
                    from shop import price


                    def test_a_price_is_asked_for(monkeypatch):
                        def answer(url):
                            return {"price": 3}

                        monkeypatch.setattr(requests, "get", answer)
                        assert price("tea") == 3
                    """,
            },
            because="what a test puts in its place takes no timeout",
            reports="or replaces it: test_shop.py:9",
        ),
        Keeps(
            {
                "shop.py": """
                    from urllib.request import urlopen


                    def price(item):
                        return urlopen(f"https://shop.example/{item}").read()
                    """,
                "test_shop.py": """
                    import unittest

                    import shop


                    class PriceTest(unittest.TestCase):
                        def setUp(self):
                            self.opened = shop.urlopen
                            shop.urlopen = self._urlopen

                        def _urlopen(self, url):
                            return open(__file__, "rb")

                        def test_a_price_is_asked_for(self):
                            assert shop.price("tea")
                    """,
            },
            because="nor does the method that a test puts in its place",
            reports="or replaces it: test_shop.py:9",
        ),
        Keeps(
            """
            import requests

            HTTP_TIMEOUT = 5
            API_TIMEOUT = 60


            def price(item):
                return requests.get(f"https://shop.example/{item}")
            """,
            because="nobody can tell which number is meant",
            reports="`HTTP_TIMEOUT` and `API_TIMEOUT` could both be meant",
        ),
        Keeps(
            """
            import requests


            def price(item):
                return requests.get(f"https://shop.example/{item}")  # nosec: it is next door
            """,
            because="a comment for a linter says that it is meant",
        ),
        Keeps(
            """
            from shop import requests


            def price(item):
                return requests.get(item)
            """,
            because="it is another module of that name",
        ),
        Keeps(
            """
            from functools import partial

            import requests

            ask = partial(requests.get, timeout=5)


            def price(item):
                return ask(f"https://shop.example/{item}")
            """,
            because="the function that is called has its limit",
        ),
    )
