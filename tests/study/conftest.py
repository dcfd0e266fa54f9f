"""A bureau with the packs of study, and how a class of two days is planned in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time

import pytest

from linghang.library.api import install_packs
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.study import queries, services
from linghang.study.models import Lecture, Roster, Session, StudyClass
from linghang.study.services import ClassDraft, RollDraft, RosterDraft, SessionDraft
from tests.conftest import TODAY, Bureau

PACKS = ("organisation-life", "study-cadence", "study-classes", "study-lectures", "study-lists")
DAY = date(2026, 11, 9)
NEXT = date(2026, 11, 10)
MONDAY = date(2026, 11, 9)


@dataclass
class School:
    """The branch and who acts in it."""

    bureau: Bureau
    people: list[Person] = field(default_factory=list)

    @property
    def secretary(self):
        return self.bureau.secretary.user

    def plan(self, title: str = "学习贯彻读书班", **values) -> StudyClass:
        draft = ClassDraft(
            **{"unit": self.bureau.branch, "title": title, "stages": ["原文自学", "研讨"], **values}
        )
        return services.plan_class(draft=draft, actor=self.secretary)

    def add(self, study_class: StudyClass, topic: str, **values) -> Session:
        given = {"stage": 1, "on": DAY, "begins": time(9), "ends": time(12), **values}
        draft = SessionDraft(topic=topic, **given)
        return services.plan_sessions(
            study_class=study_class, drafts=[draft], actor=self.secretary
        )[0]

    def invite(self, study_class: StudyClass, *people: Person) -> None:
        services.choose_people(
            study_class=study_class, persons=people or self.people, actor=self.secretary
        )

    def hold(self, session: Session, *away: Person, reason: str = "出差", **values):
        draft = RollDraft(away=[(person.pk, reason) for person in away], **values)
        return services.record_session(session=session, draft=draft, actor=self.secretary)

    def ready(self, title: str = "学习贯彻读书班") -> tuple[StudyClass, Session]:
        """Return a class with its participants and one session of half a day."""
        study_class = self.plan(title)
        self.invite(study_class)
        return study_class, self.add(study_class, "原文导读")

    def roster(self, title: str = "周一讲党课", lectures: int = 3, **values) -> Roster:
        given = {
            "unit": self.bureau.branch,
            "title": title,
            "first_on": MONDAY,
            "lectures": lectures,
            "begins": time(8, 30),
            "minutes": 45,
            "posts": ["member"],
            **values,
        }
        return services.plan_roster(draft=RosterDraft(**given), actor=self.secretary)

    def assign(self, lecture: Lecture, person: Person, topic: str) -> Lecture:
        return services.assign_lecture(
            lecture=lecture, on=lecture.on, person=person, topic=topic, actor=self.secretary
        )

    def give(self, *people: Person, topic: str = "从一次抢修讲初心", **values) -> Lecture:
        """Return a lecture of a weekly roster, held on a Monday with the members there."""
        roster = self.roster(**values)
        lecture = self.assign(roster.lectures.first(), self.people[0], topic)
        away = [(person.pk, "出差") for person in people]
        services.record_lecture(lecture=lecture, draft=RollDraft(away=away), actor=self.secretary)
        return Lecture.objects.select_related("roster__unit", "activity").get(pk=lecture.pk)

    def hours(self, person: Person, year: int = 2026, on: date = TODAY) -> int:
        return queries.read_hours([person.pk], year, on)[person.pk].hours


@pytest.fixture
def school(bureau) -> School:
    install_packs(PACKS, actor=None)
    with clock.stand_on(TODAY):
        yield School(bureau, [bureau.secretary, bureau.member, bureau.colleague])
