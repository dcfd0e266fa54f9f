"""The clocks of a raised problem stand still over the holidays of four years, whoever holds it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from linghang.routing import services
from linghang.routing.models import Case
from tests.routing.conftest import at, moment

NINE = "{} 09:00"


@pytest.mark.parametrize(
    ("raised", "first", "whole", "provisional"),
    [
        ("2024-02-09", "2024-02-18", "2024-03-14", False),  # Spring Festival; Sunday is worked
        ("2024-09-30", "2024-10-08", "2024-11-01", False),  # National Day; Saturday 12 October
        ("2025-01-27", "2025-02-05", "2025-03-03", False),  # Spring Festival; Saturday 8 February
        ("2025-09-30", "2025-10-09", "2025-11-04", False),  # National Day; Saturday 11 October
        ("2026-02-14", "2026-02-24", "2026-03-20", False),  # a Saturday that is worked
        ("2026-09-30", "2026-10-08", "2026-11-03", False),  # National Day; Saturday 10 October
        ("2026-12-31", "2027-01-01", "2027-01-28", True),  # no notice for 2027 yet
        ("2027-02-05", "2027-02-08", "2027-03-05", True),
    ],
)
def test_seven_hours_to_accept_and_twenty_days_in_all(
    client, way, raised, first, whole, provisional
):
    case = way.raise_(when=NINE.format(raised))
    assert (case.stage_due_at, case.total_due_at, case.provisional) == (
        moment(NINE.format(first)),
        moment(NINE.format(whole)),
        provisional,
    )
    with at(NINE.format(raised)):
        client.force_login(way.officer)
        page = client.get(reverse("routing:case", args=[case.pk])).content.decode()
    assert ("暂定" in page) is provisional


def legs(case: Case) -> list[tuple]:
    return [(leg.outcome, leg.due_at, leg.provisional) for leg in case.legs.order_by("number")]


def test_over_the_spring_festival_what_was_used_stays_used_and_the_whole_never_moves(way):
    case = way.raise_(when="2026-02-13 09:00")
    whole = case.total_due_at
    with at("2026-02-13 10:00"):
        case = services.assign_case(case=case, unit=way.front, actor=way.officer)
    with at("2026-02-13 11:00"):  # handed over: the next unit has its own two days
        case = services.hand_over_case(
            case=case, unit=way.solver, reason="归口", actor=way.own_secretary
        )
    assert case.stage_due_at == moment("2026-02-24 11:00")  # the 14th is worked, the 15th is not
    with at("2026-02-13 14:00"):
        case = services.take_up_case(case=case, actor=way.solver_secretary)
    with at("2026-02-14 09:00"):  # four hours of 105 are used
        case = services.answer_case(case=case, answer="已处理", actor=way.solver_secretary)
    with at("2026-02-24 08:30"):
        case = services.reject_answer(case=case, reason="仍然停电", actor=way.member)
    assert case.stage_due_at == moment("2026-03-13 11:30")  # Saturday the 28th is worked
    assert case.total_due_at == whole == moment("2026-03-19 09:00")
    assert not case.provisional


def test_a_clock_that_begins_in_a_year_without_notice_is_provisional_itself(way):
    case = way.raise_(when="2026-12-31 09:00")
    with at("2026-12-31 10:00"):
        case = services.assign_case(case=case, unit=way.front, actor=way.officer)
    with at("2026-12-31 11:00"):
        case = services.hand_over_case(
            case=case, unit=way.solver, reason="归口", actor=way.own_secretary
        )
    assert legs(case) == [
        ("accepted", moment("2027-01-01 09:00"), True),
        ("assigned", moment("2027-01-01 10:00"), True),
        ("handed_over", moment("2027-01-04 10:00"), True),
        ("", moment("2027-01-04 11:00"), True),
    ]
