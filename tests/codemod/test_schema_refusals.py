from __future__ import annotations

import dataclasses

import pytest

from fixbot.codemod.reshaping.plans import Onward, Reshape, Style
from tests.codemod.schema_editing import declined, key, rewritten

PARAMS = Reshape(Style.PARAMS, "kwargs", fields=(key("x"), key("y", "2")), onward=(Onward(("x",)),))
DATACLASS = dataclasses.replace(PARAMS, style=Style.DATACLASS, annotation="P")
PYDANTIC = dataclasses.replace(DATACLASS, style=Style.PYDANTIC)
JOINED = dataclasses.replace(PYDANTIC, joined=("a",))
REST = dataclasses.replace(DATACLASS, onward=(Onward(),))

REFUSED = {
    # The signature.
    "def f(a): pass": (PYDANTIC, "it takes no `**kwargs`"),
    "def f(a, **other): pass": (PARAMS, "it takes no `**kwargs`"),
    "def f(b, **other): pass": (dataclasses.replace(PARAMS, style=Style.TYPED_DICT), "it takes no `**kwargs`"),
    "def f(b, **kwargs): pass": (JOINED, "it has no parameter `a`"),
    "def f(params, **kwargs): pass": (PYDANTIC, "it already has a parameter `params`"),
    "def f(x, **kwargs): pass": (PARAMS, "it already has a parameter `x`"),
    "def f(a, **kwargs): pass": (
        dataclasses.replace(PARAMS, joined=("a",)),
        "parameters join an object alone",
    ),
    "def f(b=1, **kwargs): pass": (
        dataclasses.replace(PARAMS, fields=(key("x", "(1, [])"),)),
        "all calls would share the default of `x`",
    ),
    "def f(b=2, **kwargs): pass": (
        dataclasses.replace(PARAMS, fields=(dataclasses.replace(key("x"), required=False),)),
        "no default of `x` stands for leaving it out",
    ),
    "def f(a: list[  # of what\n    int], **kwargs): pass": (JOINED, "a comment in its signature would be lost"),
    # What names mean.
    "def f(**kwargs): return locals()": (PYDANTIC, "it calls `locals`, which sees every variable"),
    "def f(**kwargs): return eval('kwargs')": (PARAMS, "it calls `eval`, which sees every variable"),
    "def f(**kwargs): kwargs = kwargs or {}": (PYDANTIC, "it gives `kwargs` another value"),
    "def f(**kwargs): del kwargs": (PYDANTIC, "it gives `kwargs` another value"),
    "def f(a, **kwargs): a += 1": (JOINED, "it gives `a` another value"),
    "def f(a, **kwargs): [a := 1 for _ in '']": (JOINED, "`a` means something else in a part of it"),
    "def f(a, **kwargs):\n    def g():\n        nonlocal a\n        a = 1": (JOINED, "it gives `a` another value"),
    "def f(a, **kwargs):\n    def g():\n        global a": (JOINED, "`a` means something else in a part of it"),
    "def f(a, **kwargs):\n    class A:\n        a = a": (JOINED, "`a` means something else in a part of it"),
    "def f(a, **kwargs):\n    match a:\n        case [a, *_]: pass": (
        JOINED,
        "`a` means something else in a part of it",
    ),
    "def f(a, **kwargs):\n    match 1:\n        case {**a}: pass": (JOINED, "`a` means something else in a part of it"),
    "def f(**kwargs): return params, kwargs['x']": (PYDANTIC, "`params` already means something else in it"),
    "def f(**kwargs): params = kwargs['x']": (PYDANTIC, "`params` already means something else in it"),
    "def f(**kwargs): return lambda params: kwargs['x']": (PYDANTIC, "`params` means something else in a part of it"),
    "def f(**kwargs): return lambda x: kwargs['x']": (PARAMS, "`x` means something else in a part of it"),
    "def f(**kwargs): return [x for x in 'ab' if kwargs['x']]": (PARAMS, "`x` means something else in a part of it"),
    "def f(**kwargs): return [g(**kwargs) for x in 'ab']": (PARAMS, "`x` means something else in a part of it"),
    "def f(**kwargs): return x(kwargs['x'])": (PARAMS, "`x` already means something else in it"),
    "def f(a, **kwargs):\n    if a:\n        x = kwargs['x']": (PARAMS, "`x` already means something else in it"),
    "def f(a, **kwargs):\n    x = a\n    x = kwargs['x']": (PARAMS, "`x` already means something else in it"),
    "def f(a, **kwargs):\n    g(x)\n    x = kwargs['x']": (PARAMS, "`x` already means something else in it"),
    "def f(**kwargs):\n    x = kwargs['x']\n    x += 1\n    return x, kwargs['x']": (
        PARAMS,
        "it asks for `x` again where `x` has another value",
    ),
    "def f(**kwargs):\n    x = kwargs['x']\n    x += 1\n    return g(**kwargs)": (
        PARAMS,
        "it asks for `x` again where `x` has another value",
    ),
    "def f(**kwargs):\n    x = kwargs['x']\n    x += 1\n    x = kwargs['x']": (
        PARAMS,
        "it asks for `x` again where `x` has another value",
    ),
    # What the body does with the keys.
    "def f(**kwargs): kwargs['x'] = 1": (PYDANTIC, "it changes `kwargs`"),
    "def f(**kwargs): kwargs['x'] += 1": (PYDANTIC, "it changes `kwargs`"),
    "def f(**kwargs): del kwargs['x']": (PYDANTIC, "it changes `kwargs`"),
    "def f(**kwargs): return kwargs": (PYDANTIC, "it uses `kwargs` in a way that the schema has no equal for"),
    "def f(**kwargs): return kwargs[1]": (PYDANTIC, "it uses `kwargs` in a way that the schema has no equal for"),
    "def f(**kwargs): return kwargs.get(*'x')": (
        PYDANTIC,
        "it uses `kwargs` in a way that the schema has no equal for",
    ),
    "def f(**kwargs): return kwargs.items()": (PARAMS, "it uses `kwargs` in a way that the schema has no equal for"),
    "def f(**kwargs): return 1 in kwargs": (PYDANTIC, "it uses `kwargs` in a way that the schema has no equal for"),
    "def f(**kwargs): return 'x' in kwargs in y": (
        PYDANTIC,
        "it uses `kwargs` in a way that the schema has no equal for",
    ),
    "def f(**kwargs): return 'x' in kwargs.values()": (
        PYDANTIC,
        "it uses `kwargs` in a way that the schema has no equal for",
    ),
    "def f(**kwargs): return kwargs['q']": (PYDANTIC, "the schema has no field `q`"),
    "def f(**kwargs): return 'q' in kwargs": (PYDANTIC, "the schema has no field `q`"),
    "def f(k, **kwargs): return kwargs[k]": (PYDANTIC, "it computes a key while it runs"),
    "def f(**kwargs): return [kwargs[k] for k in 'xy']": (PARAMS, "it computes a key while it runs"),
    "def f(**kwargs): return 'x' in kwargs": (
        DATACLASS,
        "it asks whether `x` was given, which only a model can tell",
    ),
    "def f(**kwargs): return 'x' not in kwargs": (
        PARAMS,
        "it asks whether `x` was given, which only a model can tell",
    ),
    "def f(**kwargs): return g(**kwargs), h(**kwargs)": (
        PARAMS,
        "it hands the keys on in a place that was not planned",
    ),
    "def f(**kwargs): return {**kwargs}": (REST, "only a model can tell which keys were given"),
    "def f(**kwargs):\n    class A(**kwargs): pass": (PYDANTIC, "a class is made with the keys"),
    "def f(**kwargs): return f'{kwargs[\"x\"]=}'": (
        PYDANTIC,
        "an f-string shows its own code there, which would change",
    ),
    "def f(**kwargs): return kwargs.get('x',  # why\n    1)": (PYDANTIC, "a comment in its body would be lost"),
}


@pytest.mark.parametrize("source", REFUSED)
def test_a_function_is_left_alone_whose_meaning_would_change(source: str) -> None:
    plan, because = REFUSED[source]
    assert declined(source + "\n", plan) == because


KEPT = {
    "def f(**kwargs): return vars(kwargs['x'])": "def f(params: P): return vars(params.x)",
    "def f(**kwargs): return f'{params_of=}', kwargs['x']": "def f(params: P): return f'{params_of=}', params.x",
    "def f(**kwargs): return g(params=kwargs['x']).params": "def f(params: P): return g(params=params.x).params",
    "def f(**kwargs): return [params for params in kwargs['x']]": (
        "def f(params: P): return [params for params in params.x]"
    ),
}


@pytest.mark.parametrize("source", KEPT)
def test_a_name_that_only_looks_the_same_is_no_reason(source: str) -> None:
    assert rewritten(source + "\n", PYDANTIC) == KEPT[source] + "\n"
