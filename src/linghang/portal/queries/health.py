"""How the installation is: jobs, packs, database, lake, log-ins that are locked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Q

from linghang.accounts.models import User
from linghang.ledger.models import Fact, LakeMonth
from linghang.library import api as library
from linghang.platform.calendar import clock
from linghang.platform.tasks.models import Job, JobState

FAILED_DAYS = 7


@dataclass(frozen=True)
class Jobs:
    """Background work: under way now, and what failed in the last seven days."""

    waiting: int
    running: int
    failed: int


@dataclass(frozen=True)
class Packs:
    """Practice packs: installed, and shipped with the product but not or not newly installed."""

    installed: int
    missing: int
    outdated: int


@dataclass(frozen=True)
class Lake:
    """How far the files that evaluations read follow the facts; `behind` is in changes."""

    months: int
    rows: int
    behind: int


@dataclass(frozen=True)
class Store:
    """The database: its kind, and how many facts and log-ins it holds."""

    vendor: str
    facts: int
    users: int


def count_jobs() -> Jobs:
    """Return how the background work stands; one query."""
    since = clock.now() - timedelta(days=FAILED_DAYS)
    counts = Job.objects.aggregate(
        waiting=Count("pk", filter=Q(state=JobState.QUEUED)),
        running=Count("pk", filter=Q(state=JobState.RUNNING)),
        failed=Count("pk", filter=Q(state=JobState.FAILED, created_at__gte=since)),
    )
    return Jobs(**counts)


def count_packs() -> Packs:
    """Return how the shipped packs stand; one query."""
    states = [row["state"] for row in library.list_packs()]
    return Packs(
        installed=sum(state in {"installed", "own", "upgrade"} for state in states),
        missing=states.count("available"),
        outdated=states.count("upgrade"),
    )


def read_lake() -> Lake:
    """Return how far the lake follows the facts; two queries."""
    months = list(LakeMonth.objects.values_list("synced_seq", "rows"))
    newest = Fact.objects.aggregate(newest=Max("seq"))["newest"] or 0
    synced = max((seq for seq, _rows in months), default=0)
    return Lake(len(months), sum(rows for _seq, rows in months), max(0, newest - synced))


def read_store() -> Store:
    """Return what the database holds; two queries."""
    return Store(
        connection.vendor, Fact.objects.count(), User.objects.filter(is_active=True).count()
    )


def count_locked() -> int:
    """Return how many log-ins are locked now after too many wrong passwords; one query."""
    since = clock.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    return (
        AccessAttempt.objects.filter(
            failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gte=since
        )
        .values("username")
        .distinct()
        .count()
    )
