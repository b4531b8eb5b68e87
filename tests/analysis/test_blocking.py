from __future__ import annotations

import ast
import textwrap

import pytest

from fixbot.analysis.coroutines.instances import classes_of
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.places import run_by
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File
from fixbot.analysis.knowledge.blocking import table
from fixbot.analysis.waiting.blocking import Blocking, blocking


def file_of(text: str) -> File:
    file = Corpus({"app.py": text.encode()}).file("app.py")
    assert file is not None
    return file


def in_function(body: str, parameters: str = "", head: str = "") -> File:
    return file_of(f"{head}\nasync def f({parameters}):\n{textwrap.indent(body, '    ')}\n")


def found_in(file: File) -> list[Blocking]:
    nesting = Nesting(file)
    functions = [node for node in ast.walk(file.module.tree) if isinstance(node, ast.AsyncFunctionDef)]
    calls = [call for function in functions for call in run_by(function)]
    found = [blocking(file, call, nesting.statement(call)) for call in calls]
    return [each for each in found if each is not None]


def blocked(body: str, parameters: str = "", head: str = "") -> list[str]:
    return [f"{each.kind} {each.name}" for each in found_in(in_function(body, parameters, head))]


NAMES = [
    ("import time", "time.sleep(1)", ["sleep time.sleep"]),
    ("import time as t", "t.sleep(1)", ["sleep time.sleep"]),
    ("from time import sleep as nap", "nap(1)", ["sleep time.sleep"]),
    ("import requests", "requests.get(u)", ["http requests.get"]),
    ("from requests import api", "api.post(u)", ["http requests.api.post"]),
    ("import httpx2", "httpx2.patch(u)", ["http httpx2.patch"]),
    ("import urllib", "urllib.request.urlopen(u)", ["http urllib.request.urlopen"]),
    ("from urllib.request import urlopen", "urlopen(u)", ["http urllib.request.urlopen"]),
    ("import subprocess as sp", "sp.run(a)", ["process subprocess.run"]),
    ("import subprocess", "subprocess.Popen(a)", []),
    ("import os", "os.system(a)", ["process os.system"]),
    ("import os", "os.spawnl(os.P_WAIT, a)", ["process os.spawnl"]),
    ("import os", "os.spawnl(os.P_NOWAIT, a)", []),
    ("import os", "os.spawnv(mode=os.P_NOWAIT)", []),
    ("import os", "os.spawnl(1, a)", []),
    ("import os", "os.spawnl(0, a)", ["process os.spawnl"]),
    ("import os", "os.waitpid(p, 0)", ["process os.waitpid"]),
    ("import os", "os.waitpid(p, os.WNOHANG | os.WUNTRACED)", []),
    ("", "input()", ["input input"]),
    ("import builtins", "builtins.input()", ["input input"]),
    ("from app import input", "input()", []),
    ("from app import *", "input()", []),
    ("import sys", "sys.stdin.readline()", ["input sys.stdin.readline"]),
    ("import socket", "socket.getaddrinfo(h, 1)", ["socket socket.getaddrinfo"]),
    ("", "open(p)", ["file open"]),
    ("import io", "io.open_code(p)", ["file io.open_code"]),
    ("import smtplib", "smtplib.SMTP(h)", ["socket smtplib.SMTP"]),
    ("import smtplib", "smtplib.SMTP()", []),
    ("", "x.get(u)", []),
    ("", "(lambda: 1)()", []),
]


@pytest.mark.parametrize(("head", "call", "expected"), NAMES)
def test_what_is_called_is_known_by_its_full_name(head: str, call: str, expected: list[str]) -> None:
    assert blocked(call, head=head) == expected


