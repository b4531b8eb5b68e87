"""A campaign's journal: the same holds in a file and in a real PostgreSQL, whatever kills whom."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixbot.campaign.records import Pull, Seen
from fixbot.errors import OperatorError
from fixbot.shell.campaign import sqlite
from fixbot.shell.campaign.journal import Journal, open_journal
from fixbot.shell.campaign.tables import PULLS, REPOSITORIES
from tests.parts import postgresql

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PULL = Pull(repository="octo/one", number=7, codemod="bare-except", state="open", title="Say what", created=NOON)
ONE = Seen(
    name="octo/one",
    place="https://github.com/octo/one.git",
    is_named=True,
    branch="main",
    head="a" * 40,
    key="k",
    owners=("@octo/core", "@hubot"),
    findings=3,
    offered=2,
    because="1 open here, and the limit is 1",
    seconds=1.25,
    tries=1,
    requests=9,
    writes=3,
    pulls=(PULL, replace(PULL, number=9, state="merged", decided=NOON + timedelta(days=1))),
)
TWO = Seen(name="octo/two", place="/srv/two")


@dataclass(frozen=True)
class Kept:
    """Where a journal is kept: what opens it, and runs SQL in it behind its back."""

    place: Path
    url: str
    sql: Callable[[str], list[tuple[Any, ...]]]

    def open(self, campaign: str = "spring") -> AbstractContextManager[Journal]:
        return open_journal(self.place, campaign, self.url)


@pytest.fixture(scope="session")
def server() -> Iterator[postgresql.Server]:
    programs = postgresql.programs()
    if programs is None:
        pytest.skip("there is no initdb: install PostgreSQL")
    with postgresql.running(programs) as running:
        yield running


NUMBERS = count()
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes do not fork here")


@contextmanager
def database(server: postgresql.Server) -> Iterator[str]:
    name = f"journal{next(NUMBERS)}"
    server.run("postgres", f"CREATE DATABASE {name}")
    yield name
    server.run("postgres", f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def in_file(tmp_path: Path) -> Kept:
    place = tmp_path / "campaigns" / "journal.sqlite"

    def sql(text: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(place, isolation_level=None)) as connection:
            return connection.execute(text).fetchall()

    return Kept(place, "", sql)


@pytest.fixture
def in_postgresql(server: postgresql.Server, tmp_path: Path) -> Iterator[Kept]:
    with database(server) as name:
        yield Kept(tmp_path / "never", server.url(name), lambda text: server.run(name, text))
        assert not (tmp_path / "never").exists()


@pytest.fixture(params=["in_file", pytest.param("in_postgresql", marks=pytest.mark.real)])
def kept(request: pytest.FixtureRequest) -> Kept:
    found: Kept = request.getfixturevalue(request.param)
    return found


@contextmanager
def process(kept: Kept, body: str) -> Iterator[subprocess.Popen[str]]:
    """Run Python that has the `journal` of spring; begin with what it prints first."""
    head = "from pathlib import Path; import os, sys, time; from dataclasses import replace\n"
    head += "from fixbot.campaign.records import Pull, Seen; from fixbot.shell.campaign.journal import open_journal\n"
    opened = f"with open_journal(Path({str(kept.place)!r}), 'spring', {kept.url!r}) as journal:\n"
    script = head + opened + "".join(f"    {line}\n" for line in body.splitlines())
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == "here\n"
            yield running
        finally:
            running.kill()


def test_what_was_saved_comes_back(kept: Kept) -> None:
    with kept.open() as journal:
        journal.save(TWO)
        journal.save(ONE)
    with kept.open() as journal:
        assert journal.repositories() == [ONE, TWO]


def test_every_field_of_a_record_has_a_column() -> None:
    names = [{field.name for field in fields(record)} for record in (Seen, Pull)]
    assert [set(REPOSITORIES.row("c", ONE)), set(PULLS.row("c", PULL))] == [
        names[0] - {"pulls"} | {"campaign"},
        names[1] | {"campaign"},
    ]


TEXTS = st.text(st.characters(codec=None), max_size=12) | st.sampled_from(
    ["\x1a0000", "a\0b", "\udcff", "'; --", ":name"]
)
WHOLE = st.integers(0, 2**40)
TIMES = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - `timezones` are added
    datetime(2100, 1, 1),  # noqa: DTZ001 - `timezones` are added
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9.5))]),
)
PULLS_OF_ONE = st.builds(
    Pull,
    repository=st.just(""),
    number=WHOLE,
    codemod=TEXTS,
    state=st.sampled_from(["open", "merged", "declined", "withdrawn"]),
    title=TEXTS,
    url=TEXTS,
    findings=WHOLE,
    created=st.none() | TIMES,
    decided=st.none() | TIMES,
)
RECORDS = st.builds(
    Seen,
    name=TEXTS,
    place=TEXTS,
    is_named=st.booleans(),
    **dict.fromkeys(("skipped", "failed", "branch", "head", "key", "because"), TEXTS),
    owners=st.lists(TEXTS, max_size=3).map(tuple),
    findings=st.none() | WHOLE,
    **dict.fromkeys(("offered", "tries", "requests", "writes"), WHOLE),
    seconds=st.floats(0, 1e9),
    pulls=st.lists(PULLS_OF_ONE, max_size=3, unique_by=lambda pull: pull.number),
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(RECORDS)
def test_whatever_was_saved_comes_back_equal(kept: Kept, made: Seen) -> None:
    pulls = sorted(made.pulls, key=lambda pull: pull.number)
    seen = replace(made, pulls=tuple(replace(pull, repository=made.name) for pull in pulls))
    with kept.open() as journal:
        journal.save(seen)
        assert journal.repositories() == [seen]
        assert all(pull.created.tzinfo == UTC for pull in journal.repositories()[0].pulls if pull.created)
        journal.forget([seen.name])
        assert journal.repositories() == []


def test_what_is_saved_again_takes_the_place_of_what_was_there(kept: Kept) -> None:
    later = replace(ONE, findings=None, owners=(), pulls=(replace(PULL, state="declined", decided=NOON),))
    with kept.open() as journal:
        journal.save(ONE)
        journal.save(later)
        assert journal.repositories() == [later]
    assert kept.sql("SELECT number, state FROM pulls") == [(7, "declined")]


def test_an_operator_reads_it_with_sql(kept: Kept) -> None:
    with kept.open() as journal:
        journal.save(ONE)
    assert kept.sql("SELECT campaign, name, findings, owners FROM repositories WHERE is_named") == [
        ("spring", "octo/one", 3, '["@octo/core", "@hubot"]')
    ]
    assert kept.sql("SELECT created, decided FROM pulls WHERE state = 'open'") == [
        ("2026-03-01T12:00:00.000000+00:00", None)
    ]


def test_two_campaigns_share_a_database(kept: Kept) -> None:
    with kept.open() as spring, kept.open("autumn") as autumn:
        spring.save(ONE)
        autumn.save(replace(ONE, findings=0, pulls=()))
        spring.halt("stopped")
        assert autumn.halted() == ""
        assert spring.repositories() == [ONE]
        autumn.forget(["octo/one"])
        assert (spring.repositories(), autumn.repositories()) == ([ONE], [])
        with spring.alone(), autumn.alone():
            pass


def test_who_takes_no_part_any_more_is_forgotten_with_its_pull_requests(kept: Kept) -> None:
    with kept.open() as journal:
        journal.save(ONE)
        journal.save(TWO)
        journal.forget(["octo/one", "octo/none"])
        assert journal.repositories() == [TWO]
    assert kept.sql("SELECT * FROM pulls") == []


def test_a_halt_holds_until_the_campaign_goes_on(kept: Kept) -> None:
    with kept.open() as journal:
        assert journal.halted() == ""
        journal.halt("paused")
        journal.halt("stopped: see #12")
    with kept.open() as journal:
        assert journal.halted() == "stopped: see #12"
        journal.go()
        journal.go()
        assert journal.halted() == ""


def test_the_pace_is_that_of_the_last_hour_of_every_campaign(kept: Kept) -> None:
    now = datetime.now(UTC)
    before, lately = now - timedelta(minutes=70), now - timedelta(minutes=20)
    with kept.open() as spring, kept.open("autumn") as autumn:
        spring.wrote(before, 3)
        assert spring.pace().sent == []
        spring.wrote(now, 2)
        autumn.wrote(lately, 4)
        spring.wrote(now, 1)
        assert spring.pace().sent == [(lately, 4), (now, 3)]
        assert spring.pace().wait(now, 77) == timedelta()
        assert spring.pace().wait(now, 78) == timedelta(minutes=1)
    assert kept.sql("SELECT sum(number), count(*) FROM writes") == [(7, 2)]


def test_who_comes_second_is_refused_and_may_come_once_the_first_was_killed(kept: Kept) -> None:
    body = "with journal.alone():\n    print('here', flush=True)\n    time.sleep(60)"
    with process(kept, body) as first, kept.open() as journal:
        with pytest.raises(OperatorError, match="another process works on the campaign spring"), journal.alone():
            pass
        first.kill()
        first.wait()
        become_alone(journal)


@FORKS
def test_a_forked_process_that_outlives_the_first_holds_nothing(kept: Kept) -> None:
    body = """with journal.alone():
    child = os.fork()
    if not child:
        time.sleep(60)
        os._exit(0)
    print('here', child, sep='\\n', flush=True)
    time.sleep(60)"""
    with process(kept, body) as first, kept.open() as journal:
        assert first.stdout is not None
        child = int(first.stdout.readline())
        try:
            first.kill()
            first.wait()
            become_alone(journal)
            os.kill(child, 0)  # it still runs
        finally:
            os.kill(child, signal.SIGKILL)


def become_alone(journal: Journal) -> None:
    """Be alone as soon as the server has seen that the other one is gone; a file's lock is free at once."""
    for _ in range(100):
        with suppress(OperatorError), journal.alone():
            return
        time.sleep(0.05)
    with journal.alone():
        return


