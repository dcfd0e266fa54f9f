"""States of problems and the kind of fact they write."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import DatedBy, FactKind
from linghang.worklists.enums import TIMELINESS


class ProblemState(models.TextChoices):
    """Where a problem stands. 销号: closed after acceptance."""

    OPEN = "open", _("being rectified")
    CLOSED = "closed", _("closed")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return "ok" if self is ProblemState.CLOSED else "info"

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return "circle-check" if self is ProblemState.CLOSED else "clock"


PROBLEM = FactKind(
    code="problem",
    title=_("problem to be rectified"),
    quantity=_("problems"),
    meaning=_(
        "A problem was due for closure: closed on time, closed late, still open, or overdue."
    ),
    statuses=TIMELINESS,
    dated_by=DatedBy.DUE,
)
