"""Applies plans for schemas to source text, and runs what comes of it."""

from __future__ import annotations

import ast
import io
import textwrap
import tokenize
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fixbot.codemod import Declined, Proposal, cst
from fixbot.codemod.reshaping.edit import edit
from fixbot.codemod.reshaping.plans import Field, Onward, Pass, Reshape, Style
from fixbot.codemod.schemas.writing import imports_for, schema_source
from fixbot.hunks import hunks, lost_words


def key(name: str, default: str | None = None, kind: str = "object", *bounds: str) -> Field:
    """Give a field that is required unless it has a default."""
    return Field(name, kind, required=default is None, default=default, bounds=bounds)


def plain(text: str) -> str:
    return textwrap.dedent(text).removeprefix("\n")


def comments(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sorted(token.string for token in tokens if token.type == tokenize.COMMENT)


class _Replaced(cst.CSTTransformer):
    """Applies a plan to the first function, or call, of a module."""

    def __init__(self, plan: Reshape | Pass) -> None:
        super().__init__()
        self.proposals: list[Proposal | Declined] = []
        self._plan, self._kind = plan, cst.FunctionDef if isinstance(plan, Reshape) else cst.Call
        self._target: cst.CSTNode | None = None

    def on_visit(self, node: cst.CSTNode) -> bool:
        if self._target is None and isinstance(node, self._kind):
            self._target = node
        return super().on_visit(node)

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:  # noqa: ANN401 - any node
        if original_node is self._target:
            self.proposals.append(edit(self._plan, updated_node))
            if isinstance(self.proposals[0], Proposal):
                return self.proposals[0].replacement
        return super().on_leave(original_node, updated_node)


def proposed(source: str, plan: Reshape | Pass) -> tuple[Proposal | Declined, str]:
    work = _Replaced(plan)
    after = cst.parse_module(source).visit(work)
    (proposal,) = work.proposals
    return proposal, after.code


def rewritten(source: str, plan: Reshape | Pass) -> str:
    """Give the text after an edit, which has to compile, keep all comments and lose no word that it may not."""
    source = plain(source)
    proposal, after = proposed(source, plan)
    assert isinstance(proposal, Proposal), proposal
    compile(after, "<after>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    assert comments(after) == comments(source)
    lost = lost_words(hunks(source, after)) - Counter(dict.fromkeys(proposal.drops, len(source)))
    assert lost == Counter()
    return after


def declined(source: str, plan: Reshape | Pass) -> str:
    """Give the reason why there is no edit."""
    proposal, after = proposed(plain(source), plan)
    assert isinstance(proposal, Declined), after
    assert after == plain(source)
    return proposal.because


@dataclass(frozen=True)
class Case:
    """A function `f` with its keys, and calls of it that have to give the same afterwards."""

    source: str
    fields: tuple[Field, ...]
    calls: tuple[str, ...]
    onward: tuple[Onward, ...] = ()
    joined: tuple[Field, ...] = ()
    plain: bool = True


TOOLS = """
def tell(*args, **kwargs):
    return args, kwargs
"""


def reshape(case: Case, style: Style) -> Reshape:
    return Reshape(
        style,
        "kwargs",
        annotation="Unpack[P]" if style is Style.TYPED_DICT else "P",
        fields=case.fields,
        joined=tuple(field.name for field in case.joined) if style.is_object else (),
        onward=case.onward,
        plain=case.plain,
    )


def executed(text: str) -> dict[str, Any]:
    """Give the names that a module defines; its annotations are evaluated, as none of them is put off."""
    space: dict[str, Any] = {}
    exec(compile(text, "<case>", "exec", dont_inherit=True), space)  # noqa: S102 - the text of a test
    return space


def for_pydantic(style: Style, text: str) -> str:
    """Let what is written for pydantic 1 run where pydantic 2 is installed, which has the older one inside."""
    return text.replace("from pydantic ", "from pydantic.v1 ") if style is Style.PYDANTIC1 else text


def results(text: str, calls: Sequence[str]) -> list[str]:
    space = executed(TOOLS + text)
    return [repr(eval(call, space)) for call in calls]  # noqa: S307 - the text of a test


def outcome(case: Case, style: Style) -> list[str]:
    """Give what the calls give afterwards, themselves rewritten where the style asks for it."""
    every = (*case.joined, *case.fields) if style.is_object else case.fields
    top = [] if style is Style.PARAMS else [*imports_for(style, every), schema_source(style, "P", every, "Keys.")]
    if style is Style.TYPED_DICT:
        top.insert(0, "from typing import Unpack")
    after = for_pydantic(style, "\n".join(top)) + "\n" + rewritten(case.source, reshape(case, style))
    calls = [passing(case, call) for call in case.calls] if style.is_object else case.calls
    return results(after, calls)


def passing(case: Case, call: str) -> str:
    tree = ast.parse(call, mode="eval").body
    assert isinstance(tree, ast.Call)
    own = [arg.arg for arg in _parameters(case)]
    joined = {field.name for field in case.joined}
    known = joined | {field.name for field in case.fields}
    plan = Pass(
        "P",
        keys=tuple(each.arg for each in tree.keywords if each.arg in known),
        joined=tuple((at, own[at]) for at in range(min(len(tree.args), len(own))) if own[at] in joined),
        param="params",
    )
    return rewritten(call + "\n", plan).strip()


def _parameters(case: Case) -> list[ast.arg]:
    (function,) = (node for node in ast.parse(plain(case.source)).body if getattr(node, "name", "") == "f")
    assert isinstance(function, ast.FunctionDef)
    return [*function.args.posonlyargs, *function.args.args]
