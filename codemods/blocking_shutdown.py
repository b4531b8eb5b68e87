"""The codemod `blocking-shutdown`; long, because this file is also its documentation and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixbot.codemod import (
    Codemod,
    Declined,
    Evidence,
    Keeps,
    Module,
    Proposal,
    Safety,
    Severity,
    Spot,
    cst,
    lifetimes,
    names_of,
)


class BlockingShutdown(Codemod):
    """End at shutdown what was started at startup.

    What a lifespan starts before its `yield` goes on until something ends it. A task that nobody awaits or cancels is
    cut off wherever it is when the process ends, a pool that nobody closes leaves its connections to the server's own
    timeout, and a thread keeps the process from ending. Each deployment then drops a little work, and says nothing. The
    finding names each task, client, engine, pool, scheduler and thread that is started and not taken care of.

    Left alone: lifespans that start nothing, or in whose end each thing is named (but to log it); those that call
    something that may end all, such as `await close_all()`; tasks that are awaited before the `yield`; what an `async
    with` or an exit stack opens; threads that are daemons. Requests that are under way are waited for by the server,
    not by the lifespan.

    Safety: `manual`. Whether a task is to be cancelled or waited for, and how long, and in which order things are
    closed, nobody but the maintainers can tell.
    """

    severity = Severity.MEDIUM
    safety = Safety.MANUAL
    synonyms = ("graceful shutdown", "no graceful shutdown", "lifespan shutdown", "shutdown handler")
    pattern = re.compile(rb"lifespan|asynccontextmanager|on_event\(|add_event_handler|on_startup|before_serving")
    tests = False
    references = (
        "https://fastapi.tiangolo.com/advanced/events/",
        "https://docs.python.org/3/library/asyncio-task.html#asyncio.create_task",
    )

    def find(self, module: Module) -> Iterator[Spot]:
        """Yield every lifespan or startup handler that starts what nothing ends."""
        names = names_of(module)
        for life in lifetimes.lifetimes(module, names):
            things = lifetimes.started(names, life.start)
            left = lifetimes.left_open(things, life.start, life.end)
            if left:
                yield _spot(life, left)

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:  # noqa: ARG002 - the contract's
        """Decline: a person says how things end."""
        return Declined(spot.message)

    examples = (
        Keeps(
            """
            import asyncio
            import logging
            from contextlib import asynccontextmanager

            import httpx

            logger = logging.getLogger(__name__)


            @asynccontextmanager
            async def lifespan(app):
                client = httpx.AsyncClient()
                app.state.client = client
                app.state.sweeper = asyncio.create_task(sweep(client))
                yield
                logger.info("shutting down %s", app.state.client)
            """,
            because="a client and a task that are only logged at the end",
            reports="nothing ends what `lifespan` starts: `client`, a `httpx.AsyncClient`; the task of `sweep()`",
        ),
        Keeps(
            """
            import asyncio
            from contextlib import asynccontextmanager

            from fastapi import FastAPI


            @asynccontextmanager
            async def run(app: FastAPI):
                asyncio.create_task(sweep())
                yield
            """,
            because="nothing even keeps the task",
            reports="the task of `sweep()`, which nothing keeps",
        ),
        Keeps(
            """
            import asyncpg
            from fastapi import FastAPI

            app = FastAPI()


            @app.on_event("startup")
            async def begin():
                app.state.pool = await asyncpg.create_pool("postgresql://shop")


            @app.on_event("shutdown")
            async def finish():
                print("bye")
            """,
            because="a shutdown handler that only says so",
            reports="nothing ends what `begin` starts: `app.state.pool`, a `asyncpg.create_pool`",
        ),
        Keeps(
            """
            from contextlib import asynccontextmanager

            from shop.queue import Consumer


            @asynccontextmanager
            async def lifespan(app):
                consumer = Consumer()
                try:
                    await consumer.start()
                    yield
                finally:
                    pass
            """,
            because="whatever is told to start has to be told to stop",
            reports="`consumer`, which `start` starts",
        ),
        Keeps(
            """
            import asyncio
            from contextlib import asynccontextmanager

            import httpx


            @asynccontextmanager
            async def lifespan(app):
                client = httpx.AsyncClient()
                task = asyncio.create_task(sweep(client))
                yield
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                await client.aclose()
            """,
            because="each of them ends",
        ),
        Keeps(
            """
            import asyncio
            from contextlib import asynccontextmanager


            @asynccontextmanager
            async def lifespan(app):
                await asyncio.create_task(migrate())
                task = asyncio.create_task(fill())
                app.state.filled = await task
                tasks = [asyncio.create_task(warm(shelf)) for shelf in app.state.shelves]
                last = asyncio.create_task(sweep())
                await asyncio.wait([*tasks, last])
                yield
            """,
            because="they are waited for before the application begins",
        ),
        Keeps(
            """
            import logging
            from contextlib import asynccontextmanager


            @asynccontextmanager
            async def lifespan(app):
                logging.info("starting")
                yield
                logging.info("shutting down")
            """,
            because="nothing is started",
        ),
        Keeps(
            """
            import asyncio
            from contextlib import AsyncExitStack, asynccontextmanager

            import httpx


            @asynccontextmanager
            async def lifespan(app):
                async with httpx.AsyncClient() as client, asyncio.TaskGroup() as group, AsyncExitStack() as stack:
                    group.create_task(sweep(client))
                    app.state.other = await stack.enter_async_context(httpx.AsyncClient())
                    app.state.third = third = httpx.AsyncClient()
                    stack.push_async_callback(third.aclose)
                    yield
            """,
            because="`async with` and a stack end what they open",
        ),
        Keeps(
            """
            from contextlib import asynccontextmanager

            import redis.asyncio as redis
            from shop.database import close_connections


            @asynccontextmanager
            async def lifespan(app):
                app.state.redis = redis.from_url("redis://cache")
                yield
                await close_connections(app)
            """,
            because="a function that is called at the end may close it",
        ),
        Keeps(
            """
            import asyncio
            from contextlib import asynccontextmanager


            @asynccontextmanager
            async def lifespan(app):
                app.state.tasks = tasks = set()
                tasks.add(asyncio.create_task(sweep()))
                yield
                for task in app.state.tasks:
                    task.cancel()
            """,
            because="a collection of tasks is gone through",
        ),
        Keeps(
            """
            import threading
            from contextlib import asynccontextmanager


            @asynccontextmanager
            async def lifespan(app):
                threading.Thread(target=print, daemon=True).start()
                beat = threading.Thread(target=print, daemon=True)
                yield
            """,
            because="a daemon is meant to be dropped",
        ),
        Keeps(
            """
            from contextlib import asynccontextmanager

            import httpx


            @asynccontextmanager
            async def session(token):
                client = httpx.AsyncClient(headers={"token": token})
                yield client
            """,
            because="it is no lifespan of an application",
        ),
    )


def _spot(life: lifetimes.Lifetime, left: list[lifetimes.Started]) -> Spot:
    things = "; ".join(one.what for one in left)
    message = f"nothing ends what `{life.node.name}` starts: {things}"
    evidence = tuple(Evidence(one.node.lineno, f"{one.what} is started here; {_end(one)}") for one in left)
    return Spot(node=life.node, message=message, evidence=evidence)


def _end(one: lifetimes.Started) -> str:
    if not one.names:
        return "keep the task, and cancel or await it at the end"
    name = min(one.names, key=lambda each: (len(each), each))
    return f"`{name}.{one.ends}()` at the end would end it"
