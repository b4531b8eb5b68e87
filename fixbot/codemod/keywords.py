"""Functions with `**kwargs` that can have a schema, and the edits that give them one; a door to `schemas`."""

from __future__ import annotations

from fixbot.codemod.schemas.edit import edit
from fixbot.codemod.schemas.survey import survey

__all__ = ["edit", "survey"]
