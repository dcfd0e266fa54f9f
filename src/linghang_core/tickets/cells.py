"""Cells of a table as text, however CSV or Excel hold them."""

from __future__ import annotations

import numpy as np
import pandas as pd


def spell_column(values: pd.Series) -> list[str]:
    """Return the cells as text: a missing one as "", a whole number without its decimals."""
    return [_spell(value) for value in values]


def _spell(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, float):
        if np.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() else str(value)
    return str(value).strip()
