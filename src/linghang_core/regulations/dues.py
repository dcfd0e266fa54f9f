"""Monthly dues (党费): the bracket of the base and the exact amount."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from linghang_core.regulations.rules import Notice, Rule, RuleBook, Severity, load_rules

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Dues:
    """Dues of a month in yuan, with all that is needed to show how they came about.

    `rate` is None where the rule fixes an amount.
    """

    amount: Decimal
    base: Decimal
    rate: Decimal | None
    rule: Rule


def compute_dues(
    base: Decimal, *, payer: str = "employed", on: date | None = None, rules: RuleBook | None = None
) -> Dues:
    """Return the dues of a month on `base` yuan.

    Payers: employed, irregular, retired, without_income. The rate of the bracket applies to the
    whole base, so one cent more can cost much more; rounding is half-up to the cent. Raises
    ValueError for a negative base, UnknownRuleError for an unknown payer.
    """
    if base < 0:
        raise ValueError("dues cannot be computed on a negative base")
    rule = (rules or load_rules()).find(f"dues.{payer}", on)
    if "amount" in rule.value:
        return Dues(Decimal(rule.value["amount"]), base, None, rule)
    rate = next(
        Decimal(bracket["rate"])
        for bracket in rule.value["brackets"]
        if "to" not in bracket or base <= Decimal(bracket["to"])
    )
    return Dues((base * rate).quantize(CENT, ROUND_HALF_UP), base, rate, rule)


def check_unpaid(months: int, *, rules: RuleBook | None = None) -> tuple[Notice, ...]:
    """Return the notice for `months` in a row without dues: reminders first, then the handling."""
    rule = (rules or load_rules()).find("dues.unpaid")
    limit = rule.whole("handling_months")
    if months >= limit:
        filled = {"months": str(months), "limit": str(limit)}
        return (Notice("dues.handling", Severity.WARN, filled, rule.basis),)
    if months >= min(rule.value["remind_months"]):
        return (Notice("dues.reminder", Severity.WARN, {"months": str(months)}, rule.basis),)
    return ()
