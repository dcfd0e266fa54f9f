"""The list of applications, one of them with its steps, and its file in print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.membership import access, queries
from linghang.membership.enums import Outcome, Stage
from linghang.membership.models import Application, StepTaken
from linghang.membership.web.filters import ApplicationFilter
from linghang.membership.web.tables import APPLICATIONS, list_export_columns
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.sheets import export
from linghang.platform.ui.tables import render_list
from linghang_core.regulations import Stage as CoreStage
from linghang_core.regulations import Step, Wait, list_steps

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Line:
    """A step of the 25 as the page shows it: what was recorded of it, whether it may come next."""

    step: Step
    name: str
    rows: tuple[StepTaken, ...]
    wait: Wait | None
    may_take: bool
    is_next: bool
    refusal: str

    @property
    def state(self) -> str:
        """Return done, current or todo."""
        if self.rows and self.rows[-1].outcome == Outcome.PASSED:
            return "done"
        return "current" if self.is_next else "todo"


@require(Permission.VIEW_PEOPLE)
@require_GET
def list_applications(request: HttpRequest) -> HttpResponse:
    """Show who is on the way into the Party, the first day to keep first."""
    scope = get_scope(request)
    found = ApplicationFilter(
        request.GET,
        queryset=queries.annotate_due(queries.list_applications(scope)),
        request=request,
    )
    return render_list(
        request,
        APPLICATIONS.bind(found.qs, request.GET),
        title=_("New members"),
        sub=_("Five stages, 25 steps: what may come next and by when follows from the rules."),
        filterset=found,
        template="membership/applications.html",
        may_open=access.can_open(scope),
        may_export=scope.can(Permission.EXPORT),
        query=request.GET.urlencode(),
    )


@require(Permission.EXPORT)
@require_GET
def export_applications(request: HttpRequest) -> HttpResponse:
    """Send the filtered list as a workbook; the look at names is recorded."""
    scope = get_scope(request)
    mine = queries.list_applications(scope).filter(scope.restrict(Permission.EXPORT, "unit__path"))
    found = ApplicationFilter(request.GET, queryset=mine, request=request).qs
    columns = list_export_columns()
    title = _("New members")
    with export.Workbook(title=title) as book:
        sheet = book.add_sheet(
            title, title=title, columns=[export.Column(heading) for heading, _read in columns]
        )
        count = 0
        for one in found.iterator(chunk_size=500):
            sheet.append([read(one) for _heading, read in columns])
            count += 1
    with transaction.atomic():
        audit.record(
            actor=request.user,
            verb="application.exported",
            label="membership",
            new={"rows": count},
        )
    response = HttpResponse(book.to_bytes(), content_type=XLSX)
    name = f"{title}-{clock.today():%Y%m%d}.xlsx"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


@require(Permission.VIEW_PEOPLE, Permission.VIEW_RECORDS)
@require_GET
def show_application(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one way into the Party: where it stands, what comes next, every step with its papers."""
    scope = get_scope(request)
    application = get_application(request, pk)
    context = _describe(application, scope)
    context["crumbs"] = _crumbs(scope)
    return render(request, "membership/application.html", context)


@require(Permission.VIEW_PEOPLE, Permission.VIEW_RECORDS)
@require_GET
def go_to_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the application of a step; ledger lines lead here."""
    row = get_object_or_404(queries.list_taken(get_scope(request)), pk=pk)
    return redirect(resolve_url("membership:application", row.application_id) + f"#step-{row.step}")


def get_application(request: HttpRequest, pk: int) -> Application:
    """Return the application if the reader may see it; a stranger's is not found."""
    found: Application = get_object_or_404(queries.list_applications(get_scope(request)), pk=pk)
    return found


def get_scope(request: HttpRequest) -> Scope:
    """Return what the reader may see and do."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def _crumbs(scope: Scope) -> list[tuple[str, str]]:
    if not scope.can(Permission.VIEW_PEOPLE):  # one's own way, seen without the list
        return []
    return [(_("New members"), resolve_url("membership:applications"))]


def _describe(application: Application, scope: Scope) -> dict[str, Any]:
    file = queries.read_file(application)
    mine = {step.code for step in queries.filter_next_mine(file, scope)}
    following = {step.code for step in queries.list_next(file)}
    lines = [
        Line(
            step=step,
            name=queries.name_step(step),
            rows=tuple(row for row in file.rows if row.step == step.code),
            wait=file.find_wait(step.code),
            may_take=step.code in mine,
            is_next=step.code in following,
            refusal=_find_refusal(scope, application, step) if step.code in following else "",
        )
        for step in list_steps()
    ]
    taken = [row for row in file.rows if row.step != "application"]
    return {
        "application": application,
        "stages": _list_stages(application, lines),
        "groups": [
            (Stage(stage.value), [line for line in lines if line.step.stage is stage])
            for stage in CoreStage
        ],
        "next": [line for line in lines if line.is_next],
        "today": clock.today(),
        "may_change": bool(access.can_change(scope, application)),
        "may_move": bool(access.can_move(scope, application)),
        "may_withdraw": bool(taken) and bool(access.can_change(scope, application)),
        "withdrawn": list(
            application.taken.exclude(withdrawn_at=None).select_related("recorded_by")
        ),
    }


def _find_refusal(scope: Scope, application: Application, step: Step) -> str:
    return getattr(access.can_take(scope, application, step), "reason", "")


def _list_stages(application: Application, lines: list[Line]) -> list[dict[str, Any]]:
    """Return the five stages with where the way stands."""
    order = [stage.value for stage in CoreStage]
    at = order.index(application.stage) if application.stage in order else len(order)
    if application.stage == Stage.ENDED:
        reached = [line.step.stage.value for line in lines if line.rows]
        at = order.index(reached[-1]) if reached else 0
    return [
        {
            "label": Stage(stage).label,
            "state": "done" if number < at else "current" if number == at else "todo",
        }
        for number, stage in enumerate(order)
    ]
