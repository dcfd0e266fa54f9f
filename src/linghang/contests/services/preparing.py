"""Preparing a contest and starting it: from then on rules, teams and what they own stand fixed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.contests import mapping
from linghang.contests.enums import Happened, State
from linghang.contests.models import Contest, Team, Template
from linghang.contests.services.steps import name_shared, refuse, take, tell
from linghang.evaluation import api as evaluation
from linghang.org import api as org
from linghang.org.models import Unit
from linghang.platform.acts import fault, known
from linghang.platform.calendar import clock
from linghang_core import scoring

FEWEST_TEAMS, LONGEST = 2, 400
BLURRED = {scoring.NotRated.SHARED_BRANCH.value, scoring.NotRated.NO_BRANCH.value}


@dataclass(frozen=True)
class ContestDraft:
    """A contest to be prepared; `document` are its rules, complete and checked when it is saved."""

    root: Unit
    title: str
    document: dict[str, Any]
    first_day: date
    days: int
    daily_limit: Decimal
    units: Sequence[Unit]
    prizes: str = ""
    template: Template | None = None


@transaction.atomic
def prepare_contest(*, draft: ContestDraft, actor: Any) -> Contest:
    """Store a contest being prepared, with its teams, and return it.

    Raises ValidationError beside the field, or for rules that are not allowed.
    """
    _check(draft)
    contest = Contest(
        root=draft.root, template=draft.template, created_by=known(actor), created_at=clock.now()
    )
    _fill(contest, draft)
    _enter(contest, draft.units)
    tell(contest, Happened.PREPARED, actor, first_day=draft.first_day.isoformat(), days=draft.days)
    return contest


@transaction.atomic
def change_contest(*, contest: Contest, draft: ContestDraft, actor: Any, seen: str = "") -> Contest:
    """Change a contest that has not been started."""
    held = take(contest, seen, Happened.CHANGED, State.DRAFT)
    _check(draft)
    _fill(held, draft)
    held.teams.all().delete()
    _enter(held, draft.units)
    tell(held, Happened.CHANGED, actor, first_day=draft.first_day.isoformat(), days=draft.days)
    return held


@transaction.atomic
def start_contest(*, contest: Contest, actor: Any, seen: str = "") -> Contest:
    """Start a contest on its first day or before: rules known first, then counted.

    Raises ValidationError when its first day has passed, or a team's records cannot be told apart.
    """
    held = take(contest, seen, Happened.STARTED, State.DRAFT)
    if held.first_day < clock.today():
        raise refuse(
            _(
                "The first day, %(day)s, has passed. Rules stand before they count: change the first day."
            )
            % {"day": held.first_day},
            "passed",
        )
    teams = list(held.teams.select_related("unit"))
    _fix_units(held, teams)
    Team.objects.bulk_update(teams, ["name", "owned", "attributes"])
    held.state = State.RUNNING
    held.save(update_fields=["state"])
    tell(held, Happened.STARTED, actor, teams=len(teams), rules=held.rules_digest)
    return held


def _check(draft: ContestDraft) -> None:
    if not draft.title.strip():
        raise fault("title", _("Give the contest a title."), "title")
    if not 1 <= draft.days <= LONGEST:
        raise fault("days", _("A contest lasts between 1 and 400 days."), "days")
    if draft.daily_limit <= 0:
        raise fault("daily_limit", _("A day must be worth something."), "daily_limit")
    if draft.daily_limit * draft.days < mapping.HUNDRED:
        raise fault(
            "daily_limit",
            _("With at most %(limit)s points a day nobody can reach 100 in %(days)s days.")
            % {"limit": draft.daily_limit, "days": draft.days},
            "daily_limit",
        )
    if len(draft.units) < FEWEST_TEAMS:
        raise fault("units", _("A contest needs at least two teams."), "units")
    for unit in draft.units:
        above = [one.name for one in draft.units if one != unit and unit.path.startswith(one.path)]
        if above:
            raise fault(
                "units",
                _("%(unit)s stands under %(above)s: its records would count for both.")
                % {"unit": unit.name, "above": above[0]},
                "nested",
            )
    try:
        mapping.check_rules(scoring.load_scheme(draft.document))
    except mapping.RulesRefused as refusal:
        raise ValidationError(refusal.reasons, code="rules") from refusal


def _fill(contest: Contest, draft: ContestDraft) -> None:
    contest.title = draft.title.strip()
    contest.document = draft.document
    contest.rules_digest = scoring.digest_scheme(scoring.load_scheme(draft.document))
    contest.first_day = draft.first_day
    contest.last_day = draft.first_day + timedelta(days=draft.days - 1)
    contest.daily_limit = draft.daily_limit
    contest.prizes = draft.prizes.strip()
    contest.save()


def _enter(contest: Contest, units: Sequence[Unit]) -> None:
    Team.objects.bulk_create(
        Team(contest=contest, unit=unit, name=unit.name)
        for unit in sorted(units, key=lambda unit: (unit.line, unit.path))
    )


def _refuse_overlap(teams: Sequence[Team], owned: Mapping[int, Iterable[int]]) -> None:
    """Refuse two teams that own one unit, as a branch and the station it covers do."""
    owner: dict[int, Team] = {}
    for team in teams:
        for unit in owned[team.pk]:
            if other := owner.get(unit):
                raise refuse(
                    _(
                        "The records of %(one)s and %(other)s are the same, as of a branch and the station it covers. Change the contest and take only one of the two."
                    )
                    % {"one": other.unit.name, "other": team.unit.name},
                    "overlap",
                )
            owner[unit] = team


def _fix_units(contest: Contest, teams: Sequence[Team]) -> None:
    """Fix whose facts are whose, and the numbers the rules may ask of a team, as of the start."""
    on = clock.today()
    owned = evaluation.find_owned([team.unit for team in teams], [contest.root], on)
    blurred = [
        team.name
        for team in teams
        if team.unit_id not in owned or owned[team.unit_id].coverage in BLURRED
    ]
    if blurred:
        raise refuse(name_shared(blurred), "shared")
    _refuse_overlap(teams, {team.pk: owned[team.unit_id].units for team in teams})
    holders = {pk for one in owned.values() for pk in one.parties}
    described = org.describe_units({team.unit_id for team in teams} | holders, on)
    for team in teams:
        one = owned[team.unit_id]
        heads = one.parties or (team.unit_id,)
        team.name = team.unit.name
        team.owned = list(one.units)
        team.attributes = {
            "members": sum(described[pk]["members"] for pk in heads if pk in described),
            "months_active": described[team.unit_id]["months_active"],
            "unit_kind": described[team.unit_id]["kind"],
        }
    rules = scoring.load_scheme(contest.document)
    needed = "members" in scoring.compile_scheme(rules).attributes
    empty = [team.name for team in teams if needed and not team.attributes["members"]]
    if empty:
        raise refuse(
            _(
                "%(teams)s has no members, but the rules count by head. Leave it out or count otherwise."
            )
            % {"teams": "、".join(empty)},
            "members",
        )
