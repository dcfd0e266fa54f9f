"""The cheapest complete assignment of rows to columns, and why a row stays without one.

scipy's shortest augmenting paths (Crouse 2016 after Jonker and Volgenant 1987) do the work;
`potentials` puts costs into a shape in which they are quick. docs/algorithms/matching.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from linghang_core.matching import potentials

Costs = NDArray[np.float64]
LARGEST = 1e100
ORDER_SEED = 0  # rows taken as they come can be the slowest order there is


class CostsError(ValueError):
    """The costs are no matrix of numbers; the message names the place."""


class Why(StrEnum):
    """Why a row stays without a column."""

    FORBIDDEN = "forbidden"  # no cell of the row is allowed
    CONTESTED = "contested"  # several rows are allowed too few columns between them
    FEWER_COLUMNS = "fewer_columns"  # more rows than columns, the others cost less

    @property
    def is_broken(self) -> bool:
        """Return whether forbidden cells stood in the way, not the shape of the matrix."""
        return self is not Why.FEWER_COLUMNS


@dataclass(frozen=True)
class Unmatched:
    """A row without a column: `rows` may use no other than `columns`, and those are too few."""

    row: int
    reason: Why
    message: str
    rows: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Assignment:
    """Pairs of row and column, each used once at most, in the order of rows; numbers begin at 0."""

    total: float
    pairs: tuple[tuple[int, int], ...]
    unmatched: tuple[Unmatched, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "total": self.total,
            "pairs": [list(pair) for pair in self.pairs],
            "unmatched": [each.as_dict() for each in self.unmatched],
        }


@dataclass(frozen=True)
class Certificate:
    """Prices that prove an assignment cheapest, checked without knowing how it was found.

    `rows[i] + columns[j]` is nowhere above the cost (`least_slack` ≥ 0 but for rounding) and the longer
    side has no price above 0, so no assignment costs less than the sum of all prices. `gap` is the
    total less that sum: 0 but for rounding proves the assignment cheapest, more says how far off it is
    at most. Where pairs had to be left out, forbidden cells count `forbidden_cost` each.
    """

    rows: tuple[float, ...]
    columns: tuple[float, ...]
    gap: float
    least_slack: float
    forbidden_cost: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def assign(costs: Sequence[Sequence[float | None]] | Costs) -> Assignment:
    """Return the assignment of most pairs, and among those of least total cost.

    `costs` has a row for each demand and a column for each place; None (infinity in an array) forbids
    a cell. A complete assignment has min(rows, columns) pairs. The total is the correctly rounded sum
    of the given costs; for whole numbers below 1e12 it is exact. Raises CostsError.
    """
    matrix = read_costs(costs)
    pairs = tuple((int(row), int(column)) for row, column in _solve(matrix))
    total = math.fsum(matrix[row, column] for row, column in pairs)
    return Assignment(total, pairs, _explain_rest(matrix, pairs))


def certify(costs: Sequence[Sequence[float | None]] | Costs, found: Assignment) -> Certificate:
    """Return prices that bound the cost of every assignment, and how far this one is above them.

    Takes up to some seconds for 2,000 × 2,000. Raises CostsError.
    """
    matrix = read_costs(costs)
    filled, forbidden_cost = _fill(matrix)
    turned = filled.shape[0] > filled.shape[1]
    work = np.ascontiguousarray(filled.T) if turned else filled
    columns = _complete(work, found.pairs, turned=turned)
    usual = np.isfinite(matrix.T if turned else matrix)
    rows, prices = potentials.find_prices(work, columns, usual=usual)
    total = math.fsum(work[np.arange(len(work)), columns])
    slack = float((work - rows[:, None] - prices).min())  # rounding, whatever was given
    gap = total - math.fsum([*rows, *prices])
    if turned:
        rows, prices = prices, rows
    return Certificate(tuple(rows.tolist()), tuple(prices.tolist()), gap, slack, forbidden_cost)


def read_costs(given: Sequence[Sequence[float | None]] | Costs) -> Costs:
    """Return costs as a matrix, infinity where forbidden, or raise CostsError naming the place.

    Refused are: no rows, rows of different length, text or truth values among numbers, NaN.
    """
    if isinstance(given, np.ndarray):
        matrix = np.array(given, dtype=float)
        if matrix.ndim != 2 or not matrix.size:
            raise CostsError("costs need at least one row and one column")
        if np.isnan(matrix).any() or np.isneginf(matrix).any():
            raise CostsError("costs hold NaN or minus infinity")
        return _check_size(matrix)
    if not isinstance(given, (list, tuple)) or not given:
        raise CostsError("costs need at least one row: [[1, 2], [3, 4]]")
    width = len(given[0]) if isinstance(given[0], (list, tuple)) else 0
    matrix = np.empty((len(given), width))
    for place, row in enumerate(given):
        _check_row(place, row, width)
        try:
            matrix[place] = row
        except OverflowError as error:
            raise CostsError(f"row {place}: a number is too large") from error
        _check_numbers(place, row, matrix[place])
    return _check_size(np.where(np.isnan(matrix), np.inf, matrix))  # None was read as NaN


NUMBERS = {int, float, type(None)}


def _check_row(place: int, row: Any, width: int) -> None:
    if not isinstance(row, (list, tuple)):
        raise CostsError(f"row {place} is no list of numbers")
    if not row:
        raise CostsError(f"row {place} is empty")
    if len(row) != width:
        raise CostsError(f"row {place} has {len(row)} columns, row 0 has {width}")
    if not set(map(type, row)) <= NUMBERS:
        column = next(n for n, cell in enumerate(row) if type(cell) not in NUMBERS)
        raise CostsError(
            f"row {place}, column {column}: {row[column]!r} is no number; write null to forbid a cell"
        )


def _check_numbers(place: int, row: Sequence[float | None], read: Costs) -> None:
    """Refuse NaN and infinities: a forbidden cell is None, so that a slip is not taken for one."""
    if np.isfinite(read).all():
        return
    for column, cell in enumerate(row):
        if cell is not None and not math.isfinite(cell):
            raise CostsError(
                f"row {place}, column {column}: {cell} is no cost; write null to forbid a cell"
            )


def _check_size(matrix: Costs) -> Costs:
    """Refuse costs of which a sum, or a price above all of them, is no number any more."""
    places = np.argwhere(np.isfinite(matrix) & (np.abs(matrix) > LARGEST))
    if len(places):
        row, column = places[0].tolist()
        raise CostsError(f"row {row}, column {column}: the cost is beyond {LARGEST:g}")
    return matrix


def _solve(matrix: Costs) -> NDArray[np.intp]:
    """Return the pairs used, rows ascending."""
    filled, _forbidden_cost = _fill(matrix)
    turned = filled.shape[0] > filled.shape[1]
    work = np.ascontiguousarray(filled.T) if turned else filled
    usual = np.isfinite(matrix.T if turned else matrix)
    shaped = potentials.shape_costs(work, usual=usual)
    order = np.random.default_rng(ORDER_SEED).permutation(len(shaped))
    columns = np.empty(len(shaped), dtype=np.intp)
    columns[order] = linear_sum_assignment(shaped[order])[1]
    pairs = np.column_stack([np.arange(len(work)), columns[: len(work)]])
    if turned:
        pairs = pairs[:, ::-1][np.argsort(pairs[:, 1])]
    return pairs[np.isfinite(matrix[pairs[:, 0], pairs[:, 1]])]


def _fill(matrix: Costs) -> tuple[Costs, float | None]:
    """Return costs in which a complete assignment exists.

    Where forbidden cells leave none, each of them gets a cost above anything that exchanging allowed
    ones can save: the fewest are then used, which are the pairs that do not exist.
    """
    allowed = np.isfinite(matrix)
    if allowed.all():
        return matrix, None
    most = int((maximum_bipartite_matching(csr_array(allowed)) >= 0).sum())
    if most == min(matrix.shape):
        return matrix, None
    cells = matrix[allowed]
    low, high = (float(cells.min()), float(cells.max())) if cells.size else (0.0, 0.0)
    cost = high + (min(matrix.shape) + 1) * ((high - low) or 1.0)
    return np.where(allowed, matrix, cost), cost


def _complete(work: Costs, pairs: tuple[tuple[int, int], ...], *, turned: bool) -> NDArray[np.intp]:
    """Return a column for each row of the filled matrix: pairs, then what is left in order."""
    columns = np.full(len(work), -1, dtype=np.intp)
    for row, column in pairs:
        columns[column if turned else row] = row if turned else column
    free = np.setdiff1d(np.arange(work.shape[1]), columns)
    open_rows = np.flatnonzero(columns < 0)
    columns[open_rows] = free[: len(open_rows)]
    return columns


def _explain_rest(matrix: Costs, pairs: tuple[tuple[int, int], ...]) -> tuple[Unmatched, ...]:
    """Return each row left over with the rows and columns that leave it none (Hall 1935)."""
    allowed = np.isfinite(matrix)
    row_of = np.full(matrix.shape[1], -1)
    for row, column in pairs:
        row_of[column] = row
    left = sorted(set(range(len(matrix))) - {row for row, _column in pairs})
    return tuple(_explain_row(row, allowed, row_of) for row in left)


def _explain_row(row: int, allowed: NDArray[np.bool_], row_of: NDArray[np.int_]) -> Unmatched:
    """Follow exchanges from the row: it may take columns of rows that may take columns of rows …"""
    rows, new = {row}, [row]
    columns = np.zeros(allowed.shape[1], dtype=bool)
    while new and not columns.all():
        columns |= allowed[new].any(axis=0)
        new = sorted(set(row_of[columns].tolist()) - rows)
        rows.update(new)
    shared = int(columns.sum())
    if not shared:
        return Unmatched(row, Why.FORBIDDEN, f"row {row}: every cell is forbidden", (row,))
    if columns.all():
        message = f"row {row}: {len(allowed)} rows share {shared} columns, the others cost less"
        return Unmatched(row, Why.FEWER_COLUMNS, message)
    message = f"row {row}: {len(rows)} rows are allowed only {shared} columns between them"
    reach = (tuple(sorted(rows)), tuple(np.flatnonzero(columns).tolist()))
    return Unmatched(row, Why.CONTESTED, message, *reach)