def test_the_lock_is_free_after_the_first_is_done(kept: Kept) -> None:
    with kept.open() as first, kept.open() as second:
        with first.alone():
            pass
        with second.alone():
            pass


@FORKS
def test_a_forked_process_that_ends_does_not_break_the_connection(kept: Kept) -> None:
    body = """journal.save(Seen(name='a', place=''))
if not os.fork():
    sys.exit()
os.wait()
journal.save(Seen(name='b', place=''))
print('here', flush=True)"""
    with process(kept, body), kept.open() as journal:
        assert [seen.name for seen in journal.repositories()] == ["a", "b"]


SAVING = """print('here', flush=True)
for turn in range(10**6):
    pulls = tuple(Pull(repository='r', number=n, codemod=str(turn), state='open') for n in range(5))
    journal.save(Seen(name='r', place=str(turn), pulls=pulls))"""


def assert_whole(journal: Journal) -> int:
    """Give the turn that is there; all its rows are of the same one."""
    [seen] = journal.repositories()
    assert [pull.codemod for pull in seen.pulls] == [seen.place] * 5
    return int(seen.place)


def test_a_process_that_is_killed_while_it_saves_leaves_whole_rows(kept: Kept) -> None:
    for turn in range(6):
        with process(kept, SAVING) as running:
            time.sleep(0.05 + turn * 0.013)
            running.kill()
            running.wait()
        with kept.open() as journal:
            assert_whole(journal)
            journal.save(replace(TWO, name=f"after {turn}"))
            journal.forget([f"after {turn}"])


