"""Lectures: taken, swapped when both agree, recorded once, rated so that only counts stay."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from linghang.activities import api as activities
from linghang.activities.models import Activity, Attendance
from linghang.ledger.models import Fact
from linghang.platform.audit.models import Entry
from linghang.platform.calendar import clock
from linghang.study import queries, services
from linghang.study.enums import LectureState
from linghang.study.models import Lecture, Rating, Swap
from linghang.study.services import RollDraft
from tests.cast import make_person
from tests.conftest import TODAY
from tests.study.conftest import MONDAY


def refuse(code, act):
    with pytest.raises(ValidationError) as caught:
        act()
    found = caught.value
    errors = (
        [e for row in found.error_dict.values() for e in row]
        if hasattr(found, "error_dict")
        else found.error_list
    )
    assert [error.code for error in errors] == [code]
    return " ".join(found.messages)


def test_a_week_falls_on_its_weekday_and_a_holiday_moves_within_the_week(school):
    roster = school.roster(first_on=date(2026, 9, 21), lectures=4)
    days = [row.on for row in roster.lectures.all()]
    # 2026-10-05 lies in the National Day holiday (1–7): the first working day after it.
    assert days == [date(2026, 9, 21), date(2026, 9, 28), date(2026, 10, 8), date(2026, 10, 12)]


def test_a_roster_is_refused_without_what_it_needs(school):
    refuse("title", lambda: school.roster(title=" "))
    refuse("posts", lambda: school.roster(posts=[]))
    refuse("lectures", lambda: school.roster(lectures=61))
    school.roster()
    refuse("same", school.roster)


def test_a_free_day_goes_to_the_first_who_takes_it(school):
    roster = school.roster()
    lecture = roster.lectures.first()
    _secretary, member, colleague = school.people
    services.claim_lecture(lecture=lecture, person=member, topic="", actor=member.user)

    def claim(person, topic=""):
        return services.claim_lecture(lecture=lecture, person=person, topic=topic, actor=None)

    words = refuse("taken", lambda: claim(colleague))
    assert "林晓禾" in words
    assert claim(member, "我身边的先锋").topic == "我身边的先锋"
    seen = lecture.seen
    refuse(
        "moved",
        lambda: services.assign_lecture(
            lecture=lecture, on=MONDAY, person=colleague, topic="", actor=None, seen=seen + "9"
        ),
    )


def test_a_day_is_given_back_before_it_and_not_after(school):
    roster = school.roster(first_on=date(2026, 11, 23))
    lecture = roster.lectures.first()
    member = school.people[1]
    services.claim_lecture(lecture=lecture, person=member, topic="安全", actor=member.user)
    refuse(
        "stranger",
        lambda: services.release_lecture(lecture=lecture, person=school.people[2], actor=None),
    )
    freed = services.release_lecture(lecture=lecture, person=member, actor=member.user)
    assert (freed.person, freed.topic) == (None, "")
    old = school.roster(title="旧", first_on=MONDAY).lectures.first()
    services.claim_lecture(lecture=old, person=member, topic="安全", actor=member.user)
    refuse("past", lambda: services.release_lecture(lecture=old, person=member, actor=member.user))


def ready_to_swap(school):
    first, second, _free = school.roster(first_on=date(2026, 11, 23)).lectures.all()
    _secretary, member, colleague = school.people
    school.assign(first, member, "甲")
    school.assign(second, colleague, "乙")
    swap = services.ask_swap(lecture=first, other=second, person=member, actor=member.user)
    return first, second, swap


def test_two_lecturers_swap_only_when_the_other_agrees(school):
    first, second, swap = ready_to_swap(school)
    _secretary, member, colleague = school.people
    refuse(
        "stranger",
        lambda: services.answer_swap(swap=swap, agree=True, person=member, actor=member.user),
    )
    rows = Lecture.objects.filter(pk__in=[first.pk, second.pk]).order_by("on")
    assert [row.person for row in rows] == [member, colleague]
    services.answer_swap(swap=swap, agree=True, person=colleague, actor=None)
    assert [(row.person.name, row.topic) for row in rows.all()] == [
        ("许怡书", "乙"),
        ("林晓禾", "甲"),
    ]
    refuse(
        "answered",
        lambda: services.answer_swap(swap=swap, agree=True, person=colleague, actor=None),
    )


def test_a_refused_swap_changes_nothing_and_a_reassigned_one_falls_away(school):
    first, second, swap = ready_to_swap(school)
    _secretary, member, colleague = school.people
    services.answer_swap(swap=swap, agree=False, person=colleague, actor=None)
    assert Lecture.objects.get(pk=first.pk).person == member
    again = services.ask_swap(
        lecture=Lecture.objects.get(pk=first.pk), other=second, person=member, actor=None
    )
    refuse(
        "waits",
        lambda: services.ask_swap(lecture=first, other=second, person=member, actor=None),
    )
    school.assign(Lecture.objects.get(pk=second.pk), school.people[0], "丙")
    assert Swap.objects.get(pk=again.pk).state == "void"
    refuse(
        "answered",
        lambda: services.answer_swap(swap=again, agree=True, person=colleague, actor=None),
    )


def test_a_held_lecture_is_one_record_from_what_is_known(school):
    lecture = school.give(school.people[2])
    record = Activity.objects.get()
    assert record.kind.code == "party_lecture"
    assert record.topic == "周一讲党课：从一次抢修讲初心"
    assert (record.host_name, record.occurred_on, record.hours) == ("韩帆", MONDAY, 75)
    assert (record.present_count, record.due_count) == (3, 4)
    away = Attendance.objects.get(activity=record, state="leave")
    assert (away.person.name, away.reason) == ("许怡书", "出差")
    assert lecture.judge(TODAY) is LectureState.HELD
    assert school.hours(school.people[1]) == 75  # 45 minutes, counted by nobody
    refuse(
        "held",
        lambda: services.record_lecture(lecture=lecture, draft=RollDraft(), actor=school.secretary),
    )
    activities.withdraw_activity(activity=record, reason="未讲", actor=school.secretary)
    assert Lecture.objects.get(pk=lecture.pk).judge(TODAY) is LectureState.WAITING


def test_a_lecture_without_topic_or_of_a_day_to_come_is_not_recorded(school):
    roster = school.roster()
    lecture = roster.lectures.first()

    def record(row):
        services.record_lecture(lecture=row, draft=RollDraft(), actor=school.secretary)

    refuse("unknown", lambda: record(lecture))
    ahead = school.assign(
        school.roster(title="下周", first_on=date(2026, 11, 23)).lectures.first(),
        school.people[0],
        "甲",
    )
    refuse("occurred_on", lambda: record(ahead))


def hold_show(school, number=3):
    """Return the lectures of a show of the bureau, held by its first members before an audience."""
    roster = school.roster(
        "微党课展示", number, kind="show", first_on=date(2026, 11, 18), minutes=10
    )
    speakers = [make_person(f"主讲{n}", school.bureau.branch) for n in range(number)]
    for lecture, person in zip(roster.lectures.all(), speakers, strict=True):
        school.assign(lecture, person, f"微党课{person.name}")
    guests = [make_person(f"听众{n}", school.bureau.branch) for n in range(12)]
    services.record_lecture(
        lecture=roster.lectures.first(), draft=RollDraft(), actor=school.secretary
    )
    return roster, guests


def test_a_show_is_one_record_of_all_its_lectures(school):
    roster, guests = hold_show(school)
    record = Activity.objects.get()
    assert (record.kind.code, record.topic, record.hours) == ("micro_lecture", "微党课展示", 50)
    assert record.note.splitlines()[0] == "1. 主讲0：微党课主讲0"
    assert record.present_count == 4 + 3 + len(guests)
    assert {row.activity_id for row in roster.lectures.all()} == {record.pk}


def test_stars_are_given_once_changed_until_the_close_and_then_only_counted(school):
    roster, guests = hold_show(school)
    lecture, other, few = roster.lectures.all()
    for guest in guests[:6]:
        services.rate_lecture(lecture=lecture, person=guest, stars=3)
        services.rate_lecture(lecture=lecture, person=guest, stars=5)
        services.rate_lecture(lecture=other, person=guest, stars=4)
    services.rate_lecture(lecture=few, person=guests[0], stars=5)
    assert Rating.objects.filter(lecture=lecture).count() == 6
    services.close_ratings(roster=roster, actor=school.secretary)
    assert Rating.objects.count() == 0
    lines = queries.read_roster(roster, TODAY, None)
    assert [line.lecture.counts for line in lines] == [
        [0, 0, 0, 0, 6],
        [0, 0, 0, 6, 0],
        [0, 0, 0, 0, 1],
    ]
    ranked = queries.rank_show(lines)
    assert [(line.rated.place, line.rated.ratings) for line in ranked] == [
        (1, 6),
        (2, 6),
        (None, 1),
    ]
    refuse("closed", lambda: services.rate_lecture(lecture=lecture, person=guests[0], stars=1))
    refuse("closed", lambda: services.close_ratings(roster=roster, actor=school.secretary))


def test_only_who_was_there_rates_and_nobody_the_own_lecture(school):
    lecture = school.give(school.people[2])
    secretary, member, colleague = school.people

    def rate(person, stars=5):
        services.rate_lecture(lecture=lecture, person=person, stars=stars)

    refuse("own", lambda: rate(secretary))
    refuse("stranger", lambda: rate(colleague))
    refuse("stars", lambda: rate(member, 6))
    refuse("stars", lambda: rate(member, 0))
    rate(member)
    free = lecture.roster.lectures.last()
    refuse("not_held", lambda: services.rate_lecture(lecture=free, person=member, stars=5))
    refuse("by_itself", lambda: services.close_ratings(roster=lecture.roster, actor=None))


def test_the_rating_of_a_weekly_lecture_closes_by_itself_after_a_week(school):
    lecture = school.give(title="今天", first_on=date(2026, 11, 20))
    old = school.give(title="上周", first_on=date(2026, 11, 9))
    services.rate_lecture(lecture=old, person=school.people[1], stars=4)
    services.rate_lecture(lecture=lecture, person=school.people[1], stars=2)
    assert services.close_old_ratings() == 1
    assert services.close_old_ratings() == 0
    old.refresh_from_db()
    lecture.refresh_from_db()
    assert (old.counts, lecture.counts) == ([0, 0, 0, 1, 0], [])
    with clock.stand_on(TODAY + timedelta(days=8)):
        assert services.close_old_ratings() == 1


def test_no_table_but_the_open_ratings_tells_who_gave_what(school):
    """Two different ways to give the same stars leave the same rows once rating has closed."""
    roster, guests = hold_show(school)
    lecture = roster.lectures.first()
    trail = Entry.objects.count()
    for stars, guest in zip((5, 1, 3, 4, 4), guests, strict=False):
        services.rate_lecture(lecture=lecture, person=guest, stars=stars)
    raters = set(Rating.objects.values_list("rater", flat=True))
    keys = {str(guest.pk) for guest in guests} | {guest.code for guest in guests}
    assert not raters & keys
    assert {len(rater) for rater in raters} == {64}
    assert Entry.objects.count() == trail  # no act says who rated when
    services.close_ratings(roster=roster, actor=school.secretary)
    lecture.refresh_from_db()
    assert (Rating.objects.count(), lecture.counts) == (0, [1, 0, 1, 2, 1])


def test_ratings_write_no_fact_and_no_scheme_may_count_them(school):
    from linghang.ledger.api import list_kinds
    from linghang_core.scoring.linting.rules import RULES

    roster, guests = hold_show(school)
    facts = Fact.objects.count()
    for lecture in roster.lectures.all():
        for guest in guests:
            services.rate_lecture(lecture=lecture, person=guest, stars=5)
    services.close_ratings(roster=roster, actor=school.secretary)
    assert Fact.objects.count() == facts
    kinds = list_kinds()
    words = ("rating", "stars", "reflection", "likeness")
    assert [code for code in kinds if any(word in code for word in words)] == []
    assert RULES["undeclared_kind"].severity == "error"  # what no app declares cannot be counted


def test_a_lecture_with_a_topic_needs_a_lecturer_and_a_removed_day_a_reason(school):
    roster = school.roster()
    lecture = roster.lectures.first()

    def assign(person, topic):
        services.assign_lecture(
            lecture=lecture, on=MONDAY, person=person, topic=topic, actor=school.secretary
        )

    refuse("person", lambda: assign(None, "甲"))
    refuse(
        "reason",
        lambda: services.remove_lecture(lecture=lecture, reason=" ", actor=school.secretary),
    )
    services.remove_lecture(lecture=lecture, reason="停电检修", actor=school.secretary)
    assert roster.lectures.count() == 2
    entry = Entry.objects.get(verb="study.lecture_removed")
    assert (entry.reason, entry.new["on"]) == ("停电检修", "2026-11-09")


def test_reminders_tell_the_lecturer_and_who_was_asked(school):
    first, _second, swap = ready_to_swap(school)
    Swap.objects.filter(pk=swap.pk).update(asked_of=school.people[0])
    found = list(queries.list_lecture_reminders(date(2026, 11, 21)))
    assert {(note.recipient_id, note.key) for note in found} == {
        (school.people[1].user_id, f"lecture:{first.pk}:2026-11-23"),
        (school.people[0].user_id, f"swap:{swap.pk}"),
    }
    scope = type("Scope", (), {"person_id": school.people[1].pk})()
    dates = list(queries.list_lecture_dates(scope, date(2026, 11, 1), date(2026, 12, 1)))
    assert [(one.day, one.title) for one in dates] == [(date(2026, 11, 23), "08:30 周一讲党课")]


def test_begins_keeps_its_time(school):
    roster = school.roster()
    roster.refresh_from_db()
    assert roster.begins == time(8, 30)
