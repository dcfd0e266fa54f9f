"""What holds for every scheme and every set of facts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang_core import scoring
from linghang_core.scoring.bands import award_bands
from linghang_core.scoring.scheme import Criterion
from linghang_core.scoring.score import redistribute, share_of_points
from tests.core.scoring import reference
from tests.core.scoring.cases import criterion, scheme
from tests.core.scoring.facts import Fact, table
from tests.core.scoring.strategies import facts, schemes

CHECKS = list(HealthCheck)
LAKE = settings(max_examples=25, deadline=None, suppress_health_check=CHECKS)
PLAIN = settings(max_examples=50, deadline=None, suppress_health_check=CHECKS)


def subjects(scheme: scoring.Scheme) -> list[scoring.Subject]:
    known = {"members": 4, "months_active": 12, "line_of_work": "office"}
    if scheme.subject == "person":
        return [scoring.Subject(person, f"P{person}", known) for person in (1, 2, 3)]
    return [
        scoring.Subject(1, "U1", known, (1,)),
        scoring.Subject(2, "U2", {**known, "line_of_work": "station"}, (2,)),
        scoring.Subject(3, "U3", known, (3,)),
        scoring.Subject(4, "U4", known, (4, 5)),
    ]


def run(document: dict[str, Any], rows: Sequence[Fact], as_of_seq: int = 35) -> scoring.Results:
    scheme = scoring.load_scheme(document)
    lake = ibis.memtable(table(rows))
    return scoring.evaluate(scheme, "2026-10", subjects(scheme), lake, as_of_seq)


def run_plainly(
    document: dict[str, Any], rows: Sequence[Fact], as_of_seq: int = 35
) -> scoring.Results:
    """The same without the engine: facts counted one by one by what each predicate says."""
    scheme = scoring.load_scheme(document)
    plan, known = scoring.compile_scheme(scheme), subjects(scheme)
    counts = {}
    for subject in known:
        own = reference.own_facts(scheme, subject, rows, as_of_seq)
        counts[subject.id] = tuple(
            count_plainly(atom.aggregate, [f for f in own if atom.predicate(days).matches(f)])
            for atom, days in zip(plan.atoms, plan.spans("2026-10"), strict=True)
        )
    return scoring.assess(scheme, "2026-10", known, counts, as_of_seq)


def count_plainly(aggregate: str, rows: Sequence[Fact]) -> int:
    if aggregate == "sum":
        return sum(fact.quantity for fact in rows)
    if aggregate == "days":
        return len({fact.counts_on for fact in rows})
    return len(rows) if aggregate == "count" else len({f"{f.counts_on:%Y-%m}" for f in rows})


@LAKE
@given(schemes(), facts())
def test_engine_counts_what_the_predicates_say(document: dict[str, Any], rows: list[Fact]) -> None:
    assert run(document, rows).digest() == run_plainly(document, rows).digest()


@LAKE
@given(schemes(), facts())
def test_engine_equals_the_plain_reference(document: dict[str, Any], rows: list[Fact]) -> None:
    results = run(document, rows)
    rated = subjects(results.scheme)
    slowly = reference.evaluate(results.scheme, "2026-10", rated, rows, results.as_of_seq)
    for item in results.subjects:
        points = {one.code: one.points for one in item.criteria}
        assert (item.total, points, item.band) == slowly[item.subject.code]


@LAKE
@given(schemes(), facts(), st.randoms(use_true_random=False))
def test_order_of_facts_changes_nothing(
    document: dict[str, Any], rows: list[Fact], chance: random.Random
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert run(document, shuffled).digest() == run(document, rows).digest()


@LAKE
@given(schemes(), facts())
def test_facts_of_later_sequences_change_no_number(
    document: dict[str, Any], rows: list[Fact]
) -> None:
    known = [fact for fact in rows if fact.seq <= 20]
    assert run(document, rows, 20).digest() == run(document, known, 20).digest()


@PLAIN
@given(schemes(), facts())
def test_totals_lie_within_the_limits_and_in_their_band(
    document: dict[str, Any], rows: list[Fact]
) -> None:
    results = run_plainly(document, rows)
    for item in results.subjects:
        if item.total is not None:
            assert results.scheme.total.minimum <= item.total <= results.scheme.total.maximum
            codes = [band.code for band in results.scheme.bands]
            earned = results.scheme.band_of(item.total).code
            assert item.band is not None
            assert codes.index(item.band) >= codes.index(earned)
            assert (item.held is None) == (item.band == earned)
        else:
            assert item.band is None


@given(st.lists(st.integers(1, 9999), min_size=1, max_size=30), st.integers(1, 20000))
def test_redistributed_points_add_up_to_the_base(points: list[int], base: int) -> None:
    shared = redistribute(points, base)
    assert sum(shared) == base
    total = sum(points)
    assert all(
        abs(Fraction(new) - Fraction(old * base, total)) < 1
        for old, new in zip(points, shared, strict=True)
    )


FRACTIONS = st.fractions(-5, 15, max_denominator=50)


@given(FRACTIONS, FRACTIONS)
def test_proportional_never_falls_as_the_value_rises(one: Fraction, other: Fraction) -> None:
    rising = Criterion.model_validate(
        criterion("A", score={"proportional": {"start": "1", "target": "9"}})
    )
    falling = Criterion.model_validate(
        criterion("A", score={"proportional": {"start": "9", "target": "1"}})
    )
    low, high = sorted((one, other))
    assert 0 <= share_of_points(rising, low) <= share_of_points(rising, high) <= 1
    assert 1 >= share_of_points(falling, low) >= share_of_points(falling, high) >= 0


@PLAIN
@given(schemes(), facts())
def test_one_recomputed_among_the_others_comes_out_the_same(
    document: dict[str, Any], rows: list[Fact]
) -> None:
    """What a correction starts from: nothing changed, so nothing moves, places and bands included."""
    results = run_plainly(document, rows)
    plan = scoring.compile_scheme(results.scheme)
    for item in results.subjects:
        own = reference.own_facts(results.scheme, item.subject, rows, 35)
        counts = tuple(
            count_plainly(atom.aggregate, [f for f in own if atom.predicate(days).matches(f)])
            for atom, days in zip(plan.atoms, plan.spans("2026-10"), strict=True)
        )
        [again] = scoring.assess(
            results.scheme,
            "2026-10",
            [item.subject],
            {item.subject.id: counts},
            35,
            results.subjects,
        ).subjects
        assert again == item


@PLAIN
@given(schemes(), facts())
def test_missing_is_zero_only_where_the_scheme_says_so(
    document: dict[str, Any], rows: list[Fact]
) -> None:
    results = run_plainly(document, rows)
    for item in results.subjects:
        for rule, one in zip(results.scheme.criteria, item.criteria, strict=True):
            if one.state is scoring.State.MISSING:
                assert rule.missing is not scoring.Missing.LEAVE_OUT
                assert rule.missing is not scoring.Missing.NOT_RATED or not item.is_rated
                zero = rule.missing is scoring.Missing.ZERO
                assert abs(one.raw) == (0 if zero else one.full) or not item.is_rated


def rising(code: str, nature: str, kind: str, points: str, **changes: Any) -> dict[str, Any]:
    """A criterion that never gives less for more: by share of a number, steps, or each."""
    scores = {
        "basic": {"proportional": {"start": "1", "target": "7"}},
        "bonus": {"per_unit": {"points": "0.7"}},
        "steps": {"steps": [{"from": "1", "points": "3"}, {"from": "4", "points": points}]},
    }
    return criterion(
        code,
        points,
        nature="basic" if nature == "steps" else nature,
        measure={"count": {"kinds": [kind]}},
        score=scores[nature],
        missing=None,
        **changes,
    )


MONOTONE = scheme(
    rising("A", "basic", "task", "40"),
    rising("B", "steps", "record.praise", "20"),
    rising("C", "bonus", "task", "5", once="both"),
    rising("D", "bonus", "record.praise", "4", once="both"),
    criterion(
        "P",
        "40",
        measure={"count": {"kinds": ["service.hours"]}},
        score={"rank": {"best": "40", "worst": "3"}},
        missing="zero",
    ),
)
MONOTONE["dimensions"][0]["cap"] = "103"


@PLAIN
@given(facts(), st.sampled_from(["task", "record.praise", "service.hours"]), st.integers(1, 4))
def test_more_good_facts_never_lower_a_score(rows: list[Fact], kind: str, unit: int) -> None:
    more = [*rows, Fact(35, kind, unit)]
    before, after = run_plainly(MONOTONE, rows), run_plainly(MONOTONE, more)
    for old, new in zip(before.subjects, after.subjects, strict=True):
        if unit in old.subject.units:
            assert (new.total or 0) >= (old.total or 0)


@given(
    st.dictionaries(st.integers(1, 40), st.integers(0, 110).map(Decimal), max_size=40),
    st.sampled_from(["all_in", "all_out"]),
    st.sampled_from(["0.1", "0.25", "0.4"]),
)
def test_bands_hold_their_shares_and_the_order_of_totals(
    totals: dict[int, Decimal], ties: str, share: str
) -> None:
    document = scheme(ties=ties)
    document["bands"][0]["at_most"] = share
    document["bands"][1]["at_most"] = "0.4"
    loaded = scoring.load_scheme(document)
    bands = {key: band for key, (band, _held) in award_bands(loaded, totals).items()}
    assert bands.keys() == totals.keys()
    places = {"A": int(Fraction(share) * len(totals)), "B": int(Fraction("0.4") * len(totals))}
    for code, room in places.items():
        inside = [totals[key] for key in totals if bands[key] == code]
        without_ties = len([total for total in inside if total > min(inside)]) + 1
        assert len(inside) <= room or (ties == "all_in" and without_ties <= room)
        assert all(total >= loaded.band(code).lower for total in inside)
    ordered = sorted(totals, key=lambda key: -totals[key])
    assert [bands[key] for key in ordered] == sorted(bands.values())
    assert len({(total, bands[key]) for key, total in totals.items()}) == len(set(totals.values()))


@given(st.lists(st.sets(st.integers(1, 6), min_size=1), min_size=2, max_size=4))
def test_parent_and_child_never_both_count(units: list[set[int]]) -> None:
    loaded = scoring.load_scheme(scheme())
    known = {"line_of_work": "office"}
    rated = [
        scoring.Subject(place, f"U{place}", known, tuple(sorted(own)))
        for place, own in enumerate(units)
    ]
    counts = {subject.id: (1, 1) for subject in rated}
    if sum(map(len, units)) == len(set().union(*units)):
        assert len(scoring.assess(loaded, "2026-10", rated, counts, 1).subjects) == len(units)
    else:
        with pytest.raises(scoring.EvaluationError, match="a fact must count once"):
            scoring.assess(loaded, "2026-10", rated, counts, 1)
