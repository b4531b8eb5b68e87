"""Weighs signs and grounds by logistic regression; the same samples give the same weights."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from derive.practice.candidates import candidates, common, is_elsewhere, is_public
from derive.practice.samples import Sample

#: How often, and in how many packages, a sign or a type must be seen.
SIGN, TYPE = (5, 3), (25, 5)
#: The more, the more signs are kept (inverse strength of the L1 penalty).
KEPT = 0.5
#: A package with more handlers than this weighs as much as one with so many.
FAIR = 300

Weights = dict[str, tuple[float, np.ndarray]]


class Weighing:
    """The samples as a matrix, and what can be learned from it."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self.samples = samples
        signs = common(((one.package, one.signs) for one in samples), *SIGN)
        types = common(((one.package, one.types) for one in samples), *TYPE)
        self.signs = {sign: place for place, sign in enumerate(signs)}
        self.types = [name for name in types if is_public(name)]
        self.matrix = self.of(samples)
        each = Counter(one.package for one in samples)
        self.weight = np.array([min(1.0, FAIR / each[one.package]) ** 0.5 for one in samples])

    def of(self, samples: Sequence[Sample]) -> sparse.csr_matrix:
        """Return samples as rows and signs as columns."""
        cells = [
            (row, self.signs[sign]) for row, one in enumerate(samples) for sign in sorted(one.signs & self.signs.keys())
        ]
        rows, columns = zip(*cells, strict=True)
        return sparse.csr_matrix((np.ones(len(cells)), (rows, columns)), shape=(len(samples), len(self.signs)))

    def weights(self, rows: Sequence[int]) -> Weights:
        """Learn for each type how much each sign speaks for it; siblings of a handler say nothing of their types."""
        found: Weights = {}
        for name in self.types:
            told = [row for row in rows if name in self.samples[row].types or not is_elsewhere(self.samples[row], name)]
            here = np.array([name in self.samples[row].types for row in told])
            model = LogisticRegression(C=KEPT, solver="liblinear", l1_ratio=1, random_state=0)
            model.fit(self.matrix[told], here, sample_weight=self.weight[told])
            found[name] = float(model.intercept_[0]), model.coef_[0]
        return found

    def halves(self) -> list[dict[str, float]]:
        """Return for each sample the odds that the packages of the other half would give."""
        half = np.array([hashlib.sha256(one.package.encode()).digest()[0] % 2 for one in self.samples])
        odds: list[dict[str, float]] = [{} for _ in self.samples]
        for own in (0, 1):
            rows = np.flatnonzero(half == own)
            learned = self.weights([int(row) for row in np.flatnonzero(half != own)])
            for name, (bias, weights) in learned.items():
                for row, value in zip(rows, self.matrix[rows] @ weights + bias, strict=True):
                    odds[row][name] = float(value)
        return odds

    def grounds(self, odds: Sequence[Mapping[str, float]]) -> dict[str, float]:
        """Learn how much each ground speaks for a type, the odds that were learned among them."""
        cells: list[tuple[int, str, float]] = []
        here: list[bool] = []
        weight: list[float] = []
        for one, learned, fair in zip(self.samples, odds, self.weight, strict=True):
            for name, found in candidates(one, learned).items():
                if name not in one.later:
                    cells += [(len(here), ground, value) for ground, value in sorted(found.items())]
                    here.append(name in one.types)
                    weight.append(float(fair))
        names = {name: place for place, name in enumerate(sorted({ground for _, ground, _ in cells}))}
        rows, columns, values = [c[0] for c in cells], [names[c[1]] for c in cells], [c[2] for c in cells]
        matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(here), len(names)))
        model = LogisticRegression(C=10, solver="liblinear", fit_intercept=False, random_state=0)
        model.fit(matrix, np.array(here), sample_weight=np.array(weight))
        return {name: float(model.coef_[0][place]) for name, place in names.items()}
