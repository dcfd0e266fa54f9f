"""Ending, objections, closing: the points are frozen, doubted, put right, and made final."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linghang.contests import access
from linghang.contests.enums import RESULT, Happened, ObjectionState, State
from linghang.contests.models import Contest, Objection, Team
from linghang.contests.queries import standing
from linghang.contests.services.counting import write_days
from linghang.contests.services.steps import refuse, take, tell
from linghang.evaluation import api as evaluation
from linghang.ledger.api import SEQUENCE, EntryDraft, FactDraft, write_entries
from linghang.platform.access import Scope
from linghang.platform.acts import ask_reason
from linghang.platform.calendar import clock
from linghang.platform.numbering import services as numbering
from linghang_core import scoring
from linghang_core.periods import load_calendar

# As a publication of an evaluation: five working days (standards §13.2).
OBJECTION_WORKING_DAYS = 5


@transaction.atomic
def end_contest(*, contest: Contest, actor: Any, reason: str = "", seen: str = "") -> Contest:
    """Freeze the points and open the days for objections; before the last day only with a reason."""
    held = take(contest, seen, Happened.ENDED, State.RUNNING)
    today = clock.today()
    if today < held.first_day:
        raise refuse(_("It has not begun. Call it off instead."), "early")
    if today <= held.last_day:
        reason = ask_reason(reason)
    held.ended_on = min(today, held.last_day)
    held.as_of_seq = numbering.last(SEQUENCE)
    held.objections_until = load_calendar().add_working_days(today, OBJECTION_WORKING_DAYS).date
    held.state = State.ENDED
    held.save()
    teams = list(held.teams.select_related("unit"))
    _freeze(held, teams, held.as_of_seq)
    tell(
        held,
        Happened.ENDED,
        actor,
        reason,
        ended_on=held.ended_on.isoformat(),
        objections_until=held.objections_until.isoformat(),
    )
    return held


@transaction.atomic
def cancel_contest(*, contest: Contest, actor: Any, reason: str, seen: str = "") -> Contest:
    """Call a contest off, with the reason; nothing of it counts."""
    held = take(contest, seen, Happened.CANCELLED, State.DRAFT, State.RUNNING)
    words = ask_reason(reason)
    held.state = State.CANCELLED
    held.save(update_fields=["state"])
    tell(held, Happened.CANCELLED, actor, words)
    return held


@transaction.atomic
def object_to(*, team: Team, criterion: str, text: str, actor: Any, scope: Scope) -> Objection:
    """Raise an objection to a team's frozen points, or one criterion of them, and return it."""
    held = Contest.objects.select_for_update().select_related("root").get(pk=team.contest_id)
    answer = access.can_object(scope, team)
    if not answer:
        raise refuse(getattr(answer, "reason", ""), "not_leader")
    until = held.objections_until
    if held.state != State.ENDED or until is None or clock.today() > until:
        raise refuse(
            _("Objections are taken between the end of a contest and the last day given there."),
            "not_open",
        )
    if criterion and criterion not in {item.code for item in standing.load_rules(held).criteria}:
        raise refuse(_("The rules have no criterion %(code)s.") % {"code": criterion}, "criterion")
    if not text.strip():
        raise refuse(_("Say in one sentence what is wrong."), "text")
    objection = Objection.objects.create(
        team=team,
        criterion=criterion,
        text=text.strip()[:500],
        raised_by=actor,
        raised_at=clock.now(),
    )
    tell(held, Happened.OBJECTED, actor, objection.text, team=team.name, criterion=criterion)
    return objection


