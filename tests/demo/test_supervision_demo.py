"""P23 in the demo: every branch asked, one question open, a register with late reviews, hints decided."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.demo import building, logins, supervision, world
from linghang.library import api as library
from linghang.rectification.models import Problem
from linghang.supervision.enums import ReplyState
from linghang.supervision.models import Examination, Hint, RiskPoint
from linghang.supervision.queries import filter_overdue_reviews, read_matrix

TODAY = date(2026, 11, 21)


def build(sizes, *, full: bool) -> Examination:
    library.install_packs(None, actor=None)
    bureau = next(b for b in world.invent_bureaus(TODAY, sizes) if b.size.code == building.MAIN)
    units = building._found_units(bureau)
    persons = building._register_people(bureau, units)
    logins.give_logins(bureau, persons, main=True)
    supervision.build(units=units, persons=persons, bureau=bureau, today=TODAY, full=full)
    return Examination.objects.get()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sizes", "full", "units", "present", "rectified"),
    [(world.FULL, True, 34, 28, 79), (world.SMALL, False, 7, 6, 9)],
    ids=["full", "small"],
)
def test_branches_have_answered_twelve_findings_and_what_is_there_is_a_problem(
    sizes, full, units, present, rectified
):
    examination = build(sizes, full=full)
    matrix = read_matrix(examination, TODAY)
    done = matrix.coverage
    assert (done.units, done.handed_in, done.late) == (units, units - 2, 1)
    assert len(matrix.findings) == 12
    assert (done.present, done.rectified) == (present, rectified)
    assert done.problems == present == Problem.objects.count()
    assert done.questions == 1
    # one unit was given more days, with the reason, and still has to answer
    waiting = examination.replies.get(due_on__gt=TODAY)
    assert waiting.state == ReplyState.FILLING


@pytest.mark.django_db
def test_register_has_every_risk_point_of_the_pack_and_three_late_reviews():
    build(world.SMALL, full=False)
    assert RiskPoint.objects.count() == 20
    late = filter_overdue_reviews(RiskPoint.objects.all(), TODAY)
    assert [risk.level for risk in late] == ["high"] * 3
    assert Hint.objects.count() == 0  # nothing was recorded yet that a rule counts
