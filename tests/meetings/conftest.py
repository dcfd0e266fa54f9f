"""A branch of ten members, one of them on probation, and a members' meeting two were away from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

import linghang.library
from linghang.activities import api as activities
from linghang.activities import mapping
from linghang.activities.models import Activity, ActivityKind
from linghang.meetings import services
from linghang.meetings.models import AgendaItem
from linghang.meetings.services import ItemDraft, TaskDraft, VoteDraft
from linghang.people.enums import MemberKind
from linghang.people.models import Person
from linghang.platform.packs.services import install_pack
from tests.cast import make_person
from tests.conftest import Bureau

PACK = Path(linghang.library.__file__).parent / "packs" / "organisation-life.yaml"
HELD = date(2026, 11, 3)
LATER = date(2026, 11, 18)
DUE = date(2026, 12, 11)


@dataclass
class Branch:
    """The branch, its members, and short ways to meet and resolve."""

    bureau: Bureau
    kinds: dict[str, ActivityKind]
    members: list[Person]
    probationary: Person

    @property
    def secretary(self) -> Any:
        return self.bureau.secretary.user

    def meet(
        self,
        on: date = HELD,
        *,
        kind: str = "members_meeting",
        topic: str = "研究年度工作",
        away: tuple[Person, ...] = (),
        **fields: Any,
    ) -> Activity:
        """Record a meeting; who is named in `away` is on leave."""
        absences = tuple(activities.Absence(person_id=person.pk, reason="出差") for person in away)
        draft = activities.ActivityDraft(
            self.kinds[kind], self.bureau.branch, on, topic, absences=absences, **fields
        )
        return activities.record_activity(draft=draft, actor=self.secretary)

    def resolve(
        self, meeting: Activity, topic: str = "更新责任区公示", **values: Any
    ) -> AgendaItem:
        """Put an item on the agenda; a task for the colleague follows unless said otherwise."""
        task = TaskDraft("更新公示牌", DUE, self.bureau.colleague)
        draft = ItemDraft(**{"topic": topic, "decided": "由许怡书负责。", "task": task, **values})
        return services.add_item(activity=meeting, draft=draft, actor=self.secretary)

    def vote(self, meeting: Activity, **counts: Any) -> AgendaItem:
        """Vote on an item without a task."""
        return self.resolve(meeting, "表决年度工作计划", vote=VoteDraft(**counts), task=None)

    def correct(
        self, meeting: Activity, *, away: tuple[Person, ...] = (), **fields: Any
    ) -> Activity:
        """Correct who was there."""
        absences = tuple(activities.Absence(person_id=person.pk, reason="出差") for person in away)
        draft = activities.ActivityDraft(
            meeting.kind,
            meeting.unit,
            fields.get("on", meeting.occurred_on),
            meeting.topic,
            absences=absences,
        )
        return activities.correct_activity(
            activity=meeting, draft=draft, reason="补录请假人员", actor=self.secretary
        )


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def branch(bureau):
    install_pack(PACK)
    for number in range(1, 6):
        make_person(f"甘{number}", bureau.branch)
    probationary = make_person("辛预备", bureau.branch)
    probationary.member_kind, probationary.full_on = MemberKind.PROBATIONARY, None
    probationary.joined_on = date(2026, 6, 1)
    probationary.save()
    members = list(Person.objects.filter(appointments__unit=bureau.branch).distinct())
    kinds = {kind.code: kind for kind in ActivityKind.objects.all()}
    yield Branch(bureau, kinds, members, probationary)
    mapping.fact_kinds.forget()
