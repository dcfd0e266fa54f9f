"""Pages of the burden meter: all units by month, one unit, the workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.burden import queries
from linghang.burden.queries import Load
from linghang.burden.queries.counting import last_months, month_of
from linghang.burden.web import exports
from linghang.org import api as org
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang.platform.ui.tables import Tab
from linghang_core.periods import Period

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MONTHS = 12
UNITS_A_PAGE = 60
MEASURES = ("items", "forms", "fields", "evidence", "lines", "meetings", "personal")


@require(Permission.VIEW_RECORDS)
def show_meter(request: HttpRequest) -> HttpResponse:
    """Show unit × month, who asks most, what is asked twice; who sees one unit gets that unit's page."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    units = list(queries.list_units(scope))
    if len(units) == 1:
        return redirect("burden:unit", pk=units[0].pk)
    month, measure = _read_month(request), _read_measure(request)
    months = last_months(month, MONTHS)
    loads = queries.count_loads(scope, [unit.pk for unit in units], months)
    units.sort(key=lambda unit: (-_value(loads, unit, month, measure), unit.path))
    page = Paginator(units, UNITS_A_PAGE).get_page(request.GET.get("page"))
    context = _frame(request, month) | {
        "title": _("Burden meter"),
        "sub": _(
            "What units were asked for, by month: counted from what was issued, nobody reports it."
        ),
        "columns": [_short(each) for each in months],
        "rows": _list_rows(list(page.object_list), months, loads, measure),
        "high": _highest(loads, measure),
        "page": page,
        "tabs": _tabs(request, measure),
        "measure": measures()[measure],
        **_sum_up(units, loads, month),
        **_explain(scope, units, month),
        "export_url": f"{reverse('burden:export')}?{urlencode({'month': str(month)})}",
        "may_export": scope.can(Permission.EXPORT),
    }
    return render(request, "burden/meter.html", context)


@require(Permission.VIEW_RECORDS)
def show_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what one unit was asked for; members read a sentence, who answers for the unit all of it."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    unit = org.get_visible_unit(scope, pk, Permission.VIEW_RECORDS)
    month = _read_month(request)
    months = last_months(month, MONTHS)
    loads = queries.count_loads(scope, [unit.pk], months)
    present = loads.get((unit.pk, str(month)), Load())
    sees_all = bool(scope.can(Permission.VIEW_PEOPLE, unit.path))
    context = _frame(request, month) | {
        "title": unit.name,
        "sub": _("Burden meter"),
        "crumbs": [(_("Burden meter"), reverse("burden:meter"))],
        "unit": unit,
        "load": present,
        "cap": queries.find_cap(month.last_day).of(unit.kind),
        "columns": list(exports.name_columns().values()),
        "months": _list_months(unit, months, loads),
        "sees_all": sees_all,
    }
    if sees_all:
        context |= _explain(scope, [unit], month)
    return render(request, "burden/unit.html", context)


