"""Each check by its worked table and by hand: met, not met, not due, not known, and the days between them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from linghang.activities import api as activities
from linghang.dues import api as dues
from linghang.meetings import services as meetings
from linghang.meetings.models import AgendaItem
from linghang.people.models import Appointment, Person
from linghang.platform.calendar import clock
from linghang.worklists import api as worklists
from linghang.worklists.models import Assignment
from tests.cast import make_person
from tests.conftest import TODAY

TABLE = Path(__file__).parents[1] / "tables" / "handbook_checks.txt"
HELD = re.compile(r"(?:(\w+):)?(\d{4}-\d\d-\d\d)(?:\+(\d+))?(?:-(\d))?(?:@(\w+))?")


def read_rows() -> list[list[str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [re.split(r"\s{2,}", line) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("row", read_rows(), ids=lambda row: " ".join(row[:6]))
def test_each_check_by_its_worked_table(house, row):
    check, asked, rhythm, period, today, held, verdict, words = row
    params = dict(pair.split("=") for pair in asked.split(" ")) if asked != "-" else {}
    whole = {name: int(value) if value.isdecimal() else value for name, value in params.items()}
    for given in held.split(",") if held != "-" else ():
        kind, day, later, absent, who = HELD.fullmatch(given).groups()
        on = date.fromisoformat(day)
        away = [house.bureau.colleague, house.bureau.member][: int(absent or 0)]
        values = {}
        if away:
            gone = [activities.Absence(person_id=one.pk, reason="出差") for one in away]
            values["absences"] = gone
        if who:
            values["host_id"] = getattr(house.bureau, who).pk
        if kind:
            values["person_id"] = house.bureau.member.pk
        recorded = on + timedelta(days=int(later or 0))
        house.hold(kind or whole["kind"], on, recorded_on=recorded, **values)
    version = house.write(check, rhythm, **whole)
    assert house.tell(version, period, date.fromisoformat(today)) == (verdict, words)


def test_what_groups_hold_counts_for_the_branch_and_what_counts_also_counts(house):
    version = house.write("meetings", "month", kind="group_meeting", least=1, concern="groups")
    assert house.tell(version, "2026-10") == ("unmet", "已有0，需要1")
    house.hold("group_meeting", date(2026, 10, 8), unit=house.bureau.group)
    line = house.ask(version, "2026-10")
    assert line.verdict == "met"
    (proof,) = line.telling.finding.proofs
    assert proof.title == "2026-10-08 group_meeting 2026-10-08"
    assert house.ask(version, "2026-10", unit=house.bureau.other_branch) is None  # no groups
    also = house.write_again(version, "meetings", "month", kind="theme_day", least=1)
    house.hold("members_meeting", date(2026, 10, 9), also=("theme_day",))
    assert house.tell(also, "2026-10")[0] == "met"


def test_a_withdrawn_record_proves_nothing_and_a_late_group_is_no_branch(house):
    version = house.write("meetings", kind="members_meeting", least=1)
    made = house.hold("members_meeting", date(2026, 8, 1))
    assert house.tell(version, "2026Q3")[0] == "met"
    activities.withdraw_activity(activity=made, reason="记错", actor=None)
    assert house.tell(version, "2026Q3")[0] == "unmet"
    assert house.ask(version, "2026Q3", unit=house.bureau.general_branch) is None


def test_a_branch_founded_in_the_span_is_not_asked_for_it(house):
    version = house.write("meetings", kind="members_meeting", least=1)
    branch = house.bureau.branch
    branch.established_on = date(2026, 7, 1)
    assert house.tell(version, "2026Q3")[0] == "unmet"
    branch.established_on = date(2026, 7, 2)
    assert house.tell(version, "2026Q3") == ("not_due", "本期内成立")


def test_the_term_is_told_for_its_days_and_not_for_those_before(house):
    branch = house.bureau.branch
    version = house.write("term")
    assert house.tell(version, "2026Q3") == ("unknown", "届期未登记")
    branch.term_from, branch.term_to = date(2023, 10, 1), date(2026, 9, 30)
    branch.save()
    assert house.tell(version, "2026Q2") == ("met", "任期至2026-09-30")
    assert house.tell(version, "2026Q3")[0] == "unmet"  # the last day looked at is the end
    branch.term_to = date(2026, 10, 1)
    branch.save()
    assert house.tell(version, "2026Q3")[0] == "met"
    assert house.tell(version, "2023Q3") == ("unknown", "上一届未登记")


def test_the_committee_has_a_secretary_and_its_seats(house):
    branch = house.bureau.branch
    version = house.write("seats", least=2)
    assert house.tell(version, "2026Q3") == ("unmet", "已有1，需要2")
    make_person("副书记", branch, ("member", "deputy_secretary"))
    assert house.tell(version, "2026Q3") == ("met", "已有2，需要2")
    Appointment.objects.filter(unit=branch, post_id="secretary").update(valid_to=date(2026, 9, 30))
    assert house.tell(version, "2026Q3") == ("unmet", "没有书记")
    assert house.tell(version, "2026Q2")[0] == "met"


def test_with_and_without_a_committee_follow_the_roster_of_the_day(house):
    branch = house.bureau.branch
    alone = house.write("seats", least=1, concern="without")
    assert house.ask(alone, "2026Q3").verdict == "met"
    for number in range(3):  # four and three full members make seven
        make_person(f"党员{number}", branch)
    assert house.ask(alone, "2026Q3") is None


def test_the_roster_is_told_of_the_present_only(house):
    version = house.write("roster", "year")
    assert house.tell(version, "2026") == ("unmet", "4人中4人信息有空项")
    Person.objects.update(born_on=date(1990, 1, 1), education="大学本科")
    assert house.tell(version, "2026") == ("met", "4人中0人信息有空项")
    assert house.tell(version, "2025") == ("unknown", "名册只存当前状态")


@pytest.mark.parametrize(
    ("last_paid", "today", "verdict"),
    [
        ("2026-11-10", "2026-11-21", "met"),  # the last of the ten days
        ("2026-11-11", "2026-11-21", "unmet"),
        (None, "2026-11-10", "not_due"),
        (None, "2026-11-11", "unmet"),
    ],
)
def test_dues_are_in_time_to_the_last_of_the_days(house, last_paid, today, verdict):
    bureau = house.bureau
    members = list(Person.objects.filter(appointments__unit=bureau.branch).distinct())
    drafts = [dues.BaseDraft(one, "employed", Decimal(3000)) for one in members]
    dues.set_bases(
        unit=bureau.branch, month=date(2026, 10, 1), drafts=drafts, reason="", actor=None
    )
    days = ["2026-10-20"] * (len(members) - 1) + [last_paid]
    paid = [
        dues.PaidDraft(one, date.fromisoformat(day))
        for one, day in zip(members, days, strict=True)
        if day
    ]
    dues.record_month(unit=bureau.branch, month=date(2026, 10, 1), paid=paid, actor=None)
    version = house.write("dues", "month", days=10)
    line = house.ask(version, "2026-10", date.fromisoformat(today))
    assert line.verdict == verdict
    assert "3000" not in line.telling.finding.words


def test_dues_without_a_base_are_not_known(house):
    version = house.write("dues", "month", days=10)
    assert house.tell(version, "2026-10")[0] == "unknown"


def test_hours_count_members_and_name_nobody(house):
    house.hold("party_lecture", date(2026, 3, 1), hours=3200)
    reached = house.write("hours", "year", share=75)  # the secretary's year asks for more
    assert house.tell(reached, "2026") == ("met", "4人中3人达到")
    more = house.write_again(reached, "hours", "year", share=76)
    assert house.tell(more, "2026") == ("not_due", "4人中3人达到")
    assert house.tell(more, "2026", date(2027, 1, 1)) == ("unmet", "4人中3人达到")


@pytest.mark.parametrize(
    ("written", "verdict"),
    [
        (datetime(2026, 10, 7, 15, 59, tzinfo=UTC), "met"),  # still the 7th in Shanghai
        (datetime(2026, 10, 7, 16, 0, tzinfo=UTC), "unmet"),  # the 8th has begun there
    ],
)
def test_what_was_decided_is_written_by_the_shanghai_day(house, written, verdict):
    meeting = house.hold("members_meeting", date(2026, 9, 30))
    draft = meetings.ItemDraft(topic="年度安排")
    meetings.add_item(activity=meeting, draft=draft, actor=house.bureau.secretary.user)
    AgendaItem.objects.update(created_at=written)
    version = house.write("agenda", kind="members_meeting", days=7)
    assert house.tell(version, "2026Q3")[0] == verdict


def test_what_still_may_be_written_is_not_due_on_the_last_day(house):
    house.hold("members_meeting", date(2026, 9, 30))
    version = house.write("agenda", kind="members_meeting", days=7)
    assert house.tell(version, "2026Q3", date(2026, 10, 7)) == ("not_due", "1中按时0")
    assert house.tell(version, "2026Q3", date(2026, 10, 8)) == ("unmet", "1中按时0")


def test_today_is_the_shanghai_day_at_the_edge_of_a_month(house):
    version = house.write("meetings", "month", kind="theme_day", least=1)
    told = []
    for moment in (
        datetime(2026, 10, 31, 15, 59, tzinfo=UTC),
        datetime(2026, 10, 31, 16, 0, tzinfo=UTC),
    ):
        with clock.stand_at(moment):
            told.append(house.tell(version, "2026-10", clock.today())[0])
    assert told == ["not_due", "unmet"]


def test_resolutions_are_carried_out_when_their_tasks_are_done(house):
    bureau = house.bureau
    meeting = house.hold("members_meeting", date(2026, 11, 3))
    due = date(2026, 11, 20)
    with clock.stand_on(date(2026, 11, 3)):
        task = meetings.TaskDraft("更新公示牌", due, bureau.colleague)
        draft = meetings.ItemDraft(topic="公示", decided="由许怡书负责。", task=task)
        meetings.add_item(activity=meeting, draft=draft, actor=bureau.secretary.user)
    version = house.write("resolutions")
    assert house.tell(version, "2026Q3") == ("not_due", "没有到期的决定事项")
    assert house.tell(version, "2026Q4", due) == ("not_due", "1项中办结0项")
    assert house.tell(version, "2026Q4", due + timedelta(days=1)) == ("unmet", "1项中办结0项")
    worklists.finish_task(
        task=Assignment.objects.get(), finished_on=due, result="已更新", actor=bureau.officer.user
    )
    assert house.tell(version, "2026Q4") == ("met", "1项中办结1项")


def test_tasks_done_late_are_not_in_time(house):
    bureau = house.bureau
    with clock.stand_on(date(2026, 8, 1)):
        items = [
            worklists.ItemDraft(text=f"任务{n}", units=(bureau.branch,), due_on=date(2026, 9, 30))
            for n in range(2)
        ]
        worklists.issue_list(
            title="清单", kind="tasks", issuer=bureau.committee, items=items, actor=None
        )
    version = house.write("tasks", share=50)
    strict = house.write_again(version, "tasks", share=51)
    first, second = Assignment.objects.order_by("pk")
    finish = {"result": "完成", "actor": bureau.officer.user}
    worklists.finish_task(task=first, finished_on=date(2026, 9, 30), **finish)
    worklists.finish_task(task=second, finished_on=date(2026, 10, 1), **finish)
    assert house.tell(version, "2026Q3") == ("met", "2中按时1")
    assert house.tell(strict, "2026Q3") == ("unmet", "2中按时1")
    assert house.tell(strict, "2026Q2") == ("not_due", "没有到期任务")


def test_what_to_do_next_leads_to_the_form_with_what_is_known(house):
    version = house.write("meetings", kind="members_meeting", least=1)
    part = house.ask(version, "2026Q3").telling
    assert part.next.title == "去登记"
    unit = house.bureau.branch.pk
    assert part.next.url.endswith(f"?unit={unit}&kind=members_meeting&on=2026-09-30")
    running = house.ask(version, "2026Q4").telling
    assert running.next.url.endswith(f"on={TODAY}")
    house.hold("members_meeting", TODAY)
    assert house.ask(version, "2026Q4").telling.next is None
