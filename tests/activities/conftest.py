"""The shipped packs, installed; and short ways to record."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import linghang.library
from linghang.activities import mapping
from linghang.activities.models import ActivityKind
from linghang.activities.services import ActivityDraft, record_activity
from linghang.platform.packs.services import install_pack

PACKS = Path(linghang.library.__file__).parent / "packs"


@pytest.fixture
def packs(db):
    """Organisation life, safety and business records; without the study cadence, whose weeks are many."""
    for name in ("organisation-life", "safety-records", "business-support"):
        install_pack(PACKS / f"{name}.yaml")
    yield {kind.code: kind for kind in ActivityKind.objects.all()}
    mapping.fact_kinds.forget()


@pytest.fixture
def record(packs, bureau):
    """record("theme_day", date, topic=…, unit=…) with the secretary as actor."""

    def make(code: str, on: date, topic: str = "学习重要讲话精神", *, unit=None, **fields):
        draft = ActivityDraft(packs[code], unit or bureau.branch, on, topic, **fields)
        return record_activity(draft=draft, actor=bureau.secretary.user)

    return make
