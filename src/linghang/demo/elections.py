"""Re-elections: one finished with its reply, one at the nominations, one branch that is due."""

from __future__ import annotations

from datetime import date, timedelta

from linghang.accounts.models import User
from linghang.demo import world
from linghang.elections import api as elections
from linghang.elections.models import Election
from linghang.org import api as org
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.calendar import clock

DUE_IN = 110  # days until the term of the branch with the log-in ends


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],  # noqa: ARG001  as every practice is built
    bureau: world.Bureau,
    today: date,
    full: bool,  # noqa: ARG001
) -> None:
    """Hold one election, begin another, and let the term of a third branch end soon."""
    officer = User.objects.filter(
        person__appointments__unit=units[bureau.committee], person__appointments__post="officer"
    ).order_by("pk")[0]
    finished, running = (units[branch.name] for branch in bureau.branches[:2])
    due = units[next(branch.name for branch in bureau.branches if branch.kind == "station")]
    _end_term(finished, today - timedelta(days=10))
    _end_term(running, today + timedelta(days=40))
    _end_term(due, today + timedelta(days=DUE_IN))
    _hold(finished, today, officer)
    with clock.stand_on(today - timedelta(days=12)):
        _begin(running, today + timedelta(days=30), officer)


def _end_term(unit: Unit, on: date) -> None:
    begin = on.replace(year=on.year - 3)
    org.change_unit(unit=unit, actor=None, term_from=begin, term_to=on)


def _begin(unit: Unit, planned_on: date, officer: User) -> Election:
    election = elections.open_election(unit=unit, actor=None)
    draft = elections.RequestDraft(planned_on=planned_on, committee_seats=election.committee_seats)
    elections.send_request(election=election, draft=draft, actor=None)
    elections.decide_request(election=election, approve=True, actor=officer)
    known = people.committee_on(unit.pk, clock.today())
    eligible = elections.list_eligible(unit, clock.today())
    sitting = [person for person in known if person in eligible]
    others = [person for person in eligible if person not in sitting]
    elections.nominate(
        election=election, people=[*sitting, *others][: election.committee_seats + 2], actor=None
    )
    election.refresh_from_db()
    return election


def _hold(unit: Unit, today: date, officer: User) -> None:
    held_on = today - timedelta(days=20)
    with clock.stand_on(today - timedelta(days=60)):
        election = _begin(unit, held_on, officer)
    with clock.stand_on(today - timedelta(days=40)):
        named = list(election.nominated.all())
        secretary = people.secretary_on(unit.pk, clock.today())
        head = secretary if secretary in named else named[0]
        people_by_office = {"committee": named, "secretary": [head]}
        elections.submit_candidates(
            election=election,
            candidates={office: people_by_office[office] for office in election.offices},
            actor=None,
        )
        elections.decide_candidates(election=election, approve=True, actor=officer)
    with clock.stand_on(held_on):
        for _office in election.offices:
            _vote(election, held_on)
        elections.report_result(election=election, actor=None)
    with clock.stand_on(today - timedelta(days=9)):
        elections.decide_result(
            election=election,
            approve=True,
            on=clock.today(),
            document_number=f"示党组〔{today.year}〕26号",
            actor=officer,
        )


def _vote(election: Election, on: date) -> None:
    tallies = elections.read_tallies(election)
    tally = elections.find_open(tallies)
    assert tally is not None
    standing = elections.list_standing(election, tally, tallies)
    committee = election.has_committee and tally.office != "committee"
    came = (
        election.committee_seats if committee else len(elections.read_roll(election, on).entitled)
    )
    votes = {
        person: came - place // 2 if place < tally.open_seats else 1
        for place, person in enumerate(standing)
    }
    while sum(votes.values()) > came * tally.open_seats:
        votes[standing[0]] -= 1
    elections.record_ballot(
        election=election,
        draft=elections.BallotDraft(
            on=on, present=came, sent_out=came, returned=came, valid=came, votes=votes
        ),
        actor=None,
    )
