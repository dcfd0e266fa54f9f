"""Reading what service teams did."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from linghang.platform.access import Permission, Scope
from linghang.service.models import ServiceVisit


def list_visits(scope: Scope) -> QuerySet[ServiceVisit]:
    """Return the activities of the branches whose records the reader may see, newest first."""
    return ServiceVisit.objects.filter(
        scope.restrict(Permission.VIEW_RECORDS, "team__unit__path"), withdrawn_at=None
    ).select_related("team__unit")


def annotate_participants(visits: QuerySet[ServiceVisit]) -> QuerySet[ServiceVisit]:
    """Add `participants`: how many people took part."""
    return visits.annotate(participants=Count("participations"))


def search_visits(visits: QuerySet[ServiceVisit], words: str) -> QuerySet[ServiceVisit]:
    """Keep the activities in whose content, place, partner, team or people the words stand."""
    return visits.filter(
        Q(content__icontains=words)
        | Q(place__icontains=words)
        | Q(partner__icontains=words)
        | Q(team__name__icontains=words)
        | Q(participations__person__name__icontains=words)
    ).distinct()
