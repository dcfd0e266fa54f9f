"""Appraisals of branches at several places of the way, for the tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from linghang.appraisal import queries, services
from linghang.appraisal.enums import Grade
from linghang.appraisal.models import Appraisal
from linghang.appraisal.services import Decision, PlanDraft
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from tests.cast import make_person, make_unit

DAY = date(2026, 11, 21)
WORDS = {"promised": "带头", "done": "完成", "short": "学习不够"}


def objects(world: Any) -> dict[str, object]:
    """Return appraisals of the branch itself by year, of another branch, and a branch without one."""
    branch = world.bureau.branch
    return {
        "told_appraisal": _tell(world, _count(world, _begin(world, _open(world, branch, 2025)))),
        "voting_appraisal": _begin(world, _open(world, branch, 2026)),
        "counted_appraisal": _count(
            world, _begin(world, _open(world, _found(world, "甲评"), 2026))
        ),
        "writing_appraisal": _open(world, world.bureau.other_branch, 2026),
        "appraising_branch": _found(world, "乙评"),
    }


def add_rows(world: Any, more: int) -> None:
    """Add branches with appraisals, and members, slips and acts to those there are."""
    for number in range(more):
        _open(world, _found(world, f"评议{number}"), 2026)
    voting = Appraisal.objects.get(unit=world.bureau.branch, year=2026)
    for number in range(more):
        person = make_person(f"后到{number}", world.bureau.branch)
        voting.participants.create(person=person, member_kind="full", self_on=DAY, **WORDS)


def _found(world: Any, name: str) -> Unit:
    unit = make_unit(f"{name}党支部", UnitKind.BRANCH, world.bureau.general_branch)
    for number in range(3):
        make_person(f"{name}{number}", unit)
    return unit


def _open(world: Any, unit: Unit, year: int) -> Appraisal:
    return services.open_appraisal(
        unit=unit, draft=PlanDraft(year, DAY, DAY), actor=world.bureau.secretary.user
    )


def _begin(world: Any, appraisal: Appraisal) -> Appraisal:
    return services.begin_ballot(
        appraisal=appraisal, reason="会上口头自评", actor=world.bureau.secretary.user
    )


def _count(world: Any, appraisal: Appraisal) -> Appraisal:
    parts = queries.list_participants(appraisal)
    for voter in parts:
        grades = {one.pk: Grade.QUALIFIED for one in parts if one.pk != voter.pk}
        services.cast_ballot(appraisal=appraisal, person_id=voter.person_id, grades=grades)
    return services.close_ballot(
        appraisal=appraisal, held_on=DAY, actor=world.bureau.secretary.user
    )


def _tell(world: Any, appraisal: Appraisal) -> Appraisal:
    acting = world.bureau.secretary.user
    decisions = {one.pk: Decision(Grade.QUALIFIED) for one in queries.list_participants(appraisal)}
    services.decide_grades(appraisal=appraisal, decisions=decisions, actor=acting)
    services.report_grades(appraisal=appraisal, actor=acting)
    services.confirm_grades(appraisal=appraisal, approve=True, actor=world.bureau.officer.user)
    return services.tell_members(appraisal=appraisal, actor=acting)
