"""A draft tried: what decides, what tells nobody apart, how steady it is, why it should not be adopted."""

from __future__ import annotations

import numpy as np
import pytest

from linghang_core import scoring
from linghang_core.scoring.stability import measure_tau
from linghang_core.scoring.whatif import find_flat, share_variance
from tests.core.scoring.cases import criterion, scheme

KINDS = ["cadence.theme_day", "task", "service.visit", "activity.study"]


def count(code: str, points: str, kind: str, target: str = "10", **changes):
    return criterion(
        code,
        points,
        measure={"count": {"kinds": [kind]}},
        score={"proportional": {"target": target}},
        missing=None,
        **changes,
    )


def assess(document, *counts: tuple[int, ...], period: str = "2026-10"):
    loaded = scoring.load_scheme(document)
    subjects = [
        scoring.Subject(n, f"U{n}", {"line_of_work": "office", "members": 9}, (n,))
        for n in range(1, len(counts) + 1)
    ]
    by_id = {one.id: row for one, row in zip(subjects, counts, strict=True)}
    return scoring.assess(loaded, period, subjects, by_id, 1)


def two(first: str = "50", second: str = "50", **changes):
    return scheme(
        count("ONE", first, "task"),
        count("TWO", second, "service.visit"),
        minimum_sample={"members": 3, "months": 0},
        **changes,
    )


SPREAD = [(10, 10), (8, 10), (6, 10), (4, 10), (2, 10), (0, 10)]


def test_one_criterion_that_brings_all_differences_is_named_and_the_other_is_flat():
    results = assess(two(), *SPREAD)
    found = scoring.try_scheme([results], {}, KINDS)
    assert (find_flat([results]), share_variance([results])) == (
        ("TWO",),
        (("ONE", 1.0), ("TWO", 0.0)),
    )
    assert [one.code for one in found.reasons] == ["tells_nobody_apart", "one_decides"]
    assert found.reasons[1].message.zh == "ONEONE 决定了100%的差距，一条指标定结果"
    assert dict(found.distributions[1].after) == {"A": 2, "B": 3, "C": 1}
    assert (found.rated, found.not_rated, found.process) == (6, 0, 0)


def test_a_sound_scheme_has_nothing_against_it_and_shares_add_up_to_one():
    parts = [count(f"C{n}", "20", f"kind{n}") for n in range(5)]
    rows = [(10, 9, 8, 9, 10), (6, 7, 5, 8, 6), (9, 3, 6, 2, 7), (2, 8, 1, 5, 3), (1, 0, 4, 2, 1)]
    document = scheme(*parts, minimum_sample={"members": 3, "months": 0})
    found = scoring.try_scheme([assess(document, *rows)], {}, [f"kind{n}" for n in range(5)])
    assert found.reasons == ()
    assert round(sum(share for _code, share in found.shares), 9) == 1
    assert (
        scoring.try_scheme([assess(document, *rows)], {}, []).reasons[0].code == "undeclared_kind"
    )


def test_fewer_than_five_results_say_nothing_of_how_they_differ():
    found = scoring.try_scheme([assess(two(), *SPREAD[:4])], {}, KINDS)
    assert (found.flat, found.shares, found.reasons) == ((), (), ())


def test_a_scheme_for_meetings_alone_is_held_against_it():
    document = two()
    document["dimensions"][0]["criteria"][0]["measure"] = {"count": {"kinds": ["activity.study"]}}
    document["dimensions"][0]["criteria"][0]["points"] = "70"
    document["dimensions"][0]["criteria"][1]["points"] = "30"
    rows = [(10, 1), (8, 9), (6, 4), (4, 10), (2, 2), (0, 7)]
    found = scoring.try_scheme([assess(document, *rows)], {}, KINDS)
    assert found.reasons[0].code == "mostly_process"
    assert found.reasons[0].message.zh == "基本分的70%只看会议和活动"


def test_before_and_after_stand_side_by_side_by_period():
    before, after = assess(two("80", "20"), *SPREAD), assess(two("20", "80"), *SPREAD)
    found = scoring.try_scheme([after], {"2026-10": before}, KINDS)
    comparison = found.comparisons["2026-10"]
    assert (comparison.moves[0].code, comparison.moves[0].change) == ("U6", 60)
    assert (len(comparison.moves), comparison.unchanged) == (6, 0)
    office = found.distributions[1]
    assert (dict(office.before), dict(office.after)) == (
        {"A": 1, "B": 2, "C": 3},
        {"A": 3, "B": 3, "C": 0},
    )


def test_stability_is_the_same_with_the_same_seed_and_nothing_moves_far_from_borders():
    parts = scheme(count("ONE", "50", "a"), count("TWO", "50", "b"))
    far = assess(parts, (10, 10), (7, 7), (7, 8), (2, 1), (3, 2))
    near = assess(parts, (10, 2), (2, 10), (9, 3), (3, 9), (12, 2))  # all at 60.00, a border
    steady, shaky = scoring.measure_stability([far]), scoring.measure_stability([near])
    assert (steady.changed, steady.most, steady.subjects) == (0.0, None, 5)
    assert steady == scoring.measure_stability([far])
    assert shaky.changed > 0.3
    assert shaky.most_changed == 0.6
    assert scoring.measure_stability([near], 0.2, seed=2) != scoring.measure_stability([near], 0.2)
    with pytest.raises(ValueError, match="between 0 and 1"):
        scoring.measure_stability([far], 1.0)


def test_stability_awards_the_bands_of_shares_anew_in_each_draw():
    """Two of four may have A: all totals stay far above its number, only their order may change."""
    bands = [
        {"code": "A", "title": {"en": "A", "zh": "A"}, "from": "40", "at_most": "0.5"},
        {"code": "B", "title": {"en": "B", "zh": "B"}, "from": "0"},
    ]
    rows = [(10, 9), (10, 8), (8, 9), (9, 8)]  # 95, 90, 85, 85
    half = assess(two(bands=bands, ties="all_out"), *rows)
    assert [item.band for item in half.subjects] == ["A", "A", "B", "B"]
    assert scoring.measure_stability([half]).changed == 0.0
    close = assess(two(bands=bands, ties="all_out"), (10, 9), (10, 6), (6, 10), (5, 5))
    found = scoring.measure_stability([close])  # the second and third change with the factors
    assert [item.band for item in close.subjects] == ["A", "B", "B", "B"]
    assert (found.changed > 0.2, found.most_changed) == (True, 0.25)


def test_tau_counts_pairs_kept_less_pairs_turned_with_ties_left_aside():
    one = np.array([1.0, 2.0, 3.0, 4.0])
    assert measure_tau(one, one) == 1
    assert measure_tau(one, -one) == -1
    assert round(measure_tau(one, np.array([1.0, 3.0, 2.0, 4.0])), 6) == round(4 / 6, 6)
    assert measure_tau(one, np.ones(4)) is None
    assert round(measure_tau(one, np.array([1.0, 1.0, 2.0, 3.0])), 6) == round(5 / 30**0.5, 6)
