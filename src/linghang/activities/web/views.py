"""Recording and correcting, a record's page, duties of a unit and of all units."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.activities import api, mapping, queries, services
from linghang.activities.enums import AttendanceState, ObligationState, Shape
from linghang.activities.models import Activity, ActivityKind, Obligation
from linghang.activities.web.filters import CadenceFilter
from linghang.activities.web.forms import ActivityForm, ReasonForm
from linghang.ledger import api as ledger
from linghang.ledger.models import Entry
from linghang.org import api as org
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang.platform.ui.tables import list_kept, wants_results
from linghang_core.periods import Period, PeriodError, PeriodKind

UNITS_PER_PAGE = 50
RECORDING_KINDS = (
    UnitKind.BRANCH,
    UnitKind.JOINT_BRANCH,
    UnitKind.TEMPORARY_BRANCH,
    UnitKind.GROUP,
    UnitKind.GENERAL_BRANCH,
    UnitKind.COMMITTEE,
)


# -- recording -----------------------------------------------------------------------------------


@require(Permission.EDIT_RECORDS)
def record(request: HttpRequest) -> HttpResponse:
    """Ask which kind, then what took place; write it and show its page."""
    unit = _find_unit(request)
    kind = queries.list_offered_kinds().filter(code=request.GET.get("kind", "")).first()
    if kind is None or unit is None:
        return _choose(request, unit)
    insist(request.scope.can(Permission.EDIT_RECORDS, unit.path))
    day = _read_day(request.POST.get("occurred_on") or request.GET.get("on", ""))
    form = ActivityForm(request.POST or None, kind=kind, unit=unit, on=day)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.record_activity(draft=form.draft(), actor=request.user)
        except services.RecordRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Recorded."))
            return redirect("activities:activity", made.pk)
    return _show_form(request, form, title=str(kind), sub=unit.name)


def _choose(request: HttpRequest, unit: Unit | None) -> HttpResponse:
    """Show the kinds as big choices, for a unit that can be changed."""
    units = list(_recording_units(request))
    kinds = list(queries.list_offered_kinds())
    families = [(family, list(same)) for family, same in groupby(kinds, key=lambda k: k.shape)]
    return render(
        request,
        "activities/choose.html",
        {
            "unit": unit,
            "units": units,
            "families": [(Shape(family).label, same) for family, same in families],
            "on": request.GET.get("on", ""),
        },
    )


def _recording_units(request: HttpRequest) -> QuerySet[Unit]:
    covered = request.scope.restrict(Permission.EDIT_RECORDS, "path")
    return Unit.objects.filter(covered, kind__in=RECORDING_KINDS, closed_on=None).order_by("path")


def _find_unit(request: HttpRequest) -> Unit | None:
    """Return the unit asked for, else the reader's own branch, else the first one."""
    asked = request.GET.get("unit", "")
    if asked.isdecimal():
        return org.get_visible_unit(request.scope, int(asked), Permission.VIEW_RECORDS)
    own = [pk for pk, _name, _path in request.scope.home_units]
    units = _recording_units(request)
    branches = units.filter(kind__in=RECORDING_KINDS[:3])
    return branches.filter(pk__in=own).first() or branches.first() or units.first()


def _read_day(text: str) -> date:
    """Return the day asked for; today when it is none or lies ahead."""
    try:
        return min(date.fromisoformat(text), clock.today())
    except ValueError:
        return clock.today()


def _show_form(request: HttpRequest, form: ActivityForm, **context: Any) -> HttpResponse:
    if form.activity is not None:
        cancel = reverse("activities:activity", args=[form.activity.pk])
    else:
        cancel = f"{reverse('activities:record')}?unit={form.unit.pk}"
    return render(
        request,
        "activities/form.html",
        {"form": form, "cancel_url": cancel, **context},
        status=422 if form.errors else 200,
    )


@require(Permission.EDIT_RECORDS)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the record in its form, ask for the reason, and write the correction."""
    activity = _find_activity(request, pk)
    insist(request.scope.can(Permission.EDIT_RECORDS, activity.unit.path))
    if activity.withdrawn_on is not None:
        messages.warning(request, _("The record was withdrawn and cannot be corrected."))
        return redirect("activities:activity", activity.pk)
    form = ActivityForm(
        request.POST or None,
        kind=activity.kind,
        unit=activity.unit,
        on=activity.occurred_on,
        activity=activity,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_activity(
                activity=activity,
                draft=form.draft(),
                reason=form.cleaned_data["reason"],
                actor=request.user,
            )
        except services.RecordRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Corrected. The old values are kept."))
            return redirect("activities:activity", activity.pk)
    title = _("Correct: %(topic)s") % {"topic": activity.topic}
    return _show_form(request, form, title=title, sub=f"{activity.unit} · {activity.kind}")


@require(Permission.EDIT_RECORDS)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a record with a reason; its facts are taken back."""
    activity = _find_activity(request, pk)
    insist(request.scope.can(Permission.EDIT_RECORDS, activity.unit.path))
    try:
        services.withdraw_activity(
            activity=activity, reason=request.POST.get("reason", ""), actor=request.user
        )
    except services.RecordRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Withdrawn. It no longer counts, and stays readable."))
    return redirect("activities:activity", activity.pk)


