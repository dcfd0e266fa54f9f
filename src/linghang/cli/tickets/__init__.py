"""`tickets`: customer demands as text."""

from __future__ import annotations

import click

from linghang.cli.families import Family

HERE = __name__
PLACES = {
    "anomalies": f"{HERE}.judging:anomalies",
    "classify": f"{HERE}.classifying:classify",
    "drill": f"{HERE}.judging:drill",
    "evaluate": f"{HERE}.classifying:evaluate",
    "hotspots": f"{HERE}.finding:hotspots",
    "repeats": f"{HERE}.finding:repeats",
    "risk": f"{HERE}.judging:risk",
    "train": f"{HERE}.classifying:train",
}


@click.group("tickets", cls=Family, places=PLACES)
def tickets() -> None:
    """Customer demands as text: classes, hot spots, repeats. docs/algorithms/tickets.md defines it.

    Exit status 0: all rows counted; 1: some rows listed in `quality` were left out; 2: unusable.
    """