def test_who_reads_while_another_writes_sees_whole_rows(kept: Kept) -> None:
    with process(kept, SAVING), kept.open() as journal:
        while not journal.repositories():
            time.sleep(0.01)
        turns = [assert_whole(journal) for _ in range(50)]
        time.sleep(0.1)
        assert assert_whole(journal) > turns[0]


def test_a_journal_of_another_version_is_to_be_deleted(kept: Kept) -> None:
    with kept.open():
        kept.sql("UPDATE fixbot_journal SET version = 'older'")
    with (
        pytest.raises(OperatorError, match=r"another version.*: (delete /|drop the tables repositories, ).*nothing"),
        kept.open(),
    ):
        pass


def test_tables_of_something_else_are_left_alone(kept: Kept) -> None:
    kept.place.parent.mkdir(exist_ok=True)
    kept.sql("CREATE TABLE repositories (id INTEGER)")
    with pytest.raises(OperatorError, match="has other tables than a journal"), kept.open():
        pass
    assert kept.sql("SELECT * FROM repositories") == []


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("repositories", "owners = '{}'"),
        ("repositories", "owners = '[1]'"),
        ("repositories", "owners = '['"),
        ("repositories", "findings = -1"),
        ("pulls", "state = 'maybe'"),
        ("pulls", "created = 'yesterday'"),
        ("pulls", "created = '2026-01-01T00:00:00'"),
        ("pulls", "created = '2026-01-01T00:00:00+01:00'"),
    ],
)
def test_a_row_that_somebody_edited_into_nonsense_is_named(kept: Kept, table: str, change: str) -> None:
    with kept.open() as journal:
        journal.save(ONE)
        kept.sql(f"UPDATE {table} SET {change}")  # noqa: S608 - it is written above
        column = change.partition(" ")[0]
        with pytest.raises(OperatorError, match=f"table {table} has a row \\('octo/one', …\\) whose {column} fixbot"):
            journal.repositories()
        journal.save(ONE)
        assert journal.repositories() == [ONE]


