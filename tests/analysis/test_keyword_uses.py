from __future__ import annotations

import ast
import textwrap

import pytest

from fixbot.analysis.definitions import File, Function, FunctionNode
from fixbot.analysis.keywords.uses import Manner, Read, Spread, Uses, uses_of
from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import names_of
from fixbot.model import SourceFile


def function(text: str) -> Function:
    """Return the function `f` of a text."""
    module = parse(SourceFile("a.py", textwrap.dedent(text).encode()))
    assert isinstance(module, Module)
    node = next(each for each in ast.walk(module.tree) if isinstance(each, FunctionNode) and each.name == "f")
    return Function(File(module, names_of(module)), node)


def uses(body: str, before: str = "") -> Uses:
    """Return what a body does with its `**kwargs`, nothing of which may be lost."""
    text = f"{before}\ndef f(self, a=None, **kwargs):\n{textwrap.indent(textwrap.dedent(body), '    ')}\n"
    found = uses_of(function(text))
    assert found is not None
    assert found.name == "kwargs"
    return found


def read(body: str, before: str = "") -> Read:
    """Return the only use of a body, a read."""
    found = uses(body, before)
    assert (found.spreads, found.opaque, found.harmless, len(found.reads)) == ((), (), (), 1)
    return found.reads[0]


def spread(body: str, before: str = "") -> Spread:
    """Return the only spread of a body, which may have reads besides."""
    found = uses(body, before)
    assert (found.opaque, found.harmless, len(found.spreads)) == ((), (), 1)
    return found.spreads[0]


def opaque(body: str, before: str = "") -> list[str]:
    """Return what keeps from telling the keys of a body."""
    return [each.because for each in uses(body, before).opaque]


def called(found: Spread) -> str | None:
    return None if found.call is None else ast.unparse(found.call.func)


def test_a_function_without_such_a_parameter_has_no_uses() -> None:
    assert uses_of(function("def f(a, *args, b=1): return a")) is None


def test_a_parameter_that_is_never_used_has_no_uses() -> None:
    found = uses("return 1")
    assert (found.reads, found.spreads, found.opaque, found.harmless, found.checks) == ((), (), (), (), False)


READS = [
    ("x = kwargs['x']", Manner.ITEM, None),
    ("x = kwargs.get('x')", Manner.GET, "None"),
    ("x = kwargs.get('x', 5)", Manner.GET, "5"),
    ("x = kwargs.pop('x')", Manner.POP, None),
    ("x = kwargs.pop('x', [])", Manner.POP, "[]"),
    ("x = 'x' in kwargs", Manner.ASK, None),
    ("x = 'x' not in kwargs", Manner.ASK, None),
    ("x = 'x' in kwargs.keys()", Manner.ASK, None),
    ("kwargs['x'] = 1", Manner.SET, None),
    ("kwargs['x'] += 1", Manner.SET, None),
    ("del kwargs['x']", Manner.SET, None),
    ("kwargs.setdefault('x', 3)", Manner.SET, "3"),
    ("kwargs.setdefault('x')", Manner.SET, "None"),
]


@pytest.mark.parametrize(("body", "manner", "default"), READS)
def test_a_key_that_is_written_out_is_read(body: str, manner: Manner, default: str | None) -> None:
    found = read(body)
    assert (found.keys, found.manner, found.always, found.computed) == (("x",), manner, True, False)
    assert (None if found.default is None else ast.unparse(found.default)) == default


NODES = [
    ("x = kwargs['x'].y", "kwargs['x']"),
    ("x = kwargs.get('x', 1) + 1", "kwargs.get('x', 1)"),
    ("x = not 'x' in kwargs.keys()", "'x' in kwargs.keys()"),
    ("kwargs['x'] = 1", "kwargs['x']"),
]


@pytest.mark.parametrize(("body", "node"), NODES)
def test_the_node_of_a_read_is_all_that_asks(body: str, node: str) -> None:
    assert ast.unparse(read(body).node) == node


CONSTANTS = [
    "KEY = 'x'",
    "KEY: str = 'x'",
    "if True:\n    KEY = 'x'",
]


@pytest.mark.parametrize("before", CONSTANTS)
def test_a_constant_of_the_file_is_as_good_as_its_text(before: str) -> None:
    assert read("return kwargs[KEY]", before).keys == ("x",)


