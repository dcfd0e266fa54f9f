"""Reading the lake, as-of, peer groups, ratings, places, digests and what-if."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pytest

from linghang_core import scoring
from tests.core.scoring.cases import criterion, scheme
from tests.core.scoring.facts import Fact, table, write_lake

OFFICE = {"line_of_work": "office", "members": 5, "months_active": 12}
STATION = {**OFFICE, "line_of_work": "station"}
ROWS = [
    Fact(1, "cadence.theme_day", 1, status="met"),
    Fact(2, "cadence.theme_day", 1, status="missed", withdrawn_seq=8),
    Fact(3, "cadence.theme_day", 2, status="met", counts_on=date(2026, 10, 1)),
    Fact(4, "cadence.theme_day", 2, status="missed", counts_on=date(2026, 10, 31)),
    Fact(5, "cadence.theme_day", 3, status="missed"),
    Fact(6, "cadence.theme_day", 1, status="missed", counts_on=date(2026, 9, 30)),
    Fact(7, "cadence.theme_day", 1, status="missed", counts_on=date(2026, 11, 1)),
]
UNITS = [
    scoring.Subject(1, "U1", OFFICE, (1,)),
    scoring.Subject(2, "U2", OFFICE, (2,)),
    scoring.Subject(3, "U3", STATION, (3,)),
]


def evaluate(
    document: dict[str, Any] | None = None,
    subjects: Sequence[scoring.Subject] = UNITS,
    *,
    as_of_seq: int = 7,
    period: str = "2026-10",
) -> scoring.Results:
    loaded = scoring.load_scheme(document or scheme())
    lake = ibis.memtable(table(ROWS))
    return scoring.evaluate(loaded, period, subjects, lake, as_of_seq)


def totals(results: scoring.Results) -> dict[str, str | None]:
    return {
        item.subject.code: None if item.total is None else str(item.total)
        for item in results.subjects
    }


def test_only_facts_inside_the_window_count() -> None:
    assert totals(evaluate()) == {"U1": "50.00", "U2": "50.00", "U3": "0.00"}


def test_withdrawn_fact_counts_until_it_is_withdrawn() -> None:
    assert totals(evaluate(as_of_seq=8))["U1"] == "100.00"


def test_fact_counts_only_once_its_sequence_is_reached() -> None:
    assert totals(evaluate(as_of_seq=3))["U2"] == "100.00"


def test_folder_of_parquet_files_gives_the_same_as_a_table(tmp_path: Path) -> None:
    loaded = scoring.load_scheme(scheme(criterion("A", window="last_3_months")))
    folder = write_lake(ROWS, tmp_path)
    from_files = scoring.evaluate(loaded, "2026-10", UNITS, folder, 7)
    from_table = scoring.evaluate(loaded, "2026-10", UNITS, ibis.memtable(table(ROWS)), 7)
    assert totals(from_files) == {"U1": "33.33", "U2": "50.00", "U3": "0.00"}
    assert from_files.digest() == from_table.digest()


def test_lake_without_the_months_asked_for_measures_nothing(tmp_path: Path) -> None:
    loaded = scoring.load_scheme(scheme())
    results = scoring.evaluate(loaded, "2025-01", UNITS, write_lake(ROWS, tmp_path), 7)
    assert totals(results) == {"U1": None, "U2": None, "U3": None}
    assert results.subjects[0].reason is scoring.NotRated.NOTHING_MEASURED


def test_equal_readings_become_one_atom() -> None:
    twice = {"kinds": ["record.praise", "record.*", "task"], "statuses": ["b", "a"]}
    once = {"kinds": ["task", "record.*"], "statuses": ["a", "b", "a"]}
    loaded = scoring.load_scheme(
        scheme(
            criterion("A", "50", measure={"count": twice}, missing=None),
            criterion("B", "50", measure={"count": once}, missing=None),
        )
    )
    plan = scoring.compile_scheme(loaded)
    assert [(atom.kinds, atom.statuses) for atom in plan.atoms] == [
        (("record.*", "task"), ("a", "b"))
    ]
    assert [reading.of for reading in plan.readings] == [0, 0]


def test_facts_of_a_person_are_those_naming_the_person() -> None:
    rows = [
        Fact(1, "service.visit", unit_id=1, person_id=7),
        Fact(2, "service.visit", unit_id=2, person_id=7),
        Fact(3, "service.visit", unit_id=1),
    ]
    loaded = scoring.load_scheme(
        scheme(
            criterion("A", measure={"count": {"kinds": ["service.visit"]}}, missing=None),
            subject="person",
            unit_kinds=[],
        )
    )
    persons = [scoring.Subject(7, "P7", OFFICE), scoring.Subject(1, "P1", OFFICE)]
    results = scoring.evaluate(loaded, "2026-10", persons, ibis.memtable(table(rows)), 9)
    assert [item.criteria[0].counts for item in results.subjects] == [(2,), (0,)]


def test_unit_given_to_two_subjects_is_refused_naming_both() -> None:
    parent = scoring.Subject(9, "PARENT", OFFICE, (1, 2))
    with pytest.raises(
        scoring.EvaluationError, match="unit 1 counts for U1 and for PARENT; a fact must count once"
    ):
        evaluate(subjects=[*UNITS, parent])


def test_attribute_that_the_scheme_asks_for_must_be_given() -> None:
    subject = scoring.Subject(1, "U1", {"members": 5}, (1,))
    with pytest.raises(
        scoring.EvaluationError, match="U1: the scheme asks for the attribute 'line"
    ):
        evaluate(subjects=[subject])


@pytest.mark.parametrize("period", ["2026", "2026Q4", "2026-13", "october"])
def test_period_of_another_kind_is_refused(period: str) -> None:
    with pytest.raises(scoring.EvaluationError):
        evaluate(period=period)


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        ({"members": 6}, scoring.NotRated.TOO_FEW_MEMBERS),
        ({"months": 13}, scoring.NotRated.TOO_YOUNG),
        ({"members": 5, "months": 12}, None),
    ],
)
def test_subject_below_the_minimum_sample_is_not_rated(
    sample: dict[str, int], reason: scoring.NotRated | None
) -> None:
    assert evaluate(scheme(minimum_sample=sample)).subjects[0].reason is reason


def test_criterion_without_data_can_forbid_rating() -> None:
    nothing = {"ratio": {"of": {"kinds": ["task"]}, "to": {"kinds": ["task"]}}}
    document = scheme(
        criterion("A", "50"), criterion("B", "50", measure=nothing, missing="not_rated")
    )
    first = evaluate(document).subjects[0]
    assert (first.reason, first.total) == (scoring.NotRated.CRITERION_WITHOUT_DATA, None)


def test_criterion_that_does_not_apply_is_left_out_and_its_points_shared() -> None:
    only_stations = {"attribute": "line_of_work", "equals": ["station"]}
    task = {"count": {"kinds": ["task"]}}
    document = scheme(
        criterion("A", "50"), criterion("B", "50", measure=task, missing=None, when=only_stations)
    )
    results = evaluate(document)
    assert totals(results) == {"U1": "50.00", "U2": "50.00", "U3": "0.00"}
    states = [item.criterion("B").state for item in results.subjects]
    assert states == [scoring.State.LEFT_OUT, scoring.State.LEFT_OUT, scoring.State.SCORED]


def test_ratio_to_the_members_of_the_subject() -> None:
    per_member = {
        "ratio": {
            "of": {"kinds": ["cadence.theme_day"], "aggregate": "sum"},
            "to": {"attribute": "members"},
        }
    }
    results = evaluate(scheme(criterion("A", measure=per_member)))
    assert results.subjects[0].criteria[0].value == Decimal(2) / 5
    assert totals(results)["U1"] == "40.00"


def test_peer_groups_are_summed_up_apart() -> None:
    office, station = evaluate().group("office"), evaluate().group("field")
    assert (office.rated, office.median, office.bands) == (
        2,
        Decimal("50.00"),
        {"A": 0, "B": 0, "C": 2},
    )
    assert (station.rated, station.median) == (1, Decimal("0.00"))


def test_quartiles_lie_between_neighbouring_totals() -> None:
    task = {"count": {"kinds": ["task"]}}
    loaded = scoring.load_scheme(
        scheme(
            criterion("A", measure=task, missing=None, score={"proportional": {"target": "100"}})
        )
    )
    units = [scoring.Subject(n, f"U{n}", OFFICE, (n,)) for n in range(4)]
    counts = {0: (10,), 1: (20,), 2: (45,), 3: (81,)}
    group = scoring.assess(loaded, "2026-10", units, counts, 1).group("office")
    assert (group.lower_quartile, group.median, group.upper_quartile) == (
        Decimal("17.50"),
        Decimal("32.50"),
        Decimal("54.00"),
    )


def test_units_share_a_place_when_their_totals_are_equal() -> None:
    results = evaluate(scheme(ranks=True))
    assert [results.rank(code) for code in ("U1", "U2", "U3")] == [1, 1, 1]


def test_unit_has_no_place_unless_the_scheme_asks() -> None:
    assert evaluate().rank("U1") is None


def test_person_never_has_a_place() -> None:
    persons = [scoring.Subject(1, "P1", OFFICE), scoring.Subject(2, "P2", OFFICE)]
    task = {"count": {"kinds": ["task"]}}
    document = scheme(
        criterion("A", measure=task, missing=None), subject="person", unit_kinds=[], ranks=True
    )
    assert evaluate(document, persons).rank("P1") is None


def test_same_run_twice_has_the_same_digest() -> None:
    assert evaluate().digest() == evaluate(subjects=UNITS[::-1]).digest()


@pytest.mark.parametrize(
    "other",
    [
        lambda: evaluate(as_of_seq=6),
        lambda: evaluate(period="2026-11"),
        lambda: evaluate(scheme(version="1.0.1")),
        lambda: evaluate(subjects=UNITS[:2]),
        lambda: evaluate(subjects=[*UNITS[:2], replace(UNITS[2], attributes=OFFICE)]),
    ],
)
def test_other_run_has_another_digest(other: Any) -> None:
    assert other().digest() != evaluate().digest()


def test_comparison_tells_who_moves_and_why() -> None:
    before = evaluate()
    draft = scheme(
        criterion("D1-1", "40"),
        criterion("D1-2", "60", measure={"months": {"kinds": ["cadence.*"]}}, missing=None),
    )
    found = scoring.compare(before, evaluate(draft))
    assert [(move.code, move.change) for move in found.moves] == [
        ("U3", Decimal("60.00")),
        ("U1", Decimal("30.00")),
        ("U2", Decimal("30.00")),
    ]
    assert [(item.criterion, item.before, item.after) for item in found.moves[1].differences] == [
        ("D1-2", None, Decimal("60.00")),
        ("D1-1", Decimal("50.00"), Decimal("20.00")),
    ]
    assert (found.unchanged, found.band_changes) == (0, 3)


def test_comparison_with_itself_moves_nobody() -> None:
    found = scoring.compare(evaluate(), evaluate(subjects=UNITS[1:]))
    assert (found.moves, found.unchanged) == ((), 2)
    assert (found.only_before, found.only_after) == (("U1",), ())


def test_one_whose_facts_cannot_be_known_takes_no_place_in_a_correction_either() -> None:
    count = {"count": {"kinds": ["task"]}}
    rank = criterion("A", measure=count, score={"rank": {"best": "100"}}, missing="zero")
    loaded = scoring.load_scheme(scheme(rank))
    ways = ["own_branch", "shared_branch", "own_branch", "no_branch"]
    subjects = [
        scoring.Subject(n, f"U{n}", {**OFFICE, "coverage": way}, (n,))
        for n, way in enumerate(ways, 1)
    ]
    counts = {1: (5,), 2: (9,), 3: (3,), 4: (7,)}
    results = scoring.assess(loaded, "2026-10", subjects, counts, 7)
    places = [item.criteria[0].place for item in results.subjects]
    assert [(one.number, one.of) for one in places if one] == [(1, 2), (1, 3), (2, 2), (1, 3)]
    for item in results.subjects:
        own = {item.subject.id: counts[item.subject.id]}
        again = scoring.assess(loaded, "2026-10", [item.subject], own, 7, results.subjects)
        assert again.subjects == (item,)
