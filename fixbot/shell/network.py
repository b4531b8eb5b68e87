"""Which way git goes to a server: the operator's proxy and authorities, as PyGithub does; a repository has no say."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from fixbot.errors import FixbotError, ForgeError, OperatorError
from fixbot.shell.environment import auth, configured, first_set

# curl(1), requests' and git's own names; each program begins with those that are meant for it
_GITS = ("GIT_SSL_CAINFO", "GIT_SSL_CAPATH")
_REQUESTS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_OPENSSLS = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_PROXIES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")


def towards(url: str, token: str = "") -> dict[str, str]:
    """Return the environment of a git process that talks to a server.

    Args:
        url: the address of a repository; a path has no way over the network.
        token: what that host alone is shown; empty for none.

    Raises:
        OperatorError: the proxy that the environment names for it has no address.
    """
    settings = auth(url, token) | {"http.proxy": _proxy(url)}
    # what is excepted is told by the proxy's address already, and git reads the list in a way of its own
    around = {"GIT_ALLOW_PROTOCOL": "file:http:https:ssh", "NO_PROXY": "", "no_proxy": ""}
    return around | _trusted() | configured(settings)


def authorities() -> str | bool:
    """Return what `requests` takes as `verify`: a file or folder of certificates, True for those that it brings."""
    return _first(_REQUESTS, _OPENSSLS, _GITS) or True


def _trusted() -> dict[str, str]:
    place = _first(_GITS, _REQUESTS, _OPENSSLS)
    if not place:
        return {}
    if Path(place).is_dir():
        return {"GIT_SSL_CAPATH": place}
    return {"GIT_SSL_CAINFO": place, "GIT_PROXY_SSL_CAINFO": place}


def _first(*groups: tuple[str, ...]) -> str:
    """Return the first file or folder; OpenSSL ignores one of its own that is not there, and so does this."""
    named = {name: os.environ.get(name, "") for group in groups for name in group}
    held = (place for name, place in named.items() if place and (name not in _OPENSSLS or Path(place).exists()))
    return next(held, "")


def _proxy(url: str) -> str:
    """Return the proxy that `requests` takes for an address, empty for none."""
    if urlsplit(url).scheme not in {"http", "https"}:
        return ""
    from requests.utils import get_environ_proxies, select_proxy  # noqa: PLC0415 - it takes longer to load than a scan

    proxy = select_proxy(url, get_environ_proxies(url)) or ""
    if proxy and not _host(proxy):  # git would go without one
        message = f"the proxy for {_host(url)} has no address: check {first_set(_PROXIES)[0]}"
        raise OperatorError(message)
    return proxy


def _host(url: str) -> str:
    try:
        return urlsplit(url if "://" in url else f"http://{url}").hostname or ""
    except ValueError:
        return ""


def lost(shown: str, said: str) -> FixbotError | None:
    """Return the error that says what on the way to a server went wrong; None where it was nothing of the way.

    Args:
        shown: the server's address, as it may be shown.
        said: what git said.
    """
    last = ([line.strip() for line in said.splitlines() if line.strip()] or [""])[-1]
    if re.search(r"HTTP code 407|returned error: 407|response 407|could not read Password", said):
        return OperatorError(f"{shown}: the proxy does not accept its login: check {first_set(_PROXIES)[0]}")
    if re.search(r"\bproxy\b|\bCONNECT\b", said):
        return ForgeError(f"{shown}: the proxy does not lead there; git says: {last}")
    if re.search(r"unable to access .*certificate", said):
        return OperatorError(
            f"{shown}: git does not trust its certificate; where an authority of your own made it, "
            f"name that one's file in SSL_CERT_FILE; git says: {last}"
        )
    return None


def without_logins(said: str) -> str:
    """Return what git said without the logins in addresses, those of the operator's proxies above all."""
    for value in filter(None, map(os.environ.get, _PROXIES)):
        login = value.rpartition("://")[2].rpartition("@")[0]
        for secret in (login, unquote(login), login.partition(":")[2], unquote(login.partition(":")[2])):
            said = said.replace(secret, "…") if secret else said
    return re.sub(r"(//|'|\")[^/\s'\"@]*@", r"\1", said)
