"""Writing evaluation: `schemes` into force, `drafting` and `trying` new ones, `running` runs,
`publishing` results, `posting` them in the ledger for later schemes, `objecting` to them,
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
from linghang.evaluation.services.drafting import (
    adopt_draft,
    discard_draft,
    is_trial_current,
    list_reasons_against,
    propose_draft,
    return_draft,
    save_draft,
    start_draft,
)
from linghang.evaluation.services.engines import Counting, EvaluationRefused, choose_engine
from linghang.evaluation.services.objecting import (
    appeal_decision,
    decide_objection,
    object_to,
)
from linghang.evaluation.services.posting import post_results
from linghang.evaluation.services.publishing import (
    PublicationRefused,
    close_publication,
    describe_missing,
    objection_days,
    publish_run,
)
from linghang.evaluation.services.running import (
    check_period,
    evaluate_in_force,
    evaluate_months,
    find_scheme,
    run_evaluation,
    start_run,
)
from linghang.evaluation.services.schemes import (
    adopt_scheme,
    install_scheme,
    is_other,
    retire_schemes,
)
from linghang.evaluation.services.trying import await_trial, store_trial, try_document, try_draft
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
    "adopt_draft",
    "adopt_scheme",
    "appeal_decision",
    "await_trial",
    "changes_of_run",
    "changes_of_score",
    "check_period",
    "choose_engine",
    "close_publication",
    "decide_objection",
    "describe_missing",
    "discard_draft",
    "evaluate_in_force",
    "evaluate_months",
    "facts_changed_since",
    "find_scheme",
    "find_standing",
    "find_verification",
    "install_scheme",
    "is_other",
    "is_trial_current",
    "issue_correction",
    "list_reasons_against",
    "load",
    "object_to",
    "objection_days",
    "post_results",
    "propose_draft",
    "publish_run",
    "recompute",
    "retire_schemes",
    "return_draft",
    "run_evaluation",
    "save_draft",
    "start_draft",
    "start_run",
    "store_trial",
    "try_document",
    "try_draft",
    "verify_publication",
]
