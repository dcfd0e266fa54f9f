"""The indices, by DL/T 836.1-2016 and IEEE 1366, for everything or by unit, category or month."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Literal

import numpy as np
import pandas as pd

from linghang_core.periods import DateRange, Period, PeriodKind
from linghang_core.reliability.counting import Rows, count_events, count_momentary, count_repeated
from linghang_core.reliability.customers import CustomerBase, Denominator
from linghang_core.reliability.standards import Cause, Standard
from linghang_core.reliability.steps import Steps

By = Literal["unit", "category", "month", "voltage"]
FAULTS = [place for place, cause in enumerate(Cause) if cause.is_fault]
PLANNED = [place for place, cause in enumerate(Cause) if cause.is_planned]
EXTERNAL = [place for place, cause in enumerate(Cause) if cause.is_external]
SHORTAGE = [list(Cause).index(Cause.SHORTAGE_SOURCE)]


class Edge(StrEnum):
    """What counts of an interruption that reaches over the edge of the period.

    CLIP: its minutes inside the period, and the interruption itself where it began.
    START: all of it in the period in which it began (IEEE 1366: a day owns what began on it).
    """

    CLIP = "clip"
    START = "start"


@dataclass(frozen=True)
class Indices:
    """The indices of one set of interruptions. Times are minutes a customer, rates are shares.

    `saidi` and `saifi` are the leading indices of the standard: SAIDI-1 and SAIFI-1 of DL/T 836
    with the momentary interruptions, those of IEEE 1366 without. `caidi` is always of sustained
    interruptions. `parts` has what DL/T 836 takes out (saidi_2_minutes …) and both standards' shares.
    `key` is the unit, category (in the words of the file), month or voltage, None for the whole.
    """

    standard: str
    customers: float
    minutes_in_period: float
    saidi_minutes: float
    saifi: float
    caidi_minutes: float | None
    asai: float
    maifi: float
    events: int
    customer_interruptions: int
    customer_minutes: float
    key: str | None = None
    rows_counted: int = 0
    parts: Mapping[str, float | None] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the indices as plain data, the parts beside the rest."""
        found = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "parts"}
        if self.key is None:
            del found["key"]
        return found | dict(self.parts)


def compute_indices(
    steps: Steps,
    customers: CustomerBase,
    days: DateRange,
    standard: Standard,
    *,
    by: By | None = None,
    edge: Edge | None = None,
    denominator: Denominator = Denominator.AVERAGE,
) -> list[Indices]:
    """Return the indices of the period: one, or with `by` one for each unit, category, month, voltage.

    `edge` is CLIP for DL/T 836 and START for IEEE 1366 unless said otherwise. A category is
    divided by all customers, so that categories add up to the whole; a unit by its own where the
    base knows it. Raises CustomerError.
    """
    edge = edge or (Edge.CLIP if standard.counts_momentary else Edge.START)
    every = Rows.of(steps)
    if by == "month":
        found = []
        for month, inside in _months(days):
            first, end = _edges(steps, inside)
            count = customers.count(inside, None, denominator)
            rows = _choose(every, first, end, edge)
            found.append(_compute(rows, (end - first) / 60e9, count, standard, month))
        return found
    first, end = _edges(steps, days)
    chosen, minutes = _choose(every, first, end, edge), (end - first) / 60e9
    total = customers.count(days, None, denominator)
    if by is None:
        return [_compute(chosen, minutes, total, standard, None)]
    column = steps.frame[by].cat
    parts = dict(chosen.split(by, list(column.categories)))
    for unit in customers.units if by == "unit" else ():
        parts.setdefault(unit, chosen.take(np.zeros(0, int)))
    own = by == "unit" and customers.units
    return [
        _compute(
            parts[key],
            minutes,
            customers.count(days, key, denominator) if own else total,
            standard,
            key,
        )
        for key in sorted(parts)
    ]


def daily_saidi(
    steps: Steps, customers: CustomerBase, days: DateRange, standard: Standard
) -> pd.Series:
    """Return SAIDI in minutes of each day, an interruption counted on the day it began."""
    first, end = _edges(steps, days)
    rows = _choose(Rows.of(steps), first, end, Edge.START)
    counted = np.ones(len(rows.start), bool)
    if not standard.counts_momentary:
        counted = rows.lasting > standard.limit_minutes
    begun = pd.to_datetime(rows.start[counted], utc=True).tz_convert(steps.zone).date
    lost = pd.Series((rows.inside * rows.customers)[counted]).groupby(begun).sum()
    every = list(days.days())
    one_day = timedelta(days=1)
    numbers = [customers.count(DateRange(day, day + one_day)) for day in every]
    return lost.reindex(every, fill_value=0.0) / np.array(numbers)


