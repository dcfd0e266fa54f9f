"""Four branches, three inspectors of whom one belongs to the first branch, and forms of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace

import pytest

from linghang.accounts.models import User
from linghang.assessment import packs, services
from linghang.assessment.mapping import fact_kinds
from linghang.assessment.models import Form, Round, Sheet, Subject
from linghang.assessment.services import RoundDraft, Said
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people.models import Appointment, Person
from tests.cast import make_person, make_unit
from tests.conftest import Bureau

QUARTER = "2026Q3"
FORMS = [
    {
        "code": "inspected",
        "title": {"en": "Inspected", "zh": "专业考评"},
        "raters": [{"kind": "inspector", "weight": 100}],
        "items": [
            {"code": "A", "title": {"en": "Order", "zh": "组织生活"}, "full": "60"},
            {
                "code": "B",
                "title": {"en": "Proof", "zh": "整改实效"},
                "full": "40",
                "evidence": "needed",
                "facts": ["task"],
            },
        ],
    },
    {
        "code": "sides",
        "title": {"en": "Sides", "zh": "多方评价"},
        "subject": "person",
        "raters": [
            {"kind": "self", "weight": 20},
            {"kind": "peers", "weight": 30},
            {"kind": "masses", "weight": 30},
            {"kind": "branch", "weight": 20},
        ],
        "items": [{"code": "1", "title": {"en": "Deeds", "zh": "作为"}, "full": "100"}],
    },
    {
        "code": "steps",
        "title": {"en": "Steps", "zh": "逐级考评"},
        "subject": "person",
        "steps": True,
        "raters": [
            {"kind": "self", "weight": 30},
            {"kind": "branch", "weight": 40},
            {"kind": "committee", "weight": 30},
        ],
        "items": [
            {
                "code": "1",
                "title": {"en": "Results", "zh": "业绩"},
                "full": "100",
                "facts": ["service.hours"],
            }
        ],
    },
    {
        "code": "above",
        "title": {"en": "From above", "zh": "上级评价"},
        "raters": [{"kind": "superior", "weight": 100}],
        "items": [{"code": "1", "title": {"en": "Order", "zh": "秩序"}, "full": "100"}],
    },
    {
        "code": "visit",
        "title": {"en": "Visit", "zh": "季度督导"},
        "visit": True,
        "items": [{"code": "1", "title": {"en": "Tasks", "zh": "重点任务"}}],
    },
]


@dataclass
class Stage:
    """The bureau, its branches, the team with their users, and who acts."""

    bureau: Bureau
    branches: list[Unit]
    team: list[Person]
    officer: object
    leader: object
    secretary: object
    member: object
    forms: dict[str, Form] = field(default_factory=dict)

    def open(self, code: str, **given) -> Round:
        draft = {"period": QUARTER, "units": self.branches, "root": self.bureau.committee}
        if code in {"inspected", "visit"}:
            draft["team"] = self.team
        draft |= given
        return services.open_round(
            draft=RoundDraft(form=self.forms[code], **draft), actor=self.officer
        )

    def mark(self, sheet: Sheet, *points: int | None, hand_in=True, note="", entry=None) -> Sheet:
        """Write the sheet's items as its rater; points are whole."""
        items = list(sheet.subject.round.form.items.all())
        said = [
            Said(
                item,
                None if given is None else given * 100,
                note,
                entry if item.evidence else None,
            )
            for item, given in zip(items, points, strict=True)
        ]
        return services.save_marks(sheet=sheet, said=said, actor=sheet.rater.user, hand_in=hand_in)

    def sheet(self, round_: Round, kind: str, *, subject=None, rater=None) -> Sheet:
        rows = Sheet.objects.filter(subject__round=round_, kind=kind)
        if isinstance(subject, Unit):
            rows = rows.filter(subject__unit=subject)
        elif subject is not None:
            rows = rows.filter(subject__person=subject)
        return rows.get(rater=rater) if rater is not None else rows.get()

    def subject(self, round_: Round, whom) -> Subject:
        name = "unit" if isinstance(whom, Unit) else "person"
        return round_.subjects.get(**{name: whom})


@pytest.fixture
def stage(bureau) -> Iterator[Stage]:
    packs.install_forms(
        [packs.FormRow.model_validate(row) for row in FORMS],
        SimpleNamespace(code="tested", version="1.0.0"),
        None,
    )
    branches = [bureau.branch, bureau.other_branch]
    for name in ("调控党支部", "营销党支部"):
        unit = make_unit(name, UnitKind.BRANCH, bureau.general_branch)
        make_person(f"{name[:2]}书记", unit, ("member", "secretary"), username=f"s-{unit.pk}")
        branches.append(unit)
    team = [
        make_person(name, unit, ("member",), username=f"team-{number}")
        for number, (name, unit) in enumerate(
            [("宽可人", bureau.branch), ("严可量", None), ("平可秤", None)]
        )
    ]
    for person in team:
        appoint(person, bureau.committee)
    for person in (bureau.colleague, Person.objects.get(name="孟宇行")):
        make_login(person)
    yield Stage(
        bureau,
        branches,
        team,
        bureau.officer.user,
        bureau.leader.user,
        bureau.secretary.user,
        bureau.member.user,
        {form.code: form for form in Form.objects.all()},
    )
    fact_kinds.forget()  # of forms the next test does not have


def make_login(person: Person) -> None:
    """Give somebody of the cast a log-in."""
    person.user = User.objects.create_user(f"u-{person.pk}", "x", name=person.name)
    person.save()


def appoint(person: Person, unit: Unit, post: str = "expert") -> None:
    """Give somebody one more post."""
    Appointment.objects.create(
        person=person, unit=unit, post_id=post, valid_from=date(2020, 1, 1), basis="聘任"
    )
