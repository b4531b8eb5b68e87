"""What a body does with its `**kwargs`, each use told apart by what it says of the keys; it only reads."""

from __future__ import annotations

from dataclasses import replace

from fixbot.analysis.definitions import Function
from fixbot.analysis.keywords.harmless import is_check, is_shown, is_tested
from fixbot.analysis.keywords.order import Mention, mentions
from fixbot.analysis.keywords.reading import asked, question_of
from fixbot.analysis.keywords.records import Manner, Opaque, Read, Spread, Uses
from fixbot.analysis.keywords.settled import always, gone, unsettled
from fixbot.analysis.keywords.spreading import spread
from fixbot.analysis.keywords.whole import is_other_name, reason

__all__ = ["Manner", "Opaque", "Read", "Spread", "Uses", "uses_of"]


def uses_of(function: Function) -> Uses | None:
    """Find what the body of a function does with its `**` parameter, nested functions and comprehensions included.

    Args:
        function: any function or method of a file that parsed as a whole.

    Returns:
        Every use once, in source order; a key that is taken out on some paths only has an `Opaque` besides its `Read`.
        None where the function has no `**` parameter.
    """
    if (kwarg := function.node.args.kwarg) is None:
        return None
    found = [each for each in mentions(function.node, kwarg.arg) if not is_other_name(function, each, kwarg.arg)]
    reads = {each: read for each in found if (read := asked(function, each)) is not None}
    others = {each: _other(function, each, kwarg.arg) for each in found if each not in reads}
    spreads = {each: use for each, use in others.items() if isinstance(use, Spread)}
    opaque = {each: use for each, use in others.items() if isinstance(use, Opaque)}
    harmless = [each for each, use in others.items() if use is None]
    asks = tuple(reads.values())
    opaque |= unsettled(asks, [*spreads, *(each for each in harmless if not is_shown(each))])
    return Uses(
        function,
        kwarg.arg,
        reads=tuple(replace(each.read, always=always(function, each.mention, each.loop)) for each in asks),
        spreads=tuple(
            replace(use, gone=gone(asks, each), always=always(function, each)) for each, use in spreads.items()
        ),
        opaque=tuple(opaque[each] for each in found if each in opaque),
        harmless=tuple(each.node for each in harmless),
        checks=any(is_check(each) for each in harmless),
    )


def _other(function: Function, mention: Mention, name: str) -> Spread | Opaque | None:
    """Return what a mention does that asks for no key, None where nothing depends on the keys."""
    handed = spread(function, mention)
    if handed is not None:
        return handed
    if question_of(mention) is None and (is_check(mention) or is_shown(mention) or is_tested(mention)):
        return None
    return Opaque(mention.node, reason(mention, name))
