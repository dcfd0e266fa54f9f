"""Pages of a reading list: one's own titles with one tap, and who has read what, by unit and person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.org.models import Unit
from linghang.platform.access import Permission
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang.worklists import services
from linghang.worklists.enums import ListKind, TaskState
from linghang.worklists.models import Assignment, Item, Worklist
from linghang.worklists.web.views.lists import get_list, head_of

UNITS_A_PAGE = 50


@require(Permission.VIEW_RECORDS)
def show_reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a reading list: one's own titles, how many have read each, and that by unit or person."""
    worklist = get_list(request, pk)
    if worklist.kind != ListKind.READING:
        raise Http404
    scope = request.scope  # type: ignore[attr-defined]
    items = list(worklist.items.filter(withdrawn_on=None).order_by("number"))
    tasks = (
        Assignment.objects.filter(worklist=worklist, item__in=items)
        .exclude(state=TaskState.WITHDRAWN)
        .order_by()
    )
    visible = tasks.filter(scope.restrict(Permission.VIEW_RECORDS, "unit__path"))
    page = Paginator(_count_units(visible), UNITS_A_PAGE).get_page(request.GET.get("page"))
    unit = _asked_unit(request, page)
    context = {
        **head_of(request, worklist, "reading"),
        "own": _list_own(tasks, scope.person_id),
        "titles": _count_titles(items, visible),
        "page": page,
        "unit": unit,
        "people": _list_people(visible, unit, items) if _may_name(scope, unit) else None,
        "items": items,
    }
    return render(request, "worklists/reading.html", context)


def _list_own(tasks: Any, person_id: int | None) -> list[Assignment]:
    if person_id is None:
        return []
    own = tasks.filter(person_id=person_id).select_related("item")
    return list(own.order_by("-item__required", "item__number", "pk"))


def _count_titles(items: Sequence[Item], tasks: Any) -> list[tuple[Item, int, int]]:
    """Return (title, how many have read it, how many were asked); one query."""
    rows = tasks.values("item_id").annotate(
        asked=Count("pk"), read=Count("pk", filter=Q(state=TaskState.DONE))
    )
    found = {row["item_id"]: (row["read"], row["asked"]) for row in rows}
    return [(item, *found.get(item.pk, (0, 0))) for item in items]


def _count_units(tasks: Any) -> list[dict[str, Any]]:
    """Return, by unit, how much of what is required was read; optional titles beside it. One query.

    In the order of the tree: who reads is no contest.
    """
    required = Q(item__required=True)
    done = Q(state=TaskState.DONE)
    rows = tasks.values("unit_id", "unit__name", "unit__path").annotate(
        asked=Count("pk", filter=required),
        read=Count("pk", filter=required & done),
        optional=Count("pk", filter=~required & done),
        members=Count("person_id", distinct=True),
    )
    return sorted(rows, key=lambda row: row["unit__path"])


def _asked_unit(request: HttpRequest, page: Any) -> Unit | None:
    """Return the unit whose members are shown by name: the one asked for, or the only one there is."""
    asked = request.GET.get("unit", "")
    wanted = int(asked) if asked.isdigit() else None
    if wanted is None and page.paginator.count == 1:
        wanted = page[0]["unit_id"]
    if wanted is None:
        return None
    scope = request.scope  # type: ignore[attr-defined]
    units = Unit.objects.filter(scope.restrict(Permission.VIEW_RECORDS))
    found: Unit = get_object_or_404(units, pk=wanted)
    return found


def _may_name(scope: Any, unit: Unit | None) -> bool:
    """Return whether names may be shown: to whoever sees the people of the unit."""
    return unit is not None and bool(scope.can(Permission.VIEW_PEOPLE, unit.path))


def _list_people(
    tasks: Any, unit: Unit | None, items: Sequence[Item]
) -> list[tuple[str, list[Assignment | None], int]]:
    """Return (name, task of each title, how many required ones are read), by name."""
    by_person: dict[str, dict[int, Assignment]] = {}
    names: dict[str, str] = {}
    for task in tasks.filter(unit=unit, person__isnull=False).select_related("person", "item"):
        code = task.person.code
        names[code] = task.person.name
        by_person.setdefault(code, {})[task.item_id] = task
    found = []
    for code in sorted(by_person, key=lambda code: (names[code], code)):
        own = by_person[code]
        read = sum(t.state == TaskState.DONE and t.item.required for t in own.values())
        found.append((names[code], [own.get(item.pk) for item in items], read))
    return found


@require(Permission.VIEW_RECORDS)
@require_POST
def mark_read(request: HttpRequest, pk: int, task: int) -> HttpResponse:
    """Record that the reader has read a title: one tap, nothing else is asked."""
    worklist: Worklist = get_list(request, pk)
    scope = request.scope  # type: ignore[attr-defined]
    own = Assignment.objects.filter(worklist=worklist, person_id=scope.person_id or 0)
    found = get_object_or_404(own.select_related("item", "unit", "worklist", "person"), pk=task)
    if found.state == TaskState.DONE:
        return redirect(reverse("worklists:reading", args=[worklist.pk]))
    try:
        services.finish_task(
            task=found,
            finished_on=clock.today(),
            result=_("Read"),
            evidence="",
            actor=request.user,
        )
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    else:
        messages.success(request, _("Read: %(title)s") % {"title": found.item.text})
    return redirect(reverse("worklists:reading", args=[worklist.pk]))
