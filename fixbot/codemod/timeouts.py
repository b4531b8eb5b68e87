"""Finds requests that wait for ever and says which limit they get; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from fixbot.analysis.configured.settings import Setting, settings_named
from fixbot.analysis.configured.written import Reach, Written
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File
from fixbot.analysis.handlers.circumstances import is_test, is_test_file
from fixbot.analysis.patches.replaced import refuses
from fixbot.analysis.spelling import spell
from fixbot.analysis.waiting.endless import Endless, endless
from fixbot.analysis.waiting.expressions import calls_in
from fixbot.codemod import arguing
from fixbot.codemod.arguing import Given
from fixbot.codemod.contract import Declined, Place, Proposal, Site
from fixbot.codemod.lazy import cst
from fixbot.codemod.patience import meant, objection
from fixbot.model import Dismissed, Evidence, Safety

_LIBRARIES = ("requests", "httpx", "aiohttp", "urlopen")
# How a file comes by one of them: `requests` alone is a word of many a comment.
_IMPORT = re.compile(rb"\b(?:import|from)\b[^\n]*\b(?:requests|httpx|aiohttp)\b|\burlopen\b")
_UNITS = r"(?:_S|_SECS?|_SECONDS)?"
# A constant in the file of the call, and what another file has that speaks of requests.
_HERE = r"_?(?:DEFAULT_)?(?:(?:HTTPS?|REQUESTS?|API|WEB|NET|NETWORK|URL|FETCH|CLIENT)_)*(?:DEFAULT_)?TIMEOUT" + _UNITS
_ELSEWHERE = r"(?:DEFAULT_)?(?:API_)?(?:HTTPS?|REQUESTS?)_(?:REQUESTS?_|CLIENT_|DEFAULT_)?TIMEOUT" + _UNITS
# Whatever takes more seconds than this is told in milliseconds, or is about something else.
_MOST = 600
_RAISES = {
    "requests": "what takes longer raises `requests.exceptions.Timeout`; the time counts until the connection is "
    "there, and again between two pieces of the answer",
    "httpx": "what takes longer raises `httpx.TimeoutException`; the time counts for each step, not for the whole",
    "urllib": "what takes longer raises `TimeoutError` or `urllib.error.URLError`",
    "aiohttp": "what takes longer raises `TimeoutError`; the time counts until the connection is there, and again "
    "between two pieces of the answer, while `total` would count the wait for a free connection as well",
}
# The times of aiohttp that do not count how long a request waits for its turn.
_PIECES = ("sock_connect", "sock_read")
# A limit for all sockets of a program; None takes it away.
_SETS = re.compile(rb"\bsocket\.setdefaulttimeout\s*\(\s*[^N\s)]")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Limit:
    """The source of a number of seconds with what it needs, and why it is this one."""

    written: Written
    because: str


class _Limits:
    """Finds the number of seconds for each call of a project; `configured` is what counts where it has none."""

    def __init__(self, corpus: Corpus, configured: str) -> None:
        self._corpus = corpus
        self._configured = configured
        self._reach = Reach(corpus)

    @cached_property
    def _settings(self) -> list[Setting]:
        found = settings_named(self._corpus, f"(?:{_HERE}|{_ELSEWHERE})", b"timeout")
        return [one for one in found if one.value is None or 0 < one.value <= _MOST]

    def limit(self, file: File, one: Endless) -> _Limit | str:
        """Return the limit for a call, or why nobody can tell which of several is meant."""
        own = self._own(file, one)
        if len({limit.written for limit in own}) > 1:
            several = " and ".join(f"`{limit.written.source}`" for limit in own)
            return f"{several} could both be meant"
        if own:
            return own[0]
        return self._neighbours(file, one) or _Limit(
            Written(self._configured), f"the project has no name for this; {self._configured} is what is configured"
        )

    def _own(self, file: File, one: Endless) -> list[_Limit]:
        """Return the limits that the project has a name for: of the file itself if there are any, else of others."""
        here = [each for each in self._settings if each.file.path == file.path and each.owner is None]
        others = [each for each in self._settings if re.fullmatch(_ELSEWHERE, each.name, re.IGNORECASE)]
        for several in (here, others):
            found = [(each, self._reach.written(each, file, one.called.call, one.called.at)) for each in several]
            reached = [_Limit(written, _says(each)) for each, written in found if written is not None]
            if reached:
                return reached
        return []

    def _neighbours(self, file: File, one: Endless) -> _Limit | None:
        """Return the number that all other requests of the file agree on."""
        values = _numbers(file, one.library)
        said = {ast.unparse(value) for value in values}
        if len(said) != 1:
            return None
        number = said.pop()
        return _Limit(Written(number), f"others of the file wait for {number} seconds, too: line {values[0].lineno}")


def _says(setting: Setting) -> str:
    value = "" if setting.value is None else f" is {setting.value:g}"
    return f"`{setting.shown}`{value}, in {setting.file.path}:{setting.node.lineno}"


@lru_cache(maxsize=8)
def _numbers(file: File, library: str) -> tuple[ast.expr, ...]:
    """Return the plain numbers of seconds in the calls of a file that have to do with a library."""
    values = (
        called.keyword(name)
        for called in calls_in(file.module)
        if (file.names.resolve(called.call.func, called.at) or "").partition(".")[0] == library
        for name in ("timeout", "sock_read")
    )
    plain = (value for value in values if isinstance(value, ast.Constant))
    return tuple(value for value in plain if isinstance(value.value, int | float) and value.value)


def survey(corpus: Corpus, chosen: Mapping[str, str]) -> Iterator[Site | Dismissed]:
    """Yield every request outside of tests that may wait for ever."""
    limits = _Limits(corpus, chosen["timeout"])
    limited = _is_limited(corpus)
    likely = {path for library in _LIBRARIES for path in corpus.mentioning(library) if not is_test_file(path)}
    for path in sorted(likely - set(corpus.fixed)):
        file = corpus.file(path) if _IMPORT.search(corpus.files[path]) else None
        if file is not None:
            yield from (_told(corpus, limits, file, one, limited=limited) for one in endless(file))


def _is_limited(corpus: Corpus) -> bool:
    """Say whether the program sets a limit for all of its sockets."""
    likely = (path for path in corpus.mentioning("setdefaulttimeout") if not is_test_file(path))
    return any(_SETS.search(corpus.files[path]) for path in likely)


def _told(corpus: Corpus, limits: _Limits, file: File, one: Endless, *, limited: bool) -> Site | Dismissed:
    reason = _meant(file, one, limited=limited)
    if reason is not None:
        return Dismissed(file.path, one.called.call.lineno, reason)
    return _site(corpus, limits, file, one)


def _meant(file: File, one: Endless, *, limited: bool) -> str | None:
    if is_test(file.module, one.called.at):
        return "it is a test's"
    if limited and one.library == "urllib" and one.given is None:
        return "`socket.setdefaulttimeout` is the limit of the whole program"
    return meant(file, one)


def _site(corpus: Corpus, limits: _Limits, file: File, one: Endless) -> Site:
    at = Place.of(file.path, one.called.call)
    message = f"`{one.name}` waits for ever where nobody answers"
    against = objection(file, one) or _refused(corpus, file, one)
    limit = limits.limit(file, one) if against is None else against
    plan = _plan(file, one, limit.written) if isinstance(limit, _Limit) else limit
    if isinstance(plan, str) or not isinstance(limit, _Limit):
        says = f"{message}; left to a person: {plan}"
        return Site(at=at, message=says, safety=Safety.MANUAL, evidence=_known(at.line, one))
    written = ", ".join(f"{name}={source}" for name, source in plan.arguments)
    evidence = (Evidence(at.line, limit.because), *_known(at.line, one))
    place = Place.of(file.path, one.called.call, plan)
    return Site(at=at, message=f"{message}; `{written}` is a limit", evidence=evidence, places=(place,))


def _known(line: int, one: Endless) -> tuple[Evidence, ...]:
    return (Evidence(line, _RAISES[one.library]),)


def _refused(corpus: Corpus, file: File, one: Endless) -> str | None:
    where = refuses(corpus, one.name, file.path, "timeout")
    return f"a test looks at the arguments of `{one.name}`, or replaces it: {where}" if where is not None else None


def _plan(file: File, one: Endless, written: Written) -> Given | str:
    """Return what the call gets, or why that cannot be written there."""
    source, imports = written.source, written.imports
    if one.library != "aiohttp":
        return Given((("timeout", source),), imports, _drops(one.given))
    pieces = tuple((name, source) for name in _PIECES)
    if one.is_time:
        return Given(pieces, imports)
    wrapper, needed = spell(file.names, "aiohttp.ClientTimeout", one.called.at)
    if wrapper is None:
        return "`aiohttp` means something else there"
    inside = ", ".join(f"{name}={value}" for name, value in (("total", "None"), *pieces))
    return Given((("timeout", f"{wrapper}({inside})"),), (*imports, *([needed] if needed else [])))


def _drops(given: ast.expr | None) -> tuple[str, ...]:
    """Return the words of a value that another one takes the place of."""
    if given is None:
        return ()
    punctuation = (".", "(", ")", "=") if isinstance(given, ast.Call) else ()
    return (*_WORD.findall(ast.unparse(given)), *punctuation)


def edit(plan: object, node: cst.CSTNode) -> Proposal | Declined:
    """Give a call its limit."""
    return arguing.edit(plan, node)
