"""Tests of endpoints that say an application is well."""

from __future__ import annotations

import pytest

from fixbot.codemod.contract import of_projects
from fixbot.engine import survey, whole
from fixbot.engine.survey import Survey
from fixbot.registry import choose

HEAD = "import asyncpg\nfrom fastapi import APIRouter, Depends, FastAPI\n\napp = FastAPI()\nrouter = APIRouter()\n\n\n"


def looked(files: dict[str, str]) -> Survey:
    (codemod,) = of_projects(choose(["health-check-that-checks-nothing"]))
    found = survey(whole({path: text.encode() for path, text in files.items()}), codemod)
    assert found.broken is None, found.broken.trace
    return found


def endpoint(body: str, route: str = "/health", parameters: str = "") -> str:
    return f"{HEAD}@app.get('{route}')\nasync def health({parameters}):\n    {body}\n"


@pytest.mark.parametrize(
    "body",
    [
        "return {'status': 'ok'}",
        "return 'ok'",
        "return Response('ok', status_code=200)",
        "logger.info('asked')\n    return {'status': 'ok', 'version': app.version, 'at': datetime.now().isoformat()}",
        "return Health(status='ok', at=int(time.time()), env=os.getenv('ENV'))",
        "found = hasattr(app.state, 'pool')\n    return {'status': 'ok', 'pool': 'up' if found else 'down'}",
    ],
)
@pytest.mark.parametrize("route", ["/health", "/healthz", "/api/v1/ready", "/readiness/", "/api/status"])
def test_an_answer_that_never_changes_is_told(body: str, route: str) -> None:
    (finding,) = looked({"app.py": endpoint(body, route)}).findings

    assert finding.message == f"`{route}` says the same whatever happens; it would have to ask the database"
    assert [each.says for each in finding.evidence] == ["the application needs the database: `asyncpg`"]


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        ("return {'status': await app.state.pool.fetchval('SELECT 1')}", ""),
        ("return {'status': check()}", ""),
        ("return {'status': 'ok'}", "pool=Depends(connected)"),
        ("with app.state.pool as pool:\n        return {'status': 'ok'}", ""),
        ("if not app.state.pool:\n        raise HTTPException(503)\n    return {'status': 'ok'}", ""),
        ("engine = Engine('x')\n    return {'status': 'ok', 'engine': engine.name}", ""),
        ("print('asked')", ""),
    ],
)
def test_an_answer_that_asks_is_left_alone(body: str, parameters: str) -> None:
    found = looked({"app.py": endpoint(body, parameters=parameters)})

    assert not found.findings
    assert not found.dismissed


DEPENDS = "dependencies=[Depends(connected)]"
ROUTED = HEAD.replace("APIRouter()", "APIRouter({})") + "@router.get('/health')\nasync def health():\n    return 'ok'\n"
APP = "from fastapi import Depends, FastAPI\nfrom health import router\n\napp = FastAPI({})\napp.{}(router{})\n"


def seen(files: dict[str, str]) -> bool:
    found = looked(files)
    assert not found.dismissed
    return bool(found.findings)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"a.py": endpoint("return 'ok'").replace("'/health'", f"'/health', {DEPENDS}")}, False),
        ({"a.py": endpoint("return 'ok'").replace("'/health'", "'/health', dependencies=[]")}, True),
        ({"a.py": endpoint("return 'ok'").replace("'/health'", "'/health', dependencies=SOME")}, False),
        ({"a.py": endpoint("return 'ok'").replace("FastAPI()", f"FastAPI({DEPENDS})")}, False),
        ({"a.py": endpoint("return 'ok'").replace("FastAPI()", "FastAPI(dependencies=None)")}, True),
        ({"a.py": endpoint("return 'ok'").replace("APIRouter()", f"APIRouter({DEPENDS})")}, True),
        ({"health.py": ROUTED.format(DEPENDS)}, False),
        ({"health.py": ROUTED.format(""), "a.py": APP.format("", "include_router", "")}, True),
        ({"health.py": ROUTED.format(""), "a.py": APP.format("", "include_router", f", {DEPENDS}")}, False),
        ({"health.py": ROUTED.format(""), "a.py": APP.format(DEPENDS, "include_router", "")}, False),
        ({"health.py": ROUTED.format(""), "a.py": APP.format(DEPENDS, "other", "")}, True),
        (
            {
                "main.py": f"from fastapi import FastAPI\n\napp = FastAPI({DEPENDS})\n",
                "a.py": endpoint("return 'ok'").replace("app = FastAPI()", "from main import app"),
            },
            False,
        ),
    ],
)
def test_what_an_endpoint_its_router_and_its_application_depend_on_is_asked(
    files: dict[str, str], *, told: bool
) -> None:
    assert seen(files) is told


