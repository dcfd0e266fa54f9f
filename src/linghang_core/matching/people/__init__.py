"""Demands matched to people and teams: hard rules apart from the objective, every match explained."""

from linghang_core.matching.people.planning import Match, Plan, plan_matches
from linghang_core.matching.people.problem import (
    Demand,
    Person,
    Problem,
    ProblemError,
    Weights,
    read_problem,
)

__all__ = [
    "Demand",
    "Match",
    "Person",
    "Plan",
    "Problem",
    "ProblemError",
    "Weights",
    "plan_matches",
    "read_problem",
]
