"""Contact persons: visits recorded once, late ones seen, problems followed; inductions once each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from linghang.activities.models import Activity
from linghang.people import api as people
from linghang.people.api import compute_scope
from linghang.people.models import Appointment
from linghang.pioneers import services
from linghang.pioneers.enums import VisitStanding
from linghang.pioneers.models import Contact, Induction, Visit
from linghang.pioneers.queries import contacts as queries
from linghang.platform.audit.models import Entry as Trail
from linghang.platform.calendar import clock
from linghang.platform.tasks import services as jobs
from linghang.rectification.models import Problem
from linghang.worklists.models import Assignment
from tests.cast import make_person
from tests.conftest import TODAY

SINCE = date(2026, 3, 2)


def refuse(code: str, service, **values) -> None:
    """Expect the refusal, and that it writes nothing."""
    count = lambda: (Contact.objects.count(), Activity.objects.count(), Trail.objects.count())  # noqa: E731  read twice
    before = count()
    with pytest.raises(ValidationError) as refusal, transaction.atomic():
        service(**values)
    errors = getattr(refusal.value, "error_dict", {"": getattr(refusal.value, "error_list", [])})
    assert {one.code for rows in errors.values() for one in rows} == {code}
    assert count() == before


@pytest.fixture
def contact(house) -> Contact:
    bureau = house.bureau
    return services.assign_contact(
        person=bureau.leader,
        units=[bureau.branch, bureau.other_branch],
        valid_from=SINCE,
        actor=bureau.officer.user,
    )[0]


def record(contact, on, **values):
    draft = services.VisitDraft(on=on, topic=values.pop("topic", f"调研 {on}"), **values)
    return services.record_visit(contact=contact, draft=draft, actor=contact.person.user)


def read(contact, on=TODAY):
    return next(
        line for line in queries.read_lines(Contact.objects.all(), on) if line.contact == contact
    )


def test_a_visit_is_an_activity_of_the_branch_and_its_problem_is_followed(house, contact):
    visit = record(contact, TODAY, problem="支部阵地制度未更新", due_on=TODAY + timedelta(days=30))
    activity = visit.activity
    assert (activity.kind.code, activity.unit, activity.host) == (
        "contact_visit",
        house.bureau.branch,
        house.bureau.leader,
    )
    problem = Problem.objects.get()
    assert (problem.unit, problem.text) == (house.bureau.branch, "支部阵地制度未更新")
    with clock.stand_on(TODAY):
        scope = compute_scope(house.bureau.officer.user)
        assert queries.read_visits(contact, scope) == [(visit, [problem])]
        stranger = compute_scope(house.bureau.stranger.user)
        assert queries.read_visits(contact, stranger) == [(visit, [])]
        assert not queries.list_contacts(stranger).exists()


@pytest.mark.parametrize(
    ("days", "on", "standing", "missed"),
    [
        ([], date(2026, 3, 31), VisitStanding.OPEN, 0),  # a broken quarter is not asked
        ([], date(2026, 6, 30), VisitStanding.OPEN, 0),
        ([], date(2026, 7, 1), VisitStanding.LATE, 1),
        ([date(2026, 4, 1)], date(2026, 6, 30), VisitStanding.VISITED, 0),
        ([date(2026, 6, 30)], date(2026, 7, 1), VisitStanding.OPEN, 0),
        ([date(2026, 3, 31)], date(2026, 7, 1), VisitStanding.LATE, 1),
        ([date(2026, 10, 1)], TODAY, VisitStanding.VISITED, 2),
    ],
)
def test_a_missed_quarter_is_seen(contact, days, on, standing, missed):
    for day in days:
        record(contact, day)
    line = read(contact, on)
    assert (line.standing, line.missed) == (standing, missed)


def test_a_withdrawn_record_is_no_visit(contact):
    visit = record(contact, TODAY)
    Activity.objects.filter(pk=visit.activity_id).update(
        withdrawn_on=TODAY, withdrawn_reason="记错"
    )
    assert read(contact).done == 0


def test_contacts_and_visits_are_refused(house, contact):
    bureau, officer = house.bureau, house.bureau.officer.user
    tomorrow = TODAY + timedelta(days=1)
    again = {"person": bureau.leader, "units": [bureau.branch], "actor": officer}
    refuse("same", services.assign_contact, valid_from=TODAY, **again)
    refuse("future", services.assign_contact, valid_from=tomorrow, **again)
    refuse("units", services.assign_contact, valid_from=TODAY, **{**again, "units": []})
    other = {**again, "person": bureau.supervisor}
    refuse("reason", services.assign_contact, valid_from=TODAY, **other)
    refuse("empty", services.assign_contact, valid_from=SINCE, reason="换", **other)
    draft = services.VisitDraft(on=TODAY, topic="调研")
    refuse("stranger", services.record_visit, contact=contact, draft=draft, actor=officer)
    own = {"contact": contact, "actor": bureau.leader.user}
    early = services.VisitDraft(on=SINCE - timedelta(days=1), topic="调研")
    refuse("outside", services.record_visit, draft=early, **own)
    refuse("record", services.record_visit, draft=services.VisitDraft(on=TODAY, topic=" "), **own)
    undated = services.VisitDraft(on=TODAY, topic="调研", problem="问题")
    refuse("due", services.record_visit, draft=undated, **own)
    refuse("reason", services.end_contact, contact=contact, on=TODAY, reason="", actor=officer)
    services.end_contact(contact=contact, on=TODAY, reason="分工调整", actor=officer)
    refuse("ended", services.end_contact, contact=contact, on=TODAY, reason="x", actor=officer)
    refuse("outside", services.record_visit, draft=draft, **own)


def test_the_next_contact_person_takes_over_and_the_visits_stay(house, contact):
    record(contact, date(2026, 5, 6))
    services.assign_contact(
        person=house.bureau.supervisor,
        units=[house.bureau.branch],
        valid_from=TODAY,
        reason="分工调整",
        actor=house.bureau.officer.user,
    )
    contact.refresh_from_db()
    assert (contact.valid_to, contact.reason) == (TODAY, "分工调整")
    assert Visit.objects.filter(contact=contact).count() == 1


def test_who_looks_after_a_branch_is_reminded_near_the_end_of_the_quarter(house, contact):
    assert list(queries.list_reminders(date(2026, 12, 17))) == []
    drafts = list(queries.list_reminders(date(2026, 12, 18)))
    assert {one.recipient_id for one in drafts} == {house.bureau.leader.user.pk}
    assert len(drafts) == 2
    record(contact, TODAY)
    assert len(list(queries.list_reminders(date(2026, 12, 18)))) == 1


# -- inductions ----------------------------------------------------------------------------------


def appoint(person, unit, on, until=None) -> Appointment:
    return people.appoint_people(
        [people.AppointmentDraft(person, unit, "secretary", on, until)], actor=None
    )[0]


def test_a_new_secretary_is_given_the_list_by_itself_and_once(house):
    bureau = house.bureau
    row = appoint(bureau.member, bureau.branch, TODAY)
    for job in jobs.start_daily_jobs():
        if job.kind == "pioneers.issue_inductions":
            jobs.run_job.call(job.pk)
    induction = Induction.objects.get()
    assert induction.appointment == row
    tasks = Assignment.objects.filter(worklist=induction.worklist)
    assert {task.person for task in tasks} == {bureau.member}
    assert tasks.count() == 8
    assert services.issue_inductions() == []
    with clock.stand_on(TODAY):
        lines = queries.read_inductions(queries.list_inductions(compute_scope(bureau.officer.user)))
        assert [(line.progress.total, line.progress.done) for line in lines] == [(8, 0)]
        mine = queries.list_inductions(compute_scope(bureau.member.user))
        assert list(mine) == [induction]
        assert not queries.list_inductions(compute_scope(bureau.stranger.user)).exists()


def test_who_was_secretary_before_or_long_ago_or_no_more_is_not_new(house):
    bureau = house.bureau
    branch = bureau.branch
    long_ago = make_person("久任", branch)
    appoint(long_ago, branch, TODAY - timedelta(days=31))
    again = make_person("连任", branch)
    appoint(again, branch, date(2023, 1, 1), TODAY)
    appoint(again, branch, TODAY)
    gone = make_person("离任", branch)
    appoint(gone, branch, TODAY - timedelta(days=5), TODAY)
    assert queries.list_new_secretaries(TODAY) == []
    fresh = make_person("新任", branch)
    row = appoint(fresh, branch, TODAY - timedelta(days=30))
    assert queries.list_new_secretaries(TODAY) == [row]


def test_without_the_pack_nothing_is_issued(bureau):
    appoint(bureau.member, bureau.branch, TODAY)
    assert services.issue_inductions() == []
