"""Writes the data of the standard library anew: `python -m derive.stdlib [FOLDER]`; works in a directory beside it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from derive.stdlib.join import derive, written

DATA = Path(__file__).parents[2] / "fixbot" / "analysis" / "knowledge" / "stdlib"


def main(arguments: list[str]) -> None:
    """Derive the data and write it to the folder named first, by default to where fixbot reads it."""
    output = Path(arguments[0]) if arguments else DATA
    place = output.resolve().with_suffix(".probes")
    place.mkdir(parents=True)
    try:
        files = written(derive(place))
    finally:
        shutil.rmtree(place)
    output.mkdir(exist_ok=True)
    for old in output.glob("*.json"):
        old.unlink()
    for name, text in files.items():
        (output / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
