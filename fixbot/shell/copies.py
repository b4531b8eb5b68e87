"""Lays copies of a project's files into a folder of their own, where another tool may look at them."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath


@contextmanager
def copies(texts: Mapping[str, str], others: Collection[str] = ()) -> Iterator[Path]:
    """Give a folder with some files as UTF-8, which is gone afterwards.

    Args:
        texts: what the files hold, by their paths relative to the root, with `/`.
        others: the paths of files that are there and hold nothing, so that a tool knows what the project has.
    """
    with tempfile.TemporaryDirectory(prefix="fixbot-") as folder:
        root = Path(folder).resolve()
        for path in {*texts, *others}:
            if is_inside(path):
                place = root / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(texts.get(path, "").encode(errors="surrogatepass"))
        yield root


def is_inside(path: str) -> bool:
    """Say whether a path stays below the folder that it is put into."""
    parts = PurePosixPath(path).parts
    return bool(parts) and ".." not in parts and not PurePosixPath(path).is_absolute() and "\\" not in path
