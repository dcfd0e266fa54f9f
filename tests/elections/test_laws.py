"""No sequence of acts appoints anybody without approval, quorum and majority, or beyond the seats."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from linghang.elections import queries, services
from linghang.elections.enums import Happened, Office, Stage
from linghang.ledger.models import Fact
from linghang.people.models import Appointment
from linghang_core.regulations import judge_vote
from tests.conftest import TODAY

NUMBER = st.integers(0, 11)
ACTS = st.sampled_from(
    ["request", "decide", "submit", "ballot", "ballot", "ballot", "fewer", "report", "fail", "open"]
)


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    start=st.sampled_from([Stage.PREPARING, Stage.VOTING, Stage.VOTING, Stage.REPORTED]),
    acts=st.lists(
        st.tuples(ACTS, st.booleans(), st.lists(NUMBER, min_size=5, max_size=5), NUMBER, NUMBER),
        max_size=9,
    ),
)
def test_no_sequence_of_acts_breaks_the_law(branch, start, acts):
    kept = transaction.savepoint()
    try:
        _go(branch, start, acts)
    finally:
        transaction.savepoint_rollback(kept)


def _go(branch, start, acts):
    before = set(Appointment.objects.values_list("pk", flat=True))
    facts = Fact.objects.filter(kind="election").count()
    election = branch.walk(start)
    for what, yes, votes, present, papers in acts:
        rows = election.acts.count()
        try:
            _try(branch, election, what, yes, votes, present, papers)
        except ValidationError:
            assert election.acts.count() == rows  # nothing half done
        election.refresh_from_db()
    event(election.stage)
    made = Appointment.objects.exclude(pk__in=before)
    _check_ballots(election)
    if election.stage != Stage.DONE:
        assert not made.exists()
        assert Fact.objects.filter(kind="election").count() == facts
        return
    assert Fact.objects.filter(kind="election").count() == facts + 1
    kinds = set(election.acts.values_list("kind", flat=True))
    assert kinds >= {
        Happened.REQUEST_APPROVED, Happened.CANDIDATES_APPROVED, Happened.CONFIRMED
    }  # fmt: skip
    winners = {
        vote.person_id
        for ballot in election.ballots.filter(counts=True)
        for vote in ballot.votes.filter(elected=True)
    }
    assert set(made.values_list("person_id", flat=True)) == winners
    assert made.count() == max(election.committee_seats, 1)


def _try(branch, election, what, yes, votes, present, papers):
    if what == "request":
        branch.request(election, committee_seats=votes[0], reason="说明")
    elif what == "decide":
        for service in (services.decide_request, services.decide_candidates):
            try:
                service(election=election, approve=yes, reason="说明", actor=branch.officer)
            except ValidationError:
                continue
            return
        branch.confirm(election, approve=yes, reason="说明")
    elif what == "submit":
        branch.submit(election, max(votes[0] % 7, 1))
    elif what == "ballot":
        tally = queries.find_open(queries.read_tallies(election))
        few = tally is not None and queries.is_of_committee(election, tally.office)
        came = min(present, 3) if few else present
        branch.vote(election, *votes, present=came, returned=papers, valid=min(papers, came))
    elif what == "fewer":
        services.leave_seats_open(election=election, reason="说明", actor=branch.secretary)
    elif what == "report":
        branch.report(election)
    elif what == "fail":
        services.fail_election(election=election, reason="说明", actor=branch.secretary)
    else:
        branch.open()


def _check_ballots(election):
    for ballot in election.ballots.all():
        assert ballot.valid <= ballot.returned
        assert ballot.present <= ballot.entitled
        assert ballot.on <= TODAY
        winners = ballot.votes.filter(elected=True)
        assert winners.count() <= ballot.seats
        if not ballot.counts:
            assert not winners.exists()
            continue
        assert ballot.returned <= ballot.sent_out <= ballot.present
        assert sum(vote.number for vote in ballot.votes.all()) <= ballot.valid * ballot.seats
        kind = "election" if ballot.office == Office.COMMITTEE else "secretary"
        if not election.has_committee:
            kind = "election"
        for vote in winners:
            assert judge_vote(
                kind,
                entitled=ballot.entitled,
                present=ballot.present,
                in_favour=vote.number,
                on=ballot.on,
            ).passed
