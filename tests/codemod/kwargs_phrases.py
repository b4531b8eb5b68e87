"""What generated projects are made of: kinds of values, parameters, statements, calls; it draws nothing."""

from __future__ import annotations

from dataclasses import dataclass

KEYS = ("a", "b", "size")


@dataclass(frozen=True)
class Kind:
    """The values of a key; `hidden` says that they may come from where nobody sees their type."""

    type: str
    defaults: tuple[str, ...]
    values: tuple[str, ...]
    hidden: bool = True


KINDS = (
    Kind("int", ("0", "7"), ("1", "0", "9", "-3")),
    Kind("str", ("'d'", "''"), ("'x'", "''", "'3'")),
    Kind("bool", ("False",), ("True", "False")),
    Kind("int | str | None", ("None",), ("1", "None", "'3'", "''")),
    Kind("object", ("None",), ("1.5", "None", "(2,)", "[1]", "{}", "False", "'3'")),
    Kind("object", ("0", "'d'"), ("1", "'3'", "None", "True", "1.5", "(2,)", "[1]"), hidden=False),
)


@dataclass(frozen=True)
class Own:
    """The named parameters of a function, which of them have a value, and how callers give them."""

    params: str
    names: str
    given: tuple[str, ...]


OWN = (
    Own("", "", ("",)),
    Own("n", "n", ("1", "n=2", "0")),
    Own("n=1", "n", ("", "5", "n=None")),
    Own("n, label='l'", "n, label", ("1", "1, 'y'", "0, label='z'", "label='q', n=2")),
    Own("n: int, label: str", "n, label", ("1, 'y'", "0, label='z'", "label='q', n=2")),
    Own("n, /", "n", ("1", "0")),
    Own("n, *, flag=False", "n, flag", ("1", "0, flag=True", "flag=None, n=3")),
    Own("*, flag", "flag", ("flag=1", "flag=0")),
    Own("n, *rest", "n, rest", ("1", "0, 2, 3", "*(1, 2)")),
    Own("n, *rest, flag=True", "n, rest, flag", ("1", "0, 2, flag=0")),
)


@dataclass(frozen=True)
class Step:
    """Statements of a body, in which words in capital letters stand for what is drawn.

    KW is the `**` parameter, KEY a key, DEFAULT the default of that key, COND anything, TARGET what is called. What is
    `odd` need not be understood; `needs` says that the key must be given.
    """

    text: str
    odd: bool = False
    needs: bool = False


