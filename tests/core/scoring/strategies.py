"""Random schemes and facts for the laws of scoring."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from tests.core.scoring.cases import criterion, scheme
from tests.core.scoring.facts import Fact

KINDS = ["task", "cadence.theme_day", "cadence.lecture", "record.praise", "service.hours"]
STATUSES = ["", "met", "missed", "on_time"]
SCHEME_KINDS = [*KINDS, "cadence.*", "record.*"]


@st.composite
def facts(draw: st.DrawFn) -> list[Fact]:
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(KINDS),
                st.integers(1, 4),
                st.one_of(st.none(), st.integers(1, 3)),
                st.dates(date(2025, 9, 1), date(2026, 12, 31)),
                st.integers(0, 900),
                st.sampled_from(STATUSES),
                st.booleans(),
                st.booleans(),
                st.one_of(st.none(), st.integers(1, 40)),
            ),
            max_size=40,
        )
    )
    return [
        Fact(seq, kind, unit, person, day, quantity, status, verified, late, withdrawn)
        for seq, (
            kind, unit, person, day, quantity, status, verified, late, withdrawn,
        ) in enumerate(rows, start=1)
    ]  # fmt: skip


@st.composite
def selectors(draw: st.DrawFn, *, person: bool) -> dict[str, Any]:
    document: dict[str, Any] = {
        "kinds": draw(st.lists(st.sampled_from(SCHEME_KINDS), min_size=1, max_size=3))
    }
    if draw(st.booleans()):
        document["statuses"] = draw(st.lists(st.sampled_from(STATUSES), min_size=1, max_size=3))
    if draw(st.integers(0, 3)) == 0:
        document["verified"] = draw(st.booleans())
    if draw(st.integers(0, 3)) == 0:
        document["late"] = draw(st.booleans())
    levels = ["person", "any"] if person else ["unit", "person", "any"]
    document["level"] = draw(st.sampled_from(levels))
    return document


@st.composite
def raters(draw: st.DrawFn) -> dict[str, Any]:
    """Two or three kinds of raters: facts of any kind serve as marks."""
    statuses = draw(st.lists(st.sampled_from(STATUSES[1:]), min_size=2, max_size=3, unique=True))
    cuts = draw(
        st.lists(
            st.integers(1, 99), min_size=len(statuses) - 1, max_size=len(statuses) - 1, unique=True
        )
    )
    weights = [high - low for low, high in pairwise([0, *sorted(cuts), 100])]
    return {
        "kinds": draw(st.lists(st.sampled_from(SCHEME_KINDS), min_size=1, max_size=2)),
        "weights": [
            {"status": status, "weight": str(weight)}
            for status, weight in zip(statuses, weights, strict=True)
        ],
    }


@st.composite
def measures(draw: st.DrawFn, *, person: bool, ratio: bool, plain: bool = False) -> dict[str, Any]:
    selector = selectors(person=person)
    form = draw(st.integers(0, 4)) if ratio and not plain else None
    if form == 0:
        return {"average": draw(selector)}
    if form == 1:
        return {"raters": draw(raters())}
    if not ratio:
        return {draw(st.sampled_from(["count", "sum", "months", "days"])): draw(selector)}
    aggregates = st.sampled_from(["count", "sum", "months", "days"])
    to: dict[str, Any] = {"attribute": "members"}
    if draw(st.integers(0, 4)):
        to = {**draw(selector), "aggregate": draw(aggregates)}
    return {"ratio": {"of": {**draw(selector), "aggregate": draw(aggregates)}, "to": to}}


def _numbers(low: str, high: str) -> st.SearchStrategy[str]:
    return st.decimals(Decimal(low), Decimal(high), places=2).map(str)


@st.composite
def scores(draw: st.DrawFn, points: Decimal, *, basic: bool, plain: bool = False) -> dict[str, Any]:
    forms = ["proportional", "steps", "at_least", "at_most"] + ([] if basic else ["per_unit"])
    forms += ["rank", "percentile"] if not plain and draw(st.booleans()) else []
    form = draw(st.sampled_from(forms))
    if form == "rank":
        return {"rank": {"best": str(points)}}
    if form == "percentile":
        tops = draw(st.lists(st.sampled_from(["0.1", "0.34", "0.5", "1"]), min_size=1, unique=True))
        return {
            "percentile": [
                {"top": top, "points": draw(_numbers("0", str(points)))}
                for top in sorted(tops, key=Decimal)
            ]
        }
    if form == "proportional":
        start, target = draw(
            st.lists(_numbers("0", "9"), min_size=2, max_size=2, unique_by=Decimal)
        )
        return {"proportional": {"start": start, "target": target}}
    if form == "steps":
        lowers = draw(st.lists(_numbers("0", "9"), min_size=1, max_size=4, unique_by=Decimal))
        return {
            "steps": [
                {"from": lower, "points": draw(_numbers("0", str(points)))}
                for lower in sorted(lowers, key=Decimal)
            ]
        }
    if form == "per_unit":
        return {"per_unit": {"points": draw(_numbers("0.01", "3")), "cap": str(points)}}
    return {"threshold": {form: draw(_numbers("0", "5"))}}


@st.composite
def schemes(draw: st.DrawFn, *, plain: bool = False) -> dict[str, Any]:
    """A scheme of any kind, or a plain one: without what compares or limits by parts."""
    person = draw(st.booleans())
    criteria = []
    cuts = draw(st.lists(st.integers(1, 9999), min_size=0, max_size=5, unique=True))
    edges = [0, *sorted(cuts), 10000]
    basic = [Decimal(high - low).scaleb(-2) for low, high in pairwise(edges)]
    rest = draw(st.lists(st.sampled_from(["bonus", "deduction", "veto"]), max_size=4))
    natures = ["basic"] * len(basic) + rest
    for place, nature in enumerate(natures):
        points = basic[place] if nature == "basic" else Decimal(draw(_numbers("0.5", "12")))
        ratio = nature != "veto" and draw(st.booleans())
        score = (
            None if nature == "veto" else draw(scores(points, basic=nature == "basic", plain=plain))
        )
        by_place = bool(score and {"rank", "percentile"} & score.keys())
        policies = ["full", "zero", "leave_out", "not_rated"] if nature == "basic" else ["zero"]
        measure = draw(measures(person=person, ratio=ratio, plain=plain))
        veto = None
        if nature == "veto":
            measure = {"count": draw(selectors(person=person))}
            veto = draw(st.sampled_from([{"band": "A"}, {"band": "C"}, {"maximum": "30.50"}]))
        criteria.append(
            criterion(
                f"C{place}",
                None if nature == "veto" else str(points),
                nature=nature,
                window=draw(
                    st.sampled_from(["month", "quarter", "year", "last_3_months", "last_12_months"])
                ),
                measure=measure,
                score=score,
                missing=draw(st.sampled_from(policies)) if ratio or by_place else None,
                veto=veto,
                lower_is_better=True if by_place and draw(st.booleans()) else None,
            )
        )
    for nature in ("bonus", "deduction"):
        alike = [item for item in criteria if item["nature"] == nature]
        if not plain and len(alike) > 1 and draw(st.booleans()):
            for item in alike:
                item["once"] = f"one-{nature}"
    changes: dict[str, Any] = {"subject": "person", "unit_kinds": []} if person else {}
    document = scheme(*criteria, **changes)
    if plain:
        return document
    [part] = document["dimensions"]
    if draw(st.booleans()):
        part["cap"] = draw(st.sampled_from(["100", "103.5"]))
    if draw(st.booleans()):
        part["floor"] = "-4.25"
    if draw(st.booleans()):
        document["bands"][0]["at_most"] = draw(st.sampled_from(["0.25", "0.5"]))
        document["bands"][1]["at_most"] = "0.34"
        document["ties"] = draw(st.sampled_from(["all_in", "all_out"]))
    return document
