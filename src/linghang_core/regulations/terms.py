"""Terms of committees: when they expire, when to remind, how long they may be extended."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from linghang_core.periods import add_months
from linghang_core.regulations.rules import Rule, RuleBook, load_rules


class TermState(StrEnum):
    """Where a term stands on a day."""

    RUNNING = "running"
    REMINDED = "reminded"
    EXTENDED = "extended"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Term:
    """A term with its dates; on `expires_on` the next committee should be elected."""

    starts_on: date
    remind_on: date
    expires_on: date
    latest_extension: date
    rule: Rule

    def state(self, on: date, *, approved_until: date | None = None) -> TermState:
        """Return where the term stands; `approved_until` is the end of an approved extension.

        An extension longer than the rule allows counts up to `latest_extension` only.
        """
        if on < self.remind_on:
            return TermState.RUNNING
        if on < self.expires_on:
            return TermState.REMINDED
        if approved_until and on < min(approved_until, self.latest_extension):
            return TermState.EXTENDED
        return TermState.OVERDUE


def compute_term(kind: str, starts_on: date, *, rules: RuleBook | None = None) -> Term:
    """Return the term of a unit kind (party_committee, general_branch, branch, joint_branch).

    The latest rows apply, also to a term that began before them: what matters is when it ends.
    """
    book = rules or load_rules()
    rule = book.find(f"term.{kind}")
    expires_on = add_months(starts_on, 12 * rule.whole("years"))
    return Term(
        starts_on,
        add_months(expires_on, -book.find("term.reminder").whole("months_before")),
        expires_on,
        add_months(expires_on, book.find("term.shift").whole("months_at_most")),
        rule,
    )
