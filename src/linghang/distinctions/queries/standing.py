"""How units stand: bureaus and programmes a reader sees, levels held, cases, what waits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from linghang.distinctions import access
from linghang.distinctions.enums import ENDED, ObjectionState, Stage, Standing
from linghang.distinctions.models import (
    Case,
    Holding,
    Level,
    Objection,
    Programme,
    RollingList,
)
from linghang.distinctions.queries.conditions import (
    Check,
    Evidence,
    check_level,
    find_next,
    holds_all,
)
from linghang.org.enums import Line
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope


@dataclass(frozen=True)
class Place:
    """A unit on the board: the level it holds, its peer group, whether a case is under way."""

    unit: Unit
    group: str
    holding: Holding | None
    case: Case | None
    url: str = ""

    @property
    def pk(self) -> int:
        """Return the number of the unit, which names the row."""
        return self.unit.pk


@dataclass(frozen=True)
class Candidate:
    """A unit, the level it may go for next and how each condition stands."""

    unit: Unit
    group: str
    level: Level
    checks: list[Check]

    @property
    def qualifies(self) -> bool:
        """Return whether every condition holds."""
        return holds_all(self.checks)

    @property
    def missing(self) -> list[Check]:
        """Return the conditions that do not hold."""
        return [check for check in self.checks if not check.holds]


def list_bureaus(scope: Scope) -> list[Unit]:
    """Return the bureaus whose levels the reader sees, in the order of founding."""
    prefixes = {path for one in access.READING for path in scope.prefixes(one)}
    condition = Q(pk__in=[])
    for prefix in prefixes:
        if prefix == "/":
            condition = Q()
            break
        condition |= Q(pk=int(prefix.strip("/").split("/")[0]))
    found = Unit.objects.filter(condition, line=Line.PARTY, parent=None, closed_on=None)
    return list(found.defer("contact_phone").order_by("pk"))


def list_programmes() -> QuerySet[Programme]:
    """Return the programmes in force, in the order they came."""
    return Programme.objects.filter(retired=False).order_by("-kind", "pk")  # stars first


def find_root(unit: Unit) -> Unit:
    """Return the bureau a unit belongs to."""
    top = int(unit.path.strip("/").split("/")[0])
    return unit if unit.pk == top else Unit.objects.defer("contact_phone").get(pk=top)


def list_cases(scope: Scope) -> QuerySet[Case]:
    """Return the cases the reader may see, the newest first."""
    return (
        Case.objects.filter(access.restrict_cases(scope))
        .select_related("programme", "unit", "opened_by", "verified_by")
        .defer("unit__contact_phone")
    )


def list_holdings(scope: Scope) -> QuerySet[Holding]:
    """Return the levels held and lost that the reader may see."""
    return (
        Holding.objects.filter(access.restrict_units(scope))
        .select_related("programme", "unit", "case", "demotion")
        .defer("unit__contact_phone")
    )


def list_objections(scope: Scope) -> QuerySet[Objection]:
    """Return the objections and appeals whose unit the reader works on or belongs to."""
    condition = Q(pk__in=[])
    for path in ("case__unit__path", "demotion__holding__unit__path"):
        condition |= scope.restrict(Permission.DECIDE_OBJECTIONS, path)
        condition |= scope.restrict(Permission.VIEW_SCORES, path)
    if scope.user_id is not None:
        condition |= Q(raised_by_id=scope.user_id)
    found = Objection.objects.filter(condition).select_related(
        "case__unit", "case__programme", "demotion__holding__unit", "demotion__holding__programme"
    )
    return found.prefetch_related("case__acts")


def list_lines(evidence: Evidence) -> list[Place]:
    """Return every unit of the bureau with its level, the highest first."""
    cases = {
        case.unit_id: case
        for case in Case.objects.filter(
            programme=evidence.programme, unit_id__in=list(evidence.units)
        )
        .exclude(stage__in=ENDED)
        .select_related("programme")
    }
    lines = [
        Place(unit, evidence.name_group(pk), evidence.held.get(pk), cases.get(pk))
        for pk, unit in evidence.units.items()
    ]
    return sorted(lines, key=lambda one: -(one.holding.rank if one.holding else 0))


def count_levels(lines: list[Place]) -> tuple[list[str], dict[int, Counter[str]]]:
    """Return the peer groups, and by rank how many units of each group hold it (0: none)."""
    groups = sorted({line.group for line in lines})
    counts: dict[int, Counter[str]] = {}
    for line in lines:
        rank = line.holding.rank if line.holding else 0
        counts.setdefault(rank, Counter())[line.group] += 1
    return groups, counts


def list_candidates(evidence: Evidence) -> list[Candidate]:
    """Return for each unit the level it may go for next, those who qualify first."""
    found = []
    for pk, unit in evidence.units.items():
        level = find_next(evidence, pk)
        if level is not None:
            checks = check_level(evidence, pk, level)
            found.append(Candidate(unit, evidence.name_group(pk), level, checks))
    return sorted(found, key=lambda one: (len(one.missing), -one.level.rank))


def list_waiting(scope: Scope, programme: Programme, root: Unit, on: date) -> list[Case | Holding]:
    """Return what somebody has to do next: cases under way, warnings whose grace is over."""
    cases = list_cases(scope).filter(programme=programme, unit__path__startswith=root.path)
    found: list[Case | Holding] = list(cases.exclude(stage__in=ENDED).order_by("opened_on", "pk"))
    warned = list_holdings(scope).filter(
        programme=programme,
        unit__path__startswith=root.path,
        standing=Standing.WARNED,
        rectify_until__lt=on,
    )
    return [*found, *warned.order_by("rectify_until", "pk")]


def count_open(case: Case) -> int:
    """Return how many objections to a case wait for a decision."""
    return case.objections.filter(state=ObjectionState.OPEN).count()


def find_open_case(programme: Programme, unit: Unit) -> Case | None:
    """Return the case of a unit that is under way."""
    return (
        Case.objects.filter(programme=programme, unit=unit)
        .exclude(stage__in=ENDED)
        .select_related("programme", "unit")
        .first()
    )


def find_held(programme: Programme, unit: Unit) -> Holding | None:
    """Return the level a unit holds now."""
    return (
        Holding.objects.filter(programme=programme, unit=unit, valid_to=None)
        .select_related("programme", "unit")
        .first()
    )


def list_history(scope: Scope, unit: Unit) -> list[Holding]:
    """Return every level a unit held, the latest first."""
    return list(list_holdings(scope).filter(unit=unit).order_by("-valid_from", "-pk"))


def list_rolling(programme: Programme, root: Unit) -> list[RollingList]:
    """Return the rolling lists of a bureau, the latest first."""
    return list(
        RollingList.objects.filter(programme=programme, root=root).select_related("made_by")
    )


def is_awarded(case: Case) -> bool:
    """Return whether the case ended with the level."""
    return case.stage == Stage.AWARDED
