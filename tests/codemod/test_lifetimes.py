"""Tests of what applications start and do not end."""

from __future__ import annotations

import pytest

from tests.codemod.trying import found

SLUG = "blocking-shutdown"
HEAD = (
    "import asyncio\nimport logging\nimport threading\nfrom contextlib import asynccontextmanager\n\nimport httpx\n"
    "from concurrent.futures import ThreadPoolExecutor\nfrom sqlalchemy.ext.asyncio import create_async_engine\n\n\n"
)


def lifespan(start: str, end: str = "pass") -> str:
    lines = [*start.split("\n"), "yield", *end.split("\n")]
    return f"{HEAD}@asynccontextmanager\nasync def lifespan(app):\n" + "".join(f"    {line}\n" for line in lines)


def said(code: str) -> list[str]:
    return [finding.message.partition(" starts: ")[2] for finding in found(SLUG, code)]


@pytest.mark.parametrize(
    ("start", "what"),
    [
        ("task = asyncio.create_task(sweep())", "the task of `sweep()`"),
        ("asyncio.get_running_loop().create_task(sweep())", "the task of `sweep()`, which nothing keeps"),
        (
            "app.state.engine = create_async_engine('x')",
            "`app.state.engine`, a `sqlalchemy.ext.asyncio.create_async_engine`",
        ),
        ("client = httpx.AsyncClient()\napp.state.client = client", "`client`, a `httpx.AsyncClient`"),
        ("pool = ThreadPoolExecutor()", "`pool`, a `concurrent.futures.ThreadPoolExecutor`"),
        ("app.state.scheduler.start()", "`app.state.scheduler`, which `start` starts"),
        ("tasks.append(asyncio.create_task(sweep()))", "the task of `sweep()`"),
        ("if app.debug:\n    await queue.connect()", "`queue`, which `connect` starts"),
    ],
)
@pytest.mark.parametrize("end", ["pass", "logging.info('bye')", "print(app, 'bye')", "other.value = 1"])
def test_what_is_started_and_not_ended_is_told(start: str, what: str, end: str) -> None:
    assert said(lifespan(start, end)) == [what]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("task = asyncio.create_task(sweep())", "task.cancel()"),
        ("task = asyncio.create_task(sweep())", "await task"),
        ("tasks.append(asyncio.create_task(sweep()))", "await asyncio.gather(*tasks)"),
        ("asyncio.create_task(sweep())", "for task in asyncio.all_tasks():\n    task.cancel()"),
        ("client = httpx.AsyncClient()\napp.state.client = client", "await app.state.client.aclose()"),
        ("client = httpx.AsyncClient()", "await close(client)"),
        ("client = httpx.AsyncClient()", "await shut_all_down()"),
        ("client = httpx.AsyncClient()", "await app.state.container.cleanup()"),
        ("await queue.connect()", "if queue:\n    await queue.disconnect()"),
        ("client = httpx.AsyncClient()\natexit.register(client.close)", "pass"),
        ("value = compute()", "pass"),
    ],
)
def test_what_is_ended_is_left_alone(start: str, end: str) -> None:
    assert said(lifespan(start, end)) == []


@pytest.mark.parametrize(
    "start",
    [
        "await asyncio.create_task(sweep())",
        "app.state.swept = await asyncio.create_task(sweep())",
        "task = asyncio.create_task(sweep())\nawait task",
        "app.state.task = task = asyncio.create_task(sweep())\nif app.debug:\n    await app.state.task",
        "task = asyncio.create_task(sweep())\nawait asyncio.wait([task])",
        "task = asyncio.create_task(sweep())\nawait asyncio.wait({task, other}, return_when=asyncio.ALL_COMPLETED)",
        "task = asyncio.create_task(sweep())\nfound = await asyncio.gather(task, return_exceptions=True)",
        "task = asyncio.create_task(sweep())\nawait asyncio.wait_for(task, 5)",
        "task = asyncio.create_task(sweep())\nawait asyncio.shield(task)",
        "task = asyncio.create_task(sweep())\nasync with asyncio.timeout(5):\n    await task",
        "await asyncio.wait([asyncio.create_task(sweep())])",
        "tasks.append(asyncio.create_task(sweep()))\nawait asyncio.gather(*tasks)",
        "tasks = []\ntasks.append(asyncio.create_task(sweep()))\nfor task in tasks:\n    await task",
        "tasks.append(asyncio.create_task(sweep()))\nfor done in asyncio.as_completed(tasks):\n    print(await done)",
        "with suppress(Exception):\n    await asyncio.create_task(sweep())",
    ],
)
def test_a_task_that_is_waited_for_before_the_start_is_over_is_left_alone(start: str) -> None:
    assert said(lifespan(start)) == []


@pytest.mark.parametrize(
    "start",
    [
        "await other\ntask = asyncio.create_task(sweep())",
        "task = asyncio.create_task(sweep())\nawait task.ready()",
        "task = asyncio.create_task(sweep())\nawait asyncio.wait([task], timeout=5)",
        "task = asyncio.create_task(sweep())\nawait asyncio.wait([task], return_when=asyncio.FIRST_COMPLETED)",
        "task = asyncio.create_task(sweep())\nawait asyncio.wait_for(asyncio.shield(task), 5)",
        "task = asyncio.create_task(sweep())\nawait watch(task)",
        "await task\ntask = asyncio.create_task(sweep())",
        "task = asyncio.create_task(sweep())\nfor other in tasks:\n    await other",
    ],
)
def test_a_task_that_may_still_run_is_told(start: str) -> None:
    assert said(lifespan(start)) == ["the task of `sweep()`"]


@pytest.mark.parametrize(
    "start", ["pool = asyncpg.create_pool('x')\nawait pool", "pool = await asyncpg.create_pool('x')"]
)
def test_to_await_what_opens_something_does_not_end_it(start: str) -> None:
    code = lifespan(start).replace("import httpx\n", "import asyncpg\nimport httpx\n")

    assert said(code) == ["`pool`, a `asyncpg.create_pool`"]


def test_the_end_may_stand_in_a_finally() -> None:
    start = "client = httpx.AsyncClient()\ntry:\n    yield\nfinally:\n    {}"
    code = lifespan(start).replace("    yield\n    pass\n", "")

    assert said(code.format("await client.aclose()")) == []
    assert said(code.format("print('bye')")) == ["`client`, a `httpx.AsyncClient`"]


def test_a_generator_with_two_yields_or_another_purpose_is_no_lifespan() -> None:
    code = lifespan("client = httpx.AsyncClient()")

    assert said(code.replace("    yield\n", "    yield\n    yield\n")) == []
    assert said(code.replace("lifespan(app)", "session(token)")) == []
    assert said(code.replace("lifespan(app)", "run(app)") + "\n\napp = FastAPI(lifespan=run)\n") != []


@pytest.mark.parametrize(
    ("end", "told"), [("print('bye')", True), ("await app.state.client.aclose()", False), ("await close_all()", False)]
)
def test_handlers_that_are_handed_over_belong_together(end: str, *, told: bool) -> None:
    code = f"{HEAD}async def begin():\n    app.state.client = httpx.AsyncClient()\n\n\n"
    code += f"async def finish():\n    {end}\n\n\napp = Starlette(on_startup=[begin], on_shutdown=[finish])\n"

    assert bool(said(code)) is told
    assert bool(said(code.replace("on_startup=[begin], on_shutdown=[finish]", "") + ADDED)) is told


ADDED = "app.add_event_handler('startup', begin)\napp.add_event_handler('shutdown', finish)\n"
