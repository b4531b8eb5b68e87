"""Loads a module when it is first used; LibCST is one: a scan, which only reads with `ast`, never pays for it."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType
from typing import TYPE_CHECKING

from fixbot.errors import CodemodError

__all__ = ["cst", "lazy"]


def lazy(name: str) -> ModuleType:
    """Return a module that is executed when one of its attributes is first asked for."""
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        message = f"{name} is not installed"
        raise CodemodError(message)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


if TYPE_CHECKING:
    import libcst as cst
else:
    cst = lazy("libcst")
