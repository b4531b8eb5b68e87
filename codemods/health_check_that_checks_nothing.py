"""The codemod `health-check-that-checks-nothing`; long, because this file is also its documentation and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixbot.codemod import (
    Corpus,
    Declined,
    Dismissed,
    Keeps,
    Place,
    ProjectCodemod,
    Proposal,
    Safety,
    Severity,
    Site,
    cst,
    probes,
)


class HealthCheckThatChecksNothing(ProjectCodemod):
    """Ask in a health check what the application needs.

    A `/health` that returns a constant says "healthy" while the database is away. The load balancer goes on sending
    requests, and each of them fails. An endpoint that tells whether requests may come has to ask what they need: the
    database, the cache, the queue. The finding names what the module, or the application around it, uses of these.

    Left alone: `/live`, `/livez` and `/ping`, which tell no more than that the process runs; `/health` where a `/ready`
    or `/readiness` of the same application asks something; endpoints that await, call or depend on anything but what
    words the answer, or whose router or application has dependencies; applications of which nothing is known that they
    would have to ask; files of tests.

    Safety: `manual`. How a dependency is asked, how long an answer may take, and which of them the application can do
    without, nobody but the maintainers can tell.
    """

    severity = Severity.MEDIUM
    safety = Safety.MANUAL
    synonyms = (
        "health check endpoint",
        "comprehensive health check",
        "incomplete health check",
        "readiness probe",
        "readiness endpoint",
    )
    pattern = re.compile(rb"@[^\n]+\(\s*[\"']/[\w/.-]*(?:health|ready|readiness|status)", re.MULTILINE)
    references = (
        "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
        "https://microservices.io/patterns/observability/health-check-api.html",
    )

    def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
        """Yield every endpoint that says an application is well and asks nothing."""
        yield from probes.survey(corpus)

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:  # noqa: ARG002 - the contract's
        """Decline: a person says what is asked."""
        return Declined("a person says what a health check asks")

    examples = (
        Keeps(
            """
            import time

            import redis.asyncio as redis
            from fastapi import FastAPI
            from sqlalchemy.ext.asyncio import create_async_engine

            app = FastAPI()
            engine = create_async_engine("postgresql+asyncpg://shop")


            @app.get("/health", tags=["health"])
            async def health():
                return {"status": "healthy", "database": "connected", "time": int(time.time())}
            """,
            because="a constant, in an application with a database and a cache",
            reports="`/health` says the same whatever happens; it would have to ask the cache and the database",
        ),
        Keeps(
            {
                "shop/main.py": """
                    from fastapi import FastAPI
                    from fastapi.responses import JSONResponse

                    app = FastAPI()


                    @app.get("/readiness")
                    def ready():
                        return JSONResponse(status_code=200, content={"ready": True})
                    """,
                "shop/store.py": "import asyncpg\\n",
            },
            because="the database is used in another file",
            reports="`/readiness` says the same whatever happens; it would have to ask the database",
        ),
        Keeps(
            """
            from fastapi import APIRouter, FastAPI

            router = APIRouter()


            async def start(app: FastAPI):
                app.state.cache = await connected()


            @router.get("/api/v1/status")
            async def status():
                version = "1.0"
                return {"status": "ok", "version": version}
            """,
            because="what the application keeps in its state",
            reports="it would have to ask the cache",
        ),
        Keeps(
            """
            import asyncpg
            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/live")
            @app.get("/ping")
            async def live():
                return {"status": "alive"}


            @app.get("/orders/status")
            async def orders():
                return {"status": "ok"}


            @app.get("/status")
            async def release():
                return {"release": "1.2"}
            """,
            because="liveness is that the process runs, and the status of orders, or a release, is another thing",
        ),
        Keeps(
            """
            import asyncpg
            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/health")
            async def health():
                return {"status": "healthy"}


            @app.get("/ready")
            async def ready():
                await app.state.pool.fetchval("SELECT 1")
                return {"ready": True}
            """,
            because="another endpoint asks",
        ),
        Keeps(
            {
                "shop/main.py": """
                    import asyncpg
                    from fastapi import FastAPI
                    from shop.routes import probes

                    app = FastAPI()
                    app.include_router(probes.router, prefix="/probes")


                    @app.get("/health")
                    async def health():
                        return {"status": "healthy"}
                    """,
                "shop/routes/probes.py": """
                    from fastapi import APIRouter
                    from shop.store import pool

                    router = APIRouter()


                    @router.get("/ready")
                    async def ready():
                        return {"ready": await pool.fetchval("SELECT 1") == 1}
                    """,
            },
            because="a router of the same application has the endpoint that asks",
        ),
        Keeps(
            """
            from typing import Annotated

            from fastapi import Depends, FastAPI
            from sqlalchemy import text
            from shop.store import database

            app = FastAPI()


            @app.get("/health")
            def health(session=Depends(database)):
                return {"status": "healthy"}


            @app.get("/healthz")
            def healthz(session: Annotated[object, Depends(database)]):
                return {"status": "healthy"}


            @app.get("/ready")
            def ready():
                return {"ready": database().execute(text("SELECT 1"))}
            """,
            because="a dependency is resolved before, and a call asks",
        ),
        Keeps(
            {
                "shop/main.py": """
                    from fastapi import Depends, FastAPI
                    from shop.routes import router
                    from shop.store import Session, database

                    app = FastAPI()
                    app.include_router(router)


                    @app.get("/health", dependencies=[Depends(database)])
                    def health():
                        return {"status": "healthy"}


                    @app.get("/healthz")
                    def healthz(session: Session):
                        return {"status": "healthy"}
                    """,
                "shop/routes.py": """
                    from fastapi import APIRouter, Depends
                    from shop.store import database

                    router = APIRouter(dependencies=[Depends(database)])


                    @router.get("/readiness")
                    def ready():
                        return {"ready": True}
                    """,
                "shop/store.py": """
                    from typing import Annotated

                    import asyncpg
                    from fastapi import Depends

                    Session = Annotated[asyncpg.Connection, Depends(database)]
                    """,
            },
            because="a dependency of the endpoint, of its router, or behind the name of a type is resolved before too",
        ),
        Keeps(
            """
            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/health")
            async def health():
                return {"status": "healthy"}
            """,
            because="nothing is known that it would have to ask",
        ),
        Keeps(
            """
            import asyncpg
            import shop


            def health():
                return {"status": "healthy"}


            @shop.cached("/health")
            def page():
                return "healthy"
            """,
            because="they are no endpoints",
        ),
        Keeps(
            {
                "shop/main.py": "import asyncpg\\n",
                "tests/test_server.py": """
                    from fastapi import FastAPI

                    app = FastAPI()


                    @app.get("/health")
                    def health():
                        return {"status": "healthy"}
                    """,
            },
            because="it stands in a file of tests",
        ),
    )
