"""问题整改 as customers keep it in Excel: one line per problem."""

from linghang.rectification.sheets.problems import PROBLEM_LEDGER, ProblemSheet, list_problem_rows

LEDGER_SHEETS = (PROBLEM_LEDGER,)

__all__ = ["LEDGER_SHEETS", "ProblemSheet", "list_problem_rows"]
