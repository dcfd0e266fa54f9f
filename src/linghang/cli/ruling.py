"""`rules`: what the regulations say of a vote, an election, dues, a term, an organisation."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import click

from linghang.cli.computing import Day
from linghang_core.regulations import (
    Rule,
    UnknownRuleError,
    advise_organisation,
    compute_dues,
    compute_term,
    count_excellent_at_most,
    judge_election,
    judge_vote,
    list_steps,
)

VOTES = (
    "members_meeting",
    "committee_meeting",
    "admission",
    "election",
    "preliminary",
    "secretary",
)
PAYERS = ("employed", "irregular", "retired", "without_income")
TERMS = ("party_committee", "general_branch", "branch", "joint_branch")

T = TypeVar("T")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
on_option = click.option(
    "--on",
    type=Day(),
    default=None,
    help="Judge by the rules in force on this day (default: the latest).",
)


class Yuan(click.ParamType[Decimal]):
    """An amount of yuan, exact."""

    name = "yuan"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """Return the amount, or say what is wrong with it."""
        try:
            amount = Decimal(value)
        except InvalidOperation:
            self.fail(f"{value!r} is no amount; write it like 5000 or 5000.01.", param, ctx)
        if not amount.is_finite() or amount < 0:
            self.fail(f"{value!r} is no amount of income.", param, ctx)
        return amount


class Tally(click.ParamType[tuple[str, int]]):
    """A candidate with the votes in favour: NAME=12."""

    name = "name=votes"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """Return the name and the number, or say what is wrong with them."""
        name, _equals, number = str(value).rpartition("=")
        if not name or not number.isdecimal():
            self.fail(f"{value!r} should read NAME=VOTES, as 甲=12.", param, ctx)
        return name, int(number)


@click.group("rules")
def rules() -> None:
    """What the regulations say, with their basis and the row of the day."""


@rules.command("vote")
@click.argument("kind", type=click.Choice(VOTES))
@click.option(
    "--entitled", type=int, required=True, help="With voting right, due to attend (应到会)."
)
@click.option("--present", type=int, required=True, help="Of those, present (到会).")
@click.option("--in-favour", type=int, required=True, help="In favour (赞成).")
@click.option(
    "--written", type=int, default=0, help="Written opinions in favour of absent members."
)
@on_option
@as_json_option
def vote(
    kind: str,
    entitled: int,
    present: int,
    in_favour: int,
    written: int,
    on: date | None,
    as_json: bool,
) -> None:
    """Say whether a vote of KIND is valid and passed, and how many were needed."""
    result = _ask(
        lambda: judge_vote(
            kind,
            entitled=entitled,
            present=present,
            in_favour=in_favour,
            written_in_favour=written,
            on=on,
        )
    )
    _say(
        {
            "valid": result.quorate,
            "passed": result.passed,
            "present_needed": result.present_needed,
            "in_favour_needed": result.in_favour_needed,
        },
        result.rule,
        as_json,
    )


@rules.command("election")
@click.option("--seats", type=click.IntRange(min=1), required=True, help="Seats to fill.")
@click.option("--entitled", type=int, required=True, help="With election right, due to attend.")
@click.option("--present", type=int, required=True, help="Of those, present: ballots handed in.")
@click.option(
    "--votes", type=Tally(), multiple=True, help="A candidate's votes, NAME=VOTES; repeat."
)
@on_option
@as_json_option
def election(
    seats: int,
    entitled: int,
    present: int,
    votes: tuple[tuple[str, int], ...],
    on: date | None,
    as_json: bool,
) -> None:
    """Say whether an election is valid, who is elected, who ties, and which seats stay open."""
    names = [name for name, _count in votes]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise click.UsageError(f"named twice: {', '.join(twice)}; give each candidate once.")
    result = _ask(
        lambda: judge_election(
            seats=seats, entitled=entitled, present=present, votes=dict(votes), on=on
        )
    )
    _say(
        {
            "valid": result.valid,
            "elected": list(result.elected),
            "tied": list(result.tied),
            "open_seats": result.open_seats,
            "present_needed": result.present_needed,
            "votes_needed": result.votes_needed,
            "candidates_needed": result.candidates_needed,
        },
        result.rule,
        as_json,
    )


@rules.command("dues")
@click.argument("base", type=Yuan())
@click.option("--payer", type=click.Choice(PAYERS), default="employed", show_default=True)
@on_option
@as_json_option
def dues(base: Decimal, payer: str, on: date | None, as_json: bool) -> None:
    """Compute the dues of a month on BASE yuan; the bracket's rate applies to the whole base."""
    result = _ask(lambda: compute_dues(base, payer=payer, on=on))
    rate = None if result.rate is None else str(result.rate)
    _say({"amount": str(result.amount), "base": str(base), "rate": rate}, result.rule, as_json)


