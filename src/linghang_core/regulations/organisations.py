"""Which kind of organisation a head count asks for, and whether one fits its kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from linghang_core.regulations.rules import Notice, Rule, RuleBook, Severity, load_rules


@dataclass(frozen=True)
class OrganisationAdvice:
    """The usual form for a head count: kind, whether with a committee, and the rule behind it."""

    kind: str
    has_committee: bool
    rule: Rule


def advise_organisation(
    *,
    full_members: int,
    members: int | None = None,
    on: date | None = None,
    rules: RuleBook | None = None,
) -> OrganisationAdvice:
    """Return the usual kind for a unit: party_committee, general_branch, branch or joint_branch.

    `members` are all members, `full_members` those with a vote; without `members` nobody is on
    probation. 100 belongs to the Party committee, 50 to the general branch.
    """
    book = rules or load_rules()
    everybody = full_members if members is None else members
    for kind in ("party_committee", "general_branch"):
        rule = book.find(f"organisation.{kind}", on)
        if everybody >= rule.whole("members_from"):
            return OrganisationAdvice(kind, has_committee=True, rule=rule)
    rule = book.find("organisation.branch", on)
    if full_members >= rule.whole("full_from"):
        has_committee = full_members >= rule.whole("committee_full_from")
        return OrganisationAdvice("branch", has_committee, rule)
    joint = book.find("organisation.joint_branch", on)
    return OrganisationAdvice("joint_branch", has_committee=False, rule=joint)


@dataclass(frozen=True)
class OrganisationState:
    """What is known of an existing organisation; with `committee_members` 0 it has no committee."""

    kind: str
    full_members: int
    members: int
    committee_members: int = 0
    units: int = 1
    approved: bool = False


def check_organisation(
    state: OrganisationState, *, on: date | None = None, rules: RuleBook | None = None
) -> tuple[Notice, ...]:
    """Return warnings where an organisation differs from what its kind generally is.

    Nothing blocks, since every rule here says 一般 (generally); an approval of the superior
    (`approved`) silences the size below the usual. Kinds without a rule (a temporary branch) pass.
    """
    book = rules or load_rules()
    if not any(rule.code == f"organisation.{state.kind}" for rule in book.rows("organisation.")):
        return ()
    rule = book.find(f"organisation.{state.kind}", on)
    return (*_check_heads(state, rule), *_check_committee(state, rule))


def _check_heads(state: OrganisationState, rule: Rule) -> Iterator[Notice]:
    limits = rule.value
    for name, count in (("members_from", state.members), ("full_from", state.full_members)):
        if name in limits and count < limits[name] and not state.approved:
            yield _notice(rule, "organisation.too_small", count=count, limit=limits[name])
    most = limits.get("members_to", limits.get("members_below", state.members + 1) - 1)
    if state.members > most:
        yield _notice(rule, "organisation.too_large", count=state.members, limit=most)
    if state.units > limits.get("units_to", state.units):
        yield _notice(
            rule, "organisation.too_many_units", count=state.units, limit=limits["units_to"]
        )


def _check_committee(state: OrganisationState, rule: Rule) -> Iterator[Notice]:
    needed_from = rule.value.get("committee_full_from", 0)
    needed = state.full_members >= needed_from
    if needed and not state.committee_members:
        yield _notice(
            rule, "organisation.committee_missing", count=state.full_members, limit=needed_from
        )
    elif state.committee_members and not needed:
        yield _notice(
            rule, "organisation.committee_not_needed", count=state.full_members, limit=needed_from
        )
    elif needed:
        low, most = rule.whole("committee_from"), rule.whole("committee_most")
        if not low <= state.committee_members <= most:
            yield _notice(
                rule,
                "organisation.committee_size",
                count=state.committee_members,
                low=low,
                high=rule.whole("committee_to"),
                most=most,
            )


def _notice(rule: Rule, code: str, **parameters: int) -> Notice:
    filled = {name: str(value) for name, value in parameters.items()}
    names = {"kind_zh": rule.title.zh, "kind_en": rule.title.en}
    return Notice(code, Severity.WARN, filled | names, rule.basis)
