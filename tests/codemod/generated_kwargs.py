"""Small projects whose functions take `**kwargs`, drawn by Hypothesis, for tests."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from tests.codemod.kwargs_phrases import (
    FORWARDS,
    HEADS,
    KEYS,
    KINDS,
    ODD_CALLS,
    ODD_READS,
    OWN,
    PLAIN_CALLS,
    READS,
    Kind,
    Own,
)

LAYOUTS = (  # by stem: where definitions and entry points stand
    {"core": "core.py"},
    {"core": "core.py", "main": "main.py"},
    {"core": "core.py", "more": "more.py"},
    {"core": "shop/core.py", "main": "tests/test_it.py"},
    {"core": "shop/core.py", "more": "shop/more.py", "main": "scripts/serve.py"},
)


@dataclass(frozen=True)
class Known:
    """A function with `**kwargs`: `call` is how it is called, with `<stem.name>` for names.

    It asks for the keys `asks`, itself or by what it calls, and fails without those that it `needs`.
    """

    stem: str
    qualname: str
    call: str
    own: Own
    waits: bool
    needs: frozenset[str]
    asks: frozenset[str]


@dataclass(frozen=True)
class Sample:
    """Files, their entry points, which are called with nothing, and the functions with `**kwargs`, `path:qualname`.

    Those in `plain` have no use, no caller and no target that is out of the ordinary.
    """

    files: dict[str, str]
    entries: tuple[str, ...]
    functions: frozenset[str]
    plain: frozenset[str]

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: object) -> None:
        """Show the files as they are where Hypothesis tells what fails."""
        del cycle
        printer.text("\n".join(["", *(f"# {path}\n{text}" for path, text in self.files.items())]))


@dataclass
class Draft:
    """A project that is being drawn."""

    draw: st.DrawFn
    kinds: dict[str, Kind]
    defaults: dict[str, str]
    layout: dict[str, str]
    tame: bool
    known: list[Known] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    odd: set[Known] = field(default_factory=set)
    edges: list[tuple[Known, Known]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def one(self, choices: tuple[str, ...] | list[str]) -> str:
        return self.draw(st.sampled_from(choices))

    def rarely(self, times: int) -> bool:
        """Say yes once in so many times; shrinks to no."""
        return self.draw(st.integers(0, times - 1)) == times - 1

    def oddly(self, times: int) -> bool:
        """Say whether something out of the ordinary is to come; never in a tame project."""
        return not self.tame and self.rarely(times)

    def path(self, known: Known) -> str:
        return f"{self.layout[known.stem]}:{known.qualname}"


@dataclass
class Body:
    """A body that is being drawn, with what is known of it."""

    text: str = ""
    needs: set[str] = field(default_factory=set)
    popped: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    targets: list[Known] = field(default_factory=list)
    odd: bool = False

    @property
    def keys(self) -> dict[str, frozenset[str]]:
        return {"needs": frozenset(self.needs), "asks": frozenset(self.read)}


def filled(text: str, words: dict[str, str]) -> str:
    """Put words in the place of those in capital letters."""
    for word, put in words.items():
        text = text.replace(word, put)
    return text.replace(", )", ")")


def indented(text: str, depth: int = 1) -> str:
    return "".join(f"{'    ' * depth}{line}\n" if line else "\n" for line in text.splitlines())


def step(draft: Draft, body: Body, own: Own, *, waits: bool) -> str:
    """Draw statements that read a key, or hand all keys on."""
    targets = [known for known in draft.known if waits or not known.waits]
    if draft.rarely(3):
        return forward(draft, body, targets, own)
    chosen = draft.draw(st.sampled_from(ODD_READS if draft.oddly(6) else READS))
    body.odd |= chosen in ODD_READS
    key = draft.one(KEYS)
    text = chosen.text
    body.odd |= key in body.popped
    if "pop" in text:
        body.odd |= key in body.read
        body.popped.add(key)
    body.read.add(key)
    if chosen.needs:
        body.needs.add(key)
    return filled(text, {"KEY": key, "DEFAULT": draft.defaults[key], "COND": condition(own)})


def condition(own: Own) -> str:
    return own.names.split(", ")[0] or "len(seen) < 2"


def forward(draft: Draft, body: Body, targets: list[Known], own: Own) -> str:
    """Draw a call that gets all keys: of a function with `**kwargs` too, of another one, or of a dataclass."""
    chosen = draft.draw(st.sampled_from(FORWARDS if draft.oddly(2) else FORWARDS[:2]))
    body.odd |= chosen.odd or bool(body.popped)
    plain = ["<core.take>", "<core.Model>", "<core.Needy>"]
    number = draft.draw(st.integers(0, len(targets) + len(plain) - 1))
    if number >= len(targets):
        call, args, waits = plain[number - len(targets)], "", False
        body.needs |= {"a"} if "Needy" in call else set()
        body.read |= set(KEYS)
    else:
        known = targets[-1 - number]
        call, args, waits = known.call, draft.one(known.own.given), known.waits
        body.targets.append(known)
        body.needs |= known.needs
        body.read |= known.asks
    call = f"await {call}" if waits else call
    words = {"TARGET": call, "ARGS": args and f"{args}, ", "KEY": draft.one(KEYS), "COND": condition(own)}
    return filled(chosen.text, words)


def body_of(draft: Draft, own: Own, *, waits: bool) -> Body:
    """Draw the statements of a function."""
    body = Body(f"seen = [{own.names}]\n")
    for _ in range(draft.draw(st.integers(1, 4))):
        text = step(draft, body, own, waits=waits)
        if draft.oddly(8):
            body.odd = True
            block = draft.one(["if COND:\n", "for _ in range(2):\n", "while len(seen) < 3:\n    seen.append(0)\n"])
            text = filled(block, {"COND": condition(own)}) + indented(text)
        body.text += text.rstrip("\n") + "\n"
    body.text += "return seen\n"
    return body


def definition(draft: Draft, name: str, first: str, own: Own, body: Body, *, waits: bool) -> str:
    """Write a function with a body that is drawn."""
    kwargs = draft.one(["kwargs", "kwargs", "options"])
    loosely = draft.one(["", "", ": object"])
    params = ", ".join(part for part in (first, own.params, f"**{kwargs}{loosely}") if part)
    says = draft.one(["", "", '"""Do it.\n\nArgs:\n    a: the first key.\n"""\n', "# Takes a and b.\n"])
    hint = draft.one(["", "", " -> list"])
    text = filled(says + body.text, {"KW": kwargs})
    if name == "__init__":
        text = text.replace("return seen", "return").replace(
            "seen = [", f"self.{'heir' if 'super()' in text else 'seen'} = seen = [", 1
        )
    return f"{'async ' * waits}def {name}({params}){hint}:\n{indented(text)}"


def added(draft: Draft, known: Known, body: Body) -> None:
    draft.known.append(known)
    draft.edges += [(known, target) for target in body.targets]
    if body.odd:
        draft.odd.add(known)


def function(draft: Draft, stem: str, number: int) -> str:
    """Draw a function of a module."""
    name, own = f"f{number}", draft.draw(st.sampled_from(OWN))
    waits = draft.rarely(6)
    body = body_of(draft, own, waits=waits)
    around = draft.oddly(8) and not waits
    body.odd |= around
    added(draft, Known(stem, name, f"<{stem}.{name}>", own, waits, **body.keys), body)
    return ("@<core.through>\n" if around else "") + definition(draft, name, "", own, body, waits=waits)


def classes(draft: Draft, stem: str, number: int) -> str:
    """Draw a class with a constructor or a method that takes keys, and at times an heir that overrides it."""
    name, own = f"Box{number}", draft.draw(st.sampled_from(OWN))
    made = draft.rarely(3)
    method = "__init__" if made else "put"
    body = body_of(draft, own, waits=False)
    heir = draft.oddly(3)
    body.odd |= heir
    call = f"<{stem}.{name}>" if made else f"<{stem}.{name}>().put"
    base = Known(stem, f"{name}.{method}", call, own, waits=False, **body.keys)
    written = f"class {name}:\n{REPR}" + indented(definition(draft, method, "self", own, body, waits=False))
    added(draft, base, body)
    return written + (heirs(draft, base) if heir else "")


REPR = "    def __repr__(self):\n        return repr(vars(self))\n\n"


def heirs(draft: Draft, base: Known) -> str:
    """Draw a class that overrides a method and calls what it overrides."""
    parent, _, method = base.qualname.partition(".")
    own = base.own
    body = Body(f"seen = [{own.names}]\n", needs=set(base.needs), read=set(base.asks), odd=True)
    body.text += step(draft, body, own, waits=False) + "\n"
    named = {"flag": "flag=flag", "rest": "*rest"}
    passed = "".join(f"{named.get(name, name)}, " for name in own.names.split(", ") if name)
    onward = draft.one(["METHOD(ARGS**KW)", "METHOD(ARGSKEY=1, **KW)", "METHOD(ARGS**{**KW})"])
    words = {"ARGS": passed, "KEY": draft.one(KEYS), "METHOD": f"super().{method}"}
    body.text += f"seen.append({filled(onward, words)})\nreturn seen\n"
    call = base.call.replace(parent, f"{parent}Heir")
    heir = Known(base.stem, f"{parent}Heir.{method}", call, own, waits=False, **body.keys)
    written = definition(draft, method, "self", own, body, waits=False)
    added(draft, heir, body)
    return f"\n\nclass {parent}Heir({parent}):\n" + indented(written)


def value_of(draft: Draft, key: str) -> str:
    kind = draft.kinds[key]
    value = draft.one(kind.values)
    return f"<core.show>({value})" if kind.hidden and draft.rarely(5) else value


def entry(draft: Draft, number: int) -> str:
    """Draw an entry point: it calls a function with `**kwargs`, mostly with all that is needed."""
    known = draft.draw(st.sampled_from(draft.known))
    keys = [key for key in KEYS if wanted(draft, known, key)]
    given = {key: value_of(draft, key) for key in keys} | ({"zzz": "1"} if draft.oddly(10) else {})
    odd = draft.oddly(2) or "zzz" in given
    hidden = all(draft.kinds[key].hidden for key in keys) and set(keys) <= known.asks
    out = {"shared": not fits(draft), "(CALL": known.waits, "= CALL\n": known.waits}
    out |= {"load": not hidden, "update": not hidden, "dict(": not hidden, "lambda": not hidden or known.waits}
    usable = [text for text in ODD_CALLS if not any(word in text for word, is_out in out.items() if is_out)]
    text = draft.one(usable if odd and "zzz" not in given else PLAIN_CALLS)
    if odd or not known.needs <= set(given):
        draft.odd.add(known)
    half = dict(list(given.items())[: len(given) // 2])
    rest = {key: value for key, value in given.items() if key not in half}
    args = draft.one(known.own.given)
    words = {"ARGS": args and f"{args}, ", "GIVEN": keywords(given), "DICT": shown(given), "HALF": keywords(half)}
    words |= {"REST": shown(rest), "CALL(": f"{'await ' * known.waits}{known.call}(", "CALL": known.call}
    name = f"entry{number}"
    draft.entries.append(name)
    return f"{'async ' * known.waits}def {name}():\n{indented(filled(text, words))}"


def wanted(draft: Draft, known: Known, key: str) -> bool:
    """Say whether a call gives a key: nearly always where it is needed."""
    return not draft.oddly(3) if key in known.needs else draft.draw(st.booleans())


def fits(draft: Draft) -> bool:
    """Say whether a list may be given as `a`, a text as `b` and a number as `size` without a lie about types."""
    types = (draft.kinds[key].type for key in KEYS)
    return all(type_ in {fitting, "object"} for type_, fitting in zip(types, ("object", "str", "int"), strict=True))


def keywords(given: dict[str, str]) -> str:
    return "".join(f"{key}={value}, " for key, value in given.items())


def shown(given: dict[str, str]) -> str:
    return "{" + ", ".join(f"'{key}': {value}" for key, value in given.items()) + "}"


def resolved(draft: Draft, stem: str, text: str) -> str:
    """Write `<stem.name>` as the file gets at it, with the imports that takes."""
    by_name = draft.rarely(2)
    package = "shop" if draft.layout["core"].startswith("shop/") else ""
    inside = package and draft.layout[stem].startswith("shop/")
    used = sorted({(found[1], found[2]) for found in re.finditer(r"<(\w+)\.(\w+)>", text) if found[1] != stem})
    lines = [f"import {name}" for name in ("functools",) if f"{name}." in text]
    lines += ["from dataclasses import dataclass"] if "@dataclass" in text else []
    for origin in dict.fromkeys(origin for origin, _ in used):
        module = f".{origin}" if inside else f"{package}.{origin}".lstrip(".")
        names = ", ".join(name for module_, name in used if module_ == origin)
        around = "from . " if inside else f"from {package} " * bool(package)
        lines.append(f"from {module} import {names}" if by_name else f"{around}import {origin}")
    written = re.sub(r"<(\w+)\.(\w+)>", lambda hit: hit[2] if by_name or hit[1] == stem else f"{hit[1]}.{hit[2]}", text)
    return "\n".join(lines) + "\n" * (3 if lines else 0) + written


def joined(parts: list[str]) -> str:
    return "\n\n".join(parts)


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Draw a project: functions first, then entry points that call them."""
    kinds = {key: draw(st.sampled_from(KINDS)) for key in KEYS}
    defaults = {key: draw(st.sampled_from(kind.defaults)) for key, kind in kinds.items()}
    draft = Draft(draw, kinds, defaults, draw(st.sampled_from(LAYOUTS)), tame=draw(st.integers(0, 2)) == 0)
    parts: dict[str, list[str]] = {stem: [] for stem in draft.layout}
    stems = [stem for stem in draft.layout if stem != "main"]
    for number in range(draw(st.integers(1, 4))):
        stem = stems[-1] if number > 1 else stems[0]
        parts[stem].append((classes if draft.rarely(4) else function)(draft, stem, number))
    for number in range(draw(st.integers(2, 6))):
        parts[list(draft.layout)[-1]].append(entry(draft, number))
    words = {f"DEFAULT_{key}": defaults[key] for key in KEYS} | {f"TYPE_{key}": kinds[key].type for key in KEYS}
    every = joined([text for texts in parts.values() for text in texts])
    parts["core"][:0] = [filled(text, words) for name, text in HEADS.items() if f"<core.{name}>" in every]
    files = {path: resolved(draft, stem, joined(parts[stem])) for stem, path in draft.layout.items()}
    if any(path.startswith("shop/") for path in files):
        files = {"shop/__init__.py": ""} | files
    functions = frozenset(map(draft.path, draft.known))
    return Sample(files, tuple(draft.entries), functions, frozenset(map(draft.path, plain(draft))))


def plain(draft: Draft) -> set[Known]:
    """Return the functions that neither are odd nor have to do with one that is."""
    odd = set(draft.odd)
    while more := {one for pair in draft.edges for one in pair if odd & set(pair)} - odd:
        odd |= more
    return set(draft.known) - odd
