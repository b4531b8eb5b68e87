"""One folder for all that this process writes for the moment, so that nothing of it stays."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from fixbot.interrupts import later


@contextmanager
def scratch() -> Iterator[None]:
    """Let temporary files be made in a folder of their own meanwhile, which is gone afterwards with all that is left.

    What makes temporary files takes them away itself, but whoever is interrupted before he knows the name of a file
    cannot. Where no temporary file can be written, there is nothing to take away.
    """
    before, place = tempfile.tempdir, ""
    try:
        with later(), suppress(OSError):
            place = tempfile.mkdtemp(prefix="fixbot-")
            tempfile.tempdir = place
        yield
    finally:
        with later():
            tempfile.tempdir = before
            if place:
                shutil.rmtree(place, ignore_errors=True)


def outside() -> str:
    """Return the folder of the system's temporary files, for what is to stay there."""
    before, tempfile.tempdir = tempfile.tempdir, None
    try:
        return tempfile.gettempdir()
    finally:
        tempfile.tempdir = before
