"""Service activities: hours per person, people served once."""

from datetime import date

import pytest

from linghang.ledger.models import Fact
from linghang.service import services
from linghang.service.models import ServiceVisit

pytestmark = pytest.mark.django_db


def draft(bureau, **fields):
    values = {
        "team": "变电党员服务队",
        "unit": bureau.branch,
        "occurred_on": date(2026, 11, 5),
        "content": "独居老人用电检查",
        "hours": 250,
        "people": (bureau.member, bureau.colleague),
        "place": "石桥村",
        "people_served": 62,
    }
    return services.VisitDraft(**{**values, **fields})


def facts():
    return sorted(
        Fact.objects.filter(withdrawn_seq=None).values_list("kind", "person__name", "quantity"),
        key=lambda f: (f[0], f[1] or ""),
    )


def test_an_activity_writes_people_served_once_and_hours_for_each(bureau):
    assert services.save_visits(drafts=[draft(bureau)], actor=None) == (1, 0, 0)
    assert facts() == [
        ("service.hours", "林晓禾", 250),
        ("service.hours", "许怡书", 250),
        ("service.visit", None, 6200),
    ]


def test_the_second_time_changes_nothing(bureau):
    services.save_visits(drafts=[draft(bureau)], actor=None)
    assert services.save_visits(drafts=[draft(bureau)], actor=None) == (0, 0, 1)
    assert Fact.objects.count() == 3


def test_a_changed_list_of_people_is_a_change(bureau):
    services.save_visits(drafts=[draft(bureau)], actor=None)
    assert services.save_visits(drafts=[draft(bureau, people=(bureau.member,))], actor=None) == (
        0,
        1,
        0,
    )
    assert facts() == [("service.hours", "林晓禾", 250), ("service.visit", None, 6200)]


def test_a_correction_keeps_the_old_words_with_the_reason(bureau):
    services.save_visits(drafts=[draft(bureau)], actor=None)
    visit = ServiceVisit.objects.get()
    services.correct_visit(
        visit=visit, draft=draft(bureau, hours=300), reason="时长填错", actor=None
    )
    assert (visit.revisions.get().reason, visit.revisions.get().old["hours"]) == ("时长填错", 250)
    assert {quantity for kind, _name, quantity in facts() if kind == "service.hours"} == {300}


def test_a_withdrawn_activity_leaves_no_open_fact_and_stays_in_the_table(bureau):
    services.save_visits(drafts=[draft(bureau)], actor=None)
    services.withdraw_visit(visit=ServiceVisit.objects.get(), reason="未开展", actor=None)
    assert (facts(), ServiceVisit.objects.count()) == ([], 1)
