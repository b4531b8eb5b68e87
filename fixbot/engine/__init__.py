"""Finds with `ast` and edits with LibCST; it takes bytes and gives bytes, and touches nothing else."""

from __future__ import annotations

from fixbot.engine.inspect import inspect
from fixbot.engine.rewrite import rewrite
from fixbot.engine.survey import survey, whole

__all__ = ["inspect", "rewrite", "survey", "whole"]