@pytest.mark.parametrize(
    "change", ["findings = 'x'", "seconds = 'x'", "seconds = 9e999", "is_named = 2", "place = x'ff'"]
)
def test_a_value_of_another_kind_is_named(in_file: Kept, change: str) -> None:
    with in_file.open() as journal:
        journal.save(ONE)
        in_file.sql(f"UPDATE repositories SET {change}")  # noqa: S608 - it is written above
        with pytest.raises(
            OperatorError, match=f"whose {change.partition(' ')[0]} fixbot did not write: delete that row"
        ):
            journal.repositories()


@contextmanager
def refused(words: str) -> Iterator[None]:
    with pytest.raises(OperatorError) as caught:
        yield
    assert words in str(caught.value)


def test_a_full_disk_loses_nothing_that_was_there(in_file: Kept) -> None:
    with in_file.open() as journal:
        journal.save(ONE)
        journal._database._connection.execute("PRAGMA max_page_count = 12")  # type: ignore[attr-defined]  # noqa: SLF001 - a disk of that size
        with refused("does not fit on the disk any more: make room"):
            journal.save(replace(TWO, failed="x" * 100_000))
        assert journal.repositories() == [ONE]
        journal.save(replace(ONE, tries=2))
    with in_file.open() as journal:
        assert journal.repositories() == [replace(ONE, tries=2)]


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such limits")
def test_a_file_that_may_not_grow_loses_nothing_that_was_there(in_file: Kept) -> None:
    body = """import resource
from fixbot.errors import OperatorError
journal.save(Seen(name='a', place=''))
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
try:
    for turn in range(100):
        journal.save(Seen(name=str(turn), place='x' * 10_000))
except OperatorError as exc:
    print('here', exc, turn, sep='\\n', flush=True)"""
    with process(in_file, body) as running:
        assert running.stdout is not None
        assert "cannot be read or written: check the disk" in running.stdout.readline()
        saved = int(running.stdout.readline())
    with in_file.open() as journal:
        assert len(journal.repositories()) == 1 + saved


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "notes.txt"
    place.write_text("not a database, but long enough to be looked at" * 10)
    with refused("is no journal: name another file"), open_journal(place, "spring"):
        pass
    assert place.read_text().startswith("not a database")


