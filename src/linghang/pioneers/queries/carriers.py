"""Reads of posts, zones and squads: who holds them, what the ledger shows, which review is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.ledger import api as ledger
from linghang.ledger.models import Fact
from linghang.org.api import visible_units
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.pioneers.enums import COUNTED, IN_FORCE, NOT_DONE, CarrierState, Counts
from linghang.pioneers.models import Carrier, Tenure
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.platform.notices.enums import NoticeKind
from linghang.platform.notices.registry import NoticeDraft
from linghang_core.periods import add_months
from linghang_core.regulations import load_rules

HOLDING = (UnitKind.BRANCH, UnitKind.JOINT_BRANCH, UnitKind.TEMPORARY_BRANCH)
MONTHS_SHOWN = 12


@dataclass(frozen=True)
class Work:
    """What the ledger shows of one kind: how many records and their quantity in hundredths."""

    kind: str
    title: str
    unit: str
    records: int
    quantity: int

    @property
    def amount(self) -> str:
        """Return the quantity as people write it, with its unit."""
        return f"{self.quantity / 100:g} {self.unit}"


def list_carriers(scope: Scope) -> QuerySet[Carrier]:
    """Return the posts, zones and squads the reader sees: of units whose records are theirs to see,
    and those they hold or serve themselves.
    """
    seen = scope.restrict(Permission.VIEW_RECORDS, "unit__path")
    if scope.person_id:
        mine = Tenure.objects.filter(person_id=scope.person_id).values("carrier_id")
        seen |= Q(pk__in=mine) | Q(holder_id=scope.person_id)
    return Carrier.objects.filter(seen).select_related("unit", "holder")


def list_units(scope: Scope) -> QuerySet[Unit]:
    """Return the branches the reader may propose for."""
    found = visible_units(scope, Permission.EDIT_RECORDS)
    return found.filter(kind__in=HOLDING, closed_on=None).order_by("path")


def list_own(scope: Scope) -> QuerySet[Carrier]:
    """Return what the reader holds or serves, or is proposed for."""
    if not scope.person_id:
        return Carrier.objects.none()
    serves = Tenure.objects.filter(person_id=scope.person_id, valid_to=None).values("carrier_id")
    own = Q(holder_id=scope.person_id) | Q(pk__in=serves)
    found = Carrier.objects.filter(own).exclude(state=CarrierState.WITHDRAWN)
    return found.select_related("unit", "holder").prefetch_related("pledges")


def filter_review_due(carriers: QuerySet[Carrier], on: date) -> QuerySet[Carrier]:
    """Keep those whose yearly review should have been held by the day."""
    return carriers.filter(state__in=IN_FORCE, review_on__lte=on)


def count_kinds(carriers: QuerySet[Carrier]) -> dict[str, int]:
    """Return how many of each kind are in force."""
    rows = carriers.filter(state__in=IN_FORCE).order_by().values_list("kind")
    return dict(rows.annotate(Count("pk")))


def list_people(unit: Unit, on: date) -> list[Person]:
    """Return the members of the branch, who may hold a post there."""
    return people.list_members([unit.pk], on)[unit.pk]


def list_work_kinds() -> list[tuple[str, str]]:
    """Return the kinds of fact that may count as work, with their titles."""
    return [
        (code, str(kind.title))
        for code, kind in sorted(ledger.list_kinds().items())
        if code.startswith(COUNTED) and not kind.sensitive
    ]


def read_work(
    carriers: Sequence[Carrier], since: date | None = None, until: date | None = None
) -> dict[int, list[Work]]:
    """Return what the ledger shows of each, for [since, until): by default the twelve months to today.

    Of persons only what they did while they held or served it counts. At most three queries.
    """
    end = until or clock.today() + timedelta(days=1)
    start = since or add_months(clock.today(), -MONTHS_SHOWN)
    sums: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    known = ledger.list_kinds()
    kinds = {kind for one in carriers for kind in one.kinds}
    facts = Fact.objects.filter(
        withdrawn_seq=None, kind__in=kinds, counts_on__gte=start, counts_on__lt=end
    ).exclude(status__in=NOT_DONE)
    for carrier, kind, quantity in _match(carriers, facts):
        cell = sums[carrier.pk][kind]
        cell[0] += 1
        cell[1] += quantity
    return {
        one.pk: [
            Work(kind, str(known[kind].title), str(known[kind].quantity), *sums[one.pk][kind])
            for kind in one.kinds
            if kind in known
        ]
        for one in carriers
    }


def _match(
    carriers: Sequence[Carrier], facts: QuerySet[Fact]
) -> Iterator[tuple[Carrier, str, int]]:
    """Yield (carrier, kind, quantity) for each fact that is work of a carrier."""
    yield from _match_units([one for one in carriers if one.counts == Counts.UNIT], facts)
    yield from _match_persons([one for one in carriers if one.counts == Counts.PERSONS], facts)


def _match_units(
    carriers: Sequence[Carrier], facts: QuerySet[Fact]
) -> Iterator[tuple[Carrier, str, int]]:
    by_unit: dict[int, list[Carrier]] = defaultdict(list)
    for one in carriers:
        by_unit[one.unit_id].append(one)
    rows = facts.filter(unit_id__in=list(by_unit), person=None)
    for unit_id, kind, quantity, on in rows.values_list("unit_id", "kind", "quantity", "counts_on"):
        for one in by_unit[unit_id]:
            if kind in one.kinds and one.begins_on and one.begins_on <= on:
                yield one, kind, quantity


def _match_persons(
    carriers: Sequence[Carrier], facts: QuerySet[Fact]
) -> Iterator[tuple[Carrier, str, int]]:
    known = {one.pk: one for one in carriers}
    by_person: dict[int, list[Tenure]] = defaultdict(list)
    for tenure in Tenure.objects.filter(carrier_id__in=list(known)):
        by_person[tenure.person_id].append(tenure)
    rows = facts.filter(person_id__in=list(by_person))
    for person_id, kind, quantity, on in rows.values_list(
        "person_id", "kind", "quantity", "counts_on"
    ):
        for tenure in by_person[person_id or 0]:
            one = known[tenure.carrier_id]
            if kind in one.kinds and serves_on(tenure, on):
                yield one, kind, quantity


def serves_on(tenure: Tenure, on: date) -> bool:
    """Return whether the tenure holds on the day."""
    return tenure.valid_from <= on and (tenure.valid_to is None or on < tenure.valid_to)


def find_next_review(after: date) -> date:
    """Return when the next yearly review is due by the rule of the day."""
    return add_months(after, load_rules().find("pioneers.review", after).whole("months"))


def list_reminders(today: date) -> Iterator[NoticeDraft]:
    """Yield a reminder for each review that comes near, to the officers of the bureau."""
    days = load_rules().find("pioneers.review", today).whole("remind_days")
    soon = today + timedelta(days=days)
    due = list(
        Carrier.objects.filter(state__in=IN_FORCE, review_on__lte=soon).select_related("unit")
    )
    roots = dict(Unit.objects.filter(parent=None).values_list("path", "pk"))
    officers = people.users_with(Permission.EDIT_PEOPLE, roots.values(), today)
    for one in due:
        for user_id in officers.get(roots.get(one.unit.root_path, 0), ()):
            late = one.review_on is not None and one.review_on <= today
            yield NoticeDraft(
                recipient_id=user_id,
                key=f"pioneers:review:{one.pk}:{one.review_on}:{'late' if late else 'due'}",
                kind=NoticeKind.LATE if late else NoticeKind.DUE,
                title=_("Review “%(title)s” of %(unit)s: due on %(day)s")
                % {"title": one.title, "unit": one.unit.name, "day": one.review_on},
                url=reverse("pioneers:carrier", args=[one.pk]),
                unit_path=one.unit.path,
            )
