"""Scoring: a score is a pure function of (scheme version, facts, period), and explains itself.

`docs/algorithms/scoring.md` tells the algorithm in prose. The rooms: `scheme` what a scheme is,
`atoms` what it compiles to, `engine` counting in the lake, `score` the score functions,
`evaluation` points and totals, `results` what comes out, `digest` its proof.
"""

from linghang_core.scoring.atoms import Atom, Plan, Predicate, compile_scheme
from linghang_core.scoring.digest import digest_json, digest_scheme
from linghang_core.scoring.engine import count_atoms
from linghang_core.scoring.evaluation import assess, evaluate
from linghang_core.scoring.problems import EvaluationError, Problem, SchemeError
from linghang_core.scoring.results import (
    CriterionResult,
    GroupSummary,
    NotRated,
    Results,
    State,
    SubjectResult,
)
from linghang_core.scoring.scheme import Scheme, describe_schema, load_scheme
from linghang_core.scoring.subjects import Subject

__all__ = [
    "Atom",
    "CriterionResult",
    "EvaluationError",
    "GroupSummary",
    "NotRated",
    "Plan",
    "Predicate",
    "Problem",
    "Results",
    "Scheme",
    "SchemeError",
    "State",
    "Subject",
    "SubjectResult",
    "assess",
    "compile_scheme",
    "count_atoms",
    "describe_schema",
    "digest_json",
    "digest_scheme",
    "evaluate",
    "load_scheme",
]
