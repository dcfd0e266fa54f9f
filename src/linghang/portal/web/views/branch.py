"""The section of a branch's secretary and committee: what is due, this month's duties, the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.activities import api as activities
from linghang.activities.enums import ObligationState
from linghang.evaluation import api as evaluation
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.portal.enums import Section
from linghang.portal.queries import due, posts, standing
from linghang.portal.web.views import matrix
from linghang.portal.web.views.showing import (
    Shown,
    Tile,
    join,
    link,
    link_list,
    name_period,
    say,
    show_change,
    show_due,
)

DUE_SHOWN = 8


def show_branch(request: HttpRequest, units: Sequence[Unit]) -> Shown:
    """Return the section for the units somebody answers for, a general branch with its branches."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    paths = [unit.path for unit in units]
    branches = posts.list_branches(scope, paths) or list(units)
    month = activities.this_month()
    states = activities.cadence_states(branches, month)
    # A general branch's secretary is not asked to hold the meetings of each branch.
    ticks = activities.cadence_row(branches[0], month) if len(branches) == 1 else []
    own = [(branches[0], tick) for tick in ticks]
    tasks, problems = due.count_tasks(scope, paths), due.count_problems(scope, paths)
    found = due.list_due(scope, paths, own, DUE_SHOWN)
    single = branches[0] if len(branches) == 1 else None
    score = evaluation.latest_scores(scope, [single.pk]).get(single.pk) if single else None
    root = units[0].pk if len(units) == 1 else None
    waiting = tasks.open + problems.open + sum(due.is_waiting(tick) for _unit, tick in own)
    waiting += due.count_own_tasks(scope)
    context: dict[str, Any] = {
        "unit": units[0],
        "single": single,
        "due": show_due(found, with_unit=single is None),
        "waiting": waiting,
        "more": waiting - len(found),
        "all_url": link_list("worklists:tasks", "waiting", root),
        "more_url": reverse("portal:notices"),
        "tiles": [
            _task_tile(tasks, root),
            _problem_tile(problems, root),
            _duty_tile(branches, states),
            *([_score_tile(scope, score)] if single else []),
        ],
        "ticks": ticks,
        "month": name_period(str(month)),
        "cadence_url": link("org:unit", single.pk, tab="cadence") if single else "",
        "may_record": bool(scope.can(Permission.EDIT_RECORDS, units[0].path)),
        "score": score,
        "most": _show_most(score),
        "matrix": None if single else matrix.show_matrix(request, branches),
    }
    return Shown(Section.BRANCH, _heading(units), "portal/home/branch.html", context)


def _heading(units: Sequence[Unit]) -> str:
    return units[0].name if len(units) == 1 else Section.BRANCH.label


def _task_tile(tasks: due.Waiting, root: int | None) -> Tile:
    return Tile(
        label=_("Tasks to finish"),
        value=str(tasks.open),
        href=link_list("worklists:tasks", "waiting", root),
        note=say_waiting(tasks),
        icon="checklist",
        tone="danger" if tasks.late else "",
    )


def _problem_tile(problems: due.Waiting, root: int | None) -> Tile:
    return Tile(
        label=_("Problems to close"),
        value=str(problems.open),
        href=link_list("rectification:problems", "waiting", root),
        note=say_waiting(problems),
        icon="alert-triangle",
        tone="danger" if problems.late else "",
    )


def say_waiting(waiting: due.Waiting) -> str:
    """Return how many of the waiting things are late or due this week, in words."""
    if not waiting.open:
        return _("nothing waits")
    late = (
        ngettext("%(n)d of them late", "%(n)d of them late", waiting.late) % {"n": waiting.late}
        if waiting.late
        else ""
    )
    week = (
        ngettext("%(n)d due this week", "%(n)d due this week", waiting.week) % {"n": waiting.week}
        if waiting.week
        else ""
    )
    return join(late, week) or _("none of them due this week")


def _duty_tile(branches: Sequence[Unit], states: dict[int, list[ObligationState]]) -> Tile:
    judged = [standing.judge_duties(row) for row in states.values()]
    done, owed = sum(d.done for d in judged), sum(d.owed for d in judged)
    missed = sum(d.missed for d in judged)
    note = (
        ngettext("%(n)d missed", "%(n)d missed", missed) % {"n": missed}
        if missed
        else (_("all done") if owed and done == owed else _("the rest can still be done in time"))
    )
    one = len(branches) == 1
    return Tile(
        label=_("Organisation life so far"),
        value=f"{done}/{owed}" if owed else "–",
        href=link("org:unit", branches[0].pk, tab="cadence") if one else link("activities:cadence"),
        note=note if owed else _("no duties are open"),
        icon="calendar-stats",
        tone="danger" if missed else "",
    )


def _score_tile(scope: Scope, score: evaluation.LatestScore | None) -> Tile:
    if score is None:
        return Tile(
            label=_("Index of the branch"),
            value="–",
            href=reverse("evaluation:publications"),
            note=_("nothing published yet"),
            icon="medal",
        )
    course = evaluation.total_course(scope, score.score)
    return Tile(
        label=str(score.scheme),
        value="–" if score.total is None else f"{score.total:.2f}",
        href=score.url,
        note=join(name_period(score.period), score.band or score.reason),
        icon="medal",
        delta=show_change(course),
        values=course,
    )


def _show_most(score: evaluation.LatestScore | None) -> dict[str, Any] | None:
    """Return the one thing that would change the index most."""
    if score is None or score.most is None:
        return None
    return {
        "title": say(score.most.title),
        "gain": score.most.gain,
        "points": score.most.points,
        "full": score.most.full,
        "url": f"{score.why_url}#{score.most.code}",
    }