def test_a_place_that_is_no_file_is_refused(tmp_path: Path) -> None:
    with refused("cannot be opened: check that it is a file"), open_journal(tmp_path, "spring"):
        pass
    (tmp_path / "file").touch()
    with refused("the folder of the journal"), open_journal(tmp_path / "file" / "journal", "spring"):
        pass


def test_a_lock_that_cannot_be_opened_is_named(in_file: Kept) -> None:
    in_file.place.with_name("journal.sqlite.spring.lock").mkdir(parents=True)
    with in_file.open() as journal, refused("journal.sqlite.spring.lock cannot be opened"), journal.alone():
        pass


def test_a_file_that_may_only_be_read_can_be_read(in_file: Kept) -> None:
    with in_file.open() as journal:
        journal.save(ONE)
    with in_file.open() as journal:
        journal._database._connection.execute("PRAGMA query_only = 1")  # type: ignore[attr-defined]  # noqa: SLF001 - root may write any file
        assert journal.repositories() == [ONE]
        with refused("cannot be written: check who may write there"):
            journal.save(TWO)


def test_a_file_that_another_program_keeps_locked_is_given_up(in_file: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 0.1)
    with in_file.open() as journal, closing(sqlite3.connect(in_file.place, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with refused("is locked by another program for too long"):
            journal.save(ONE)


def test_a_file_that_a_process_died_over_before_it_had_tables_is_filled(in_file: Kept) -> None:
    in_file.place.parent.mkdir()
    in_file.place.touch()
    with in_file.open() as journal:
        assert journal.repositories() == []


def test_several_who_come_first_at_once_make_one_journal(kept: Kept) -> None:
    together = Barrier(4)

    def come(_: int) -> list[Seen]:
        together.wait(10)
        with kept.open() as journal:
            return journal.repositories()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(come, range(4))) == [[]] * 4
    assert len(kept.sql("SELECT * FROM fixbot_journal")) == 1


SECRETS = [
    "postgresql+psycopg://bob:s3cret@localhost/db",
    "postgresql://bob:s3@cret@localhost/db",
    "postgresql+psycopg://bob@localhost/db?password=s3cret",
    "postgresql+psycopg://bob@localhost/db?sslpassword=s3cret",
    "postgresql+psycopg://:s3cret@/db",
    "mysql://bob:s3cret@localhost/db",
]


@pytest.mark.real
@pytest.mark.parametrize("url", SECRETS)
def test_an_address_with_a_password_is_refused_and_never_shown(url: str, tmp_path: Path) -> None:
    with (
        pytest.raises(OperatorError, match=r"PGPASSWORD or ~/[.]pgpass") as caught,
        open_journal(tmp_path, "spring", url),
    ):
        pass
    shown = f"{caught.value}{caught.value.__cause__}"
    assert not [word for word in ("s3", "cret", "bob") if word in shown]


@pytest.mark.real
@pytest.mark.parametrize(
    "url", ["s3cret", "bob:s3cret@host", "postgresql://bob@host:s3cret/db", "postgresql://bob@s3cret..host/db"]
)
def test_what_is_no_address_is_refused_and_never_shown(url: str, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="address is none") as caught, open_journal(tmp_path, "spring", url):
        pass
    assert not [word for word in ("s3cret", "bob") if word in f"{caught.value}{caught.value.__cause__}"]


@pytest.mark.real
@pytest.mark.parametrize("url", ["sqlite:///journal.sqlite", "mysql://host/db", "postgresql+asyncpg://host/db"])
def test_another_kind_of_database_is_refused(url: str, tmp_path: Path) -> None:
    with refused("kept in a file or in PostgreSQL"), open_journal(tmp_path, "spring", url):
        pass


def test_without_sqlalchemy_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with refused("pip install 'fixbot[postgresql]'"), open_journal(tmp_path, "spring", "postgresql://host/db"):
        pass
    with open_journal(tmp_path / "journal", "spring") as journal:
        assert journal.repositories() == []


@pytest.mark.real
def test_without_the_driver_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with refused("pip install 'fixbot[postgresql]'"), open_journal(tmp_path, "spring", "postgresql://host/db"):
        pass


@pytest.mark.real
def test_a_password_comes_from_the_environment(
    server: postgresql.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database(server) as name:
        monkeypatch.setenv("PGPASSWORD", "wrong-horse")
        with pytest.raises(OperatorError, match="refuses the login") as caught:
            opened(server.networked(name), tmp_path)
        said = f"{caught.value}{caught.value.__cause__}"
        assert not [word for word in (postgresql.USER, "horse", "127.0.0.1") if word in said]
        monkeypatch.setenv("PGPASSWORD", postgresql.PASSWORD)
        opened(server.networked(name).replace("+psycopg", ""), tmp_path)


def opened(url: str, place: Path) -> None:
    with open_journal(place, "spring", url) as journal:
        journal.save(ONE)
        assert journal.repositories() == [ONE]


@pytest.mark.real
def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with refused("cannot be reached"), open_journal(tmp_path, "spring", f"postgresql:///db?host={tmp_path}"):
        pass


@pytest.mark.real
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("53100", "is full or has no connection left: make room"),
        ("25006", "is read-only"),
        ("22P05", "ENCODING 'UTF8'"),
        ("XX001", "failed with SQLSTATE XX001"),
    ],
)
def test_what_the_server_refuses_loses_nothing_that_was_there(in_postgresql: Kept, code: str, words: str) -> None:
    with in_postgresql.open() as journal:
        journal.save(ONE)
        body = f"BEGIN RAISE EXCEPTION 'bob s3cret' USING ERRCODE = '{code}'; END"
        in_postgresql.sql(f"CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $${body}$$")
        in_postgresql.sql("CREATE TRIGGER fail BEFORE INSERT ON pulls EXECUTE FUNCTION fail()")
        with refused(words):
            journal.save(replace(ONE, pulls=(replace(PULL, number=1),)))
        assert journal.repositories() == [ONE]


