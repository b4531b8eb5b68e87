"""Functions with `**kwargs` that can have a schema, and the edits for it; a door to `schemas` and `reshaping`."""

from __future__ import annotations

from fixbot.codemod.reshaping.edit import edit
from fixbot.codemod.schemas.survey import survey

__all__ = ["edit", "survey"]
