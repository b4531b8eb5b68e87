"""Types of values as source text: of plain expressions, of annotations, several together; it only reads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Type:
    """A type, written so that another file can write it too.

    `source` is an expression in which each name but builtins stands for an origin: `origins` maps it to the full name
    that an importer writes (`datetime.date`), or for what the project defines to its path and dotted name there
    (`shop/models.py:Booking`). `value` says that instances are plain values whose type a validator can check without
    harm to callers: numbers, text, dates, enums, lists of these; not services, files or what tests fake.
    """

    source: str
    origins: tuple[tuple[str, str], ...] = ()
    value: bool = False
