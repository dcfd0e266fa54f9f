"""Conditions are read from what is published and recorded, as of the day asked about."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.distinctions.packs import ProgrammeRow, check_programmes
from linghang.distinctions.queries import conditions
from linghang.library import queries as library
from linghang.platform.packs.findings import Finding
from linghang.platform.packs.sections import Surroundings
from linghang.platform.packs.services import check_pack
from linghang.rectification import api as rectification
from tests.distinctions import cases


def test_published_months_count_by_the_day_they_were_published(stars):
    months = stars.read().months[stars.bureau.branch.pk]
    assert [months[one].band for one in ("2026-10", "2026-09", "2026-08")] == ["A", "A", "B"]
    check = stars.check("three")["periods"]
    assert (check.holds, dict(check.found)) == (True, {"met": 2, "known": 3, "open": 0})
    assert "/evaluation/scores/" in check.url
    # a month earlier only two were public: one in band A, one period missing
    before = stars.check("three", date(2026, 11, 8))["periods"]
    assert (before.holds, dict(before.found)) == (False, {"met": 1, "known": 2, "open": 0})
    # missing is not zero: who holds the level does not lose it for what is not published
    review = stars.check("three", date(2026, 11, 8), review=True)
    assert review["periods"].holds
    assert set(review) == {"periods", "no_veto"}  # entry alone asks for places and time


def test_an_overdue_problem_and_a_missing_level_below_say_what_is_missing(stars):
    bureau = stars.bureau
    rectification.save_problems(
        drafts=[
            rectification.ProblemDraft(
                source="专业自检", text="工作票不规范", unit=bureau.group, due_on=date(2026, 11, 1)
            )
        ],
        actor=bureau.officer.user,
    )
    overdue = stars.check("two")["no_overdue_problems"]
    assert (overdue.holds, overdue.found["n"]) == (False, 1)
    assert stars.check("two", date(2026, 11, 1))["no_overdue_problems"].holds  # due that day
    below = stars.check("three")["below"]
    assert (below.holds, below.found["n"]) == (False, None)


def test_the_level_below_counts_without_a_break_and_places_are_counted(stars):
    stars.hold("two", date(2026, 5, 21))
    checks = stars.check("three")
    assert (checks["below"].holds, checks["below"].found["n"]) == (True, 6)
    assert stars.check("three", date(2026, 11, 20))["below"].found["n"] == 5
    assert dict(checks["share"].found) == {"held": 0, "places": 1}  # half of two branches


def test_a_stored_check_reads_as_it_was(stars):
    check = stars.check("three")["periods"]
    assert conditions.restore([check.as_plain()]) == [check]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"levels": [cases.level("a", "甲", {"periods": {"band": "Z", "least": 1, "of": 2}})]}, "band"),
        ({"levels": [cases.level("a", "甲", {"below": 3})]}, "below"),
        ({"levels": [cases.level("a", "甲", cases.RATED)] * 2}, "levels"),
    ],
)  # fmt: skip
def test_a_faulty_programme_is_found_with_its_place(stars, changes, place):
    levels = changes["levels"]
    found = list(
        check_programmes(
            [cases.row("faulty", "stars", levels)],
            Surroundings("x.yaml", "x", "1.0.0", frozenset()),
        )
    )
    assert [isinstance(one, Finding) and place in one.place for one in found] == [True]


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"members": 3, "months": 6},
        {"documents": 5},  # papers are never a condition
        {"periods": {"least": 1, "of": 2}},
        {"periods": {"band": "A", "least": 3, "of": 2}},
    ],
)
def test_a_condition_is_one_thing_the_system_can_read(condition):
    with pytest.raises(ValueError, match=r"."):
        ProgrammeRow.model_validate(
            cases.row("one", "stars", cases.STARS).model_dump(mode="json", exclude_none=True)
            | {"levels": [cases.level("a", "甲", condition)]}
        )


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["star-branches", "rolling-models", "two-level-benchmarks"])
def test_the_packs_shipped_have_no_fault(code):
    path = library.list_shipped()[code]
    assert check_pack(path, shelf=library.find_on_shelf) == []
