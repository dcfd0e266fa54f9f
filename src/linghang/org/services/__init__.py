"""Every act on units: founding, changing, moving, merging, splitting, dissolving, and coverage.

Each act has its day and its document number, closes and opens the spans of `UnitVersion` for the
whole
subtree, leaves a `UnitChange` and an audit row. Acts are recorded in the order in which they
happened:
a day before the last change is refused, because it would rewrite what later acts built on.
"""

from linghang.org.services.changing import DETAILS, change_unit, move_unit, rename_unit
from linghang.org.services.coverage import close_coverage, open_coverage, set_coverage
from linghang.org.services.ending import (
    SplitPart,
    dissolve_unit,
    merge_units,
    split_unit,
)
from linghang.org.services.founding import UnitDraft, create_units
from linghang.org.services.rules import (
    check_close,
    check_day,
    check_merge,
    check_move,
    check_name,
    check_split,
)

__all__ = [
    "DETAILS",
    "SplitPart",
    "UnitDraft",
    "change_unit",
    "check_close",
    "check_day",
    "check_merge",
    "check_move",
    "check_name",
    "check_split",
    "close_coverage",
    "create_units",
    "dissolve_unit",
    "merge_units",
    "move_unit",
    "open_coverage",
    "rename_unit",
    "set_coverage",
    "split_unit",
]
