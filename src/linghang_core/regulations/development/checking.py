"""What forbids or questions a step: its order, its dates, what it is about, its terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from linghang_core.periods import add_months
from linghang_core.regulations.development.steps import Outcome, Step, Taken, Way
from linghang_core.regulations.rules import Notice, Rule, RuleBook, Severity, Strength, load_rules
from linghang_core.regulations.votes import judge_vote


def check_way(
    taken: Sequence[Taken], *, born_on: date | None, on: date, rules: RuleBook | None = None
) -> tuple[Notice, ...]:
    """Return what is wrong with a whole file, each step judged by those that stand before it."""
    found: list[Notice] = []
    for place, one in enumerate(taken):
        found += check_step(one, taken[:place], born_on=born_on, on=on, rules=rules)
    return tuple(found)


def check_step(
    taken: Taken,
    before: Sequence[Taken],
    *,
    born_on: date | None,
    on: date,
    rules: RuleBook | None = None,
) -> tuple[Notice, ...]:
    """Return what forbids (block) or questions (warn) one more step, on the day `on`.

    `before` are the steps taken so far, in the order in which they were entered; of a step that was
    taken twice the latest counts. Raises KeyError for an unknown step.
    """
    way = Way(before, rules or load_rules())
    step = way.steps[taken.step]
    return (
        *_check_dates(taken, step, way, born_on, on),
        *_check_order(taken, step, way),
        *_check_contents(taken, step, way),
        *_check_intervals(taken, step, way),
    )


def may_take(
    taken: Taken,
    before: Sequence[Taken],
    *,
    born_on: date | None,
    on: date,
    rules: RuleBook | None = None,
) -> bool:
    """Return whether nothing forbids the step; warnings do not."""
    found = check_step(taken, before, born_on=born_on, on=on, rules=rules)
    return not any(notice.severity is Severity.BLOCK for notice in found)


def _check_dates(
    taken: Taken, step: Step, way: Way, born_on: date | None, today: date
) -> Iterator[Notice]:
    if taken.on > today:
        yield _block("development.future", step, on=taken.on, today=today)
    rule = way.book.find("member.joining_age")
    years = rule.whole("years")
    if step.code == "application" and born_on and taken.on < add_months(born_on, 12 * years):
        yield _notice(
            rule, "development.too_young", step, born_on=born_on, on=taken.on, years=years
        )


def _check_order(taken: Taken, step: Step, way: Way) -> Iterator[Notice]:
    if way.is_cancelled():
        day = next(one.on for one in way.taken if one.outcome is Outcome.CANCELLED)
        yield _block("development.ended", step, needed_on=day)
        return
    again = way.passed(step.code)
    if again is not None and not step.repeats:
        yield _block("development.again", step, needed_on=again.on)
    for code in step.needs:
        needed, one = way.steps[code], way.latest.get(code)
        if one is None:
            yield _block("development.order", step, needed=needed)
        elif one.outcome is not Outcome.PASSED:
            yield _block("development.refused", step, needed=needed, needed_on=one.on)
        elif taken.on < one.on:
            yield _block(
                "development.before_earlier", step, needed=needed, on=taken.on, needed_on=one.on
            )


def _check_contents(taken: Taken, step: Step, way: Way) -> Iterator[Notice]:
    """Judge what the step is about: its outcome, how many people, how long, how many agreed."""
    ends_probation = taken.outcome in {Outcome.EXTENDED, Outcome.CANCELLED}
    if ends_probation and step.code != "conversion_meeting":
        yield _block("development.outcome", step)
    if taken.outcome is Outcome.REFUSED:
        return
    if step.code == "contacts":
        rule = way.book.find("development.contacts")
        yield from _check_number(rule, taken, step, rule.whole("from"), rule.whole("to"))
    elif step.code == "introducers":
        rule = way.book.find("development.introducers")
        yield from _check_number(rule, taken, step, rule.whole("number"), rule.whole("number"))
    elif step.code == "training":
        rule = way.book.find("development.training")
        days, hours = rule.whole("days"), rule.whole("hours")
        if taken.days < days and taken.hours < hours:
            yield _notice(
                rule,
                "development.too_short",
                step,
                days=days,
                hours=hours,
                given_days=taken.days,
                given_hours=taken.hours,
            )
    elif step.code in {"admission_meeting", "conversion_meeting"}:
        yield from _check_ballot(taken, step, way)


def _check_number(rule: Rule, taken: Taken, step: Step, least: int, most: int) -> Iterator[Notice]:
    if not least <= taken.number <= most:
        yield _notice(rule, "development.number", step, number=taken.number, least=least, most=most)


def _check_ballot(taken: Taken, step: Step, way: Way) -> Iterator[Notice]:
    if taken.ballot is None:
        yield _block("development.vote_missing", step)
        return
    ballot = taken.ballot
    result = judge_vote(
        "admission",
        entitled=ballot.entitled,
        present=ballot.present,
        in_favour=ballot.in_favour,
        written_in_favour=ballot.written_in_favour,
        rules=way.book,
    )
    if not result.passed:
        yield _notice(
            result.rule,
            "development.vote",
            step,
            entitled=ballot.entitled,
            present=ballot.present,
            present_needed=result.present_needed,
            in_favour=ballot.in_favour + ballot.written_in_favour,
            in_favour_needed=result.in_favour_needed,
        )


def _check_intervals(taken: Taken, step: Step, way: Way) -> Iterator[Notice]:
    """Judge how soon and how late the step follows the one that starts its term."""
    if step.code == "first_talk":
        yield from _check_latest("development.first_talk", taken, step, "application", way)
    elif step.code == "candidate":
        yield from _check_cultivation(taken, step, way)
    elif step.code == "admission_meeting":
        yield from _check_latest(
            "development.admission_meeting", taken, step, "preliminary_review", way
        )
    elif step.code == "approval":
        yield from _check_approval(taken, step, "admission_meeting", way)
    elif step.code == "conversion_meeting":
        yield from _check_probation(taken, step, way)
    elif step.code == "conversion_approval":
        yield from _check_approval(taken, step, "conversion_meeting", way)


def _check_latest(code: str, taken: Taken, step: Step, start: str, way: Way) -> Iterator[Notice]:
    begun, rule = way.passed(start), way.book.find(code)
    if begun is None:
        return
    months = rule.whole("months_at_most")
    latest = add_months(begun.on, months)
    if taken.on > latest:
        yield _warn(
            rule,
            "development.late",
            step,
            needed=way.steps[start],
            needed_on=begun.on,
            months=months,
            latest=latest,
        )


def _check_cultivation(taken: Taken, step: Step, way: Way) -> Iterator[Notice]:
    begun, rule = way.passed("activist"), way.book.find("development.cultivation")
    if begun is None or taken.outcome is Outcome.REFUSED:
        return
    months, every = rule.whole("months_at_least"), rule.whole("review_months")
    earliest = add_months(begun.on, months)
    if taken.on < earliest:
        yield _notice(
            rule,
            "development.too_early",
            step,
            needed=way.steps["activist"],
            needed_on=begun.on,
            months=months,
            earliest=earliest,
        )
    reviews = [one.on for one in way.taken if one.step == "cultivation" and one.on >= begun.on]
    looks = [begun.on, *sorted(reviews), taken.on]
    for since, until in pairwise(looks):
        # a review a few days late is not missing: half a year and its month
        if until > add_months(since, every + 1):
            yield _warn(
                rule, "development.review_gap", step, months=every, since=since, until=until
            )


def _check_approval(taken: Taken, step: Step, start: str, way: Way) -> Iterator[Notice]:
    begun, rule = way.passed(start), way.book.find("development.approval")
    if begun is None:
        return
    usual, special = rule.whole("months_at_most"), rule.whole("special_months")
    needed = way.steps[start]
    if taken.on > add_months(begun.on, special):
        yield _notice(
            rule, "development.lapsed", step, needed=needed, needed_on=begun.on, months=special
        )
    elif taken.on > add_months(begun.on, usual) and not taken.special:
        yield _warn(
            rule,
            "development.late",
            step,
            needed=needed,
            needed_on=begun.on,
            months=usual,
            latest=add_months(begun.on, usual),
        )


def _check_probation(taken: Taken, step: Step, way: Way) -> Iterator[Notice]:
    rule, joined = way.book.find("member.probation"), way.passed("admission_meeting")
    if joined is None or taken.outcome in {Outcome.CANCELLED, Outcome.REFUSED}:
        return
    ends = way.probation_ends_on()
    if ends and taken.on < ends:
        months = rule.whole("months") + sum(one.months for one in way.extensions())
        yield _notice(
            rule,
            "development.too_early",
            step,
            needed=way.steps["admission_meeting"],
            needed_on=joined.on,
            months=months,
            earliest=ends,
        )
    if taken.outcome is not Outcome.EXTENDED:
        return
    low, high = rule.whole("extension_from"), rule.whole("extension_to")
    if not low <= taken.months <= high:
        yield _notice(
            rule, "member.extension_length", step, months=taken.months, low=low, high=high
        )
    if len(way.extensions()) >= rule.whole("extensions"):
        yield _notice(rule, "development.extended_twice", step, needed_on=way.extensions()[-1].on)


def _notice(
    rule: Rule, code: str, step: Step, *, needed: Step | None = None, **parameters: int | date
) -> Notice:
    severity = Severity.BLOCK if rule.strength is Strength.HARD else Severity.WARN
    return Notice(code, severity, _fill(step, needed, parameters), rule.basis)


def _warn(
    rule: Rule, code: str, step: Step, *, needed: Step | None = None, **parameters: int | date
) -> Notice:
    """Return a warning also where the rule is hard: what is late cannot be undone, only explained."""
    return Notice(code, Severity.WARN, _fill(step, needed, parameters), rule.basis)


def _block(
    code: str, step: Step, *, needed: Step | None = None, **parameters: int | date
) -> Notice:
    basis = load_rules().find("development.steps").basis
    return Notice(code, Severity.BLOCK, _fill(step, needed, parameters), basis)


def _fill(step: Step, needed: Step | None, parameters: dict[str, int | date]) -> dict[str, str]:
    names = {"step_zh": step.zh, "step_en": step.en}
    if needed is not None:
        names |= {"needed_zh": needed.zh, "needed_en": needed.en}
    return names | {name: str(value) for name, value in parameters.items()}
