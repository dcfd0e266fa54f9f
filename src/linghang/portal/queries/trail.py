"""Background jobs and the audit trail, as far as the reader may see them."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from linghang.platform.access import Permission, Scope
from linghang.platform.audit.models import Entry
from linghang.platform.tasks.models import Job


def visible_jobs(scope: Scope) -> QuerySet[Job]:
    """Return one's own jobs and those of the units one may see jobs of, newest first."""
    jobs = Job.objects.select_related("actor").order_by("-pk")
    # An empty condition vanishes in an "or": whoever sees everything is asked first.
    if "/" in scope.prefixes(Permission.VIEW_JOBS):
        return jobs
    own = Q(actor_id=scope.user_id) if scope.user_id is not None else Q(pk__in=[])
    return jobs.filter(own | scope.restrict(Permission.VIEW_JOBS, "unit_path"))


def visible_trail(scope: Scope) -> QuerySet[Entry]:
    """Return the audit entries about the units the reader may see the trail of, newest first.

    Acts that belong to no unit (log-ins, packs) are seen by whoever sees the whole installation.
    """
    return Entry.objects.filter(scope.restrict(Permission.VIEW_AUDIT, "unit_path")).order_by("-pk")


def filter_acts(
    entries: QuerySet[Entry],
    *,
    verb: str = "",
    words: str = "",
    start: date | None = None,
    until: date | None = None,
) -> QuerySet[Entry]:
    """Keep one kind of act, words in who or what, and the days from `start` to `until`, inclusive."""
    if verb:
        entries = entries.filter(verb=verb)
    if words:
        entries = entries.filter(
            Q(actor_name__icontains=words)
            | Q(object_label__icontains=words)
            | Q(reason__icontains=words)
        )
    if start:
        entries = entries.filter(at__date__gte=start)
    if until:
        entries = entries.filter(at__date__lt=until + timedelta(days=1))
    return entries


def list_verbs(scope: Scope) -> list[str]:
    """Return the kinds of acts there are in the reader's trail; one query."""
    return list(visible_trail(scope).order_by("verb").values_list("verb", flat=True).distinct())
