"""Dates of a member's way into the Party, and the cap of the yearly appraisal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import floor

from linghang_core.periods import add_months
from linghang_core.regulations.rules import (
    Notice,
    Rule,
    RuleBook,
    Severity,
    Strength,
    UnknownRuleError,
    load_rules,
)


@dataclass(frozen=True)
class MemberDates:
    """The dates of one person; None where not known. `joined_on` is the day of the 支部大会."""

    born_on: date | None = None
    joined_on: date | None = None
    full_on: date | None = None
    probationary: bool = False
    extended_months: int = 0


def check_member_dates(dates: MemberDates, *, rules: RuleBook | None = None) -> tuple[Notice, ...]:
    """Return what contradicts the rules in force when the person joined.

    At least 18 when joining; full membership a year (plus extension) after joining; no date of full
    membership on probation. Joining before a rule was in force is not judged by it.
    """
    book = rules or load_rules()
    return (
        *_check_age(dates, book),
        *_check_category(dates),
        *_check_probation(dates, book),
    )


def count_excellent_at_most(
    members: int, *, on: date | None = None, rules: RuleBook | None = None
) -> int:
    """Return how many of a branch's `members` may generally be appraised as excellent."""
    share = (rules or load_rules()).find("appraisal.excellent_share", on).share("share")
    return floor(members * share)


def _check_age(dates: MemberDates, book: RuleBook) -> Iterator[Notice]:
    rule = _find(book, "member.joining_age", dates.joined_on)
    if rule is None or dates.born_on is None or dates.joined_on is None:
        return
    if dates.joined_on < add_months(dates.born_on, 12 * rule.whole("years")):
        yield _notice(
            rule,
            "member.too_young",
            years=rule.whole("years"),
            born_on=dates.born_on,
            joined_on=dates.joined_on,
        )


def _check_category(dates: MemberDates) -> Iterator[Notice]:
    if dates.probationary and dates.full_on:
        yield Notice("member.probationary_with_full_date", Severity.BLOCK, {})
    if not dates.probationary and dates.joined_on and dates.full_on is None:
        # Old files may lack the date; the person is a full member all the same.
        yield Notice("member.full_without_date", Severity.WARN, {})


def _check_probation(dates: MemberDates, book: RuleBook) -> Iterator[Notice]:
    rule = _find(book, "member.probation", dates.joined_on)
    if rule is None or dates.joined_on is None:
        return
    low, high = rule.whole("extension_from"), rule.whole("extension_to")
    if dates.extended_months and not low <= dates.extended_months <= high:
        yield _notice(
            rule, "member.extension_length", months=dates.extended_months, low=low, high=high
        )
    earliest = add_months(dates.joined_on, rule.whole("months") + dates.extended_months)
    if dates.full_on and dates.full_on < earliest:
        yield _notice(rule, "member.probation_too_short", full_on=dates.full_on, earliest=earliest)


def _find(book: RuleBook, code: str, on: date | None) -> Rule | None:
    try:
        return book.find(code, on) if on else None
    except UnknownRuleError:
        return None


def _notice(rule: Rule, code: str, **parameters: int | date) -> Notice:
    severity = Severity.BLOCK if rule.strength is Strength.HARD else Severity.WARN
    filled = {name: str(value) for name, value in parameters.items()}
    return Notice(code, severity, filled, rule.basis)
