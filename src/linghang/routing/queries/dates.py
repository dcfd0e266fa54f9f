"""The days of a reader's own calendar: when what waits for them is due. No text of a problem leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.platform.notices.registry import DatedThing
from linghang.routing.queries.cases import filter_waiting, list_cases


def list_dates(scope: Scope, start: date, end: date) -> Iterator[DatedThing]:
    """Yield when the stages of what waits for the reader are due, in [start, end); one query."""
    waiting = filter_waiting(list_cases(scope), scope, clock.now())
    for case in waiting.filter(stage_due_at__date__gte=start, stage_due_at__date__lt=end):
        assert case.stage_due_at is not None
        yield DatedThing(
            uid=f"case-{case.pk}",
            day=timezone.localdate(case.stage_due_at),
            title=_("Problem routing %(number)s: %(stage)s")
            % {"number": case.number, "stage": case.standing.label},
            url=reverse("routing:case", args=[case.pk]),
            unit_path=(case.unit or case.front).path,
        )