def test_so_is_a_local_name_that_is_bound_once() -> None:
    assert read("key = 'x'\nreturn kwargs[key]").keys == ("x",)


NO_CONSTANTS = [
    ("KEY = 'x'\nKEY = 'y'", "return kwargs[KEY]"),
    ("KEY = 'x'\ndef g():\n    global KEY\n    KEY = 'y'", "return kwargs[KEY]"),
    ("KEY = name()", "return kwargs[KEY]"),
    ("KEY = 1", "return kwargs[KEY]"),
    ("from keys import KEY", "return kwargs[KEY]"),
    ("for KEY in 'x', 'y': pass", "return kwargs[KEY]"),
    ("", "return kwargs[KEY]"),
    ("KEY = 'x'", "return lambda KEY: kwargs[KEY]"),
    ("KEY = 'x'", "def g(KEY): return kwargs[KEY]"),
    ("KEY = 'x'", "return [kwargs[KEY] for KEY in a]"),
    ("KEY = 'x'", "KEY = a\nreturn kwargs[KEY]"),
    ("", "return kwargs[a]"),
    ("", "a = 'x'\nreturn kwargs[a]"),
    ("", "return kwargs[f'x{a}']"),
    ("", "return kwargs.get(a.key)"),
    ("", "return a in kwargs"),
    ("", "return kwargs[0]"),
    ("", "return kwargs.pop('x' + a, None)"),
    ("", "kwargs[a] = 1"),
    ("", "print(kwargs[a])"),
    ("", "return kwargs.get()"),
    ("", "return kwargs.get(*a)"),
    ("", "return kwargs.get('x', default=1)"),
]


@pytest.mark.parametrize(("before", "body"), NO_CONSTANTS)
def test_a_key_that_is_worked_out_says_nothing(before: str, body: str) -> None:
    assert opaque(body, before) == ["is read by a key that is worked out at run time"]


LOOPS = [
    ("for key in ('x', 'y'):\n    setattr(self, key, kwargs[key])", ""),
    ("for key in ['x', 'y']:\n    setattr(self, key, kwargs[key])", ""),
    ("for key in NAMES:\n    setattr(self, key, kwargs[key])", "NAMES = ('x', 'y')"),
    ("for key in NAMES:\n    setattr(self, key, kwargs[key])", "NAMES = ['x', 'y']\nprint(NAMES.index('x'))"),
    ("names = ['x', 'y']\nfor key in names:\n    setattr(self, key, kwargs[key])", ""),
    ("for key in {'x': 1, 'y': 2}:\n    setattr(self, key, kwargs[key])", ""),
    ("for key in NAMES.keys():\n    setattr(self, key, kwargs[key])", "NAMES = {'x': 1, 'y': 2}"),
    ("for key, value in NAMES.items():\n    setattr(self, key, kwargs[key])", "NAMES = {'x': 1, 'y': 2}"),
    ("for value, key in NAMES.items():\n    setattr(self, value, kwargs[key])", "NAMES = {1: 'x', 2: 'y'}"),
    ("for key, value in (('x', 1), ('y', 2)):\n    setattr(self, key, kwargs[key])", ""),
    ("return [kwargs[key] for key in ('x', 'y')]", ""),
    ("return {key: kwargs[key] for key in NAMES}", "NAMES = ('x', 'y')"),
]


@pytest.mark.parametrize(("body", "before"), LOOPS)
def test_a_loop_over_literal_names_reads_each_of_them(body: str, before: str) -> None:
    found = read(body, before)
    assert (found.keys, found.manner, found.computed, found.always) == (("x", "y"), Manner.ITEM, True, True)


def test_each_place_in_a_comprehension_is_a_read_of_its_own() -> None:
    found = uses("return {k: kwargs[k] for k in ('x', 'y') if k in kwargs}")
    assert [(each.keys, each.manner, each.computed, each.always) for each in found.reads] == [
        (("x", "y"), Manner.ITEM, True, False),
        (("x", "y"), Manner.ASK, True, False),
    ]
    assert found.opaque == ()


