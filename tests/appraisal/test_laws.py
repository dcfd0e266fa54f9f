"""No sequence of acts grades beyond the cap, grades on probation, counts twice or loses a vote."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from linghang.appraisal import queries, services
from linghang.appraisal.enums import AFTER_COUNT, Grade, Happened, Stage
from linghang.appraisal.models import Register, Urn
from linghang.appraisal.services import Decision
from linghang.ledger.models import Fact
from linghang_core.regulations import count_excellent_at_most, recount_list
from tests.appraisal.conftest import WORDS

ACTS = st.sampled_from(
    ["excuse", "self", "begin", "paper", "vote", "vote", "vote", "close", "decide", "decide",
     "report", "confirm", "tell", "object", "answer", "withdraw"]
)  # fmt: skip
GRADES = st.lists(st.sampled_from(Grade.values), min_size=9, max_size=9)


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    start=st.sampled_from([Stage.SELF, Stage.BALLOT, Stage.COUNTED, Stage.COUNTED, Stage.TOLD]),
    acts=st.lists(st.tuples(ACTS, st.integers(0, 8), GRADES, st.booleans()), max_size=10),
)
def test_no_sequence_of_acts_breaks_the_law(branch, start, acts):
    kept = transaction.savepoint()
    try:
        _go(branch, start, acts)
    finally:
        transaction.savepoint_rollback(kept)


def _go(branch, start, acts):
    appraisal = branch.walk(start)
    cast = 0 if start in {Stage.SELF, Stage.BALLOT} else 9
    for what, who, grades, yes in acts:
        rows = appraisal.acts.count()
        try:
            _try(branch, appraisal, what, who, grades, yes=yes)
            cast += what == "vote"
        except ValidationError:
            assert appraisal.acts.count() == rows  # nothing half done
        appraisal.refresh_from_db()
        _check(branch, appraisal, cast)
    event(appraisal.stage)


def _try(branch, appraisal, what, who, grades, *, yes):
    part = branch.parts(appraisal)[who]
    secretary, officer = branch.secretary, branch.officer
    decisions = {
        one.pk: Decision(grade, "说明" if yes else "", "talk")
        for one, grade in zip(branch.parts(appraisal), grades, strict=True)
        if one.is_graded or (who == 8 and yes)
    }
    acts = {
        "excuse": lambda: services.excuse_member(
            appraisal=appraisal, person=part.person, reason="病" * yes, actor=secretary
        ),
        "self": lambda: services.write_self(appraisal=appraisal, person_id=part.person_id, **WORDS),
        "begin": lambda: branch.begin(appraisal, reason="说明" * yes),
        "paper": lambda: services.name_paper_voters(
            appraisal=appraisal, people=[part.person] * yes, actor=secretary
        ),
        "vote": lambda: branch.vote(appraisal, part, grades),
        "close": lambda: branch.close(appraisal),
        "decide": lambda: services.decide_grades(
            appraisal=appraisal, decisions=decisions, actor=secretary
        ),
        "report": lambda: services.report_grades(appraisal=appraisal, actor=secretary),
        "confirm": lambda: branch.confirm(appraisal, approve=yes, reason="说明"),
        "tell": lambda: services.tell_members(appraisal=appraisal, actor=secretary),
        "object": lambda: services.object_to_grade(
            appraisal=appraisal, person_id=part.person_id, text="请复核"
        ),
        "answer": lambda: services.answer_objection(
            appraisal=appraisal,
            participant_id=part.pk,
            upheld=yes,
            answer="答复",
            decision=Decision(grades[0], "说明", "talk"),
            actor=officer,
        ),
        "withdraw": lambda: services.withdraw_appraisal(
            appraisal=appraisal, reason="说明" * yes, actor=secretary
        ),
    }
    acts[what]()


def _check(branch, appraisal, cast):
    parts = branch.parts(appraisal)
    graded = [one for one in parts if one.grade]
    taking = [one for one in parts if not one.excused]
    excellent = sum(one.grade == Grade.EXCELLENT for one in graded)
    assert excellent <= count_excellent_at_most(len(taking))
    assert all(one.member_kind == "full" and not one.excused for one in graded)
    assert all(one.why and one.measure for one in graded if Grade(one.grade).is_low)
    kinds = set(appraisal.acts.values_list("kind", flat=True))
    if graded:
        assert Happened.DECIDED in kinds
    told = appraisal.stage == Stage.TOLD
    assert Fact.objects.filter(kind="appraisal").count() == told
    if told:
        assert kinds >= {Happened.CLOSED, Happened.REPORTED, Happened.CONFIRMED}
        assert len(graded) == len(queries.list_graded(parts))
    if appraisal.stage in {Stage.SELF, Stage.WITHDRAWN}:
        assert not Urn.objects.filter(appraisal=appraisal).exists()
        return
    voted = Register.objects.filter(participant__appraisal=appraisal, voted_on__isnull=False)
    assert voted.count() == cast  # nobody twice: as many as were taken
    voters = set(voted.values_list("pk", flat=True))
    due = {one.pk: cast - (one.pk in voters) for one in queries.list_graded(parts)}
    urn = Urn.objects.get(appraisal=appraisal)
    if appraisal.stage == Stage.BALLOT:
        slips = [pk for pk, _code, _grade in queries.open_slips(urn.slips)]
        assert {pk: slips.count(pk) for pk in due} == due
    if appraisal.stage in AFTER_COUNT:
        counts = queries.read_counts(appraisal)
        assert {pk: sum(one.values()) for pk, one in counts.items()} == due
        found = recount_list(urn.published)
        assert [sum(sums.values()) for sums in found.totals.values()] == list(due.values())
        assert (found.faults, found.digest, urn.slips) == ((), appraisal.digest, "")
