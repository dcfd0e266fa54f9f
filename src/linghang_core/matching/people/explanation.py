"""Why this one, who came next, and what stands in the way of a demand that nobody serves."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from linghang_core.matching.people.question import Question
from linghang_core.matching.people.solving import NOBODY, Chosen, choose

ROUNDING = 1e-9


@dataclass(frozen=True)
class RunnerUp:
    """Who came next for a demand, in two senses.

    `next` is the cheapest other person with everybody else staying where they are; `difference` is what
    the change would cost. `regret` is what the whole plan costs more if this pair is forbidden and all
    may be chosen anew: then `instead` serves the demand (nobody where None), and `moved` are the other
    demands whose person changes. `regret` is None where it was not asked for.
    """

    next: str | None
    difference: float | None
    regret: float | None
    instead: str | None
    moved: tuple[str, ...]

    def say(self) -> str:
        """Return both in words."""
        if self.next is None:
            words = "nobody else has room for it"
        else:
            words = f"next is {self.next}, {self.difference:+.4g}"
        if self.regret is None:
            return words
        return f"{words}; without this pair the plan costs {self.regret:.4g} more"


class Reason(StrEnum):
    """Why nobody serves a demand."""

    NOBODY_ALLOWED = "nobody_allowed"  # a hard rule stands against everybody
    CONTESTED = "contested"  # those who may are needed elsewhere
    TOO_DEAR = "too_dear"  # somebody could, but leaving it costs less


@dataclass(frozen=True)
class NearMiss:
    """The person who breaks the fewest rules, and what would be needed of each."""

    person: str
    needed: dict[str, str]


@dataclass(frozen=True)
class Forced:
    """What the cheapest plan that serves the demand would cost more, and whom it would leave."""

    cost: float
    person: str
    unmatched: tuple[str, ...]


@dataclass(frozen=True)
class Unmatched:
    """A demand that nobody serves: how many people each rule excludes, and what would help."""

    demand: str
    reason: Reason
    excluded: dict[str, int]
    nearest: NearMiss | None
    allowed: dict[str, str]
    if_served: Forced | None
    why: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def find_runner_up(
    question: Question, chosen: Chosen, demand: int, *, with_regret: bool
) -> RunnerUp:
    """Return who came next for a demand that is matched."""
    choice, person = question.choice, chosen.people[demand]
    loads = Counter(chosen.people)
    saved = float(choice.costs[demand, person]) + choice.places[person][loads[person] - 1]
    offers = sorted(
        (float(choice.costs[demand, other]) + choice.places[other][loads[other]] - saved, other)
        for other in np.flatnonzero(np.isfinite(choice.costs[demand])).tolist()
        if other != person and loads[other] < len(choice.places[other])
    )
    free = (each for each in offers if not find_obstacle(question, chosen, demand, each[1]))
    difference, after = next(free, (None, None))
    name = None if after is None else question.people[after].id
    if not with_regret:
        return RunnerUp(name, difference, None, None, ())
    anew = choose(choice.without(demand, person))
    assert anew is not None
    return RunnerUp(
        next=name,
        difference=difference,
        regret=_clear_rounding(anew.cost - chosen.cost),
        instead=None if anew.people[demand] == NOBODY else question.people[anew.people[demand]].id,
        moved=tuple(
            question.demands[d].id
            for d, (old, new) in enumerate(zip(chosen.people, anew.people, strict=True))
            if old != new and d != demand
        ),
    )


def find_obstacle(question: Question, chosen: Chosen, demand: int, person: int) -> str | None:
    """Return what keeps an open demand from a person with all others staying; None for nothing."""
    broken = question.misses.get((demand, person))
    if broken:
        return "; ".join(broken.values())
    choice = question.choice
    has = [d for d, other in enumerate(chosen.people) if other == person and d != demand]
    if len(has) >= len(choice.places[person]):
        return f"has {', '.join(question.demands[d].id for d in has)}, no more room"
    clashing = {
        other
        for clash in choice.clashes[person]
        if demand in clash.demands and len(clash.demands & set(has)) >= clash.limit
        for other in clash.demands & set(has)
    }
    if clashing:
        names = ", ".join(question.demands[d].id for d in sorted(clashing))
        return f"has {names} at the same time or day"
    return None


def explain_unmatched(
    question: Question, chosen: Chosen, demand: int, *, with_regret: bool
) -> Unmatched:
    """Return what stands in the way of a demand that nobody serves."""
    given = question.demands[demand]
    broken = {p: question.misses.get((demand, p), {}) for p in range(len(question.people))}
    excluded = Counter(rule for misses in broken.values() for rule in misses)
    able = np.flatnonzero(np.isfinite(question.choice.costs[demand])).tolist()
    allowed = {}
    reason = Reason.CONTESTED if able else Reason.NOBODY_ALLOWED
    for person in able:
        obstacle = find_obstacle(question, chosen, demand, person)
        if obstacle is None:
            reason = Reason.TOO_DEAR
            obstacle = "would cost more than leaving it"
        allowed[question.people[person].id] = obstacle
    nearest = None if able else _find_nearest(question, demand, broken)
    return Unmatched(
        demand=given.id,
        reason=reason,
        excluded=dict(sorted(excluded.items())),
        nearest=nearest,
        allowed=allowed,
        if_served=_force(question, chosen, demand) if with_regret and able else None,
        why=_say(given.id, allowed, nearest),
    )


def _find_nearest(question: Question, demand: int, broken: dict[int, dict[str, str]]) -> NearMiss:
    """Return the person who breaks the fewest rules; of several the nearest, then the first by id."""

    def rank(person: int) -> tuple[int, float, int]:
        distance = question.problem.measure(question.demands[demand], question.people[person])
        return len(broken[person]), float("inf") if distance is None else distance, person

    person = min(broken, key=rank)
    return NearMiss(question.people[person].id, broken[person])


def _force(question: Question, chosen: Chosen, demand: int) -> Forced | None:
    anew = choose(question.choice.with_somebody(demand))
    if anew is None:
        return None
    left = [d for d, person in enumerate(anew.people) if person == NOBODY]
    return Forced(
        cost=_clear_rounding(anew.cost - chosen.cost),
        person=question.people[anew.people[demand]].id,
        unmatched=tuple(question.demands[d].id for d in left if chosen.people[d] != NOBODY),
    )


def _say(demand: str, allowed: dict[str, str], nearest: NearMiss | None) -> str:
    if nearest:
        needed = "; ".join(nearest.needed.values())
        return f"{demand}: nobody is allowed; nearest is {nearest.person}: {needed}"
    return f"{demand}: " + "; ".join(f"{person} {what}" for person, what in allowed.items())


def _clear_rounding(difference: float) -> float:
    """Return a difference of two sums of which less than nothing can only be rounding."""
    return max(0.0, difference) if abs(difference) > ROUNDING else 0.0
