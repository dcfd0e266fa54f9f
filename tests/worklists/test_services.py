"""Tasks: what is written, what changes, what stays."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from linghang.ledger.models import Entry, Fact
from linghang.platform.audit.models import Entry as AuditEntry
from linghang.worklists import services
from linghang.worklists.enums import timeliness
from linghang.worklists.models import Assignment

pytestmark = pytest.mark.django_db


def task(bureau, **fields):
    values = {
        "worklist": "年度一览表",
        "item": "讲党课",
        "unit": bureau.branch,
        "due_on": date(2026, 10, 31),
    }
    return services.TaskDraft(**{**values, **fields})


@pytest.mark.parametrize(
    ("finished_on", "today", "expected"),
    [
        (date(2026, 10, 31), date(2026, 11, 21), "on_time"),
        (date(2026, 11, 1), date(2026, 11, 21), "late"),
        (None, date(2026, 10, 31), "open"),
        (None, date(2026, 11, 1), "overdue"),
    ],
)
def test_timeliness_counts_the_due_day_as_on_time(finished_on, today, expected):
    assert timeliness(date(2026, 10, 31), finished_on, today) == expected


def test_tasks_are_saved_once_and_the_second_time_changes_nothing(bureau):
    drafts = [task(bureau), task(bureau, unit=bureau.other_branch, finished_on=date(2026, 10, 30))]
    assert services.save_tasks(drafts=drafts, actor=bureau.officer.user) == (2, 0, 0)
    assert services.save_tasks(drafts=drafts, actor=bureau.officer.user) == (0, 0, 2)
    assert sorted(Fact.objects.values_list("unit__name", "kind", "status", "counts_on")) == [
        ("变电运维党支部", "task", "overdue", date(2026, 10, 31)),
        ("输电运检党支部", "task", "on_time", date(2026, 10, 31)),
    ]


def test_finishing_a_task_withdraws_the_overdue_fact_and_writes_the_late_one(bureau):
    services.save_tasks(drafts=[task(bureau)], actor=bureau.officer.user)
    one = Assignment.objects.get()
    services.finish_task(
        task=one,
        finished_on=date(2026, 11, 2),
        result="已完成",
        evidence="",
        actor=bureau.secretary.user,
    )
    assert list(Fact.objects.order_by("seq").values_list("status", "withdrawn_seq")) == [
        ("overdue", 2),
        ("late", None),
    ]
    assert Entry.objects.filter(withdrawn_at=None).get().occurred_on == date(2026, 11, 2)
    assert AuditEntry.objects.filter(verb="finish_task").get().actor == bureau.secretary.user


def test_a_task_cannot_be_finished_on_a_day_to_come(bureau):
    services.save_tasks(drafts=[task(bureau)], actor=None)
    with pytest.raises(ValidationError):
        services.finish_task(
            task=Assignment.objects.get(),
            finished_on=date(2026, 11, 22),
            result="",
            evidence="",
            actor=None,
        )
    assert Assignment.objects.get().state == "open"


def test_correcting_a_task_keeps_what_it_said_and_the_facts_follow(bureau):
    services.save_tasks(drafts=[task(bureau, finished_on=date(2026, 10, 30))], actor=None)
    one = Assignment.objects.get()
    services.correct_task(
        task=one,
        values={"finished_on": date(2026, 11, 3)},
        reason="日期填错",
        actor=bureau.secretary.user,
    )
    assert one.acts.get().old["finished_on"] == "2026-10-30"
    assert Fact.objects.get(withdrawn_seq=None).status == "late"
    assert Entry.objects.get(withdrawn_at__isnull=False).reason == "日期填错"


def test_what_fell_overdue_overnight_is_rewritten_once(bureau, monkeypatch):
    monkeypatch.setenv("LINGHANG_TODAY", "2026-10-20")
    services.save_tasks(drafts=[task(bureau)], actor=None)
    assert Fact.objects.get().status == "open"
    monkeypatch.setenv("LINGHANG_TODAY", "2026-11-01")
    assert services.refresh_overdue() == 1
    assert services.refresh_overdue() == 0  # what is told already is not touched
    assert list(Fact.objects.order_by("seq").values_list("status", flat=True)) == [
        "open",
        "overdue",
    ]
