"""Party dues of a few branches: what members pay on, the year's months paid, some late, one not at all."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from linghang.accounts.models import User
from linghang.demo import world
from linghang.dues import api as dues
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person

BRANCHES = 4
BASES = (2900, 3650, 4800, 5200, 6350, 7480, 8800, 9650, 10400, 12600)
LATE = 0.04  # what part of the payments comes after the month


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],  # noqa: ARG001  as every practice is built
    bureau: world.Bureau,
    today: date,
    full: bool,
) -> None:
    """Keep the dues of four branches up to the month before last, of the first up to the last."""
    random = Random(f"dues-{bureau.size.code}")
    officer = User.objects.filter(
        person__appointments__unit=units[bureau.committee], person__appointments__post="officer"
    ).order_by("pk")[0]
    present = today.replace(day=1)
    months = [date(present.year, number, 1) for number in range(1, present.month)]
    if not full:
        months = months[-4:]
    known = next(branch for branch in bureau.branches if branch.kind == "station")  # has log-ins
    kept_in = [known, *(branch for branch in bureau.branches if branch is not known)][:BRANCHES]
    for number, branch in enumerate(kept_in if months else ()):
        secretary = people.secretary_on(units[branch.name].pk, today)
        actor = secretary.user if secretary and secretary.user else officer
        kept = months if number == 0 else months[:-1]
        _keep(units[branch.name], months[0], kept, today, actor, random, lags=number == 1)


def _keep(
    unit: Unit,
    first: date,
    months: list[date],
    today: date,
    actor: User,
    random: Random,
    *,
    lags: bool,
) -> None:
    members = dues.list_payers(unit, today.replace(day=1), today)
    drafts = [
        dues.BaseDraft(person, "employed", Decimal(random.choice(BASES))) for person in members
    ]
    dues.set_bases(unit=unit, month=first, drafts=drafts, actor=actor)
    silent = {members[-1].pk} if lags and members else set()
    for month in months:
        owing = dues.list_payers(unit, month, today)
        rated = {person.pk for person in members} - silent
        paid = []
        for person in owing:
            if person.pk in rated:
                day = 34 if random.random() < LATE else 9 + random.randrange(6)
                on = min(month + timedelta(days=day), today)
                paid.append(dues.PaidDraft(person, on))
        dues.record_month(unit=unit, month=month, paid=paid, actor=actor)