OTHER_LOOPS = [
    ("for key in a:\n    kwargs[key]", ""),
    ("for key in ():\n    kwargs[key]", ""),
    ("for key in ('x', 'x'):\n    kwargs[key]", ""),
    ("for key in ('x', a):\n    kwargs[key]", ""),
    ("for key in ('x', *a):\n    kwargs[key]", ""),
    ("for key in ('x', 'y'):\n    key = key.upper()\n    kwargs[key]", ""),
    ("for key in ('x', 'y'):\n    pass\nkwargs[key]", ""),
    ("for key in ('x', 'y'):\n    pass\nelse:\n    kwargs[key]", ""),
    ("for key in ('x', 'y'):\n    g = lambda key: kwargs[key]", ""),
    ("for key in NAMES:\n    kwargs[key]", "NAMES = ['x']\nNAMES.append('y')"),
    ("for key in NAMES:\n    kwargs[key]", "NAMES = ['x']\nNAMES[0] = 'y'"),
    ("for key in NAMES.items():\n    kwargs[key]", "NAMES = {'x': 1}"),
    ("for key in NAMES.keys():\n    kwargs[key]", "NAMES = a()"),
    ("for key, value in NAMES.items():\n    kwargs[key]", "NAMES = a()"),
    ("for key, value in {'xy': 1}:\n    kwargs[key]", ""),
    ("for key in a.names():\n    kwargs[key]", ""),
    ("for key, value in ('x', 'y'):\n    kwargs[key]", ""),
    ("for key, *rest in (('x', 1), ('y', 2)):\n    kwargs[rest]", ""),
    ("for a, (b, key) in ((1, (2, 'x')),):\n    kwargs[key]", ""),
    ("return [key for key in kwargs[key]]", ""),
    ("return [key for b in a if kwargs[key] for key in ('x', 'y')]", ""),
    ("for key in ('x', 'y'):\n    def g(key): return kwargs[key]", ""),
]


@pytest.mark.parametrize(("body", "before"), OTHER_LOOPS)
def test_a_loop_over_anything_else_does_not(body: str, before: str) -> None:
    assert opaque(body, before) == ["is read by a key that is worked out at run time"]


ALWAYS = [
    ("if kwargs['x']: g()", True),
    ("if a:\n    kwargs['x']", False),
    ("if a:\n    g()\nelse:\n    kwargs['x']", False),
    ("while kwargs['x']: g()", True),
    ("while a:\n    kwargs['x']", False),
    ("for b in kwargs['x']: g()", True),
    ("for b in a:\n    kwargs['x']", False),
    ("for b in a:\n    g()\nelse:\n    kwargs['x']", False),
    ("with g(kwargs['x']): h()", True),
    ("with g():\n    kwargs['x']", True),
    ("with suppress(KeyError):\n    kwargs['x']", False),
    ("with contextlib.suppress(KeyError):\n    kwargs['x']", False),
    ("try:\n    kwargs['x']\nexcept KeyError: g()", False),
    ("try:\n    g()\nexcept KeyError:\n    kwargs['x']", False),
    ("match kwargs['x']:\n    case 1: g()", True),
    ("match a:\n    case 1:\n        kwargs['x']", False),
    ("a and kwargs['x']", False),
    ("kwargs['x'] and a", True),
    ("1 < kwargs['x'] < a", True),
    ("kwargs['x'] < a", True),
    ("1 < a < kwargs['x']", False),
    ("g(kwargs['x'] if a else 1)", False),
    ("g(1 if kwargs['x'] else a)", True),
    ("assert kwargs['x']", False),
    ("g(lambda: kwargs['x'])", False),
    ("g(lambda b=kwargs['x']: b)", True),
    ("def g(): return kwargs['x']", False),
    ("@g(kwargs['x'])\ndef h(): pass", True),
    ("class A:\n    b = kwargs['x']", False),
    ("[kwargs['x'] for b in a]", False),
    ("[b for b in kwargs['x']]", True),
    ("[b for c in a for b in kwargs['x']]", False),
    ("[b for b in a if kwargs['x']]", False),
    ("any(kwargs[b] for b in ('x', 'y'))", False),
    ("[kwargs[b] for c in a for b in ('x', 'y')]", False),
    ("for b in ('x', 'y'):\n    if a: break\n    kwargs[b]", False),
    ("for b in ('x', 'y'):\n    if a: kwargs[b]", False),
    ("return kwargs['x']", True),
    ("if a: return\nkwargs['x']", False),
    ("if a:\n    def g(): return\nkwargs['x']", True),
    ("if a: raise ValueError\nkwargs['x']", True),
    ("kwargs['x']\nif a: return", True),
    ("kwargs['x']\nyield", False),
]


