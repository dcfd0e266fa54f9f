"""Laws of hours: they equal an independent recount, no hour counts twice, made up for is counted once."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang.activities import api as activities
from linghang.activities.models import Attendance
from linghang.meetings import services as meetings
from linghang.meetings.models import MakeUp
from linghang.people.models import Person
from linghang.study import queries, services
from linghang.study.models import Session
from linghang.study.services import RollDraft
from tests.conftest import TODAY

DAYS = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 11, 9), date(2026, 11, 10)]
FORMS = ["self", "reading", "seminar", "visit", "lecture"]
SESSION = st.tuples(
    st.integers(0, 1),
    st.sampled_from(DAYS),
    st.integers(7 * 12, 20 * 12),
    st.integers(1, 100),
    st.sampled_from(FORMS),
)
ACT = st.tuples(
    st.sampled_from(["hold", "make_up", "withdraw"]),
    st.integers(0, 9),
    st.sets(st.integers(0, 2)),
)
QUIET = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@contextmanager
def undone():
    """Roll everything inside back: examples share one database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def clock_of(fives: int) -> time:
    return time(min(fives, 287) // 12, min(fives, 287) % 12 * 5)


def attempt(act) -> None:
    """Do it if it may be done; a refusal leaves nothing behind."""
    try:
        with transaction.atomic():
            act()
    except ValidationError:
        pass


@QUIET
@given(plans=st.lists(SESSION, max_size=8), acts=st.lists(ACT, max_size=14))
def test_hours_equal_the_sum_over_sessions_and_nobody_is_in_two_at_once(school, plans, acts):
    with undone():
        classes = [school.plan("一期"), school.plan("二期")]
        for one in classes:
            school.invite(one)
        for number, (which, on, begins, length, form) in enumerate(plans):
            values = {"begins": clock_of(begins), "ends": clock_of(begins + length), "form": form}
            attempt(
                lambda w=which, n=number, o=on, v=values: school.add(
                    classes[w], f"课{n}", on=o, **v
                )
            )
        sessions = list(Session.objects.order_by("pk"))
        for what, place, who in acts if sessions else ():
            do(school, what, sessions[place % len(sessions)].pk, [school.people[n] for n in who])
        for person in school.people:
            for year, on in ((2025, date(2025, 12, 31)), (2026, TODAY)):
                assert school.hours(person, year, on) == recount(person, year)
        for person in school.people:
            insist_one_place(person)


def do(school, what: str, pk: int, people: list[Person]) -> None:
    session = Session.objects.select_related("activity", "study_class").get(pk=pk)
    actor = school.secretary
    if what == "hold":
        draft = RollDraft(away=[(person.pk, "值班") for person in people])
        attempt(lambda: services.record_session(session=session, draft=draft, actor=actor))
    elif session.activity is not None and what == "make_up":
        attempt(
            lambda: meetings.make_up(
                activity=session.activity, people=people, on=TODAY, way="补学", actor=actor
            )
        )
    elif session.activity is not None:
        activities.withdraw_activity(activity=session.activity, reason="误", actor=actor)


def recount(person: Person, year: int) -> int:
    """Count again from the timetable, session by session, without the query under test."""
    total = 0
    for session in Session.objects.select_related("activity"):
        if not session.is_held or session.on.year != year:
            continue
        row = Attendance.objects.get(activity=session.activity, person=person)
        made_up = MakeUp.objects.filter(
            activity=session.activity, person=person, withdrawn_on=None
        ).count()
        assert made_up <= 1
        # a past year stands as of its last day: what was made up for later is not in it
        counts = row.state == "present" or (made_up and year == TODAY.year)
        total += hours_of(session) if counts else 0
    return total


def hours_of(session: Session) -> int:
    begins = datetime.combine(session.on, session.begins)
    minutes = (datetime.combine(session.on, session.ends) - begins).seconds // 60
    if minutes >= 360:
        return 800
    if minutes >= 180 and session.form in {"reading", "lecture"}:
        return 400
    return (minutes * 100 + 30) // 60


def insist_one_place(person: Person) -> None:
    held = [
        session
        for session in Session.objects.select_related("activity")
        if session.is_held
        and Attendance.objects.filter(
            activity=session.activity, person=person, state="present"
        ).exists()
    ]
    for one in held:
        others = [o for o in held if o.pk != one.pk and o.on == one.on]
        assert not [o for o in others if o.begins < one.ends and one.begins < o.ends]


def test_the_book_of_a_class_sums_to_the_hours_of_its_people(school):
    study_class, session = school.ready()
    school.hold(session, school.people[2])
    book = queries.read_book(study_class, list(study_class.sessions.select_related("activity")))
    assert {line.person.pk: line.hours for line in book} == {
        person.pk: school.hours(person) for person in school.people
    }