def test_an_application_in_a_function_may_depend_on_something() -> None:
    body = "    @app.get('/health')\n    async def health():\n        return 'ok'\n"
    code = HEAD.partition("app =")[0] + "def made():\n    app = FastAPI({})\n\n" + body

    assert seen({"a.py": code.format("")})
    assert not seen({"a.py": code.format(DEPENDS)})


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ("Pool = Annotated[object, Depends(connected)]", False),
        ("Pool: TypeAlias = Annotated[object, Depends(connected)]", False),
        ("Pool = Annotated[object, 'a pool']", True),
        ("from store import Pool", False),
        ("from store import Other as Pool", True),
        ("from elsewhere import Pool", True),
        ("from elsewhere import PoolDep as Pool", False),
    ],
)
def test_a_type_may_stand_for_a_dependency(known: str, *, told: bool) -> None:
    code = endpoint("return 'ok'", parameters="pool: Pool").replace("app =", f"{known}\napp =")
    store = "Pool = Annotated[object, Depends(connected)]\nOther = object\n"

    assert seen({"a.py": code, "store.py": store}) is told


@pytest.mark.parametrize(
    "route", ["/live", "/livez", "/ping", "/orders/{id}/status", "/orders/status", "/{name}/health"]
)
def test_other_paths_are_left_alone(route: str) -> None:
    assert not looked({"app.py": endpoint("return {'status': 'ok'}", route)}).findings


READY = "@router.get('/ready')\nasync def ready():\n    return await pool.fetchval('SELECT 1')\n"


def test_a_readiness_endpoint_of_the_same_application_does_the_asking() -> None:
    first = (
        endpoint("return {'status': 'ok'}")
        + "\n\nfrom probes import router as probing\n\napp.include_router(probing)\n"
    )
    found = looked({"app.py": first, "probes.py": HEAD + READY})

    assert not found.findings
    assert [one.because for one in found.dismissed] == ["`/ready` of the same application asks (probes.py:9)"]


def test_a_readiness_endpoint_of_another_application_does_not() -> None:
    found = looked({"app.py": endpoint("return {'status': 'ok'}"), "probes.py": HEAD + READY})

    assert [finding.path for finding in found.findings] == ["app.py"]


def test_two_applications_that_share_a_router_are_two() -> None:
    shared = HEAD + "@router.get('/orders')\nasync def orders():\n    return []\n"
    include = "\n\nfrom orders import router as ordering\n\napp.include_router(ordering)\n"
    ready = READY.replace("router", "app")
    found = looked({"a.py": endpoint("return 'ok'") + include, "b.py": HEAD + ready + include, "orders.py": shared})

    assert [finding.path for finding in found.findings] == ["a.py"]


def test_a_router_within_a_router_belongs_to_the_application() -> None:
    first = endpoint("return 'ok'") + "\n\nfrom outer import router as all_of\n\napp.include_router(all_of)\n"
    outer = HEAD + "from probes import router as inner\n\nrouter.include_router(inner)\n"

    assert not looked({"app.py": first, "outer.py": outer, "probes.py": HEAD + READY}).findings


def test_where_nothing_is_known_to_be_needed_there_is_nothing_to_ask() -> None:
    imports = "from functools import cache\nfrom chat.session import WebsocketSession\n"
    code = endpoint("return 'ok'").replace("import asyncpg\n", imports)
    found = looked({"app.py": code})

    assert [one.because for one in found.dismissed] == ["nothing is known that it would have to ask"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("import redis", "the cache"),
        ("from shop.store import SessionLocal", "the database"),
        ("app.state.cache = start()", "the cache"),
        ("from aiokafka import AIOKafkaProducer", "the queue"),
        ("import stripe", "the other service"),
    ],
)
def test_imports_and_the_state_of_the_application_tell_what_it_needs(line: str, kind: str) -> None:
    code = endpoint("return 'ok'").replace("import asyncpg\n", "") + f"\n\n{line}\n"

    assert [finding.message.partition(" to ask ")[2] for finding in looked({"app.py": code}).findings] == [kind]