@require(Permission.EXPORT)
def export(request: HttpRequest) -> HttpResponse:
    """Send the meter as a workbook: units by month, issuers, what is asked twice."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    units = list(queries.list_units(scope))
    month = _read_month(request)
    months = last_months(month, MONTHS)
    ids = [unit.pk for unit in units]
    book = exports.write_meter(
        units,
        months,
        queries.count_loads(scope, ids, months),
        queries.count_by_issuer(scope, ids, month),
        queries.find_pairs(scope, ids, month),
    )
    response = HttpResponse(book, content_type=XLSX)
    name = quote(f"{_('Burden meter')} {month}.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def measures() -> dict[str, str]:
    """Return what the meter can show of all units, by its name: not every column has a tab."""
    return {name: label for name, label in exports.name_columns().items() if name in MEASURES}


def _read_measure(request: HttpRequest) -> str:
    asked = request.GET.get("measure", "")
    return asked if asked in measures() else "items"


def _read_month(request: HttpRequest) -> Period:
    """Return the month asked for, this month where none or nonsense is given, never a later one."""
    now = month_of(clock.today())
    try:
        found = Period.parse(request.GET.get("month", ""))
    except ValueError:
        return now
    return found if found.kind == now.kind and found.first_day <= now.first_day else now


def _frame(request: HttpRequest, month: Period) -> dict[str, Any]:
    """Return what both pages need to walk from month to month."""
    query = request.GET.copy()
    query.pop("page", None)

    def to(one: Period) -> str:
        query["month"] = str(one)
        return f"?{query.urlencode()}"

    is_now = month == month_of(clock.today())
    return {
        "month": _name(month),
        "earlier_url": to(month.previous()),
        "later_url": "" if is_now else to(month.next()),
    }


def _tabs(request: HttpRequest, current: str) -> list[Tab]:
    query = request.GET.copy()
    query.pop("page", None)
    tabs = []
    for name, label in measures().items():
        query["measure"] = name
        tabs.append(Tab(label, f"?{query.urlencode()}", None, current=name == current))
    return tabs


def _list_rows(
    units: Sequence[Unit],
    months: Sequence[Period],
    loads: Mapping[tuple[int, str], Load],
    measure: str,
) -> list[tuple[str, str, list[dict[str, Any] | None]]]:
    caps = {str(month): queries.find_cap(month.last_day) for month in months}
    above = _("above the cap")

    def show(unit: Unit, month: str, address: str) -> dict[str, Any] | None:
        load = loads.get((unit.pk, month))
        if load is None:
            return None
        cap = caps[month].of(unit.kind)
        is_over = measure == "items" and cap is not None and load.items > cap
        return {
            "value": getattr(load, measure),
            "url": f"{address}?month={month}",
            "mark": above if is_over else "",
        }

    rows = []
    for unit in units:
        address = reverse("burden:unit", args=[unit.pk])
        rows.append((unit.name, address, [show(unit, str(month), address) for month in months]))
    return rows


def _list_months(
    unit: Unit, months: Sequence[Period], loads: Mapping[tuple[int, str], Load]
) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return (month, what it was asked with its number), the last month first."""
    columns = exports.name_columns()
    found = []
    for month in reversed(months):
        load = loads.get((unit.pk, str(month)), Load())
        found.append(
            (_name(month), [(label, getattr(load, name)) for name, label in columns.items()])
        )
    return found


def _value(loads: Mapping[tuple[int, str], Load], unit: Unit, month: Period, measure: str) -> int:
    return int(getattr(loads.get((unit.pk, str(month)), Load()), measure))


def _highest(loads: Mapping[tuple[int, str], Load], measure: str) -> int:
    return max([getattr(load, measure) for load in loads.values()] + [5])


def _sum_up(
    units: Sequence[Unit], loads: Mapping[tuple[int, str], Load], month: Period
) -> dict[str, Any]:
    cap = queries.find_cap(month.last_day)
    present = {unit: loads.get((unit.pk, str(month)), Load()) for unit in units}
    total = sum(present.values(), Load())
    over = [
        unit
        for unit, load in present.items()
        if (limit := cap.of(unit.kind)) is not None and load.items > limit
    ]
    number = len(units) or 1
    return {
        "total": total,
        "items_each": f"{total.items / number:.1f}",
        "fields_each": f"{total.fields / number:.1f}",
        "over": len(over),
        "basis": cap.basis,
    }


def _explain(scope: Scope, units: Sequence[Unit], month: Period) -> dict[str, Any]:
    """Return who asks, what is asked twice or known already, and what went down above the cap."""
    ids = [unit.pk for unit in units]
    pairs = queries.find_pairs(scope, ids, month)
    return {
        "issuers": queries.count_by_issuer(scope, ids, month),
        "pairs": [(pair, int(pair.likeness * 100)) for pair in pairs],
        "twice": len(pairs),
        "known": queries.find_known(scope, ids, month),
        "reasons": queries.list_reasons(scope, month),
    }


def _name(month: Period) -> str:
    return month.label(spoken())


def _short(month: Period) -> str:
    return f"{month.first_day:%y-%m}"
