"""`match`: demands to people and teams."""

from __future__ import annotations

import click

from linghang.cli.matching import planning
from linghang.cli.matching.assigning import assign, people


@click.group("match")
def match() -> None:
    """Match demands to people and teams. docs/algorithms/matching.md defines all of it.

    Exit status 0: everything counted; 1: something listed was left out; 2: unusable.
    """


match.add_command(assign)
match.add_command(people)
match.add_command(planning.plan)
