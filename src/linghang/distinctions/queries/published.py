"""What evaluation made public about the units of a bureau: the scheme, its periods, numbers as corrected."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Case, F, Q, Value, When

from linghang.evaluation.enums import SchemeState
from linghang.evaluation.models import Correction, Publication, Scheme
from linghang.org.models import Unit
from linghang_core.periods import Period


def find_scheme(code: str, root: Unit | None = None) -> Scheme | None:
    """Return the version in force, else the newest that was; a draft only where nothing else is.

    What the bureau `root` adopted itself comes before the version for all.
    """
    states = (SchemeState.ADOPTED, SchemeState.RETIRED)
    place = Case(
        *(When(state=state, then=Value(number)) for number, state in enumerate(states)),
        default=Value(len(states)),
    )
    own = Q(root=None) if root is None else Q(root=None) | Q(root=root)
    found = Scheme.objects.filter(own, code=code)
    return found.order_by(place, F("root").asc(nulls_last=True), "-pk").first()


def list_runs(
    code: str, root: Unit, on: date, most: int, until: date | None = None
) -> dict[int, str]:
    """Return the periods of a bureau public on the day, by run, the latest first.

    With `until` only periods that end by that day (exclusive), whatever was published since.
    """
    rows = Publication.objects.filter(
        run__scheme__code=code, run__root=root, published_on__lte=on
    ).order_by("-run__period")
    found = [
        (pk, period)
        for pk, period in rows.values_list("run_id", "run__period")
        if until is None or Period.parse(period).end <= until
    ]
    return dict(found[:most])


def read_corrections(run_ids: Collection[int], on: date) -> dict[int, Correction]:
    """Return the last correction of each score by the day: it counts instead of what was published."""
    rows = Correction.objects.filter(score__run_id__in=run_ids, corrected_at__date__lte=on)
    return {row.score_id: row for row in rows.order_by("pk")}
