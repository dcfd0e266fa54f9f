"""Rounds and sheets a reader may see, and how far they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from linghang.diagnosis.enums import CHECKING, RoundState, SheetState, Side, Verdict
from linghang.diagnosis.models import Answer, Expert, Round, Sheet, StandardSet
from linghang.diagnosis.queries.comparison import gather_cells
from linghang.org.api import in_force
from linghang.org.models import Unit
from linghang.people.models import Appointment, Person, Role
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock


def list_sheets(scope: Scope) -> QuerySet[Sheet]:
    """Return the sheets of the units whose records the reader may see."""
    return Sheet.objects.filter(
        scope.restrict(Permission.VIEW_RECORDS, "unit__path")
    ).select_related("unit", "round__root", "round__standard_set")


def list_rounds(scope: Scope) -> QuerySet[Round]:
    """Return the rounds in which the reader may see at least one unit, the newest first."""
    mine = list_sheets(scope).order_by().filter(round=OuterRef("pk"))
    return Round.objects.filter(Exists(mine)).select_related("root", "standard_set")


def list_sets() -> QuerySet[StandardSet]:
    """Return the sets a round may be opened with: of each the version in force."""
    return StandardSet.objects.filter(retired=False)


def find_expert(scope: Scope, round_: Round) -> Expert | None:
    """Return the reader as an expert of the round, None if they are not."""
    if scope.person_id is None:
        return None
    found: Expert | None = round_.experts.filter(person_id=scope.person_id).first()
    return found


def list_experts_to_choose(root: Unit) -> QuerySet[Person]:
    """Return the persons whose post in the bureau lets them check as experts today."""
    wanted = Permission.CHECK_AS_EXPERT.value
    roles = [
        role.code
        for role in Role.objects.all()
        if any(given["permission"] == wanted for given in role.permissions)
    ]
    held = Appointment.objects.filter(
        in_force(clock.today()), post__role_id__in=roles, unit__path__startswith=root.path
    )
    return Person.objects.filter(pk__in=held.values("person_id")).order_by("code")


def annotate_advance(rounds: QuerySet[Round]) -> QuerySet[Round]:
    """Add how many units a round has, how many handed in and how many are checked."""
    return rounds.annotate(
        n_units=Count("sheets"),
        n_handed_in=Count("sheets", filter=Q(sheets__handed_in_on__isnull=False)),
        n_checked=Count("sheets", filter=Q(sheets__state=SheetState.CHECKED)),
    )


@dataclass(frozen=True)
class Done:
    """How many standards of a sheet the unit has answered, all experts, and one of them."""

    own: int = 0
    experts: int = 0
    mine: int = 0


def count_answers(sheets: Iterable[Sheet], expert: Expert | None) -> dict[int, Done]:
    """Return how far the answers of each sheet are, by sheet; one query. It says nothing of what they are."""
    keys = [sheet.pk for sheet in sheets]
    mine = Q(expert=expert) if expert is not None else Q(pk__in=[])
    rows = (
        Answer.objects.filter(sheet__in=keys)
        .order_by()
        .values("sheet")
        .annotate(
            own=Count("pk", filter=Q(side=Side.SELF, carried=False)),
            experts=Count("standard", filter=Q(side=Side.EXPERT), distinct=True),
            mine=Count("pk", filter=mine),
        )
    )
    found = {row["sheet"]: Done(row["own"], row["experts"], row["mine"]) for row in rows}
    return {key: found.get(key, Done()) for key in keys}


def find_former(sheet: Sheet) -> tuple[Sheet | None, dict[str, Verdict]]:
    """Return the unit's last finished sheet over the same set, and what experts said then by number."""
    former = (
        Sheet.objects.filter(
            unit=sheet.unit_id,
            round__standard_set__code=sheet.round.standard_set.code,
            state=SheetState.CHECKED,
        )
        .exclude(round=sheet.round_id)
        .filter(round__opened_on__lte=sheet.round.opened_on)
        .select_related("round__standard_set")
        .order_by("-round__opened_on", "-pk")
        .first()
    )
    if former is None:
        return None, {}
    cells = gather_cells([former])
    numbers = dict(former.round.standard_set.standards.values_list("pk", "number"))
    return former, {
        numbers[standard]: cell.joint
        for (_sheet, standard), cell in cells.items()
        if cell.joint is not None
    }


def waiting_for(scope: Scope) -> list[Sheet]:
    """Return the sheets that wait for the reader: to check the own unit, or to check as an expert.

    The first due stands first; what is due when is the round's.
    """
    own = [grant.prefix for grant in scope.grants if grant.permission is Permission.EDIT_RECORDS]
    filling = Q(unit__path__in=own, state=SheetState.FILLING, round__state__in=CHECKING)
    expert = Q(pk__in=[])
    if scope.person_id is not None and scope.can(Permission.CHECK_AS_EXPERT):
        expert = Q(
            round__experts__person=scope.person_id,
            round__state=RoundState.EXPERT_CHECK,
        ) & ~Q(state=SheetState.CHECKED)
        for _pk, _name, path in scope.home_units:
            if path.count("/") > 2:  # a home below the bureau itself
                expert &= ~Q(unit__path__startswith=path)
    found = list_sheets(scope).filter(filling | expert).distinct()
    return list(found.order_by("round__self_until", "unit__path")[:100])