READS = (
    Step("seen.append(KW.get('KEY', DEFAULT))"),
    Step("seen.append(KW['KEY'])", needs=True),
    Step("KEY = KW.get('KEY', DEFAULT)\nseen.append(KEY)"),
    Step("KEY = KW['KEY']\nseen.append(KEY)", needs=True),
    Step("value = KW.get('KEY', DEFAULT)  # the KEY\nseen.append(value)"),
    Step("seen.append(f\"{KW.get('KEY', DEFAULT)!r}\")"),
    Step("seen.append(KW.get('KEY', DEFAULT) if COND else None)"),
    Step("seen.append(KW.pop('KEY', DEFAULT))"),
    Step("KEY = KW.pop('KEY', DEFAULT)\nprint('got', KEY)"),
    Step("seen.append(KW.pop('KEY'))", needs=True),
)
ODD_READS = (
    Step("if 'KEY' in KW:\n    seen.append(KW['KEY'])"),
    Step("if 'KEY' not in KW:\n    seen.append('no KEY')"),
    Step("seen.append('KEY' in KW and KW['KEY'])"),
    Step("for key in ('KEY', 'size'):\n    seen.append((key, KW.get(key)))"),
    Step("for key in ['a', 'KEY']:\n    if key in KW:\n        seen.append((key, KW[key]))"),
    Step("seen += [KW.get(key) for key in ('a', 'b')]"),
    Step("seen.append(KW.get('KEY'))"),
    Step("seen.append(KW.get('KEY') or 5)"),
    Step("seen.append(KW.get('KEY', len(seen)))"),
    Step("seen.append(KW.get('KEY', []))"),
    Step("seen.append(KW.get('KEY', KW.get('b', 3)))"),
    Step("size = KW.get('size', 1)\nif size < 1 or size > 5:\n    raise ValueError(size)\nseen.append(size)"),
    Step("if not KW.get('KEY'):\n    raise ValueError('KEY')"),
    Step("items = KW.get('KEY')\nif isinstance(items, list):\n    items.append(8)"),
    Step("try:\n    seen.append(KW['KEY'])\nexcept KeyError:\n    seen.append('none')"),
    Step("if COND:\n    seen.append(KW['KEY'])"),
    Step("def inner(KEY=1):\n    return KW.get('KEY', KEY)\nseen.append(inner())"),
    Step("seen.append((lambda: KW['KEY'])())", needs=True),
    Step("KEY = 2\nseen.append((KW.get('KEY'), KEY))"),
    Step("KEY = KW.get('KEY', 1) if COND else 3\nseen.append(KEY)"),
    Step("params = len(seen)\nseen.append((params, KW.get('KEY')))"),
    Step("if COND:\n    return seen"),
    Step("KW['KEY'] = 4"),
    Step("KW['KEY'] += 1", needs=True),
    Step("KW.setdefault('KEY', 6)"),
    Step("KW.pop('KEY', None)"),
    Step("del KW['KEY']", needs=True),
    Step("KW.update(KEY=3)"),
    Step("if KW:\n    seen.append('some')"),
    Step("if KW:\n    raise TypeError(sorted(KW))"),
    Step("seen.append(sorted(KW))"),
    Step("seen.append(list(KW.items()))"),
    Step("seen.append(len(KW))"),
    Step("seen.append(dict(KW))"),
    Step("copy = KW\nseen.append(copy.get('KEY'))"),
    Step("seen.append({**KW})"),
    Step("seen.append({'KEY': 1, **KW})"),
    Step("seen.append({**KW, 'KEY': 1})"),
    Step("seen.append({'own': 1, **KW})"),
    Step("seen.append(KW.get('a' if COND else 'b'))"),
    Step("seen.append(locals()['KW'])"),
)
FORWARDS = (
    Step("seen.append(TARGET(ARGS**KW))"),
    Step("made = TARGET(ARGS**KW)\nseen.append(made)"),
    Step("seen.append(TARGET(ARGSKEY=2, **KW))", odd=True),
    Step("seen.append(TARGET(ARGS**{'KEY': 3, **KW}))", odd=True),
    Step("seen.append(TARGET(ARGS**{**KW, 'KEY': 3}))", odd=True),
    Step("merged = {'KEY': 3, **KW}\nseen.append(TARGET(ARGS**merged))", odd=True),
    Step("if COND:\n    seen.append(TARGET(ARGS**KW))", odd=True),
    Step("seen.append(TARGET(ARGS**dict(KW)))", odd=True),
    Step("seen.append(TARGET(ARGSKEY=KW.get('KEY')))", odd=True),
    Step("seen.append([TARGET(ARGS**KW) for _ in range(2)])", odd=True),
)
# How an entry point calls: ARGS are the own parameters and GIVEN the keys, or DICT, or some as HALF and some as REST.
# What stands in the place of ARGS, GIVEN and HALF ends in a comma where it is not empty.
PLAIN_CALLS = (
    "return CALL(ARGSGIVEN)",
    "result = CALL(\n    ARGS # what it takes\n    GIVEN\n)\nreturn result",
    "return [CALL(ARGSGIVEN) for _ in range(2)]",
    "return CALL(ARGS**DICT)",
    "options = DICT\nreturn CALL(ARGS**options)",
)
ODD_CALLS = (
    "return CALL(ARGSHALF**REST)",
    "return CALL(ARGS**dict(GIVEN))",
    "options = REST\noptions.update(HALF)\nreturn CALL(ARGS**options)",
    "return CALL(ARGS**<core.load>(GIVEN))",
    "try:\n    return CALL(ARGSGIVEN)\nexcept (KeyError, TypeError, ValueError):\n    return 'failed'",
    "return CALL(ARGSHALF**REST, **{})",
    "return CALL(ARGSGIVENmore=1)",
    "return functools.partial(CALL, ARGSGIVEN)()",
    "made = functools.partial(CALL, GIVEN)\nreturn made(ARGS)",
    "return functools.partial(CALL, ARGSHALF)(**REST)",
    "shared = [1]\nresult = CALL(ARGSa=shared, **{'b': 'x', 'size': 2})\nreturn result, shared",
    "call = CALL\nreturn call(ARGSGIVEN)",
    "return (lambda **given: CALL(ARGS**given))(GIVEN)",
)
HEADS = {
    "load": "def load(**given):\n    return given\n",
    "show": "def show(value):\n    print('show', value)\n    return value\n",
    "through": (
        "def through(function):\n    @functools.wraps(function)\n    def wrapper(*args, **kwargs):\n"
        "        print('through')\n        return function(*args, **kwargs)\n\n    return wrapper\n"
    ),
    "Model": (
        "@dataclass\nclass Model:\n    a: TYPE_a = DEFAULT_a\n    b: TYPE_b = DEFAULT_b\n"
        "    size: TYPE_size = DEFAULT_size\n"
    ),
    "take": "def take(a: TYPE_a = DEFAULT_a, *, b=DEFAULT_b, size=DEFAULT_size):\n    return ['took', a, b, size]\n",
    "Needy": "@dataclass\nclass Needy:\n    a: TYPE_a\n    b: TYPE_b = DEFAULT_b\n    size: TYPE_size = DEFAULT_size\n",
}
