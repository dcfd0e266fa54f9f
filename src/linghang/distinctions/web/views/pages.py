"""One case on its way, and one level held: where it stands, what comes next and who does it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from linghang.distinctions import access
from linghang.distinctions.enums import STAGES_OF, WAY, Deed, Stage
from linghang.distinctions.models import Case, Holding
from linghang.distinctions.queries import conditions, standing
from linghang.distinctions.web.views.shared import (
    READING,
    get_case,
    get_holding,
    get_scope,
    list_crumbs,
)
from linghang.platform.access import Scope
from linghang.platform.access.web import require
from linghang.platform.calendar import clock


@require(*READING)
@require_GET
def show_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one case: the conditions as the system read them, what comes next, objections, history."""
    scope, case = get_scope(request), get_case(request, pk)
    answers = [
        (deed, access.can_do(scope, case, deed))
        for deed, stages in STAGES_OF.items()
        if case.stage in stages
    ]
    context = {
        "case": case,
        "steps": _list_steps(case),
        "deeds": [deed for deed, answer in answers if answer],
        "refusals": list(
            dict.fromkeys(
                getattr(answer, "reason", "")
                for deed, answer in answers
                if not answer and deed not in {Deed.OBJECT, Deed.STOP, Deed.WITHDRAW}
            )
        ),
        "checks": conditions.restore(case.checks),
        "objections": _list_objections(scope, case.objections.select_related("raised_by")),
        "sees": access.can_see_reasons(scope, case.unit),
        "acts": list(case.acts.select_related("by").order_by("-pk")),
        "holding": getattr(case, "holding", None),
        "crumbs": list_crumbs(case.programme),
    }
    return render(request, "distinctions/case.html", context)


def _list_steps(case: Case) -> list[dict[str, Any]]:
    if case.stage not in WAY:
        return []
    at = len(WAY) if case.stage == Stage.AWARDED else WAY.index(Stage(case.stage))
    return [
        {
            "label": stage.label,
            "state": "done" if number < at else "current" if number == at else "todo",
        }
        for number, stage in enumerate(WAY)
    ]


def _list_objections(scope: Scope, objections: Any) -> list[dict[str, Any]]:
    objections = objections.select_related("case__unit", "demotion__holding__unit", "decided_by")
    rows = list(objections.prefetch_related("case__acts"))
    return [{"row": row, "may_settle": bool(access.can_settle(scope, row))} for row in rows]


@require(*READING)
@require_GET
def show_holding(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one level held or lost: its conditions today, the warning, the demotion, the appeal."""
    scope, holding = get_scope(request), get_holding(request, pk)
    level = holding.programme.find_level(holding.level)
    sees = access.can_see_reasons(scope, holding.unit)
    is_open = holding.valid_to is None
    checks: list[conditions.Check] = []
    if sees and is_open and level is not None:
        root = standing.find_root(holding.unit)
        evidence = conditions.read_evidence(
            holding.programme, root, clock.today(), [holding.unit_id]
        )
        checks = conditions.check_level(evidence, holding.unit_id, level, review=True)
    demotion = getattr(holding, "demotion", None)
    context = {
        "holding": holding,
        "level": level,
        "checks": checks,
        "sees": sees,
        "is_open": is_open,
        "faults": conditions.restore(holding.faults) if sees else [],
        "may_demote": bool(access.can_demote(scope, holding)) if is_open else False,
        "demote_refusal": _say_no(scope, holding) if is_open else "",
        "demotion": demotion,
        "to_level": holding.programme.name_level(demotion.to_level)
        if demotion and demotion.to_level
        else "",
        "may_appeal": bool(access.can_appeal(scope, holding)),
        "appeals": _list_objections(scope, demotion.appeals.select_related("raised_by"))
        if demotion
        else [],
        "may_apply": bool(access.can_apply(scope, holding.unit)),
        "is_benchmark": holding.programme.kind == "benchmark",
        "acts": list(holding.acts.select_related("by").order_by("-pk")),
        "others": [
            one
            for one in standing.list_history(scope, holding.unit)
            if one.programme_id == holding.programme_id and one.pk != holding.pk
        ],
        "crumbs": list_crumbs(holding.programme),
    }
    return render(request, "distinctions/holding.html", context)


def _say_no(scope: Scope, holding: Holding) -> str:
    """Return why a warned level cannot be taken away now, for who would look for it."""
    if holding.standing != "warned":
        return ""
    return getattr(access.can_demote(scope, holding), "reason", "")
