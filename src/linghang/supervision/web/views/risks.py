"""The register of risk points."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.org.models import Unit
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list
from linghang.supervision import access, queries, services
from linghang.supervision.enums import Subject
from linghang.supervision.models import RiskPoint
from linghang.supervision.web.exports import write_risks
from linghang.supervision.web.filters import RiskFilter
from linghang.supervision.web.forms import AdoptForm, RetireForm, ReviewForm, RiskForm
from linghang.supervision.web.tables import RISKS
from linghang.supervision.web.views.answering import (
    crumbs,
    do,
    find_root,
    list_acts,
    list_tabs,
    record_list_look,
    scope_of,
    send_workbook,
)


@require(Permission.VIEW_SUPERVISION)
@require_GET
def list_risks(request: HttpRequest) -> HttpResponse:
    """Show the register, the highest level first, late reviews marked."""
    scope = scope_of(request)
    record_list_look(request, Subject.RISK)
    found = RiskFilter(request.GET, queryset=_rows(request), request=request)
    actions = []
    if find_root(scope) is not None:
        actions = [
            (_("From the pack"), resolve_url("supervision:adopt"), "package", False),
            (_("New risk point"), resolve_url("supervision:add-risk"), "plus", True),
        ]
    export = f"{resolve_url('supervision:export-risks')}?{request.GET.urlencode()}"
    return render_list(
        request,
        RISKS.bind(found.qs, request.GET),
        title=_("Supervision"),
        sub=_("Where a post in a process may go wrong, what keeps it right, when it is looked at."),
        filterset=found,
        template="supervision/list.html",
        ways=list_tabs("risks"),
        actions=[(_("Export"), export, "download", False), *actions],
    )


@require(Permission.VIEW_SUPERVISION)
@require_GET
def export_risks(request: HttpRequest) -> HttpResponse:
    """Send the filtered register as a workbook; the look is recorded for each bureau."""
    found = RiskFilter(request.GET, queryset=_rows(request), request=request).qs
    risks = list(found.order_by("number"))
    for risk in {risk.root_id: risk for risk in risks}.values():
        services.record_look(Subject.RISK, risk, root=risk.root, actor=request.user)
    return send_workbook(write_risks(risks), _("Register of risk points"))


@require(Permission.VIEW_SUPERVISION)
@require_GET
def show_risk(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a risk point with its reviews; the look is recorded."""
    scope, risk = scope_of(request), get_risk(request, pk)
    services.record_look(Subject.RISK, risk, root=risk.root, actor=request.user)
    context = {
        "risk": risk,
        "late": risk.review_on < clock.today(),
        "may_edit": bool(access.can_edit(scope, risk.root)),
        "acts": list_acts(Subject.RISK, risk.pk),
        "crumbs": _crumbs(),
    }
    return render(request, "supervision/risk.html", context)


@require(Permission.EDIT_SUPERVISION)
def add_risk(request: HttpRequest) -> HttpResponse:
    """Enter a risk point."""
    root = _root(request)
    form = RiskForm(request.POST or None, root=root)
    form.fields.pop("reason")

    def act(values: dict[str, Any]) -> None:
        values.pop("seen", None)
        services.add_risks(drafts=[services.RiskDraft(root=root, **values)], actor=request.user)

    return _do(request, form, act, _("New risk point"), _("Entered."), sub=root.name)


@require(Permission.EDIT_SUPERVISION)
def adopt_templates(request: HttpRequest) -> HttpResponse:
    """Take risk points of the pack into the register."""
    root = _root(request)
    form = AdoptForm(request.POST or None, root=root)

    def act(values: dict[str, Any]) -> None:
        services.adopt_templates(
            root=root,
            unit=values["unit"],
            templates=list(values["templates"]),
            actor=request.user,
        )

    said = _("Taken into the register; what stood there already was not taken twice.")
    return _do(request, form, act, _("From the pack"), said, sub=root.name)


@require(Permission.EDIT_SUPERVISION)
def change_risk(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a risk point; its level follows the rule table."""
    risk = _editable(request, pk)
    names = ("unit", "process", "post", "text", "controls", "likelihood", "consequence", "seen")
    form = RiskForm(
        request.POST or None,
        root=risk.root,
        initial={name: getattr(risk, name) for name in names},
    )

    def act(values: dict[str, Any]) -> None:
        reason, seen = values.pop("reason"), values.pop("seen")
        services.change_risk(risk=risk, values=values, reason=reason, actor=request.user, seen=seen)

    return _do(request, form, act, _("Change the risk point"), _("Changed."), risk)


@require(Permission.EDIT_SUPERVISION)
def review_risk(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a review of the controls."""
    risk = _editable(request, pk)
    form = ReviewForm(request.POST or None, initial={"seen": risk.seen, "on": clock.today()})

    def act(values: dict[str, Any]) -> None:
        services.review_risk(risk=risk, actor=request.user, **values)

    return _do(request, form, act, _("Record a review"), _("Recorded; the next day is set."), risk)


@require(Permission.EDIT_SUPERVISION)
def retire_risk(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a risk point out of the register."""
    risk = _editable(request, pk)
    form = RetireForm(request.POST or None, initial={"seen": risk.seen})
    back = resolve_url("supervision:risks")

    def act(values: dict[str, Any]) -> None:
        services.retire_risk(risk=risk, actor=request.user, **values)

    return _do(request, form, act, _("Take out"), _("Taken out."), risk, back=back)


def _do(
    request: HttpRequest,
    form: Any,
    act: Any,
    title: str,
    said: str,
    risk: RiskPoint | None = None,
    *,
    back: str = "",
    sub: str = "",
) -> HttpResponse:
    home = resolve_url("supervision:risk", risk.pk) if risk else resolve_url("supervision:risks")
    more = [(str(risk), home)] if risk else []
    return do(
        request,
        form,
        act,
        title=title,
        said=said,
        back=back or home,
        sub=sub or str(risk or ""),
        crumbs=[*_crumbs(), *more],
    )


def _rows(request: HttpRequest) -> QuerySet[RiskPoint]:
    return queries.annotate_reviews(queries.list_risks(scope_of(request)))


def _root(request: HttpRequest) -> Unit:
    root = find_root(scope_of(request))
    if root is None:
        raise PermissionDenied(_("This is done by the supervisor of a bureau."))
    return root


def get_risk(request: HttpRequest, pk: int) -> RiskPoint:
    """Return the risk point if the reader may see it; a stranger's is not found."""
    found: RiskPoint = get_object_or_404(queries.list_risks(scope_of(request)), pk=pk)
    return found


def _editable(request: HttpRequest, pk: int) -> RiskPoint:
    risk = get_risk(request, pk)
    insist(access.can_edit(scope_of(request), risk.root))
    return risk


def _crumbs() -> list[tuple[str, str]]:
    return crumbs((_("Risk points"), resolve_url("supervision:risks")))
