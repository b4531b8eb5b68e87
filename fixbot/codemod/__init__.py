"""Everything that the author of a codemod imports; it touches nothing outside the code it is given.

A codemod is one file with one class. It finds with `ast`, which is fast, and rewrites with LibCST (`cst` here,
loaded when it is first used), which keeps every byte it does not change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixbot.analysis import clauses, handlers, raises
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File
from fixbot.analysis.handlers import circumstances, delivery, redundant, remarks, silence
from fixbot.analysis.logs import is_log_call, logger_at
from fixbot.analysis.logs.owned import Logger
from fixbot.analysis.module import Definition, Function, Module, statements
from fixbot.analysis.names import Names, dotted, imported, names_of, own
from fixbot.analysis.raises import glance
from fixbot.codemod import awaiting, meanwhile, twice
from fixbot.codemod.contract import (
    Codemod,
    Declined,
    Explanation,
    Option,
    Place,
    ProjectCodemod,
    Proposal,
    Recipe,
    Site,
    Spot,
)
from fixbot.codemod.examples import Fixes, Keeps
from fixbot.codemod.lazy import cst, lazy
from fixbot.model import Breaking, Dismissed, Evidence, Safety, Severity

if TYPE_CHECKING:
    from fixbot.codemod import (
        binding,
        bound,
        causing,
        clocks,
        counted,
        counting,
        demanding,
        handing,
        keywords,
        lifetimes,
        misnamed,
        numbers,
        pooling,
        probes,
        sleeping,
        stubbing,
        tickets,
        timeouts,
    )
else:
    # What follows calls through a project is nothing that every scan has to load.
    binding = lazy("fixbot.codemod.binding")
    bound = lazy("fixbot.codemod.bound")
    causing = lazy("fixbot.codemod.causing")
    clocks = lazy("fixbot.codemod.clocks")
    counted = lazy("fixbot.codemod.counted")
    counting = lazy("fixbot.codemod.counting")
    demanding = lazy("fixbot.codemod.demanding")
    handing = lazy("fixbot.codemod.handing")
    keywords = lazy("fixbot.codemod.keywords")
    lifetimes = lazy("fixbot.codemod.lifetimes")
    misnamed = lazy("fixbot.codemod.misnamed")
    numbers = lazy("fixbot.codemod.numbers")
    pooling = lazy("fixbot.codemod.pooling")
    probes = lazy("fixbot.codemod.probes")
    sleeping = lazy("fixbot.codemod.sleeping")
    stubbing = lazy("fixbot.codemod.stubbing")
    tickets = lazy("fixbot.codemod.tickets")
    timeouts = lazy("fixbot.codemod.timeouts")

__all__ = [
    "Breaking",
    "Codemod",
    "Corpus",
    "Declined",
    "Definition",
    "Dismissed",
    "Evidence",
    "Explanation",
    "File",
    "Fixes",
    "Function",
    "Keeps",
    "Logger",
    "Module",
    "Names",
    "Option",
    "Place",
    "ProjectCodemod",
    "Proposal",
    "Recipe",
    "Safety",
    "Severity",
    "Site",
    "Spot",
    "awaiting",
    "binding",
    "bound",
    "causing",
    "circumstances",
    "clauses",
    "clocks",
    "counted",
    "counting",
    "cst",
    "delivery",
    "demanding",
    "dotted",
    "glance",
    "handing",
    "handlers",
    "imported",
    "is_log_call",
    "keywords",
    "lifetimes",
    "logger_at",
    "meanwhile",
    "misnamed",
    "names_of",
    "numbers",
    "own",
    "pooling",
    "probes",
    "raises",
    "redundant",
    "remarks",
    "silence",
    "sleeping",
    "statements",
    "stubbing",
    "tickets",
    "timeouts",
    "twice",
]
