"""The cheapest assignment: published optima, proofs by prices, every small case, the laws."""

import math
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from linghang_core.matching.assignment import CostsError, Why, assign, certify

DATA = Path(__file__).parent / "data"
PUBLISHED = {
    "OR-Tools, Solving an Assignment Problem (5 workers, 4 tasks)": (
        [
            [90, 80, 75, 70],
            [35, 85, 55, 65],
            [125, 95, 90, 95],
            [45, 110, 95, 115],
            [50, 100, 90, 100],
        ],
        265,
    ),
    "Wikipedia, Hungarian algorithm (Alice, Bob, Carol)": ([[8, 4, 7], [5, 2, 3], [9, 4, 8]], 15),
    "Winston, Operations Research, Machineco": (
        [[14, 5, 8, 7], [2, 12, 6, 5], [7, 8, 3, 9], [2, 4, 6, 10]],
        15,
    ),
    "Wikipedia (German), Ungarische Methode, example 1": (
        [[1, 1, 1, 2], [3, 2, 4, 1], [4, 4, 2, 4], [2, 3, 3, 3]],
        6,
    ),
    "hrldcpr/hungarian, README (8 × 8, diagonal forbidden; total of issue 4)": (
        [
            [None, 2, 11, 10, 8, 7, 6, 5],
            [6, None, 1, 8, 8, 4, 6, 7],
            [5, 12, None, 11, 8, 12, 3, 11],
            [11, 9, 10, None, 1, 9, 8, 10],
            [11, 11, 9, 4, None, 2, 10, 9],
            [12, 8, 5, 2, 11, None, 11, 9],
            [10, 11, 12, 10, 9, 12, None, 3],
            [10, 10, 10, 10, 6, 3, 1, None],
        ],
        17,
    ),
    "scipy, documentation of linear_sum_assignment": ([[4, 1, 3], [2, 0, 5], [3, 2, 2]], 5),
    "Clapper, munkres (first example)": ([[5, 9, 1], [10, 3, 2], [8, 7, 4]], 12),
    "Clapper, munkres (square)": ([[400, 150, 400], [400, 450, 600], [300, 225, 300]], 850),
    "Clapper, munkres (rectangular)": (
        [[400, 150, 400, 1], [400, 450, 600, 2], [300, 225, 300, 3]],
        452,
    ),
    "Project Euler 345 (5 × 5, greatest sum)": (
        [
            [-7, -53, -183, -439, -863],
            [-497, -383, -563, -79, -973],
            [-287, -63, -343, -169, -583],
            [-627, -343, -773, -959, -943],
            [-767, -473, -103, -699, -303],
        ],
        -3315,
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_optima_are_reached_with_proof(name):
    costs, optimum = PUBLISHED[name]
    found = assign(costs)
    proof = certify(costs, found)
    assert (found.total, proof.gap, proof.least_slack) == (optimum, 0, 0)
    assert sum(proof.rows) + sum(proof.columns) == optimum


def test_the_instance_of_the_or_library_reaches_its_published_optimum():
    """assign100 of Beasley's OR-Library: 305."""
    size, *cells = map(int, (DATA / "assign100.txt").read_text(encoding="ascii").split())
    costs = np.array(cells, dtype=float).reshape(size, size)
    found = assign(costs)
    proof = certify(costs, found)
    assert (found.total, proof.gap, proof.least_slack) == (305, 0, 0)


@pytest.mark.parametrize("size", [1, 2, 3, 17, 300])
def test_products_of_place_cost_the_closed_form_of_machol_and_wien(size):
    """Σ i (n + 1 − i) = n (n + 1) (n + 2) / 6 (Machol, Wien: A hard assignment problem, 1976)."""
    numbers = np.arange(1, size + 1)
    found = assign(np.outer(numbers, numbers).astype(float))
    assert found.total == size * (size + 1) * (size + 2) // 6
    assert found.pairs == tuple((row, size - 1 - row) for row in range(size))


@pytest.mark.parametrize(("rows", "columns"), [(60, 60), (30, 90)])
def test_the_mean_of_exponential_costs_is_that_of_coppersmith_and_sorkin(rows, columns):
    """Σ 1 / ((m − i)(n − j)) over i + j < m, proved by Nair, Prabhakar, Sharma 2005; π²/6 for m = n → ∞."""
    expected = sum(
        1 / ((rows - i) * (columns - j))
        for i in range(rows)
        for j in range(columns)
        if i + j < rows
    )
    random = np.random.default_rng(345)
    totals = [assign(random.exponential(size=(rows, columns))).total for _draw in range(300)]
    error = np.std(totals) / math.sqrt(len(totals))
    assert abs(np.mean(totals) - expected) < 4 * error
    assert error < 0.02 * expected


def hard(kind: str, rows: int, columns: int) -> np.ndarray:
    """Kinds on which plain shortest augmenting paths take five to fifty times as long."""
    random = np.random.default_rng(7)
    a, b = random.random((rows, 3)), random.random((3, columns))
    return {
        "product": a[:, :1] * b[:1],
        "low rank": a @ b,
        "product and noise": a[:, :1] * b[:1] + random.random((rows, columns)) / 100,
        "columns rank alike": b[:1] + random.random((rows, columns)) / 1000,
        "whole products": np.round(a[:, :1] * 30) * np.round(b[:1] * 30),
        "less is distance": np.minimum.outer(np.arange(rows), np.arange(columns)) * 1.0,
        "uniform": random.random((rows, columns)),
        "ties": np.floor(a[:, :1] * 3 + b[:1] * 3),
    }[kind]


KINDS = (
    "product",
    "low rank",
    "product and noise",
    "columns rank alike",
    "whole products",
    "less is distance",
    "uniform",
    "ties",
)


@pytest.mark.parametrize("shape", [(90, 90), (60, 90), (90, 60)])
@pytest.mark.parametrize("kind", KINDS)
def test_hard_kinds_reach_the_total_of_the_plain_solver_with_proof(kind, shape):
    costs = hard(kind, *shape)
    found = assign(costs)
    proof = certify(costs, found)
    assert found.total == pytest.approx(costs[linear_sum_assignment(costs)].sum(), abs=1e-11)
    assert len(found.pairs) == min(shape)
    assert abs(proof.gap) < 1e-11
    assert proof.least_slack > -1e-12
    longer = proof.rows if shape[0] > shape[1] else proof.columns
    assert shape[0] == shape[1] or max(longer) <= 0


@pytest.mark.parametrize("kind", KINDS)
def test_hard_kinds_without_a_complete_assignment_use_every_allowed_column(kind):
    """Twenty of ninety columns are forbidden: seventy pairs, as cheap as without those columns."""
    costs = hard(kind, 90, 90)
    costs[:, 50:70] = np.inf
    found = assign(costs)
    allowed = np.delete(costs, range(50, 70), axis=1)
    assert len(found.pairs) == 70
    assert found.total == pytest.approx(allowed[linear_sum_assignment(allowed)].sum(), abs=1e-11)
    assert {each.reason for each in found.unmatched} == {Why.CONTESTED}
    assert abs(certify(costs, found).gap) < 1e-9


def test_whole_numbers_stay_exact_on_the_way_of_hard_kinds():
    random = np.random.default_rng(3)
    costs = np.outer(random.integers(1, 10**6, 120), random.integers(1, 10**5, 120)).astype(float)
    found = assign(costs)
    proof = certify(costs, found)
    assert (proof.gap, proof.least_slack) == (0, 0)
    assert all(price == int(price) for price in (*proof.rows, *proof.columns))


def test_the_proof_of_a_dearer_assignment_has_a_gap():
    costs = [[8, 4, 7], [5, 2, 3], [9, 4, 8]]
    found = assign(costs)
    worse = type(found)(8 + 2 + 8, ((0, 0), (1, 1), (2, 2)))
    proof = certify(costs, worse)
    assert proof.gap >= 3
    assert proof.least_slack == 0


def test_a_row_wholly_forbidden_is_named_and_the_rest_is_matched():
    found = assign([[1, None, 3], [None, None, None], [2, 2, 2], [1, None, None]])
    assert (found.total, found.pairs) == (6, ((0, 2), (2, 1), (3, 0)))
    assert [(each.row, each.reason) for each in found.unmatched] == [(1, Why.FORBIDDEN)]


def test_rows_that_share_too_few_columns_are_named_together():
    """Rows 0, 1 and 3 may use columns 0 and 1 only: one of them stays, the dearest."""
    found = assign([[1, 2, None], [4, 9, None], [None, 5, 1], [2, 5, None]])
    assert (found.total, found.pairs) == (5, ((0, 1), (2, 2), (3, 0)))
    (left,) = found.unmatched
    assert (left.row, left.reason, left.rows, left.columns) == (
        1,
        Why.CONTESTED,
        (0, 1, 3),
        (0, 1),
    )
    assert left.message == "row 1: 3 rows are allowed only 2 columns between them"


def test_most_pairs_come_before_least_cost():
    found = assign([[1, 100], [1, None]])
    assert (found.total, found.pairs) == (101, ((0, 1), (1, 0)))


cells = st.one_of(st.none(), st.integers(-9, 9))


@st.composite
def matrices(draw):
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    return [[draw(cells) for _column in range(columns)] for _row in range(rows)]


def try_all(costs) -> tuple[int, int]:
    """Return most pairs and least cost by trying every choice."""
    rows, columns = len(costs), len(costs[0])
    best = (0, 0)
    for size in range(1, min(rows, columns) + 1):
        totals = [
            sum(costs[r][c] for r, c in zip(used, order, strict=True))
            for used in combinations(range(rows), size)
            for order in permutations(range(columns), size)
            if all(costs[r][c] is not None for r, c in zip(used, order, strict=True))
        ]
        best = (size, min(totals)) if totals else best
    return best


@settings(max_examples=150, deadline=None)
@given(matrices())
def test_every_small_case_is_the_best_of_all_choices(costs):
    found = assign(costs)
    assert (len(found.pairs), found.total) == try_all(costs)
    assert (
        len({r for r, _c in found.pairs}) == len({c for _r, c in found.pairs}) == len(found.pairs)
    )
    assert {each.row for each in found.unmatched} | {r for r, _c in found.pairs} == set(
        range(len(costs))
    )
    proof = certify(costs, found)
    assert (proof.gap, proof.least_slack) == (0, 0)
    for each in found.unmatched:
        if each.reason is Why.CONTESTED:
            allowed = {c for r in each.rows for c, cell in enumerate(costs[r]) if cell is not None}
            assert allowed == set(each.columns)
            assert len(each.columns) < len(each.rows)


@settings(max_examples=60, deadline=None)
@given(matrices(), st.randoms(use_true_random=False), st.integers(-50, 50))
def test_order_of_rows_constants_and_turning_change_nothing_and_a_column_more_never_costs(
    costs, random, constant
):
    found = assign(costs)
    shuffled = costs[:]
    random.shuffle(shuffled)
    assert assign(shuffled).total == found.total
    turned = assign([list(column) for column in zip(*costs, strict=True)])
    assert (turned.total, len(turned.pairs)) == (found.total, len(found.pairs))
    wider = assign([[*row, 0] for row in costs])
    assert len(wider.pairs) >= len(found.pairs)
    if len(wider.pairs) == len(found.pairs):
        assert wider.total <= found.total
    if not found.unmatched:
        lifted = [[None if c is None else c + constant for c in costs[0]], *costs[1:]]
        assert assign(lifted).pairs == found.pairs or assign(lifted).total == found.total + constant


@pytest.mark.parametrize(
    ("costs", "said"),
    [
        ([], "at least one row"),
        ([[]], "row 0 is empty"),
        ([[1, 2], [3]], "row 1 has 1 columns, row 0 has 2"),
        ([[1, 2], [3, "4"]], "row 1, column 1: '4' is no number"),
        ([[True, 2]], "row 0, column 0: True is no number"),
        ([[1, 2], 3], "row 1 is no list"),
        ([[1, math.nan]], "row 0, column 1: nan is no cost"),
        ([[1], [math.inf]], "row 1, column 0: inf is no cost"),
        ([[10**400]], "row 0: a number is too large"),
        ([[1, 1e200]], "row 0, column 1: the cost is beyond 1e+100"),
        (np.array([[1, math.nan]]), "NaN"),
        (np.zeros((0, 3)), "at least one row"),
    ],
)
def test_what_is_no_matrix_of_costs_is_refused_with_its_place(costs, said):
    with pytest.raises(CostsError, match=said.replace("+", r"\+")):
        assign(costs)
