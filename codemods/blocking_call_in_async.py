"""The codemod `blocking-call-in-async`; long, because this file is also its documentation and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixbot.codemod import (
    Corpus,
    Declined,
    Dismissed,
    Fixes,
    Keeps,
    Place,
    ProjectCodemod,
    Proposal,
    Safety,
    Severity,
    Site,
    cst,
    handing,
)


class BlockingCallInAsync(ProjectCodemod):
    """Hand calls that block the event loop over to a thread.

    `requests.get` in a coroutine stops everything that runs on the event loop until the answer is there: no other task
    goes on, no request is answered, no timeout fires. `await asyncio.to_thread(requests.get, url)` does the same in a
    thread and lets the others run; on trio and anyio it is `to_thread.run_sync`. That goes for requests over the
    network, for processes that are waited for, for sockets, for the reading and writing of whole files, and for
    `input`. A plain function that waits for a network, a process or a person stays as it is: the coroutine that calls
    it, in whichever file and through two other functions at most, hands that call over.

    Left alone: tests, on whose event loop nothing else runs; what is awaited or handed over as it stands;
    `subprocess.Popen`, which does not wait; `os.waitpid` with `WNOHANG` and sockets that are told not to wait;
    questions about paths such as `exists`, which take microseconds; calls in lambdas and in functions with unknown
    decorators; plain functions that no coroutine reaches, and what is cached. Reported and left to a person: files that
    are opened and used, responses that are read bit by bit, generator expressions, plain functions that speak to the
    event loop themselves or that many coroutines get to, calls while a thread's lock is held or in a `try` that would
    swallow a cancellation, keyword arguments where the library takes none, and coroutines of which nobody can tell the
    event loop.

    Safety: a person must agree. Where a coroutine awaits, other tasks run and a cancellation may come; the thread goes
    on when its task is cancelled, and `input` in it hears no Ctrl-C. Exceptions come through and context variables are
    copied, but what belongs to a thread does not come along: `threading.local`, a connection that only its own thread
    may use. Two tasks may then use one session or client at the same time.
    """

    severity = Severity.MEDIUM
    safety = Safety.REVIEW
    synonyms = ("blocking call", "blocking I/O", "blocked event loop", "blocks the event loop")
    pattern = re.compile(rb"\basync[ \t]+def\b")
    answers = frozenset({"ASYNC210", "ASYNC212", "ASYNC221", "ASYNC222", "ASYNC230", "ASYNC250"})
    references = (
        "https://docs.python.org/3/library/asyncio-task.html#asyncio.to_thread",
        "https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code",
        "https://trio.readthedocs.io/en/stable/reference-core.html#trio.to_thread.run_sync",
        "https://anyio.readthedocs.io/en/stable/threads.html",
    )

    def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
        """Yield every call that holds up an event loop, and every one that only seems to."""
        yield from handing.survey(corpus)

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        """Hand the call over to a thread."""
        return handing.edit(place.plan, node)

    examples = (
        Fixes(
            """
            import asyncio
            import requests


            async def load(url):
                answer = requests.get(url, timeout=3)
                return answer.json()
            """,
            """
            import asyncio
            import requests


            async def load(url):
                answer = await asyncio.to_thread(requests.get, url, timeout=3)
                return answer.json()
            """,
            because="a request waits in a thread, with all of its arguments",
        ),
        Fixes(
            """
            import subprocess


            async def head(folder):
                return subprocess.check_output(
                    ["git", "rev-parse", "HEAD"],
                    cwd=folder,  # a clone
                ).strip()
            """,
            """
            import asyncio
            import subprocess


            async def head(folder):
                return (await asyncio.to_thread(
                    subprocess.check_output,
                    ["git", "rev-parse", "HEAD"],
                    cwd=folder,  # a clone
                )).strip()
            """,
            because="parentheses go around what is awaited, and arguments keep their lines and comments",
        ),
        Fixes(
            """
            import trio
            from socket import gethostbyname as look_up


            async def address(host):
                return look_up(host)
            """,
            """
            import trio
            from socket import gethostbyname as look_up


            async def address(host):
                return await trio.to_thread.run_sync(look_up, host)
            """,
            because="trio has its own way into a thread; an alias is followed",
        ),
        Fixes(
            """
            import os
            from anyio import to_thread


            async def clear():
                os.system("clear")
                await to_thread.run_sync(print, "cleared")
            """,
            """
            import os
            from anyio import to_thread


            async def clear():
                await to_thread.run_sync(os.system, "clear")
                await to_thread.run_sync(print, "cleared")
            """,
            because="anyio's names are written as the file imports them",
        ),
        Fixes(
            """
            import asyncio


            async def ask(names):
                answers = [input(name) for name in names]
                return await asyncio.gather(*map(send, answers))
            """,
            """
            import asyncio


            async def ask(names):
                answers = [await asyncio.to_thread(input, name) for name in names]
                return await asyncio.gather(*map(send, answers))
            """,
            because="a list comprehension of a coroutine may await",
        ),
        Fixes(
            """
            import asyncio
            import subprocess


            async def build(target):
                process = subprocess.Popen(["make", target])
                await asyncio.sleep(1)
                return process.wait()
            """,
            """
            import asyncio
            import subprocess


            async def build(target):
                process = subprocess.Popen(["make", target])
                await asyncio.sleep(1)
                return await asyncio.to_thread(process.wait)
            """,
            because="a process is waited for in a thread; to start it takes no time",
        ),
        Fixes(
            """
            import asyncio
            from typing import Optional

            import httpx


            class Shop:
                def __init__(self, client: Optional[httpx.Client] = None):
                    self.client = client

                async def price(self, client: httpx.Client, name):
                    return client.get(f"/prices/{name}").json()
            """,
            """
            import asyncio
            from typing import Optional

            import httpx


            class Shop:
                def __init__(self, client: Optional[httpx.Client] = None):
                    self.client = client

                async def price(self, client: httpx.Client, name):
                    return (await asyncio.to_thread(client.get, f"/prices/{name}")).json()
            """,
            because="an annotation tells what an object is",
        ),
        Fixes(
            """
            import asyncio
            import requests


            class Shop:
                def __init__(self):
                    self.session = requests.Session()

                async def price(self, name):
                    with self.session.get(f"https://shop/{name}", stream=True) as answer:
                        return answer.json()
            """,
            """
            import asyncio
            import requests


            class Shop:
                def __init__(self):
                    self.session = requests.Session()

                async def price(self, name):
                    with await asyncio.to_thread(self.session.get, f"https://shop/{name}", stream=True) as answer:
                        return answer.json()
            """,
            because="an attribute is known by what the class assigns to it",
        ),
        Fixes(
            """
            import asyncio
            import urllib.request


            async def page(url):
                with urllib.request.urlopen(url) as answer:
                    return answer.read().decode()
            """,
            """
            import asyncio
            import urllib.request


            async def page(url):
                with await asyncio.to_thread(urllib.request.urlopen, url) as answer:
                    return (await asyncio.to_thread(answer.read)).decode()
            """,
            because="an answer comes in while it is read, so that reading waits too",
        ),
        Fixes(
            """
            import asyncio
            from pathlib import Path


            async def notes(folder: Path):
                readme = (folder / "README").read_text(encoding="utf-8")
                return readme, open("NOTES", encoding="utf-8").read()
            """,
            """
            import asyncio
            from pathlib import Path


            async def notes(folder: Path):
                readme = await asyncio.to_thread((folder / "README").read_text, encoding="utf-8")
                return readme, await asyncio.to_thread(Path("NOTES").read_text, encoding="utf-8")
            """,
            because="a whole file is read in a thread, and closed",
        ),
        Fixes(
            """
            import asyncio


            async def logo(name: str):
                return open(f"{name}.png", "rb").read()
            """,
            """
            import asyncio
            import pathlib


            async def logo(name: str):
                return await asyncio.to_thread(pathlib.Path(f"{name}.png").read_bytes)
            """,
            because="the mode says whether text or bytes are read",
        ),
        Fixes(
            {
                "shop/__init__.py": "",
                "shop/rates.py": """
                    import requests


                    def rates(day):
                        return requests.get("https://rates.example", params={"day": day}).json()


                    def rate(day, currency):
                        return rates(day)[currency]
                """,
                "shop/basket.py": """
                    import asyncio

                    from shop.rates import rate


                    async def total(basket, day):
                        return sum([price * rate(day, currency) for currency, price in basket])
                """,
            },
            {
                "shop/__init__.py": "",
                "shop/rates.py": """
                    import requests


                    def rates(day):
                        return requests.get("https://rates.example", params={"day": day}).json()


                    def rate(day, currency):
                        return rates(day)[currency]
                """,
                "shop/basket.py": """
                    import asyncio

                    from shop.rates import rate


                    async def total(basket, day):
                        return sum([price * await asyncio.to_thread(rate, day, currency) for currency, price in basket])
                """,
            },
            because="a plain function that waits stays as it is: the coroutine hands its call over",
        ),
        Keeps(
            """
            import requests


            def load(url):
                return requests.get(url, timeout=3)
            """,
            because="no coroutine calls the function",
        ),
        Keeps(
            """
            import asyncio
            import requests


            async def load(loop, url):
                first = await asyncio.to_thread(lambda: requests.get(url))
                second = await loop.run_in_executor(None, requests.get, url)
                return first, second
            """,
            because="it runs in a thread already",
        ),
        Keeps(
            """
            import asyncio


            async def ask(session):
                def question():
                    return input("? ")

                return await asyncio.to_thread(question)
            """,
            because="a nested function that a thread is given does not run on the event loop",
        ),
        Keeps(
            """
            from aiofiles import open


            async def read(path):
                async with open(path) as file:
                    return await file.read()
            """,
            because="the name belongs to something else",
        ),
        Keeps(
            """
            import asyncio
            import subprocess


            async def start(command):
                return subprocess.Popen(command)
            """,
            because="to start a process is not to wait for it",
        ),
        Keeps(
            """
            import os


            async def reap(pid):
                return os.waitpid(pid, os.WNOHANG)
            """,
            because="it is told not to wait",
        ),
        Keeps(
            """
            import asyncio
            import socket


            async def greet(loop, address):
                peer = socket.socket()
                peer.setblocking(False)
                await loop.sock_connect(peer, address)
                return peer.recv(4)
            """,
            because="a socket that is told not to wait does not",
        ),
        Keeps(
            """
            import httpx


            async def load(url):
                async with httpx.AsyncClient() as client:
                    return await client.get(url)
            """,
            because="the client is an asynchronous one",
        ),
        Keeps(
            """
            import os.path
            from pathlib import Path


            async def missing(path: Path):
                return not path.exists() and not os.path.isdir(path.parent)
            """,
            because="a question about a path takes microseconds",
        ),
        Keeps(
            """
            from pathlib import Path


            async def settings(path: Path):
                if path.exists():
                    path = await download(path)
                return path.open().name, path.read_text()
            """,
            because="the name is bound to something unknown as well",
        ),
        Keeps(
            """
            import json


            async def settings(path):
                with open(path) as file:
                    return json.loads(file.read())
            """,
            because="the block of a `with` has to be moved by a person",
            reports="move the block into a function",
        ),
        Keeps(
            """
            async def read(path):
                return open(path).read()
            """,
            because="`open` takes more than `pathlib` does: descriptors, and paths as bytes",
            reports="nobody can tell that `pathlib` reads the same there",
        ),
        Keeps(
            """
            import requests


            async def load(urls):
                return store(requests.get(url) for url in urls)
            """,
            because="a generator expression that awaits becomes another thing",
            reports="it stands in a generator expression",
        ),
        Keeps(
            """
            import requests


            async def load(self, url):
                with self.lock:
                    return requests.get(url)
            """,
            because="another task on the same thread would wait for the lock for ever",
            reports="a thread's lock is held meanwhile",
        ),
        Keeps(
            """
            import requests


            async def load(url):
                try:
                    return requests.get(url)
                except:
                    return None
            """,
            because="the handler would swallow the cancellation that an `await` lets in",
            reports="a cancellation would be swallowed",
        ),
        Keeps(
            """
            import requests
            import trio


            async def load(url):
                return requests.get(url, timeout=3)
            """,
            because="trio passes no keyword arguments on",
            reports="`trio.to_thread.run_sync` takes no keyword arguments",
        ),
        Keeps(
            """
            import anyio
            import requests


            async def leave(url):
                try:
                    await anyio.sleep(1)
                finally:
                    requests.delete(url)
            """,
            because="nothing is awaited in a `finally` once a scope of anyio is cancelled",
            reports="lets nothing wait while it tidies up",
        ),
        Keeps(
            """
            import asyncio
            import requests
            import trio


            async def load(url):
                return requests.get(url)
            """,
            because="nobody can tell on which event loop it runs",
            reports="the file imports asyncio and trio",
        ),
        Keeps(
            """
            import asyncio
            import requests


            def fetched(address):
                return requests.get(address).text


            async def test_the_front_page(server):
                assert "welcome" in fetched(server.url)
                assert requests.get(server.url).ok
            """,
            because="nothing else runs on the event loop of a test",
        ),
        Keeps(
            """
            import functools
            import subprocess


            @functools.cache
            def version():
                return subprocess.check_output(["git", "version"])


            async def about():
                return version()
            """,
            because="what is cached waits once",
        ),
        Keeps(
            {
                "rates.py": """
                    import asyncio
                    import requests


                    def rates(day):
                        found = requests.get(f"https://rates.example/{day}").json()
                        remember(found)
                        return found


                    def remember(found):
                        asyncio.create_task(store(found))
                """,
                "basket.py": """
                    from rates import rates


                    async def total(day):
                        return sum(rates(day))
                """,
            },
            because="what speaks to the event loop has to stay on its thread",
            reports="`remember` calls `asyncio.create_task`, which belongs to the event loop's own thread",
        ),
        Keeps(
            {
                "rates.py": """
                    import requests


                    def rates():
                        for day in range(7):
                            yield requests.get(f"https://rates.example/{day}")
                """,
                "basket.py": """
                    from rates import rates


                    async def total():
                        return list(rates())
                """,
            },
            because="to call a generator does not run its code",
        ),
    )
