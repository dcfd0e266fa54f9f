"""An examination under way, one answered, a risk point and a hint, for the tables; and planted words."""

from __future__ import annotations

from datetime import date
from typing import Any

from linghang.library.api import install_packs
from linghang.org.models import Unit
from linghang.supervision import services
from linghang.supervision.enums import Presence
from linghang.supervision.models import CommonFinding, Examination, Hint, HintRule, RiskPoint

# Words that stand in what is confidential, and nowhere else: a page of others that has one leaks.
PLANTED = (
    "暗语自查一号",  # the title of what is asked
    "暗语自查二号",
    "暗语看过什么",
    "暗语存在什么",
    "暗语风险点",
    "暗语防控措施",
    "暗语流程",
    "暗语排除理由",
    "共性暗语表述",
)


def objects(world: Any) -> dict[str, object]:
    """Return a self-examination under way, the answers of the branch in one, a risk point, a hint."""
    install_packs(("common-findings",), actor=None)
    bureau = world.bureau
    CommonFinding.objects.filter(code="decision-relay").update(text="共性暗语表述")
    asked = _open(world, "暗语自查一号", [bureau.branch, bureau.other_branch])
    answered = _open(world, "暗语自查二号", [bureau.branch])
    reply = answered.replies.get()
    _answer(reply, bureau.secretary.user)
    return {
        "finding": CommonFinding.objects.get(code="decision-relay"),
        "examination": asked,
        "answered_examination": answered,
        "reply": asked.replies.get(unit=bureau.branch),
        "answered_reply": reply,
        "risk": _enter_risk(world, 0),
        "hint": _find_hint(world, 0),
        "decided_hint": _dismiss(world, _find_hint(world, 1)),
    }


def add_rows(world: Any, more: int) -> None:
    """Open, enter and find more; what was open before is asked of more units and findings."""
    bureau = world.bureau
    for number in range(more):
        _open(
            world, f"新增自查{number}", [bureau.branch, bureau.other_branch, bureau.general_branch]
        )
        _enter_risk(world, number + 1)
        _find_hint(world, number + 2)
    units = Unit.objects.filter(parent=bureau.general_branch, name__startswith="新设")[:more]
    for examination in (
        world.objects["examination"],
        world.objects["answered_examination"],
    ):
        examination.findings.add(*CommonFinding.objects.order_by("-order")[:more])
        for unit in units:
            reply = examination.replies.create(unit=unit, due_on=examination.due_on)
            _answer(reply, None)


def _open(world: Any, title: str, units: list[Any]) -> Examination:
    draft = services.ExaminationDraft(
        title=title,
        root=world.bureau.committee,
        findings=list(CommonFinding.objects.order_by("order")[:4]),
        units=units,
    )
    return services.open_examination(draft=draft, actor=world.bureau.supervisor.user)


def _answer(reply: Any, actor: Any) -> None:
    findings = list(reply.examination.findings.order_by("order", "code"))
    said = [
        services.Said(each, Presence.RECTIFIED, "暗语看过什么", "暗语存在什么") for each in findings
    ]
    services.save_answers(reply=reply, answers=said, actor=actor)
    services.hand_in_reply(reply=reply, actor=actor)


def _enter_risk(world: Any, number: int) -> RiskPoint:
    draft = services.RiskDraft(
        root=world.bureau.committee,
        unit=world.bureau.branch,
        process=f"暗语流程{number}",
        post="暗语岗位",
        text="暗语风险点",
        controls="暗语防控措施",
    )
    return services.add_risks(drafts=[draft], actor=world.bureau.supervisor.user)[0]


def _find_hint(world: Any, number: int) -> Hint:
    """Return a hint over a problem of the world, as the rule would leave it."""
    problem = world.objects["problem"]
    return Hint.objects.create(
        root=world.bureau.committee,
        rule=HintRule.objects.get(code="reopened"),
        key=f"problem:{problem.pk}:{number}",
        unit=world.bureau.branch,
        counted=[["rectification.problem", problem.pk, "2026-11-02"]],
        found_on=date(2026, 11, 20),
    )


def _dismiss(world: Any, hint: Hint) -> Hint:
    actor = world.bureau.supervisor.user
    seen = services.look_at_hint(hint=hint, actor=actor)
    return services.decide_hint(hint=seen, to="dismissed", reason="暗语排除理由", actor=actor)
