"""任务完成 as customers keep it in Excel: one line per task of a unit."""

from linghang.worklists.sheets.tasks import TASK_LEDGER, TaskSheet, list_task_rows

LEDGER_SHEETS = (TASK_LEDGER,)

__all__ = ["LEDGER_SHEETS", "TaskSheet", "list_task_rows"]
