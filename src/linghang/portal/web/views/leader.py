"""The section of a committee leader: is it done, does it help, who needs help."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.evaluation import api as evaluation
from linghang.org import api as org
from linghang.org.models import Unit
from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.portal import enums
from linghang.portal.enums import Section
from linghang.portal.queries import course, due
from linghang.portal.web.views.showing import (
    Shown,
    Tile,
    join,
    link,
    link_list,
    link_month,
    name_period,
    show_change,
    show_due,
    show_number,
)
from linghang_core.periods import Period

SHOWN = 3


def show_leader(request: HttpRequest, units: Sequence[Unit]) -> Shown:
    """Return the section over the bureaus somebody leads."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    paths = sorted({unit.root_path for unit in units})
    months = course.last_months()
    objections = list(evaluation.list_open_objections(scope)[: SHOWN + 1])
    total = evaluation.count_open_objections(scope) if len(objections) > SHOWN else len(objections)
    context: dict[str, Any] = {
        "month": name_period(str(months[-1])),
        "tiles": _list_tiles(scope, paths, months),
        "late": show_due(due.list_latest(scope, paths, SHOWN), with_unit=True, is_brief=True),
        "late_url": link_list("worklists:tasks", "overdue"),
        "rises": list_rises(scope, str(months[-1])),
        "objections": show_objections(objections[:SHOWN]),
        "objection_total": total,
        "objections_url": link("evaluation:objections", state="open"),
    }
    return Shown(Section.LEADER, Section.LEADER.label, "portal/home/leader.html", context)


def _list_tiles(scope: Scope, paths: Sequence[str], months: Sequence[Period]) -> list[Tile]:
    return [
        _cadence_tile(course.count_cadence(scope, paths, months), months[-1]),
        _share_tile(
            course.count_tasks(scope, paths, months),
            months[-1],
            label=_("Tasks in time"),
            name="worklists:tasks",
            icon="checklist",
            target=enums.TASK_TARGET,
        ),
        _share_tile(
            course.count_problems(scope, paths, months),
            months[-1],
            label=_("Problems closed in time"),
            name="rectification:problems",
            icon="alert-triangle",
            target=enums.PROBLEM_TARGET,
        ),
        _service_tile(scope, paths, months),
        _index_tile(scope, months),
    ]


def _cadence_tile(shares: Sequence[course.Share], month: Period) -> Tile:
    last = shares[-1]
    missed = ngettext("%(n)d missed", "%(n)d missed", last.rest) % {"n": last.rest}
    return Tile(
        label=_("Organisation life done"),
        value=show_number(last.percent),
        unit="%" if last.due else "",
        href=link("activities:cadence", month=str(month), state="missed" if last.rest else ""),
        note=join(say_target(enums.CADENCE_TARGET, "%"), missed if last.rest else ""),
        icon="calendar-stats",
        delta=show_change([share.percent for share in shares]),
        values=[share.percent for share in shares],
    )


def _share_tile(
    shares: Sequence[course.Share],
    month: Period,
    *,
    label: str,
    name: str,
    icon: str,
    target: Decimal,
) -> Tile:
    last = shares[-1]
    counts = _("%(done)d of %(due)d") % {"done": last.done, "due": last.due}
    return Tile(
        label=label,
        value=show_number(last.percent),
        unit="%" if last.due else "",
        href=link_month(name, month, "due_from", "due_to", state="all"),
        note=join(say_target(target, "%"), counts if last.due else _("nothing was due")),
        icon=icon,
        delta=show_change([share.percent for share in shares]),
        values=[share.percent for share in shares],
    )


def _service_tile(scope: Scope, paths: Sequence[str], months: Sequence[Period]) -> Tile:
    hours = course.sum_service(scope, paths, months)
    heads = org.count_members(clock.today(), paths)
    members = sum(
        heads[pk].total for pk in {int(path.split("/")[1]) for path in paths} & set(heads)
    )
    target = members * enums.SERVICE_HOURS_PER_MEMBER
    return Tile(
        label=_("Hours of service"),
        value=show_number(hours[-1]),
        href=link_month("service:visits", months[-1], "day_from", "day_to"),
        note=join(
            say_target(target),
            ngettext("%(n)d member", "%(n)d members", members) % {"n": members},
        ),
        icon="heart-handshake",
        delta=show_change(hours),
        values=hours,
    )


def _index_tile(scope: Scope, months: Sequence[Period]) -> Tile:
    means = evaluation.mean_totals(scope, [str(month) for month in months])
    known = [i for i, mean in enumerate(means) if mean is not None]
    if not known:
        return Tile(
            label=_("Mean index"),
            value="–",
            href=reverse("evaluation:publications"),
            note=_("nothing published yet"),
            icon="medal",
        )
    last = known[-1]
    run = evaluation.find_unit_run(scope, str(months[last]))
    return Tile(
        label=_("Mean index"),
        value=f"{means[last]:.2f}",
        href=reverse("evaluation:run", args=[run.pk])
        if run
        else reverse("evaluation:publications"),
        note=join(
            say_target(enums.INDEX_TARGET),
            "" if last == len(months) - 1 else name_period(str(months[last])),
        ),
        icon="medal",
        delta=show_change(means[: last + 1]),
        values=means,
    )


def say_target(target: Decimal, unit: str = "") -> str:
    """Return the target in words."""
    return _("target %(number)s") % {"number": f"{show_number(target)}{unit}"}


def list_rises(scope: Scope, period: str) -> list[dict[str, Any]]:
    """Return the units whose published index rose most since the month before."""
    totals = evaluation.list_totals(scope, period, published_only=True).values()
    latest = max((total.period for total in totals), default="")
    risen = [t for t in totals if t.period == latest and t.change is not None and t.change > 0]
    risen.sort(key=lambda total: (-(total.change or 0), total.unit_id))
    return [
        {
            "title": total.unit_name,
            "href": reverse("evaluation:score", args=[total.score_id]),
            "meta": join(name_period(total.period), total.band),
            "change": total.change,
            "total": total.total,
        }
        for total in risen[:SHOWN]
    ]


def show_objections(objections: Sequence[Any]) -> list[dict[str, Any]]:
    """Return objections that wait for a decision as lines, the oldest first."""
    return [
        {
            "title": objection.text,
            "href": reverse("evaluation:objection", args=[objection.pk]),
            "meta": join(
                str(objection.score.unit),
                str(objection.score.run.scheme),
                name_period(objection.score.run.period),
            ),
            "icon": "message-report",
            "at": objection.raised_at,
        }
        for objection in objections
    ]
