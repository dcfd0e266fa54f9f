"""Conditions are read from what is published and recorded, as of the day asked about."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from pydantic import ValidationError

from linghang.distinctions.models import Case
from linghang.distinctions.packs import ProgrammeRow, check_programmes
from linghang.distinctions.queries import conditions, published, strengths
from linghang.evaluation.models import Correction, Scheme, Score
from linghang.library import queries as library
from linghang.org.enums import UnitKind
from linghang.platform.calendar import clock
from linghang.platform.packs.findings import Finding
from linghang.platform.packs.sections import Surroundings
from linghang.platform.packs.services import check_pack
from linghang.rectification import api as rectification
from tests.cast import make_unit
from tests.conftest import TODAY
from tests.distinctions import cases
from tests.evaluation import cases as facts


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
    other = Case.objects.create(
        programme=stars.stars,
        unit=stars.bureau.other_branch,
        level="three",
        stage="public",
        opened_on=TODAY,
        publicised_on=TODAY,
        objections_until=TODAY,
    )
    taken = stars.check("three")["share"]  # what the committee gave is a place taken
    assert (dict(taken.found), taken.holds) == ({"held": 1, "places": 1}, False)
    level = stars.stars.find_level("three")
    own = conditions.check_level(stars.read(), other.unit_id, level)[-1]
    assert (own.kind, dict(own.found)) == ("share", {"held": 0, "places": 1})


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


ONE = "Value error, give exactly one condition in each line"


@pytest.mark.parametrize(
    ("condition", "place", "words"),
    [
        ({}, (), ONE),
        ({"members": 3, "months": 6}, (), ONE),
        # papers are never a condition
        ({"documents": 5}, ("documents",), "Extra inputs are not permitted"),
        (
            {"periods": {"least": 1, "of": 2}},
            ("periods",),
            "Value error, give either a band or a total",
        ),
        (
            {"periods": {"band": "A", "least": 3, "of": 2}},
            ("periods",),
            "Value error, least is more than of",
        ),
    ],
)
def test_a_condition_is_one_thing_the_system_can_read(condition, place, words):
    document = cases.row("one", "stars", cases.STARS).model_dump(mode="json", exclude_none=True)
    document["levels"] = [cases.level("a", "甲", condition)]
    with pytest.raises(ValidationError) as refused:
        ProgrammeRow.model_validate(document)
    first = refused.value.errors()[0]  # that the level then has no condition comes after it
    assert (first["loc"], first["msg"]) == (("levels", 0, "conditions", 0, *place), words)


@pytest.mark.django_db
def test_the_scheme_in_force_is_read_else_the_last_that_was():
    adopted = facts.install(facts.unit_scheme())
    others = {}
    for version, state in (("7.0.0", "retired"), ("8.0.0", "retired"), ("9.0.0", "draft")):
        document = {**adopted.document, "bands": [{**adopted.document["bands"][0], "code": "Z"}]}
        others[version] = Scheme.objects.create(
            code="flag", version=version, state=state, subject="unit", document=document
        )
    assert published.find_scheme("flag") == adopted
    rows = [cases.row("trial", "stars", cases.STARS)]
    around = Surroundings("x.yaml", "x", "1.0.0", frozenset())
    assert list(check_programmes(rows, around)) == []  # band A is the adopted one's
    adopted.delete()
    assert published.find_scheme("flag") == others["8.0.0"]


def test_a_strength_counts_what_a_correction_made_of_the_points(stars):
    branch = stars.bureau.branch
    own = list(Score.objects.filter(unit=branch, person=None, run__period__gte="2026-09"))
    for name in ("甲", "乙", "丙"):
        peer = make_unit(f"{name}党支部", UnitKind.BRANCH, stars.bureau.committee)
        for score in own:
            Score.objects.create(
                run=score.run, unit=peer, total=1, band="B", group=score.group, result=lower(score)
            )
    read = partial(strengths.read_strengths, stars.marks, stars.bureau.committee, branch)
    assert [(one.periods, one.best, one.n) for one in read(TODAY).found] == [(2, 2, 3)] * 2
    for score in own:
        Correction.objects.create(
            publication=score.run.publication,
            score=score,
            new_total=1,
            new_band="B",
            reason="复核",
            as_of_seq=1,
            result=lower(score),
            corrected_at=clock.now(),
        )
    assert read(TODAY).found == ()  # like its peers
    assert len(read(TODAY - timedelta(days=1)).found) == 2  # not corrected yet that day


def lower(score: Score) -> dict:
    """Return the result with one point in every criterion that counted."""
    rows = [[*row[:3], "1", row[4]] for row in score.result["criteria"]]
    return {**score.result, "criteria": rows}


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["star-branches", "rolling-models", "two-level-benchmarks"])
def test_the_packs_shipped_have_no_fault(code):
    path = library.list_shipped()[code]
    assert check_pack(path, shelf=library.find_on_shelf) == []