@pytest.mark.parametrize(("body", "always"), ALWAYS)
def test_a_read_is_passed_always_where_nothing_leads_around_it(body: str, always: bool) -> None:  # noqa: FBT001 - a value of the table
    assert read(body).always is always


def test_reads_are_in_source_order() -> None:
    body = """
        a = kwargs["y"] if kwargs["x"] else {kwargs["a"]: kwargs["b"], kwargs["c"]: 1}
        def g(b=kwargs["d"]): return kwargs["e"]
        return f"{kwargs['f']} {kwargs['g']:{kwargs['h']}}" + kwargs["i"]
    """
    assert "".join(each.keys[0] for each in uses(body).reads) == "yxabcdefghi"


INNER = [
    "def g():\n    return kwargs['x']",
    "return lambda: kwargs['x']",
    "return [kwargs['x'] for b in a]",
    "def g(b=kwargs['x'], **kwargs): return kwargs['y']",
    "def g(b=kwargs['x']):\n    kwargs = {}\n    return kwargs['y']",
    "def g(b=kwargs['x']):\n    global kwargs\n    return kwargs['y']",
    "def g(b=kwargs['x']):\n    import kwargs\n    return kwargs['y']",
    "return lambda kwargs: kwargs['y'] + (lambda b=kwargs['x']: 1)()\nreturn kwargs['x']",
    "return [kwargs['y'] for kwargs in kwargs['x']]",
    "def g():\n    b = [kwargs for kwargs in a]\n    return kwargs['x']",
    "class A:\n    def g(self): return kwargs['x']",
    "def g():\n    nonlocal kwargs\n    return kwargs['x']",
]


@pytest.mark.parametrize("body", INNER)
def test_an_inner_scope_means_the_same_name_unless_it_has_its_own(body: str) -> None:
    assert read(body).keys == ("x",)


ANEW = [
    "kwargs = {}",
    "kwargs |= a",
    "for kwargs in a: g()",
    "with a as kwargs: g()",
    "(kwargs := a)",
    "[(kwargs := b) for b in a]",
    "import kwargs",
    "from b import c as kwargs",
    "try: g()\nexcept ValueError as kwargs: g()",
    "def kwargs(): pass",
    "class kwargs: pass",
    "class A:\n    kwargs = kwargs",
    "match a:\n    case kwargs: g()",
    "match a:\n    case [*kwargs]: g()",
    "match a:\n    case {**kwargs}: g()",
    "def g():\n    nonlocal kwargs\n    kwargs = 1",
]


@pytest.mark.parametrize("body", ANEW)
def test_a_name_that_is_bound_anew_says_nothing(body: str) -> None:
    assert opaque(body) == ["is bound anew"]


