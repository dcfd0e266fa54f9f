"""A plan: who helps whom, at what cost, what was kept, how load lies. docs/algorithms/matching.md."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from linghang_core.matching.people.explanation import (
    RunnerUp,
    Unmatched,
    explain_unmatched,
    find_runner_up,
)
from linghang_core.matching.people.fairness import Fairness, measure_fairness
from linghang_core.matching.people.problem import Problem
from linghang_core.matching.people.question import Question, ask
from linghang_core.matching.people.rules import find_misses
from linghang_core.matching.people.solving import NOBODY, Chosen, choose


@dataclass(frozen=True)
class Match:
    """A demand and its person: `terms` are weight × measure and add up to `cost`.

    A `fixed` match was accepted before and is never moved; `breaks` names the hard rules it breaks now.
    """

    demand: str
    person: str
    fixed: bool
    distance: float | None
    terms: dict[str, float]
    cost: float
    runner_up: RunnerUp | None
    breaks: dict[str, str]
    why: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Plan:
    """Matches in the order of demands, demands left, and what all costs in named terms."""

    matches: tuple[Match, ...]
    unmatched: tuple[Unmatched, ...]
    total: float
    terms: dict[str, float]
    weights: dict[str, float]
    method: str
    before: Fairness
    after: Fairness

    @property
    def is_clean(self) -> bool:
        """Return whether every demand has somebody and no accepted match breaks a rule."""
        return not self.unmatched and not any(match.breaks for match in self.matches)

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as plain data."""
        return {
            "matches": [match.as_dict() for match in self.matches],
            "unmatched": [each.as_dict() for each in self.unmatched],
            "total": self.total,
            "terms": self.terms,
            "weights": self.weights,
            "method": self.method,
            "fairness": {"before": self.before.as_dict(), "after": self.after.as_dict()},
        }


def plan_matches(problem: Problem, *, with_regret: bool = True) -> Plan:
    """Return the cheapest plan that breaks no hard rule and moves no accepted match.

    The order in which demands and people are given changes nothing. `with_regret` solves the problem
    once more for each match and each demand left, to say what they are worth to the whole plan.
    """
    question = ask(problem)
    chosen = choose(question.choice)
    assert chosen is not None
    matches = [*_list_fixed(question), *_list_new(question, chosen, with_regret=with_regret)]
    matches.sort(key=lambda match: match.demand)
    left = [d for d, person in enumerate(chosen.people) if person == NOBODY]
    unmatched = tuple(explain_unmatched(question, chosen, d, with_regret=with_regret) for d in left)
    terms = {
        name: math.fsum(match.terms[name] for match in matches)
        for name in problem.weights.model_dump()
        if name != "unmatched"
    }
    terms["unmatched"] = math.fsum(float(question.choice.nobody[d]) for d in left)
    done = Counter(match.person for match in matches)
    before = {person.id: person.load_before for person in question.people}
    return Plan(
        matches=tuple(matches),
        unmatched=unmatched,
        total=math.fsum(terms.values()),
        terms=terms,
        weights=problem.weights.model_dump(),
        method=chosen.method,
        before=measure_fairness(before),
        after=measure_fairness({name: load + done[name] for name, load in before.items()}),
    )


def _list_fixed(question: Question) -> list[Match]:
    """Return accepted matches as they are; a broken rule is told, not acted upon."""
    found = []
    problem = question.problem
    for person in question.people:
        for place, demand in enumerate(question.kept.demands.get(person.id, ())):
            breaks = find_misses(demand, person, question.kept)
            terms = question.weigh(demand, person)
            terms["load"] = problem.weights.load * (person.load_before + place)
            why = f"{demand.id}: {person.id} was accepted and is kept"
            if breaks:
                why += "; it breaks now: " + "; ".join(breaks.values())
            found.append(
                Match(
                    demand=demand.id,
                    person=person.id,
                    fixed=True,
                    distance=problem.measure(demand, person),
                    terms=terms,
                    cost=math.fsum(terms.values()),
                    runner_up=None,
                    breaks=breaks,
                    why=why,
                )
            )
    return found


def _list_new(question: Question, chosen: Chosen, *, with_regret: bool) -> list[Match]:
    found = []
    given = Counter[int]()
    for d, p in enumerate(chosen.people):
        if p == NOBODY:
            continue
        demand, person = question.demands[d], question.people[p]
        terms = question.weigh(demand, person)
        terms["load"] = question.choice.places[p][given[p]]
        given[p] += 1
        runner_up = find_runner_up(question, chosen, d, with_regret=with_regret)
        cost = math.fsum(terms.values())
        parts = ", ".join(f"{name} {value:.4g}" for name, value in terms.items() if value)
        found.append(
            Match(
                demand=demand.id,
                person=person.id,
                fixed=False,
                distance=question.problem.measure(demand, person),
                terms=terms,
                cost=cost,
                runner_up=runner_up,
                breaks={},
                why=f"{demand.id}: {person.id} costs {cost:.4g} ({parts or 'nothing'}); {runner_up.say()}",
            )
        )
    return found
