"""The codemod `engine-without-pool-limits`; long, because this file is also its documentation and tests."""

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
    pooling,
)


class EngineWithoutPoolLimits(ProjectCodemod):
    """Use the connection limits that the project sets.

    A project says `DB_POOL_SIZE = 10` in its settings and nothing reads it: the engine has SQLAlchemy's own numbers,
    and whoever changes the setting wonders why nothing happens. An engine of SQLAlchemy, a client of Redis or a client
    of httpx gets those limits of the project that nothing reads yet, where the settings are visible at the call or can
    be imported as the file imports others: `pool_size`, `max_overflow`, `pool_timeout` and `pool_recycle`, or
    `max_connections`. An engine that is told nothing of stale connections gets `pool_pre_ping=True`, with which a
    connection that the server has closed in the night is replaced and does not fail the first query of the morning.

    Left alone: numbers, which nobody can guess, so that there are no limits where the project sets none, and none for a
    second engine where one reads them; engines with limits of their own; SQLite and DuckDB; `poolclass=`, `pool=` and
    `creator=`; `**` arguments and `engine_from_config`; tests and migrations; what is used at once and disposed of.
    `pool_size` goes only to an address that surely is that of a server, for some pools of SQLite refuse it;
    `pool_pre_ping` is right for each of them, and `pool_recycle`, which would empty a database in memory, is not.
    Reported and left to a person: limits that are set, that nothing reads and that no call can reach for sure; calls
    whose arguments a test looks at.

    Safety: a person must agree. Limits are not what they were, and each new use of a connection asks the server first.
    """

    severity = Severity.MEDIUM
    safety = Safety.REVIEW
    synonyms = (
        "connection pooling config",
        "connection pool limits",
        "connection pool configuration",
        "database connection pooling",
        "pool_pre_ping",
        "pool_recycle",
        "DB_POOL_SIZE",
    )
    pattern = re.compile(
        rb"create_(?:async_)?engine\b|(?:pool_(?:size|recycle|timeout)|POOL_(?:SIZE|RECYCLE|TIMEOUT)"
        rb"|max_(?:overflow|connections)|MAX_(?:OVERFLOW|CONNECTIONS))\b"
    )
    references = (
        "https://docs.sqlalchemy.org/en/20/core/pooling.html#disconnect-handling-pessimistic",
        "https://docs.sqlalchemy.org/en/20/core/engines.html#sqlalchemy.create_engine",
        "https://redis.readthedocs.io/en/stable/connections.html",
        "https://www.python-httpx.org/advanced/resource-limits/",
    )

    def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
        """Yield every pool of connections that gets limits or a check, and the limits that nothing reads."""
        yield from pooling.survey(corpus)

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        """Write the limits."""
        return pooling.edit(place.plan, node)

    examples = (
        Fixes(
            """
            import os

            from sqlalchemy import create_engine

            engine = create_engine(os.environ["SHOP_DATABASE"])
            """,
            """
            import os

            from sqlalchemy import create_engine

            engine = create_engine(os.environ["SHOP_DATABASE"], pool_pre_ping=True)
            """,
            because="stale connections are found out, whatever the database is",
        ),
        Fixes(
            {
                "shop/config.py": """
                    from pydantic import PostgresDsn
                    from pydantic_settings import BaseSettings


                    class Settings(BaseSettings):
                        DATABASE_URL: PostgresDsn
                        DB_POOL_SIZE: int = 10
                        DB_MAX_OVERFLOW: int = 20


                    settings = Settings()
                    """,
                "shop/db.py": """
                    from sqlalchemy.ext.asyncio import create_async_engine

                    from shop.config import settings

                    engine = create_async_engine(
                        str(settings.DATABASE_URL),
                        echo=False,  # too much to read
                    )
                    """,
            },
            {
                "shop/db.py": """
                    from sqlalchemy.ext.asyncio import create_async_engine

                    from shop.config import settings

                    engine = create_async_engine(
                        str(settings.DATABASE_URL),
                        echo=False,  # too much to read
                        pool_size=settings.DB_POOL_SIZE,
                        max_overflow=settings.DB_MAX_OVERFLOW,
                        pool_pre_ping=True,
                    )
                    """,
            },
            because="the settings have limits that nothing reads",
        ),
        Fixes(
            """
            import sqlalchemy as sa

            DB_POOL_SIZE = 12


            def engine_for(shop):
                return sa.create_engine(
                    f"postgresql+psycopg://{shop}.example/orders",
                    pool_pre_ping=True
                )
            """,
            """
            import sqlalchemy as sa

            DB_POOL_SIZE = 12


            def engine_for(shop):
                return sa.create_engine(
                    f"postgresql+psycopg://{shop}.example/orders",
                    pool_pre_ping=True,
                    pool_size=DB_POOL_SIZE
                )
            """,
            because="a constant of the file that nothing reads",
        ),
        Fixes(
            """
            import redis.asyncio
            from pydantic_settings import BaseSettings


            class Settings(BaseSettings):
                redis_url: str
                redis_max_connections: int = 50


            def client(settings: Settings):
                return redis.asyncio.from_url(settings.redis_url)
            """,
            """
            import redis.asyncio
            from pydantic_settings import BaseSettings


            class Settings(BaseSettings):
                redis_url: str
                redis_max_connections: int = 50


            def client(settings: Settings):
                return redis.asyncio.from_url(settings.redis_url, max_connections=settings.redis_max_connections)
            """,
            because="a client of Redis by the settings that it takes its address from",
        ),
        Fixes(
            """
            import httpx
            from httpx import Client

            HTTPX_MAX_CONNECTIONS = 8
            client = Client()
            """,
            """
            import httpx
            from httpx import Client

            HTTPX_MAX_CONNECTIONS = 8
            client = Client(limits=httpx.Limits(max_connections=HTTPX_MAX_CONNECTIONS, max_keepalive_connections=20))
            """,
            because="a client of httpx, which keeps as many connections open as before",
        ),
        Keeps(
            """
            from sqlalchemy import create_engine

            engine = create_engine("sqlite:///shop.db", echo=True)
            """,
            because="a file needs no connections",
        ),
        Keeps(
            """
            from sqlalchemy import create_engine

            URL = "sqlite+pysqlite://"
            engine = create_engine(URL, future=True)
            """,
            because="a database in memory would be lost with its connection",
        ),
        Keeps(
            """
            import os

            from sqlalchemy import create_engine
            from sqlalchemy.pool import NullPool

            engine = create_engine(os.environ["SHOP_DATABASE"], poolclass=NullPool)
            """,
            because="it keeps no connections",
        ),
        Keeps(
            """
            import os

            from sqlalchemy import create_engine

            engine = create_engine(os.environ["SHOP_DATABASE"], pool_size=4, pool_recycle=1800)
            """,
            because="somebody has thought of both",
        ),
        Keeps(
            """
            import os

            from sqlalchemy import create_engine


            def engine(**more):
                return create_engine(os.environ["SHOP_DATABASE"], **more)
            """,
            because="what it is given may say all that",
        ),
        Keeps(
            """
            from sqlalchemy import engine_from_config


            def engine(ini):
                return engine_from_config(ini, prefix="sqlalchemy.")
            """,
            because="its limits are in a file",
        ),
        Keeps(
            {
                "migrations/env.py": """
                    from shop.config import settings
                    from sqlalchemy import create_engine

                    engine = create_engine(settings.database_url)
                    """,
            },
            because="migrations run once",
        ),
        Keeps(
            """
            import os

            from sqlalchemy import create_engine, text


            def count():
                engine = create_engine(os.environ["SHOP_DATABASE"])
                with engine.connect() as connection:
                    return connection.execute(text("SELECT count(*) FROM orders")).scalar()
            """,
            because="it does not outlive the function",
        ),
        Keeps(
            {
                "test_orders.py": """
                    import os

                    from sqlalchemy import create_engine

                    engine = create_engine(os.environ["TEST_DATABASE"])
                    """,
            },
            because="it is a test's",
        ),
        Keeps(
            """
            import redis

            client = redis.Redis(host="cache.example")
            """,
            because="nobody can guess how many connections are too many",
        ),
        Keeps(
            """
            import os

            from sqlalchemy import create_engine

            DB_POOL_SIZE = 12
            engine = create_engine(os.environ["SHOP_DATABASE"], pool_pre_ping=True)
            """,
            because="the database may be SQLite, which takes no size for some pools",
            reports="`DB_POOL_SIZE` is set and nothing reads it; left to a person: the address of the database may be",
        ),
        Keeps(
            """
            import os

            from sqlalchemy import create_engine

            DB_POOL_SIZE = 12
            URL = "postgresql://db.example/orders"
            engine = create_engine(URL, pool_size=DB_POOL_SIZE, pool_pre_ping=True)
            reports = create_engine(URL, pool_pre_ping=True)
            """,
            because="another engine has the connections that the project sets aside",
        ),
        Keeps(
            {
                "shop/config.py": """
                    from pydantic_settings import BaseSettings


                    class Settings(BaseSettings):
                        DB_POOL_SIZE: int = 10


                    def get_settings():
                        return Settings()
                    """,
                "shop/db.py": """
                    from shop.other import settings
                    from sqlalchemy import create_engine

                    engine = create_engine("postgresql://db.example/orders", pool_pre_ping=True)
                    """,
            },
            because="the engine has other settings",
            reports="`DB_POOL_SIZE` is set and nothing reads it; left to a person: no engine can reach it for sure",
        ),
    )