WHOLE = [
    ("g(kwargs)", "is handed on whole to `g`"),
    ("super().f(kwargs)", "is handed on whole to `super().f`"),
    ("g(options=kwargs)", "is handed on whole to `g`"),
    ("g(**kwargs or {})", "is handed on whole to `g`"),
    (f"{'very' * 20}.g(kwargs)", "is handed on whole to something else"),
    ("class A(B, **kwargs): pass", "is handed on whole to a class statement"),
    ("class A(B, options=kwargs): pass", "is handed on whole to a class statement"),
    ("log.info('x', extra=kwargs)", "is handed on whole to `log.info`"),
    ("self.kw = kwargs", "is kept in `self.kw`"),
    ("b: dict = kwargs", "is kept in `b`"),
    ("b = kwargs or {}", "is kept in `b`"),
    ("b = a if a else kwargs", "is kept in `b`"),
    ("b = c = kwargs", "is kept in `b`"),
    ("return a or (b := kwargs)", "is returned"),
    ("b += kwargs", "is merged into `b`"),
    ("return kwargs", "is returned"),
    ("return lambda: kwargs", "is returned"),
    ("yield kwargs", "is yielded"),
    ("for b in kwargs: g()", "is gone through key by key"),
    ("for k, v in kwargs.items(): g()", "is gone through key by key"),
    ("[b for b in kwargs.values()]", "is gone through key by key"),
    ("g(*kwargs)", "is gone through key by key"),
    ("yield from kwargs", "is gone through key by key"),
    ("kwargs.update(a=1)", "is changed by `update`"),
    ("kwargs.clear()", "is changed by `clear`"),
    ("b = kwargs.popitem()", "is changed by `popitem`"),
    ("b = kwargs.copy()", "is copied"),
    ("b = dict(kwargs)", "is copied"),
    ("b = dict(kwargs, c=1)", "is copied"),
    ("b = copy.copy(kwargs)", "is handed on whole to `copy.copy`"),
    ("g(kwargs.get)", "gives away its `get`"),
    ("b = kwargs.b", "gives away its `b`"),
    ("kwargs.b()", "is asked for its `b`"),
    ("b = kwargs | a", "is merged with something else"),
    ("b = kwargs == a", "is compared with something else"),
    ("b = a in (kwargs, 1)", "is kept in a tuple"),
    ("b = [kwargs]", "is kept in a list"),
    ("b = {'b': kwargs}", "is kept in a dictionary"),
    ("b = [kwargs for c in a]", "is kept in a list"),
    ("b = {c: kwargs for c in a}", "is kept in a dictionary"),
    ("b = f'{kwargs}'", "is written into a text"),
    ("match kwargs:\n    case {'x': 1}: g()", "is matched against patterns"),
    ("a[kwargs] = 1", "is used whole"),
    ("g(**locals())", "may be read by `locals()`"),
    ("g(vars())", "may be read by `vars()`"),
    ("eval('kwargs')", "may be read by `eval()`"),
    ("exec('kwargs')", "may be read by `exec()`"),
    ("g(**kwargs, **kwargs)", "is unpacked twice in one call"),
    ("b = {**kwargs, **kwargs}", "is unpacked twice in one dictionary"),
    ("raise Error(options=kwargs)", "is handed on whole to `Error`"),
    ("raise make(g(kwargs))", "is handed on whole to `g`"),
    ("if a < len(b) < g(kwargs): g()", "is handed on whole to `g`"),
]


@pytest.mark.parametrize(("body", "because"), WHOLE)
def test_what_uses_all_keys_at_once_says_nothing_of_any(body: str, because: str) -> None:
    found = uses(body)
    assert set(opaque(body)) == {because}
    assert (found.reads, found.spreads, found.harmless, found.checks) == ((), (), (), False)


@pytest.mark.parametrize("body", ["vars(a)", "def locals(): return 1\nlocals()", "a.eval()", "g(eval)"])
def test_a_call_that_sees_no_names_of_the_body_is_none_of_its_uses(body: str) -> None:
    assert opaque(body) == []


HARMLESS = [
    "if kwargs: g()",
    "if not kwargs: g()",
    "if a and kwargs: g()",
    "if kwargs == {}: g()",
    "if kwargs is not None: g()",
    "while kwargs.keys(): g()",
    "b = 1 if kwargs else 2",
    "b = bool(kwargs)",
    "b = len(kwargs) + 1",
    "b = not kwargs",
    "b = [c for c in a if kwargs]",
    "del kwargs",
    "kwargs",
    "assert kwargs",
    "print(kwargs)",
    "print('got', sorted(kwargs), list(kwargs.items()))",
    "print(', '.join(k for k in kwargs))",
    "log.info('got %s', kwargs)",
    "self.logger.debug(f'got {kwargs}')",
    "warnings.warn(str(kwargs))",
    "raise Error('got %r' % kwargs)",
    "raise Error('got {}'.format(kwargs), kwargs)",
    "raise Error(f'no {next(iter(kwargs))}')",
    "raise Error(list(kwargs)[0])",
]


@pytest.mark.parametrize("body", HARMLESS)
def test_a_test_or_a_shown_text_depends_on_no_key(body: str) -> None:
    found = uses(body)
    assert (found.reads, found.spreads, found.opaque, found.checks) == ((), (), (), False)
    assert [ast.unparse(each) for each in found.harmless] == ["kwargs"] * body.count("kwargs")


