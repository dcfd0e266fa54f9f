"""Three lists of a unit: the records themselves, no list of its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from linghang.activities.enums import ObligationState
from linghang.people.api import compute_scope
from linghang.portal.queries.three_lists import read_three_lists
from linghang.worklists import api as worklists
from linghang.worklists.enums import Owner
from linghang.worklists.models import Assignment
from tests.portal.conftest import owe

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 18)


def read(who, unit):
    return read_three_lists(compute_scope(who.user), unit)


def issue_reading(bureau):
    return worklists.issue_list(
        title="年度书目",
        kind="reading",
        issuer=bureau.committee,
        items=[
            worklists.ItemDraft("《中国共产党章程》", owner=Owner.MEMBER, due_on=DUE),
            worklists.ItemDraft("领学一次", owner=Owner.ORGANISATION, due_on=DUE),
        ],
        actor=bureau.officer.user,
    )


def test_work_list_counts_the_year_and_shows_what_waits_before_what_is_done(month):
    found = read(month.secretary, month.branch)
    assert (found.work.total, found.work.done, found.work.overdue) == (5, 2, 1)
    assert [task.title for task in found.tasks] == ["讲党课", "报送总结", "换届准备"]
    assert [task.title for task in found.finished] == ["隐患排查", "结对共建"]
    assert found.more == 0


def test_a_finished_task_changes_the_work_list_at_once(month):
    task = Assignment.objects.get(item__text="报送总结")
    worklists.finish_task(
        task=task,
        finished_on=date(2026, 11, 20),
        result="已报送",
        actor=month.secretary.user,
    )
    found = read(month.secretary, month.branch)
    assert (found.work.done, found.finished[0].title) == (3, "报送总结")
    assert [task.title for task in found.tasks] == ["讲党课", "换届准备"]


def test_study_plan_holds_study_lists_and_study_duties_alone(month, kinds):
    issue_reading(month)
    lecture = kinds["theme_day"]
    lecture.code = "party_lecture"
    lecture.save()
    owe(month.branch, lecture, "2026-12", date(2026, 12, 31))
    found = read(month.secretary, month.branch)
    members = Assignment.objects.filter(person__isnull=False, unit=month.branch).count()
    assert [(p.worklist.title, p.progress.total) for p in found.plans] == [
        ("年度书目", members + 1)
    ]
    assert [(t.kind.code, t.state) for t in found.ticks] == [
        ("party_lecture", ObligationState.OPEN)
    ]
    assert "领学一次" not in {task.title for task in found.tasks}


def test_a_member_sees_own_study_not_what_a_neighbour_has_read(month):
    issue_reading(month)
    found = read(month.member, month.branch)
    assert found.plans[0].progress.total == 2  # the branch's own, and the reader's own


def test_index_shows_total_parts_and_what_would_change_it_most(client, published):
    unit = published.run.scores.exclude(unit=None).exclude(total=None).first().unit
    client.force_login(published.published_by)
    index = client.get(reverse("portal:three-lists", args=[unit.pk])).context["index"]
    assert index["total"] is not None
    assert sum((part["points"] for part in index["parts"]), Decimal(0)) > 0
    assert index["most"] is None or index["most"]["gain"] > 0


def test_without_anything_each_list_says_when_it_fills(client, bureau):
    client.force_login(bureau.secretary.user)
    page = client.get(reverse("portal:three-lists", args=[bureau.branch.pk])).content.decode()
    for words in ("没有待办", "尚未安排学习", "尚无指数"):
        assert words in page


def test_another_branch_and_another_bureau_are_not_found(client, bureau):
    address = reverse("portal:three-lists", args=[bureau.other_branch.pk])
    client.force_login(bureau.secretary.user)
    assert client.get(address).status_code == 404
    client.force_login(bureau.stranger.user)
    assert client.get(address).status_code == 404


def test_the_unit_page_leads_to_the_sheet(client, month):
    client.force_login(month.secretary.user)
    answer = client.get(reverse("org:unit", args=[month.branch.pk]), {"tab": "three-lists"})
    assert reverse("portal:three-lists", args=[month.branch.pk]) in answer.content.decode()
