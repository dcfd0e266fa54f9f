"""Interruptions as columns of numbers, and what is counted by event or by group of customers."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from linghang_core.reliability.steps import Steps

MOST_REPEATED = 6  # CEMI-1 to CEMI-6
DENSE = 16  # codes are counted by marking them unless there are far fewer of them than names


@dataclass(frozen=True)
class Rows:
    """Rows of a period as arrays of one length; names stand as codes.

    Moments are nanoseconds of UTC. `inside` has the minutes that count, `begun` says whether the row
    began in the period; the rest is told by Steps.
    """

    event_id: np.ndarray
    unit: np.ndarray
    category: np.ndarray
    voltage: np.ndarray
    group: np.ndarray
    has_group: np.ndarray
    cause: np.ndarray
    start: np.ndarray
    since: np.ndarray
    end: np.ndarray
    customers: np.ndarray
    power: np.ndarray
    lasting: np.ndarray
    fresh: np.ndarray
    inside: np.ndarray
    begun: np.ndarray

    @classmethod
    def of(cls, steps: Steps) -> Self:
        """Return all rows, each counted with all its minutes."""
        frame = steps.frame
        moments = {
            name: frame[name].to_numpy("datetime64[ns]").astype("int64")
            for name in ("start", "since", "end")
        }
        codes = {
            name: frame[name].cat.codes.to_numpy().astype("int64")
            for name in ("event_id", "unit", "category", "voltage", "cause")
        }
        # The same name in two units is two groups.
        width = len(frame["group"].cat.categories)
        return cls(
            **moments,
            **codes,
            group=codes["unit"] * width + frame["group"].cat.codes.to_numpy(),
            has_group=(frame["group"] != "").to_numpy(),
            customers=frame["customers"].to_numpy(dtype=float),
            power=frame["power_kw"].to_numpy(dtype=float),
            lasting=frame["lasting"].to_numpy(dtype=float),
            fresh=frame["fresh"].to_numpy(dtype=bool),
            inside=(moments["end"] - moments["since"]) / 60e9,
            begun=np.ones(len(frame), bool),
        )

    def take(self, places: np.ndarray) -> Self:
        """Return the rows at the places."""
        return replace(
            self, **{each.name: getattr(self, each.name)[places] for each in fields(self)}
        )

    def keep(self, which: np.ndarray) -> Self:
        """Return the rows for which it is true: themselves where that is all of them."""
        return self if which.all() else self.take(which.nonzero()[0])

    def counting(self, inside: np.ndarray, begun: np.ndarray) -> Self:
        """Return the rows with these minutes inside the period, begun in it or not."""
        return replace(self, inside=inside, begun=begun)

    def split(self, by: str, names: list[str]) -> Iterator[tuple[str, Self]]:
        """Yield (name, rows) for each value of a column of codes that occurs."""
        codes = getattr(self, by)
        order = np.argsort(codes, kind="stable")
        turns = np.diff(codes[order]).nonzero()[0] + 1
        for places in np.split(order, turns) if len(order) else ():
            yield names[codes[places[0]]], self.take(places)


def count_events(codes: np.ndarray) -> int:
    """Return how many different events there are."""
    if not len(codes):
        return 0
    if len(codes) * DENSE < codes.max():
        return int(np.unique(codes).size)
    seen = np.zeros(int(codes.max()) + 1, bool)
    seen[codes] = True
    return int(seen.sum())


def count_momentary(rows: Rows, limit_minutes: float) -> float:
    """Return the customers of momentary events (MAIFI-E).

    A reclosing sequence is one event, so an event counts the most customers out at one moment; what
    goes before or beside a sustained interruption of the same event is that interruption's.
    """
    short = rows.lasting <= limit_minutes
    if not short.any():
        return 0.0
    concerned = np.isin(rows.event_id, rows.event_id[short]).nonzero()[0]
    rows, short = rows.take(concerned), short[concerned]
    _events, codes, sizes = np.unique(rows.event_id, return_inverse=True, return_counts=True)
    single = sizes[codes] == 1
    total = float(rows.customers[short & single].sum())
    several = (~single).nonzero()[0]
    if not len(several):
        return total
    part, short, event = rows.take(several), short[several], codes[several]
    sustained = np.bincount(event, part.customers * ~short, len(sizes))
    most = np.zeros(len(sizes))
    at = np.concatenate([part.start, part.end])
    by = np.concatenate([part.customers, -part.customers])
    twice = np.concatenate([event, event])
    order = np.lexsort((by, at, twice))
    # Each event ends with nobody out, so that the running number needs no new beginning.
    running, whose = np.cumsum(by[order]), twice[order]
    begins = np.r_[0, np.diff(whose).nonzero()[0] + 1]
    most[whose[begins]] = np.maximum.reduceat(running, begins)
    return total + float(np.maximum(most - sustained, 0).sum())


def count_repeated(rows: Rows, sustained: np.ndarray, customers: float) -> dict[str, float | None]:
    """Return CEMI-n and CEMSMI-n; None where rows do not name groups of customers."""
    numbers = range(1, MOST_REPEATED + 1)
    names = [f"{index}_{n}" for index in ("cemi", "cemsmi") for n in numbers]
    # Shares of customers are known only where each row says whose supply it was.
    if not len(rows.group) or not rows.has_group.all():
        return dict.fromkeys(names)
    groups, codes = np.unique(rows.group, return_inverse=True)
    size = np.zeros(len(groups))
    np.maximum.at(size, codes, rows.customers)
    found: dict[str, float | None] = {}
    for index, counted in (("cemi", sustained), ("cemsmi", np.ones(len(codes), bool))):
        pairs = np.unique(np.stack([codes[counted], rows.event_id[counted]]), axis=1)
        times = np.bincount(pairs[0], minlength=len(groups))
        for n in numbers:
            found[f"{index}_{n}"] = float(size[times >= n].sum()) / customers
    return found
