"""What waits for somebody is told in one query, and tells the same as the pages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linghang.library.api import install_packs
from linghang.people.api import compute_scope
from linghang.pioneers import services
from linghang.pioneers.models import Contact, Pipeline
from linghang.pioneers.queries import contacts
from linghang.pioneers.queries.waiting import Waiting, read_waiting
from linghang.platform.calendar import clock
from tests.conftest import TODAY


def ask(person, on: date = TODAY) -> Waiting:
    scope = compute_scope(person.user)
    with CaptureQueriesContext(connection) as asked:
        found = read_waiting(scope, on)
    assert len(asked) == 1
    return found


def test_a_review_that_is_due_waits_for_the_officer(house):
    post = house.appoint()
    assert ask(house.bureau.officer).reviews == (post.pk,)
    assert ask(house.bureau.secretary).reviews == ()
    assert ask(house.bureau.stranger) == Waiting()
    services.review_carrier(
        carrier=post, decision="keep", reason="", actor=house.bureau.officer.user
    )
    assert ask(house.bureau.officer).reviews == ()


@pytest.mark.parametrize(
    ("since", "visited", "late"),
    [
        ("2026-07-01", (), True),  # the whole third quarter is owed
        ("2026-07-02", (), False),  # a broken quarter is not
        ("2026-07-01", ("2026-09-30",), False),
        ("2026-07-01", ("2026-10-01",), False),  # made up for in the running quarter
        ("2026-07-01", ("2026-06-30",), True),
    ],
)
def test_a_visit_waits_for_the_contact_person_as_the_page_says(house, since, visited, late):
    bureau, day = house.bureau, date.fromisoformat(since)
    with clock.stand_on(min(day, date(2026, 6, 1))):
        (contact,) = services.assign_contact(
            person=bureau.leader,
            units=[bureau.branch],
            valid_from=min(day, date(2026, 6, 1)),
            actor=None,
        )
    for on in visited:
        draft = services.VisitDraft(on=date.fromisoformat(on), topic="指导")
        services.record_visit(contact=contact, draft=draft, actor=bureau.leader.user)
    Contact.objects.update(valid_from=day)
    (line,) = contacts.read_lines(Contact.objects.select_related("unit", "person"), TODAY)
    assert (line.standing == "late") is late
    assert ask(bureau.leader).visits == ((contact.pk,) if late else ())
    assert ask(bureau.officer).visits == ()


def test_a_mentor_is_told_of_being_asked_and_of_what_is_late(house):
    install_packs(("two-pipelines",), actor=None)
    bureau = house.bureau
    draft = services.PipelineDraft(
        unit=bureau.branch, candidate=bureau.colleague, mentor=bureau.member, aim="独立带班"
    )
    way = services.open_pipeline(draft=draft, actor=bureau.secretary.user)
    assert ask(bureau.member) == Waiting(asked=(way.pk,))
    services.answer_mentor(pipeline=way, accepts=True, actor=bureau.member.user)
    due = Pipeline.objects.get().milestones.first().due_on
    assert ask(bureau.member, due) == Waiting()
    assert ask(bureau.member, due + timedelta(days=1)) == Waiting(milestones=(way.pk,))


def test_the_home_page_leads_to_what_waits(house, client):
    bureau, post = house.bureau, house.appoint()
    with clock.stand_on(date(2026, 6, 1)):
        contacts_of = services.assign_contact(
            person=bureau.leader, units=[bureau.branch], valid_from=date(2026, 6, 1), actor=None
        )
    told = {}
    for person in (bureau.officer, bureau.leader, bureau.secretary):
        client.force_login(person.user)
        lines = client.get("/").context["waiting"]
        told[person.name] = [(one["title"], one["href"]) for one in lines]
    assert ("1个岗区队到期评议", f"/pioneers/{post.pk}/") in told[bureau.officer.name]
    visit = ("1个包保支部待走访", f"/pioneers/contacts/{contacts_of[0].pk}/")
    assert visit in told[bureau.leader.name]
    assert visit not in told[bureau.officer.name]
    assert not any("评议" in title for title, _href in told[bureau.secretary.name])
