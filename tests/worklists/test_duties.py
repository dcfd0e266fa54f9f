"""Duty lists: by themselves due, proved by records, summed for who held the post when."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang.people.api import compute_scope
from linghang.people.models import Appointment
from linghang.platform.calendar import clock
from linghang.worklists import services
from linghang.worklists.enums import Owner
from linghang.worklists.mapping import ItemDraft
from linghang.worklists.models import Assignment
from linghang.worklists.queries import duties

BRANCH = "变电运维党支部"
LECTURE = ItemDraft(
    "书记讲党课",
    owner=Owner.POST,
    post="secretary",
    cadence="quarter",
    proof_kind="activity.party_lecture",
    proof_use="finish",
)
TALKS = ItemDraft("谈心谈话", owner=Owner.POST, post="secretary", cadence="year")


@pytest.fixture
def issue(bureau):
    """Issue a duty list on New Year and open its periods until today."""

    def make(*items, title="书记履责清单"):
        with clock.stand_on(date(2026, 1, 1)):
            worklist = services.issue_list(
                title=title,
                kind="duty",
                issuer=bureau.committee,
                items=items,
                actor=bureau.officer.user,
            )
        for day in (date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)):
            with clock.stand_on(day):
                services.hand_over_posts()
                services.open_periods()
        return worklist

    return make


def hand_over_post(bureau, on):
    """韩帆 is secretary until the day, 许怡书 from it."""
    Appointment.objects.filter(person=bureau.secretary, post="secretary").update(valid_to=on)
    Appointment.objects.create(
        person=bureau.colleague, unit=bureau.branch, post_id="secretary", valid_from=on
    )


def sums(bureau, on=date(2026, 11, 21)):
    scope = compute_scope(bureau.officer.user)
    rows = duties.sum_holders(duties.list_duties(scope, 2026), 2026, on)
    return {
        row.person.name: (row.days, row.asked, row.done, row.late, row.overdue)
        for row in rows
        if row.unit.name == BRANCH
    }


def test_each_quarter_is_asked_once_and_proved_by_the_lecture_the_holder_gave(
    bureau, issue, record
):
    issue(LECTURE)
    record("party_lecture", date(2026, 5, 12), host_name="韩帆")
    record("party_lecture", date(2026, 8, 12), host_name="许怡书")
    mine = Assignment.objects.filter(person=bureau.secretary).order_by("period")
    assert [(task.period, task.state) for task in mine] == [
        ("2026Q1", "open"),
        ("2026Q2", "done"),
        ("2026Q3", "open"),
        ("2026Q4", "open"),
    ]
    assert sums(bureau) == {"韩帆": (365, 4, 1, 0, 2)}


def test_a_hand_over_in_mid_year_splits_what_nobody_finished_by_days(bureau, issue, record):
    hand_over_post(bureau, date(2026, 7, 1))
    issue(LECTURE, TALKS)
    record("party_lecture", date(2026, 8, 12), host_name="许怡书")
    # 韩帆: two quarters overdue, half a year of the talks; 许怡书: third quarter done, fourth open
    assert sums(bureau) == {
        "韩帆": (181, 2 + Fraction(181, 365), 0, 0, 2),
        "许怡书": (184, 1 + 1 + Fraction(184, 365), 1, 0, 0),
    }


def test_what_was_done_stays_with_who_did_it(bureau, issue):
    issue(TALKS)
    task = Assignment.objects.get(person=bureau.secretary)
    with clock.stand_on(date(2026, 3, 2)):
        services.finish_task(
            task=task,
            finished_on=date(2026, 3, 2),
            result="均已谈话。",
            actor=bureau.secretary.user,
        )
    hand_over_post(bureau, date(2026, 7, 1))
    with clock.stand_on(date(2026, 7, 1)):
        services.hand_over_posts()
    assert sums(bureau) == {"韩帆": (181, 1, 1, 0, 0)}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    changes=st.lists(st.integers(1, 364), unique=True, max_size=4),
    finished=st.sets(st.integers(0, 3)),
)
def test_the_sums_of_the_holders_add_up_to_what_was_asked(bureau, packs, changes, finished):
    from django.db import transaction

    with transaction.atomic():
        people = [bureau.secretary, bureau.colleague]
        Appointment.objects.filter(unit=bureau.branch, post="secretary").delete()
        days = [date(2026, 1, 1) + timedelta(days=n) for n in sorted(changes)]
        starts, ends = [date(2025, 1, 1), *days], [*days, None]
        for number, (first, last) in enumerate(zip(starts, ends, strict=True)):
            Appointment.objects.create(
                person=people[number % 2],
                unit=bureau.branch,
                post_id="secretary",
                valid_from=first,
                valid_to=last,
            )
        with clock.stand_on(date(2026, 1, 1)):
            services.issue_list(
                title="清单",
                kind="duty",
                issuer=bureau.branch,
                items=[LECTURE, TALKS],
                actor=None,
            )
        for day in (date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)):
            with clock.stand_on(day):
                services.hand_over_posts()
                services.open_periods()
        tasks = list(Assignment.objects.order_by("pk"))
        for place in finished:
            if place < len(tasks):
                services.finish_task(
                    task=tasks[place], finished_on=date(2026, 11, 1), result="完成", actor=None
                )
        scope = compute_scope(bureau.officer.user)
        rows = duties.sum_holders(duties.list_duties(scope, 2026), 2026, date(2026, 11, 21))
        assert sum(row.asked for row in rows) == len(tasks)
        assert sum(row.done for row in rows) == len({p for p in finished if p < len(tasks)})
        assert sum(row.days for row in rows) <= 365
        transaction.set_rollback(True)


# -- the pages -------------------------------------------------------------------------------------


def test_my_duties_show_what_each_post_asks_and_by_what_it_is_proved(client, bureau, issue, record):
    issue(LECTURE, TALKS)
    lecture = record("party_lecture", date(2026, 11, 12), "安全生产", host_name="许怡书")
    client.force_login(bureau.secretary.user)
    response = client.get(reverse("worklists:duties"))
    [(post, done, asked, rows)] = response.context["posts"]
    assert (str(post), done, asked) == ("书记", 0, 5)
    assert [(row["item"].text, len(row["tasks"])) for row in rows] == [
        ("书记讲党课", 4),
        ("谈心谈话", 1),
    ]
    assert lecture is not None
    assert client.get(reverse("worklists:duties"), {"year": "2025"}).context["posts"] == []


def test_a_member_has_no_duties_and_is_told_so(client, bureau, issue):
    issue(LECTURE)
    client.force_login(bureau.member.user)
    response = client.get(reverse("worklists:duties"))
    assert (response.context["posts"], "没有履责清单" in response.content.decode()) == ([], True)
    asked = {"person": bureau.secretary.pk}
    assert client.get(reverse("worklists:duties"), asked).status_code == 404
    assert client.get(reverse("worklists:duty-holders")).status_code == 403


def test_the_officer_sees_all_holders_in_the_order_of_the_units(client, bureau, issue, record):
    issue(LECTURE)
    record("party_lecture", date(2026, 11, 12), host_name="韩帆")
    client.force_login(bureau.officer.user)
    response = client.get(reverse("worklists:duty-holders"))
    table = response.context["table"]
    assert [(row.unit.name, row.person.name, row.done) for row, _cells in table] == [
        (BRANCH, "韩帆", 1),
        ("输电运检党支部", "方艳一", 0),
    ]
    [(item, progress)] = response.context["items"]
    assert (item.text, progress.total, progress.done) == ("书记讲党课", 8, 1)
    narrowed = client.get(reverse("worklists:duty-holders"), {"unit": bureau.branch.pk})
    assert [row.person.name for row, _cells in narrowed.context["table"]] == ["韩帆"]
    theirs = client.get(reverse("worklists:duties"), {"person": bureau.secretary.pk})
    assert theirs.context["title"] == "韩帆的履责清单"
