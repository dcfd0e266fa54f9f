"""A bureau with the shipped pack and a self-examination of three findings, asked of two branches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from linghang.library.api import install_packs
from linghang.people.models import Person
from linghang.supervision import services
from linghang.supervision.enums import Presence
from linghang.supervision.models import CommonFinding, Examination, Reply
from tests.conftest import Bureau

ABSENT, PRESENT, RECTIFIED = Presence.ABSENT, Presence.PRESENT, Presence.RECTIFIED
DUE = date(2026, 12, 4)  # Saturday 21 November and ten working days


def refused(act: Callable[..., object], **kwargs: object) -> str:
    with pytest.raises(ValidationError) as refusal:
        act(**kwargs)
    return refusal.value.messages[0]


@dataclass
class Asked:
    """The self-examination, its two replies, and who acts."""

    bureau: Bureau
    examination: Examination
    own: Reply  # of the branch
    other: Reply
    findings: list[CommonFinding]
    supervisor: object
    secretary: object
    other_secretary: object

    def open(self, **values: object) -> Examination:
        known = {
            "title": "另一次自查",
            "root": self.bureau.committee,
            "findings": self.findings,
            "units": [self.bureau.branch],
        }
        draft = services.ExaminationDraft(**(known | values))
        return services.open_examination(draft=draft, actor=self.supervisor)

    def said(self, *presences: Presence, **values: object) -> list[services.Said]:
        """Return answers in the order of the findings, each with what was looked at."""
        words = {"looked_at": "查了三份合同", "note": "有一份晚签"} | values
        return [
            services.Said(finding, presence, **words)
            for finding, presence in zip(self.findings, presences, strict=False)
        ]

    def says(self, *presences: Presence, **values: object) -> None:
        """Answer for the branch."""
        answers = self.said(*presences, **values)
        services.save_answers(reply=self.own, answers=answers, actor=self.secretary)

    def hands_in(self, *presences: Presence, **values: object) -> Reply:
        """Answer for the branch and hand in."""
        self.says(*presences, **values)
        self.own = services.hand_in_reply(reply=self.own, actor=self.secretary)
        return self.own


@pytest.fixture
def asked(bureau) -> Asked:
    install_packs(("common-findings",), actor=None)
    found = Asked(
        bureau=bureau,
        examination=None,
        own=None,
        other=None,
        findings=list(CommonFinding.objects.order_by("order")[:3]),
        supervisor=bureau.supervisor.user,
        secretary=bureau.secretary.user,
        other_secretary=Person.objects.get(name="方艳一").user,
    )
    units = [bureau.branch, bureau.other_branch]
    found.examination = found.open(title="2026年共性问题自查", units=units)
    found.own, found.other = found.examination.replies.order_by("unit__path")
    return found
