"""The section of a member: what is asked of me, my score, my service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.activities import api as activities
from linghang.activities.enums import AttendanceRule, ObligationState
from linghang.evaluation import api as evaluation
from linghang.evaluation.enums import PublicationState
from linghang.evaluation.models import Publication
from linghang.org.models import Unit
from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.portal.enums import Section
from linghang.portal.queries import course, due
from linghang.portal.web.views.showing import (
    Shown,
    join,
    link,
    name_day,
    name_period,
    show_due,
    show_number,
)
from linghang.worklists import api as worklists

TASKS_SHOWN = 3
MEETING_RULES = {AttendanceRule.ALL_MEMBERS, AttendanceRule.GROUP}


def show_own(request: HttpRequest, units: Sequence[Unit]) -> Shown:
    """Return the section about the reader as a person; `units` are the branches of membership."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    meetings = _list_meetings(units)
    context: dict[str, Any] = {
        "meetings": meetings,
        "also": [row for row in meetings[1:] if row["due"] in activities.this_month()],
        "tasks": show_due(due.list_own_tasks(scope)[:TASKS_SHOWN], with_unit=False),
        "duties": worklists.count_own_duties(scope, clock.today().year),
        "asked": show_due(due.list_responsible(scope), with_unit=False),
        "scores": [_show_score(score) for score in evaluation.my_latest(scope)],
        "mine_url": reverse("evaluation:mine"),
        **_show_service(scope),
    }
    return Shown(Section.MEMBER, Section.MEMBER.label, "portal/home/own.html", context)


def _list_meetings(units: Sequence[Unit]) -> list[dict[str, Any]]:
    """Return the meetings the members are still called to, the earliest due first."""
    rows = activities.cadence_rows(units, activities.this_month(), may_record=False)
    waiting = [
        tick
        for row in rows.values()
        for tick in row
        if tick.state == ObligationState.OPEN and tick.kind.attendance in MEETING_RULES
    ]
    waiting.sort(key=lambda tick: (tick.due_on, tick.kind.order))
    return [
        {
            "title": str(tick.kind),
            "href": tick.page,
            "due": tick.due_on,
            "until": _("by %(day)s") % {"day": name_day(tick.due_on)},
        }
        for tick in waiting
    ]


def _show_score(score: evaluation.LatestScore) -> dict[str, Any]:
    publication = find_objectionable(score)
    return {
        "title": str(score.scheme),
        "total": score.total,
        "band": score.band,
        "reason": score.reason,
        "period": name_period(score.period),
        "url": score.url,
        "why_url": score.why_url,
        "object_url": reverse("evaluation:object", args=[score.score.pk]) if publication else "",
        "until": publication.objections_until if publication else None,
    }


def find_objectionable(score: evaluation.LatestScore) -> Publication | None:
    """Return the score's publication while objections are taken to it, else None."""
    publication = getattr(score.score.run, "publication", None)
    if publication is None or not PublicationState(publication.state).takes_objections:
        return None
    return publication if clock.today() <= publication.objections_until else None


def _show_service(scope: Scope) -> dict[str, Any]:
    """Return the hours served this year, with the address of the records they come from."""
    if scope.person_id is None:
        return {}
    start = clock.today().replace(month=1, day=1)
    hours = course.own_service(scope.person_id, start)
    return {
        "hours": show_number(hours),
        "has_served": hours > 0,
        "service_url": link(
            "ledger:timeline",
            person=scope.person_id,
            kind="service.visit",
            **{"from": start.isoformat()},
        ),
        "service_note": join(_("counted from the records of service"), str(start.year)),
    }
