"""The indices, by DL/T 836.1-2016 and IEEE 1366, for everything or by unit, category or month."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

import numpy as np
import pandas as pd

from linghang_core.periods import DateRange, Period, PeriodKind
from linghang_core.reliability.customers import CustomerBase, Denominator
from linghang_core.reliability.standards import Cause, Standard
from linghang_core.reliability.steps import Steps

MINUTES_PER_DAY = 1440
By = Literal["unit", "category", "month"]


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
    key: str = ""
    parts: Mapping[str, float | None] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the indices as plain data, the parts beside the rest."""
        found = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "parts"}
        if not self.key:
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
    """Return the indices of the period: one, or with `by` one for each unit, category or month.

    `edge` is CLIP for DL/T 836 and START for IEEE 1366 unless said otherwise. A category is
    divided by all customers, so that categories add up to the whole; a unit by its own where the
    base knows it. Raises CustomerError.
    """
    edge = edge or (Edge.CLIP if standard.counts_momentary else Edge.START)
    frame = steps.frame
    if by == "month":
        months = Period.containing(days.first_day, PeriodKind.MONTH)
        found = []
        while months.first_day < days.end:
            inside = DateRange(max(months.first_day, days.first_day), min(months.end, days.end))
            count = customers.count(inside, None, denominator)
            found.append(_compute(steps, frame, inside, count, standard, edge, str(months)))
            months = months.next()
        return found
    total = customers.count(days, None, denominator)
    if by is None:
        return [_compute(steps, frame, days, total, standard, edge, "")]
    column = {"unit": "unit", "category": "cause"}[by]
    keys = sorted(set(frame[column]) | set(customers.units if by == "unit" else ()))
    return [
        _compute(
            steps,
            frame[frame[column] == key],
            days,
            customers.count(days, key, denominator) if by == "unit" and customers.units else total,
            standard,
            edge,
            key,
        )
        for key in keys
    ]


def daily_saidi(
    steps: Steps, customers: CustomerBase, days: DateRange, standard: Standard
) -> pd.Series:
    """Return SAIDI in minutes of each day, an interruption counted on the day it began."""
    frame = _choose(steps, days, Edge.START)
    kept = frame if standard.counts_momentary else frame[frame["minutes"] > standard.limit_minutes]
    lost = kept["minutes"] * kept["customers"]
    by_day = lost.groupby(kept["start"].dt.tz_convert(steps.zone).dt.date).sum()
    every = list(days.days())
    numbers = [
        customers.count(DateRange(day, day + pd.Timedelta(days=1).to_pytimedelta()))
        for day in every
    ]
    return by_day.reindex(every, fill_value=0.0) / np.array(numbers)


def _edges(steps: Steps, days: DateRange) -> tuple[pd.Timestamp, pd.Timestamp]:
    return (
        pd.Timestamp(days.first_day, tz=steps.zone).tz_convert("UTC"),
        pd.Timestamp(days.end, tz=steps.zone).tz_convert("UTC"),
    )


