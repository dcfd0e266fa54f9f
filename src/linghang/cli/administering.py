"""`create-admin`: the first log-in of an installation."""

from __future__ import annotations

import click


@click.command("create-admin")
@click.argument("username")
@click.password_option(help="Asked for when not given; the password rules apply.")
def create_admin(username: str, password: str) -> None:
    """Create USERNAME as a system administrator, who makes the other log-ins.

    A system administrator looks after log-ins, packs and jobs and sees no Party data.
    """
    from django.core.exceptions import ValidationError

    from linghang.accounts import api as accounts

    try:
        accounts.create_user(
            username=username,
            password=password,
            name=username,
            system_administrator=True,
            actor=None,
        )
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    click.echo(f"{username} may sign in.")
