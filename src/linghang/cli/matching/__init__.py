"""`match`: demands to people and teams."""

from __future__ import annotations

import click

from linghang.cli.families import Family

HERE = __name__
PLACES = {
    "assign": f"{HERE}.assigning:assign",
    "people": f"{HERE}.assigning:people",
    "plan": f"{HERE}.planning:plan",
}


@click.group("match", cls=Family, places=PLACES)
def match() -> None:
    """Match demands to people and teams. docs/algorithms/matching.md defines all of it.

    Exit status 0: everything counted; 1: something listed was left out; 2: unusable.
    """
