"""What people catch around code that looks like this: the weights of practice.json, learned by `derive/practice/`."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Practice:
    """Weights, as natural logarithms of odds.

    `types` are the exceptions that were learned with the odds of each before anything is seen; `signs` has for each
    sign the types it speaks for or against; `least` is where a type begins to be worth a thought; `grounds` weighs
    whatever else speaks for a type.
    """

    types: Mapping[str, float]
    signs: Mapping[str, Mapping[str, float]]
    grounds: Mapping[str, float]
    least: float

    def scores(self, signs: Iterable[str]) -> dict[str, float]:
        """Return the logarithm of the odds that each type is what is caught around code with these signs."""
        total = dict(self.types)
        for sign in signs:
            for name, weight in self.signs.get(sign, {}).items():
                total[name] += weight
        return total

    def telling(self, name: str, seen: Sequence[tuple[ast.AST, Sequence[str]]]) -> ast.expr | ast.stmt | None:
        """Return the part of a block whose signs speak most for a type; None where there is none."""
        parts = [
            (sum(self.signs.get(sign, {}).get(name, 0.0) for sign in signs), -place, node)
            for place, (node, signs) in enumerate(seen)
            if isinstance(node, ast.expr | ast.stmt)
        ]
        return max(parts, key=lambda part: part[:2])[2] if parts else None


@cache
def practice() -> Practice:
    """Read the weights, once, when they are first asked for."""
    data = json.loads(resources.files(__package__).joinpath("practice.json").read_text(encoding="utf-8"))
    types = list(data["types"])
    signs = {sign: {types[place]: weight for place, weight in pairs} for sign, pairs in data["signs"].items()}
    return Practice(data["types"], signs, data["grounds"], data["least"])
