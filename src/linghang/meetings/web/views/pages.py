"""The agenda on the page of a meeting, resolutions, and the book of a unit's meetings."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.activities.models import Activity
from linghang.meetings import access, queries
from linghang.meetings.models import AgendaItem, MakeUp
from linghang.meetings.web.exports import write_book, write_minutes
from linghang.meetings.web.filters import ResolutionFilter
from linghang.meetings.web.tables import RESOLUTIONS
from linghang.org import api as org
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang.platform.ui.tables import render_list
from linghang_core.periods import Period, PeriodError, PeriodKind

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
QUARTERS = 6  # the book offers so many, the last first


def get_scope(request: HttpRequest) -> Scope:
    """Return what the reader may see and do."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def get_meeting(request: HttpRequest, pk: int) -> Activity:
    """Return the meeting if the reader sees it; another's is not found."""
    found: Activity = get_object_or_404(queries.list_meetings(get_scope(request)), pk=pk)
    return found


def get_item(request: HttpRequest, pk: int) -> AgendaItem:
    """Return the item if the reader sees its meeting; another's is not found."""
    found: AgendaItem = get_object_or_404(queries.list_items(get_scope(request)), pk=pk)
    return found


def find_make_up(request: HttpRequest, pk: int) -> MakeUp:
    """Return the make-up if the reader sees its meeting; another's is not found."""
    rows = MakeUp.objects.select_related("activity__unit", "activity__kind")
    row: MakeUp = get_object_or_404(rows, pk=pk)
    get_meeting(request, row.activity_id)
    return row


def page_of(activity: Activity, item: AgendaItem | None = None) -> str:
    """Return the address of a meeting's page, at one item if given."""
    place = reverse("activities:activity", args=[activity.pk])
    return f"{place}#i{item.pk}" if item is not None else place


@require(Permission.VIEW_RECORDS)
@require_GET
def show_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the meeting talked about and decided, and who made up; part of its page."""
    meeting, scope = get_meeting(request, pk), get_scope(request)
    made_up = queries.read_make_ups([meeting]).get(meeting.pk, {})
    absent = [(seat, made_up.get(seat.person_id or 0)) for seat in queries.list_absent(meeting)]
    writes = bool(access.can_write(scope, meeting))
    context = {
        "meeting": meeting,
        "items": queries.read_standings(meeting, clock.today()),
        "absent": absent,
        "open_absent": [seat for seat, row in absent if row is None],
        "unreported": queries.list_unreported(meeting, clock.today()) if writes else [],
        "writes": writes,
    }
    return render(request, "meetings/panel.html", context)


@require(Permission.VIEW_RECORDS)
@require_GET
def show_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the item on its meeting's page."""
    item = get_item(request, pk)
    return redirect(page_of(item.activity, item))


@require(Permission.VIEW_RECORDS)
@require_GET
def show_make_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the page of the meeting somebody made up for."""
    return redirect(page_of(find_make_up(request, pk).activity))


@require(Permission.VIEW_RECORDS)
@require_GET
def send_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the minutes of a meeting as .docx."""
    meeting = get_meeting(request, pk)
    name = f"{meeting.unit.name}-{meeting.kind.title_zh}-{meeting.occurred_on:%Y%m%d}.docx"
    return _send(write_minutes(meeting, clock.today()), name)


@require(Permission.VIEW_RECORDS)
@require_GET
def list_resolutions(request: HttpRequest) -> HttpResponse:
    """List what meetings resolved that became a task, up to the report back."""
    found = ResolutionFilter(
        request.GET,
        queryset=queries.annotate_resolutions(queries.list_resolutions(get_scope(request))),
        request=request,
    )
    return render_list(
        request,
        RESOLUTIONS.bind(found.qs, request.GET),
        title=_("Resolutions"),
        sub=_("From the item of a meeting to its task, and back to a later meeting."),
        filterset=found,
    )


# -- the book ------------------------------------------------------------------------------------


@require(Permission.VIEW_RECORDS)
@require_GET
def show_unit_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the meetings of a unit in the running quarter: a tab of its page."""
    unit = org.get_visible_unit(get_scope(request), pk, Permission.VIEW_RECORDS)
    return render(request, "meetings/book_part.html", _describe_book(unit, _quarters()[0]))


@require(Permission.VIEW_RECORDS)
@require_GET
def show_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the book of a unit's meetings in a quarter or year, to read, print or take along."""
    unit = org.get_visible_unit(get_scope(request), pk, Permission.VIEW_RECORDS)
    context = _describe_book(unit, _read_period(request))
    context["periods"] = [
        (str(one), _name(one), one == context["period"]) for one in [*_quarters(), _this_year()]
    ]
    context["crumbs"] = [(unit.name, f"{reverse('org:unit', args=[unit.pk])}?tab=meetings")]
    return render(request, "meetings/book.html", context)


@require(Permission.VIEW_RECORDS)
@require_GET
def send_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the book of a unit's meetings in a quarter or year as .docx."""
    unit = org.get_visible_unit(get_scope(request), pk, Permission.VIEW_RECORDS)
    period = _read_period(request)
    meetings = list(queries.list_held(unit, period.first_day, period.last_day))
    data = write_book(unit, meetings, period.label("zh"), clock.today())
    return _send(data, f"{unit.name}-会议记录本-{period}.docx")


def _describe_book(unit: Unit, period: Period) -> dict[str, Any]:
    held = queries.list_held(unit, period.first_day, period.last_day)
    return {
        "unit": unit,
        "period": period,
        "period_name": _name(period),
        "meetings": queries.annotate_book(held),
    }


def _read_period(request: HttpRequest) -> Period:
    """Return the quarter or year asked for, the running quarter when it is none."""
    try:
        period = Period.parse(request.GET.get("period", ""))
    except PeriodError:
        return _quarters()[0]
    fits = period.kind in {PeriodKind.QUARTER, PeriodKind.YEAR, PeriodKind.MONTH}
    return period if fits else _quarters()[0]


def _quarters() -> list[Period]:
    found = [Period.containing(clock.today(), PeriodKind.QUARTER)]
    while len(found) < QUARTERS:
        found.append(found[-1].previous())
    return found


def _this_year() -> Period:
    return Period.containing(clock.today(), PeriodKind.YEAR)


def _name(period: Period) -> str:
    return str(period.label(spoken()))


def _send(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=DOCX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
