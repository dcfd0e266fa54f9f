"""Who prepares, ends, decides and objects; every refusal says who can."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linghang.contests.enums import Happened, ObjectionState, State
from linghang.contests.models import Contest, Objection, Team
from linghang.org.api import in_force
from linghang.org.models import Coverage
from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.platform.calendar import clock

Answer = Allowed | Denied
# Doubting and deciding is not running: who decided one objection decides the next, too.
NOT_RUNNING = (Happened.OBJECTED, Happened.DECIDED)


def can_prepare(scope: Scope, path: str | None = None) -> Answer:
    """Return whether the reader prepares, starts, ends and calls off contests of a bureau."""
    if scope.can(Permission.RUN_EVALUATION, path):
        return Allowed()
    return Denied(_("Contests are prepared and run by the Party-affairs officer of the bureau."))


def can_close(scope: Scope, contest: Contest) -> Answer:
    """Return whether the reader makes the result final."""
    if scope.can(Permission.PUBLISH_EVALUATION, contest.root.path):
        return Allowed()
    return Denied(
        _("The result is made final by who publishes evaluations: the officer, the leader.")
    )


def can_see_facts(scope: Scope, team: Team) -> Answer:
    """Return whether the reader sees the records under a team's points."""
    return _over_team(scope, Permission.VIEW_RECORDS, team)


def can_object(scope: Scope, team: Team) -> Answer:
    """Return whether the reader leads the team: its secretary, or that of the branch covering it."""
    if "secretary" in scope.roles and _over_team(scope, Permission.EDIT_RECORDS, team):
        return Allowed()
    return Denied(
        _("The leader of a team objects to its points: the secretary of %(team)s.")
        % {"team": team.name}
    )


def can_decide(scope: Scope, objection: Objection) -> Answer:
    """Return whether the reader decides an objection: nobody who ran the contest or raised it."""
    contest = objection.team.contest
    if objection.state != ObjectionState.OPEN:
        return Denied(_("This objection has been decided."))
    if contest.state != State.ENDED:
        return Denied(_("The contest is closed: its result is final."))
    answer = scope.can(Permission.DECIDE_OBJECTIONS, contest.root.path)
    if not answer:
        return answer
    acts = contest.acts.filter(by_id=scope.user_id).exclude(kind__in=NOT_RUNNING)
    ran = acts.exists() or contest.created_by_id == scope.user_id
    if ran:
        return Denied(
            _("Whoever ran the contest does not decide objections to it. Ask the supervisor.")
        )
    if objection.raised_by_id == scope.user_id:
        return Denied(_("Whoever raised an objection does not decide it."))
    return Allowed()


def _over_team(scope: Scope, permission: Permission, team: Team) -> Answer:
    if not team.is_business:
        return scope.can(permission, team.unit.path)
    answer = scope.can(permission, team.contest.root.path)
    if answer:
        return answer
    links = Coverage.objects.filter(
        scope.restrict(permission, "party_unit__path"),
        in_force(scope.on or clock.today()),
        business_unit=team.unit_id,
    )
    return Allowed() if links.exists() else answer
