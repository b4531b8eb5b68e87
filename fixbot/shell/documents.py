"""Reads the documents that an operator names."""

from __future__ import annotations

from pathlib import Path

from fixbot.errors import OperatorError

#: No report is larger than that.
LARGEST = 20_000_000


def path_below(path: Path, root: Path) -> str:
    """Return a report's path below the root of the project; its name alone where it lies elsewhere."""
    whole, top = path.resolve(), root.resolve()
    return whole.relative_to(top).as_posix() if whole.is_relative_to(top) else path.name


def read_bytes(path: Path) -> bytes:
    """Return the content of a document.

    Raises:
        OperatorError: it cannot be read, is no file, or is larger than 20 MB.
    """
    if path.is_dir():
        message = f"{path} is a directory: name the reports in it"
        raise OperatorError(message)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as exc:
        message = f"cannot read {path}: {exc.strerror or 'no such file'}"
        raise OperatorError(message) from exc
    if len(content) > LARGEST:
        message = f"{path} is larger than {LARGEST // 1_000_000} MB: cut it into parts"
        raise OperatorError(message)
    return content
