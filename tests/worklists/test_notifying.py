"""What people are told of tasks: who, once, and no more when it is done; and their calendar."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.people.api import compute_scope
from linghang.platform.notices.models import Notice
from linghang.platform.notices.services import gather_reminders
from linghang.worklists import services
from linghang.worklists.services import notifying

BRANCH, OTHER = "变电运维党支部", "输电运检党支部"


def told(**unread):
    rows = Notice.objects.filter(read_at=None, **unread).order_by("pk")
    return [(row.recipient.name, row.kind, row.title) for row in rows.select_related("recipient")]


def finish(task, person):
    return services.finish_task(
        task=task, finished_on=date(2026, 11, 20), result="已完成。", actor=person.user
    )


def remind(day="2026-11-21"):
    return gather_reminders(today=date.fromisoformat(day))["worklists"]


@pytest.mark.parametrize(
    ("due", "kind"),
    [
        (date(2026, 11, 29), None),
        (date(2026, 11, 28), "due"),
        (date(2026, 11, 21), "due_today"),
        (date(2026, 11, 20), "late"),
    ],
)
def test_who_is_asked_is_told_seven_days_before_on_the_day_and_when_late(bureau, issued, due, kind):
    issued(owner="persons", persons=(bureau.member,), due_on=due)
    remind()
    assert told() == ([("林晓禾", kind, "组织书记讲党课")] if kind else [])
    remind()
    assert len(told()) == (1 if kind else 0)


def test_what_is_late_is_said_once_a_week(bureau, issued):
    issued(owner="persons", persons=(bureau.member,), due_on=date(2026, 11, 13))
    days = ["2026-11-16", "2026-11-17", "2026-11-22", "2026-11-23"]
    assert [remind(day) for day in days] == [1, 0, 0, 1]


def test_of_a_unit_its_secretary_is_told_of_an_optional_item_nobody(bureau, issued):
    issued(due_on=date(2026, 11, 28))
    issued("选学", owner="member", required=False, due_on=date(2026, 11, 28))
    remind()
    assert told() == [("韩帆", "due", "组织书记讲党课"), ("方艳一", "due", "组织书记讲党课")]


def test_an_urging_and_a_return_reach_who_is_to_act_and_go_when_it_is_done(bureau, issued):
    task = issued(acceptance="issuer")[BRANCH]
    services.urge_tasks(tasks=[task], actor=bureau.officer.user, word="请抓紧")
    assert told() == [("韩帆", "urged", "组织书记讲党课")]
    finish(task, bureau.secretary)
    assert told() == []
    services.return_task(task=task, reason="缺签到表", actor=bureau.officer.user)
    assert told() == [("韩帆", "returned", "组织书记讲党课")]
    assert Notice.objects.get(read_at=None).body == "缺签到表"


def test_a_later_day_is_told_to_who_decides_and_the_decision_to_who_asked(bureau, issued):
    task = issued()[BRANCH]
    wish = services.ask_extension(
        task=task, new_due_on=date(2026, 12, 7), reason="保电", actor=bureau.secretary.user
    )
    assert told() == [("高知远", "review", "组织书记讲党课")]
    services.decide_extension(extension=wish, grant=True, actor=bureau.officer.user)
    assert told() == [("韩帆", "decided", "组织书记讲党课")]
    assert Notice.objects.get(read_at=None).body == "已同意延期至2026-12-07"


def test_who_accepts_is_told_the_number_once_a_week(bureau, issued):
    tasks = issued(acceptance="issuer")
    finish(tasks[BRANCH], bureau.secretary)
    remind()
    remind("2026-11-22")
    assert told(kind="review") == [("高知远", "review", "1项任务待验收")]


def test_the_calendar_has_the_own_tasks_and_those_of_the_unit(bureau, issued):
    issued()
    personal = issued("学习党章", owner="member", due_on=date(2026, 12, 18))
    finish(personal["韩帆"], bureau.secretary)

    def dates(person, start=date(2026, 11, 1), end=date(2027, 1, 1)):
        found = notifying.list_dates(compute_scope(person.user), start, end)
        return [(thing.title, thing.day.isoformat(), thing.done) for thing in found]

    assert dates(bureau.secretary) == [
        ("组织书记讲党课", "2026-11-30", False),
        ("学习党章", "2026-12-18", True),
    ]
    assert dates(bureau.member) == [("学习党章", "2026-12-18", False)]
    assert dates(bureau.officer) == []
    assert dates(bureau.secretary, end=date(2026, 11, 30)) == []


def test_reminders_ask_the_database_as_often_for_many_as_for_one(
    bureau, issued, django_assert_num_queries
):
    issued(due_on=date(2026, 11, 28))
    with django_assert_num_queries(4):
        list(notifying.list_reminders(date(2026, 11, 21)))
    for number in range(3):
        issued(f"事项{number}", owner="member", due_on=date(2026, 11, 28))
    with django_assert_num_queries(4):
        list(notifying.list_reminders(date(2026, 11, 21)))
