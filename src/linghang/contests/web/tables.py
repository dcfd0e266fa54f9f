"""The declared lists of contests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.contests.enums import State
from linghang.platform.ui.tables import Column, Empty, Table

CONTESTS = Table(
    caption=gettext_lazy("Contests"),
    columns=(
        Column(
            "title",
            gettext_lazy("Contest"),
            link=lambda one: reverse("contests:contest", args=[one.pk]),
            sort=("title", "pk"),
        ),
        Column("state", gettext_lazy("State"), states=State, sort=("state", "pk")),
        Column("first_day", gettext_lazy("First day"), sort=("first_day", "pk")),
        Column("last_day", gettext_lazy("Last day"), sort=("last_day", "pk")),
        Column("size", gettext_lazy("Teams"), numeric=True),
        Column("root", gettext_lazy("Bureau"), attr="root.name"),
    ),
    default_sort="-first_day",
    empty=Empty(
        gettext_lazy("No contest yet"),
        gettext_lazy(
            "The Party-affairs officer prepares one from a template of the practice library."
        ),
        "flag",
    ),
)


def evidence_table(name: Any, link: Any) -> Table:
    """Return the list of records under one number; `name` says a fact's kind, `link` its entry."""
    return Table(
        caption=_("Records"),
        columns=(
            Column("title", _("Record"), attr="entry.title", link=link),
            Column("kind", _("kind"), render=name),
            Column("on", _("counts on"), attr="counts_on", sort=("counts_on", "pk")),
            Column(
                "quantity",
                _("quantity"),
                render=lambda fact: Decimal(fact.quantity) / 100,
                numeric=True,
            ),
            Column("late", _("recorded late"), render=lambda fact: _("yes") if fact.late else None),
        ),
        default_sort="-on",
        empty=Empty(
            _("No records"), _("Nothing of this kind was recorded in the days of the contest.")
        ),
    )
