"""Weights of criteria: from judgements in pairs (AHP), from data (entropy, CRITIC), and TOPSIS.

Every method is the published one and says so; data a method cannot take are refused by name, never
mended silently. `docs/algorithms/weights.md` has the formulas and the worked tables. A weight only
proposes: the points of a scheme stay exact decimals that people adopt.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

RANDOM_INDEX = (
    0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59,
)  # fmt: skip
"""The mean consistency index of random matrices of 1 … 15 criteria (Saaty 1980, table of RI)."""
LARGEST_RATIO = 0.1
"""Saaty 1980: judgements above this ratio contradict each other too much to be used."""
FEWEST_ROWS = 3
TOLERANCE = 1e-6


class WeightsError(ValueError):
    """The numbers cannot be weighed; the message names the place and what to do."""


class Direction(StrEnum):
    """Whether more of a column is better or worse."""

    BENEFIT = "benefit"
    COST = "cost"


class Normalisation(StrEnum):
    """How TOPSIS makes columns comparable: by their length, or between least and greatest."""

    VECTOR = "vector"
    MINMAX = "minmax"


@dataclass(frozen=True)
class Triple:
    """Three criteria whose comparisons contradict each other, and by which factor.

    `factor` is 1 where the direct comparison of the first and the third equals the way over the
    second.
    """

    names: tuple[str, str, str]
    factor: float


@dataclass(frozen=True)
class Pairwise:
    """What comparisons in pairs say: weights adding up to 1, and how consistent they are.

    `worst` is the most inconsistent triple; None below three criteria.
    """

    names: tuple[str, ...]
    weights: tuple[float, ...]
    lambda_max: float
    consistency_index: float
    consistency_ratio: float
    worst: Triple | None

    @property
    def is_consistent(self) -> bool:
        """Whether the judgements may be used."""
        return self.consistency_ratio <= LARGEST_RATIO


@dataclass(frozen=True)
class Closeness:
    """How close each row comes to the best imaginable one, 0 to 1, and its place, 1 the closest."""

    closeness: tuple[float, ...]
    ranks: tuple[int, ...]
    weights: tuple[float, ...]
    normalisation: Normalisation


def compare_pairs(matrix: Sequence[Sequence[float]], names: Sequence[str] = ()) -> Pairwise:
    """Return the weights of a matrix of judgements by its principal eigenvector (Saaty 1980).

    `matrix[i][j]` says how many times as important i is as j; the lower half holds the reciprocals.
    Raises WeightsError for a matrix that is none. It does not judge the ratio: `insist_consistent`
    does.
    """
    found = _read_pairs(matrix)
    count = len(found)
    known = tuple(names) or tuple(str(place + 1) for place in range(count))
    if len(known) != count:
        message = f"there are {len(known)} names for {count} rows; give one name for each row"
        raise WeightsError(message)
    values, vectors = np.linalg.eig(found)
    place = int(np.argmax(values.real))
    vector = np.abs(vectors[:, place].real)
    largest = float(values[place].real)
    index = max(0.0, (largest - count) / (count - 1)) if count > 1 else 0.0
    expected = RANDOM_INDEX[count - 1]
    return Pairwise(
        names=known,
        weights=_to_shares(vector),
        lambda_max=largest,
        consistency_index=index,
        consistency_ratio=index / expected if expected else 0.0,
        worst=_find_worst(found, known),
    )


def insist_consistent(found: Pairwise) -> Pairwise:
    """Return the same; raises WeightsError naming the worst triple when the ratio is above 0.1."""
    if found.is_consistent:
        return found
    worst = found.worst
    if worst is None:
        raise AssertionError  # unreachable: two criteria cannot contradict each other
    first, second, third = worst.names
    message = (
        f"the consistency ratio is {found.consistency_ratio:.3f}, above {LARGEST_RATIO}: {first}, "
        f"{second} and {third} contradict each other most (by a factor of {worst.factor:.2f}); "
        "compare these three again"
    )
    raise WeightsError(message)


def weigh_by_entropy(
    rows: Sequence[Sequence[float]], columns: Sequence[str] = ()
) -> tuple[float, ...]:
    """Return the weights of columns by how unevenly they spread over the rows (Shannon 1948).

    Raises WeightsError for fewer than three rows, negative numbers, a column of zeros and a column
    that is the same everywhere: its weight would be nothing, and it had better be dropped.
    """
    data, names = _read_table(rows, columns)
    for place, name in enumerate(names):
        if (data[:, place] < 0).any():
            message = f"column {name} has negative numbers; entropy takes shares of a sum"
            raise WeightsError(message)
        if not data[:, place].any():
            message = f"column {name} is zero in every row; leave it out"
            raise WeightsError(message)
    _refuse_constant(data, names)
    shares = data / data.sum(axis=0)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)  # the limit of p ln p is 0
    entropy = -(shares * logs).sum(axis=0) / math.log(len(data))
    return _to_shares(np.maximum(1 - entropy, 0.0))


def weigh_by_critic(
    rows: Sequence[Sequence[float]],
    columns: Sequence[str] = (),
    directions: Sequence[str] = (),
) -> tuple[float, ...]:
    """Return the weights of columns by contrast and conflict (CRITIC, Diakoulaki et al. 1995).

    Contrast is the standard deviation after min–max normalisation, conflict the sum of one minus
    the correlations with the others. Raises WeightsError for fewer than three rows, a constant
    column, and columns that all say the same.
    """
    data, names = _read_table(rows, columns)
    _refuse_constant(data, names)
    scaled = _scale(data, _read_directions(directions, names))
    if len(names) == 1:
        return (1.0,)
    conflict = (1 - np.corrcoef(scaled, rowvar=False)).sum(axis=0)
    information = scaled.std(axis=0) * np.maximum(conflict, 0.0)
    if information.sum() < TOLERANCE:
        message = f"columns {', '.join(names)} all say the same; one of them is enough"
        raise WeightsError(message)
    return _to_shares(information)


def rank_by_topsis(
    rows: Sequence[Sequence[float]],
    weights: Sequence[float],
    directions: Sequence[str] = (),
    columns: Sequence[str] = (),
    normalisation: Normalisation = Normalisation.VECTOR,
) -> Closeness:
    """Return how close each row is to the best of every column (TOPSIS, Hwang & Yoon 1981).

    The closeness is d⁻ / (d⁺ + d⁻), from Euclidean distances to the best and to the worst of all.
    Weights are brought to the sum 1. Equal rows share a place. Raises WeightsError for numbers it
    cannot take.
    """
    data, names = _read_table(rows, columns, fewest=2)
    known = _read_directions(directions, names)
    shares = _read_weights(weights, names)
    if normalisation is Normalisation.VECTOR:
        lengths = np.sqrt((data**2).sum(axis=0))
        for place, name in enumerate(names):
            if not lengths[place]:
                message = f"column {name} is zero in every row; leave it out"
                raise WeightsError(message)
        scaled = data / lengths
    else:
        _refuse_constant(data, names)
        scaled = _scale(data, [Direction.BENEFIT] * len(names))
    weighted = scaled * shares
    benefit = np.array([one is Direction.BENEFIT for one in known])
    best = np.where(benefit, weighted.max(axis=0), weighted.min(axis=0))
    worst = np.where(benefit, weighted.min(axis=0), weighted.max(axis=0))
    to_best = np.sqrt(((weighted - best) ** 2).sum(axis=1))
    to_worst = np.sqrt(((weighted - worst) ** 2).sum(axis=1))
    if float((to_best + to_worst).max()) < TOLERANCE**2:
        message = "all rows are equal where weights are not zero; there is nothing to rank"
        raise WeightsError(message)
    closeness = to_worst / (to_best + to_worst)
    rounded = np.round(closeness, 12)  # equal rows may differ in the last bit
    return Closeness(
        closeness=tuple(float(value) for value in closeness),
        ranks=tuple(1 + int((rounded > value).sum()) for value in rounded),
        weights=tuple(float(value) for value in shares),
        normalisation=normalisation,
    )


def _read_pairs(matrix: Sequence[Sequence[float]]) -> Matrix:
    found = _read_numbers(matrix)
    count = len(found)
    if found.shape != (count, count):
        message = f"the matrix has {count} rows of {found.shape[1]} numbers; it must be square"
        raise WeightsError(message)
    if count > len(RANDOM_INDEX):
        message = f"{count} criteria are too many to compare in pairs; {len(RANDOM_INDEX)} at most"
        raise WeightsError(message)
    for row, column in ((r, c) for r in range(count) for c in range(r, count)):
        value, other = found[row, column], found[column, row]
        place = f"row {row + 1}, column {column + 1}"
        if value <= 0 or other <= 0:
            message = f"{place}: a comparison is a positive number, 1/9 to 9"
            raise WeightsError(message)
        # Reciprocals are written with few decimals: 0.33 for a third.
        if abs(value * other - 1) > (0.05 if row != column else TOLERANCE):
            message = f"{place}: {value:g} and {other:g} are no reciprocals of each other"
            raise WeightsError(message)
    return found


def _find_worst(matrix: Matrix, names: tuple[str, ...]) -> Triple | None:
    """The three criteria whose direct and indirect comparisons differ most."""
    found: Triple | None = None
    for one, two, three in combinations(range(len(names)), 3):
        factor = float(matrix[one, two] * matrix[two, three] * matrix[three, one])
        factor = max(factor, 1 / factor)
        if found is None or factor > found.factor:
            found = Triple((names[one], names[two], names[three]), factor)
    return found


def _read_table(
    rows: Sequence[Sequence[float]], columns: Sequence[str], fewest: int = FEWEST_ROWS
) -> tuple[Matrix, tuple[str, ...]]:
    data = _read_numbers(rows)
    names = tuple(columns) or tuple(str(place + 1) for place in range(data.shape[1]))
    if len(names) != data.shape[1]:
        message = f"there are {len(names)} columns, but rows of {data.shape[1]} numbers"
        raise WeightsError(message)
    if len(data) < fewest:
        message = f"{len(data)} rows are too few to weigh {', '.join(names)}; at least {fewest}"
        raise WeightsError(message)
    return data, names


def _read_numbers(rows: Sequence[Sequence[float]]) -> Matrix:
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
        message = "there are no rows"
        raise WeightsError(message)
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Sequence) or isinstance(row, str) or not row:
            message = f"row {number} is no list of numbers"
            raise WeightsError(message)
        if len(row) != len(rows[0]):
            message = f"row {number} has {len(row)} numbers, the first one {len(rows[0])}"
            raise WeightsError(message)
        for place, value in enumerate(row, start=1):
            if not _is_number(value):
                message = f"row {number}, column {place}: {value!r} is no number"
                raise WeightsError(message)
    return np.array(rows, dtype=np.float64)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _read_directions(directions: Sequence[str], names: Sequence[str]) -> list[Direction]:
    if not directions:
        return [Direction.BENEFIT] * len(names)
    if len(directions) != len(names):
        message = f"there are {len(directions)} directions for {len(names)} columns"
        raise WeightsError(message)
    known = {each.value for each in Direction}
    for name, one in zip(names, directions, strict=True):
        if one not in known:
            message = f"column {name}: {one!r} is no direction; write benefit or cost"
            raise WeightsError(message)
    return [Direction(one) for one in directions]


def _read_weights(weights: Sequence[float], names: Sequence[str]) -> Matrix:
    if not isinstance(weights, Sequence) or len(weights) != len(names):
        message = f"give one weight for each of the {len(names)} columns"
        raise WeightsError(message)
    for name, value in zip(names, weights, strict=True):
        if not _is_number(value) or value < 0:
            message = f"column {name}: the weight {value!r} is no number from 0 on"
            raise WeightsError(message)
    if not sum(weights):
        message = "all weights are zero"
        raise WeightsError(message)
    return np.array(_to_shares(np.array(weights, dtype=np.float64)))


def _refuse_constant(data: Matrix, names: Sequence[str]) -> None:
    for place, name in enumerate(names):
        if float(np.ptp(data[:, place])) < TOLERANCE * max(
            1.0, float(np.abs(data[:, place]).max())
        ):
            message = (
                f"column {name} is the same in every row and tells nothing apart; leave it out"
            )
            raise WeightsError(message)


def _scale(data: Matrix, directions: Sequence[Direction]) -> Matrix:
    """Every column between 0 for its worst and 1 for its best."""
    low, high = data.min(axis=0), data.max(axis=0)
    scaled = (data - low) / (high - low)
    cost = np.array([one is Direction.COST for one in directions])
    found: Matrix = np.where(cost, 1 - scaled, scaled)
    return found


def _to_shares(values: Matrix) -> tuple[float, ...]:
    total = float(values.sum())
    return tuple(float(value) / total for value in values)
