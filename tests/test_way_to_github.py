"""A whole run behind a proxy: the API and git go the same way."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from fixbot.shell.github.connection import connect
from tests.parts.github import NAME, TOKEN
from tests.parts.proxy import Proxy, tls_before

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.parts.github import GitHub

pytestmark = pytest.mark.real
OPENED = "fixbot/bare-except/all: opened"


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy().running() as running:
        running.login = "ada:s3cret"
        yield running


def fixbot(github: GitHub, command: str = "run", **around: str) -> subprocess.CompletedProcess[str]:
    """Run fixbot with nothing of this machine's own way."""
    known = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"}
    bare = {name: value for name, value in github.environment().items() if name.upper() not in known}
    return subprocess.run(
        [sys.executable, "-c", "from fixbot.cli import main; main()", command, "--forge", "github", "--repo", NAME],
        env={**bare, **around},
        cwd=github.clone,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_run_behind_a_proxy_does_all_through_it(github: GitHub, proxy: Proxy) -> None:
    done = fixbot(github, http_proxy=proxy.url, no_proxy="")
    assert (done.returncode, done.stderr) == (0, "")
    assert OPENED in done.stdout
    there = [line.partition(" ")[2] for line in proxy.seen]
    assert {url.split("/")[2] for url in there} == {url.partition("://")[2] for url in (github.url, github.git.url)}
    assert len([url for url in there if "/git-receive-pack" in url]) == github.git.counts["push"] == 1
    assert "s3cret" not in done.stdout


def test_a_run_without_a_proxy_asks_none(github: GitHub, proxy: Proxy) -> None:
    done = fixbot(github)
    assert (done.returncode, done.stderr) == (0, "")
    assert proxy.seen == []


def test_a_proxy_that_does_not_let_one_in_is_told_without_the_login(github: GitHub, proxy: Proxy) -> None:
    done = fixbot(github, http_proxy=f"http://bob:s3cret2@{proxy.place}", no_proxy=github.url.partition("://")[2])
    assert done.returncode == 2
    assert "the proxy does not accept its login: check http_proxy" in done.stderr
    assert not {word for word in ("s3cret", "bob") if word in done.stdout + done.stderr}


def test_the_api_trusts_an_authority_of_one_s_own_as_git_does(
    github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO"):
        monkeypatch.delenv(name, raising=False)
    with tls_before(int(github.url.rpartition(":")[2]), tmp_path / "tls") as (address, authority):
        monkeypatch.setenv("SSL_CERT_FILE", os.fspath(authority))
        wire = connect(NAME, TOKEN, address, tmp_path / "cache", pace=0, nap=lambda _: None)
        assert wire.get(wire.here)["full_name"] == NAME


def test_doctor_says_that_git_does_not_get_where_the_api_is(github: GitHub, proxy: Proxy) -> None:
    around = {"http_proxy": f"http://bob:s3cret2@{proxy.place}", "no_proxy": github.url.partition("://")[2]}
    done = fixbot(github, "doctor", **around)
    (line,) = [line for line in done.stdout.splitlines() if " git-server: " in line]
    assert line.startswith("problem")
    assert "the proxy does not accept its login" in line
    assert f"ok       git-server: git reaches {github.git.url}" in fixbot(github, "doctor").stdout