METHODS = [
    ("p = subprocess.Popen(a)\np.wait()", "", ["process subprocess.Popen.wait"]),
    ("p = subprocess.Popen(a)\np.poll()", "", []),
    ("with subprocess.Popen(a) as p:\n    p.communicate()", "", ["process subprocess.Popen.communicate"]),
    ("c.get(u)", "c: httpx.Client", ["http httpx.Client.get"]),
    ("c.get(u)", "c: httpx.Client | None = None", ["http httpx.Client.get"]),
    ("c.get(u)", "c: None | httpx.Client", ["http httpx.Client.get"]),
    ("c.get(u)", "c: Optional[httpx.Client]", ["http httpx.Client.get"]),
    ("c.get(u)", "c: Union[httpx.Client, None]", ["http httpx.Client.get"]),
    ("c.get(u)", "c: 'httpx.Client'", ["http httpx.Client.get"]),
    ("c.get(u)", "c: Annotated[httpx.Client, 1]", ["http httpx.Client.get"]),
    ("c.get(u)", "c: httpx.Client | int", []),
    ("c.get(u)", "c: Union[httpx.Client, unknown()]", []),
    ("c.get(u)", "c: 'no type at all'", []),
    ("c.get(u)", "c: httpx.AsyncClient", []),
    ("c.get(u)", "c: list[httpx.Client]", []),
    ("c.get(u)", "c", []),
    ("c.get(u)", "*c: httpx.Client", []),
    ("c: httpx.Client = x()\nc.get(u)", "x", ["http httpx.Client.get"]),
    ("c = httpx.Client()\nc = x()\nc.get(u)", "x", []),
    ("c = None\nc = httpx.Client()\nc.get(u)", "", ["http httpx.Client.get"]),
    ("c = httpx.Client()\nd = c\nd.get(u)", "", ["http httpx.Client.get"]),
    ("for c in x:\n    c.get(u)", "x", []),
    ("c = httpx.Client()\nfor c in x:\n    c.get(u)", "x", []),
    ("c = httpx.Client()\nc += 1\nc.get(u)", "", []),
    ("c, d = httpx.Client(), 1\nc.get(u)", "", ["http httpx.Client.get"]),
    ("c, *d = httpx.Client(), 1\nc.get(u)", "", []),
    ("c, d = x\nc.get(u)", "x", []),
    ("if c := httpx.Client():\n    c.get(u)", "", ["http httpx.Client.get"]),
    ("async with httpx.Client() as c:\n    c.get(u)", "", []),
    ("try:\n    pass\nexcept OSError as c:\n    c.get(u)", "", []),
    ("def c(): pass\nc.get(u)", "", []),
    ("import c\nc.get(u)", "", []),
    ("httpx.Client().stream(u)", "", ["http httpx.Client.stream"]),
    ("requests.session().get(u)", "", ["http requests.Session.get"]),
    ("requests.sessions.Session().get(u)", "", ["http requests.Session.get"]),
    ("requests.Session().mount(u)", "", []),
    ("Path(p).read_text()", "p", ["file pathlib.Path.read_text"]),
    ("(Path(p) / 'x').parent.resolve().read_text()", "p", ["file pathlib.Path.read_text"]),
    ("Path.home().with_name('x').open()", "", ["file pathlib.Path.open"]),
    ("Path(p).name.read_text()", "p", []),
    ("Path(p).exists()", "p", []),
    ("(p + 'x').read_text()", "p: Path", []),
    ("f'{p}'.read_text()", "p", []),
    ("open(p).read()", "p", ["file io.TextIOWrapper.read", "file open"]),
    ("urllib.request.urlopen(u).read()", "", ["http http.client.HTTPResponse.read", "http urllib.request.urlopen"]),
    (
        "r = await asyncio.to_thread(urllib.request.urlopen, u)\nr.read()",
        "",
        ["http http.client.HTTPResponse.read"],
    ),
    ("await other(httpx.Client)\n(await other(x)).get()", "x", []),
    ("s = socket.socket()\ns.recv(1)", "", ["socket socket.socket.recv"]),
    ("s = socket.socket()\ns.settimeout(0)\ns.recv(1)", "", []),
    ("s = socket.socket()\ns.settimeout(4)\ns.recv(1)", "", ["socket socket.socket.recv"]),
    ("s = socket.socket()\ntry:\n    s.recv(1)\nexcept BlockingIOError:\n    pass", "", []),
    ("s = socket.socket()\ntry:\n    s.recv(1)\nexcept OSError:\n    pass", "", ["socket socket.socket.recv"]),
    ("socket.getaddrinfo(a, 1, 0, socket.AI_NUMERICHOST)", "a", []),
    ("socket.socket().connect(a)", "a", ["socket socket.socket.connect"]),
    ("m = urllib3.PoolManager()\nm.request('get', u)", "", ["http urllib3.PoolManager.request"]),
    ("m = urllib3.PoolManager()\nm.request(verb, u)", "verb", ["http urllib3.PoolManager.request"]),
    ("m = urllib3.PoolManager()\nm.request(method='PUT')", "", ["http urllib3.PoolManager.request"]),
    ("m = urllib3.PoolManager()\nm.request(x.verb, u)", "x", ["http urllib3.PoolManager.request"]),
    ("m = urllib3.PoolManager()\nm.request('sPUTnik')", "", []),
    ("m = urllib3.PoolManager()\nm.request(None)", "", []),
    ("m = urllib3.PoolManager()\nm.request(NOWHERE)", "", []),
    ("m = urllib3.PoolManager()\nm.request()", "", []),
]
HEAD = (
    "import asyncio, httpx, requests, socket, subprocess, urllib.request, urllib3\n"
    "from pathlib import Path\nfrom typing import Annotated, Optional, Union\n"
)


