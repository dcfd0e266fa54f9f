"""Declared lists of accounts."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.accounts.models import User
from linghang.platform.ui.tables import Column, Table


def describe_kind(user: User) -> str:
    """Return what kind of log-in it is."""
    if user.is_system_administrator:
        return _("System administrator")
    return _("Person of the roster") if hasattr(user, "person") else ""


USERS = Table(
    caption=gettext_lazy("Log-ins"),
    columns=(
        Column(
            "username",
            gettext_lazy("Log-in name"),
            sort=("username",),
            link=lambda user: reverse("accounts:user", args=[user.pk]),
        ),
        Column("name", gettext_lazy("Name shown"), sort=("name", "pk")),
        Column("kind", gettext_lazy("Kind"), render=describe_kind),
        Column(
            "state",
            gettext_lazy("State"),
            render=lambda user: _("may sign in") if user.is_active else _("kept out"),
        ),
        Column("last_login", gettext_lazy("Last signed in"), sort=("last_login", "pk")),
    ),
    default_sort="username",
)
