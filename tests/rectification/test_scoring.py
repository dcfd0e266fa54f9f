"""What a problem does to the red-flag index of its branch: closed by its day, late, or not at all."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.evaluation import api as evaluation
from linghang.evaluation.models import Scheme
from linghang.library.api import install_packs
from linghang.platform.calendar import clock
from linghang.rectification import services
from linghang.rectification.models import Problem, Procedure

pytestmark = pytest.mark.django_db
DUE = date(2026, 11, 12)


def close(bureau, problem: Problem, done_on: date) -> None:
    """Hand the problem in and let three different people pass it, days after it was done."""
    with clock.stand_on(done_on):
        services.hand_in(
            problem=problem, done_on=done_on, text="已培训", actor=bureau.secretary.user
        )
    for reviewer in (bureau.officer, bureau.supervisor, bureau.leader):
        problem = services.review_problem(problem=problem, passed=True, actor=reviewer.user)
    assert problem.state == "closed"


def find_points(bureau) -> dict[str, tuple[str, str]]:
    """Return the value and the points of what the index asks about problems."""
    scheme = Scheme.objects.get(code="red-flag-index")
    run = evaluation.run_evaluation(
        scheme=scheme, period="2026-11", root=bureau.committee, actor=bureau.officer.user
    )
    codes = [row["code"] for part in scheme.document["dimensions"] for row in part["criteria"]]
    rows = dict(zip(codes, run.scores.get(unit=bureau.branch).result["criteria"], strict=True))
    return {code: (rows[code][1], rows[code][3]) for code in ("D4-1", "D4-2")}


@pytest.mark.parametrize(
    ("done_on", "on_time", "overdue"),
    [
        # all points of D4-1, as much as 13 points weigh where most criteria have no data
        (date(2026, 11, 12), ("1", "31.71"), ("0", "0.00")),
        (date(2026, 11, 16), ("0", "0.00"), ("0", "0.00")),
        (None, ("0", "0.00"), ("1", "-2.00")),
    ],
)
def test_three_reviewers_late_cost_nothing_and_what_is_done_late_counts_as_late(
    bureau, state, done_on, on_time, overdue
):
    install_packs(("red-flag-index", "four-lists"), actor=None)
    steps = Procedure.objects.get(code="inspection").steps
    assert [step["step"] for step in steps] == ["first_review", "second_review", "sign_off"]
    Procedure.objects.filter(code="inspection").update(needs_measures=False)
    with clock.stand_on(date(2026, 11, 2)):
        found = state(procedure="inspection", due_on=DUE)
    if done_on is not None:
        close(bureau, found, done_on)
    services.refresh_overdue()
    assert find_points(bureau) == {"D4-1": on_time, "D4-2": overdue}
