"""How often criteria were objected to and overturned: a hint to the owner of the rule, never a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from linghang.evaluation.enums import ObjectionState
from linghang.evaluation.models import Objection, Scheme
from linghang.evaluation.queries.schemes import load, say
from linghang.evaluation.queries.visible import WORKING
from linghang.platform.access import Permission, Scope

MANY = 3  # so many decided cases before a share says anything
HALF = Decimal("0.5")


@dataclass
class Tally:
    """Cases about one criterion ("" the whole score): an objection and its appeal are one case."""

    code: str
    title: str
    raised: int = 0
    decided: int = 0
    upheld: int = 0
    changed: int = 0
    appealed: int = 0

    @property
    def share(self) -> Decimal | None:
        """Return the overturned share: of the cases decided, those that changed the number."""
        return Decimal(self.changed) / self.decided if self.decided else None

    @property
    def is_doubtful(self) -> bool:
        """Return whether the rule should be looked at: overturned at least half the time."""
        return self.share is not None and self.decided >= MANY and self.share >= HALF


@dataclass
class SchemeTally:
    """The cases about one scheme, by criterion in the scheme's order, and over all of them."""

    scheme: Scheme
    total: Tally
    criteria: list[Tally]


def list_statistics(scope: Scope) -> list[SchemeTally]:
    """Return the cases the reader works on by scheme; for the keeper of packs those of all bureaus."""
    return _tally(_list_cases(scope))


def find_doubtful(scope: Scope, scheme: Scheme) -> list[Tally]:
    """Return the criteria of a scheme that were overturned too often, for whoever may know."""
    found = _tally(_list_cases(scope).filter(score__run__scheme__code=scheme.code))
    return [one for entry in found for one in entry.criteria if one.is_doubtful]


def _list_cases(scope: Scope) -> QuerySet[Objection]:
    condition = Q(pk__in=[])
    for permission in WORKING:
        condition |= scope.restrict(permission, "score__run__root__path")
    if scope.can(Permission.MANAGE_PACKS):
        condition |= scope.restrict(Permission.MANAGE_PACKS, "score__run__root__path")
    return Objection.objects.filter(condition, appeal_of=None)


def _tally(cases: QuerySet[Objection]) -> list[SchemeTally]:
    rows = cases.order_by("pk").values_list(
        "score__run__scheme_id",
        "score__run__scheme__code",
        "criterion",
        "state",
        "changed",
        "appeal__state",
        "appeal__changed",
    )
    by_scheme: dict[str, list[tuple]] = defaultdict(list)
    latest: dict[str, int] = {}
    for scheme_id, code, *case in rows:
        by_scheme[code].append(tuple(case))
        latest[code] = max(latest.get(code, 0), scheme_id)
    schemes = Scheme.objects.in_bulk(list(latest.values()))
    return [_of_scheme(schemes[latest[code]], found) for code, found in sorted(by_scheme.items())]


def _of_scheme(scheme: Scheme, cases: Iterable[tuple]) -> SchemeTally:
    tallies = {rule.code: Tally(rule.code, say(rule.title)) for rule in load(scheme).criteria}
    total = Tally("", "")
    whole = Tally("", "")
    for criterion, state, changed, appeal_state, appeal_changed in cases:
        own = tallies.setdefault(criterion, Tally(criterion, criterion)) if criterion else whole
        final = appeal_state or state
        for tally in (own, total):
            tally.raised += 1
            tally.appealed += appeal_state is not None
            tally.decided += final != ObjectionState.OPEN
            tally.upheld += final == ObjectionState.UPHELD
            tally.changed += bool(changed or appeal_changed)
    found = [one for one in (whole, *tallies.values()) if one.raised]
    return SchemeTally(scheme, total, found)
