"""`effects`: what a change did, by methods that say how sure they are."""

from __future__ import annotations

import click

from linghang.cli.effects import panels, planning, series, synthetics


@click.group("effects")
def effects() -> None:
    """Effects of a change on grid indicators. docs/algorithms/effects.md defines all of it.

    Exit status 0: all rows counted; 1: some rows listed in `quality` were left out; 2: unusable.
    """


effects.add_command(panels.did)
effects.add_command(panels.adopt)
effects.add_command(synthetics.control)
effects.add_command(synthetics.did)
effects.add_command(series.its)
effects.add_command(planning.power)
effects.add_command(planning.register)
effects.add_command(planning.check)
