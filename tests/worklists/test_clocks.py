"""The day of a task counts working days from 2024 into 2027, and only a granted day moves it."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from linghang.ledger.models import Fact
from linghang.platform.calendar import clock
from linghang.worklists import api, services
from linghang.worklists.models import Assignment

pytestmark = pytest.mark.django_db


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("asked", "due", "later", "provisional"),
    [
        ("2024-02-07", "2024-02-20", "2024-02-26", (False, False)),  # Sunday the 18th is worked
        ("2024-09-30", "2024-10-12", "2024-10-18", (False, False)),  # due on a worked Saturday
        ("2025-01-24", "2025-02-07", "2025-02-08", (False, False)),  # Sunday 26 January is worked
        ("2025-09-26", "2025-10-10", "2025-10-11", (False, False)),  # Sunday the 28th is worked
        ("2026-02-12", "2026-02-26", "2026-02-28", (False, False)),  # Saturday the 14th is worked
        ("2026-09-30", "2026-10-13", "2026-10-20", (False, False)),  # Saturday the 10th is worked
        ("2026-12-24", "2026-12-31", "2027-01-08", (False, True)),  # no notice for 2027 yet
        ("2026-12-30", "2027-01-06", "2027-01-13", (True, True)),
    ],
)
def test_five_working_days_through_hand_over_return_and_a_granted_day(
    client, bureau, asked, due, later, provisional
):
    item = api.ItemDraft(
        "撰写材料", owner="persons", persons=(bureau.member,), due_in=5, acceptance="issuer"
    )
    with clock.stand_on(day(asked)):
        services.issue_list(
            title="清单",
            kind="tasks",
            issuer=bureau.committee,
            items=[item],
            actor=bureau.officer.user,
        )
        task = services.hand_over(
            task=Assignment.objects.get(),
            person=bureau.colleague,
            reason="出差",
            actor=bureau.secretary.user,
        )
        task = finish(task, bureau.colleague)
        task = services.return_task(task=task, reason="补充附件", actor=bureau.officer.user)
        assert (task.due_on, task.first_due_on, task.provisional) == (
            day(due),
            day(due),
            provisional[0],
        )
        wish = services.ask_extension(
            task=task, new_due_on=day(later), reason="保电", actor=bureau.colleague.user
        )
        services.decide_extension(extension=wish, grant=True, actor=bureau.officer.user)
        task.refresh_from_db()
        assert (task.due_on, task.first_due_on, task.provisional) == (
            day(later),
            day(due),
            provisional[1],
        )
        client.force_login(bureau.officer.user)
        page = client.get(reverse("worklists:task", args=[task.pk])).content.decode()
        assert ("暂定" in page) is provisional[1]
    with clock.stand_on(day(later)):
        finish(task, bureau.colleague)
    fact = Fact.objects.get(kind="member_task", withdrawn_seq=None)
    assert (fact.status, fact.due_on) == ("on_time", day(later))


def finish(task, person):
    return services.finish_task(
        task=task, finished_on=clock.today(), result="已完成", actor=person.user
    )
