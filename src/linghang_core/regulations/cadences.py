"""Cadences of organisational life (频次规则): what is due how often, for which unit."""

from dataclasses import dataclass
from datetime import date

from linghang_core.periods import PeriodKind
from linghang_core.regulations.rules import Rule, RuleBook, load_rules


@dataclass(frozen=True)
class Cadence:
    """One duty: `times` activities of kind `activity` in each period of kind `every`."""

    code: str
    activity: str
    every: PeriodKind
    times: int
    units: tuple[str, ...]
    requires: str | None
    rule: Rule

    def applies(self, kind: str, *, has_committee: bool, has_groups: bool) -> bool:
        """Return whether a unit of `kind` owes it; without committee or groups theirs lapse."""
        present = {"committee": has_committee, "groups": has_groups, None: True}
        return kind in self.units and present[self.requires]


def load_cadences(*, on: date | None = None, rules: RuleBook | None = None) -> tuple[Cadence, ...]:
    """Return the cadences in force on a day, without a day the latest of each."""
    book = rules or load_rules()
    rows = book.rows("cadence.")
    codes = dict.fromkeys(rule.code for rule in rows if on is None or rule.in_force(on))
    return tuple(_read_cadence(book.find(code, on)) for code in codes)


def _read_cadence(rule: Rule) -> Cadence:
    value = rule.value
    return Cadence(
        code=rule.code,
        activity=value["activity"],
        every=PeriodKind(value["every"]),
        times=rule.whole("times"),
        units=tuple(value["units"]),
        requires=value.get("requires"),
        rule=rule,
    )
