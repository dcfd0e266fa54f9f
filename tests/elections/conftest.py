"""A branch with ten full members whose term ends in five months, and a lawful way to a new committee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from linghang.elections import queries, services
from linghang.elections.enums import Office, Stage
from linghang.elections.models import Ballot, Election
from linghang.elections.services import BallotDraft, RequestDraft
from linghang.people.models import Person
from linghang.platform.calendar import clock
from tests.cast import make_person
from tests.conftest import TODAY, Bureau

NAMES = ("甘一", "甘二", "甘三", "甘四", "甘五", "甘六")


@dataclass
class Branch:
    """The branch, who acts in it, and how an election goes."""

    bureau: Bureau
    members: list[Person]

    @property
    def secretary(self):
        return self.bureau.secretary.user

    @property
    def officer(self):
        return self.bureau.officer.user

    def open(self) -> Election:
        return services.open_election(unit=self.bureau.branch, actor=self.secretary)

    def request(self, election: Election, **values) -> Election:
        draft = RequestDraft(
            **{"planned_on": TODAY, "committee_seats": 3, "deputy_seats": 0, **values}
        )
        return services.send_request(election=election, draft=draft, actor=self.secretary)

    def walk(self, until: str = Stage.DONE, **values) -> Election:
        """Go the lawful way up to the stage and return the election."""
        election = self.open()
        steps = (
            (Stage.REQUESTED, lambda: self.request(election, **values)),
            (Stage.NOMINATING, lambda: self._decide(services.decide_request, election)),
            (Stage.SUBMITTED, lambda: self.submit(election)),
            (Stage.VOTING, lambda: self._decide(services.decide_candidates, election)),
            (Stage.ELECTED, lambda: self.elect(election)),
            (Stage.REPORTED, lambda: self.report(election)),
            (Stage.DONE, lambda: self.confirm(election)),
        )
        for stage, act in steps:
            if election.stage == until:
                break
            act()
            election.refresh_from_db()
            assert election.stage == stage
        return election

    def submit(self, election: Election, number: int = 4) -> Election:
        people = self.members[:number]
        services.nominate(election=election, people=people, actor=self.secretary)
        named = {Office.COMMITTEE: people, Office.SECRETARY: people[:1]}
        return services.submit_candidates(election=election, candidates=named, actor=self.secretary)

    def vote(self, election: Election, *votes: int, present: int = 10, **values) -> Ballot:
        """Record a ballot with the votes in the order of who stands."""
        election.refresh_from_db()
        tallies = queries.read_tallies(election)
        tally = queries.find_open(tallies)
        if tally is None:
            raise ValidationError("nothing is open")
        standing = queries.list_standing(election, tally, tallies)
        counts = {"sent_out": present, "returned": present, "valid": present, **values}
        draft = BallotDraft(
            on=counts.pop("on", TODAY),
            present=present,
            votes=dict(zip(standing, votes, strict=False)),
            **counts,
        )
        return services.record_ballot(election=election, draft=draft, actor=self.secretary)

    def elect(self, election: Election) -> None:
        self.vote(election, 10, 9, 8, 3)
        self.vote(election, 3, present=3)

    def report(self, election: Election, **values) -> Election:
        return services.report_result(election=election, actor=self.secretary, **values)

    def confirm(self, election: Election, **values) -> Election:
        given = {"approve": True, "on": TODAY, "document_number": "示党〔2026〕18号", **values}
        return services.decide_result(election=election, actor=self.officer, **given)

    def _decide(self, service, election: Election) -> Election:
        return service(election=election, approve=True, actor=self.officer)


@pytest.fixture
def branch(bureau) -> Branch:
    with clock.stand_on(TODAY):
        unit = bureau.branch
        unit.term_from, unit.term_to = date(2024, 4, 20), date(2027, 4, 20)
        unit.save()
        members = [make_person(name, unit) for name in NAMES]
        newcomer = make_person("余预备", unit)
        newcomer.member_kind, newcomer.full_on = "probationary", None
        newcomer.save()
        yield Branch(bureau, members)
