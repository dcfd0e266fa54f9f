"""What every engine is given and gives back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import ibis.expr.types as ir

Lake: TypeAlias = str | Path | ir.Table
"""Facts: the folder of a Parquet data set (`month=2026-10/part-0.parquet`), or an Ibis table."""
Counts: TypeAlias = Mapping[int, tuple[int, ...]]
"""Subject id → its atoms, in the order of the plan."""
