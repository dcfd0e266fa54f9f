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
def measures(draw: st.DrawFn, *, person: bool, ratio: bool) -> dict[str, Any]:
    selector = selectors(person=person)
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
def scores(draw: st.DrawFn, points: Decimal, *, basic: bool) -> dict[str, Any]:
    forms = ["proportional", "steps", "at_least", "at_most"] + ([] if basic else ["per_unit"])
    form = draw(st.sampled_from(forms))
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
def schemes(draw: st.DrawFn) -> dict[str, Any]:
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
        policies = ["full", "zero", "leave_out", "not_rated"] if nature == "basic" else ["zero"]
        measure = draw(measures(person=person, ratio=ratio))
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
                score=None if nature == "veto" else draw(scores(points, basic=nature == "basic")),
                missing=draw(st.sampled_from(policies)) if ratio else None,
                veto=veto,
            )
        )
    changes: dict[str, Any] = {"subject": "person", "unit_kinds": []} if person else {}
    return scheme(*criteria, **changes)
