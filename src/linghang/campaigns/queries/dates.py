"""The days of a reader's own calendar: when the commitments the reader answers for are due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.campaigns.enums import CommitmentState
from linghang.campaigns.models import Commitment
from linghang.campaigns.queries.commitments import own_commitments
from linghang.platform.access import Scope
from linghang.platform.notices.api import DatedThing


def list_dates(scope: Scope, start: date, end: date) -> Iterator[DatedThing]:
    """Yield the days of open commitments of the reader's own unit or name, in [start, end)."""
    due = Q(state=CommitmentState.OPEN, due_on__gte=start, due_on__lt=end)
    for each in Commitment.objects.filter(own_commitments(scope), due).select_related("unit"):
        yield DatedThing(
            uid=f"commitment-{each.pk}",
            day=each.due_on,
            title=_("Commitment due: %(title)s") % {"title": each.title},
            url=reverse("campaigns:commitment", args=[each.pk]),
            unit_path=each.unit.path,
        )
