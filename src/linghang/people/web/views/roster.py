"""The roster in the national form, for who says what it is for."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linghang.org.api import in_force
from linghang.people import queries, services
from linghang.people.enums import MEMBER_POST
from linghang.people.models import Appointment
from linghang.people.web.exports import Mark, write_roster
from linghang.people.web.filters import PersonFilter
from linghang.people.web.forms import ExportForm
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang.platform.calendar import clock

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require(Permission.EXPORT)
def export_roster(request: HttpRequest) -> HttpResponse:
    """Ask what the roster is for, then send the members of the filtered list in the national form."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    rows = list(_list_memberships(request, scope))
    may_in_full = bool(scope.can(Permission.VIEW_IDENTITY))
    form = ExportForm(request.POST or None, may_in_full=may_in_full)
    if form.is_valid():
        shown = [(row, _in_full(form, scope, row)) for row in rows]
        mark = _make_mark(request, form.cleaned_data["purpose"], shown)
        try:
            services.record_export(
                rows=len(shown),
                in_full=len(shown) - mark.masked,
                purpose=mark.purpose,
                unit_path=_find_common_path(rows),
                actor=request.user,
            )
        except ValidationError as refusal:
            form.add_error("purpose", refusal.messages)
        else:
            response = HttpResponse(write_roster(shown, mark), content_type=XLSX)
            name = f"党员花名册-{clock.today():%Y%m%d}.xlsx"
            response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
            response["Cache-Control"] = "no-store"
            return response
    context = {
        "form": form,
        "title": _("Export the roster"),
        "sub": _("%(n)d members, in the national form") % {"n": len(rows)},
        "crumbs": [(_("People"), reverse("people:list"))],
        "cancel_url": reverse("people:list"),
        "submit_label": _("Export"),
    }
    return render(request, "ui/form.html", context, status=422 if form.is_bound else 200)


def _list_memberships(request: HttpRequest, scope: Scope) -> QuerySet[Appointment]:
    people = PersonFilter(
        request.GET, queryset=queries.visible_people(scope, Permission.VIEW_PEOPLE), request=request
    ).qs
    return (
        Appointment.objects.filter(
            in_force(clock.today()),
            scope.restrict(Permission.EXPORT, "unit__path"),
            scope.restrict(Permission.VIEW_PEOPLE, "unit__path"),
            post_id=MEMBER_POST,
            person__in=people.order_by().values("pk"),
        )
        .select_related("person__details", "unit")
        .order_by("unit__path", "person__code")
    )


def _in_full(form: ExportForm, scope: Scope, row: Appointment) -> bool:
    wanted = form.cleaned_data.get("in_full", False)
    return wanted and bool(scope.can(Permission.VIEW_IDENTITY, row.unit.path))


def _make_mark(request: HttpRequest, purpose: str, rows: list[tuple[Any, bool]]) -> Mark:
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return Mark(
        title="党员信息采集表",
        who=scope.person_name,
        moment=f"{timezone.localtime(clock.now()):%Y-%m-%d %H:%M}",
        purpose=purpose.strip(),
        masked=sum(not in_full for _row, in_full in rows),
    )


def _find_common_path(rows: list[Appointment]) -> str:
    """Return the path of the smallest unit all rows lie in."""
    paths = [row.unit.path.strip("/").split("/") for row in rows]
    common: list[str] = []
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return f"/{'/'.join(common)}/" if common else ""