def _months(days: DateRange) -> Iterator[tuple[str, DateRange]]:
    month = Period.containing(days.first_day, PeriodKind.MONTH)
    while month.first_day < days.end:
        yield str(month), DateRange(max(month.first_day, days.first_day), min(month.end, days.end))
        month = month.next()


def _edges(steps: Steps, days: DateRange) -> tuple[int, int]:
    """Return the first moment of the period and the first after it, in nanoseconds of UTC."""
    first, end = (
        pd.Timestamp(day)
        .tz_localize(steps.zone, ambiguous=True, nonexistent="shift_forward")
        .as_unit("ns")
        .value
        for day in (days.first_day, days.end)
    )
    return first, end


def _choose(rows: Rows, first: int, end: int, edge: Edge) -> Rows:
    """Return the rows the period counts, with the minutes inside and whether they began in it."""
    begun = (rows.start >= first) & (rows.start < end)
    if edge is Edge.START:
        return rows.keep(begun)
    # A row whose minutes all count with another one is still an interruption where it began.
    touched = begun | ((rows.end > first) & (rows.since < end))
    kept = rows.keep(touched)
    inside = (np.minimum(kept.end, end) - np.maximum(kept.since, first)) / 60e9
    return kept.counting(np.maximum(inside, 0), begun[touched])


def _compute(
    rows: Rows, minutes: float, customers: float, standard: Standard, key: str | None
) -> Indices:
    people, lost = rows.customers, rows.inside * rows.customers
    sustained = rows.lasting > standard.limit_minutes
    counted = np.ones(len(people), bool) if standard.counts_momentary else sustained
    fresh = rows.begun & rows.fresh
    interruptions = float(people[counted & fresh].sum())
    lasting = float(people[sustained & fresh].sum())
    saidi = float(lost[counted].sum()) / customers
    events = count_events(rows.event_id[counted & rows.begun])
    return Indices(
        standard=standard.code,
        customers=customers,
        minutes_in_period=minutes,
        saidi_minutes=saidi,
        saifi=interruptions / customers,
        caidi_minutes=float(lost[sustained].sum()) / lasting if lasting else None,
        asai=1 - saidi / minutes,
        maifi=count_momentary(rows.keep(fresh), standard.limit_minutes) / customers,
        events=events,
        customer_interruptions=round(interruptions),
        customer_minutes=float(lost[counted].sum()),
        key=key,
        rows_counted=len(people),
        parts=_take_apart(rows, lost, sustained, customers, minutes),
    )


def _take_apart(
    rows: Rows, lost: np.ndarray, sustained: np.ndarray, customers: float, minutes: float
) -> dict[str, float | None]:
    """Return the parts: each exclusion of DL/T 836 is taken from SAIDI-1, they are not nested."""
    people, fresh = rows.customers, rows.begun & rows.fresh
    all_lost = float(lost.sum())
    outside, short = np.isin(rows.cause, EXTERNAL), np.isin(rows.cause, SHORTAGE)
    left_out = {1: np.zeros(len(people), bool), 2: outside, 3: short, 4: ~sustained}
    found: dict[str, float | None] = {}
    for number, out in left_out.items():
        saidi = (all_lost - float(lost[out].sum())) / customers
        found[f"saidi_{number}_minutes"] = saidi
        found[f"asai_{number}"] = 1 - saidi / minutes
    for name, causes in (("fault", FAULTS), ("planned", PLANNED)):
        part = np.isin(rows.cause, causes) & sustained
        found[f"saidi_{name}_minutes"] = float(lost[part].sum()) / customers
        found[f"saifi_{name}"] = float(people[part & fresh].sum()) / customers
    found["saifi_sustained"] = float(people[sustained & fresh].sum()) / customers
    events = count_events(rows.event_id[rows.begun])
    found["mean_customers_per_event"] = float(people[fresh].sum()) / events if events else None
    known = ~np.isnan(rows.power)
    energy = float((rows.power * rows.inside)[known].sum()) / 60 / customers
    found["energy_kwh_per_customer"] = energy if known.any() else None
    return found | count_repeated(rows.keep(fresh), sustained[fresh], customers)
