"""Quorum and majority: the hard arithmetic of meetings and elections."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor

from linghang_core.regulations.rules import Rule, RuleBook, load_rules


@dataclass(frozen=True)
class VoteResult:
    """Whether a vote is valid and passed, with the head counts that would have been enough."""

    quorate: bool
    passed: bool
    present_needed: int
    in_favour_needed: int
    rule: Rule


def judge_vote(
    kind: str,
    *,
    entitled: int,
    present: int,
    in_favour: int,
    written_in_favour: int = 0,
    on: date | None = None,
    rules: RuleBook | None = None,
) -> VoteResult:
    """Return the result of a vote of `kind`.

    Kinds: members_meeting, committee_meeting, admission, election, preliminary, secretary.
    `entitled` are those with voting right due to attend (应到会), after leaving out whom the rules
    let be left out; `written_in_favour` are opinions handed in before the meeting, counted where
    the rule says so. Raises ValueError for counts that contradict each other, UnknownRuleError for
    an unknown kind.
    """
    _refuse_contradiction(entitled, present, in_favour, written_in_favour)
    rule = (rules or load_rules()).find(f"vote.{kind}", on)
    favour = rule.value["in_favour"]
    present_needed = _needed(rule.value["present"], entitled)
    in_favour_needed = _needed(favour, entitled if favour["of"] == "entitled" else present)
    counted = in_favour + (written_in_favour if favour.get("written_counts") else 0)
    quorate = present >= present_needed
    return VoteResult(
        quorate, quorate and counted >= in_favour_needed, present_needed, in_favour_needed, rule
    )


def count_candidates_needed(
    seats: int, *, on: date | None = None, rules: RuleBook | None = None
) -> int:
    """Return the least number of candidates for `seats` committee seats (差额选举)."""
    if seats < 1:
        raise ValueError(f"no election for {seats} seats")
    surplus = (rules or load_rules()).find("vote.candidates", on).share("surplus")
    return seats + ceil(seats * surplus)


def _needed(condition: dict[str, str], base: int) -> int:
    if "at_least" in condition:
        return ceil(base * Fraction(condition["at_least"]))
    return floor(base * Fraction(condition["more_than"])) + 1


def _refuse_contradiction(entitled: int, present: int, in_favour: int, written: int) -> None:
    if min(present, in_favour, written) < 0 or entitled < 1:
        raise ValueError("counts of a vote cannot be negative, and somebody must be entitled")
    if in_favour > present:
        raise ValueError(f"{in_favour} in favour, but only {present} present")
    if present + written > entitled:
        raise ValueError(f"{present + written} voted, but only {entitled} entitled")
