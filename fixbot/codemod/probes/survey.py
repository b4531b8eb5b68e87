"""Tells the endpoints that say an application is well without asking anything; it only reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.handlers.circumstances import is_test_file
from fixbot.codemod.contract import Place, Site
from fixbot.codemod.probes.apps import Owner, apps, owner
from fixbot.codemod.probes.endpoints import Endpoint, asks, endpoints
from fixbot.codemod.probes.needs import Need, needs
from fixbot.model import Dismissed, Evidence, Safety

_ROUTED = re.compile(rb"@[^\n]+\(\s*[\"']/[\w/.-]*(?:health|ready|readiness|status)")


def survey(corpus: Corpus) -> Iterator[Site | Dismissed]:
    """Yield every endpoint that tells how an application is and asks nothing, and those that need not ask."""
    paths = [path for path, content in corpus.files.items() if _ROUTED.search(content) and not _is_test(path)]
    files = [file for path in paths if (file := corpus.file(path)) is not None]
    found = [endpoint for file in files for endpoint in endpoints(file)]
    owners = {endpoint: _owner(corpus, endpoint) for endpoint in found}
    silent = [endpoint for endpoint in found if asks(corpus, endpoint) is None]
    if not silent:
        return
    known = apps(corpus)
    silent = [endpoint for endpoint in silent if not known.depends(owners[endpoint])]
    asking = {one: at for one, at in owners.items() if one.is_readiness and one not in silent}
    for endpoint in silent:
        if endpoint.file.path not in corpus.fixed:
            same = (other for other, at in asking.items() if known.together(owners[endpoint], at))
            yield from _told(corpus, endpoint, next(same, None))


def _is_test(path: str) -> bool:
    return is_test_file(path) or is_test_file(PurePosixPath(path).name)


def _owner(corpus: Corpus, endpoint: Endpoint) -> Owner:
    """Return the application or router that an endpoint belongs to."""
    file, node = endpoint.file, endpoint.function.node
    return owner(corpus, file, endpoint.owner, node) or (file.path, "")


def _told(corpus: Corpus, endpoint: Endpoint, readiness: Endpoint | None) -> Iterator[Site | Dismissed]:
    path, line = endpoint.file.path, endpoint.line
    if readiness is not None and not endpoint.is_readiness:
        because = f"`{readiness.route}` of the same application asks ({readiness.file.path}:{readiness.line})"
        yield Dismissed(path, line, because, endpoint.function.qualname)
        return
    missing = needs(corpus, endpoint.file)
    if not missing:
        yield Dismissed(path, line, "nothing is known that it would have to ask", endpoint.function.qualname)
        return
    asked = " and ".join(filter(None, [", ".join(need.kind for need in missing[:-1]), missing[-1].kind]))
    message = f"`{endpoint.route}` says the same whatever happens; it would have to ask {asked}"
    evidence = tuple(_evidence(endpoint, need) for need in missing)
    at = Place.of(path, endpoint.function.node)
    yield Site(at=at, message=message, safety=Safety.MANUAL, evidence=evidence)


def _evidence(endpoint: Endpoint, need: Need) -> Evidence:
    if need.path == endpoint.file.path:
        return Evidence(need.line, f"the application needs {need.kind}: {need.says}")
    return Evidence(endpoint.line, f"the application needs {need.kind}: {need.says} ({need.path}:{need.line})")
