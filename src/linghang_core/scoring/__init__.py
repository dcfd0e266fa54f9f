"""Scoring: a score is a pure function of (scheme version, facts, period), and explains itself.

`docs/algorithms/scoring.md` tells the algorithm in prose. The rooms: `scheme` what a scheme is,
`subjects` who is rated, `atoms` what a scheme compiles to, `engines` counting in the lake, `score`
the score functions, `peers` places, `evaluation` points, `settlement` totals, `bands` their shares,
`results` what comes out, `digest` its proof, `explanation`, `formulas`, `adjustments` and `gains`
why it is so, `comparison` what would change, `daily` a contest day by day, `linting` what no scheme
may contain, `whatif` a draft tried on past periods, `stability` how far its bands depend on its
points, `weights` how points can be found.
"""

from linghang_core.scoring.adjustments import Adjustment
from linghang_core.scoring.atoms import Atom, Plan, Predicate, compile_scheme
from linghang_core.scoring.comparison import Comparison, Difference, Move, compare
from linghang_core.scoring.daily import Course, Day, check_contest, follow_days, rank_teams
from linghang_core.scoring.digest import digest_json, digest_scheme
from linghang_core.scoring.engines import Counts, Engine, Lake, count_atoms, load_engine
from linghang_core.scoring.evaluation import assess, evaluate
from linghang_core.scoring.explanation import (
    CriterionExplanation,
    DimensionExplanation,
    Evidence,
    Explanation,
    KnownNumber,
    RaterMean,
    explain,
    explain_all,
    re_add,
)
from linghang_core.scoring.formulas import Formula
from linghang_core.scoring.linting import (
    Finding,
    Override,
    SchemeRefused,
    Severity,
    check_scheme,
    lint_results,
    lint_scheme,
    measure_process_share,
)
from linghang_core.scoring.problems import EngineMissingError, EvaluationError, Problem, SchemeError
from linghang_core.scoring.results import (
    CriterionResult,
    GroupSummary,
    Held,
    NotRated,
    Place,
    Results,
    Settlement,
    State,
    SubjectResult,
)
from linghang_core.scoring.scheme import (
    Criterion,
    Missing,
    Nature,
    Scheme,
    SubjectKind,
    describe_schema,
    load_scheme,
)
from linghang_core.scoring.settlement import settle
from linghang_core.scoring.stability import Stability, measure_stability
from linghang_core.scoring.subjects import Subject
from linghang_core.scoring.weights import (
    Direction,
    Normalisation,
    Pairwise,
    WeightsError,
    compare_pairs,
    insist_consistent,
    rank_by_topsis,
    weigh_by_critic,
    weigh_by_entropy,
)
from linghang_core.scoring.whatif import Reason, WhatIf, hold_against, try_scheme
from linghang_core.scoring.windows import read_span, write_span

__all__ = [
    "Adjustment",
    "Atom",
    "Comparison",
    "Counts",
    "Course",
    "Criterion",
    "CriterionExplanation",
    "CriterionResult",
    "Day",
    "Difference",
    "DimensionExplanation",
    "Direction",
    "Engine",
    "EngineMissingError",
    "EvaluationError",
    "Evidence",
    "Explanation",
    "Finding",
    "Formula",
    "GroupSummary",
    "Held",
    "KnownNumber",
    "Lake",
    "Missing",
    "Move",
    "Nature",
    "Normalisation",
    "NotRated",
    "Override",
    "Pairwise",
    "Place",
    "Plan",
    "Predicate",
    "Problem",
    "RaterMean",
    "Reason",
    "Results",
    "Scheme",
    "SchemeError",
    "SchemeRefused",
    "Settlement",
    "Severity",
    "Stability",
    "State",
    "Subject",
    "SubjectKind",
    "SubjectResult",
    "WeightsError",
    "WhatIf",
    "assess",
    "check_contest",
    "check_scheme",
    "compare",
    "compare_pairs",
    "compile_scheme",
    "count_atoms",
    "describe_schema",
    "digest_json",
    "digest_scheme",
    "evaluate",
    "explain",
    "explain_all",
    "follow_days",
    "hold_against",
    "insist_consistent",
    "lint_results",
    "lint_scheme",
    "load_engine",
    "load_scheme",
    "measure_process_share",
    "measure_stability",
    "rank_by_topsis",
    "rank_teams",
    "re_add",
    "read_span",
    "settle",
    "try_scheme",
    "weigh_by_critic",
    "weigh_by_entropy",
    "write_span",
]
