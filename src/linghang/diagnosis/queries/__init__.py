"""Reading rounds: which there are, the lines of a sheet, the difference of both sides."""

from linghang.diagnosis.queries.comparison import (
    LEAST,
    LEAST_FOR_KAPPA,
    Agreement,
    Cell,
    Comparison,
    compare_round,
    find_difference,
    join_verdicts,
    measure_kappa,
)
from linghang.diagnosis.queries.failures import Failure, count_leads, list_failures, list_problems
from linghang.diagnosis.queries.recipients import experts_of, users_of_units
from linghang.diagnosis.queries.rounds import (
    Done,
    annotate_advance,
    count_answers,
    find_expert,
    find_former,
    list_experts_to_choose,
    list_rounds,
    list_sets,
    list_sheets,
    waiting_for,
)
from linghang.diagnosis.queries.sheets import (
    Line,
    Records,
    count_agreement_of,
    count_records,
    find_period,
    list_lines,
)

__all__ = [
    "LEAST",
    "LEAST_FOR_KAPPA",
    "Agreement",
    "Cell",
    "Comparison",
    "Done",
    "Failure",
    "Line",
    "Records",
    "annotate_advance",
    "compare_round",
    "count_agreement_of",
    "count_answers",
    "count_leads",
    "count_records",
    "experts_of",
    "find_difference",
    "find_expert",
    "find_former",
    "find_period",
    "join_verdicts",
    "list_experts_to_choose",
    "list_failures",
    "list_lines",
    "list_problems",
    "list_rounds",
    "list_sets",
    "list_sheets",
    "measure_kappa",
    "users_of_units",
    "waiting_for",
]
