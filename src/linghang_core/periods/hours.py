"""Working time: how much of it lies between two moments, and when so much of it has passed.

A clock that stands still at night, at noon and on rest days. The hours are data; the days are those
of the calendar. Time is kept exact, never rounded on the way, so that a stretch split anywhere has the
same sum: handing something over can neither lengthen nor shorten a clock.

Moments are wall-clock time of China, which has had no summer time since 1992. Aware ones are turned
to it; naive ones are taken to be in it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from linghang_core.periods.calendar import Calendar

CHINA = ZoneInfo("Asia/Shanghai")
NOTHING = timedelta(0)
LONGEST_DAYS = 20 * 366  # a clock that runs longer is a mistake in the question


@dataclass(frozen=True)
class Moment:
    """A computed moment; `provisional` (暂定) if a year without a notice was crossed."""

    at: datetime
    provisional: bool


@dataclass(frozen=True)
class WorkingHours:
    """The stretches of a working day, in order and apart: ((08:30, 12:00), (14:00, 17:30))."""

    spans: tuple[tuple[time, time], ...] = ((time(8, 30), time(12)), (time(14), time(17, 30)))

    def __post_init__(self) -> None:
        """Raise ValueError for stretches that are empty, overlap or stand in the wrong order."""
        flat = [moment for span in self.spans for moment in span]
        in_order = all(a < b for a, b in zip(flat[::2], flat[1::2], strict=True)) and all(
            a <= b for a, b in zip(flat[1::2], flat[2::2], strict=False)
        )
        if not flat or not in_order:
            raise ValueError("working hours must be stretches that follow each other")

    @property
    def per_day(self) -> timedelta:
        """Return the working time of one day."""
        return sum((_length(span) for span in self.spans), NOTHING)


@dataclass(frozen=True)
class WorkingClock:
    """A clock that runs only in working hours of working days."""

    calendar: Calendar
    hours: WorkingHours = WorkingHours()

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time in [start, end); negative when `end` lies before `start`."""
        begins, ends = _local(start), _local(end)
        if ends < begins:
            return -self.elapsed(end, start)
        total, day = NOTHING, begins.date()
        while day <= ends.date():
            if self.calendar.is_working_day(day):
                if begins.date() < day < ends.date():
                    total += self.hours.per_day
                else:
                    total += self._inside(day, begins, ends)
            day += timedelta(days=1)
        return total

    def add(self, start: datetime, amount: timedelta) -> Moment:
        """Return the first moment at which `amount` of working time has passed since `start`.

        With nothing to add that is `start` itself. Raises ValueError for a negative amount.
        """
        if amount < NOTHING:
            raise ValueError(f"cannot add {amount} of working time")
        if amount == NOTHING:
            return Moment(start, provisional=False)
        begins, left = _local(start), amount
        day, provisional = begins.date(), False
        for _day in range(LONGEST_DAYS):
            provisional = provisional or not self.calendar.is_announced(day)
            if self.calendar.is_working_day(day):
                for opens, closes in self.hours.spans:
                    first = max(begins, datetime.combine(day, opens))
                    last = datetime.combine(day, closes)
                    if first < last:
                        if left <= last - first:
                            return Moment(_as(first + left, start), provisional)
                        left -= last - first
            day += timedelta(days=1)
        raise ValueError(f"{amount} of working time is more than a clock here runs")

    def is_running(self, at: datetime) -> bool:
        """Return whether the moment lies in working hours."""
        moment = _local(at)
        return self.calendar.is_working_day(moment.date()) and any(
            opens <= moment.time() < closes for opens, closes in self.hours.spans
        )

    def _inside(self, day: date, begins: datetime, ends: datetime) -> timedelta:
        """Return the working time of one working day that lies in [begins, ends)."""
        total = NOTHING
        for opens, closes in self.hours.spans:
            first = max(begins, datetime.combine(day, opens))
            last = min(ends, datetime.combine(day, closes))
            total += max(NOTHING, last - first)
        return total


def _length(span: tuple[time, time]) -> timedelta:
    day = date(2000, 1, 1)
    return datetime.combine(day, span[1]) - datetime.combine(day, span[0])


def _local(moment: datetime) -> datetime:
    """Return the moment as naive wall-clock time of China."""
    return moment if moment.tzinfo is None else moment.astimezone(CHINA).replace(tzinfo=None)


def _as(moment: datetime, model: datetime) -> datetime:
    """Return the naive local moment aware or not, as `model` is."""
    if model.tzinfo is None:
        return moment
    return moment.replace(tzinfo=CHINA).astimezone(model.tzinfo)
