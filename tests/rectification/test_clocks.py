"""The clocks of a problem run on working days from 2024 into 2027, which has no notice yet."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from linghang.ledger.models import Fact
from linghang.platform.calendar import clock
from linghang.rectification import services
from linghang.rectification.enums import Step, Term
from linghang.rectification.models import Procedure

pytestmark = pytest.mark.django_db


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("stated", "due", "provisional"),
    [
        ("2024-02-07", "2024-02-20", False),  # Spring Festival; Sunday the 18th is worked
        ("2024-09-30", "2024-10-12", False),  # National Day; Saturday the 12th is worked
        ("2025-01-24", "2025-02-07", False),  # Spring Festival; Sunday the 26th is worked
        ("2025-09-26", "2025-10-10", False),  # Sunday the 28th is worked, eight days are off
        ("2026-02-12", "2026-02-26", False),  # Saturday the 14th is worked
        ("2026-09-30", "2026-10-13", False),  # Saturday the 10th is worked
        ("2026-12-24", "2026-12-31", False),
        ("2026-12-30", "2027-01-06", True),
        ("2027-02-03", "2027-02-10", True),  # no notice: only weekends are known to be off
    ],
)
def test_what_is_put_right_at_once_has_five_working_days(
    client, bureau, state, stated, due, provisional
):
    with clock.stand_on(day(stated)):
        found = state(term=Term.IMMEDIATE, due_on=None)
        client.force_login(bureau.officer.user)
        page = client.get(reverse("rectification:problem", args=[found.pk])).content.decode()
    assert (found.due_on, found.first_due_on, found.provisional) == (
        day(due),
        day(due),
        provisional,
    )
    assert ("暂定" in page) is provisional


@pytest.fixture
def two_steps(db) -> Procedure:
    return Procedure.objects.create(
        code="two-steps",
        title_en="Two steps",
        title_zh="两级程序",
        steps=[{"step": "first_review", "days": 3}, {"step": "second_review", "days": 5}],
    )


@pytest.mark.parametrize(
    ("handed_in", "first_due", "passed", "second_due"),
    [
        ("2024-02-07", "2024-02-18", "2024-02-08", "2024-02-21"),
        ("2024-09-30", "2024-10-10", "2024-10-08", "2024-10-14"),
        ("2025-01-24", "2025-02-05", "2025-01-26", "2025-02-08"),
        ("2025-09-26", "2025-09-30", "2025-09-30", "2025-10-14"),
        ("2026-02-12", "2026-02-24", "2026-02-13", "2026-02-27"),
        ("2026-09-30", "2026-10-10", "2026-10-10", "2026-10-16"),
        ("2026-12-30", "2027-01-04", "2026-12-31", "2027-01-07"),
    ],
)
def test_each_review_has_its_working_days_from_the_day_it_began(
    client, bureau, state, two_steps, handed_in, first_due, passed, second_due
):
    with clock.stand_on(day(handed_in)):
        found = state(procedure=two_steps.code, due_on=day(handed_in))
        found = hand_in(bureau, found)
    assert (found.step, found.step_due_on) == (Step.FIRST_REVIEW, day(first_due))
    with clock.stand_on(day(passed)):
        found = services.review_problem(problem=found, passed=True, actor=bureau.officer.user)
        client.force_login(bureau.officer.user)
        page = client.get(reverse("rectification:problem", args=[found.pk])).content.decode()
    assert (found.step, found.step_since, found.step_due_on) == (
        Step.SECOND_REVIEW,
        day(passed),
        day(second_due),
    )
    assert ("（暂定）" in page) is (day(second_due).year == 2027)


@pytest.mark.parametrize(
    ("stated", "due", "later", "provisional"),
    [
        ("2024-02-08", "2024-02-19", "2024-02-26", False),
        ("2025-09-26", "2025-09-28", "2025-10-11", False),
        ("2026-02-13", "2026-02-14", "2026-02-28", False),
        ("2026-09-18", "2026-09-20", "2026-10-10", False),
        ("2026-12-28", "2026-12-31", "2027-01-08", True),
    ],
)
def test_the_day_stays_through_hand_over_and_return_and_moves_by_a_granted_day_alone(
    bureau, state, two_steps, stated, due, later, provisional
):
    with clock.stand_on(day(stated)):
        found = state(procedure=two_steps.code, due_on=day(due))
        found = services.hand_over(
            problem=found, unit=bureau.other_branch, reason="归口调整", actor=bureau.officer.user
        )
        found = services.hand_over(
            problem=found, unit=bureau.branch, reason="退还", actor=bureau.officer.user
        )
        found = hand_in(bureau, found)
        found = services.review_problem(
            problem=found, passed=False, reason="缺台账", actor=bureau.officer.user
        )
        assert (found.due_on, found.first_due_on, found.provisional) == (day(due), day(due), False)
        wish = services.ask_extension(
            problem=found, new_due_on=day(later), reason="保电", actor=bureau.secretary.user
        )
        services.decide_extension(extension=wish, grant=True, actor=bureau.officer.user)
        found.refresh_from_db()
        assert (found.due_on, found.first_due_on, found.provisional) == (
            day(later),
            day(due),
            provisional,
        )
        found = hand_in(bureau, found)
    with clock.stand_on(day(later)):  # the reviewers take their time: it was done by its day
        for reviewer in (bureau.officer, bureau.supervisor):
            found = services.review_problem(problem=found, passed=True, actor=reviewer.user)
    fact = Fact.objects.get(kind="problem", withdrawn_seq=None)
    assert (fact.status, fact.due_on) == ("on_time", day(later))


def hand_in(bureau, found):
    return services.hand_in(
        problem=found, done_on=clock.today(), text="已培训", actor=bureau.secretary.user
    )