# -- a record ------------------------------------------------------------------------------------


def _find_activity(request: HttpRequest, pk: int) -> Activity:
    seen = queries.visible_activities(request.scope)
    related = ("kind", "unit", "person", "host", "created_by", "withdrawn_by")
    return get_object_or_404(seen.select_related(*related), pk=pk)


@require(Permission.VIEW_RECORDS)
def show_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a record: what, who was there, what it counts as, how it was corrected."""
    activity = _find_activity(request, pk)
    seats = list(activity.attendance.select_related("person").order_by("person__name", "name"))
    away = [seat for seat in seats if seat.state != AttendanceState.PRESENT]
    entry = Entry.objects.filter(
        source_type="activities.activity", source_id=activity.pk, withdrawn_at=None
    ).first()
    context = {
        "activity": activity,
        "also": ActivityKind.objects.filter(code__in=activity.also) if activity.also else (),
        "late": (activity.recorded_on - activity.occurred_on).days > ledger.LATE_AFTER_DAYS,
        "present": [seat for seat in seats if seat.state == AttendanceState.PRESENT],
        "away": [(seat, AttendanceState(seat.state)) for seat in away],
        "entry": entry,
        "status": _title_status(activity),
        "revisions": [
            _describe(revision) for revision in activity.revisions.select_related("actor")
        ],
        "panels": [
            panel.render(request, activity.pk)
            for panel in mapping.list_record_panels()
            if panel.shown_to(request.scope, activity)
        ],
        "may_edit": activity.withdrawn_on is None
        and request.scope.can(Permission.EDIT_RECORDS, activity.unit.path),
        "crumbs": [
            (_("Records"), reverse("ledger:timeline")),
            (activity.unit.name, f"{reverse('ledger:timeline')}?unit={activity.unit_id}"),
        ],
    }
    return render(request, "activities/activity.html", context)


def _title_status(activity: Activity) -> str:
    kind = ledger.list_kinds().get(activity.kind.fact_kind)
    return str(kind.title_of(activity.status)) if kind and activity.status else ""


def _describe(revision: Any) -> dict[str, Any]:
    """Return a correction with its changes as (field, old, new) in words."""
    labels = {name: field.label for name, field in ActivityForm.base_fields.items()}
    labels |= {"host": labels["host_name"], "absences": _("Absent"), "unit": _("Unit")}
    changes = [
        (labels.get(key, key), _show_value(key, old), _show_value(key, revision.new.get(key)))
        for key, old in revision.old.items()
    ]
    return {"revision": revision, "changes": changes}


def _show_value(key: str, value: Any) -> str:
    if key in {"hours", "quantity"} and value is not None:
        return f"{value / 100:g}"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "、".join(map(_show_absentee, value)) or "—"
    return "—" if value in (None, "") else str(value)


def _show_absentee(text: str) -> str:
    for state in AttendanceState:
        text = text.replace(f"({state.value}", f"({state.label}")
    return text


# -- duties --------------------------------------------------------------------------------------


@require(Permission.VIEW_RECORDS)
def show_cadence(request: HttpRequest) -> HttpResponse:
    """Show units × duties of a month, with what is missing linked to the form that records it."""
    chosen = CadenceFilter(request.GET)
    period, words = chosen.period, chosen.cleaned_data.get("q", "")
    duties = queries.visible_obligations(request.scope)
    units = _owing_units(request, duties, period, words, chosen.cleaned_data.get("state", ""))
    page = Paginator(units, UNITS_PER_PAGE).get_page(request.GET.get("page"))
    may_record = {
        unit.pk: bool(request.scope.can(Permission.EDIT_RECORDS, unit.path))
        for unit in page.object_list
    }
    ticks = api.cadence_rows(page.object_list, period)
    kinds = _list_columns(ticks)
    rows = [(unit, may_record[unit.pk], _place(ticks[unit.pk], kinds)) for unit in page.object_list]
    context = {
        "form": chosen,
        "kept": list_kept(request, set(chosen.fields)),
        "is_filtered": any(request.GET.get(name) for name in chosen.fields),
        "page": page,
        "kinds": kinds,
        "rows": rows,
        "period": period,
        "counts": _count_states(duties, period),
    }
    only = (
        "activities/cadence_results.html" if wants_results(request) else "activities/cadence.html"
    )
    return render(request, only, context)


def _owing_units(
    request: HttpRequest, duties: QuerySet[Obligation], period: Period, words: str, state: str
) -> QuerySet[Unit]:
    """Return the visible units that owe something in the period, worst filters applied."""
    found = queries.filter_overlapping(duties, period)
    if state == ObligationState.MISSED:
        found = queries.filter_missed(found, clock.today())
    elif state == ObligationState.OPEN:
        found = queries.filter_open(found, clock.today())
    covered = request.scope.restrict(Permission.VIEW_RECORDS, "path")
    units = Unit.objects.filter(covered, pk__in=found.values("unit_id")).order_by("path")
    return units.filter(name__icontains=words.strip()) if words.strip() else units


def _list_columns(ticks: dict[int, list[api.CadenceTick]]) -> list[ActivityKind]:
    kinds = {tick.kind.code: tick.kind for row in ticks.values() for tick in row}
    return sorted(kinds.values(), key=lambda kind: (kind.order, kind.code))


def _place(
    row: list[api.CadenceTick], kinds: list[ActivityKind]
) -> list[tuple[ActivityKind, api.CadenceTick | None]]:
    by_code = {tick.kind.code: tick for tick in row}
    return [(kind, by_code.get(kind.code)) for kind in kinds]


def _count_states(
    duties: QuerySet[Obligation], period: Period
) -> list[tuple[ObligationState, int]]:
    """Return how many duties of the period stand how; one query."""
    today = clock.today()
    rows = queries.filter_overlapping(duties, period).values_list("state", "due_on", "period")
    counts = dict.fromkeys(ObligationState, 0)
    for state, due_on, code in rows.order_by():
        if "W" in code and due_on not in period:
            continue
        missed = state == ObligationState.OPEN and due_on < today
        counts[ObligationState.MISSED if missed else ObligationState(state)] += 1
    return list(counts.items())


@require(Permission.VIEW_RECORDS)
def show_unit_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a unit's duties of this month as a part of its page."""
    unit = org.get_visible_unit(request.scope, pk, Permission.VIEW_RECORDS)
    may_record = bool(request.scope.can(Permission.EDIT_RECORDS, unit.path))
    month = api.this_month()
    months = [month, month.previous(), month.previous().previous()]
    context = {
        "unit": unit,
        "rows": [(one, api.cadence_row(unit, one, may_record=may_record)) for one in months],
        "may_record": may_record,
    }
    return render(request, "activities/unit_panel.html", context)


