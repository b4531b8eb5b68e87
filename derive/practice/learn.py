"""Learns what people catch from the corpus and writes practice.json.

    python -m derive.practice.learn FOLDER [OUTPUT]

Needs scikit-learn. The same packages give the same data.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import sklearn

from derive.practice.candidates import LEAST
from derive.practice.fetch import packages
from derive.practice.samples import Sample, samples
from derive.practice.weigh import Weighing, Weights

OUTPUT = Path(__file__).parents[2] / "fixbot" / "analysis" / "knowledge" / "practice.json"
#: Weights nearer to nothing than this are left out.
_SMALL = 0.02


def gathered(folder: Path) -> list[Sample]:
    """Return the samples of every package, one package after the other."""
    jobs = [(name, folder / name) for name, *_ in packages()]
    with ProcessPoolExecutor() as processes:
        return [one for found in processes.map(_of, jobs) for one in found]


def _of(job: tuple[str, Path]) -> list[Sample]:
    # Syntax trees live long and hardly ever in circles: looking for these would take half of the time.
    gc.set_threshold(200_000, 50, 50)
    return samples(*job)


def learned(weighing: Weighing) -> dict[str, Any]:
    """Return the data as it is written."""
    weights = weighing.weights(range(len(weighing.samples)))
    return {
        "learned from": {
            "packages": len({one.package for one in weighing.samples}),
            "handlers": len(weighing.samples),
            "scikit-learn": sklearn.__version__,
        },
        "least": LEAST,
        "grounds": {name: round(value, 2) for name, value in weighing.grounds(weighing.halves()).items()},
        "types": {name: round(bias, 2) for name, (bias, _) in weights.items()},
        "signs": dict(_signs(weighing, weights)),
    }


def _signs(weighing: Weighing, weights: Weights) -> Iterator[tuple[str, list[list[float]]]]:
    for sign, column in weighing.signs.items():
        told = [
            [place, round(float(values[column]), 2)]
            for place, (_, values) in enumerate(weights.values())
            if abs(values[column]) > _SMALL
        ]
        if told:
            yield sign, told


def written(data: dict[str, Any]) -> str:
    """Return the data as JSON with one sign a line, so that a difference can be read."""
    head = {name: value for name, value in data.items() if name != "signs"}
    signs = data["signs"]
    lines = ",\n".join(f"{json.dumps(sign)}: {json.dumps(told)}" for sign, told in signs.items())
    return f'{json.dumps(head, indent=1)[:-2]},\n "signs": {{\n{lines}\n}}\n}}\n'


def main() -> None:
    """Gather, weigh and write."""
    data = learned(Weighing(gathered(Path(sys.argv[1]))))
    output = Path(sys.argv[2]) if len(sys.argv) > len("..") else OUTPUT
    output.write_text(written(data), encoding="utf-8")
    print(f"{data['learned from']}: {len(data['signs'])} signs, {len(data['types'])} types -> {output}")


if __name__ == "__main__":
    main()
