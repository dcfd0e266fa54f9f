"""Weights by their published tables, read from docs/algorithms/weights.md, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linghang_core import scoring
from linghang_core.scoring.weights import Normalisation

PAGE = Path(__file__).parents[3] / "docs/algorithms/weights.md"


def read_table(heading: str) -> list[list[str]]:
    """The rows of the table below a heading, its head first."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [rows[0], *rows[2:]]


def numbers(cells: list[str]) -> list[float]:
    return [float(Fraction(cell)) for cell in cells]


def test_pairs_give_the_published_weights_and_ratio():
    _head, *rows = read_table("Worked: influence of seven nations")
    found = scoring.compare_pairs([numbers(row[1:-1]) for row in rows], [row[0] for row in rows])
    assert [f"{weight:.3f}" for weight in found.weights] == [row[-1] for row in rows]
    assert (round(found.lambda_max, 2), round(found.consistency_ratio, 2)) == (7.61, 0.08)
    assert scoring.insist_consistent(found) is found


def test_judgements_that_contradict_each_other_are_refused_naming_the_three():
    matrix = [[1, 5, 1 / 5, 1], [1 / 5, 1, 3, 1], [5, 1 / 3, 1, 1], [1, 1, 1, 1]]
    found = scoring.compare_pairs(matrix, ["学习", "服务", "安全", "队伍"])
    assert found.worst.names == ("学习", "服务", "安全")
    assert round(found.worst.factor, 6) == 75
    with pytest.raises(scoring.WeightsError, match="学习, 服务 and 安全 contradict"):
        scoring.insist_consistent(found)


@pytest.mark.parametrize(
    ("heading", "weigh"),
    [
        ("Worked: entropy", scoring.weigh_by_entropy),
        ("Worked: CRITIC", scoring.weigh_by_critic),
    ],
)
def test_weights_from_data_are_those_worked_by_hand(heading, weigh):
    head, *rows, last = read_table(heading)
    found = weigh([numbers(row[1:]) for row in rows], head[1:])
    assert [f"{weight:.4f}" for weight in found] == last[1:]


def test_topsis_gives_the_published_closeness_and_names_its_normalisation():
    _head, *rows = read_table("Worked: choice of a fighter")
    directions = ["benefit", "benefit", "benefit", "cost", "benefit", "benefit"]
    data, weights = [numbers(row[1:7]) for row in rows], [0.2, 0.1, 0.1, 0.1, 0.2, 0.3]
    found = scoring.rank_by_topsis(data, weights, directions)
    assert [f"{one:.3f}" for one in found.closeness] == [row[7] for row in rows]
    assert [str(rank) for rank in found.ranks] == [row[8] for row in rows]
    other = scoring.rank_by_topsis(data, weights, directions, normalisation=Normalisation.MINMAX)
    assert (found.normalisation, other.normalisation) == ("vector", "minmax")
    assert other.ranks == (1, 3, 2, 4)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([[1, 2], [3, 4]], "2 rows are too few"),
        ([[1, 7], [2, 7], [3, 7]], "column B is the same in every row"),
        ([[1, -1], [2, 2], [3, 5]], "column B has negative numbers"),
        ([[1, 0], [2, 0], [3, 0]], "column B is zero in every row"),
        ([[1, 2], [3], [4, 5]], "row 2 has 1 numbers, the first one 2"),
        ([[1, 2], [3, float("nan")], [4, 5]], "row 2, column 2: nan is no number"),
        ([[1, 2], [3, "x"], [4, 5]], "row 2, column 2: 'x' is no number"),
        ([[1, 2], [3, True], [4, 5]], "row 2, column 2: True is no number"),
        ([], "there are no rows"),
    ],
)
def test_data_that_cannot_be_weighed_are_refused_by_name(rows, words):
    with pytest.raises(scoring.WeightsError, match=words):
        scoring.weigh_by_entropy(rows, ["A", "B"])


def test_columns_that_all_say_the_same_are_refused():
    with pytest.raises(scoring.WeightsError, match="A, B all say the same"):
        scoring.weigh_by_critic([[1, 2], [2, 4], [3, 6]], ["A", "B"])


@given(
    st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=3, max_size=8),
    st.sampled_from([scoring.weigh_by_entropy, scoring.weigh_by_critic]),
)
@settings(max_examples=40, deadline=None)
def test_weights_are_shares_or_the_data_are_refused(rows, weigh):
    try:
        found = weigh(rows)
    except scoring.WeightsError:
        return
    assert abs(sum(found) - 1) < 1e-9
    assert all(weight >= 0 for weight in found)