@pytest.mark.parametrize(("body", "parameters", "expected"), METHODS)
def test_a_method_is_known_by_all_that_binds_the_name_before_it(
    body: str, parameters: str, expected: list[str]
) -> None:
    assert blocked(body, parameters, HEAD) == expected


MEMBERS = [
    ("def __init__(self):\n        self.c = httpx.Client()", ["http httpx.Client.get"]),
    ("def __init__(self, c: httpx.Client):\n        self.c = c", ["http httpx.Client.get"]),
    ("def __init__(self, c=None):\n        self.c = c or httpx.Client()", []),
    ("def a(self):\n        self.c = None\n        self.c = httpx.Client()", ["http httpx.Client.get"]),
    ("def a(self):\n        self.c = httpx.Client()\n        self.c, x = 1", []),
    ("def a(self):\n        self.c = httpx.Client()\n        for self.c in x: pass", []),
    ("def __init__(self):\n        self.c = httpx.Client()\n    def other(self, c):\n        self.c = c", []),
    ("c: httpx.Client", ["http httpx.Client.get"]),
    ("c = httpx.Client()", ["http httpx.Client.get"]),
    ("c = None", []),
    ("d = httpx.Client()", []),
]  # fmt: skip


@pytest.mark.parametrize(("member", "expected"), MEMBERS)
def test_an_attribute_is_known_by_all_that_its_class_assigns_to_it(member: str, expected: list[str]) -> None:
    text = f"{HEAD}class A:\n    {member}\n    async def f(self):\n        self.c.get('/')\n"
    assert [f"{each.kind} {each.name}" for each in found_in(file_of(text))] == expected


def test_an_attribute_outside_of_a_class_is_unknown() -> None:
    assert blocked("self.c.get('/')", "self", HEAD) == []


def test_a_name_of_the_module_is_known_unless_a_function_changes_it() -> None:
    head = f"{HEAD}client = httpx.Client()\n"
    assert blocked("client.get(u)", head=head) == ["http httpx.Client.get"]
    changes = f"{head}def change():\n    global client\n    client = 1\n"
    assert blocked("client.get(u)", head=changes) == []
    assert blocked("client.get(u)", head=f"{head}client: int = 4\n") == []


def test_a_name_of_a_class_body_is_not_seen_in_its_methods_block() -> None:
    text = f"{HEAD}class A:\n    c = httpx.Client()\n    c.get('/')\n    async def f(self):\n        c.get('/')\n"
    assert found_in(file_of(text)) == []


def test_names_that_stand_for_each_other_end() -> None:
    assert blocked("a = b\nb = a\na.get(u)", head=HEAD) == []


def test_a_socket_that_was_made_elsewhere_may_not_wait() -> None:
    (given,) = found_in(in_function("s.recv(4)", "s: socket.socket", HEAD))
    assert given.manual == "whether this socket waits is decided where it was made"
    (own,) = found_in(in_function("s = socket.create_connection(a)\ns.recv(4)", "a", HEAD))[1:]
    assert own.manual is None


def test_what_a_thread_does_not_help_says_why() -> None:
    (opened,) = found_in(in_function("open(p)", "p"))
    assert "move the block into a function" in (opened.manual or "")
    (run,) = found_in(in_function("subprocess.run(a, preexec_fn=b)", "a, b", HEAD))
    assert run.manual == "`preexec_fn` is not safe where there are threads"
    (plain,) = found_in(in_function("subprocess.run(a)", "a", HEAD))
    assert plain.manual is None


def test_only_files_take_a_time_that_has_bounds() -> None:
    kinds = {waiting.kind.name: waiting.kind.waits for waiting in table().calls.values()}
    assert kinds == {"sleep": True, "http": True, "process": True, "input": True, "socket": True, "file": False}


def test_every_group_says_where_its_facts_come_from() -> None:
    known = [*table().calls.values(), *table().methods.values()]
    assert all(waiting.docs.startswith("https://") for waiting in known)


def test_the_names_of_a_class_lead_to_one_that_has_methods() -> None:
    owners = {owner for owner, _ in table().methods}
    assert set(table().classes.values()) | set(table().returns.values()) == owners


def test_a_value_written_out_is_of_its_own_type() -> None:
    (statement,) = file_of("x = 'a'").module.tree.body
    assert isinstance(statement, ast.Assign)
    assert classes_of(file_of("x = 'a'"), statement.value, statement) == frozenset({"str"})
