"""Fetches the source distributions of the corpus from PyPI and unpacks their Python files.

    python -m derive.practice.fetch FOLDER

Files that are there stay. Each download is held against its hash.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import tarfile
import tomllib
import urllib.request
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin

CORPUS = Path(__file__).parent / "corpus.toml"
_INDEX = "https://pypi.org"


def packages() -> list[tuple[str, str, str, str]]:
    """Return name, version, file and hash of every package of the corpus."""
    return [tuple(row) for row in tomllib.loads(CORPUS.read_text(encoding="utf-8"))["packages"]]


def fetch(row: tuple[str, str, str, str], folder: Path) -> str:
    """Unpack one package below `folder` and say what became of it."""
    name, version, file, digest = row
    if (folder / name).exists():
        return f"{name}: there"
    listing = f"{_INDEX}/pypi/{name}/{version}/json"
    with urllib.request.urlopen(listing, timeout=60) as answer:  # noqa: S310 - a constant https address
        links = {one["filename"]: one["url"] for one in json.load(answer)["urls"]}
    with urllib.request.urlopen(urljoin(f"{_INDEX}/simple/x/", links[file]), timeout=300) as answer:  # noqa: S310 - as above
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != digest:
        return f"{name}: not the file that was learned from"
    unfinished = folder / f"{name}.unfinished"
    unpack(file, content, unfinished)
    unfinished.rename(folder / name)
    return f"{name}: {file}"


def unpack(file: str, content: bytes, folder: Path) -> None:
    """Write the Python files of an archive below a folder, which is made; what would land elsewhere is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in _members(file, content):
        if ".." not in PurePosixPath(path).parts and not path.startswith("/"):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text)


def _members(file: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    if file.endswith((".zip", ".whl")):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist() if name.endswith(".py"))
        return
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            found = archive.extractfile(member) if member.isfile() and member.name.endswith(".py") else None
            if found is not None:
                yield member.name, found.read()


def main() -> None:
    """Fetch all of it, eight at a time."""
    folder = Path(sys.argv[1])
    with ThreadPoolExecutor(8) as threads:
        for said in threads.map(lambda row: fetch(row, folder), packages()):
            print(said)


if __name__ == "__main__":
    main()