@rules.command("term")
@click.argument("kind", type=click.Choice(TERMS))
@click.argument("starts_on", type=Day())
@click.option("--approved-until", type=Day(), default=None, help="End of an approved extension.")
@click.option("--on", type=Day(), default=None, help="Say where the term stands on this day.")
@as_json_option
def term(
    kind: str, starts_on: date, approved_until: date | None, on: date | None, as_json: bool
) -> None:
    """Say when a term that began on STARTS_ON expires, and when the superior reminds."""
    result = _ask(lambda: compute_term(kind, starts_on))
    found: dict[str, Any] = {
        "starts_on": result.starts_on.isoformat(),
        "remind_on": result.remind_on.isoformat(),
        "expires_on": result.expires_on.isoformat(),
        "latest_extension": result.latest_extension.isoformat(),
    }
    if on is not None:
        found["state"] = result.state(on, approved_until=approved_until).value
    _say(found, result.rule, as_json)


@rules.command("organisation")
@click.option("--full", type=click.IntRange(min=0), required=True, help="Full members (正式党员).")
@click.option("--members", type=click.IntRange(min=0), default=None, help="All members.")
@on_option
@as_json_option
def organisation(full: int, members: int | None, on: date | None, as_json: bool) -> None:
    """Say which kind of organisation a head count asks for, and whether with a committee."""
    if members is not None and members < full:
        raise click.UsageError(
            f"{full} full members of {members}: give all members with --members."
        )
    result = _ask(lambda: advise_organisation(full_members=full, members=members, on=on))
    _say({"kind": result.kind, "has_committee": result.has_committee}, result.rule, as_json)


@rules.command("excellent")
@click.argument("members", type=click.IntRange(min=0))
@on_option
@as_json_option
def excellent(members: int, on: date | None, as_json: bool) -> None:
    """Say how many of a branch's MEMBERS may generally be appraised as excellent."""
    most = _ask(lambda: count_excellent_at_most(members, on=on))
    _say({"at_most": most}, None, as_json)


@rules.command("development")
@as_json_option
def development(as_json: bool) -> None:
    """List the 25 steps of developing a member with their stages and what each needs."""
    steps = list_steps()
    if as_json:
        rows = [
            {"number": s.number, "code": s.code, "stage": s.stage.value, "zh": s.zh, "en": s.en}
            | {"needs": list(s.needs)}
            for s in steps
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for step in steps:
        click.echo(f"{step.number:>2}  {step.stage.value:10} {step.zh}  {step.en}")


def _ask(question: Callable[[], T]) -> T:
    """Return the answer; what the rules cannot take becomes one sentence and exit status 2."""
    try:
        return question()
    except (ValueError, UnknownRuleError) as error:
        raise click.UsageError(str(error.args[0] if error.args else error)) from error


def _say(found: Mapping[str, Any], rule: Rule | None, as_json: bool) -> None:
    told = dict(found)
    if rule is not None:
        told |= {"rule": rule.code, "basis": rule.basis, "strength": rule.strength.value}
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for name, value in told.items():
        shown = "、".join(value) if isinstance(value, list) else value
        click.echo(f"{name:18} {'-' if shown in (None, '') else shown}")
