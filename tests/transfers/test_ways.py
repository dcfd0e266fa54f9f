"""The way into the Party goes where the person goes: within, out, and in with a letter."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from linghang.membership import services as ways
from linghang.membership.enums import Stage
from linghang.membership.models import Application
from linghang.membership.queries import read_file
from linghang.membership.services import StepDraft
from linghang.org.enums import UnitKind
from linghang.people.models import Person
from linghang.platform.audit.models import Entry
from linghang.platform.calendar import clock
from tests.cast import make_unit
from tests.conftest import TODAY
from tests.membership.conftest import Branch
from tests.transfers.conftest import NUMBER, OUTSIDE

JOINED, ARRIVED = date(2026, 6, 10), date(2026, 11, 18)


@pytest.fixture
def newcomer(house) -> Person:
    """A member on probation who came from outside."""
    letter = house.register(member_kind="probationary", joined_on=JOINED, full_on=None)
    house.confirm(letter, on=ARRIVED)
    return Person.objects.get(name="戴新来")


@pytest.fixture
def applicant(house) -> Application:
    return Branch(house.bureau).apply()


def test_who_comes_on_probation_goes_on_where_they_were(house, newcomer):
    way = Application.objects.get(person=newcomer)
    assert (way.unit, way.stage, way.joined_on) == (house.bureau.branch, Stage.ADMISSION, JOINED)
    assert way.probation_ends_on == date(2027, 6, 10)
    told = list(way.taken.values_list("step", "on").order_by("pk"))
    assert told == [("admission_meeting", JOINED), ("approval", JOINED), ("assigned", ARRIVED)]
    assert OUTSIDE in way.taken.latest("pk").note
    draft = StepDraft(step="further_cultivation", on=TODAY)
    ways.take_step(application=way, draft=draft, actor=house.secretary)
    way.refresh_from_db()
    waits = [(wait.step.code, wait.due_on) for wait in read_file(way).waits]
    assert waits == [("conversion_meeting", date(2027, 6, 10))]


def test_a_full_member_who_comes_has_no_way(house):
    house.confirm(house.register())
    assert not Application.objects.exists()


def test_the_way_follows_to_another_branch_and_ends_when_it_leads_out(house, newcomer):
    way = Application.objects.get(person=newcomer)
    house.confirm(house.approve(house.within(person=newcomer)))
    way.refresh_from_db()
    assert (way.unit, way.stage) == (house.bureau.other_branch, Stage.ADMISSION)
    moved = Entry.objects.get(verb="application.moved")
    assert moved.old == {"unit": house.bureau.branch.name}
    later = TODAY + timedelta(days=5)
    with clock.stand_on(later):
        leaving = house.open(person=newcomer, unit=house.bureau.other_branch)
        house.receipt(house.approve(leaving, days=10), on=later)
    way.refresh_from_db()
    assert (way.stage, way.ended_on) == (Stage.ENDED, later)
    assert OUTSIDE in way.end_reason
    newcomer.refresh_from_db()
    assert newcomer.member_kind == "probationary"  # the receiving organisation converts


def test_who_comes_back_has_one_way(house, newcomer):
    house.receipt(house.approve(house.open(person=newcomer), days=10))
    back = house.register(
        identity_number=NUMBER, member_kind="probationary", joined_on=JOINED, full_on=None
    )
    house.confirm(back)
    ways_of = Application.objects.filter(person=newcomer).order_by("pk")
    assert [one.stage for one in ways_of] == ["ended", "admission"]


def test_an_applicant_goes_on_in_another_branch_with_every_step(house, applicant):
    steps = list(applicant.taken.values_list("pk", flat=True))
    ways.move_application(
        application=applicant,
        to_unit=house.bureau.other_branch,
        reason="岗位调动",
        actor=house.officer,
        seen=applicant.seen,
    )
    applicant.refresh_from_db()
    assert applicant.unit == house.bureau.other_branch
    assert list(applicant.taken.values_list("pk", flat=True)) == steps
    assert Entry.objects.get(verb="application.moved").reason == "岗位调动"


@pytest.mark.parametrize(
    ("goal", "reason", "code"),
    [
        ("branch", "调动", "not_a_branch"),
        ("general_branch", "调动", "not_a_branch"),
        ("stranger_branch", "调动", "elsewhere"),
        ("other_branch", " ", "reason"),
    ],
)
def test_an_applicant_moves_only_to_another_branch_of_the_bureau(
    house, applicant, goal, reason, code
):
    units = vars(house.bureau) | {
        "stranger_branch": make_unit("别处党支部", UnitKind.BRANCH, house.bureau.stranger_committee)
    }
    with pytest.raises(ValidationError) as refused:
        ways.move_application(
            application=applicant, to_unit=units[goal], reason=reason, actor=house.officer
        )
    [error] = refused.value.error_dict["reason" if code == "reason" else "to_unit"]
    assert error.code == code
    applicant.refresh_from_db()
    assert applicant.unit == house.bureau.branch


def test_a_member_on_probation_moves_by_transfer_only(house, newcomer):
    way = Application.objects.get(person=newcomer)
    with pytest.raises(ValidationError) as refused:
        ways.move_application(
            application=way, to_unit=house.bureau.other_branch, reason="调动", actor=house.officer
        )
    assert refused.value.code == "member"


def test_the_second_to_act_is_told(house, applicant):
    seen = applicant.seen
    draft = StepDraft(step="first_talk", on=applicant.applied_on + timedelta(days=10))
    ways.take_step(application=applicant, draft=draft, actor=house.secretary)
    with pytest.raises(ValidationError) as refused:
        ways.move_application(
            application=applicant,
            to_unit=house.bureau.other_branch,
            reason="调动",
            actor=house.officer,
            seen=seen,
        )
    assert refused.value.code == "moved"
