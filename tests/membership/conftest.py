"""A lawful way into the Party, step by step, and the branch in which it is walked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from linghang.membership import services
from linghang.membership.enums import Outcome
from linghang.membership.models import Application, StepTaken
from linghang.membership.services import ApplicantDraft, StepDraft
from linghang.people.models import Person
from linghang.platform.calendar import clock
from tests.conftest import Bureau

TODAY = date(2026, 11, 21)
BORN = date(1998, 5, 20)
VOTE = {"entitled": 4, "present": 3, "in_favour": 3}
WAY: tuple[tuple[str, date, dict], ...] = (
    ("first_talk", date(2022, 3, 20), {}),
    ("activist", date(2022, 6, 1), {}),
    ("activist_filed", date(2022, 6, 10), {}),
    ("contacts", date(2022, 6, 10), {"people": 2}),
    ("cultivation", date(2022, 12, 1), {}),
    ("cultivation", date(2023, 6, 1), {}),
    ("candidate", date(2023, 6, 20), {}),
    ("candidate_filed", date(2023, 7, 1), {}),
    ("introducers", date(2023, 7, 5), {"people": 2}),
    ("vetting", date(2023, 8, 1), {}),
    ("training", date(2023, 8, 20), {"days": 3, "hours": 24}),
    ("committee_review", date(2023, 9, 1), {}),
    ("preliminary_review", date(2023, 9, 20), {}),
    ("form", date(2023, 9, 25), {}),
    ("admission_meeting", date(2023, 10, 10), VOTE),
    ("approval_talk", date(2023, 11, 1), {}),
    ("approval", date(2023, 12, 20), {}),
    ("approval_filed", date(2024, 1, 5), {}),
    ("assigned", date(2024, 1, 5), {}),
    ("oath", date(2024, 7, 1), {}),
    ("further_cultivation", date(2024, 7, 10), {}),
    ("conversion_application", date(2024, 9, 20), {}),
    ("conversion_meeting", date(2024, 10, 10), VOTE),
    ("conversion_approval", date(2024, 12, 1), {}),
    ("archived", date(2024, 12, 10), {}),
)


@dataclass
class Branch:
    """The branch with who acts in it, and how an applicant walks."""

    bureau: Bureau

    def apply(self, name: str = "陆新苗", **values) -> Application:
        draft = ApplicantDraft(
            **{
                "unit": self.bureau.branch,
                "applied_on": date(2022, 3, 1),
                "name": name,
                "sex": "2",
                "born_on": BORN,
                **values,
            }
        )
        return services.open_application(draft=draft, actor=self.bureau.secretary.user)

    def members(self, number: int) -> list[Person]:
        bureau = self.bureau
        return [bureau.member, bureau.colleague, bureau.secretary][:number]

    def take(self, application: Application, step: str, on: date, **values) -> StepTaken:
        if isinstance(values.get("people"), int):
            values["people"] = self.members(values["people"])
        draft = StepDraft(step=step, on=on, **values)
        return services.take_step(
            application=application, draft=draft, actor=self.bureau.secretary.user
        )

    def walk(self, application: Application, until: str) -> Application:
        """Take the lawful steps up to the last row of `until`, that one included."""
        last = max(place for place, (step, *_rest) in enumerate(WAY) if step == until)
        for step, on, values in WAY[: last + 1]:
            self.take(application, step, on, **values)
        application.refresh_from_db()
        return application

    def refuse(self, application: Application, step: str, on: date) -> StepTaken:
        return self.take(application, step, on, outcome=Outcome.REFUSED)


@pytest.fixture
def branch(bureau) -> Branch:
    with clock.stand_on(TODAY):
        yield Branch(bureau)
