"""Groups whose commands are loaded when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class Family(click.Group):
    """A group that knows where its commands are, and imports the one that is called.

    Libraries of statistics and routing take seconds to load, which no other command should pay.
    `places` names each command's module and attribute: {"did": "linghang.cli.effects.panels:did"}.
    """

    def __init__(self, *args: Any, places: Mapping[str, str], **options: Any) -> None:
        """Keep the places; nothing is imported."""
        super().__init__(*args, **options)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Return the names of the commands."""
        return sorted(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        """Return the command of a name, None where there is none."""
        if cmd_name not in self.places:
            return None
        module, _, attribute = self.places[cmd_name].partition(":")
        found: click.Command = getattr(import_module(module), attribute)
        return found
