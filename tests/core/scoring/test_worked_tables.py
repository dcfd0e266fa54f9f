"""The tables of docs/algorithms/scoring.md hold, read from the page itself."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from linghang_core import scoring
from linghang_core.scoring.formulas import show
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


SHARED = {"line_of_work": "office"}


def assess(loaded: scoring.Scheme, counts: list[tuple[int, ...]]) -> scoring.Results:
    """The results of so many subjects of one group, from the atoms of each."""
    units = [scoring.Subject(n, f"U{n}", SHARED, (n,)) for n in range(len(counts))]
    return scoring.assess(loaded, "2026-10", units, dict(enumerate(counts)), 1)


@pytest.mark.parametrize("row", by_case("Worked: means and raters"))
def test_means_and_marks_become_points(row: dict[str, str]) -> None:
    kinds = {"kinds": ["record.mark"]}
    measure: dict[str, Any] = {"average": kinds}
    if row["measure"] != "average":
        weights = row["measure"].removeprefix("absent: not_rated, ").split(", ")
        measure = {
            "raters": {
                **kinds,
                "weights": [
                    dict(zip(("status", "weight"), w.split(), strict=True)) for w in weights
                ],
                "absent": "not_rated" if row["measure"].startswith("absent") else "share",
            }
        }
    one = criterion(
        "ONE",
        measure=measure,
        missing=row["missing"],
        score={"proportional": {"target": "100"}},
    )
    pairs = [pair.split(" ÷ ") for pair in row["counted"].split(", ")]
    counts = [number for of, to in pairs for number in (int(of) * 100, int(to))]
    loaded = scoring.load_scheme(scheme(one))
    [result] = assess(loaded, [tuple(counts)]).subjects
    explanation = scoring.explain(loaded, result, "2026-10")
    item = result.criteria[0]
    assert ("–" if item.value is None else show(item.value)) == row["value"]
    expected = row["result"]
    assert ("not rated" if result.total is None else str(result.total)) == expected
    if row["case"] == "peers absent, weight shared out":
        shown = explanation.dimensions[0].criteria[0]
        assert shown.formula.text.zh == (
            "得分 = 100 × min(1, (10 × 95 ÷ 1 + 30 × 240 ÷ 3 + 30 × 90 ÷ 1) ÷ 70 ÷ 100) = 86.43"
        )
        means = [(one.title.zh, one.weight, one.marks.amount, one.mean) for one in shown.raters]
        assert means == [
            ("自评", 10, 1, 95),
            ("互评", 30, 0, None),
            ("群众评", 30, 3, 80),
            ("支部评", 30, 1, 90),
        ]


@pytest.mark.parametrize("row", by_case("Worked: places in the peer group"))
def test_places_become_points(row: dict[str, str]) -> None:
    words, _, lower = row["score"].rpartition("`")
    one = criterion(
        "ONE",
        "10",
        measure={"count": {"kinds": ["task"]}},
        score=yaml.safe_load(words.strip("`")),
        missing="zero",
        lower_is_better=True if lower.strip() else None,
    )
    rest = criterion("REST", "90", measure={"count": {"kinds": ["other"]}}, missing=None)
    results = assess(
        scoring.load_scheme(scheme(one, rest)),
        [(int(value), 0) for value in row["values"].split(", ")],
    )
    points = [str(item.criterion("ONE").points) for item in results.subjects]
    assert ", ".join(points) == row["points"]


@pytest.mark.parametrize("row", by_case("Worked: one event counted once"))
def test_one_event_counts_once(row: dict[str, str]) -> None:
    names = ["province", "group", "county"]
    awards = [
        criterion(
            name,
            "5",
            nature="bonus",
            measure={"count": {"kinds": ["record.award"], "statuses": [name]}},
            score={"per_unit": {"points": "1"}},
            missing=None,
            once="award",
        )
        for name in names
    ]
    loaded = scoring.load_scheme(scheme(criterion("basic"), *awards))
    [result] = assess(loaded, [(1, 1, *(int(row[name]) for name in names))]).subjects
    found = [result.criterion(name) for name in names]
    assert ", ".join(str(item.points) for item in found) == row["points"]
    elsewhere = [f"{item.code} → {item.elsewhere}" for item in found if item.elsewhere]
    assert (", ".join(elsewhere) or "–") == row["counted elsewhere"]
    shown = scoring.explain(loaded, result, "2026-10")
    assert scoring.re_add(shown) == result.total
    if row["case"] == "only the highest counts":
        assert shown.dimensions[0].criteria[2].formula.text.zh == (
            "已在“province”计分，同一事项不重复计，取高者；本项原为 3 分"
        )
        gains = [item.gain for item in shown.dimensions[0].criteria]
        assert gains == [0, 0, 0, 0]  # the province's award gives all 5 already


@pytest.mark.parametrize("row", by_case("Worked: caps and floors of a dimension"))
def test_dimension_holds_its_points(row: dict[str, str]) -> None:
    document = scheme(
        criterion("basic"),
        criterion("bonus", "50", nature="bonus", missing="zero"),
        criterion("deduction", "50", nature="deduction", missing="zero"),
    )
    document["dimensions"][0] |= {"cap": "105", "floor": "-4"}
    loaded = scoring.load_scheme(document)
    points = {name: Decimal(row[name]) for name in ("basic", "bonus", "deduction")}
    settled = scoring.settle(loaded, points)
    taken = sum((one.points for one in settled.limits if one.is_cap), Decimal("0.00"))
    given = sum((one.points for one in settled.limits if not one.is_cap), Decimal("0.00"))
    assert [f"{taken:.2f}", f"{given:.2f}", str(settled.total)] == [
        row[name] for name in ("cap takes", "floor gives", "total")
    ]


def test_cap_of_a_dimension_moves_with_the_points_shared_out() -> None:
    nothing = {"ratio": {"of": {"kinds": ["task"]}, "to": {"kinds": ["task"]}}}
    praise = {"count": {"kinds": ["record.praise"]}}
    document = scheme(
        criterion("A", "40"),
        criterion(
            "P",
            "5",
            nature="bonus",
            measure=praise,
            score={"per_unit": {"points": "1"}},
            missing=None,
        ),
    )
    document["dimensions"][0] |= {"cap": "42"}
    other = {"code": "D2", "title": {"en": "D2", "zh": "D2"}}
    document["dimensions"].append({**other, "criteria": [criterion("B", "60", measure=nothing)]})
    loaded = scoring.load_scheme(document)
    [result] = assess(loaded, [(1, 1, 4, 0, 0)]).subjects
    assert [(item.code, str(item.full)) for item in result.criteria] == [
        ("A", "100.00"),
        ("P", "5.00"),
        ("B", "0.00"),
    ]
    assert str(result.total) == "102.00"
    [line] = scoring.explain(loaded, result, "2026-10").adjustments
    assert (line.limit.value, str(line.points), line.text.zh) == (
        "dimension_cap",
        "-2.00",
        "“D1”合计以 42 分为限",
    )


@pytest.mark.parametrize("row", by_case("Worked: bands by shares"))
def test_bands_take_no_more_than_their_share(row: dict[str, str]) -> None:
    document = scheme(
        criterion(
            "A",
            measure={"count": {"kinds": ["task"]}},
            score={"proportional": {"target": "100"}},
            missing=None,
        ),
        ties=row["ties"],
    )
    document["bands"][0]["at_most"] = row["A at most"]
    document["bands"][1]["at_most"] = "0.5"
    loaded = scoring.load_scheme(document)
    results = assess(loaded, [(int(total),) for total in row["totals"].split(", ")])
    assert ", ".join(item.band or "" for item in results.subjects) == row["bands"]
    if row["case"] == "a tenth of ten is one":
        shown = scoring.explain(loaded, results.subjects[1], "2026-10")
        assert (shown.band and shown.band.zh, shown.band_note and shown.band_note.zh) == (
            "B",
            "总分达到“A”，但“A”不超过可比组参评数的 10%（参评 10 个，名额 1 个），名额已满，列为“B”",
        )
        assert results.group("office").bands == {"A": 1, "B": 5, "C": 4}
        alone = scoring.assess(
            loaded,
            "2026-10",
            [results.subjects[1].subject],
            {1: (100,)},
            2,
            results.subjects,
        ).subjects[0]
        assert (alone.band, str(alone.total)) == ("A", "100.00")


def test_page_names_every_measure_nature_policy_window_and_band_of_the_scheme() -> None:
    page = PAGE.read_text(encoding="utf-8")
    words = [
        *(item.value for item in scoring.Nature),
        *(item.value for item in scoring.Missing),
        *("count", "sum", "months", "ratio", "average", "raters", "rank", "percentile", "once"),
        *("proportional", "steps", "per_unit", "threshold", "at_most", "cap", "floor", "ties"),
        *("month", "quarter", "year", "last_3_months", "last_12_months"),
        *("bonus_cap", "deduction_floor", "when", "otherwise"),
    ]
    assert [word for word in words if f"`{word}" not in page] == []
