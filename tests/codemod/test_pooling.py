"""Pools of connections get the limits that their project sets, where these are right for their database."""

from __future__ import annotations

import pytest

from fixbot.model import Safety
from tests.codemod.whole_projects import remade, told

SLUG = "engine-without-pool-limits"
ADDRESSES = {
    "'postgresql://db/x'": "server",
    "'mysql+pymysql://db/x'": "server",
    "'sqlite://'": "file",
    "'sqlite+aiosqlite:///x.db'": "file",
    "'duckdb:///x.db'": "file",
    "'strange://db'": None,
    "f'postgresql://{host}/x'": "server",
    "'postgresql://' + host": "server",
    "'postgresql://%s/x' % host": "server",
    "'postgresql://{}/x'.format(host)": "server",
    "URL.create('postgresql+asyncpg', host=host)": "server",
    "URL.create(drivername='sqlite')": "file",
    "str(SERVER)": "server",
    "make_url(SERVER)": "server",
    "SERVER.replace('x', 'y')": "server",
    "TWICE": None,
    "host": None,
    "os.environ['URL']": None,
    "os.getenv('URL')": None,
    "os.getenv('URL', 'postgresql://db/x')": None,
}
ENGINE = """
import os

from sqlalchemy import URL, create_engine, make_url

DB_POOL_SIZE = 7
SERVER = "postgresql://db/x"
TWICE = "postgresql://db/x"
if os.environ.get("LOCAL"):
    TWICE = "sqlite://"


def engine(host):
    return create_engine(%s)
"""


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_size_is_given_to_what_is_surely_a_server(address: str) -> None:
    after = remade(SLUG, {"sample.py": ENGINE % address}).get("sample.py", "")
    added = [word for word in ("pool_size=DB_POOL_SIZE", "pool_pre_ping=True") if word in after]
    expected = {"server": ["pool_size=DB_POOL_SIZE", "pool_pre_ping=True"], "file": [], None: ["pool_pre_ping=True"]}
    assert added == expected[ADDRESSES[address]]


def test_what_comes_from_outside_is_a_server_where_nobody_speaks_of_sqlite() -> None:
    text = ENGINE.replace("sqlite://", "postgresql://other/x") % "os.getenv('URL', 'postgresql://db/x')"
    assert "pool_size=DB_POOL_SIZE" in remade(SLUG, {"sample.py": text})["sample.py"]


SETTINGS = """
from pydantic import PostgresDsn
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    url: %s
    db_pool_size: int = 7
    db_max_overflow: int = 0
    database_pool_recycle: int = 600
    redis_pool_size: int = 3


settings = Settings()
"""


@pytest.mark.parametrize(
    ("annotation", "sized"),
    [("PostgresDsn", True), ("str", False), ("str = 'postgresql://db/x'", True), ("str = 'strange://db/x'", False)],
)
def test_an_address_of_the_settings_tells_what_it_leads_to(annotation: str, sized: bool) -> None:  # noqa: FBT001 - a case
    text = "from config import settings\nfrom sqlalchemy import create_engine\n\nengine = create_engine(settings.url)\n"
    after = remade(SLUG, {"config.py": SETTINGS % annotation, "db.py": text})["db.py"]
    limits = "pool_size=settings.db_pool_size, max_overflow=settings.db_max_overflow"
    assert (limits in after) == sized
    assert ("pool_recycle=settings.database_pool_recycle" in after) == sized
    assert "pool_pre_ping=True" in after


def test_a_limit_that_something_reads_is_left_where_it_is() -> None:
    text = """
    from sqlalchemy import create_engine

    DB_POOL_SIZE = 7
    main = create_engine("postgresql://db/x", pool_size=DB_POOL_SIZE, pool_pre_ping=True)
    other = create_engine("postgresql://db/y", pool_pre_ping=True)
    """
    assert not told(SLUG, text)


def test_an_engine_with_a_size_keeps_it_and_the_setting_is_told() -> None:
    text = """
    from sqlalchemy import create_engine

    DB_POOL_SIZE = 7
    main = create_engine("postgresql://db/x", pool_size=3, pool_pre_ping=True)
    """
    (found,) = told(SLUG, text)
    assert found.safety is Safety.MANUAL
    assert found.line == 3


def test_settings_that_no_pool_could_use_are_nobodys_matter() -> None:
    assert not told(SLUG, "DB_POOL_SIZE = 7\n")
    assert not told(SLUG, "import redis\n\nDB_POOL_SIZE = 7\nredis.Redis()\n")


@pytest.mark.parametrize(
    "call",
    [
        "redis.Redis()",
        "redis.StrictRedis(host='x')",
        "redis.from_url(settings.url)",
        "redis.Redis.from_url(settings.url)",
        "redis.ConnectionPool(host='x')",
        "redis.BlockingConnectionPool.from_url(settings.url)",
    ],
)
def test_clients_and_pools_of_redis_take_a_limit(call: str) -> None:
    text = f"import redis\nfrom config import settings\n\nclient = {call}\n"
    after = remade(SLUG, {"config.py": SETTINGS % "str", "cache.py": text})["cache.py"]
    assert "max_connections=settings.redis_pool_size)" in after


@pytest.mark.parametrize("call", ["redis.Redis(connection_pool=pool)", "redis.Redis(max_connections=4)"])
def test_a_client_with_a_pool_or_a_limit_keeps_it(call: str) -> None:
    text = f"import redis\nfrom config import settings\n\npool = None\nclient = {call}\n"
    assert not remade(SLUG, {"config.py": SETTINGS % "str", "cache.py": text})


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("engine = create_engine(url)\n    return engine", True),
        ("engine = create_engine(url)\n    return Session(engine)", True),
        ("global engine\n    engine = create_engine(url)", True),
        ("self.engine = create_engine(url)", True),
        ("engine = create_engine(url)\n    engine.connect().close()", False),
        ("engine = create_engine(url)\n    yield engine\n    engine.dispose()", False),
        ("create_engine(url).connect()", False),
    ],
)
def test_a_pool_that_does_not_outlive_its_function_is_left_alone(body: str, found: bool) -> None:  # noqa: FBT001 - a case
    assert bool(told(SLUG, f"from sqlalchemy import create_engine\n\n\ndef use(self, url):\n    {body}\n")) == found


def test_a_test_that_looks_at_the_arguments_of_an_engine_keeps_them() -> None:
    text = "from sqlalchemy import create_engine\n\n\ndef engine(url):\n    return create_engine(url)\n"
    test = """
    from unittest import mock

    import db


    @mock.patch("db.create_engine")
    def test_it(made):
        db.engine("x")
        made.assert_called_once_with("x")
    """
    (found,) = told(SLUG, {"db.py": text, "test_db.py": test})
    assert "test_db.py:6" in found.message


def test_what_the_environment_is_asked_for_by_the_same_name_is_shown() -> None:
    config = """
    class Settings:
        DB_POOL_SIZE: int = 5
    """
    text = """
    import os

    from sqlalchemy import create_engine

    engine = create_engine("postgresql://db/x", pool_size=int(os.environ["DB_POOL_SIZE"]), pool_pre_ping=True)
    """
    (found,) = told(SLUG, {"config.py": config, "db.py": text})
    assert found.path == "config.py"
    assert found.evidence[0].says == "`DB_POOL_SIZE` is asked of the environment itself in db.py:5"
