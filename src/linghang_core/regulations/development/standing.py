"""Where a person stands on the way into the Party, and what may come next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from linghang_core.regulations.development.steps import Stage, Step, Taken, Way
from linghang_core.regulations.rules import RuleBook, load_rules


@dataclass(frozen=True)
class Standing:
    """Where a person stands: stage, the steps that may come next, and the days that follow.

    `joined_on` is the day of the admitting meeting once it was approved, `probation_ends_on` its end
    with an extension, `full_on` the day from which full membership counts. `ended` is true after a
    cancelled probation and when all papers are filed.
    """

    stage: Stage
    next_steps: tuple[Step, ...]
    joined_on: date | None
    probation_ends_on: date | None
    full_on: date | None
    ended: bool


def find_standing(taken: Sequence[Taken], *, rules: RuleBook | None = None) -> Standing:
    """Return where somebody stands after these steps; nothing taken yet is the first stage."""
    book = rules or load_rules()
    way = Way(taken, book)
    cancelled = way.is_cancelled()
    following = () if cancelled else tuple(s for s in way.steps.values() if way.is_next(s))
    joined = way.passed("admission_meeting") if way.passed("approval") else None
    ends = way.probation_ends_on() if joined else None
    full = ends if way.passed("conversion_approval") and not cancelled else None
    last = max((way.steps[code].number for code in way.latest), default=1)
    stage = following[0].stage if following else list(way.steps.values())[last - 1].stage
    return Standing(
        stage=stage,
        next_steps=following,
        joined_on=joined.on if joined else None,
        probation_ends_on=ends,
        full_on=full,
        ended=cancelled or not following,
    )