@transaction.atomic
def decide_objection(
    *, objection: Objection, uphold: bool, decision: str, actor: Any, scope: Scope
) -> Objection:
    """Decide an objection; upheld, the team is counted again with today's records, visibly.

    The contest is locked before the objection: places and version belong to all its teams.
    """
    contest = (
        Contest.objects.select_for_update(of=("self",))
        .select_related("root")
        .get(teams__objections=objection)
    )
    held = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("team__unit")
        .get(pk=objection.pk)
    )
    held.team.contest = contest
    answer = access.can_decide(scope, held)
    if not answer:
        raise refuse(getattr(answer, "reason", ""), "not_yours")
    words = ask_reason(decision)
    team = held.team
    held.state = ObjectionState.UPHELD if uphold else ObjectionState.REJECTED
    held.decision, held.decided_by, held.decided_at = words[:1000], actor, clock.now()
    if uphold:
        held.old_points = team.points
        _freeze(contest, [team], numbering.last(SEQUENCE))
        held.new_points = team.points
    held.save()
    tell(contest, Happened.DECIDED, actor, words, team=team.name, state=held.state)
    return held


@transaction.atomic
def close_contest(*, contest: Contest, actor: Any, seen: str = "") -> Contest:
    """Make the result final: a snapshot with its digest, and a fact for each team."""
    held = take(contest, seen, Happened.CLOSED, State.ENDED)
    until = held.objections_until or clock.today()
    if clock.today() <= until:
        raise refuse(
            _("Objections are taken until %(day)s; it can be closed after that day.")
            % {"day": until},
            "objections_open",
        )
    waiting = Objection.objects.filter(team__contest=held, state=ObjectionState.OPEN).count()
    if waiting:
        raise refuse(
            _("%(count)d objections still wait for a decision.") % {"count": waiting}, "waiting"
        )
    teams = _place(held)
    content = freeze_content(held, teams)
    held.snapshot = evaluation.pack_snapshot(content)
    held.digest = hashlib.sha256(evaluation.canonical(content)).hexdigest()
    held.closed_at = clock.now()
    held.state = State.CLOSED
    held.save()
    write_entries([_entry(held, team) for team in teams], actor=actor)
    tell(held, Happened.CLOSED, actor, digest=held.digest)
    return held


def freeze_content(contest: Contest, teams: list[Team]) -> dict[str, Any]:
    """Return what the final result consists of: enough to count it again for ever."""
    return {
        "title": contest.title,
        "rules": contest.document,
        "rules_digest": contest.rules_digest,
        "span": contest.span,
        "ended_on": None if contest.ended_on is None else contest.ended_on.isoformat(),
        "daily_limit": str(contest.daily_limit),
        "as_of_seq": contest.as_of_seq,
        "root": {"id": contest.root_id, "code": contest.root.code, "name": contest.root.name},
        "teams": [
            {
                "id": team.pk,
                "unit": team.unit_id,
                "name": team.name,
                "units": team.owned,
                "points": str(team.points),
                "place": team.place,
                "course": team.frozen,
            }
            for team in teams
        ],
    }


def _freeze(contest: Contest, teams: list[Team], as_of_seq: int) -> None:
    until = contest.ended_on or contest.last_day
    courses = standing.count_courses(contest, teams, until, as_of_seq)
    write_days(courses, clock.today())
    for team in teams:
        course = courses[team.pk]
        team.frozen = standing.store_course(course) | {"as_of_seq": as_of_seq}
        team.points = course.points
    Team.objects.bulk_update(teams, ["frozen", "points"])
    _place(contest)


def _place(contest: Contest) -> list[Team]:
    teams = list(contest.teams.select_related("unit"))
    places = scoring.rank_teams({team.pk: team.points for team in teams if team.points is not None})
    for team in teams:
        team.place = places.get(team.pk)
    Team.objects.bulk_update(teams, ["place"])
    return sorted(teams, key=lambda team: (team.place or 0, team.pk))


def _entry(contest: Contest, team: Team) -> EntryDraft:
    on: date = contest.ended_on or contest.last_day
    return EntryDraft(
        source=team,
        kind=RESULT.code,
        unit_id=team.unit_id,
        title=f"{contest.title}：{team.points}",
        occurred_on=on,
        facts=[
            FactDraft(
                kind=RESULT.code,
                quantity=int((team.points or 0) * 100),
                unit_id=team.unit_id,
                occurred_on=on,
                status="first" if team.place == 1 else "took_part",
                verified=True,
            )
        ],
        judge_lateness=False,
    )
