"""组织生活 as customers keep it in Excel: the import (`importing`) and the export (`exporting`)."""

from linghang.activities.sheets.exporting import LEDGER_SHEETS
from linghang.activities.sheets.importing import ActivitySheet

__all__ = ["LEDGER_SHEETS", "ActivitySheet"]
