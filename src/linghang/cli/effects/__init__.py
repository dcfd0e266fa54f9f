"""`effects`: what a change did, by methods that say how sure they are."""

from __future__ import annotations

import click

from linghang.cli.families import Family

HERE = __name__
PLACES = {
    "check": f"{HERE}.planning:check",
    "did": f"{HERE}.panels:did",
    "its": f"{HERE}.series:its",
    "power": f"{HERE}.planning:power",
    "register": f"{HERE}.planning:register",
    "sc": f"{HERE}.synthetics:control",
    "sdid": f"{HERE}.synthetics:did",
    "staggered": f"{HERE}.panels:adopt",
}


@click.group("effects", cls=Family, places=PLACES)
def effects() -> None:
    """Effects of a change on grid indicators. docs/algorithms/effects.md defines all of it.

    Exit status 0: all rows counted; 1: some rows listed in `quality` were left out; 2: unusable.
    """