@pytest.mark.real
def test_a_login_that_may_not_make_tables_is_told(server: postgresql.Server, tmp_path: Path) -> None:
    with database(server) as name:
        server.run(name, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        server.run(name, "CREATE ROLE guest LOGIN")
        with refused("let the login make tables"), open_journal(tmp_path, "spring", server.url(name, "guest")):
            pass
        server.run(name, "DROP ROLE guest")


@pytest.mark.real
def test_a_connection_that_broke_is_not_replaced_because_its_lock_is_gone(in_postgresql: Kept) -> None:
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with in_postgresql.open() as journal, journal.alone():
        assert in_postgresql.sql(f"SELECT pg_terminate_backend(pid), application_name {others}") == [(True, "fixbot")]
        with refused("broke off"):
            journal.save(ONE)
        with refused("broke off: run this again"):
            journal.save(ONE)
    with in_postgresql.open() as journal:
        assert journal.repositories() == []


@pytest.mark.real
def test_a_lock_that_is_held_for_too_long_is_given_up(in_postgresql: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fixbot.shell.campaign.postgresql.PATIENCE", 1)
    with in_postgresql.open() as journal, in_postgresql.open() as other:
        with other._database.writing(), refused("is locked by another program for too long"):  # noqa: SLF001 - amid a save
            journal.save(ONE)
        journal.save(ONE)