CHECKS = [
    "if kwargs: raise TypeError('unexpected')",
    "if kwargs:\n    b = ', '.join(kwargs)\n    raise TypeError(f'unexpected {kwargs}')",
    "x = kwargs.pop('x', 1)\nif kwargs: raise ValueError(kwargs)",
    "if a: g()\nelif kwargs: raise TypeError",
    "if len(kwargs) > 0: raise TypeError",
    "if len(kwargs): raise TypeError",
    "if kwargs != {}: raise TypeError",
    "assert not kwargs, 'unexpected'",
    "assert kwargs == {}",
    "assert len(kwargs) == 0",
    "for k in kwargs: raise TypeError(k)",
    "for k in kwargs:\n    if k not in ('x', 'y'): raise TypeError(k)",
    "for k in kwargs.keys():\n    if k not in ('x', 'y'): raise TypeError(k)",
    "if set(kwargs) - {'x'}: raise TypeError",
    "if kwargs.keys() - {'x'}: raise TypeError",
    "if not set(kwargs) <= {'x'}: raise TypeError",
    "if not set(kwargs).issubset({'x'}): raise TypeError",
    "b = set(kwargs) - {'x'}\nif b: raise TypeError(b)",
    "b = sorted(set(kwargs).difference(a))\ng()\nif len(b): raise TypeError(b)",
    "b = [k for k in kwargs if k not in a]\nif b: raise TypeError(b)",
]


@pytest.mark.parametrize("body", CHECKS)
def test_a_body_that_refuses_other_keys_checks_itself(body: str) -> None:
    found = uses(body)
    assert found.checks
    assert [each.because for each in found.opaque if "join" not in each.because] == []


NO_CHECKS = [
    "if not kwargs: raise TypeError",
    "if kwargs and a: raise TypeError",
    "if kwargs:\n    g()",
    "if len(kwargs) > 2: raise TypeError",
    "assert kwargs",
    "for k in kwargs: g(k)",
    "for k in kwargs:\n    if k not in a: g()",
    "b = set(kwargs) - {'x'}\nif b: g()",
    "b = set(kwargs) - {'x'}\nif b and a: raise TypeError",
    "b = set(kwargs)\nif b: raise TypeError",
    "if kwargs: return\nraise TypeError",
]


@pytest.mark.parametrize("body", NO_CHECKS)
def test_another_condition_is_no_check_of_the_keys(body: str) -> None:
    assert not uses(body).checks


def test_a_call_with_all_keys_says_what_stands_beside_them() -> None:
    found = spread("return g(a, *b, c=1, d=2, **kwargs)")
    assert ast.unparse(found.node) == "g(a, *b, c=1, d=2, **kwargs)"
    assert found.call is found.node
    assert (found.beside, found.before, found.gone, found.mixed) == (frozenset("cd"), frozenset(), frozenset(), False)
    assert found.value.id == "kwargs"


def test_another_mapping_beside_is_said() -> None:
    assert spread("g(**a, **kwargs)").mixed
    assert spread("b = {**a, **kwargs}").mixed
    assert spread("b = {a: 1, **kwargs}").mixed
    assert spread("b = dict(a, **kwargs)").mixed
    assert spread("g(**{'b': 1, **kwargs}, **a)").mixed


def test_a_display_says_which_keys_the_stars_win_over() -> None:
    found = spread("b = {'b': 1, **kwargs, 'c': 2}")
    assert isinstance(found.node, ast.Dict)
    assert (found.beside, found.before, found.mixed, called(found)) == (frozenset("bc"), frozenset("b"), False, None)


def test_a_dictionary_made_by_its_name_is_a_display() -> None:
    found = spread("g(d=1, **dict(b=1, **kwargs))")
    assert isinstance(found.node, ast.Call)
    assert (ast.unparse(found.node), found.beside, found.before) == (
        "dict(b=1, **kwargs)",
        frozenset("bd"),
        frozenset(),
    )
    assert called(found) == "g"


def test_a_name_that_hides_the_builtin_is_called_like_any_other() -> None:
    assert called(spread("return dict(**kwargs)", "from ordered import dict")) == "dict"


END = [
    "return g(**{'b': 1, **kwargs})",
    "c = {'b': 1, **kwargs}\nreturn g(**c)",
    "c: dict = {'b': 1, **kwargs}\nreturn g(**c)",
    "c = dict(b=1, **kwargs)\nif a:\n    return g(**c)",
    "def h():\n    c = {'b': 1, **kwargs}\n    return g(**c)",
]


@pytest.mark.parametrize("body", END)
def test_a_display_ends_up_in_the_one_call_that_unpacks_it(body: str) -> None:
    assert called(spread(body)) == "g"


