"""Scoring: a score is a pure function of (scheme version, facts, period), and explains itself.

`docs/algorithms/scoring.md` tells the algorithm in prose. The rooms: `scheme` what a scheme is,
`problems` its faults.
"""

from linghang_core.scoring.problems import EvaluationError, Problem, SchemeError
from linghang_core.scoring.scheme import Scheme, describe_schema, load_scheme

__all__ = [
    "EvaluationError",
    "Problem",
    "Scheme",
    "SchemeError",
    "describe_schema",
    "load_scheme",
]
