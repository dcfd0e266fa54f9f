"""A bureau with six months published by a small scheme, and the programmes read from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from linghang.distinctions import services
from linghang.distinctions.models import Case, Holding, Programme
from linghang.distinctions.queries import conditions
from linghang.distinctions.services import HeldBefore
from linghang.evaluation import services as evaluation
from linghang.evaluation.models import Scheme
from linghang.platform.calendar import clock
from tests.conftest import TODAY, Bureau
from tests.distinctions import cases
from tests.evaluation import cases as facts

PUBLISHED = ("2026-08", "2026-09", "2026-10")


@dataclass
class Stars:
    """The bureau, the programmes, and the way to a level."""

    bureau: Bureau
    stars: Programme
    models: Programme
    marks: Programme
    scheme: Scheme

    def read(self, on: date = TODAY) -> conditions.Evidence:
        return conditions.read_evidence(self.stars, self.bureau.committee, on)

    def check(self, level: str, on: date = TODAY, **options) -> dict[str, conditions.Check]:
        found = self.stars.find_level(level)
        assert found is not None
        checks = conditions.check_level(self.read(on), self.bureau.branch.pk, found, **options)
        return {check.kind: check for check in checks}

    def apply(self) -> Case:
        return services.apply_for(
            programme=self.stars, unit=self.bureau.branch, actor=self.bureau.secretary.user
        )

    def reveal(self, period: str, on: date) -> None:
        """Evaluate a month and make it public on a day."""
        with clock.stand_on(on):
            run = evaluation.run_evaluation(
                scheme=self.scheme,
                period=period,
                root=self.bureau.committee,
                actor=self.bureau.officer.user,
            )
            evaluation.publish_run(run=run, actor=self.bureau.officer.user)

    def publish(self) -> Case:
        case = services.verify(
            case=self.apply(), confirm=True, remark="看了记录", actor=self.bureau.officer.user
        )
        return services.decide_case(
            case=case,
            approve=True,
            document_number="示党〔2026〕8号",
            actor=self.bureau.leader.user,
        )

    def hold(self, level: str = "two", on: date = date(2026, 1, 5)) -> Holding:
        draft = HeldBefore(self.bureau.branch, level, on, "示党〔2026〕1号")
        return services.enter_held(
            programme=self.stars, drafts=[draft], actor=self.bureau.officer.user
        )[0]


@pytest.fixture
def stars(bureau, settings, tmp_path) -> Stars:
    settings.LAKE_DIR = tmp_path / "lake"
    scheme = facts.install(facts.unit_scheme())
    # 变电运维党支部: full duties in September and October, half of them in August
    for month in (8, 9, 10):
        for day, status in ((3, "met"), (17, "missed" if month == 8 else "met")):
            on = date(2026, month, day)
            facts.record(bureau.branch, "probe.duty", on=on, status=status)
        facts.record(
            bureau.branch,
            "probe.deed",
            quantity=4000,
            person=bureau.member,
            on=date(2026, month, 5),
        )
    found = Stars(bureau, *cases.install(), scheme)
    for period, on in zip(
        PUBLISHED, (date(2026, 9, 9), date(2026, 10, 9), date(2026, 11, 9)), strict=True
    ):
        found.reveal(period, on)
    return found
