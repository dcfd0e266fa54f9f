"""The section of a Party-affairs officer: the month's evaluation, what waits, units with the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.evaluation import api as evaluation
from linghang.org.models import Unit
from linghang.platform.access import Scope
from linghang.platform.sheets.models import BatchState, ImportBatch
from linghang.platform.sheets.queries import visible_batches
from linghang.portal.enums import Section
from linghang.portal.queries import course, due, posts
from linghang.portal.web.views import matrix
from linghang.portal.web.views.branch import say_waiting
from linghang.portal.web.views.showing import (
    Shown,
    Tile,
    join,
    link,
    link_list,
    name_day,
    name_period,
)

MONTHS_WATCHED = 2
BATCHES_SHOWN = 3


def show_officer(request: HttpRequest, units: Sequence[Unit]) -> Shown:
    """Return the section for the bureaus somebody looks after; an empty one asks for its roster."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    paths = sorted({unit.root_path for unit in units})
    branches = posts.list_branches(scope, paths)
    if not branches:
        return Shown(
            Section.OFFICER,
            Section.OFFICER.label,
            "portal/home/empty_bureau.html",
            {"bureau": units[0].name, "batch": _waiting_batches(scope)[:1]},
        )
    tasks, problems = due.count_tasks(scope, paths), due.count_problems(scope, paths)
    batches = _waiting_batches(scope)
    objections = evaluation.count_open_objections(scope)
    changed = list_changed(scope)
    context: dict[str, Any] = {
        "tiles": [
            _overdue_tile(_("Tasks overdue"), tasks, "worklists:tasks", "checklist"),
            _overdue_tile(
                _("Problems overdue"), problems, "rectification:problems", "alert-triangle"
            ),
            _fault_tile(batches),
            Tile(
                label=_("Objections open"),
                value=str(objections),
                href=link("evaluation:objections", state="open"),
                note=_("decided by supervisor or leader") if objections else _("nothing waits"),
                icon="message-report",
            ),
        ],
        "cycle": show_cycle(scope, units[0]),
        "waiting": [
            *_show_batches(batches),
            *show_changed(changed),
        ],
        "matrix": matrix.show_matrix(request, branches),
    }
    return Shown(Section.OFFICER, Section.OFFICER.label, "portal/home/officer.html", context)


def _overdue_tile(label: str, waiting: due.Waiting, name: str, icon: str) -> Tile:
    return Tile(
        label=label,
        value=str(waiting.late),
        href=link_list(name, "overdue"),
        note=join(
            ngettext("%(n)d open in all", "%(n)d open in all", waiting.open) % {"n": waiting.open},
            say_waiting(due.Waiting(waiting.open, 0, waiting.week)) if waiting.week else "",
        ),
        icon=icon,
        tone="danger" if waiting.late else "",
    )


def _fault_tile(batches: Sequence[ImportBatch]) -> Tile:
    faulty = sum(batch.total("faulty") for batch in batches)
    return Tile(
        label=_("Import rows to mend"),
        value=str(faulty),
        href=reverse("sheets:batch", args=[batches[0].code])
        if len(batches) == 1
        else reverse("sheets:history"),
        note=ngettext("%(n)d import not applied yet", "%(n)d imports not applied yet", len(batches))
        % {"n": len(batches)}
        if batches
        else _("nothing waits"),
        icon="upload",
        tone="danger" if faulty else "",
    )


def _waiting_batches(scope: Scope) -> list[ImportBatch]:
    """Return the imports that were checked and wait to be mended or applied; one query."""
    return list(visible_batches(scope).filter(state=BatchState.CHECKED))


def list_waiting_batches(scope: Scope) -> list[dict[str, Any]]:
    """Return the imports that wait to be mended or applied as lines of what waits."""
    return _show_batches(_waiting_batches(scope))


def _show_batches(batches: Sequence[ImportBatch]) -> list[dict[str, Any]]:
    return [
        {
            "title": _("Import %(code)s waits to be applied") % {"code": batch.code},
            "href": reverse("sheets:batch", args=[batch.code]),
            "meta": ngettext("%(n)d row to mend", "%(n)d rows to mend", batch.total("faulty"))
            % {"n": batch.total("faulty")},
            "icon": "upload",
        }
        for batch in batches[:BATCHES_SHOWN]
    ]


def list_changed(scope: Scope) -> list[Any]:
    """Return the publications of the last two months whose facts have changed since."""
    months = [str(month) for month in course.last_months(MONTHS_WATCHED)]
    return evaluation.list_changed_publications(
        list(evaluation.list_publications(scope).filter(run__period__in=months))
    )


def show_changed(changed: Sequence[Any]) -> list[dict[str, Any]]:
    """Return publications whose facts changed as lines of what waits."""
    return [
        {
            "title": _("Facts changed since publication: %(scheme)s")
            % {"scheme": publication.run.scheme},
            "href": reverse("evaluation:publication", args=[publication.pk]),
            "meta": join(
                name_period(publication.run.period),
                publication.number,
                _("published %(day)s") % {"day": name_day(publication.published_on)},
            ),
            "icon": "history",
        }
        for publication in changed
    ]


def show_cycle(scope: Scope, unit: Unit) -> dict[str, Any] | None:
    """Return the month's evaluation of the unit's bureau: its steps, and the next one as a button."""
    roots = evaluation.list_bureaus(scope)
    root = next((one for one in roots if unit.path.startswith(one.path)), None)
    if root is None:
        return None
    found = evaluation.next_step(root)
    labels = {
        "record": _("record"),
        "run": _("run"),
        "check": _("check"),
        "publish": _("publish"),
        "object": _("objections"),
        "finish": _("final"),
    }
    buttons = {
        "run": _("Run the evaluation"),
        "publish": _("Check and publish"),
        "object": _("See the objections"),
        "finish": _("Make final"),
    }
    notes = {
        "run": _("All schemes in force are run together; nothing is published yet."),
        "publish": _("The results are computed. Look through them, then publish."),
        "object": _("The results are public; objections are still taken."),
        "finish": _("The objection period is over and everything is decided."),
    }
    order = list(labels)
    # Checking and publishing are one decision: both wait for the same button.
    step = "check" if found.step == "publish" else found.step
    place = order.index(step) if step else len(order)
    return {
        "title": _("Evaluation of %(month)s") % {"month": name_period(found.period)},
        "steps": [
            {
                "label": label,
                "state": "done" if i < place else "current" if i == place else "todo",
            }
            for i, label in enumerate(labels.values())
        ],
        "url": found.url,
        "button": buttons.get(found.step or "", ""),
        "note": notes.get(found.step or "", _("This month is final.")),
        "waiting": found.waiting,
    }
