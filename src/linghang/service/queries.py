"""Reading what service teams did."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.service.models import Participation, ServiceTeam, ServiceVisit

CHUNK = 500


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
    named = Participation.objects.filter(visit=OuterRef("pk"), person__name__icontains=words)
    return visits.filter(
        Q(content__icontains=words)
        | Q(place__icontains=words)
        | Q(partner__icontains=words)
        | Q(team__name__icontains=words)
        | Q(team__unit__name__icontains=words)
        | Exists(named)
    )


def with_people(visits: QuerySet[ServiceVisit]) -> QuerySet[ServiceVisit]:
    """Bring the participants along, by the order of their codes."""
    people = Participation.objects.select_related("person").order_by("person__code")
    return visits.prefetch_related(Prefetch("participations", people))


def list_standing(unit_ids: Collection[int]) -> Iterator[ServiceVisit]:
    """Yield the activities of the branches that were not taken back, oldest record first."""
    wanted = sorted(unit_ids)
    for start in range(0, len(wanted), CHUNK):
        found = ServiceVisit.objects.filter(
            team__unit_id__in=wanted[start : start + CHUNK], withdrawn_at=None
        )
        yield from with_people(found.select_related("team__unit").order_by("pk"))


def sum_up(visits: QuerySet[ServiceVisit]) -> dict[str, int]:
    """Return how many activities, hours of persons (hundredths) and people served they are."""
    alone = visits.order_by().aggregate(count=Count("pk"), served=Sum("people_served"))
    hours = Participation.objects.filter(visit__in=visits.order_by()).aggregate(
        hours=Sum("visit__hours")
    )
    return {name: value or 0 for name, value in {**alone, **hours}.items()}


def list_teams(branch: Unit) -> list[str]:
    """Return the names of the branch's service teams, the first one founded first."""
    teams = ServiceTeam.objects.filter(unit=branch).order_by("pk")
    return list(teams.values_list("name", flat=True))
