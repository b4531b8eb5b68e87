"""Finds the names that are nothing where they are read, says what each was likely to be, and writes it; no effects."""

from __future__ import annotations

from fixbot.codemod.misnamed.survey import edit, survey

__all__ = ["edit", "survey"]
