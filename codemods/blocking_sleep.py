"""The codemod `blocking-sleep`; long, because this file is also its documentation and tests."""

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
    Severity,
    Site,
    awaiting,
    cst,
    sleeping,
)


class BlockingSleep(ProjectCodemod):
    """Sleep without holding up the event loop.

    `time.sleep` in a coroutine stops everything that runs on the event loop: no other task goes on, no request is
    answered, no timeout fires. `await asyncio.sleep` waits just as long and lets the others run. The same holds for
    a plain function that sleeps and that a coroutine calls, however many functions lie between: it becomes a
    coroutine together with all that call it, in whichever files, or each coroutine hands its call over to a thread.

    Left alone: functions that no coroutine reaches; what runs in a thread or a lambda; sleeps that a comment calls
    meant. Reported, with the calls that lead there and what stands in the way, are sleeps in a generator expression,
    under a lock of a thread, or where a handler would swallow a cancellation; plain functions that somebody else may
    call, because a distribution exports them, or they override something, are used as values, are properties or are
    decorated by something unknown; and sleeps that tests patch in a way that cannot be changed along.

    Safety: where a coroutine awaits, other tasks run and a cancellation may come, which was not so before. A person
    must agree that nothing relied on that.
    """

    severity = Severity.HIGH
    synonyms = ("time.sleep", "sleep in async", "sleep in a coroutine")
    pattern = re.compile(rb"\bsleep\b")
    answers = frozenset({"ASYNC251"})
    successors = frozenset({"ASYNC110"})
    references = (
        "https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code",
        "https://docs.python.org/3/library/asyncio-task.html#asyncio.to_thread",
    )
    examples = (
        Fixes(
            """
            import time


            async def poll(client):
                while not client.ready():
                    time.sleep(0.5)
            """,
            """
            import asyncio


            async def poll(client):
                while not client.ready():
                    await asyncio.sleep(0.5)
            """,
            because="a sleep in a coroutine",
        ),
        Fixes(
            """
            import asyncio
            from time import monotonic
            from time import sleep as nap


            async def retry(call, attempts=5):
                started = monotonic()
                for attempt in range(attempts):
                    try:
                        return await call(), monotonic() - started
                    except OSError:
                        nap(min(2**attempt, 10))  # back off
                raise TimeoutError
            """,
            """
            import asyncio
            from time import monotonic


            async def retry(call, attempts=5):
                started = monotonic()
                for attempt in range(attempts):
                    try:
                        return await call(), monotonic() - started
                    except OSError:
                        await asyncio.sleep(min(2**attempt, 10))  # back off
                raise TimeoutError
            """,
            because="a retry loop keeps its arithmetic and its clock, whatever name the sleep goes by",
        ),
        Fixes(
            """
            import time as t

            import trio


            async def settle(nursery):
                nursery.start_soon(trio.sleep, 1)
                t.sleep(t.time() % 1)
            """,
            """
            import time as t

            import trio


            async def settle(nursery):
                nursery.start_soon(trio.sleep, 1)
                await trio.sleep(t.time() % 1)
            """,
            because="a coroutine of trio, in a file that needs the clock for more",
        ),
        Fixes(
            """
            import time

            import anyio


            async def settle(path):
                async with await anyio.open_file(path) as file:
                    time.sleep(1)
                    return await file.read()
            """,
            """
            import anyio


            async def settle(path):
                async with await anyio.open_file(path) as file:
                    await anyio.sleep(1)
                    return await file.read()
            """,
            because="a coroutine of anyio",
        ),
        Fixes(
            """
            import time


            async def each(delays):
                waited = [time.sleep(delay) for delay in delays]
                return (time.sleep(1) or waited), time.sleep(0).__class__
            """,
            """
            import asyncio


            async def each(delays):
                waited = [await asyncio.sleep(delay) for delay in delays]
                return (await asyncio.sleep(1) or waited), (await asyncio.sleep(0)).__class__
            """,
            because="in a list comprehension and inside of other expressions",
        ),
        Fixes(
            """
            import time


            def wait_for(ready):
                while not ready():
                    time.sleep(0.1)


            def wait_for_both(one, other):
                wait_for(one)
                wait_for(other)


            async def start(service):
                wait_for_both(service.up, service.warm)
            """,
            """
            import asyncio


            async def wait_for(ready):
                while not ready():
                    await asyncio.sleep(0.1)


            async def wait_for_both(one, other):
                await wait_for(one)
                await wait_for(other)


            async def start(service):
                await wait_for_both(service.up, service.warm)
            """,
            because="plain functions that coroutines alone call become coroutines",
        ),
        Fixes(
            {
                "shop/clock.py": """
                    import time


                    class Clock:
                        def pause(self, seconds):
                            time.sleep(seconds)
                            return seconds
                    """,
                "shop/till.py": """
                    from shop.clock import Clock


                    async def close(clock: Clock):
                        return round(clock.pause(1.5)), Clock().pause(1).real
                    """,
            },
            {
                "shop/clock.py": """
                    import asyncio


                    class Clock:
                        async def pause(self, seconds):
                            await asyncio.sleep(seconds)
                            return seconds
                    """,
                "shop/till.py": """
                    from shop.clock import Clock


                    async def close(clock: Clock):
                        return round(await clock.pause(1.5)), (await Clock().pause(1)).real
                    """,
            },
            because="a method becomes a coroutine with its callers in other files",
        ),
        Fixes(
            {
                "shop.py": """
                    import time


                    def fetch(key, tries=3):
                        time.sleep(tries)
                        return key


                    def main():
                        print(fetch("a"))


                    async def serve(key):
                        return fetch(key, tries=1)
                    """,
            },
            {
                "shop.py": """
                    import asyncio
                    import time


                    def fetch(key, tries=3):
                        time.sleep(tries)
                        return key


                    def main():
                        print(fetch("a"))


                    async def serve(key):
                        return await asyncio.to_thread(fetch, key, tries=1)
                    """,
            },
            because="plain code calls the function as well, so the coroutine lets a thread do it",
        ),
        Fixes(
            {
                "shop/poll.py": """
                    import time


                    async def poll(ready):
                        while not ready():
                            time.sleep(1)
                    """,
                "tests/test_poll.py": """
                    from unittest import mock

                    from shop.poll import poll


                    @mock.patch("shop.poll.time.sleep")
                    async def test_it_waits(sleep):
                        await poll(iter([False, True]).__next__)
                        sleep.assert_called_once_with(1)
                    """,
            },
            {
                "shop/poll.py": """
                    import asyncio


                    async def poll(ready):
                        while not ready():
                            await asyncio.sleep(1)
                    """,
                "tests/test_poll.py": """
                    from unittest import mock

                    from shop.poll import poll


                    @mock.patch("shop.poll.asyncio.sleep")
                    async def test_it_waits(sleep):
                        await poll(iter([False, True]).__next__)
                        sleep.assert_called_once_with(1)
                    """,
            },
            because="a test that patches the sleep patches the new one",
        ),
        Keeps(
            """
            import time


            def poll(client):
                while not client.ready():
                    time.sleep(0.5)


            async def other():
                pass
            """,
            because="no coroutine gets there, so no event loop is held up",
        ),
        Keeps(
            """
            import asyncio
            import time


            async def start(loop):
                await asyncio.to_thread(time.sleep, 1)
                await loop.run_in_executor(None, lambda: time.sleep(1))

                def work():
                    time.sleep(1)

                await asyncio.to_thread(work)
            """,
            because="a thread does the sleeping",
        ),
        Keeps(
            """
            import time


            async def lazily(delays):
                return (time.sleep(delay) for delay in delays)
            """,
            because="an `await` would make an asynchronous generator of it",
            reports="generator expression",
        ),
        Keeps(
            """
            import asyncio
            import time


            async def fill_up(pool):
                time.sleep(0.1)  # noqa: ASYNC251 - the driver knows no other way
            """,
            because="a comment says that it is known",
        ),
        Keeps(
            """
            import time


            async def test_pool_gives_up(pool):
                # Block the event loop on purpose, so that the timeout is overdue.
                time.sleep(0.1)
                await pool.check()
            """,
            because="a comment says that it is meant",
            reports="meant to block",
        ),
        Keeps(
            """
            import asyncio


            async def poll(sleep):
                sleep(1)
                await asyncio.sleep(1)
            """,
            because="it is not the sleep of `time`",
        ),
        Keeps(
            """
            import threading
            import time

            lock = threading.Lock()


            async def poll():
                with lock:
                    time.sleep(1)
            """,
            because="whoever waits for the lock on the same event loop would wait for ever",
            reports="a thread's lock is held",
        ),
        Keeps(
            """
            import time


            async def poll(ready):
                while not ready():
                    try:
                        time.sleep(1)
                    except BaseException:
                        pass
            """,
            because="the cancellation that an `await` lets in would be lost",
            reports="a cancellation would be swallowed",
        ),
        Keeps(
            """
            import asyncio
            import time

            import trio


            async def poll():
                time.sleep(1)


            asyncio.run(poll())
            trio.run(poll)
            """,
            because="nobody can tell which event loop it runs on",
            reports="asyncio and trio",
        ),
        Keeps(
            """
            import time


            class Door:
                @property
                def closed(self):
                    time.sleep(1)
                    return True


            async def leave(door: Door):
                return door.closed
            """,
            because="a property cannot be awaited where it is read",
            reports="is a property",
        ),
        Keeps(
            """
            import time


            def pause(seconds):
                time.sleep(seconds)


            ON_ERROR = {"wait": pause}


            async def retry():
                pause(1)
            """,
            because="the function is used as a value, and whoever calls that does not await",
            reports="is used as a value",
        ),
        Keeps(
            """
            import time
            from base import Worker


            class Slow(Worker):
                def step(self):
                    time.sleep(1)

                async def run(self):
                    self.step()
            """,
            because="the method may override one that somebody else calls",
            reports="may override something of `base.Worker`",
        ),
        Keeps(
            """
            import time

            from decorators import traced


            @traced
            def pause():
                time.sleep(1)


            async def run():
                pause()
            """,
            because="the decorator may not know coroutines",
            reports="is decorated by something",
        ),
        Keeps(
            """
            import time


            def ticks():
                while True:
                    time.sleep(1)
                    yield


            async def run():
                for _ in ticks():
                    pass
            """,
            because="a generator would become an asynchronous one",
            reports="is a generator",
        ),
        Keeps(
            """
            import time


            class Lazy:
                def __init__(self):
                    time.sleep(1)


            async def make():
                return Lazy()
            """,
            because="nobody can await the making of an object",
            reports="is called by Python itself",
        ),
        Keeps(
            """
            import time


            def tick():
                time.sleep(1)


            async def start(loop):
                loop.call_later(5, tick)
            """,
            because="the event loop itself calls it and does not await",
            reports="is called by the event loop",
        ),
        Keeps(
            {
                "poll.py": """
                    import time


                    async def poll(ready):
                        while not ready():
                            time.sleep(1)


                    def main():
                        time.sleep(2)
                    """,
                "test_poll.py": """
                    from unittest import mock

                    import poll


                    @mock.patch("poll.time.sleep")
                    async def test_both(sleep):
                        await poll.poll(lambda: True)
                    """,
            },
            because="the same patch serves a sleep that stays",
            reports="goes on to sleep",
        ),
    )

    def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
        """Yield every sleep that holds up an event loop, and every one that only seems to."""
        yield from sleeping.survey(corpus)

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        """Await what the survey found."""
        return awaiting.edit(place.plan, node)
