"""Which contests, teams and objections a reader sees."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from linghang.contests.enums import State
from linghang.contests.models import Contest, Objection, Team, Template
from linghang.org.enums import BRANCH_KINDS, UnitKind
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope

TEAM_KINDS = (*sorted(BRANCH_KINDS), UnitKind.STATION, UnitKind.CREW)


def list_contests(scope: Scope) -> QuerySet[Contest]:
    """Return the contests of the bureaus whose published results one sees; drafts to who prepares."""
    published = scope.restrict(Permission.VIEW_PUBLISHED, "root__path") & ~Q(state=State.DRAFT)
    working = scope.restrict(Permission.RUN_EVALUATION, "root__path")
    return (
        Contest.objects.filter(published | working)
        .select_related("root", "created_by")
        .defer("snapshot", "root__contact_phone")
        .annotate(size=Count("teams"))
    )


def list_teams(scope: Scope) -> QuerySet[Team]:
    """Return the teams of the visible contests."""
    return Team.objects.filter(contest__in=list_contests(scope).values("pk")).select_related(
        "contest__root", "unit"
    )


def list_objections(scope: Scope) -> QuerySet[Objection]:
    """Return the objections to decide, those one raised, and those of the contests one runs."""
    condition = scope.restrict(Permission.DECIDE_OBJECTIONS, "team__contest__root__path")
    condition |= scope.restrict(Permission.RUN_EVALUATION, "team__contest__root__path")
    if scope.user_id is not None:
        condition |= Q(raised_by_id=scope.user_id)
    return Objection.objects.filter(condition).select_related(
        "team__contest__root", "team__unit", "raised_by", "decided_by"
    )


def list_bureaus(scope: Scope) -> QuerySet[Unit]:
    """Return the bureaus one prepares contests for."""
    found = scope.restrict(Permission.RUN_EVALUATION, "path")
    return Unit.objects.filter(found, line="party", parent=None, closed_on=None).order_by("pk")


def list_templates() -> QuerySet[Template]:
    """Return the contests on offer."""
    return Template.objects.filter(retired=False)