NO_END = [
    "g({'b': 1, **kwargs})",
    "return {'b': 1, **kwargs}",
    "self.c = {'b': 1, **kwargs}",
    "c = {'b': 1, **kwargs}",
    "c = {'b': 1, **kwargs}\ng(c)",
    "c = {'b': 1, **kwargs}\ng(d=c)",
    "c = {'b': 1, **kwargs}\nc['d'] = 1\ng(**c)",
    "c = {'b': 1, **kwargs}\ng(**c)\nh(**c)",
    "c = {'b': 1, **kwargs}\ng(**c)\nreturn c",
    "c = {}\nc = {'b': 1, **kwargs}\ng(**c)",
    "c = [{'b': 1, **kwargs}]\ng(**c)",
    "c = d = {'b': 1, **kwargs}\ng(**c)",
    "c = {'b': 1, **kwargs}\nreturn lambda: g(**c)",
    "c = {'b': 1, **kwargs}\nclass A(**c): pass",
    "a = {'b': 1, **kwargs}\ng(**a)",
    "global c\nc = {'b': 1, **kwargs}\ng(**c)",
    "class A:\n    c = {'b': 1, **kwargs}\n    g(**c)",
    "class A(**{'b': 1, **kwargs}): pass",
    "g(**c)\nc = {'b': 1, **kwargs}",
]


@pytest.mark.parametrize("body", NO_END)
def test_a_display_that_may_be_used_otherwise_ends_up_nowhere(body: str) -> None:
    assert called(spread(body)) is None


GONE = [
    ("kwargs.pop('x', None)\ng(**kwargs)", {"x"}),
    ("with a:\n    kwargs.pop('x')\ng(**kwargs)", {"x"}),
    ("if kwargs.pop('x', 0):\n    g(**kwargs)", {"x"}),
    ("g(kwargs.pop('x'), **kwargs)", {"x"}),
    ("if 'x' in kwargs:\n    kwargs.pop('x')\ng(**kwargs)", {"x"}),
    ("b = kwargs.pop('x') if 'x' in kwargs else 1\ng(**kwargs)", {"x"}),
    ("b = 'x' in kwargs and kwargs.pop('x')\ng(**kwargs)", {"x"}),
    ("for b in ('x', 'y'):\n    kwargs.pop(b, None)\ng(**kwargs)", {"x", "y"}),
    ("for b in ('x', 'y'):\n    if b in kwargs:\n        kwargs.pop(b)\ng(**kwargs)", {"x", "y"}),
    ("c = {b: kwargs.pop(b) for b in ('x', 'y') if b in kwargs}\ng(**kwargs)", {"x", "y"}),
    ("c = [kwargs.pop(b) for b in ('x', 'y')]\ng(**kwargs)", {"x", "y"}),
    ("kwargs.pop('x')\ndef h(): return g(**kwargs)", {"x"}),
    ("kwargs.pop('x')\nfor b in a: g(**kwargs)", {"x"}),
    ("if a:\n    kwargs.pop('x')\n    g(**kwargs)", {"x"}),
    ("try:\n    kwargs.pop('x')\nexcept KeyError: h()\nelse: g(**kwargs)", {"x"}),
    ("match kwargs.pop('x'):\n    case 1: g(**kwargs)", {"x"}),
    ("for b in kwargs.pop('x'): g(**kwargs)", {"x"}),
    ("h('x' in kwargs)\nkwargs.pop('x')\ng(**kwargs)", {"x"}),
    ("g(**kwargs)\nkwargs.pop('x')", set()),
    ("kwargs['b'] = g(**kwargs)\nkwargs.pop('x')", set()),
    ("if a:\n    kwargs.pop('x')\nelse:\n    g(**kwargs)", set()),
    ("if a:\n    return kwargs.pop('x')\ng(**kwargs)", set()),
    ("match a:\n    case 1: kwargs.pop('x')\n    case 2: g(**kwargs)", set()),
    ("try: h()\nexcept A: kwargs.pop('x')\nexcept B: g(**kwargs)", set()),
    ("self.b = g(**kwargs) if kwargs.pop('x', 0) else 1", {"x"}),
    ("c[kwargs.pop('x')] = g(**kwargs)", set()),
    ("kwargs['x'] = 1\nkwargs.pop('x')\ng(**kwargs)", {"x"}),
]


