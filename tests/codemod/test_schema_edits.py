from __future__ import annotations

import ast

import pytest

from fixbot.codemod import Declined, Proposal, cst
from fixbot.codemod.reshaping.edit import edit
from fixbot.codemod.reshaping.plans import Append, Onward, Pass, Reshape, Style
from tests.codemod.schema_editing import Case, key, outcome, plain, reshape, results, rewritten

X, Y, Z = key("x"), key("y", "2"), key("z", "None")
EACH = Onward(("x", "y"))
EVERYWHERE = (Style.PYDANTIC, Style.PYDANTIC1, Style.DATACLASS, Style.PARAMS, Style.TYPED_DICT)
OBJECTS = EVERYWHERE[:3]
MODELS = EVERYWHERE[:2]

SAME = {
    "reads of each kind": Case(
        """
        def f(a, b=1, *args, **kwargs):
            return a, b, kwargs["x"], kwargs.get("y", 2), kwargs.get("z"), kwargs.pop("z", None)
        """,
        (X, Y, Z),
        ("f(1, x=3)", "f(1, 2, x=3, y=4, z=5)", "f(1, 2, 3, **{'x': 1, 'z': 4})", "f(x=1, a=2)"),
    ),
    "reads inside of others": Case(
        """
        def f(**kwargs):
            return kwargs["x"][kwargs.get('y', 2)], [kwargs["x"] for _ in "ab"], (lambda: kwargs.get("y", 2))()
        """,
        (X, Y),
        ("f(x=[1, 2, 3])", "f(y=0, x='ab')"),
    ),
    "a default that asks for another key": Case(
        """
        def f(**kwargs):
            return kwargs.get("y", kwargs.get("z", 2)), f"{kwargs['x']!r:>4}{kwargs['x']}"
        """,
        (X, Y, Z),
        ("f(x=1)", "f(x=1, y=3)"),
    ),
    "inner functions with the same names": Case(
        """
        def f(a, **kwargs):
            def inner(kwargs):
                return kwargs["other"]
            def shown(a):
                return a, kwargs["x"]
            return a, inner({"other": 1}), shown(5), [a for a in (1, 2)], (lambda a: a)(3), tell(a=a, x=1)
        """,
        (X,),
        ("f(1, x=2)", "f(a=1, x=2)", "f(**{'x': 1}, a=4)"),
        joined=(key("a"),),
    ),
    "keys that go on": Case(
        """
        def f(a, **kwargs):
            shown = {"a": a, **kwargs}
            return tell(a, **kwargs), tell(**kwargs), {**kwargs}, shown, tell(P2(kwargs["x"], a))
        def P2(x, a):
            return x, a
        """,
        (X, Y),
        ("f(1, x=2, y=3)",),
        onward=(EACH,) * 4,
    ),
    "keys that go nowhere": Case(
        """
        def f(a, **kwargs):
            return tell(a, **kwargs), tell(**kwargs), {**kwargs}, tell(
                a,  # one
                **kwargs,  # two
            ), tell(
                **kwargs  # three
                , # four
                b=a,
            )
        """,
        (),
        ("f(1)",),
        onward=(Onward(()),) * 5,
    ),
    "several parameters that join": Case(
        """
        def f(a, b, c=3, *, d, e=5, **kwargs):
            if a:
                return a + b, c, d, e, kwargs["x"]
            return [b, c, d.real, {"e": e, "b": b}, tell(b, d=d, e=e)]
        """,
        (X,),
        ("f(1, 2, d=4, x=6)", "f(0, 2, 4, d=4, e=1, x=6)", "f(0, b=2, d=4, x=6)"),
        joined=(key("b"), key("c", "3"), key("d"), key("e", "5")),
    ),
    "all parameters that join": Case(
        """
        def f(a, /, b, **kwargs):
            return a, b, kwargs["x"]
        """,
        (X,),
        ("f(1, 2, x=3)", "f(1, x=3, b=4)"),
        joined=(key("a"), key("b")),
    ),
}


@pytest.mark.parametrize("style", EVERYWHERE)
@pytest.mark.parametrize("name", SAME)
def test_calls_give_the_same_as_before(name: str, style: Style) -> None:
    case = SAME[name]
    assert outcome(case, style) == results(plain(case.source), case.calls)


LOCAL = Case(
    """
    def f(a, **kwargs):
        \"\"\"Say.\"\"\"
        x = kwargs["x"]  # the first
        # the second
        y: int = kwargs.get("y", 2); q = 1
        y = y + 1
        z = kwargs.pop("z", None)
        return a, x, y, z, q, [x for x in "ab"]
    """,
    (X, Y, Z),
    ("f(1, x=2)", "f(1, x=2, y=3, z=4)"),
)


@pytest.mark.parametrize("style", EVERYWHERE)
def test_variables_named_as_their_keys_keep_their_values(style: Style) -> None:
    assert outcome(LOCAL, style) == results(plain(LOCAL.source), LOCAL.calls)


LOOP = Case(
    """
    def f(**kwargs):
        found = {}
        for name in ("x", "y"):
            found[name] = kwargs[name], kwargs.get(name)
        return found, {name: kwargs[name] for name, _ in (("x", 1), ("y", 2))}
    """,
    (X, Y),
    ("f(x=1, y=2)",),
)


@pytest.mark.parametrize("style", OBJECTS)
def test_a_loop_over_names_gets_attributes(style: Style) -> None:
    assert outcome(LOOP, style) == results(plain(LOOP.source), LOOP.calls)


