"""Marking by columns gives what `assess` gives, subject by subject."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang_core import scoring
from linghang_core.scoring import Results, Scheme, Subject
from linghang_core.scoring.national.marking import REASONS, STATES, Marker, is_known, rank
from linghang_core.scoring.national.roster import Roster
from linghang_core.scoring.scheme.measures import Score
from tests.core.scoring.strategies import schemes

SOME = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def crowd(chance: random.Random, wanted: Scheme, count: int, top: int) -> tuple[list[Subject], Any]:
    """Subjects of all kinds, with numbers read from nothing to a little over the top."""
    subjects = [
        Subject(
            number,
            f"S{number}",
            {
                "members": chance.choice([0, 3, 4, 12, Decimal("2.5")]),
                "months_active": chance.choice([1, 12]),
                "line_of_work": chance.choice(["office", "station"]),
                "coverage": chance.choice(["", "own_branch", "shared_branch", "no_branch"]),
            },
            () if wanted.subject == "person" else (number + 50,),
        )
        for number in range(1, count + 1)
    ]
    plan = scoring.compile_scheme(wanted)
    counts = {
        item.id: tuple(chance.choice([0, 0, 1, 2, chance.randrange(top)]) for _ in plan.atoms)
        for item in subjects
    }
    return subjects, counts


def by_columns(
    wanted: Scheme, subjects: Sequence[Subject], counts: Any, few: int | None
) -> list[tuple[Any, ...]]:
    """Each subject's marks in plain words."""
    marker = Marker(wanted, "2026-10", few=few or 0)
    marker.by_columns = few is not None
    roster = Roster.of(wanted.subject, subjects)
    atoms = [
        np.array([counts[item.id][place] for item in subjects], np.int64)
        for place in range(len(marker.plan.atoms))
    ]
    marks = marker.mark(roster, atoms)
    places = (
        rank(marks.totals, marks.groups, marks.reasons)
        if wanted.may_rank
        else np.zeros(len(subjects), int)
    )
    return [
        (
            wanted.peer_groups[marks.groups[row]].code,
            [
                (STATES[state[row]], int(full[row]), int(points[row]))
                for state, full, points in zip(marks.states, marks.full, marks.points, strict=True)
            ],
            REASONS[marks.reasons[row] - 1] if marks.reasons[row] else None,
            None if marks.reasons[row] else int(marks.totals[row]),
            None if marks.reasons[row] else wanted.bands[marks.bands[row]].code,
            int(places[row]) or None,
        )
        for row in range(len(subjects))
    ]


def one_by_one(results: Results) -> list[tuple[Any, ...]]:
    return [
        (
            item.group,
            [(one.state, int(one.full * 100), int(one.points * 100)) for one in item.criteria],
            item.reason,
            None if item.total is None else int(item.total * 100),
            item.band,
            results.rank(item.subject.code),
        )
        for item in results.subjects
    ]


@SOME
@given(
    schemes(plain=True),
    st.integers(0, 2**32),
    st.sampled_from([5, 900, 10**7, 10**13]),
    st.booleans(),
)
def test_columns_give_what_assess_gives(
    document: dict[str, Any], seed: int, top: int, young: bool
) -> None:
    document["minimum_sample"] = {"months": 6 if young else 0}
    if document["subject"] == "unit":
        document |= {"ranks": True, "minimum_sample": {"months": 6 if young else 0, "members": 4}}
    if seed % 2:
        first = document["dimensions"][0]["criteria"][0]
        first["when"] = {"attribute": "members", "at_least": "3.5"}
    wanted = scoring.load_scheme(document)
    subjects, counts = crowd(random.Random(seed), wanted, 60, top)
    expected = one_by_one(scoring.assess(wanted, "2026-10", subjects, counts, 1))
    assert is_known(wanted)
    # Asked one by one, and by arrays wherever the numbers have room.
    assert by_columns(wanted, subjects, counts, 4096) == expected
    assert by_columns(wanted, subjects, counts, 0) == expected
    # And as it is done for a scheme that the columns do not know.
    assert by_columns(wanted, subjects, counts, None) == expected


def test_a_rule_the_columns_do_not_know_is_seen() -> None:
    class Newer(Score):
        newer: str | None = None

    document = {"threshold": {"at_least": "1"}}
    assert is_known(Score.model_validate(document))
    assert not is_known(Newer.model_validate({**document, "newer": "0.5"}))
