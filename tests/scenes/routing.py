"""Raised problems in every stage, for the tables."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from linghang.library.api import install_packs
from linghang.platform.files.api import store_file
from linghang.routing import services
from linghang.routing.models import Case, Category


def objects(world: Any) -> dict[str, object]:
    """Return one case in each stage; all arose in the branch, the other branch solves them."""
    install_packs(("problem-routing",), actor=None)
    bureau = world.bureau
    raised = _raise(world, "东岭村三组夜间电压低")
    assigned = services.assign_case(
        case=_raise(world, "北街开关柜异响"), unit=bureau.other_branch, actor=bureau.officer.user
    )
    solving = services.take_up_case(
        case=services.assign_case(
            case=_raise(world, "绝缘手套到期未换"),
            unit=bureau.other_branch,
            actor=bureau.officer.user,
        ),
        actor=world.other_secretary.user,
    )
    answered = _answer(world, "排班系统重复填报")
    confirmed = services.confirm_case(case=_answer(world, "客户表计存疑"), actor=bureau.member.user)
    evidence = SimpleUploadedFile("现场记录.txt", "夜间实测一百八十伏".encode())
    return {
        "attachment": store_file(owner=raised, upload=evidence, actor=bureau.member.user),
        "case": raised,
        "assigned_case": assigned,
        "solving_case": solving,
        "answered_case": answered,
        "confirmed_case": confirmed,
    }


def add_rows(world: Any, more: int) -> None:
    """Raise more problems, and leave more of them in each stage."""
    for number in range(more):
        _raise(world, f"新增问题{number}甲")
        _answer(world, f"新增问题{number}乙")


def _raise(world: Any, text: str) -> Case:
    bureau = world.bureau
    draft = services.CaseDraft(
        text=text,
        category=Category.objects.get(code="outage"),
        front=bureau.branch,
        place=bureau.station,
        person=bureau.member,
    )
    return services.raise_case(draft=draft, actor=bureau.member.user)


def _answer(world: Any, text: str) -> Case:
    case = services.assign_case(
        case=_raise(world, text), unit=world.bureau.other_branch, actor=world.bureau.officer.user
    )
    case = services.take_up_case(case=case, actor=world.other_secretary.user)
    return services.answer_case(
        case=case, answer=f"已处理：{text}", actor=world.other_secretary.user
    )
