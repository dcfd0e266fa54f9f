"""The linter (规则审查): `rules` what is refused or warned of, as rows; `checks` how it is seen."""

from linghang_core.scoring.linting.checks import (
    Finding,
    SchemeRefused,
    check_scheme,
    lint_results,
    lint_scheme,
    measure_process_share,
)
from linghang_core.scoring.linting.rules import RULES, Override, Rule, Severity

__all__ = [
    "RULES",
    "Finding",
    "Override",
    "Rule",
    "SchemeRefused",
    "Severity",
    "check_scheme",
    "lint_results",
    "lint_scheme",
    "measure_process_share",
]
