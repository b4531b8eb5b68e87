"""Which way git goes to a server: the operator's, never that of a repository."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from fixbot.errors import FixbotError, ForgeError, OperatorError
from fixbot.shell.blobless import Blobless
from fixbot.shell.environment import safe_environment
from fixbot.shell.git import Git, Identity
from fixbot.shell.network import authorities, towards
from tests.parts.git import git
from tests.parts.git_server import GitServer
from tests.parts.github import TOKEN, make_repository, publish
from tests.parts.proxy import Proxy, tls_before

NAME = "octo/sample"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
CERTIFICATES = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
)
ADDRESS = "https://git.example.org/octo/sample.git"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without the machine's own way."""
    for name in (*PROXIES, *map(str.lower, PROXIES), *CERTIFICATES):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def clone(git_server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a clone of a repository on the git server, which is not excepted from any proxy."""
    git_server.create(NAME)
    made = make_repository(tmp_path / "clone", {"a.py": "a = 1\n"})
    publish(made, git_server.clone_url(NAME), TOKEN)
    git_server.counts.clear()
    monkeypatch.delenv("NO_PROXY")
    return made


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy().running() as running:
        yield running


def settings(around: dict[str, str]) -> dict[str, str]:
    numbers = range(int(around.get("GIT_CONFIG_COUNT", "0")))
    return {around[f"GIT_CONFIG_KEY_{i}"]: around[f"GIT_CONFIG_VALUE_{i}"] for i in numbers}


def way(url: str = ADDRESS) -> str:
    return settings(towards(url))["http.proxy"]


def head(clone: Path) -> str:
    return git(clone, "rev-parse", "HEAD")


def talks(clone: Path, url: str, tmp_path: Path) -> None:
    """Do all that fixbot does with a git server."""
    opened = Git(clone)
    opened.push(url, "fixbot/x", head(clone), None, TOKEN)
    assert opened.remote_heads(url, "fixbot/", TOKEN) == {"fixbot/x": head(clone)}
    with opened.holding(head(clone), url, TOKEN) as there:
        assert there.resolve(head(clone))
    folder = tmp_path / "bare"
    folder.mkdir()
    bare = Blobless(folder, url, TOKEN)
    assert bare.file(bare.fetch("main"), "a.py") == b"a = 1\n"


@pytest.mark.real
def test_git_goes_through_the_operator_s_proxy(
    clone: Path, git_server: GitServer, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    talks(clone, git_server.clone_url(NAME), tmp_path)
    assert len(proxy.seen) == sum(git_server.counts.values())
    assert {line.rpartition("/")[2] for line in proxy.seen} >= {"git-receive-pack", "git-upload-pack"}


@pytest.mark.real
def test_without_a_proxy_git_goes_straight(clone: Path, git_server: GitServer, proxy: Proxy, tmp_path: Path) -> None:
    talks(clone, git_server.clone_url(NAME), tmp_path)
    assert proxy.seen == []


@pytest.mark.real
def test_a_host_that_is_excepted_is_reached_straight(
    clone: Path, git_server: GitServer, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("all_proxy", proxy.url)
    monkeypatch.setenv("NO_PROXY", "example.org, 127.0.0.0/8")
    talks(clone, git_server.clone_url(NAME), tmp_path)
    assert proxy.seen == []


@pytest.fixture
def tls(git_server: GitServer, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Give the address of the git server behind TLS, and the certificate of the authority behind that."""
    with tls_before(int(git_server.url.rpartition(":")[2]), tmp_path / "tls") as front:
        yield front


@pytest.mark.real
def test_a_server_with_an_authority_of_one_s_own_is_reached_through_a_tunnel(
    clone: Path, tls: tuple[str, Path], proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", proxy.url)
    monkeypatch.setenv("SSL_CERT_FILE", str(tls[1]))
    talks(clone, f"{tls[0]}/{NAME}.git", tmp_path)
    assert requests.get(tls[0], verify=authorities(), timeout=10).status_code == 401
    assert set(proxy.seen) == {f"CONNECT {tls[0].removeprefix('https://')}"}


@pytest.mark.real
def test_an_authority_that_nobody_named_is_not_trusted(clone: Path, tls: tuple[str, Path], tmp_path: Path) -> None:
    url = f"{tls[0]}/{NAME}.git"
    with (clone / ".git/config").open("a") as config:
        config.write(f'[http "{url}"]\nsslVerify = false\nsslCAInfo = {tls[1]}\n[http]\nsslCAInfo = {tls[1]}\n')
    with pytest.raises(OperatorError, match=r"does not trust its certificate; .* SSL_CERT_FILE"):
        talks(clone, url, tmp_path)


HOSTILE: list[Callable[[str, str, Path], str]] = [
    lambda url, proxy, _marks: f'[http]\nproxy = {proxy}\n[remote "origin"]\nproxy = {proxy}\nurl = {url}\n',
    lambda url, proxy, _marks: f'[http "{url}"]\nproxy = {proxy}\nsslVerify = false\n',
    lambda url, proxy, _marks: f'[remote "{url}"]\nproxy = {proxy}\n',
    lambda url, proxy, _marks: f'[url "{proxy}/"]\ninsteadOf = {url.rpartition("/octo")[0]}/\n',
    lambda url, proxy, _marks: f'[remote "{url}"]\nurl = {proxy}/a.git\npushurl = {proxy}/b.git\n',
]


@pytest.mark.real
@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_repository_leads_git_nowhere(
    clone: Path, git_server: GitServer, proxy: Proxy, tmp_path: Path, hostile: Callable[[str, str, Path], str]
) -> None:
    url = git_server.clone_url(NAME)
    with (clone / ".git/config").open("a") as config:
        config.write(hostile(url, proxy.url, tmp_path))
    talks(clone, url, tmp_path)
    assert proxy.seen == []


@pytest.mark.real
def test_a_repository_names_no_program_for_the_other_side(clone: Path, tmp_path: Path) -> None:
    origin, canary = f"file://{tmp_path}/server/{NAME}.git", tmp_path / "canary"
    with (clone / ".git/config").open("a") as config:
        config.write(f'[remote "{origin}"]\nreceivepack = touch {canary}; git-receive-pack\n')
        config.write(f"uploadpack = touch {canary}; git-upload-pack\n")
    opened = Git(clone)
    opened.push(origin, "fixbot/x", head(clone), None)
    assert opened.remote_heads(origin, "fixbot/") == {"fixbot/x": head(clone)}
    assert not canary.exists()


PROGRAMS = {
    "of the other side": ("remote.origin.uploadpack", "touch {canary}; git-upload-pack"),
    "that asks for a password": ("core.askPass", "{script}"),
    "that tells what others have": ("core.alternateRefsCommand", "touch {canary}"),
    "of a protocol": ("remote.origin.vcs", "canary"),
}


@pytest.mark.real
@pytest.mark.parametrize("over", ["a path", "http"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_partial_clone_runs_no_program_for_what_is_not_here(
    clone: Path, git_server: GitServer, tmp_path: Path, program: str, over: str
) -> None:
    canary, script = tmp_path / "canary", tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {canary}\n")
    script.chmod(0o755)
    (clone / ".git/objects/info/alternates").write_text(f"{git_server.repository(NAME)}/objects\n")
    key, value = PROGRAMS[program]
    url = str(git_server.repository(NAME)) if over == "a path" else git_server.clone_url(NAME)
    known = {"http.extraHeader": f"Authorization: {git_server.basic}"} if "others" in program else {}
    for name, said in {"remote.origin.url": url, "remote.origin.promisor": "true", key: value, **known}.items():
        git(clone, "config", name, said.format(canary=canary, script=script))
    assert not Git(clone).has("1" * 40)
    assert not canary.exists()


@pytest.mark.real
def test_what_is_shallow_or_partial_is_pushed(clone: Path, git_server: GitServer, tmp_path: Path) -> None:
    url = git_server.clone_url(NAME)
    origin = (git_server.repository(NAME)).as_uri()
    who = Identity("A", "a@example.org", "1700000000 +0000")
    for number, kind in enumerate(("--depth=1", "--filter=blob:none", "--filter=tree:0")):
        git(tmp_path, "clone", "--quiet", kind, origin, f"place{number}")
        opened, branch = Git(tmp_path / f"place{number}"), f"fixbot/{number}"
        blob = opened.write_blob(kind.encode())
        tree = opened.write_tree(opened.tree_of(head(clone)), {"a.py": ("100644", blob)})
        made = opened.write_commit(tree, head(clone), "x\n", who)
        opened.push(url, branch, made, None, TOKEN)
        assert opened.remote_heads(url, branch, TOKEN) == {branch: made}


@pytest.mark.real
def test_a_repository_with_long_ids_is_pushed(tmp_path: Path) -> None:
    for folder, options in (("long", ()), ("origin.git", ("--bare",))):
        git(tmp_path, "init", "--quiet", "--object-format=sha256", *options, folder)
    place = tmp_path / "long"
    git(place, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "-m", "x")
    Git(place).push(str(tmp_path / "origin.git"), "fixbot/x", head(place), None)
    assert Git(place).remote_heads(str(tmp_path / "origin.git"), "fixbot/") == {"fixbot/x": head(place)}


@pytest.mark.real
@pytest.mark.parametrize("login", ["ada:wrong%2Fs3cret", "s3cret"])
def test_a_proxy_s_login_is_shown_to_nobody(
    clone: Path, git_server: GitServer, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    proxy.login = "ada:right"
    monkeypatch.setenv("http_proxy", f"http://{login}@{proxy.place}")
    with pytest.raises(OperatorError, match="the proxy does not accept its login") as caught:
        talks(clone, git_server.clone_url(NAME), tmp_path)
    assert "s3cret" not in str(caught.value)


@pytest.mark.real
@pytest.mark.parametrize(
    "value", ["http://ada:s3cret@", "http://ada:s3cret@[", "http://ada:s3cret@127.0.0.1:1", "ada:s3cret@127.0.0.1:1/a"]
)
def test_a_proxy_that_is_not_there_is_told_without_its_login(
    clone: Path, git_server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("http_proxy", value)
    with pytest.raises(FixbotError) as caught:
        talks(clone, git_server.clone_url(NAME), tmp_path)
    assert "s3cret" not in str(caught.value)
    assert "ada" not in str(caught.value)


@pytest.mark.real
def test_a_proxy_that_refuses_is_not_taken_for_the_server(
    clone: Path, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy.answer = 403
    monkeypatch.setenv("https_proxy", proxy.url)
    with pytest.raises(ForgeError, match="proxy"):
        talks(clone, f"https://127.0.0.1:1/{NAME}.git", tmp_path)


@pytest.mark.real
def test_a_login_to_a_proxy_works_for_git(
    clone: Path, git_server: GitServer, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy.login = "ada:right"
    monkeypatch.setenv("http_proxy", proxy.url)
    talks(clone, git_server.clone_url(NAME), tmp_path)
    assert proxy.seen


def test_the_small_letters_count_first_and_an_empty_one_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert way() == ""
    monkeypatch.setenv("ALL_PROXY", "http://all:1")
    assert way() == way("http://git.example.org/a") == "http://all:1"
    monkeypatch.setenv("HTTPS_PROXY", "http://large:1")
    assert (way(), way("http://git.example.org/a")) == ("http://large:1", "http://all:1")
    monkeypatch.setenv("https_proxy", "http://small:1")
    assert way() == "http://small:1"
    monkeypatch.setenv("no_proxy", "git.example.org")
    assert way() == ""


@pytest.mark.parametrize(("name", "url"), [("HTTPS_PROXY", ADDRESS), ("http_proxy", "http://git.example.org/")])
def test_git_and_the_api_go_the_same_way(monkeypatch: pytest.MonkeyPatch, name: str, url: str) -> None:
    for value, exception in (("http://a:1", ""), ("b:2", ""), ("http://a:1", "*"), ("http://a:1", ".example.org")):
        monkeypatch.setenv(name, value)
        monkeypatch.setenv("NO_PROXY", exception)
        merged = requests.Session().merge_environment_settings(url, {}, None, None, None)["proxies"]
        assert way(url) == (requests.utils.select_proxy(url, merged) or "")


def test_a_git_process_is_shown_no_more_of_the_way_than_it_needs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in (*PROXIES, *CERTIFICATES):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("GIT_SSL_NO_VERIFY", "1")
    for around in (safe_environment(), safe_environment() | towards("/some/path")):
        assert not {"HTTPS_PROXY", "ALL_PROXY", "GIT_SSL_NO_VERIFY"} & set(around)
        assert settings(around)["http.sslVerify"] == "true"


def test_whom_git_and_the_api_trust(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first, second = tmp_path / "first.pem", tmp_path / "second.pem"
    folder = tmp_path / "folder"
    folder.mkdir()
    for place in (first, second):
        place.touch()

    def asked() -> tuple[str, str, str | bool]:
        around = towards(ADDRESS)
        return around.get("GIT_SSL_CAINFO", ""), around.get("GIT_SSL_CAPATH", ""), authorities()

    assert asked() == ("", "", True)
    for name in CERTIFICATES:
        place = folder if name.endswith(("DIR", "PATH")) else first
        with monkeypatch.context() as own:
            own.setenv(name, str(place))
            expected = ("", str(folder), str(folder)) if place is folder else (str(first), "", str(first))
            assert asked() == expected, name
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder))
    assert asked() == ("", str(folder), str(folder))
    monkeypatch.setenv("GIT_SSL_CAINFO", str(second))
    assert asked() == (str(second), "", str(folder))
    monkeypatch.delenv("GIT_SSL_CAINFO")
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    assert asked() == ("", "", True), "OpenSSL, too, goes on without a file that is not there"


def test_a_path_is_no_way_over_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://all:1")
    assert way("/some/path") == way("file:///some/path") == ""
    assert os.environ["ALL_PROXY"] == "http://all:1"
