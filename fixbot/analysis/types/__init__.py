"""Types of values as source text: of plain expressions, of annotations, several together; it only reads."""

from __future__ import annotations

from fixbot.analysis.types.annotated import annotated_type, keyword_type
from fixbot.analysis.types.parts import ANY, NONE, Type, members, union
from fixbot.analysis.types.plain import plain_type
from fixbot.analysis.types.spelled import Spelled, spell_type

__all__ = [
    "ANY",
    "NONE",
    "Spelled",
    "Type",
    "annotated_type",
    "keyword_type",
    "members",
    "plain_type",
    "spell_type",
    "union",
]
