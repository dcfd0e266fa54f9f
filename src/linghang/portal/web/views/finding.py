"""Search over everything the reader sees."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.ledger import api as ledger
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang.platform.languages import choose
from linghang.portal.queries import due, finding
from linghang.portal.web.views.showing import join, link

LONGEST = 60


@require()
def search(request: HttpRequest) -> HttpResponse:
    """Show what has the words: units, people, tasks, records; the first ten of each."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    words = " ".join(request.GET.get("q", "").split())[:LONGEST]
    groups = _list_groups(scope, words) if words else []
    context = {
        "title": _("Search"),
        "words": words,
        "groups": [group for group in groups if group["rows"]],
    }
    return render(request, "portal/search.html", context)


def _list_groups(scope: Scope, words: str) -> list[dict[str, Any]]:
    found = [_units(scope, words), _people(scope, words)]
    if scope.can(Permission.VIEW_RECORDS):
        found += [_tasks(scope, words), _entries(scope, words)]
    return found


def _units(scope: Scope, words: str) -> dict[str, Any]:
    found = finding.find_units(scope, words)
    rows = [
        {
            "title": unit.name,
            "href": reverse("org:unit", args=[unit.pk]),
            "meta": join(
                unit.get_kind_display(),
                unit.parent.name if unit.parent else "",
                _("closed unit") if unit.closed_on else "",
            ),
        }
        for unit in found.rows
    ]
    return _group(_("Units"), "building-community", rows, found, link("people:search", q=words))


def _people(scope: Scope, words: str) -> dict[str, Any]:
    found = finding.find_people(scope, words)
    rows = [
        {
            "title": person.name,
            "href": reverse("people:person", args=[person.pk]),
            "meta": join(*_posts(person)),
        }
        for person in found.rows
    ]
    more = "people:list" if scope.can(Permission.VIEW_PEOPLE) else "people:search"
    return _group(_("People"), "users", rows, found, link(more, q=words))


def _posts(person: Any) -> list[str]:
    """Return the units with the posts held there, each unit once."""
    comma = choose(", ", "、")
    by_unit: dict[str, list[str]] = {}
    for row in person.present:
        by_unit.setdefault(row.unit.name, []).append(str(row.post))
    return [f"{unit} {comma.join(held)}" for unit, held in by_unit.items()]


def _tasks(scope: Scope, words: str) -> dict[str, Any]:
    found = finding.find_tasks(scope, words)
    today = clock.today()
    rows = [
        {
            "title": task.item.text,
            "href": reverse("worklists:task", args=[task.pk]),
            "meta": join(task.unit.name, task.worklist.title),
            "state": due.show_task(task, today).standing,
            "day": task.due_on,
        }
        for task in found.rows
    ]
    return _group(
        _("Tasks"), "checklist", rows, found, link("worklists:tasks", q=words, state="all")
    )


def _entries(scope: Scope, words: str) -> dict[str, Any]:
    found = finding.find_entries(scope, words)
    kinds = ledger.list_kinds()
    rows = [
        {
            "title": entry.title,
            "href": ledger.find_page(entry) or reverse("ledger:entry", args=[entry.pk]),
            "meta": join(
                entry.unit.name, str(kinds[entry.kind].title) if entry.kind in kinds else ""
            ),
            "day": entry.occurred_on,
        }
        for entry in found.rows
    ]
    return _group(_("Records"), "notebook", rows, found, link("ledger:timeline", q=words))


def _group(
    title: str, icon: str, rows: list[dict[str, Any]], found: finding.Found, all_url: str
) -> dict[str, Any]:
    return {"title": title, "icon": icon, "rows": rows, "more": found.more, "all_url": all_url}
