"""A branch of four whose dues are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from linghang.dues import queries, services
from linghang.dues.models import Payment
from linghang.dues.services import BaseDraft, PaidDraft
from linghang.people.models import Person
from linghang.platform.calendar import clock
from tests.conftest import Bureau

TODAY = date(2026, 11, 21)
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@dataclass
class Branch:
    """The branch with who keeps its dues."""

    bureau: Bureau

    def rate(self, person: Person, amount: str | None, month=date(2026, 1, 1), **values):
        reason = values.pop("reason", "")
        payer = values.get("payer", "employed")
        draft = BaseDraft(person, payer, None if amount is None else Decimal(amount))
        return services.set_bases(
            unit=self.bureau.branch, month=month, drafts=[draft], reason=reason, actor=self.actor
        )

    def pay(
        self, *persons: Person, month=OCTOBER, on=date(2026, 10, 20), **values
    ) -> list[Payment]:
        seen = values.pop("seen", None)
        return services.record_month(
            unit=self.bureau.branch,
            month=month,
            paid=[PaidDraft(person, on, **values) for person in persons],
            actor=self.actor,
            seen=seen,
        )

    def cell(self, person: Person, month=OCTOBER):
        lines = queries.read_lines([self.bureau.branch.pk], month, month, TODAY)
        return next(line.cells[0] for line in lines if line.person == person)

    @property
    def actor(self):
        return self.bureau.secretary.user


@pytest.fixture
def branch(bureau) -> Branch:
    with clock.stand_on(TODAY):
        yield Branch(bureau)
