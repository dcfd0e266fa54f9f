"""The cap of items a month: a dated row of the rule table, with its basis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from linghang_core.regulations import RuleBook, UnknownRuleError, load_rules


@dataclass(frozen=True)
class Cap:
    """How many items a unit may be asked in a month, by kind of unit; kinds without a row have none."""

    by_kind: dict[str, int]
    basis: str

    def of(self, kind: str) -> int | None:
        """Return the cap of a kind of unit, None where the rule has none."""
        return self.by_kind.get(kind)


def find_cap(on: date, rules: RuleBook | None = None) -> Cap:
    """Return the cap in force on the day; before the rule there was none."""
    try:
        rule = (rules or load_rules()).find("burden.items_a_month", on)
    except UnknownRuleError:
        return Cap({}, "")
    return Cap({kind: int(number) for kind, number in rule.value.items()}, rule.basis)
