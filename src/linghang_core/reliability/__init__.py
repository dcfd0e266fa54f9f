"""Supply reliability: the indices of DL/T 836 and IEEE 1366, major event days, honest comparison."""

from linghang_core.findings import Finding
from linghang_core.reliability.comparison import Comparison, compare_days
from linghang_core.reliability.customers import (
    CustomerBase,
    CustomerError,
    Denominator,
    read_customers,
)
from linghang_core.reliability.daily import MajorDaysError, read_daily
from linghang_core.reliability.doubts import CONTRADICTIONS
from linghang_core.reliability.indices import Edge, Indices, compute_indices, daily_saidi
from linghang_core.reliability.major_days import (
    Deviation,
    MajorDays,
    find_major_days,
)
from linghang_core.reliability.standards import (
    DLT836,
    IEEE1366,
    STANDARDS,
    Cause,
    Standard,
    Voltage,
    find_voltage,
)
from linghang_core.reliability.steps import COLUMNS, Steps, StepsError, read_steps

__all__ = [
    "COLUMNS",
    "CONTRADICTIONS",
    "DLT836",
    "IEEE1366",
    "STANDARDS",
    "Cause",
    "Comparison",
    "CustomerBase",
    "CustomerError",
    "Denominator",
    "Deviation",
    "Edge",
    "Finding",
    "Indices",
    "MajorDays",
    "MajorDaysError",
    "Standard",
    "Steps",
    "StepsError",
    "Voltage",
    "compare_days",
    "compute_indices",
    "daily_saidi",
    "find_major_days",
    "find_voltage",
    "read_customers",
    "read_daily",
    "read_steps",
]
