"""Generated projects are run before and after their `**kwargs` become a schema: what worked goes on as it did.

`FIXBOT_EXAMPLES=1000` draws as many projects for each way to write a schema, other ones each time.
"""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import inspect
import io
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import cast, get_origin

import pydantic
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from fixbot.codemod import ProjectCodemod, Safety
from fixbot.engine.survey import whole
from fixbot.joint import attempt_jointly
from fixbot.registry import choose
from tests.codemod.generated_kwargs import Sample, samples
from tests.codemod.running_projects import Outcome, loaded, ran

MANY = os.environ.get("FIXBOT_EXAMPLES")
WAYS = {
    "pydantic": {"style": "pydantic", "join": "false"},
    "pydantic, joined": {"style": "pydantic", "join": "true"},
    "dataclass": {"style": "dataclass", "join": "false"},
    "dataclass, joined": {"style": "dataclass", "join": "true"},
    "typed-dict": {"style": "typed-dict"},
    "params": {"style": "params"},
}
FAILURES = (KeyError, TypeError, pydantic.ValidationError)
drawn = settings(
    max_examples=int(MANY or 20),
    database=settings().database if MANY else None,
    deadline=None,
    phases=[phase for phase in Phase if phase is not Phase.explain],  # it traces every line, which takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def sown(number: int, run: Callable[[], None]) -> Callable[[], None]:
    """Let a property always draw the same, unless many examples are asked for."""
    return run if MANY else seed(number)(run)


def rewritten(files: Mapping[str, str], chosen: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Give all files as they are after the rewrite, and why some that was offered was not done."""
    (codemod,) = choose(["kwargs-schema"], options={"kwargs-schema": chosen})
    assert isinstance(codemod, ProjectCodemod)
    corpus = whole({path: text.encode() for path, text in files.items()})
    limit = Safety.SAFE if chosen["style"] == "typed-dict" else Safety.REVIEW
    done = attempt_jointly(corpus, codemod, limit)
    assert done.broken is None, done.broken.trace
    after = dict(files) | {rewrite.path: rewrite.after.decode() for rewrite in done.rewrites}
    return after, [f"{refusal.finding.qualname}: {refusal.because}" for refusal in done.refused]


def difference(before: Outcome, after: Outcome, style: str) -> str | None:
    """Say what is not as it was; a call that failed may fail sooner, and as a call with wrong keys does."""
    if before.error is None:
        return None if after == before else "another outcome"
    if after.error is None:
        return "no error any more"
    if style == "typed-dict":
        same = (type(before.error), str(before.error), before.printed) == (
            type(after.error),
            str(after.error),
            after.printed,
        )
        return None if same else "another error"
    if not before.printed.startswith(after.printed):
        return "it prints something else before it fails"
    kept = isinstance(after.error, type(before.error)) or isinstance(before.error, FAILURES)
    return None if kept and isinstance(after.error, (*FAILURES, ValueError)) else "another kind of error"


def function_at(modules: Mapping[str, ModuleType], place: str) -> object:
    path, _, qualname = place.partition(":")
    found: object = modules[path]
    for name in qualname.split("."):
        found = getattr(found, name)
    return found


def parameters(function: object) -> Iterator[inspect.Parameter]:
    assert callable(function)
    yield from inspect.signature(function).parameters.values()


def has_schema(function: object) -> bool:
    """Say whether a function that took `**kwargs` says now which keys there are."""
    loose = [each.annotation for each in parameters(function) if each.kind is each.VAR_KEYWORD]
    return not loose or "Unpack" in f"{loose[0]!r} {get_origin(loose[0])!r}"


def schemas(function: object) -> Iterator[type]:
    """Give the classes that the parameter in the place of `**kwargs` is annotated with."""
    names = inspect.unwrap(cast("FunctionType", function)).__globals__
    for each in parameters(function):
        made = names.get(each.annotation) if isinstance(each.annotation, str) else each.annotation
        if isinstance(made, type) and (issubclass(made, pydantic.BaseModel) or dataclasses.is_dataclass(made)):
            yield made


def refusal_of_unknown(function: object, style: str) -> str:
    """Say how a function answers a key that it does not know."""
    assert callable(function)
    takers = [function] if style == "params" else list(schemas(function))
    assert len(takers) == 1, takers
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            takers[0](unheard_of=1)
    except pydantic.ValidationError as exc:
        return " ".join(f"{each['type']} {each['loc']}" for each in exc.errors())
    except TypeError as exc:
        return str(exc)
    return "it takes it"


def shown(sample: Sample, after: Mapping[str, str]) -> str:
    lines: list[str] = []
    for path, text in sample.files.items():
        lines += difflib.unified_diff(text.splitlines(), after[path].splitlines(), path, path, "", "", 99, "")
    return "\n".join(lines)


@contextlib.contextmanager
def noted(text: str) -> Iterator[None]:
    """Add a text to whatever error comes up."""
    try:
        yield
    except Exception as exc:
        exc.add_note(text)
        raise


def problems(sample: Sample, files: Mapping[str, str], style: str) -> tuple[dict[str, object], set[str]]:
    """Return what a rewrite changed that it must not, by where that shows, and the functions that have a schema now."""
    with loaded(sample.files) as modules:
        before = ran(modules, sample.entries)
    with loaded(files) as modules:
        after = ran(modules, sample.entries)
        done = {place: function_at(modules, place) for place in sample.functions}
        done = {place: function for place, function in done.items() if has_schema(function)}
        checked = {} if style == "typed-dict" else done
        answers = {place: refusal_of_unknown(function, style) for place, function in checked.items()}
    found: dict[str, object] = {place: answer for place, answer in answers.items() if "unheard_of" not in answer}
    for entry in sample.entries:
        what = difference(before[entry], after[entry], style)
        found |= {} if what is None else {entry: (what, before[entry], after[entry])}
    return found, set(done)


def held(sample: Sample, chosen: Mapping[str, str], counts: Counter[str]) -> None:
    """Hold a project after the rewrite against what it was before."""
    files, refused = rewritten(sample.files, chosen)
    text = shown(sample, files)
    assert refused == [], text
    with noted(text):
        found, done = problems(sample, files, chosen["style"])
    assert found == {}, text
    assert bool(done) == (files != sample.files), text
    counts.update(functions=len(sample.functions), plain=len(sample.plain))
    counts.update(done=len(done), plain_done=len(done & sample.plain))


@pytest.mark.parametrize("way", WAYS)
def test_what_worked_goes_on_and_unknown_keys_are_errors(way: str) -> None:
    counts: Counter[str] = Counter()

    @drawn
    @given(samples())
    def each(sample: Sample) -> None:
        held(sample, WAYS[way], counts)

    sown(list(WAYS).index(way), each)()
    assert counts["plain"] >= 4
    assert counts["plain_done"] * 3 >= counts["plain"], f"too little is rewritten: {counts}"


def test_generated_projects_do_something_before() -> None:
    outcomes: Counter[str] = Counter()

    @settings(drawn, max_examples=100)
    @given(samples())
    def each(sample: Sample) -> None:
        with loaded(sample.files) as modules:
            for outcome in ran(modules, sample.entries).values():
                assert outcome.error is None or isinstance(outcome.error, KeyError | TypeError | ValueError)
                outcomes["worked" if outcome.error is None else type(outcome.error).__name__] += 1
            assert not any(has_schema(function_at(modules, place)) for place in sample.functions)
        outcomes.update(plain=len(sample.plain), functions=len(sample.functions))

    sown(1, each)()
    assert outcomes["worked"] > outcomes["KeyError"] + outcomes["TypeError"]
    assert outcomes["KeyError"] > 3
    assert outcomes["plain"] * 4 > outcomes["functions"]


BEFORE = """\
def size(n, **kwargs):
    print("size", n)
    return n * kwargs["width"] + kwargs.get("more", 0)


def good():
    return size(2, width=3)


def lacking():
    return size(2, more=1)
"""
CALLS = """

def good():
    return size(2, Size(width=3))


def lacking():
    return size(2, Size(more=1))
"""
FORBIDDING = "from pydantic import BaseModel, ConfigDict\n\n\nclass Size(BaseModel):\n"
DATA = "from dataclasses import dataclass\n\n\n@dataclass(frozen=True, kw_only=True, slots=True)\nclass Size:\n"
BODY = """
def size(n, params: Size):
    print("size", n)
    return n * params.width + params.more
"""
FIELDS = "    width: int\n    more: int = 0\n\n"
FORBID = '    model_config = ConfigDict(extra="forbid")\n\n'
PARAMS = BEFORE.replace("**kwargs", "*, width, more=0").replace('kwargs["width"]', "width")
PARAMS = PARAMS.replace('kwargs.get("more", 0)', "more")
AFTER = {
    "pydantic": FORBIDDING + FORBID + FIELDS + BODY + CALLS,
    "dataclass": DATA + FIELDS + BODY + CALLS,
    "params": PARAMS,
    "typed-dict": "from typing import TypedDict, Unpack\n\n\nclass Size(TypedDict):\n    width: int\n\n\n"
    + BEFORE.replace("**kwargs", "**kwargs: Unpack[Size]"),
}
WRONG = {
    "an unknown key is taken": ("pydantic", FORBID, "", {"core.py:size"}),
    "another default": ("dataclass", "= 0", "= 1", {"good"}),
    "a key that need not be given": ("dataclass", "width: int", "width: int = 1", {"lacking"}),
    "another order": ("params", 'print("size", n)', "", {"good"}),
    "it prints before it fails": (
        "params",
        "return size(2, more=1)",
        "print(1)\n    return size(2, more=1)",
        {"lacking"},
    ),
    "the keys stay unknown": ("params", "*, width, more=0", "width=3, more=0, **kwargs", {"lacking"}),
    "another error": ("typed-dict", 'kwargs["width"]', 'int(kwargs.get("width"))', {"lacking"}),
}


def sample_of(text: str) -> Sample:
    return Sample({"core.py": text}, ("good", "lacking"), frozenset({"core.py:size"}), frozenset())


@pytest.mark.parametrize("style", AFTER)
def test_a_right_rewrite_has_no_problems(style: str) -> None:
    assert problems(sample_of(BEFORE), {"core.py": AFTER[style]}, style) == ({}, {"core.py:size"})


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_rewrite_is_seen(what: str) -> None:
    style, old, new, where = WRONG[what]
    after = AFTER[style].replace(old, new)
    assert after != AFTER[style]
    assert set(problems(sample_of(BEFORE), {"core.py": after}, style)[0]) == where
