"""What holds for every scheme and every set of facts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import ibis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang_core import scoring
from linghang_core.scoring.scheme import Criterion
from linghang_core.scoring.score import redistribute, share_of_points
from tests.core.scoring import reference
from tests.core.scoring.cases import criterion
from tests.core.scoring.facts import Fact, table
from tests.core.scoring.strategies import facts, schemes

CHECKS = list(HealthCheck)
LAKE = settings(max_examples=25, deadline=None, suppress_health_check=CHECKS)
PLAIN = settings(max_examples=100, deadline=None, suppress_health_check=CHECKS)


def subjects(scheme: scoring.Scheme) -> list[scoring.Subject]:
    known = {"members": 4, "months_active": 12, "line_of_work": "office"}
    if scheme.subject == "person":
        return [scoring.Subject(person, f"P{person}", known) for person in (1, 2)]
    return [
        scoring.Subject(1, "U1", known, (1,)),
        scoring.Subject(2, "U2", {**known, "line_of_work": "station"}, (2, 3)),
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
    return len(rows) if aggregate == "count" else len({f"{f.counts_on:%Y-%m}" for f in rows})


@LAKE
@given(schemes(), facts())
def test_engine_counts_what_the_predicates_say(document: dict[str, Any], rows: list[Fact]) -> None:
    assert run(document, rows).digest() == run_plainly(document, rows).digest()


@LAKE
@given(schemes(), facts())
def test_engine_equals_the_plain_reference(document: dict[str, Any], rows: list[Fact]) -> None:
    results = run(document, rows)
    for item in results.subjects:
        total, points = reference.evaluate(
            results.scheme, "2026-10", item.subject, rows, results.as_of_seq
        )
        assert {one.code: one.points for one in item.criteria} == points
        assert item.total == total


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
            assert item.band == results.scheme.band_of(item.total).code
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
