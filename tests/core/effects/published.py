"""The published panels of this folder, and tables of the docs page."""

from functools import cache
from pathlib import Path

import pandas as pd

from linghang_core.effects.panel import Panel, Treatment, read_panel

DATA = Path(__file__).parent / "data"
PAGE = Path(__file__).parents[3] / "docs" / "algorithms" / "synthetic.md"


@cache
def read_smoking() -> pd.DataFrame:
    """Return the 39 states one row per year, averages of covariates in each row."""
    wide = pd.read_csv(DATA / "smoking.csv")
    fixed = ["state", "income", "price", "young", "beer"]
    return wide.melt(id_vars=fixed, var_name="year", value_name="packs")


@cache
def read_california() -> Panel:
    """Return the panel of California, treated from 1989."""
    return make_panel(read_smoking(), "California", "1989", "state", "year", "packs")


@cache
def read_basque() -> pd.DataFrame:
    """Return 17 regions of Spain, 1960–1969 and 1997."""
    return pd.read_csv(DATA / "basque.csv", dtype="string")


@cache
def read_quotas() -> Panel:
    """Return the share of women in 119 parliaments, nine of which reserve seats from some year on."""
    rows = []
    for row in pd.read_csv(DATA / "quotas.csv", dtype="string").itertuples():
        runs = (part.partition("*") for part in row.women.split())
        values = [float(value) for value, _, times in runs for _ in range(int(times or 1))]
        rows += [(row.country, 1990 + n, value, row.first) for n, value in enumerate(values)]
    table = pd.DataFrame(rows, columns=["country", "year", "women", "first"])
    return read_panel(table, Treatment(first="first"), unit="country", time="year", outcome="women")


def make_panel(
    table: pd.DataFrame,
    treated: str,
    start: str,
    unit: str = "unit",
    time: str = "time",
    outcome: str = "y",
) -> Panel:
    """Return the panel of a table with one treated unit."""
    treatment = Treatment(units=[treated], start=start)
    return read_panel(table, treatment, unit=unit, time=time, outcome=outcome)


def read_worked(heading: str) -> pd.DataFrame:
    """Return a worked table of the docs page as rows of unit, time and y; the first unit is treated."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(f"| `{heading}` | 1 |"))
    times = [cell.split()[0] for cell in _split(lines[first])[1:]]
    rows = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            break
        unit, *values = _split(line)
        rows += [(unit, t, float(v)) for t, v in zip(times, values, strict=True)]
    return pd.DataFrame(rows, columns=["unit", "time", "y"])


def _split(line: str) -> list[str]:
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    return [cell.strip("`") for cell in cells]
