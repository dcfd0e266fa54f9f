"""Regulations as rows of data with their basis and days in force, and the small arithmetic on them.

Every function takes an optional day (`on`) and rule book (`rules`): a past event is judged by the
rules of its day, and a company may replace rows by its own.
"""

from linghang_core.regulations.ballots import (
    BallotLine,
    BallotListError,
    Recount,
    digest_list,
    read_list,
    recount_list,
    write_list,
)
from linghang_core.regulations.cadences import Cadence, load_cadences
from linghang_core.regulations.development import (
    Ballot,
    Outcome,
    Stage,
    Standing,
    Step,
    Taken,
    Wait,
    check_step,
    check_way,
    find_standing,
    list_steps,
    list_waits,
    may_take,
)
from linghang_core.regulations.dues import Dues, check_unpaid, compute_dues
from linghang_core.regulations.elections import ElectionResult, judge_election
from linghang_core.regulations.members import (
    MemberDates,
    check_member_dates,
    count_excellent_at_most,
)
from linghang_core.regulations.numbers import (
    IdentityReading,
    Sex,
    check_credit_code,
    compare_identity,
    read_identity_number,
)
from linghang_core.regulations.organisations import (
    OrganisationAdvice,
    OrganisationState,
    advise_organisation,
    check_organisation,
)
from linghang_core.regulations.rules import (
    Notice,
    Rule,
    RuleBook,
    Severity,
    Strength,
    Text,
    UnknownRuleError,
    load_rules,
    read_rules,
)
from linghang_core.regulations.terms import Term, TermState, compute_term
from linghang_core.regulations.training import (
    Target,
    TrainingState,
    compute_target,
    count_day_hours,
    count_session_hours,
    judge_training,
    list_counted_kinds,
)
from linghang_core.regulations.votes import VoteResult, count_candidates_needed, judge_vote

__all__ = [
    "Ballot",
    "BallotLine",
    "BallotListError",
    "Cadence",
    "Dues",
    "ElectionResult",
    "IdentityReading",
    "MemberDates",
    "Notice",
    "OrganisationAdvice",
    "OrganisationState",
    "Outcome",
    "Recount",
    "Rule",
    "RuleBook",
    "Severity",
    "Sex",
    "Stage",
    "Standing",
    "Step",
    "Strength",
    "Taken",
    "Target",
    "Term",
    "TermState",
    "Text",
    "TrainingState",
    "UnknownRuleError",
    "VoteResult",
    "Wait",
    "advise_organisation",
    "check_credit_code",
    "check_member_dates",
    "check_organisation",
    "check_step",
    "check_unpaid",
    "check_way",
    "compare_identity",
    "compute_dues",
    "compute_target",
    "compute_term",
    "count_candidates_needed",
    "count_day_hours",
    "count_excellent_at_most",
    "count_session_hours",
    "digest_list",
    "find_standing",
    "judge_election",
    "judge_training",
    "judge_vote",
    "list_counted_kinds",
    "list_steps",
    "list_waits",
    "load_cadences",
    "load_rules",
    "may_take",
    "read_identity_number",
    "read_list",
    "read_rules",
    "recount_list",
    "write_list",
]
