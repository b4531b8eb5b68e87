"""Suggests types for handlers that maintainers narrowed later, and counts how often they chose the same.

    python -m benchmarks.narrowed FACTS.jsonl FILES [PREDICTIONS.jsonl]

A line of FACTS has `id`, `path`, `line` (of the `try`), `handler_line` and `human_types_norm`, in the file as it stood
before; FILES has each of these files as `<id>.py`. Lines that say they are not `scorable` or `py2_converted` are left
out. With a third argument the suggestions are written there, a line `{"id": …, "types": […]}` each.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.scoring import Pair, figures
from fixbot.analysis.handlers.bodies import answers
from fixbot.analysis.module import Module, parse
from fixbot.model import SourceFile


def suggested(row: dict[str, Any], files: Path) -> tuple[str, ...]:
    """Return what fixbot suggests for the handler that a row speaks of, seeing its file alone."""
    module = parse(SourceFile(row["path"], (files / f"{row['id']}.py").read_bytes()))
    if not isinstance(module, Module):
        return ()
    found = [one for one in answers(module, lines=[row["line"]]) if one.handler_line == row["handler_line"]]
    return found[0].suggested if found else ()


def main() -> None:
    """Print the figures of all, of those that do more than import, and of at most ten from one commit."""
    rows = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row.get("scorable", True) and not row.get("py2_converted")]
    found = [(row, Pair(tuple(row["human_types_norm"]), suggested(row, Path(sys.argv[2])))) for row in rows]
    print("all                 ", figures(pair for _, pair in found))
    print("without import-only ", figures(pair for row, pair in found if not row.get("import_only")))
    print("at most 10 a commit ", figures(pair for row, pair in found if row.get("cap10", True)))
    if sys.argv[3:]:
        lines = (json.dumps({"id": row["id"], "types": list(pair.suggested)}) for row, pair in found)
        Path(sys.argv[3]).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
