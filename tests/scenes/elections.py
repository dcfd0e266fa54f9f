"""Elections of branches at several places of the way, for the tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from linghang.elections import services
from linghang.elections.enums import Office
from linghang.elections.models import Election
from linghang.elections.services import BallotDraft, RequestDraft
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people.models import Person
from tests.cast import make_person, make_unit

DAY = date(2026, 11, 21)


def objects(world: Any) -> dict[str, object]:
    """Return an election before its request, one with the superior, one voted on, one withdrawn."""
    return {
        "prepared_election": _open(world, _found(world, "甲换届党支部")),
        "requested_election": _request(world, _found(world, "乙换届党支部")),
        "voting_election": _prepare_vote(world, world.bureau.branch),
        "withdrawn_election": services.withdraw_election(
            election=_open(world, _found(world, "丙换届党支部")),
            reason="机构合并",
            actor=world.bureau.secretary.user,
        ),
        "electing_branch": world.bureau.other_branch,
    }


def add_rows(world: Any, more: int) -> None:
    """Add branches with elections under way, and ballots that have to be repeated."""
    for number in range(more):
        _request(world, _found(world, f"换届党支部{number}"))
    voting = Election.objects.get(unit=world.bureau.branch)
    for _number in range(more):
        services.record_ballot(
            election=voting, draft=BallotDraft(on=DAY, present=1), actor=world.bureau.secretary.user
        )


def _found(world: Any, name: str) -> Unit:
    unit = make_unit(name, UnitKind.BRANCH, world.bureau.general_branch)
    unit.term_from, unit.term_to = date(2024, 2, 1), date(2027, 2, 1)
    unit.save()
    for number in range(3):
        make_person(f"{name[0]}选{number}", unit)
    return unit


def _open(world: Any, unit: Unit) -> Election:
    return services.open_election(unit=unit, actor=world.bureau.secretary.user)


def _request(world: Any, unit: Unit) -> Election:
    election = _open(world, unit)
    return services.send_request(
        election=election,
        draft=RequestDraft(planned_on=DAY, committee_seats=0),
        actor=world.bureau.secretary.user,
    )


def _prepare_vote(world: Any, unit: Unit) -> Election:
    acting, officer = world.bureau.secretary.user, world.bureau.officer.user
    election = _request(world, unit)
    services.decide_request(election=election, approve=True, actor=officer)
    people: list[Person] = [world.bureau.member]
    services.nominate(election=election, people=people, actor=acting)
    services.submit_candidates(
        election=election, candidates={Office.SECRETARY: people}, actor=acting
    )
    return services.decide_candidates(election=election, approve=True, actor=officer)
