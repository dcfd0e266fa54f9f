"""A branch of nine who take part, one of them on probation, and a lawful way to the told grades."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pytest

from linghang.appraisal import queries, services
from linghang.appraisal.enums import Grade, Stage
from linghang.appraisal.models import Appraisal, Participant
from linghang.appraisal.services import Decision, PaperDraft, PlanDraft
from linghang.library.api import install_packs
from linghang.people.models import Person
from linghang.platform.calendar import clock
from tests.cast import make_person
from tests.conftest import TODAY, Bureau

NAMES = ("甘一", "甘二", "甘三", "甘四")
WORDS = {"promised": "带头值守", "done": "完成抢修", "short": "学习不够"}
A, B, C, D = Grade.values


@dataclass
class Branch:
    """The branch, who acts in it, and how an appraisal goes."""

    bureau: Bureau
    people: list[Person]

    @property
    def secretary(self):
        return self.bureau.secretary.user

    @property
    def officer(self):
        return self.bureau.officer.user

    def open(self, **values) -> Appraisal:
        plan = {"year": 2026, "self_until": TODAY, "ballot_until": TODAY, **values}
        return services.open_appraisal(
            unit=self.bureau.branch, draft=PlanDraft(**plan), actor=self.secretary
        )

    def parts(self, appraisal: Appraisal) -> list[Participant]:
        return queries.list_participants(appraisal)

    def hand_in(self, appraisal: Appraisal) -> None:
        for one in self.parts(appraisal):
            if not one.excused:
                services.write_self(appraisal=appraisal, person_id=one.person_id, **WORDS)

    def begin(self, appraisal: Appraisal, **values) -> Appraisal:
        return services.begin_ballot(appraisal=appraisal, actor=self.secretary, **values)

    def vote(self, appraisal: Appraisal, voter: Participant, grades: Iterable[str] = ()):
        """Cast the voter's ballot: the grades in the order of the others, the last one repeated."""
        others = [p for p in queries.list_graded(self.parts(appraisal)) if p.pk != voter.pk]
        given = list(grades) or [B]
        given += [given[-1]] * (len(others) - len(given))
        return services.cast_ballot(
            appraisal=appraisal,
            person_id=voter.person_id,
            grades={p.pk: grade for p, grade in zip(others, given, strict=False)},
        )

    def close(self, appraisal: Appraisal, **values) -> Appraisal:
        return services.close_ballot(
            appraisal=appraisal, actor=self.secretary, **{"held_on": TODAY, **values}
        )

    def decide(self, appraisal: Appraisal, *grades: str, **values) -> Appraisal:
        """Decide the grades in the order of the graded, qualified for the rest."""
        graded = queries.list_graded(self.parts(appraisal))
        given = [*grades, *[B] * (len(graded) - len(grades))]
        decisions = {
            one.pk: Decision(grade, "多次缺席", "talk") if grade in {C, D} else Decision(grade)
            for one, grade in zip(graded, given, strict=True)
        }
        return services.decide_grades(
            appraisal=appraisal, decisions=decisions, actor=self.secretary, **values
        )

    def confirm(self, appraisal: Appraisal, **values) -> Appraisal:
        return services.confirm_grades(
            appraisal=appraisal, actor=self.officer, **{"approve": True, **values}
        )

    def vote_all(self, appraisal: Appraisal) -> None:
        for one in self.parts(appraisal):
            if not one.excused:
                self.vote(appraisal, one, [A, A, B])

    def walk(self, until: str = Stage.TOLD, **values) -> Appraisal:
        """Go the lawful way up to the stage and return the appraisal."""
        appraisal = self.open(**values)
        if until == Stage.SELF:
            return appraisal
        self.hand_in(appraisal)
        self.begin(appraisal)
        steps = (
            (Stage.COUNTED, lambda: (self.vote_all(appraisal), self.close(appraisal))),
            (Stage.REPORTED, lambda: (self.decide(appraisal, A, A, C), self._report(appraisal))),
            (Stage.CONFIRMED, lambda: self.confirm(appraisal)),
            (Stage.TOLD, lambda: services.tell_members(appraisal=appraisal, actor=self.secretary)),
        )
        appraisal.refresh_from_db()
        for stage, act in steps:
            if appraisal.stage == until:
                break
            act()
            appraisal.refresh_from_db()
            assert appraisal.stage == stage
        return appraisal

    def _report(self, appraisal: Appraisal) -> None:
        services.report_grades(appraisal=appraisal, actor=self.secretary)


def papers(parts: list[Participant], valid: int, grade: str = B) -> PaperDraft:
    """Return papers that all give everybody the same grade."""
    graded = queries.list_graded(parts)
    return PaperDraft(valid, valid, valid, {one.pk: {grade: valid} for one in graded})


@pytest.fixture
def branch(bureau) -> Branch:
    with clock.stand_on(TODAY):
        install_packs(["organisation-life"], actor=None)
        members = [make_person(name, bureau.branch) for name in NAMES]
        newcomer = make_person("余预备", bureau.branch)
        newcomer.member_kind, newcomer.full_on = "probationary", None
        newcomer.joined_on = date(2026, 3, 1)
        newcomer.save()
        yield Branch(bureau, [*members, newcomer])
