"""What stands in the way of a demand that nobody serves, in words that name the rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from linghang_core.matching.routing.insertions import Day, Insertion, find_insertion
from linghang_core.matching.routing.mending import cost_detour
from linghang_core.matching.routing.problem import Demand, Key, Problem, name_all
from linghang_core.matching.routing.schedules import Schedule, schedule_route


@dataclass(frozen=True)
class Obstacle:
    """Why a demand is not served: the rule, the reason, and each team's nearest miss."""

    demand: Key
    rule: str
    reason: str
    teams: tuple[dict[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the obstacle as plain data."""
        return {
            "id": self.demand,
            "reason": self.reason,
            "rule": self.rule,
            "teams": list(self.teams),
        }


def find_static(problem: Problem, visit: int) -> Obstacle | None:
    """Return why no team could serve the demand even if it were the only one, or None."""
    demand = problem.demands[visit]
    able = [place for place, t in enumerate(problem.teams) if problem.find_bar(t, demand) is None]
    if not able:
        return _explain_bar(problem, demand)
    alone = [schedule_route(problem.at_best, team, [visit]) for team in able]
    if not all(schedule.breaches for schedule in alone):
        return None
    nearest = min(alone, key=_measure)
    breach = nearest.breaches[0]
    if len(able) < len(problem.teams):
        who = f"of the {len(able)} teams that may go" if len(able) > 1 else "of the one that may go"
    else:
        who = "of all teams"
    reason = f"out of reach {who}; nearest, with nothing else to do: {describe(problem, nearest)}"
    return Obstacle(demand.id, breach.rule, reason, tuple(_tell(problem, s) for s in alone))


def find_dynamic(problem: Problem, days: Sequence[Day], visit: int) -> Obstacle:
    """Return why the demand fits into no team's day as planned: the nearest miss of each team."""
    demand = problem.demands[visit]
    tried = [
        find_insertion(problem, day, visit)
        for day in days
        if problem.find_bar(problem.teams[day.schedule.team], demand) is None
    ]
    told = tuple(_tell(problem, each.schedule) for each in tried)
    if fitting := [each for each in tried if each.fits]:
        return _explain_price(problem, visit, fitting, told)
    nearest = min(tried, key=lambda each: (*each.miss, each.detour))
    where = "" if nearest.schedule.breaches[0].rule == "capacity" else _tell_where(problem, nearest)
    reason = (
        f"every team that may go is full; nearest{where}: {describe(problem, nearest.schedule)}"
    )
    return Obstacle(demand.id, "full", reason, told)


def describe(problem: Problem, schedule: Schedule) -> str:
    """Return in words what a schedule breaks first."""
    team, breach = problem.teams[schedule.team].id, schedule.breaches[0]
    if breach.rule == "window":
        assert breach.demand is not None
        late = problem.demands[breach.demand].id
        return (
            f'team "{team}" would begin "{late}" at {show(breach.value)}, '
            f"its window closes at {show(breach.limit)} ({show(breach.excess)} too late)"
        )
    words = {
        "capacity": "would carry {0}, its capacity is {1} ({2} too much)",
        "shift_end": "would be back at {0}, its shift ends at {1} ({2} too late)",
        "max_duration": "would be out for {0}, at most {1} are allowed ({2} too long)",
    }[breach.rule]
    return f'team "{team}" ' + words.format(
        show(breach.value), show(breach.limit), show(breach.excess)
    )


def show(number: float) -> str:
    """Return a number as a person writes it: at most four decimals, never less than it takes."""
    return f"{number:.4f}".rstrip("0").rstrip(".") if abs(number) >= 0.00005 else f"{number:.1e}"


def _measure(schedule: Schedule) -> tuple[int, float]:
    return len(schedule.breaches), sum(breach.excess for breach in schedule.breaches)


def _tell_where(problem: Problem, insertion: Insertion) -> str:
    if not insertion.position:
        return ", put first"
    before = insertion.schedule.visits[insertion.position - 1]
    return f', put after "{problem.demands[before].id}"'


def _explain_bar(problem: Problem, demand: Demand) -> Obstacle:
    """Return which standing rule leaves no team, the narrowest first."""
    teams = problem.teams
    if demand.teams is not None:
        known = [team for team in teams if str(team.id) in demand.teams]
        if not known:
            reason = f"none of the teams allowed ({name_all(demand.teams)}) is there"
            return Obstacle(demand.id, "teams_allowed", reason)
        teams = tuple(known)
    skilled = [team for team in teams if demand.skills <= team.skills]
    if not skilled:
        missing = [s for s in demand.skills if not any(s in team.skills for team in teams)]
        of = "no team" if demand.teams is None else f"none of {name_all(demand.teams)}"
        lack = (
            f"has skill {name_all(missing)}"
            if missing
            else f"has all of the skills {name_all(demand.skills)} together"
        )
        return Obstacle(demand.id, "skills", f"{of} {lack}")
    largest = max(skilled, key=lambda team: team.size)
    reason = (
        f"{demand.people} people are needed; the largest team that may go, "
        f'"{largest.id}", has {largest.size}'
    )
    return Obstacle(demand.id, "team_size", reason)


def _explain_price(
    problem: Problem, visit: int, fitting: Sequence[Insertion], told: tuple[dict[str, Any], ...]
) -> Obstacle:
    demand, price = problem.demands[visit], problem.weights.unserved or 0.0
    costs = [(cost_detour(problem, each, visit), each.team) for each in fitting]
    cost, team = min(costs)
    reason = (
        f"left out for its price: {show(price * demand.priority)} is no more than the "
        f'{show(cost)} it would cost team "{problem.teams[team].id}"'
    )
    return Obstacle(demand.id, "price", reason, told)


def _tell(problem: Problem, schedule: Schedule) -> dict[str, Any]:
    """Return a team's nearest miss as plain data."""
    told: dict[str, Any] = {"team": problem.teams[schedule.team].id}
    if schedule.breaches:
        breach = schedule.breaches[0]
        told |= {"rule": breach.rule, "value": breach.value, "limit": breach.limit}
        if breach.demand is not None:
            told["demand"] = problem.demands[breach.demand].id
    return told
