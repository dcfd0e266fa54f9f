"""Kinds of fact, two small schemes and short ways to write records for the tests of evaluation."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from linghang.evaluation import services
from linghang.evaluation.models import Scheme
from linghang.ledger.api import (
    EntryDraft,
    FactDraft,
    declare_kinds,
    withdraw_entries,
    write_entries,
)
from linghang.ledger.enums import DatedBy, FactKind, Level
from linghang.org.models import Unit, UnitChange

declare_kinds(
    FactKind("probe.duty", "duty", "n", "a duty", statuses=("met", "missed"), dated_by=DatedBy.DUE),
    FactKind("probe.deed", "deed", "hours", "a good deed", level=Level.PERSON),
    FactKind("probe.harm", "harm", "points", "a violation", level=Level.PERSON),
    FactKind("probe.case", "case", "n", "a case", level=Level.PERSON, sensitive=True),
)
OCTOBER = "2026-10"
DAY = date(2026, 10, 12)


def text(zh: str, en: str = "") -> dict[str, str]:
    return {"zh": zh, "en": en or zh}


def duty_share(code: str, points: str, **changes) -> dict:
    return {
        "code": code,
        "title": text("按时完成", "duties done"),
        "nature": "basic",
        "points": points,
        "window": "month",
        "measure": {
            "ratio": {
                "of": {"kinds": ["probe.duty"], "statuses": ["met"]},
                "to": {"kinds": ["probe.duty"], "statuses": ["met", "missed"]},
            }
        },
        "score": {"proportional": {"target": "1"}},
        "missing": "full",
        "basis": "《中国共产党支部工作条例（试行）》",
    } | changes


def deeds(code: str, points: str, **changes) -> dict:
    return {
        "code": code,
        "title": text("志愿服务", "deeds"),
        "nature": "basic",
        "points": points,
        "window": "last_3_months",
        "measure": {"sum": {"kinds": ["probe.deed"]}},
        "score": {"proportional": {"target": "10"}},
        "basis": "本单位做法",
    } | changes


def others() -> list[dict]:
    return [
        {
            "code": "D3-1",
            "title": text("违章", "violations"),
            "nature": "deduction",
            "points": "10",
            "window": "quarter",
            "measure": {"sum": {"kinds": ["probe.harm"]}},
            "score": {"per_unit": {"points": "0.5"}},
            "basis": "安全生产反违章工作管理办法",
        },
        {
            "code": "D3-2",
            "title": text("违纪违法", "discipline"),
            "nature": "veto",
            "window": "last_12_months",
            "measure": {"count": {"kinds": ["probe.case"]}},
            "veto": {"band": "C"},
            "basis": "《中国共产党纪律处分条例》",
        },
    ]


def unit_scheme(**changes) -> dict:
    """70 points for duties, 30 for deeds; deductions for harm; a case is a veto."""
    return {
        "code": "flag",
        "version": "1.0.0",
        "title": text("红旗指数", "Red-flag index"),
        "subject": "unit",
        "unit_kinds": ["branch", "joint_branch"],
        "period": "month",
        "base": "100",
        "bonus_cap": "10",
        "deduction_floor": "-20",
        "total": {"minimum": "0", "maximum": "110"},
        "minimum_sample": {"members": 1, "months": 3},
        "ranks": True,
        "peer_groups": [
            {
                "code": "field",
                "title": text("生产一线", "front line"),
                "when": {"attribute": "line_of_work", "equals": ["station"]},
            },
            {"code": "office", "title": text("机关职能", "office"), "otherwise": True},
        ],
        "bands": [
            {"code": "A", "title": text("五星", "five stars"), "from": "90"},
            {"code": "B", "title": text("四星", "four stars"), "from": "60"},
            {"code": "C", "title": text("三星", "three stars"), "from": "0"},
        ],
        "dimensions": [
            {
                "code": "D1",
                "title": text("组织生活", "duties"),
                "criteria": [duty_share("D1-1", "70")],
            },
            {"code": "D2", "title": text("服务", "service"), "criteria": [deeds("D2-1", "30")]},
            {"code": "D3", "title": text("安全", "safety"), "criteria": others()},
        ],
    } | changes


def person_scheme(**changes) -> dict:
    """100 points for deeds; the same deductions and veto."""
    return (
        unit_scheme(
            code="star",
            title=text("红星指数", "Red-star index"),
            subject="person",
            unit_kinds=[],
            ranks=False,
            minimum_sample={"months": 3},
            peer_groups=[
                {"code": "all", "title": text("全体党员", "all members"), "otherwise": True}
            ],
            dimensions=[
                {
                    "code": "D1",
                    "title": text("服务", "service"),
                    "criteria": [deeds("D1-1", "100")],
                },
                {"code": "D3", "title": text("安全", "safety"), "criteria": others()},
            ],
        )
        | changes
    )


def install(document: dict) -> Scheme:
    return services.install_scheme(document=document, actor=None)


def record(
    unit: Unit,
    kind: str,
    *,
    n: int = 1,
    quantity: int = 100,
    status: str = "",
    on: date = DAY,
    person=None,
) -> UnitChange:
    """Write one record with `n` equal facts and return the record."""
    source = UnitChange.objects.create(unit=unit, kind="changed", on=on)
    drafts = [
        FactDraft(
            kind,
            quantity,
            unit.pk,
            on,
            person_id=person.pk if person else None,
            due_on=on,
            status=status,
        )
        for _ in range(n)
    ]
    with transaction.atomic():
        write_entries(
            [EntryDraft(source, kind, unit.pk, f"{kind} {n}", on, drafts, recorded_on=on)],
            actor=None,
        )
    return source


def withdraw(source: UnitChange) -> None:
    with transaction.atomic():
        withdraw_entries([source], reason="录入有误")


def write_example(bureau) -> None:
    """The worked example.

    branch: 3 of 4 duties met → 70 × 3/4 = 52.50; 5 hours of 10 → 15.00; 3 points of harm → −1.50;
    total 66.00. other_branch: nothing due → 70.00; no deeds → 0; total 70.00.
    """
    record(bureau.branch, "probe.duty", n=2, status="met")
    record(bureau.group, "probe.duty", n=1, status="met")
    record(bureau.branch, "probe.duty", n=1, status="missed")
    record(bureau.branch, "probe.deed", quantity=500, person=bureau.member, on=date(2026, 9, 3))
    record(bureau.branch, "probe.harm", quantity=300, person=bureau.colleague)
