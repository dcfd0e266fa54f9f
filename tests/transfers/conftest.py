"""A bureau with two branches, and a lawful way out, within and in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from linghang.people.models import Appointment, Person
from linghang.platform.calendar import clock
from linghang.transfers import services
from linghang.transfers.models import Away, Transfer
from linghang.transfers.services import AwayDraft, LetterDraft, LostDraft, OutDraft
from tests.cast import make_person
from tests.conftest import TODAY, Bureau

OUTSIDE = "中共示范丁市水务集团委员会"
NUMBER = "110101199003074434"
OCTOBER = date(2026, 10, 1)


@dataclass
class House:
    """The bureau with who acts in it; each act with its usual values."""

    bureau: Bureau
    member: Person

    @property
    def secretary(self):
        return self.bureau.secretary.user

    @property
    def officer(self):
        return self.bureau.officer.user

    def open(self, **values) -> Transfer:
        given = {"person": self.member, "purpose": "work", "paid_until": OCTOBER, **values}
        if not given.get("to_unit"):
            given.setdefault("other", OUTSIDE)
        unit = given.pop("unit", self.bureau.branch)
        return services.open_transfer(unit=unit, draft=OutDraft(**given), actor=self.secretary)

    def within(self, **values) -> Transfer:
        return self.open(to_unit=self.bureau.other_branch, **values)

    def approve(self, transfer: Transfer, **values) -> Transfer:
        return services.approve_transfer(transfer=transfer, actor=self.officer, **values)

    def receipt(self, transfer: Transfer, on=TODAY, **values) -> Transfer:
        given = {"signed_by": "丁经办", "actor": self.officer, **values}
        return services.record_receipt(transfer=transfer, on=on, **given)

    def confirm(self, transfer: Transfer, on=TODAY, **values) -> Transfer:
        return services.confirm_arrival(transfer=transfer, on=on, actor=self.secretary, **values)

    def register(self, **values) -> Transfer:
        given = {
            "unit": self.bureau.branch,
            "name": "戴新来",
            "identity_number": NUMBER,
            "other": OUTSIDE,
            "number": "〔2026〕第0311号",
            "issued_on": date(2026, 11, 16),
            "days": 10,
            "paid_until": date(2026, 9, 1),
            "joined_on": date(2015, 7, 1),
            "full_on": date(2016, 7, 1),
            **values,
        }
        return services.register_letter(draft=LetterDraft(**given), actor=self.officer)

    def leave(self, **values) -> Away:
        given = {
            "person": self.member,
            "since": date(2026, 5, 4),
            "place": "示范戊省示范己市",
            "contact": "示范己市工地办公室",
            **values,
        }
        draft = AwayDraft(**given)
        return services.register_away(unit=self.bureau.branch, draft=draft, actor=self.secretary)

    def lose(self, **values) -> Away:
        given = {
            "person": self.member,
            "last_contact_on": date(2026, 3, 2),
            "cause": "work_away",
            **values,
        }
        draft = LostDraft(**given)
        return services.report_lost(unit=self.bureau.branch, draft=draft, actor=self.secretary)

    def homes(self, person: Person | None = None) -> list[tuple[str, date, date | None]]:
        rows = Appointment.objects.filter(person=person or self.member, post_id="member")
        return list(rows.order_by("valid_from").values_list("unit__name", "valid_from", "valid_to"))


@pytest.fixture
def house(bureau) -> House:
    with clock.stand_on(TODAY):
        yield House(bureau, make_person("甘一", bureau.branch))
