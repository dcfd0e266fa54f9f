"""Classes: planned with stages and timetable, roll called once, everything else follows."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError

from linghang.activities import api as activities
from linghang.activities.models import Activity
from linghang.ledger.models import Fact
from linghang.meetings import services as meetings
from linghang.platform.audit.models import Entry
from linghang.study import queries, services
from linghang.study.enums import ClassState, SessionState
from linghang.study.models import Session, StudyClass
from linghang.study.services import ClassDraft, SessionDraft
from tests.conftest import TODAY
from tests.study.conftest import DAY, NEXT


def test_a_class_goes_from_its_plan_to_its_last_roll_call(school):
    study_class, first = school.ready()
    second = school.add(
        study_class,
        "交流研讨",
        stage=2,
        on=NEXT,
        begins=time(14),
        ends=time(15, 40),
        form="seminar",
    )
    assert queries.read_class(study_class, date(2026, 11, 1)).state is ClassState.PLANNED
    assert first.judge(date(2026, 11, 8)) is SessionState.PLANNED
    assert first.judge(DAY) is SessionState.WAITING
    school.hold(first, school.people[2])
    line = queries.read_class(study_class, TODAY)
    assert (line.sessions, line.held, line.people, line.share) == (2, 1, 3, 50)
    assert line.state is ClassState.RUNNING
    school.hold(second)
    assert queries.read_class(study_class, TODAY).state is ClassState.FINISHED
    book = queries.read_book(study_class, list(study_class.sessions.select_related("activity")))
    assert [line.cells for line in book] == [
        ["present", "present"],
        ["present", "present"],
        ["leave", "present"],
    ]
    assert [line.hours for line in book] == [567, 567, 167]


def test_one_roll_call_is_one_record_with_its_hours_heads_and_minutes(school):
    _class, session = school.ready()
    activity = school.hold(session, school.people[2], minutes="三人发言，形成两条措施")
    activity.refresh_from_db()
    assert Activity.objects.filter(kind__code="training_class").count() == 1
    assert activity.topic == "学习贯彻读书班：原文导读"
    assert (activity.hours, activity.due_count, activity.present_count) == (400, 3, 2)
    assert activity.note == "三人发言，形成两条措施"
    facts = Fact.objects.filter(entry__source_type="activities.activity", kind="attendance")
    assert sorted(facts.values_list("status", "quantity")) == [
        ("leave", 400), ("present", 400), ("present", 400)
    ]  # fmt: skip


def test_a_held_seminar_meets_the_duty_it_counts_for_too(school):
    study_class = school.plan(also="quarterly_seminar")
    school.invite(study_class)
    lecture = school.add(study_class, "辅导")
    seminar = school.add(study_class, "研讨", begins=time(14), ends=time(16), form="seminar")
    assert school.hold(lecture).also == []
    assert school.hold(seminar).also == ["quarterly_seminar"]


@pytest.mark.parametrize(
    ("begins", "ends", "form", "hours"),
    [
        (time(9), time(12), "lecture", 400),
        (time(9), time(12), "reading", 400),
        (time(9), time(12), "seminar", 300),
        (time(9), time(11, 59), "lecture", 298),
        (time(9), time(10, 40), "self", 167),
        (time(9), time(15), "visit", 800),
        (time(8), time(20), "lecture", 800),
    ],
)
def test_the_hours_of_a_session_follow_from_times_and_form(begins, ends, form, hours):
    assert services.compute_hours(DAY, begins, ends, form) == hours


def refuse(code: str, act) -> str:
    with pytest.raises(ValidationError) as refusal:
        act()
    error = refusal.value
    if hasattr(error, "error_dict"):
        codes = {one.code for errors in error.error_dict.values() for one in errors}
    else:
        codes = {one.code for one in error.error_list}
    assert codes == {code}
    return error.messages[0]


def test_a_plan_is_refused_with_what_to_mend(school):
    study_class, _session = school.ready()
    refuse("title", lambda: school.plan(" "))
    refuse("stages", lambda: school.plan("另一期", stages=[" "]))
    refuse("same", school.plan)
    refuse("length", lambda: school.add(study_class, "空", begins=time(12), ends=time(12)))
    refuse("stage", lambda: school.add(study_class, "空", stage=3))
    refuse("topic", lambda: school.add(study_class, " ", begins=time(14), ends=time(15)))
    words = refuse("overlap", lambda: school.add(study_class, "另一", begins=time(11)))
    assert "原文导读" in words
    refuse(
        "same_topic",
        lambda: school.add(study_class, "原文导读", begins=time(14), ends=time(15)),
    )
    assert StudyClass.objects.count() == 1
    assert Session.objects.count() == 1


def test_a_roll_call_is_refused_before_the_day_twice_and_without_participants(school):
    study_class, session = school.ready()
    later = school.add(study_class, "下周", on=date(2026, 11, 30))
    refuse("occurred_on", lambda: school.hold(later))
    refuse("stranger", lambda: school.hold(session, school.bureau.stranger))
    school.hold(session)
    refuse("held", lambda: school.hold(session))
    empty = school.plan("空班")
    refuse("nobody", lambda: school.hold(school.add(empty, "无人", on=NEXT)))


def test_the_second_of_two_is_told(school):
    study_class, session = school.ready()
    seen = StudyClass.objects.get().seen
    school.hold(session)
    draft = SessionDraft(stage=1, on=NEXT, begins=time(9), ends=time(10), topic="再议")
    refuse(
        "moved",
        lambda: services.plan_sessions(
            study_class=study_class, drafts=[draft], actor=school.secretary, seen=seen
        ),
    )


def test_a_held_session_is_neither_changed_nor_removed_and_recorded_anew_once_withdrawn(school):
    _study_class, session = school.ready()
    activity = school.hold(session)
    draft = SessionDraft(stage=1, on=NEXT, begins=time(9), ends=time(10), topic="改")
    actor = school.secretary
    refuse("held", lambda: services.change_session(session=session, draft=draft, actor=actor))
    refuse("held", lambda: services.remove_session(session=session, reason="误", actor=actor))
    activities.withdraw_activity(activity=activity, reason="未举办", actor=actor)
    assert school.hours(school.people[1]) == 0
    refuse("recorded", lambda: services.remove_session(session=session, reason="误", actor=actor))
    school.hold(session)
    assert school.hours(school.people[1]) == 400


def test_a_planned_session_is_changed_and_removed_with_the_reason_in_the_trail(school):
    _study_class, session = school.ready()
    draft = SessionDraft(stage=2, on=NEXT, begins=time(9), ends=time(15), topic="现场教学")
    changed = services.change_session(session=session, draft=draft, actor=school.secretary)
    assert (changed.hours, changed.stage.number, changed.topic) == (800, 2, "现场教学")
    refuse(
        "reason",
        lambda: services.remove_session(session=changed, reason=" ", actor=school.secretary),
    )
    services.remove_session(session=changed, reason="老师出差", actor=school.secretary)
    entry = Entry.objects.filter(verb="study.session_removed").get()
    assert (entry.reason, entry.new["topic"]) == ("老师出差", "现场教学")


def test_stages_are_renamed_and_one_in_use_stays(school):
    study_class, _session = school.ready()
    school.add(study_class, "研讨", stage=2, on=NEXT)
    actor = school.secretary

    def change(*stages):
        draft = ClassDraft(school.bureau.branch, "新名", stages)
        return services.change_class(study_class=study_class, draft=draft, actor=actor)

    refuse("stage_in_use", lambda: change("一"))
    change("一", "二", "三")
    study_class.refresh_from_db()
    assert [s.title for s in study_class.stages.all()] == ["一", "二", "三"]
    change("一", "二")
    assert study_class.stages.count() == 2


def test_participants_are_chosen_by_unit_and_post_and_once(school):
    study_class = school.plan(unit=school.bureau.committee)
    actor = school.bureau.officer.user

    def choose(**values):
        return services.choose_people(study_class=study_class, actor=actor, **values)

    assert choose(units=[school.bureau.committee], posts=["secretary"]) == 2
    assert choose(units=[school.bureau.branch], posts=["member"]) == 3
    assert choose(persons=[school.bureau.secretary]) == 0
    refuse("nobody", lambda: choose(units=[school.bureau.branch], posts=["expert"]))
    homes = {p.person.name: p.unit.name for p in queries.list_participants(study_class)}
    assert homes["方艳一"] == "输电运检党支部"


def test_who_was_there_stays_in_the_class(school):
    study_class, session = school.ready()
    _secretary, member, colleague = school.people
    school.hold(session, colleague)

    def drop(*people):
        ids = [person.pk for person in people]
        return services.drop_people(study_class=study_class, persons=ids, actor=school.secretary)

    refuse("attended", lambda: drop(member))
    assert drop(colleague) == 1


def test_a_class_called_off_takes_nothing_more_and_keeps_what_was_held(school):
    study_class, session = school.ready()
    school.hold(session)
    actor = school.secretary
    refuse(
        "reason",
        lambda: services.call_off_class(study_class=study_class, reason="", actor=actor),
    )
    services.call_off_class(study_class=study_class, reason="迎峰度冬保电", actor=actor)
    refuse("called_off", lambda: school.add(study_class, "另一", on=NEXT))
    assert queries.read_class(study_class, TODAY).state is ClassState.CALLED_OFF
    assert school.hours(school.people[1]) == 400
    assert school.plan().pk != study_class.pk  # the title is free again


def test_make_up_study_counts_once_and_only_for_who_was_away(school):
    _class, session = school.ready()
    _secretary, member, colleague = school.people
    activity = school.hold(session, colleague, reason="值班")
    assert school.hours(colleague) == 0

    def make_up(*people, on=NEXT, how="自学材料并与主讲人交流"):
        return meetings.make_up(
            activity=activity, people=people, on=on, way=how, actor=school.secretary
        )

    with pytest.raises(ValidationError):
        make_up(member)
    (row,) = make_up(colleague)
    assert school.hours(colleague) == 400
    assert school.hours(colleague, on=DAY) == 0  # not before the day it was made up on
    with pytest.raises(ValidationError):
        make_up(colleague)
    meetings.withdraw_make_up(row=row, reason="没有补学", actor=school.secretary)
    assert school.hours(colleague) == 0


def test_study_made_up_for_is_not_counted_beside_a_presence_corrected_later(school):
    _class, session = school.ready()
    colleague = school.people[2]
    activity = school.hold(session, colleague)
    meetings.make_up(
        activity=activity, people=[colleague], on=NEXT, way="补学", actor=school.secretary
    )
    draft = activities.ActivityDraft(
        kind=activity.kind, unit=activity.unit, occurred_on=activity.occurred_on,
        topic=activity.topic, hours=400, present_ids=[p.pk for p in school.people],
    )  # fmt: skip
    activities.correct_activity(
        activity=activity, draft=draft, reason="当天到会", actor=school.secretary
    )
    assert school.hours(colleague) == 400


def test_nobody_is_at_two_places_at_one_time(school):
    _class, session = school.ready()
    school.hold(session)
    other = school.plan("安全培训班")
    school.invite(other, school.people[1])
    double = school.add(other, "同一时间", begins=time(11), ends=time(13))
    words = refuse("double", lambda: school.hold(double))
    assert "林晓禾" in words
    assert "原文导读" in words
    school.hold(double, school.people[1])
    assert school.hours(school.people[1]) == 400
