"""What is new for the reader, and what waits: the latter computed from where things stand."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.activities import api as activities
from linghang.evaluation import api as evaluation
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang.platform.notices.api import list_new
from linghang.platform.tasks.models import JobState
from linghang.portal.enums import Section
from linghang.portal.queries import due, posts, trail
from linghang.portal.web.tables import name_of
from linghang.portal.web.views.deciding import list_waiting
from linghang.portal.web.views.home import list_sections
from linghang.portal.web.views.leader import show_objections
from linghang.portal.web.views.officer import list_changed, list_waiting_batches, show_changed
from linghang.portal.web.views.own import find_objectionable
from linghang.portal.web.views.showing import link_list, name_day, name_period, show_due

SHOWN = 30


@require()
def list_notices(request: HttpRequest) -> HttpResponse:
    """Show what is new and what waits, grouped by what it is; done things leave by themselves."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    sections = dict(list_sections(scope, posts.list_posts(scope)))
    groups = [
        _due(scope, sections),
        _own(scope, sections),
        _asked(scope, sections),
        _handed_in(scope),
        _decisions(scope),
        _imports(scope),
        _changed(scope),
        _results(scope),
        _failed(scope),
    ]
    new, unread = list_new(scope, SHOWN)
    context = {
        "title": _("What waits for me"),
        "notices": new,
        "unread": unread,
        "groups": [group for group in groups if group and group["rows"]],
    }
    return render(request, "portal/notices.html", context)


def _due(scope: Scope, sections: dict[Section, Any]) -> dict[str, Any] | None:
    units = sections.get(Section.BRANCH)
    if not units:
        return None
    paths = [unit.path for unit in units]
    branches = posts.list_branches(scope, paths) or units
    own = []
    if len(branches) == 1:
        ticks = activities.cadence_row(branches[0], activities.this_month())
        own = [(branches[0], tick) for tick in ticks]
    found = due.list_due(scope, paths, own, SHOWN)
    return {
        "title": _("To do in my branch"),
        "due": show_due(found, with_unit=len(branches) > 1),
        "rows": found,
        "url": link_list("worklists:tasks", "waiting", units[0].pk if len(units) == 1 else None),
        "word": _("All tasks"),
    }


def _asked(scope: Scope, sections: dict[Section, Any]) -> dict[str, Any] | None:
    if Section.BRANCH in sections:
        return None  # they stand in the branch's list already
    found = due.list_responsible(scope)
    return {
        "title": _("I answer for"),
        "due": show_due(found, with_unit=False),
        "rows": found,
    }


def _decisions(scope: Scope) -> dict[str, Any] | None:
    if not scope.can(Permission.DECIDE_OBJECTIONS):
        return None
    rows = show_objections(list(evaluation.list_open_objections(scope)[:SHOWN]))
    return {"title": _("Objections to decide"), "rows": rows}


def _own(scope: Scope, sections: dict[Section, Any]) -> dict[str, Any] | None:
    if Section.BRANCH in sections:
        return None  # they stand in the branch's list already
    found = due.list_own_tasks(scope)[:SHOWN]
    return {
        "title": _("Asked of me in person"),
        "due": show_due(found, with_unit=False),
        "rows": found,
    }


def _handed_in(scope: Scope) -> dict[str, Any]:
    return {"title": _("Waiting for you"), "rows": list_waiting(scope)}


def _imports(scope: Scope) -> dict[str, Any] | None:
    if not scope.can(Permission.IMPORT):
        return None
    return {"title": _("Imports"), "rows": list_waiting_batches(scope)}


def _changed(scope: Scope) -> dict[str, Any] | None:
    if not scope.can(Permission.RUN_EVALUATION):
        return None
    return {"title": _("Publications"), "rows": show_changed(list_changed(scope))}


def _results(scope: Scope) -> dict[str, Any] | None:
    """Return the reader's own scores to which an objection can still be raised."""
    rows = []
    for score in evaluation.my_latest(scope):
        publication = find_objectionable(score)
        if publication is None:
            continue
        rows.append(
            {
                "title": _("%(scheme)s for %(month)s is public")
                % {"scheme": score.scheme, "month": name_period(score.period)},
                "href": score.why_url,
                "meta": _("objections until %(day)s")
                % {"day": name_day(publication.objections_until)},
                "icon": "medal",
            }
        )
    return {"title": _("My scores"), "rows": rows}


def _failed(scope: Scope) -> dict[str, Any] | None:
    rows = [
        {
            "title": name_of(job),
            "href": reverse("portal:job", args=[job.pk]),
            "meta": job.error[:120],
            "icon": "alert-circle",
        }
        for job in trail.visible_jobs(scope).filter(state=JobState.FAILED, actor_id=scope.user_id)[
            :5
        ]
    ]
    return {"title": _("Jobs that failed"), "rows": rows}
