"""Teams to demands over a day: routes that keep every hard rule, and the reasons."""

from linghang_core.matching.routing.plans import SECONDS, Plan, plan_routes
from linghang_core.matching.routing.problem import (
    Demand,
    Problem,
    ProblemError,
    Promise,
    Team,
    Weights,
)
from linghang_core.matching.routing.reading import read_problem
from linghang_core.matching.routing.solving import count_steps

__all__ = [
    "SECONDS",
    "Demand",
    "Plan",
    "Problem",
    "ProblemError",
    "Promise",
    "Team",
    "Weights",
    "count_steps",
    "plan_routes",
    "read_problem",
]
