"""What some statements start that goes on until it is ended; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fixbot.analysis.names import Names, dotted, last_name, own

_TASKS = frozenset({"asyncio.create_task", "asyncio.ensure_future", "asyncio.run_coroutine_threadsafe"})
_LOOPS = frozenset({"asyncio.get_running_loop", "asyncio.get_event_loop"})
# What opens something that holds connections, processes or threads until it is told to end.
_OPENS = {
    "aio_pika.connect": "close",
    "aio_pika.connect_robust": "close",
    "aiohttp.ClientSession": "close",
    "aiokafka.AIOKafkaConsumer": "stop",
    "aiokafka.AIOKafkaProducer": "stop",
    "aiomysql.create_pool": "close",
    "aiopg.create_pool": "close",
    "aioredis.create_redis_pool": "close",
    "aioredis.from_url": "close",
    "apscheduler.schedulers.asyncio.AsyncIOScheduler": "shutdown",
    "apscheduler.schedulers.background.BackgroundScheduler": "shutdown",
    "arq.create_pool": "close",
    "asyncpg.connect": "close",
    "asyncpg.create_pool": "close",
    "concurrent.futures.ProcessPoolExecutor": "shutdown",
    "concurrent.futures.ThreadPoolExecutor": "shutdown",
    "elasticsearch.AsyncElasticsearch": "close",
    "grpc.aio.insecure_channel": "close",
    "grpc.aio.secure_channel": "close",
    "grpc.aio.server": "stop",
    "httpx.AsyncClient": "aclose",
    "httpx.Client": "close",
    "motor.motor_asyncio.AsyncIOMotorClient": "close",
    "multiprocessing.Pool": "close",
    "nats.connect": "drain",
    "neo4j.AsyncGraphDatabase.driver": "close",
    "psycopg_pool.AsyncConnectionPool": "close",
    "psycopg_pool.ConnectionPool": "close",
    "pymongo.AsyncMongoClient": "close",
    "pymongo.MongoClient": "close",
    "redis.Redis": "close",
    "redis.Redis.from_url": "close",
    "redis.asyncio.ConnectionPool.from_url": "aclose",
    "redis.asyncio.Redis": "aclose",
    "redis.asyncio.Redis.from_url": "aclose",
    "redis.asyncio.from_url": "aclose",
    "redis.from_url": "close",
    "sqlalchemy.create_engine": "dispose",
    "sqlalchemy.ext.asyncio.create_async_engine": "dispose",
    "threading.Thread": "join",
    "threading.Timer": "cancel",
}
# Methods that start what something is there for, and those that are called to end that.
_STARTS = {"connect": "disconnect", "start": "stop", "startup": "shutdown", "start_all": "stop_all", "open": "close"}
_KEPT = frozenset({"append", "add", "extend"})


@dataclass(frozen=True, slots=True)
class Started:
    """Something that runs or stays open until it is ended.

    `what` says it in words, `names` has what it can be reached by, dotted, and `ends` the method that ends it; a task
    that nothing keeps has no names. What `is_task` ends by itself, and can be awaited.
    """

    node: ast.Call
    what: str
    names: frozenset[str]
    ends: str
    is_task: bool = False


def started(names: Names, nodes: Sequence[ast.AST]) -> list[Started]:
    """Return what some statements start without being told in the same breath how it ends, in source order.

    Args:
        names: the names of the file.
        nodes: statements of one function; what a `with` opens ends with that, and does not count.
    """
    found: dict[str, Started] = {}
    alone: list[Started] = []
    for node in sorted(own(nodes), key=lambda each: (getattr(each, "lineno", 0), getattr(each, "col_offset", 0))):
        if not isinstance(node, ast.stmt):
            continue
        for one in _in_statement(names, node):
            if not one.names:
                alone.append(one)
            elif not any(name in found for name in one.names):
                found |= dict.fromkeys(one.names, one)
    known = [*alone, *dict.fromkeys(found.values())]
    wider = (_with_aliases(one, nodes) for one in known)
    return sorted(wider, key=lambda one: (one.node.lineno, one.node.col_offset))


def _in_statement(names: Names, node: ast.stmt) -> Iterator[Started]:
    match node:
        case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
            call = _call(names, value, node)
            held = dotted(target)
            if call is not None and held is not None:
                yield from _opened(names, call, node, held)
        case ast.Expr(value=value):
            call = _call(names, value, node)
            if call is not None:
                yield from _bare(names, call, node)


def _call(names: Names, node: ast.expr, at: ast.stmt) -> ast.Call | None:
    """Return the call that is the whole of an expression, or awaited; None for a task that is over by then."""
    inner = node.value if isinstance(node, ast.Await) else node
    if not isinstance(inner, ast.Call) or (inner is not node and _is_task(names, inner, at)):
        return None
    return inner


def _opened(names: Names, call: ast.Call, at: ast.stmt, held: str) -> Iterator[Started]:
    full = names.resolve(call.func, at) or ""
    if _is_task(names, call, at):
        yield Started(call, f"the task of `{_of_task(call)}`", frozenset({held}), "cancel", is_task=True)
    elif full in _OPENS and not _is_daemon(call):
        yield Started(call, f"`{held}`, a `{full}`", frozenset({held}), _OPENS[full])


def _bare(names: Names, call: ast.Call, at: ast.stmt) -> Iterator[Started]:
    """Yield tasks that nothing keeps, or a collection does, and what an object is told to start."""
    if _is_task(names, call, at):
        yield Started(call, f"the task of `{_of_task(call)}`, which nothing keeps", frozenset(), "cancel", is_task=True)
        return
    match call:
        case ast.Call(func=ast.Attribute(value=held, attr=method), args=[ast.Call() as inner]) if method in _KEPT:
            if _is_task(names, inner, at) and (kept := dotted(held)) is not None:
                yield Started(inner, f"the task of `{_of_task(inner)}`", frozenset({kept}), "cancel", is_task=True)
        case ast.Call(func=ast.Attribute(value=held, attr=method)) if method in _STARTS:
            if (known := dotted(held)) is not None and not (method == "open" and names.resolve(held, at)):
                yield Started(call, f"`{known}`, which `{method}` starts", frozenset({known}), _STARTS[method])


def _is_task(names: Names, call: ast.Call, at: ast.stmt) -> bool:
    if names.resolve(call.func, at) in _TASKS:
        return True
    match call.func:
        case ast.Attribute(value=ast.Name(id="loop"), attr="create_task"):
            return True
        case ast.Attribute(value=ast.Call(func=func), attr="create_task"):
            return names.resolve(func, at) in _LOOPS
    return False


def _of_task(call: ast.Call) -> str:
    work = call.args[0] if call.args else None
    if isinstance(work, ast.Call):
        return f"{dotted(work.func) or last_name(work.func)}()"
    return ast.unparse(work) if work is not None else "…"


def _is_daemon(call: ast.Call) -> bool:
    values = (word.value for word in call.keywords if word.arg == "daemon")
    return any(isinstance(value, ast.Constant) and value.value is True for value in values)


def _with_aliases(one: Started, nodes: Sequence[ast.AST]) -> Started:
    """Return something with all names that it is given: `app.state.cache = cache`."""
    known = set(one.names)
    for node in own(nodes):
        match node:
            case ast.Assign(targets=targets, value=ast.Name() | ast.Attribute() as value) if dotted(value) in known:
                known |= {name for target in targets if (name := dotted(target)) is not None}
            case ast.Call(func=ast.Attribute(value=held, attr=method), args=[arg]) if method in _KEPT:
                if dotted(arg) in known and (kept := dotted(held)) is not None:
                    known.add(kept)
    return replace(one, names=frozenset(known))
