"""The tables of docs/algorithms/scoring.md hold, read from the page itself."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from linghang_core import scoring
from linghang_core.scoring.score import redistribute
from tests.core.scoring.cases import criterion, scheme

PAGE = Path(__file__).parents[3] / "docs/algorithms/scoring.md"


def read_table(heading: str) -> list[dict[str, str]]:
    """The rows of the first table below a heading, by column."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    header, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [dict(zip(header, row, strict=True)) for row in rows]


def by_case(heading: str) -> list[Any]:
    return [pytest.param(row, id=row["case"]) for row in read_table(heading)]


@pytest.mark.parametrize("row", by_case("Worked: points of one criterion"))
def test_points_of_one_criterion(row: dict[str, str]) -> None:
    selector = {"kinds": ["task"], "statuses": ["on_time"]}
    ratio = {"ratio": {"of": selector, "to": {"kinds": ["task"]}}}
    one = criterion(
        "ONE",
        row["points"],
        nature=row["nature"],
        score=yaml.safe_load(row["score"].strip("`")),
        measure={"count": selector} if row["due"] == "–" else ratio,
        missing=None if row["missing"] == "–" else row["missing"],
    )
    rest = Decimal(100) - (Decimal(row["points"]) if row["nature"] == "basic" else 0)
    other = criterion("REST", str(rest), measure={"count": {"kinds": ["other"]}}, missing=None)
    loaded = scoring.load_scheme(scheme(one, other))
    counts = [int(row["counted"])] + ([] if row["due"] == "–" else [int(row["due"])]) + [0]
    subject = scoring.Subject(1, "U1", {"line_of_work": "office"}, (1,))
    results = scoring.assess(loaded, "2026-10", [subject], {1: tuple(counts)}, 1)
    assert str(results.subject("U1").criterion("ONE").points) == row["result"]


def test_points_of_a_criterion_left_out_are_shared() -> None:
    rows = read_table("Worked: sharing out the points of a criterion left out")
    points = [int(row["points"]) * 100 for row in rows]
    total = sum(points)
    column = "remainder in 92nds of 0.01"
    assert [str(Decimal(p * 10000 // total).scaleb(-2)) for p in points] == [
        row["rounded down"] for row in rows
    ]
    assert [str(p * 10000 % total // 100) for p in points] == [row[column] for row in rows]
    shared = [str(Decimal(cents).scaleb(-2)) for cents in redistribute(points, 10000)]
    assert shared == [row["counts for"] for row in rows]


@pytest.mark.parametrize("row", by_case("Worked: from the points to the total"))
def test_points_become_the_total(row: dict[str, str]) -> None:
    count = {"count": {"kinds": ["task"]}}
    parts: list[dict[str, Any]] = [
        criterion("basic"),
        criterion("bonus", "50", nature="bonus", missing="zero"),
        criterion("deduction", "50", nature="deduction", missing="zero"),
    ]
    if row["veto"] != "–":
        name, value = row["veto"].split()
        veto = {name: value}
        parts.append(
            criterion(
                "veto", None, nature="veto", measure=count, score=None, missing=None, veto=veto
            )
        )
    loaded = scoring.load_scheme(scheme(*parts))
    points = {name: Decimal(row[name]) for name in ("basic", "bonus", "deduction")}
    vetoes = [part["code"] for part in parts[3:]]
    total = scoring.settle(loaded, points, vetoes).total
    assert (str(total), loaded.band_of(total).code) == (row["total"], row["band"])


def test_page_names_every_measure_nature_policy_window_and_band_of_the_scheme() -> None:
    page = PAGE.read_text(encoding="utf-8")
    words = [
        *(item.value for item in scoring.Nature),
        *(item.value for item in scoring.Missing),
        *("count", "sum", "months", "ratio", "proportional", "steps", "per_unit", "threshold"),
        *("month", "quarter", "year", "last_3_months", "last_12_months"),
        *("bonus_cap", "deduction_floor", "when", "otherwise"),
    ]
    assert [word for word in words if f"`{word}" not in page] == []
