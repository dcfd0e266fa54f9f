"""The time line of units, persons and bureaus, a line with its facts, and the export."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.ledger import queries
from linghang.ledger.api import Selection, find_page, list_entries, list_kinds
from linghang.ledger.enums import FactKind
from linghang.ledger.models import Entry, Fact
from linghang.ledger.web.exports import write_ledger
from linghang.ledger.web.filters import TimelineFilter
from linghang.org import api as org
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.access import Permission
from linghang.platform.access.web import require
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import list_kept, wants_results

PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require(Permission.VIEW_RECORDS)
def show_timeline(request: HttpRequest) -> HttpResponse:
    """Show everything recorded that the reader may see, newest first, by month."""
    chosen = _read_filters(request)
    person = _find_person(request)
    found = chosen.apply(list_entries(request.scope))
    if person is not None:
        found = queries.filter_person(found, person.pk)
    page = Paginator(found.order_by("-occurred_on", "-pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    fields = {chosen.add_prefix(name) for name in chosen.fields}
    context = {
        "form": chosen,
        "page": page,
        "months": _group_by_month(page.object_list),
        "person": person,
        "unit": chosen.chosen_unit,
        "kept": list_kept(request, fields),
        "is_filtered": any(request.GET.get(name) for name in fields),
        "may_export": request.scope.can(Permission.EXPORT),
        "may_record": request.scope.can(Permission.EDIT_RECORDS),
        "query": request.GET.urlencode(),
    }
    only = "ledger/results.html" if wants_results(request) else "ledger/timeline.html"
    return render(request, only, context)


def _read_filters(request: HttpRequest) -> TimelineFilter:
    """Return the filter bar; a unit out of sight is not found."""
    asked = request.GET.get("unit", "")
    units = _list_units(request)
    if asked.isdecimal() and int(asked) not in {unit.pk for unit in units}:
        units.append(org.get_visible_unit(request.scope, int(asked), Permission.VIEW_RECORDS))
    return TimelineFilter(request.GET, units=units)


def _list_units(request: HttpRequest) -> list[Unit]:
    covered = request.scope.restrict(Permission.VIEW_RECORDS, "path")
    return list(Unit.objects.filter(covered, line="party", closed_on=None).order_by("path"))


def _find_person(request: HttpRequest) -> Person | None:
    """Return the person asked for; one out of sight is not found."""
    asked = request.GET.get("person", "")
    return people.get_visible_person(request.scope, int(asked)) if asked.isdecimal() else None


def _group_by_month(entries: Any) -> list[dict[str, Any]]:
    """Return [{"first": a day of the month, "lines": […]}] in the order of the entries."""
    titles = {code: kind.title for code, kind in list_kinds().items()}
    months: list[dict[str, Any]] = []
    for entry in entries:
        first = entry.occurred_on.replace(day=1)
        if not months or months[-1]["first"] != first:
            months.append({"first": first, "lines": []})
        months[-1]["lines"].append(
            {
                "entry": entry,
                "kind": titles.get(entry.kind, entry.kind),
                "url": find_page(entry),
            }
        )
    return months


@require(Permission.VIEW_RECORDS)
def show_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one line with its facts, and the lines that stood before it was corrected."""
    entry = get_object_or_404(_visible_versions(request), pk=pk)
    kinds = list_kinds()
    facts = [
        {
            "fact": fact,
            "code": fact.kind,
            "kind": kinds.get(fact.kind),
            "status": kinds[fact.kind].title_of(fact.status) if fact.kind in kinds else fact.status,
        }
        for fact in queries.list_facts(entry)
        if _may_see(request, entry, fact, kinds)
    ]
    context = {
        "entry": entry,
        "kind": kinds[entry.kind].title if entry.kind in kinds else entry.kind,
        "facts": facts,
        "versions": queries.list_versions(entry),
        "record_url": find_page(entry),
        "crumbs": [(_("Records"), reverse("ledger:timeline")), (entry.unit.name, "")],
    }
    return render(request, "ledger/entry.html", context)


def _may_see(request: HttpRequest, entry: Entry, fact: Fact, kinds: dict[str, FactKind]) -> bool:
    """Whether a fact of a line is shown: of a sensitive kind one's own, or by need."""
    kind = kinds.get(fact.kind)
    if kind is None or not kind.sensitive:
        return True
    scope = request.scope  # type: ignore[attr-defined]
    own = fact.person_id is not None and fact.person_id == scope.person_id
    return own or bool(scope.can(Permission.VIEW_MEMBER_SCORES, entry.unit.path))


def _visible_versions(request: HttpRequest) -> Any:
    """Return the lines the reader may see, withdrawn ones of visible records included."""
    seen = request.scope.restrict(Permission.VIEW_RECORDS, "unit__path")
    sensitive = [kind.code for kind in list_kinds().values() if kind.sensitive]
    private = request.scope.restrict(Permission.VIEW_MEMBER_SCORES, "unit__path")
    own = list_entries(request.scope).values("pk")
    entries = Entry.objects.filter(seen).select_related("unit")
    return (
        entries.exclude(kind__in=sensitive) | entries.filter(private) | entries.filter(pk__in=own)
    )


@require(Permission.EXPORT)
def export_ledger(request: HttpRequest) -> HttpResponse:
    """Send what the time line shows as a workbook in the customer's own layout; it is audited."""
    chosen = _read_filters(request)
    person = _find_person(request)
    unit = chosen.chosen_unit
    values = chosen.cleaned_data
    until = values.get("until")
    selection = Selection(
        scope=request.scope,
        unit_path=unit.path if unit else "",
        start=values.get("start"),
        end=until + timedelta(days=1) if until else None,
        person_id=person.pk if person else None,
        kind=values.get("kind") or "",
    )
    title = unit.name if unit else _("Ledger")
    response = HttpResponse(write_ledger(selection, title=title), content_type=XLSX)
    name = f"ledger-{clock.today():%Y%m%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    _note_export(request, unit)
    return response


def _note_export(request: HttpRequest, unit: Unit | None) -> None:

    with transaction.atomic():
        audit.record(
            actor=request.user,
            verb="ledger.export",
            target=unit,
            unit_path=unit.path if unit else "",
            new={"filters": request.GET.urlencode()[:300]},
        )
