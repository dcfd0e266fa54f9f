"""Power before the fact: what effect could this project show at all?"""

from linghang_core.effects.power.comparison import (
    AR1,
    EXCHANGEABLE,
    plan_comparison,
    variance_of_change,
)
from linghang_core.effects.power.history import History, read_history
from linghang_core.effects.power.prospect import Prospect
from linghang_core.effects.power.series import plan_series

__all__ = [
    "AR1",
    "EXCHANGEABLE",
    "History",
    "Prospect",
    "plan_comparison",
    "plan_series",
    "read_history",
    "variance_of_change",
]