ASKED = Case(
    """
    def f(a, **kwargs):
        seen = [name in kwargs for name in ("x", "y")]
        return "x" in kwargs, "y" not in kwargs.keys(), ("y" in (kwargs)) + 1, seen, tell(**kwargs), {**kwargs, "q": a}
    """,
    (key("x", "1"), key("y", "[]")),
    ("f(1)", "f(1, x=2)", "f(1, y=[3])"),
    onward=(Onward(), Onward()),
    joined=(key("a"),),
)


@pytest.mark.parametrize("all_plain", [True, False])
@pytest.mark.parametrize("style", MODELS)
def test_a_model_tells_which_keys_were_given(style: Style, *, all_plain: bool) -> None:
    case = Case(ASKED.source, ASKED.fields, ASKED.calls, ASKED.onward, ASKED.joined, plain=all_plain)
    assert outcome(case, style) == results(plain(case.source), case.calls)


@pytest.mark.parametrize("all_plain", [True, False])
def test_a_key_that_was_taken_out_does_not_go_on(*, all_plain: bool) -> None:
    source = """
    def f(**kwargs):
        return kwargs.pop("x"), tell(**kwargs)
    """
    case = Case(source, (X, Y), ("f(x=1)", "f(x=1, y=3)"), (Onward(without=("x",)),), plain=all_plain)
    assert outcome(case, Style.PYDANTIC) == results(plain(source), case.calls)


def test_many_keys_get_a_line_each() -> None:
    fields = tuple(key(f"keyword_number_{at}", None, "int") for at in range(4))
    after = rewritten("def f(a, **kwargs):\n    pass\n", Reshape(Style.PARAMS, "kwargs", fields=fields))
    inside = [f"    keyword_number_{at}: int,\n" for at in range(4)]
    assert after == "".join(["def f(\n    a,\n    *,\n", *inside, "):\n    pass\n"])


def test_parameters_without_types_are_written_as_python_does() -> None:
    fields = (key("x", None, ""), key("y", "2 - -1", ""))
    after = rewritten("def f(**kwargs):\n    return kwargs['x']\n", Reshape(Style.PARAMS, "kwargs", fields=fields))
    assert after == "def f(*, x, y=2 - -1):\n    return x\n"


def test_no_keys_at_all_leave_no_star_behind() -> None:
    assert rewritten("def f(a, **kwargs): pass\n", Reshape(Style.PARAMS, "kwargs")) == "def f(a): pass\n"
    assert rewritten("def f(**kwargs): pass\n", Reshape(Style.PARAMS, "kwargs")) == "def f(): pass\n"


def test_a_typed_dict_changes_the_annotation_alone() -> None:
    source = "def f(a, **kwargs: object):\n    kwargs['x'] = 1\n    return g(**kwargs), locals()\n"
    after = rewritten(source, Reshape(Style.TYPED_DICT, "kwargs", annotation='"Unpack[P]"', fields=(X,)))
    assert after == source.replace("object", '"Unpack[P]"')


def test_the_class_and_its_imports_go_along() -> None:
    node = cst.parse_module("def f(a: Old, **kwargs: Any): return kwargs.get('x', DEFAULT)\n").body[0]
    plan = Reshape(
        Style.DATACLASS,
        "kwargs",
        annotation="P",
        fields=(X,),
        joined=("a",),
        schema="class P: ...",
        imports=("import q",),
    )
    proposal = edit(plan, node)
    assert isinstance(proposal, Proposal)
    assert (proposal.before, proposal.after, proposal.imports) == (("class P: ...",), (), ("import q",))
    assert set(proposal.unused) == {"Old", "Any", "DEFAULT"}
    assert set(proposal.drops) >= {"*", "kwargs", "get", "(", ")", "'", ",", "DEFAULT", "Old", "Any"}


def test_a_class_goes_behind_the_last_statement() -> None:
    node = cst.parse_module("x = 1\n").body[0]
    assert edit(Append("class P: ...", ("import q",)), node) == Proposal(
        node, imports=("import q",), after=("class P: ...",)
    )


def test_a_plan_for_another_node_is_declined() -> None:
    node = cst.parse_module("x = 1\n").body[0]
    for plan in (Reshape(Style.PARAMS, "kwargs"), Pass("P"), None):
        assert edit(plan, node) == Declined("it is not the node that was found")


def test_what_an_inner_edit_put_in_counts_as_before() -> None:
    source = "def f(**kwargs):\n    return h(**kwargs), g(GParams(**kwargs)), g(G(a=1, **kwargs))\n"
    onward = (Onward(("x",)), Onward(("y",)), Onward(("x", "y")))
    after = rewritten(source, Reshape(Style.DATACLASS, "kwargs", annotation="P", fields=(X, Y), onward=onward))
    calls = "h(x=params.x), g(GParams(y=params.y)), g(G(a=1, x=params.x, y=params.y))"
    assert ast.unparse(ast.parse(after)) == f"def f(params: P):\n    return ({calls})"


def test_keys_go_on_in_source_order() -> None:
    source = "def f(**kwargs):\n    return g(h(**kwargs), **kwargs), {**kwargs} if k(**kwargs) else 1\n"
    onward = tuple(Onward((name,)) for name in "xyxy")
    after = rewritten(source, Reshape(Style.PARAMS, "kwargs", fields=(X, Y), onward=onward))
    assert after.endswith('return g(h(x=x), y=y), {"x": x} if k(y=y) else 1\n')


def test_each_case_above_is_really_rewritten() -> None:
    for case in (*SAME.values(), LOCAL, LOOP):
        assert rewritten(case.source, reshape(case, Style.DATACLASS)) != plain(case.source)
