"""A bureau whose branch records its life, and a handbook of whichever standards a test asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from linghang.activities import api as activities
from linghang.activities.models import Activity, ActivityKind
from linghang.handbook import services
from linghang.handbook.models import Chapter, Handbook, Standard, Template, Version
from linghang.handbook.queries import sheets
from linghang.library.api import install_packs
from linghang.platform.calendar import clock
from linghang_core.periods import Period
from tests.conftest import TODAY, Bureau

PACKS = (
    "organisation-life",
    "study-cadence",
    "safety-records",
    "business-support",
    "contact-persons",
    "standards-handbook",
)


@dataclass
class House:
    """The bureau, its handbook, and short ways to record and to ask."""

    bureau: Bureau

    def adopt(self) -> Handbook:
        return services.adopt_handbook(
            unit=self.bureau.committee,
            template=Template.objects.get(code="standards-handbook"),
            actor=self.bureau.officer.user,
        )

    def write(self, check: str, rhythm: str = "quarter", **values: Any) -> Version:
        """Return a version with this one standard, written as it is stored."""
        handbook = Handbook.objects.create(unit=self.bureau.committee, title="手册")
        version = Version.objects.create(
            handbook=handbook, number=1, state="published", valid_from=date(2020, 1, 1)
        )
        return self._fill(version, check, rhythm, values)

    def write_again(
        self, version: Version, check: str, rhythm: str = "quarter", **values: Any
    ) -> Version:
        """Return another version of the same handbook with this one standard."""
        number = version.number + 1
        other = Version.objects.create(
            handbook=version.handbook,
            number=number,
            state="published",
            valid_from=date(2020, 1, number),
        )
        return self._fill(other, check, rhythm, values)

    def _fill(self, version: Version, check: str, rhythm: str, values: dict) -> Version:
        chapter = Chapter.objects.create(version=version, number=1, title="一")
        Standard.objects.create(
            chapter=chapter,
            code="one",
            number=1,
            text="标准",
            check_code=check,
            rhythm=rhythm,
            kinds=values.pop("kinds", ["branch"]),
            concern=values.pop("concern", "any"),
            params=values,
        )
        return version

    def hold(self, kind: str, on: date, *, unit: Any = None, **values: Any) -> Activity:
        draft = activities.ActivityDraft(
            kind=ActivityKind.objects.get(code=kind),
            unit=unit or self.bureau.branch,
            occurred_on=on,
            topic=f"{kind} {on}",
            **values,
        )
        return activities.record_activity(draft=draft, actor=None)

    def ask(self, version: Version, period: str, today: date = TODAY, unit: Any = None) -> Any:
        """Return the line of the one standard, None where it does not concern the unit."""
        found = unit or self.bureau.branch
        sheet = sheets.read_sheets(version, [found], Period.parse(period), today).get(found.pk)
        lines = [line for _chapter, rows in sheet.chapters for line in rows] if sheet else []
        return lines[0] if lines else None

    def tell(self, version: Version, period: str, today: date = TODAY) -> tuple[str, str]:
        """Return (verdict, words) of the one standard."""
        line = self.ask(version, period, today)
        return str(line.verdict), line.telling.finding.words


@pytest.fixture
def house(bureau) -> House:
    with clock.stand_on(TODAY):
        install_packs(PACKS, actor=None)
        yield House(bureau)