def _choose(
    steps: Steps, days: DateRange, edge: Edge, frame: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the rows the period counts, with `inside` (minutes counted) and `begun` (counted once)."""
    frame = steps.frame if frame is None else frame
    first, end = _edges(steps, days)
    begun = (frame["start"] >= first) & (frame["start"] < end)
    if edge is Edge.START:
        kept = frame[begun]
        return kept.assign(inside=kept["minutes"], begun=True)
    touched = (frame["end"] > first) & (frame["start"] < end)
    kept = frame[touched]
    inside = (kept["end"].clip(upper=end) - kept["start"].clip(lower=first)) / pd.Timedelta(
        minutes=1
    )
    return kept.assign(inside=inside, begun=begun[touched])


def _compute(
    steps: Steps,
    frame: pd.DataFrame,
    days: DateRange,
    customers: float,
    standard: Standard,
    edge: Edge,
    key: str,
) -> Indices:
    chosen = _choose(steps, days, edge, frame)
    first, end = _edges(steps, days)
    minutes = (end - first) / pd.Timedelta(minutes=1)
    people = chosen["customers"].to_numpy(dtype=float)
    lost = chosen["inside"].to_numpy(dtype=float) * people
    begun = chosen["begun"].to_numpy(dtype=bool)
    sustained = chosen["minutes"].to_numpy(dtype=float) > standard.limit_minutes
    counted = np.ones(len(chosen), bool) if standard.counts_momentary else sustained
    interruptions = float(people[counted & begun].sum())
    lasting, lasting_lost = float(people[sustained & begun].sum()), float(lost[sustained].sum())
    saidi = float(lost[counted].sum()) / customers
    causes = chosen["cause"].to_numpy()
    momentary = _count_momentary(chosen[begun], standard)
    return Indices(
        standard=standard.code,
        customers=customers,
        minutes_in_period=minutes,
        saidi_minutes=saidi,
        saifi=interruptions / customers,
        caidi_minutes=lasting_lost / lasting if lasting else None,
        asai=1 - saidi / minutes,
        maifi=momentary / customers,
        events=int(chosen.loc[counted & begun, "event_id"].nunique()),
        customer_interruptions=round(interruptions),
        customer_minutes=float(lost[counted].sum()),
        key=key,
        parts=_take_apart(chosen, causes, lost, begun, sustained, customers, minutes),
    )


def _take_apart(
    chosen: pd.DataFrame,
    causes: np.ndarray,
    lost: np.ndarray,
    begun: np.ndarray,
    sustained: np.ndarray,
    customers: float,
    minutes: float,
) -> dict[str, float | None]:
    """Return the parts: each exclusion of DL/T 836 is taken from SAIDI-1, they are not nested."""
    people = chosen["customers"].to_numpy(dtype=float)
    all_lost = float(lost.sum())
    external = np.isin(causes, [c.value for c in Cause if c.is_external])
    short = causes == Cause.SHORTAGE_SOURCE.value
    left_out = {1: np.zeros(len(chosen), bool), 2: external, 3: short, 4: ~sustained}
    found: dict[str, float | None] = {}
    for number, out in left_out.items():
        saidi = (all_lost - float(lost[out].sum())) / customers
        found[f"saidi_{number}_minutes"] = saidi
        found[f"asai_{number}"] = 1 - saidi / minutes
    fault = np.isin(causes, [c.value for c in Cause if c.is_fault])
    planned = np.isin(causes, [c.value for c in Cause if c.is_planned])
    found["saidi_fault_minutes"] = float(lost[fault & sustained].sum()) / customers
    found["saidi_planned_minutes"] = float(lost[planned & sustained].sum()) / customers
    found["saifi_sustained"] = float(people[sustained & begun].sum()) / customers
    events = chosen.loc[begun, "event_id"].nunique()
    found["mean_customers_per_event"] = float(people[begun].sum()) / events if events else None
    power = chosen["power_kw"].to_numpy(dtype=float)
    known = ~np.isnan(power)
    found["energy_kwh_per_customer"] = (
        float((power * chosen["inside"].to_numpy(dtype=float) / 60)[known].sum()) / customers
        if known.any()
        else None
    )
    return found | _count_repeated(chosen[begun], sustained[begun], customers)


def _count_momentary(begun: pd.DataFrame, standard: Standard) -> float:
    """Return the customers of momentary events (MAIFI-E): a reclosing sequence is one event, and
    what goes before a sustained interruption of the same event is not counted beside it.
    """
    if begun.empty:
        return 0.0
    single = ~begun.duplicated("event_id", keep=False)
    short = begun["minutes"] <= standard.limit_minutes
    total = float(begun.loc[single & short, "customers"].sum())
    several = begun[~single]
    with_short = several["event_id"].isin(several.loc[short[~single], "event_id"])
    several = several[with_short]
    if several.empty:
        return total
    lasting = several[several["minutes"] > standard.limit_minutes]
    sustained = lasting.groupby("event_id")["customers"].sum()
    most = _most_at_once(several)
    return total + float((most - sustained.reindex(most.index, fill_value=0)).clip(lower=0).sum())


def _most_at_once(rows: pd.DataFrame) -> pd.Series:
    """Return by event how many customers were out at one moment at most."""
    moments = pd.concat(
        [
            pd.DataFrame(
                {"event_id": rows["event_id"], "at": rows["start"], "by": rows["customers"]}
            ),
            pd.DataFrame(
                {"event_id": rows["event_id"], "at": rows["end"], "by": -rows["customers"]}
            ),
        ]
    ).sort_values(["event_id", "at", "by"])
    running = moments.groupby("event_id")["by"].cumsum()
    return running.groupby(moments["event_id"]).max()


def _count_repeated(
    begun: pd.DataFrame, sustained: np.ndarray, customers: float
) -> dict[str, float | None]:
    """Return CEMI-n and CEMSMI-n for n = 1 to 4; None where rows do not name groups of customers."""
    names = [f"{index}_{n}" for index in ("cemi", "cemsmi") for n in range(1, 5)]
    if begun.empty or (begun["group"] == "").any():
        return dict.fromkeys(names)
    size = begun.groupby("group")["customers"].max()
    found: dict[str, float | None] = {}
    for index, rows in (("cemi", begun[sustained]), ("cemsmi", begun)):
        times = rows.groupby("group")["event_id"].nunique().reindex(size.index, fill_value=0)
        for n in range(1, 5):
            found[f"{index}_{n}"] = float(size[times >= n].sum()) / customers
    return found
