"""Jobs of organisation life."""

from __future__ import annotations

from typing import Any

from linghang.activities.services import open_obligations, refresh_obligations
from linghang.org.models import Unit
from linghang.platform.calendar import clock
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress
from linghang.platform.tasks.services import job_handler, run_daily
from linghang_core.periods import Period, PeriodKind

REFRESH_OBLIGATIONS = "activities.refresh_obligations"
run_daily(REFRESH_OBLIGATIONS)


@job_handler(REFRESH_OBLIGATIONS)
def run_refresh_obligations(_job: Job, progress: Progress) -> dict[str, Any]:
    """Open this month's duties everywhere and mark what was missed; the start of every day."""
    month = Period.containing(clock.today(), PeriodKind.MONTH)
    opened = open_obligations(units=Unit.objects.filter(closed_on=None), period=month)
    changed = refresh_obligations(progress=progress)
    return {"opened": len(opened), "changed": changed}
