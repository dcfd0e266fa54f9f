"""Where a person stands on the way into the Party, and what may come next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from linghang_core.periods import add_months
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


@dataclass(frozen=True)
class Wait:
    """A step that has a day: not before `earliest`, or to be done by `due_on`; None without one."""

    step: Step
    earliest: date | None = None
    due_on: date | None = None


def list_waits(taken: Sequence[Taken], *, rules: RuleBook | None = None) -> tuple[Wait, ...]:
    """Return the steps that wait for a day or have one to keep, as the way stands, first due first.

    A talk a month after the application, a review every half year, the meeting a month after the
    preliminary review, an approval three months after its meeting, conversion at the end of probation.
    """
    book = rules or load_rules()
    way = Way(taken, book)
    if way.is_cancelled():
        return ()
    found = [
        *_wait_within(way, "first_talk", "application", "development.first_talk"),
        *_wait_for_candidate(way),
        *_wait_within(
            way, "admission_meeting", "preliminary_review", "development.admission_meeting"
        ),
        *_wait_within(way, "approval", "admission_meeting", "development.approval"),
        *_wait_for_conversion(way),
        *_wait_within(way, "conversion_approval", "conversion_meeting", "development.approval"),
    ]
    return tuple(sorted(found, key=lambda wait: wait.due_on or wait.earliest or date.max))


def _wait_within(way: Way, code: str, start: str, rule: str) -> Iterator[Wait]:
    begun = way.passed(start)
    if begun and not way.passed(code):
        months = way.book.find(rule).whole("months_at_most")
        yield Wait(way.steps[code], due_on=add_months(begun.on, months))


def _wait_for_candidate(way: Way) -> Iterator[Wait]:
    activist = way.passed("activist")
    if activist is None or way.passed("candidate"):
        return
    rule = way.book.find("development.cultivation")
    reviews = [one.on for one in way.taken if one.step == "cultivation"]
    last = max([activist.on, *reviews])
    yield Wait(way.steps["cultivation"], due_on=add_months(last, rule.whole("review_months")))
    earliest = add_months(activist.on, rule.whole("months_at_least"))
    yield Wait(way.steps["candidate"], earliest=earliest)


def _wait_for_conversion(way: Way) -> Iterator[Wait]:
    ends = way.probation_ends_on()
    if ends is None or not way.passed("approval") or way.passed("conversion_meeting"):
        return
    yield Wait(way.steps["conversion_meeting"], earliest=ends, due_on=ends)
