"""Reading supervision: nothing here is seen without VIEW_SUPERVISION, but what a unit is asked itself."""

from linghang.supervision.queries.detecting import DETECTORS, Sign
from linghang.supervision.queries.examinations import (
    Coverage,
    Matrix,
    count_presence,
    find_question,
    list_examinations,
    list_findings,
    list_replies,
    measure_coverage,
    read_matrix,
    waiting_for,
)
from linghang.supervision.queries.registers import (
    Counted,
    annotate_reviews,
    filter_open_hints,
    filter_overdue_reviews,
    list_hints,
    list_risks,
    resolve_counted,
)

__all__ = [
    "DETECTORS",
    "Counted",
    "Coverage",
    "Matrix",
    "Sign",
    "annotate_reviews",
    "count_presence",
    "filter_open_hints",
    "filter_overdue_reviews",
    "find_question",
    "list_examinations",
    "list_findings",
    "list_hints",
    "list_replies",
    "list_risks",
    "measure_coverage",
    "read_matrix",
    "resolve_counted",
    "waiting_for",
]