@require(Permission.VIEW_RECORDS)
def show_duty(request: HttpRequest, pk: int, code: str, period: str) -> HttpResponse:
    """Show what a unit owes of one kind in a period, what counts for it, and why it is owed."""
    unit = org.get_visible_unit(request.scope, pk, Permission.VIEW_RECORDS)
    try:
        span = Period.parse(period)
    except PeriodError as error:
        raise Http404 from error
    ticks = queries.list_ticks(
        queries.visible_obligations(request.scope).filter(unit=unit, rule__kind__code=code),
        span,
        clock.today(),
    )
    tick = ticks.get(unit.pk, {}).get(code)
    if tick is None:
        raise Http404
    language = spoken()
    periods = [Period.parse(duty.period) for duty in tick.duties]
    counted = queries.list_counted(
        [unit.pk], code, min(p.first_day for p in periods), max(p.end for p in periods)
    )
    context = {
        "unit": unit,
        "tick": tick,
        "duties": [
            (duty, one.label(language), queries.judge_standing(duty, clock.today()))
            for duty, one in zip(tick.duties, periods, strict=True)
        ],
        "counted": counted,
        "span": span,
        "may_edit": request.scope.can(Permission.EDIT_RECORDS, unit.path),
        "may_waive": _may_waive(request, tick.duties[0]),
        "record_url": f"{reverse('activities:record')}?unit={unit.pk}&kind={code}"
        f"&on={min(tick.due_on, clock.today()).isoformat()}",
        "crumbs": [(_("Cadence"), reverse("activities:cadence")), (unit.name, "")],
        "form": ReasonForm(),
    }
    return render(request, "activities/duty.html", context)


@require(Permission.EDIT_RECORDS)
@require_POST
def waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Waive a duty with a reason; the branch itself cannot, whoever leads it can."""
    duty = get_object_or_404(queries.visible_obligations(request.scope), pk=pk)
    insist(_may_waive(request, duty))
    try:
        services.waive_obligation(
            obligation=duty, reason=request.POST.get("reason", ""), actor=request.user
        )
    except ValueError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Waived, with the reason beside it."))
    month = Period.containing(duty.due_on, PeriodKind.MONTH)
    return HttpResponseRedirect(
        reverse("activities:duty", args=[duty.unit_id, duty.rule.kind.code, str(month)])
    )


def _may_waive(request: HttpRequest, duty: Obligation) -> Any:
    """Return whether the reader edits records above the unit: no branch waives its own duty."""
    above = duty.unit.path.rstrip("/").rpartition("/")[0] + "/"
    return request.scope.can(Permission.EDIT_RECORDS, above if above != "/" else duty.unit.path)
