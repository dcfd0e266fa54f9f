"""Three lists of a unit side by side (三张清单): work, study, index."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.org import api as org
from linghang.platform.access import Permission
from linghang.platform.access.web import require
from linghang.portal.queries.three_lists import ThreeLists, read_three_lists
from linghang.portal.web.views.showing import (
    join,
    link,
    link_list,
    name_period,
    say,
    show_due,
)


@require(Permission.VIEW_RECORDS)
def show_three_lists(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the unit works on, learns and is measured by, on one sheet."""
    context = _show(request, pk)
    unit = context["unit"]
    context |= {
        "title": _("Three lists"),
        "sub": join(unit.name, name_period(str(context["year"]))),
        "crumbs": [(_("Units"), reverse("org:tree")), (unit.name, link("org:unit", unit.pk))],
    }
    return render(request, "portal/three_lists.html", context)


@require(Permission.VIEW_RECORDS)
def show_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the three lists as a part of the unit's page."""
    return render(request, "portal/three_lists_panel.html", _show(request, pk))


def _show(request: HttpRequest, pk: int) -> dict[str, Any]:
    scope = request.scope  # type: ignore[attr-defined]
    unit = org.get_visible_unit(scope, pk, Permission.VIEW_RECORDS)
    found = read_three_lists(scope, unit)
    return {
        "unit": unit,
        "year": found.year,
        "work": found.work,
        "tasks": show_due(found.tasks, with_unit=False, is_brief=True),
        # A day that has passed says nothing about what is finished.
        "finished": [
            row | {"due": None} for row in show_due(found.finished, with_unit=False, is_brief=True)
        ],
        "more": found.more,
        "all_url": link_list("worklists:tasks", "all", unit.pk),
        "plans": [
            {
                "title": plan.worklist.title,
                "url": reverse("worklists:list", args=[plan.worklist.pk]),
                "kind": plan.worklist.get_kind_display(),
                "progress": plan.progress,
            }
            for plan in found.plans
        ],
        "ticks": found.ticks,
        "index": _show_index(found),
    }


def _show_index(found: ThreeLists) -> dict[str, Any] | None:
    score = found.score
    if score is None:
        return None
    return {
        "scheme": str(score.scheme),
        "period": name_period(score.period),
        "total": score.total,
        "standing": score.band or score.reason,
        "is_published": score.is_published,
        "url": score.url,
        "why_url": score.why_url,
        "parts": [
            {"title": say(part.title), "points": part.points, "full": part.full}
            for part in score.parts
            if part.full
        ],
        "most": {
            "title": say(score.most.title),
            "gain": score.most.gain,
            "url": f"{score.why_url}#{score.most.code}",
        }
        if score.most
        else None,
    }
