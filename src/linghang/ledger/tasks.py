"""Jobs of the ledger."""

from __future__ import annotations

from typing import Any

from linghang.ledger.services import sync_lake
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import Progress
from linghang.platform.tasks.services import job_handler, run_daily

SYNC_LAKE = "ledger.sync_lake"
run_daily(SYNC_LAKE)


@job_handler(SYNC_LAKE)
def run_sync_lake(_job: Job, progress: Progress) -> dict[str, Any]:
    """Bring the lake up to date; return how far it goes."""
    lake = sync_lake(progress)
    return {"seq": lake.seq, "months": len(lake.months)}
