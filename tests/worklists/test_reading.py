"""Reading lists: one tap, required and optional, by unit and person; no minutes, no ranks."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from linghang.library.api import install_packs
from linghang.platform.calendar import clock
from linghang.worklists import queries, services
from linghang.worklists.enums import Owner, TaskState
from linghang.worklists.models import Assignment, Template
from linghang.worklists.services import drafting
from tests.worklists.test_issuing import draft, issue


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def reading(bureau):
    return issue(
        bureau,
        draft("《中国共产党章程》", Owner.MEMBER, section="必学"),
        draft("《能源法》", Owner.MEMBER, section="选学", required=False, due_on=date(2026, 11, 1)),
        title="年度书目",
        kind="reading",
    )


def page(client, person, worklist, query=""):
    client.force_login(person.user)
    return client.get(reverse("worklists:reading", args=[worklist.pk]) + query)


def test_a_member_says_with_one_tap_that_a_title_is_read(client, bureau, reading):
    own = Assignment.objects.get(item__number=1, person=bureau.member)
    shown = text(page(client, bureau.member, reading))
    assert reverse("worklists:mark-read", args=[reading.pk, own.pk]) in shown
    answer = client.post(reverse("worklists:mark-read", args=[reading.pk, own.pk]), follow=True)
    own.refresh_from_db()
    assert (own.state, own.finished_on) == (TaskState.DONE, clock.today())
    assert "已读：《中国共产党章程》" in text(answer)


def test_nobody_reads_for_another(client, bureau, reading):
    other = Assignment.objects.get(item__number=1, person=bureau.colleague)
    client.force_login(bureau.member.user)
    answer = client.post(reverse("worklists:mark-read", args=[reading.pk, other.pk]))
    assert answer.status_code == 404
    other.refresh_from_db()
    assert other.state == TaskState.OPEN


def test_numbers_by_title_and_unit_are_exact(client, bureau, reading):
    for person, number in ((bureau.member, 1), (bureau.colleague, 1), (bureau.member, 2)):
        services.finish_task(
            task=Assignment.objects.get(item__number=number, person=person),
            finished_on=clock.today(),
            result="已读",
            actor=person.user,
        )
    answer = page(client, bureau.officer, reading)
    titles = [(item.number, read, asked) for item, read, asked in answer.context["titles"]]
    assert titles == [(1, 2, 5), (2, 1, 5)]
    units = [
        (row["unit__name"], row["members"], row["read"], row["asked"], row["optional"])
        for row in answer.context["page"]
    ]
    assert units == [("变电运维党支部", 4, 2, 4, 1), ("输电运检党支部", 1, 0, 1, 0)]


def test_the_secretary_sees_persons_and_a_member_does_not(client, bureau, reading):
    names = [name for name, *_rest in page(client, bureau.secretary, reading).context["people"]]
    assert names == sorted(["韩帆", "林晓禾", "许怡书", "孟宇行"])
    assert page(client, bureau.member, reading).context["people"] is None
    chosen = page(client, bureau.officer, reading, f"?unit={bureau.other_branch.pk}")
    assert [name for name, *_rest in chosen.context["people"]] == ["方艳一"]
    strange = page(client, bureau.secretary, reading, f"?unit={bureau.other_branch.pk}")
    assert strange.status_code == 404


def test_optional_titles_are_never_owed_and_never_late(bureau, reading):
    sums = queries.count_progress(Assignment.objects.filter(worklist=reading))
    assert (sums.total, sums.overdue) == (5, 0)


def test_other_lists_have_no_reading_page(client, bureau):
    worklist = issue(bureau, draft(due_on=date(2026, 12, 1)))
    assert page(client, bureau.officer, worklist).status_code == 404


def test_the_shipped_reading_list_is_issued_to_every_member(bureau):
    install_packs(["reading-list"], actor=None)
    made = drafting.draft_from_template(
        template=Template.objects.get(), year=2026, issuer=bureau.committee, actor=None
    )
    worklist = drafting.issue_draft(draft=made, actor=None)
    assert worklist.kind == "reading"
    assert Assignment.objects.filter(worklist=worklist).count() == 14 * 5
