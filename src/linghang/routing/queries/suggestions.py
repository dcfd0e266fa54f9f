"""Which unit can solve a problem: by the rules of the pack, by coverage, by what was solved before.

In words: the rules of the category are gone through in order; a unit fits a rule by covering the
place, or by a word in its own name or in the name of what it covers. Units that fit an earlier rule
come first. Among equals comes first who solved more such problems in time in the last year (with
one success and one failure added, so that one lucky case is no record), then who has fewer in hand.
A unit no rule names, which solved two or more such problems, comes last. The unit it arose in is not
suggested: it raised the problem because it cannot solve it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.org.api import coverage_as_of
from linghang.org.models import Unit
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang.routing.enums import AT_UNIT, Stage
from linghang.routing.models import Case, Leg
from linghang.routing.queries import clocks
from linghang.routing.queries.cases import list_targets

LOOKED_BACK_DAYS = 365
LEAST_SOLVED = 2


@dataclass
class Suggestion:
    """A unit that can solve a problem, with the reasons in the reader's language."""

    unit: Unit
    rank: int
    reasons: list[str] = field(default_factory=list)
    solved: int = 0
    in_time: int = 0
    seconds: float | None = None
    open: int = 0

    @property
    def order(self) -> tuple[Any, ...]:
        """Return the key the suggestions are sorted by."""
        return (self.rank, -(self.in_time + 1) / (self.solved + 2), self.open, self.unit.path)


def suggest_units(case: Case, most: int = 3) -> list[Suggestion]:
    """Return the units that most likely can solve the problem, the best first, each with its why."""
    targets = {unit.pk: unit for unit in list_targets(case)}
    found: dict[int, Suggestion] = {}
    covered = _coverage(set(targets), clock.today())
    solvers = case.category.solvers
    for rank, solver in enumerate(solvers):
        for pk, why in _fit(solver, case, targets, covered).items():
            suggestion = found.setdefault(pk, Suggestion(targets[pk], rank))
            suggestion.reasons.append(why)
    _add_past(case, targets, found, last=len(solvers))
    found.pop(case.front_id, None)
    _add_load(found)
    return sorted(found.values(), key=lambda suggestion: suggestion.order)[:most]


def _fit(
    solver: dict[str, Any],
    case: Case,
    targets: dict[int, Unit],
    covered: dict[int, list[Unit]],
) -> dict[int, str]:
    """Return the units that fit one rule of the pack, each with the sentence that says why."""
    why = solver["why"][spoken()]
    if solver["by"] == "coverage":
        if case.place is None:
            return {}
        path = case.place.path
        return {
            pk: _("%(why)s: it covers %(place)s") % {"why": why, "place": case.place.name}
            for pk, units in covered.items()
            if any(path.startswith(unit.path) for unit in units)
        }
    return {
        pk: why
        for pk, unit in targets.items()
        if any(
            word in name
            for word in solver["words"]
            for name in (unit.name, *(each.name for each in covered.get(pk, ())))
        )
    }


def _coverage(units: set[int], on: date) -> dict[int, list[Unit]]:
    found: dict[int, list[Unit]] = defaultdict(list)
    for link in coverage_as_of(on).filter(party_unit_id__in=units):
        found[link.party_unit_id].append(link.business_unit)
    return found


def _add_past(
    case: Case, targets: dict[int, Unit], found: dict[int, Suggestion], *, last: int
) -> None:
    """Add what each unit solved of this category in the last year, and who only the past names."""
    since = case.raised_at - timedelta(days=LOOKED_BACK_DAYS)
    legs = Leg.objects.filter(
        case__category_id=case.category_id,
        case__stage=Stage.CONFIRMED,
        case__ended_at__gte=since,
        unit_id__in=list(targets),
        stage__in=AT_UNIT,
    ).values_list("case_id", "case__unit_id", "unit_id", "spent", "ended_at", "due_at")
    spent: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    late: set[int] = set()
    for case_id, solved_by, unit_id, seconds, ended_at, due_at in legs:
        if solved_by == unit_id:
            spent[unit_id][case_id] += seconds or 0
            if ended_at is not None and ended_at > due_at:
                late.add(case_id)
    for unit_id, cases in spent.items():
        if unit_id not in found and len(cases) < LEAST_SOLVED:
            continue
        suggestion = found.setdefault(unit_id, Suggestion(targets[unit_id], last))
        suggestion.solved = len(cases)
        suggestion.in_time = sum(pk not in late for pk in cases)
        suggestion.seconds = median(cases.values())
        suggestion.reasons.append(
            _("solved %(in_time)s of %(solved)s such problems in time in a year, median %(time)s")
            % {
                "in_time": suggestion.in_time,
                "solved": suggestion.solved,
                "time": clocks.describe_seconds(suggestion.seconds),
            }
        )


def _add_load(found: dict[int, Suggestion]) -> None:
    counted = (
        Case.objects.filter(unit_id__in=list(found), stage__in=AT_UNIT)
        .order_by()
        .values_list("unit_id")
        .annotate(count=Count("pk"))
    )
    for unit_id, count in counted:
        assert unit_id is not None
        found[unit_id].open = count
        said = ngettext("has %(n)d in hand now", "has %(n)d in hand now", count)
        found[unit_id].reasons.append(said % {"n": count})
