"""Writing evaluation: `schemes` into force, `running` runs, `publishing` and its objections,
`correcting` what turned out wrong, `verifying` what was published; `engines` which one counts.
"""

from linghang.evaluation.queries.schemes import load
from linghang.evaluation.services.correcting import (
    Changes,
    changes_of_run,
    changes_of_score,
    facts_changed_since,
    find_standing,
    issue_correction,
    recompute,
)
from linghang.evaluation.services.engines import Counting, EvaluationRefused, choose_engine
from linghang.evaluation.services.publishing import (
    PublicationRefused,
    close_publication,
    decide_objection,
    object_to,
    publish_run,
)
from linghang.evaluation.services.running import (
    check_period,
    evaluate_months,
    find_scheme,
    run_evaluation,
    start_run,
)
from linghang.evaluation.services.schemes import (
    adopt_scheme,
    install_scheme,
    retire_schemes,
)
from linghang.evaluation.services.verifying import (
    Difference,
    Verification,
    find_verification,
    verify_publication,
)

__all__ = [
    "Changes",
    "Counting",
    "Difference",
    "EvaluationRefused",
    "PublicationRefused",
    "Verification",
    "adopt_scheme",
    "changes_of_run",
    "changes_of_score",
    "check_period",
    "choose_engine",
    "close_publication",
    "decide_objection",
    "evaluate_months",
    "facts_changed_since",
    "find_scheme",
    "find_standing",
    "find_verification",
    "install_scheme",
    "issue_correction",
    "load",
    "object_to",
    "publish_run",
    "recompute",
    "retire_schemes",
    "run_evaluation",
    "start_run",
    "verify_publication",
]
