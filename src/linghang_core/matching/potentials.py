"""Prices of rows and columns: found roughly beforehand to save time, exactly afterwards as a proof.

Subtracting a price from a row or column of a square matrix changes no choice. Shortest augmenting
paths are slow where all rows want the same few columns (costs like i·j); prices that set such rows
apart make them quick.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

Costs = NDArray[np.float64]
Prices = NDArray[np.float64]

EASY = 0.65  # share of rows that find a cheapest column of their own; random costs have 0.8
STAGES = 6
ROUNDS = 20
COARSE, FINE = 0.3, 3e-3  # of the middle reduced cost: softness of the first and of the last stage
TINY = np.float32(1e-30)  # keeps sums that underflow from dividing by zero
NOISE = 1e-13  # of the largest cost: what rounding does to a sum


def shape_costs(costs: Costs, *, usual: NDArray[np.bool_]) -> Costs:
    """Return costs with the same cheapest assignments in which these are found quickly.

    `costs` has no more rows than columns and some complete assignment, infinity where forbidden. The
    result may have rows added below to make it square. Whole numbers stay whole, so their optimum
    stays exact. `usual` marks the cells by whose costs the others are measured.
    """
    return _shape(costs, usual)[0]


def find_prices(
    costs: Costs, columns: NDArray[np.intp], *, usual: NDArray[np.bool_]
) -> tuple[Prices, Prices]:
    """Return prices of rows and columns that no cost undercuts, tight on cheapest pairs.

    The pairs are (row, columns[row]). Distances of shortest paths of exchanges (Bellman and Ford), from
    the rough prices on; there are none where the pairs are not cheapest, so that the search ends after
    as many sweeps as there are columns. Rows then get the highest price that no cost undercuts.
    """
    shaped, _rows, prices = _shape(costs, usual)
    width = costs.shape[1]
    taken = np.concatenate([columns, np.setdiff1d(np.arange(width), columns)])[: len(shaped)]
    own = shaped[np.arange(len(shaped)), taken]
    found = np.zeros(width)
    noise = NOISE * float(shaped[np.isfinite(shaped)].max(initial=0.0))
    active = np.arange(len(shaped))
    for _sweep in range(width):
        offer = (shaped[active] + (found[taken[active]] - own[active])[:, None]).min(axis=0)
        better = offer < found - noise
        found[better] = offer[better]
        active = np.flatnonzero(better[taken])
        if not len(active):
            break
    prices = prices + found
    rest = np.setdiff1d(np.arange(width), columns)
    if len(rest):
        prices = np.minimum(prices - prices[rest].max(), 0)
    return (costs - prices).min(axis=1), prices


def _shape(costs: Costs, usual: NDArray[np.bool_]) -> tuple[Costs, Prices, Prices]:
    """Return reduced costs with the prices of rows and columns taken off."""
    rows = costs.min(axis=1)
    reduced = costs - rows[:, None]
    prices = np.zeros(costs.shape[1])
    if costs.shape[0] == costs.shape[1]:
        prices = reduced.min(axis=0)
        reduced -= prices
    if _is_easy(reduced):
        return reduced, rows, prices
    cells = reduced[usual & (reduced > 0)]
    middle = float(np.median(cells)) if cells.size else 1.0
    missing = costs.shape[1] - costs.shape[0]
    square = np.vstack([reduced, np.zeros((missing, costs.shape[1]))]) if missing else reduced
    more_rows, more_prices = _find_rough(square, middle)
    if _is_whole(square):
        more_rows, more_prices = np.round(more_rows), np.round(more_prices)
    square = square - more_rows[:, None] - more_prices
    return square, rows + more_rows[: len(rows)], prices + more_prices


def _is_easy(reduced: Costs) -> bool:
    """Return whether enough rows can have a column of reduced cost zero at once."""
    matched = maximum_bipartite_matching(csr_array(reduced <= 0)) >= 0
    return bool(matched.sum() >= EASY * len(reduced))


def _is_whole(costs: Costs) -> bool:
    finite = costs[np.isfinite(costs)]
    return bool((finite == np.round(finite)).all())


def _find_rough(costs: Costs, middle: float) -> tuple[Prices, Prices]:
    """Return prices of the softened problem (Sinkhorn's scaling, less soft stage by stage).

    Columns then rows are set to the highest that no cost undercuts. In single precision: whatever
    prices come out, the assignment found with them is the cheapest.
    """
    rows, columns = np.zeros(len(costs)), np.zeros(len(costs))
    for softness in middle * np.geomspace(COARSE, FINE, STAGES):
        kernel = np.exp(((rows[:, None] - costs + columns) / softness).astype(np.float32))
        left, right = np.ones(len(costs), np.float32), np.ones(len(costs), np.float32)
        for _round in range(ROUNDS):
            left = 1 / (kernel @ right + TINY)
            right = 1 / (left @ kernel + TINY)
        rows = rows + softness * np.log(left)
        columns = columns + softness * np.log(right)
    columns = (costs - rows[:, None]).min(axis=0)
    return (costs - columns).min(axis=1), columns
