"""A record is entered once; attendance and facts follow from it, and from every correction."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from linghang.activities.enums import AttendanceState
from linghang.activities.models import Activity, ActivityRevision, Attendance
from linghang.activities.services import (
    Absence,
    ActivityDraft,
    RecordRefused,
    correct_activity,
    draft_of,
    judge_absence,
    record_activities,
    withdraw_activity,
)
from linghang.ledger.models import Entry, Fact
from linghang.people.models import Appointment
from linghang.platform.audit.models import Entry as AuditEntry
from tests.cast import make_person

NOVEMBER = date(2026, 11, 18)


def facts(activity, kind):
    found = Fact.objects.filter(
        entry__source_type="activities.activity", entry__source_id=activity.pk, kind=kind
    )
    return list(
        found.filter(withdrawn_seq=None)
        .order_by("person_id")
        .values_list("person_id", "quantity", "status", "unit_id")
    )


def test_theme_day_counts_every_member_of_the_day_as_present_unless_named_absent(bureau, record):
    activity = record(
        "theme_day",
        NOVEMBER,
        absences=[Absence("许怡书", reason="病假")],
        host_name="韩帆",
        hours=150,
    )
    b = bureau.branch.pk
    assert facts(activity, "activity.theme_day") == [(None, 150, "timely", b)]
    assert facts(activity, "attendance.due") == [(None, 400, "", b)]
    assert facts(activity, "attendance.present") == [(None, 300, "", b)]
    by_name = dict(Fact.objects.filter(kind="attendance").values_list("person__name", "status"))
    assert by_name == {
        "韩帆": "present",
        "林晓禾": "present",
        "孟宇行": "present",
        "许怡书": "leave",
    }
    assert {f[1] for f in facts(activity, "attendance")} == {150}


def test_members_who_joined_the_branch_later_are_not_expected(bureau, record):
    newcomer = make_person("新来人", bureau.branch)
    Appointment.objects.filter(person=newcomer).update(valid_from=date(2026, 11, 19))
    activity = record("theme_day", NOVEMBER)
    assert (activity.due_count, activity.present_count) == (4, 4)
    assert not Attendance.objects.filter(person=newcomer).exists()


def test_committee_meeting_expects_the_committee_in_office(bureau, record):
    activity = record("committee_meeting", NOVEMBER, absences=[Absence("韩帆", reason="出差")])
    assert (activity.due_count, activity.present_count) == (1, 0)
    assert facts(activity, "attendance") == [(bureau.secretary.pk, 100, "leave", bureau.branch.pk)]


def test_meeting_of_a_group_writes_the_persons_facts_for_the_branch(bureau, record):
    Appointment.objects.create(
        person=bureau.colleague,
        unit=bureau.group,
        post_id="group_leader",
        valid_from=date(2026, 1, 1),
    )
    activity = record("group_meeting", NOVEMBER, unit=bureau.group)
    assert facts(activity, "attendance") == [
        (bureau.colleague.pk, 100, "present", bureau.branch.pk)
    ]
    assert facts(activity, "activity.group_meeting") == [(None, 100, "timely", bureau.group.pk)]


def test_stated_head_counts_of_a_file_stand_beside_the_roster(record):
    activity = record(
        "theme_day",
        NOVEMBER,
        due_count=43,
        present_count=42,
        absences=[Absence("朱某", reason="病假")],
    )
    assert (activity.due_count, activity.present_count) == (43, 42)
    unknown = activity.attendance.get(person=None)
    assert (unknown.name, unknown.state, unknown.reason) == ("朱某", "leave", "病假")


def test_two_members_of_one_name_are_left_in_doubt(bureau, record):
    make_person("孟宇行", bureau.branch)
    activity = record("theme_day", NOVEMBER, absences=[Absence("孟宇行", reason="值班")])
    assert activity.attendance.filter(person=None).values_list("name", "state").get() == (
        "孟宇行",
        "leave",
    )


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("病假", "leave"),
        ("探亲", "leave"),
        ("值班", "leave"),
        ("无故缺席", "absent"),
        ("旷会", "absent"),
        ("", "absent"),
    ],
)
def test_reason_beside_a_name_decides_between_leave_and_absence(reason, state):
    assert judge_absence(reason) == AttendanceState(state)


@pytest.mark.parametrize(("days", "late"), [(7, False), (8, True)])
def test_record_made_more_than_seven_days_later_is_late(record, days, late):
    on = date(2026, 11, 21 - days)
    activity = record("theme_day", on)
    fact = Fact.objects.get(entry__source_id=activity.pk, kind="activity.theme_day")
    assert (fact.status, fact.late, fact.entry.late) == ("late" if late else "timely", late, late)


def test_violation_takes_its_points_from_its_grade_and_belongs_to_the_person(bureau, record):
    activity = record(
        "violation",
        NOVEMBER,
        "未戴安全帽",
        person_id=bureau.member.pk,
        status="severe",
        verified=True,
    )
    assert facts(activity, "record.violation") == [
        (bureau.member.pk, 300, "severe", bureau.branch.pk)
    ]
    assert not activity.attendance.exists()


@pytest.mark.parametrize(
    ("code", "fields", "field"),
    [
        ("theme_day", {"topic": "  "}, "topic"),
        ("theme_day", {"on": date(2026, 11, 22)}, "occurred_on"),
        ("theme_day", {"due_count": 3, "present_count": 4}, "present_count"),
        ("theme_day", {"recorded_on": date(2026, 11, 17)}, "recorded_on"),
        ("violation", {"status": "severe"}, "person"),
        ("violation", {"status": "grave", "person_id": 1}, "status"),
    ],
)
def test_faulty_record_is_refused_at_its_field(record, code, fields, field):
    with pytest.raises(RecordRefused) as refusal:
        record(code, fields.pop("on", NOVEMBER), **fields)
    assert refusal.value.field == field
    assert (
        Activity.objects.count(),
        Fact.objects.count(),
        AuditEntry.objects.filter(verb__startswith="activities").count(),
    ) == (0, 0, 0)


def test_same_event_twice_is_refused_and_another_topic_is_another_event(record):
    record("party_lecture", NOVEMBER, "上午")
    record("party_lecture", NOVEMBER, "下午")
    with pytest.raises(RecordRefused):
        record("party_lecture", NOVEMBER, "上午")
    assert Activity.objects.count() == 2


def test_correction_keeps_the_old_values_and_rewrites_the_facts(bureau, record):
    activity = record("theme_day", NOVEMBER, absences=[Absence("许怡书", reason="病假")])
    from dataclasses import replace

    changed = replace(
        draft_of(activity),
        hours=300,
        absences=[],
        present_ids=None,
        present_count=None,
        due_count=None,
    )
    row = correct_activity(
        activity=activity, draft=changed, reason="漏记时长", actor=bureau.secretary.user
    )
    revision = ActivityRevision.objects.get()
    assert revision.old == {"present_count": 3, "hours": 200, "absences": ["许怡书(leave 病假)"]}
    assert revision.new == {"present_count": 4, "hours": 300, "absences": []}
    assert (revision.reason, revision.actor) == ("漏记时长", bureau.secretary.user)
    assert facts(row, "activity.theme_day") == [(None, 300, "timely", bureau.branch.pk)]
    assert [f[2] for f in facts(row, "attendance")] == ["present"] * 4
    withdrawn = Entry.objects.get(source_type="activities.activity", withdrawn_at__isnull=False)
    assert (withdrawn.source_id, withdrawn.reason) == (row.pk, "漏记时长")
    audit = AuditEntry.objects.get(verb="activities.correct")
    assert (audit.old, audit.reason, audit.unit_path) == (
        revision.old,
        "漏记时长",
        bureau.branch.path,
    )


def test_correction_without_a_difference_writes_nothing(bureau, record):
    activity = record("theme_day", NOVEMBER, absences=[Absence("许怡书", reason="病假")])
    before = Fact.objects.count()
    correct_activity(
        activity=activity, draft=draft_of(activity), reason="再看一遍", actor=bureau.secretary.user
    )
    assert (ActivityRevision.objects.count(), Fact.objects.count()) == (0, before)


def test_correction_without_a_reason_is_refused(bureau, record):
    activity = record("theme_day", NOVEMBER)
    with pytest.raises(RecordRefused) as refusal:
        correct_activity(activity=activity, draft=draft_of(activity), reason=" ", actor=None)
    assert refusal.value.field == "reason"


def test_correction_never_moves_the_day_of_recording_back(bureau, record):
    from dataclasses import replace

    activity = record("theme_day", date(2026, 10, 1), recorded_on=date(2026, 10, 20))
    row = correct_activity(
        activity=activity,
        draft=replace(draft_of(activity), occurred_on=date(2026, 10, 15)),
        reason="日期写错",
        actor=None,
    )
    assert (row.recorded_on, facts(row, "activity.theme_day")[0][2]) == (
        date(2026, 10, 20),
        "timely",
    )


def test_withdrawn_record_stays_and_its_facts_are_taken_back(bureau, record):
    activity = record("theme_day", NOVEMBER)
    row = withdraw_activity(activity=activity, reason="未开展", actor=bureau.secretary.user)
    assert (row.withdrawn_on, row.withdrawn_reason) == (date(2026, 11, 21), "未开展")
    assert facts(row, "activity.theme_day") == []
    assert Fact.objects.filter(entry__source_id=row.pk, kind="activity.theme_day").count() == 1
    assert AuditEntry.objects.get(verb="activities.withdraw").reason == "未开展"
    again = record("theme_day", NOVEMBER)
    assert again.pk != row.pk


def test_many_records_are_all_written_or_none(bureau, packs):
    good = ActivityDraft(packs["theme_day"], bureau.branch, NOVEMBER, "一")
    bad = ActivityDraft(packs["theme_day"], bureau.branch, date(2027, 1, 1), "二")
    with pytest.raises(RecordRefused):
        record_activities(drafts=[good, bad], actor=None)
    assert Activity.objects.count() == 0
    made = record_activities(
        drafts=[good, ActivityDraft(packs["party_lecture"], bureau.branch, NOVEMBER, "二")],
        actor=None,
    )
    assert [a.topic for a in made] == ["一", "二"]
    audit = AuditEntry.objects.get(verb="activities.record_many")
    assert audit.new == {
        "records": 2,
        "first": "2026-11-18",
        "last": "2026-11-18",
        "ids": [made[0].pk, made[1].pk],
    }


def test_query_count_of_many_records_does_not_grow_with_them(bureau, packs):
    def drafts(day, n):
        return [
            ActivityDraft(packs["party_lecture"], bureau.branch, date(2026, 11, day), f"第{i}讲")
            for i in range(n)
        ]

    record_activities(drafts=drafts(1, 1), actor=None)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as three:
        record_activities(drafts=drafts(2, 3), actor=None)
    with CaptureQueriesContext(connection) as nine:
        record_activities(drafts=drafts(3, 9), actor=None)
    assert len(nine) == len(three)


BREACHES = [
    {"due_count": 3, "present_count": 4},
    {"withdrawn_on": NOVEMBER},
    {"withdrawn_reason": "why"},
    {"recorded_on": date(2026, 11, 17)},
]


@pytest.mark.parametrize("breach", BREACHES)
def test_database_refuses_what_the_services_would_never_write(record, breach):
    activity = record("theme_day", NOVEMBER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=activity.pk).update(**breach)


def test_database_refuses_a_second_record_of_the_same_event(bureau, record, packs):
    activity = record("theme_day", NOVEMBER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.create(
            kind=packs["theme_day"],
            unit=bureau.branch,
            occurred_on=NOVEMBER,
            topic=activity.topic,
            recorded_on=NOVEMBER,
        )


def test_database_refuses_attendance_of_nobody_and_revision_without_reason(record):
    activity = record("theme_day", NOVEMBER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.create(activity=activity, state="leave")
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivityRevision.objects.create(activity=activity, old={}, new={}, reason="")
