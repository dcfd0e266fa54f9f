"""Reads of reflections: one's own, those published to the reader, and what looks alike."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from linghang.platform.access import Permission, Scope
from linghang.study.enums import Audience, ReflectionState
from linghang.study.models import Reflection
from linghang_core.likeness import Near, find_near

COMPARED_AT_MOST = 3000  # the latest published ones; more would make the author wait
EXCERPT = 90


@dataclass(frozen=True)
class NearCopy:
    """A published reflection the own text is near to, with the passages of the own text."""

    reflection: Reflection
    percent: int
    passages: tuple[str, ...]


def list_published(scope: Scope) -> QuerySet[Reflection]:
    """Return what is published to the reader: by their branch, and to their whole bureau."""
    branch = scope.restrict(Permission.VIEW_RECORDS, "unit__path") & Q(audience=Audience.BRANCH)
    bureau = scope.restrict(Permission.VIEW_PUBLISHED, "unit__path") | scope.restrict(
        Permission.VIEW_RECORDS, "unit__path"
    )
    readable = branch | (bureau & Q(audience=Audience.BUREAU))
    return Reflection.objects.filter(readable, state=ReflectionState.PUBLISHED).select_related(
        "author", "unit"
    )


def list_own_reflections(person_id: int | None) -> QuerySet[Reflection]:
    """Return one's own reflections, drafts first."""
    own = Reflection.objects.filter(author_id=person_id or 0).select_related("author", "unit")
    return own.order_by("published_on", "-changed_on", "-pk")


def list_readable(scope: Scope) -> QuerySet[Reflection]:
    """Return what the reader may open: one's own and what is published to them; no other draft.

    Nobody else's draft is ever in it, whatever the reader may do: not as officer, supervisor or
    administrator.
    """
    own = Q(author_id=scope.person_id or 0)
    published = Q(pk__in=list_published(scope).values("pk"))
    return Reflection.objects.filter(own | published).select_related("author", "unit")


def find_near_copies(reflection: Reflection, scope: Scope) -> list[NearCopy]:
    """Return what others published to the author that the text is near to; two queries.

    For the author's eyes alone: it is computed when asked for and kept nowhere. What the author
    could not read anyway is not compared, so that nothing of it shows.
    """
    others = list_published(scope).exclude(author_id=reflection.author_id)
    rows = {row.pk: row for row in others.order_by("-published_on", "-pk")[:COMPARED_AT_MOST]}
    found: list[Near[int]] = find_near(reflection.text, {pk: row.text for pk, row in rows.items()})
    return [
        NearCopy(rows[near.key], near.likeness.percent, near.likeness.passages) for near in found
    ]


def cut_excerpt(reflection: Reflection) -> str:
    """Return how a reflection begins, on one line."""
    line = " ".join(reflection.text.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"