@pytest.mark.parametrize(("body", "gone"), GONE)
def test_a_key_is_gone_where_every_path_has_popped_it(body: str, gone: set[str]) -> None:
    assert spread(body).gone == gone


UNSETTLED = [
    "if a:\n    kwargs.pop('x')\ng(**kwargs)",
    "a or kwargs.pop('x')\ng(**kwargs)",
    "while a:\n    kwargs.pop('x')",
    "for b in a:\n    kwargs.pop('x', 0)",
    "[kwargs.pop('x', 0) for b in a]",
    "[kwargs.pop(b, 0) for c in a for b in ('x', 'y')]",
    "def h(): kwargs.pop('x')",
    "return lambda: kwargs.pop('x')",
    "for b in a:\n    for c in ('x', 'y'): kwargs.pop(c, None)",
    "kwargs.pop('x', 0)\nkwargs.get('x')",
    "def h(): return kwargs['x']\nkwargs.pop('x')\nh()",
    "def h(): return g(**kwargs)\nif a: kwargs.pop('x')",
    "try:\n    kwargs.pop('x')\nexcept KeyError: h()\ng(**kwargs)",
    "try:\n    kwargs.pop('x')\nexcept KeyError: g(**kwargs)",
    "with suppress(KeyError):\n    kwargs.pop('x')\ng(**kwargs)",
    "if a:\n    with suppress(KeyError):\n        kwargs.pop('x')\n        raise KeyError\ng(**kwargs)",
    "if a:\n    kwargs.pop('x')\nif kwargs: g()",
    "for b in ('x', 'y'):\n    kwargs.pop(b, None)\n    g(**kwargs)",
    "for b in ('x', 'y'):\n    if a: break\n    kwargs.pop(b, None)\ng(**kwargs)",
    "c = ((b, kwargs.pop(b)) for b in ('x', 'y'))\ng(**kwargs)",
    "if 'x' in kwargs and a:\n    kwargs.pop('x')\ng(**kwargs)",
    "if 'x' not in kwargs:\n    h()\nelse:\n    kwargs.pop('x')\ng(**kwargs)",
    "if 'x' in kwargs.keys():\n    kwargs.pop('x')\ng(**kwargs)",
]


@pytest.mark.parametrize("body", UNSETTLED)
def test_a_pop_on_some_paths_only_is_said_where_something_depends_on_it(body: str) -> None:
    found = uses(body)
    assert opaque(body) == ["is changed on some paths only"]
    assert Manner.POP in {each.manner for each in found.reads}
    assert [each for each in found.spreads if each.gone] == []


SETTLED = [
    "if a:\n    return kwargs.pop('x')",
    "if a:\n    b = kwargs.pop('x', 1)\nelse:\n    b = kwargs.pop('x', 2)",
    "if 'x' in kwargs:\n    return kwargs.pop('x')",
    "if a:\n    b = kwargs.pop('x')\nprint(kwargs)",
    "b = kwargs.get('x')\nc = kwargs.pop('x', None)",
    "b = kwargs.pop('x') if 'x' in kwargs else kwargs.pop('y')",
    "if a:\n    kwargs.pop('x')\n    raise ValueError\ng(**kwargs)",
]


@pytest.mark.parametrize("body", SETTLED)
def test_a_pop_that_nothing_depends_on_is_a_read_like_others(body: str) -> None:
    assert opaque(body) == []


def test_a_key_that_is_put_back_is_not_gone() -> None:
    found = uses("kwargs.pop('x')\ng(**kwargs)\nkwargs['x'] = 1\ng(**kwargs)")
    assert [each.gone for each in found.spreads] == [{"x"}, set()]
    assert [each.because for each in found.opaque] == ["is changed on some paths only"]


def test_uses_of_all_kinds_are_told_apart_in_one_body() -> None:
    found = uses("log.info(kwargs)\nb = kwargs.pop('x')\nself.c = kwargs\nreturn g(b, **kwargs)")
    assert [len(each) for each in (found.reads, found.spreads, found.opaque, found.harmless)] == [1, 1, 1, 1]
    assert found.spreads[0].gone == {"x"}


def test_a_parameter_of_any_name_is_followed() -> None:
    found = uses_of(function("async def f(**locals):\n    return locals['x']"))
    assert found is not None
    assert (found.name, [each.keys for each in found.reads], found.opaque) == ("locals", [("x",)], ())
