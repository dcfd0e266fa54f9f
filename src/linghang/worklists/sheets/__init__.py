"""任务完成 and 问题整改 as customers keep them in Excel: one line per task of a unit, one per problem."""

from linghang.worklists.sheets.problems import PROBLEM_LEDGER, ProblemSheet, list_problem_rows
from linghang.worklists.sheets.tasks import TASK_LEDGER, TaskSheet, list_task_rows

LEDGER_SHEETS = (TASK_LEDGER, PROBLEM_LEDGER)

__all__ = [
    "LEDGER_SHEETS",
    "ProblemSheet",
    "TaskSheet",
    "list_problem_rows",
    "list_task_rows",
]
