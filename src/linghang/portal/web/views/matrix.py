"""The matrix of units: duties, tasks, problems, index; the worst first, every number a link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.portal.queries import standing
from linghang.portal.web.views.showing import link, link_list

ROWS_SHOWN = 10
DAYS_BACK = 90
HUNDRED = Decimal(100)
PER_PROBLEM = Decimal(20)  # five open problems of one branch are the palest shade


def show_matrix(request: HttpRequest, units: Sequence[Unit]) -> dict[str, Any]:
    """Return the rows for the heat table: the ten worst, or all when the address asks for them."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    start = clock.today() - timedelta(days=DAYS_BACK)
    rows = standing.list_rows(scope, units, start)
    is_whole = request.GET.get("units") == "all"
    shown = rows if is_whole else rows[:ROWS_SHOWN]
    return {
        "columns": [
            _("Organisation life so far"),
            _("Tasks finished in time, 90 days (%)"),
            _("Problems open"),
            _("Latest index"),
        ],
        "rows": [
            (row.unit.name, link("org:unit", row.unit.pk), _show_cells(row, start)) for row in shown
        ],
        "total": len(rows),
        "is_cut": len(shown) < len(rows),
        "late": sum(row.late > 0 for row in rows),
    }


def _show_cells(row: standing.Row, start: date) -> list[dict[str, Any] | None]:
    return [_duties(row), _tasks(row, start), _problems(row), _index(row)]


def _duties(row: standing.Row) -> dict[str, Any] | None:
    if not row.duties.owed:
        return None
    return {
        "value": row.duties.share,
        "text": f"{row.duties.done}/{row.duties.owed}",
        "url": link("org:unit", row.unit.pk, tab="cadence"),
        "mark": _("something was missed") if row.duties.missed else "",
    }


def _tasks(row: standing.Row, start: date) -> dict[str, Any] | None:
    if row.punctual.share is None:
        return None
    until = clock.today() - timedelta(days=1)
    return {
        "value": row.punctual.share,
        "text": f"{row.punctual.share:.0f}",
        "url": link_list(
            "worklists:tasks",
            "all",
            row.unit.pk,
            due_from=start.isoformat(),
            due_to=until.isoformat(),
        ),
        "mark": _("something is late") if row.tasks.late else "",
    }


def _problems(row: standing.Row) -> dict[str, Any]:
    number = row.problems.open
    return {
        "value": max(Decimal(0), HUNDRED - PER_PROBLEM * number),
        "text": str(number),
        "url": link_list("rectification:problems", "waiting", row.unit.pk),
        "mark": _("something is late") if row.problems.late else "",
    }


def _index(row: standing.Row) -> dict[str, Any] | None:
    total = row.total
    if total is None or total.total is None:
        return None
    return {
        # Indices lie close together at the top: the shades spread over what differs.
        "value": max(Decimal(0), (total.total - 50) * 2),
        "text": f"{total.total:.2f} {total.band}",
        "url": link("evaluation:score", total.score_id),
        "mark": "",
    }
