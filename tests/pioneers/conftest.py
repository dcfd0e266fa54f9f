"""A branch with members, an officer, and the packs that bring what is recorded there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from linghang.library.api import install_packs
from linghang.pioneers import services
from linghang.pioneers.models import Carrier
from linghang.platform.calendar import clock
from tests.conftest import TODAY, Bureau

PACKS = (
    "organisation-life",
    "safety-records",
    "business-support",
    "contact-persons",
    "pioneer-posts",
    "committee-projects",
)
BEGAN = TODAY - timedelta(days=400)
KINDS = ("record.customer_visit", "record.hazard_fixed")


@dataclass
class House:
    """The bureau, and a lawful way to a post, zone or squad."""

    bureau: Bureau

    def draft(self, **values) -> services.CarrierDraft:
        given = {
            "unit": self.bureau.branch,
            "kind": "post",
            "title": "配电抢修示范岗",
            "place": "东岭供电所",
            "holder": self.bureau.member,
            "kinds": KINDS,
            **values,
        }
        return services.CarrierDraft(**given)

    def propose(self, **values) -> Carrier:
        return services.propose_carrier(
            draft=self.draft(**values), actor=self.bureau.secretary.user
        )

    def appoint(self, on: date = BEGAN, **values) -> Carrier:
        return services.appoint_carrier(
            carrier=self.propose(**values), begins_on=on, actor=self.bureau.officer.user
        )


@pytest.fixture
def house(bureau) -> House:
    with clock.stand_on(TODAY):
        install_packs(PACKS, actor=None)
        yield House(bureau)
