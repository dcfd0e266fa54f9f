"""Training hours (学时): what an hour is, how many a year asks for, how far somebody is on a day.

Hours are hundredths, as quantities of facts are. They are shown to who learns and who answers for
it, and never feed a score.
"""

from calendar import isleap
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from linghang_core.regulations.rules import Rule, RuleBook, load_rules

HUNDRED = 100
MINUTES = 60


class TrainingState(StrEnum):
    """How the hours of a year stand on a day."""

    ENOUGH = "enough"
    ON_WAY = "on_way"
    BEHIND = "behind"


@dataclass(frozen=True)
class Target:
    """What a year asks of somebody: hours in hundredths, times of concentrated training."""

    hours: int
    concentrated: int
    rule: Rule


def count_session_hours(
    minutes: int, *, lecture: bool, on: date | None = None, rules: RuleBook | None = None
) -> int:
    """Return the hours of one session, in hundredths.

    A session as long as a day is a full day, a lecture as long as half a day half a day; everything
    else counts by its length, rounded half up. Raises ValueError for a session without length.
    """
    if minutes <= 0:
        raise ValueError("a session has a length")
    rule = (rules or load_rules()).find("training.conversion", on)
    if minutes >= rule.whole("full_day_minutes"):
        return rule.whole("full_day") * HUNDRED
    if lecture and minutes >= rule.whole("half_day_minutes"):
        return rule.whole("half_day") * HUNDRED
    exact = Decimal(minutes * rule.whole("hour") * HUNDRED) / MINUTES
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def count_day_hours(
    days: int, *, half: bool, on: date | None = None, rules: RuleBook | None = None
) -> int:
    """Return the hours of so many full or half days of training elsewhere, in hundredths."""
    rule = (rules or load_rules()).find("training.conversion", on)
    return days * rule.whole("half_day" if half else "full_day") * HUNDRED


def list_counted_kinds(
    on: date | None = None, rules: RuleBook | None = None
) -> tuple[tuple[str, ...], Rule]:
    """Return the kinds of activity whose hours count, with the rule."""
    rule = (rules or load_rules()).find("training.counted", on)
    return tuple(rule.value["kinds"]), rule


def compute_target(
    *, leader: bool, on: date | None = None, rules: RuleBook | None = None
) -> Target:
    """Return what a year asks of a member, of a secretary or committee member."""
    rule = (rules or load_rules()).find("training.leaders" if leader else "training.members", on)
    return Target(rule.whole("hours") * HUNDRED, int(rule.value.get("concentrated", 0)), rule)


def judge_training(hours: int, concentrated: int, target: Target, on: date) -> TrainingState:
    """Return how hours (hundredths) stand on a day: enough, on the way with the year, or behind.

    On the way is who has at least the share of the hours that has gone of the year; what is asked
    once a year can be missing until the year ends.
    """
    if hours >= target.hours and concentrated >= target.concentrated:
        return TrainingState.ENOUGH
    if hours >= target.hours * share_of_year(on):
        return TrainingState.ON_WAY
    return TrainingState.BEHIND


def share_of_year(on: date) -> Fraction:
    """Return the share of the year gone at the end of a day, exact."""
    return Fraction(on.timetuple().tm_yday, 366 if isleap(on.year) else 365)
