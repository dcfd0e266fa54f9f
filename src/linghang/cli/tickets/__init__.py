"""`tickets`: customer demands as text."""

from __future__ import annotations

import click

from linghang.cli.tickets.classifying import classify, evaluate, train


@click.group("tickets")
def tickets() -> None:
    """Customer demands as text: classes, hot spots, repeats. docs/algorithms/tickets.md defines it.

    Exit status 0: all rows counted; 1: some rows listed in `quality` were left out; 2: unusable.
    """


tickets.add_command(classify)
tickets.add_command(evaluate)
tickets.add_command(train)
