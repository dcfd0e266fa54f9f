"""What the months, quarters and the running year come to: evaluated, published, made final."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from linghang.accounts.models import User
from linghang.evaluation import api as evaluation
from linghang.evaluation.models import Run, Scheme
from linghang.org.models import Unit
from linghang.platform.calendar import clock
from linghang_core.periods import Period, PeriodKind

PUBLISHED_AFTER_DAYS = 8  # a month is published on the 9th of the next
QUARTER_AFTER_DAYS = 24  # a quarter when its last month is final, holidays included


def build(*, roots: Sequence[Unit], months: Sequence[Period], today: date) -> None:
    """Evaluate every month; publish all but the last one, which waits for its officer.

    Then the quarters whose months are all there, and the running year as a preview.
    """
    officers = {
        root.pk: User.objects.get(
            person__appointments__unit=root, person__appointments__post="officer"
        )
        for root in roots
    }
    schemes: dict[str, list[Scheme]] = {}
    for scheme in evaluation.list_adopted_schemes():
        schemes.setdefault(scheme.document["period"], []).append(scheme)
    by_month = evaluation.evaluate_months(
        schemes=schemes["month"],
        periods=[str(month) for month in months],
        roots=roots,
        actor=None,
    )
    _publish([run for run in by_month if run.period != str(months[-1])], officers, today)
    quarters = [
        quarter
        for quarter in dict.fromkeys(
            Period.containing(month.first_day, PeriodKind.QUARTER) for month in months[:-1]
        )
        if set(quarter.parts()) <= set(months[:-1])
    ]
    if not quarters:
        return
    by_quarter = evaluation.evaluate_months(
        schemes=schemes.get("quarter", []),
        periods=[str(quarter) for quarter in quarters],
        roots=roots,
        actor=None,
    )
    _publish(by_quarter, officers, today, days=QUARTER_AFTER_DAYS)
    evaluation.evaluate_months(
        schemes=schemes.get("year", []), periods=[str(today.year)], roots=roots, actor=None
    )


def _publish(
    runs: Sequence[Run], officers: Mapping[int, User], today: date, days: int = PUBLISHED_AFTER_DAYS
) -> None:
    """Publish runs as many days after their period, and make final what is over by today."""
    for run in runs:
        officer = officers[run.root_id]
        published_on = Period.parse(run.period).end + timedelta(days=days)
        with clock.stand_on(min(published_on, today)):
            publication = evaluation.publish_run(run=run, actor=officer)
        closed_on = publication.objections_until + timedelta(days=1)
        if closed_on <= today:
            with clock.stand_on(closed_on):
                evaluation.close_publication(publication=publication, actor=officer)
