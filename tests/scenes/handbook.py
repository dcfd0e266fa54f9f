"""A handbook in three generations and a draft, and branches that record, for the tables."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from linghang.activities import api as activities
from linghang.activities.models import ActivityKind
from linghang.handbook import services
from linghang.handbook.models import Handbook, Standard, Template, Version
from linghang.library.api import install_packs
from linghang.org.enums import UnitKind
from tests.cast import make_person, make_unit

PACKS = (
    "organisation-life",
    "study-cadence",
    "safety-records",
    "business-support",
    "contact-persons",
    "standards-handbook",
)
DAY = date(2026, 11, 21)


def objects(world: Any) -> dict[str, object]:
    """Return what the tables name: the third generation holds, the fourth is a draft."""
    install_packs(PACKS, actor=None)
    officer = world.bureau.officer.user
    handbook = services.adopt_handbook(
        unit=world.bureau.committee, template=Template.objects.get(), actor=officer
    )
    held = handbook.versions.get(number=3)
    draft = services.begin_draft(handbook=handbook, actor=officer)
    return {
        "handbook": handbook,
        "first_version": handbook.versions.get(number=1),
        "held_version": held,
        "draft_version": draft,
        "held_standard": Standard.objects.filter(chapter__version=held).first(),
        "draft_standard": Standard.objects.filter(chapter__version=draft).first(),
        "handbook_branch": world.bureau.branch,
    }


def add_rows(world: Any, more: int) -> None:
    """Add branches that held a meeting, meetings of the branch, and standards of the draft."""
    kind = ActivityKind.objects.get(code="members_meeting")
    draft = Version.objects.get(handbook=Handbook.objects.get(), state="draft")
    for number in range(more):
        unit = make_unit(f"手册支部{number}", UnitKind.BRANCH, world.bureau.general_branch)
        make_person(f"手册书记{number}", unit, ("member", "secretary"))
        for one in (unit, world.bureau.branch):
            day = DAY - timedelta(days=number + 3)
            activities.record_activity(
                draft=activities.ActivityDraft(kind, one, day, f"手册会议{number}"), actor=None
            )
        standard = services.StandardDraft(
            text=f"标准{number}", check="visit", rhythm="year", kinds=["branch"]
        )
        services.add_standard(version=draft, chapter="新章", draft=standard, actor=None)
