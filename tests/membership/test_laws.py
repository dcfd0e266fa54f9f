"""No sequence of acts breaks the law of admission, whoever tries whatever on whichever day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from linghang.ledger.models import Fact
from linghang.membership import services
from linghang.membership.enums import Outcome, Stage
from linghang.membership.models import Application
from linghang.people.enums import MemberKind
from linghang_core.periods import add_months
from linghang_core.regulations import judge_vote, list_steps
from tests.membership.conftest import BORN, WAY

CODES = [step.code for step in list_steps()]
ACTS = st.one_of(
    st.tuples(st.just("next"), st.integers(-40, 40), st.sampled_from(Outcome.values)),
    st.tuples(st.sampled_from(CODES), st.integers(-40, 40), st.sampled_from(Outcome.values)),
    st.tuples(st.just("withdraw"), st.just(0), st.just("")),
)
VOTES = st.fixed_dictionaries(
    {"entitled": st.integers(1, 5), "present": st.integers(0, 5), "in_favour": st.integers(0, 5)}
)


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a whole way takes a second to shrink
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    start=st.integers(0, len(WAY) - 1),
    born=st.dates(date(2003, 1, 1), date(2005, 12, 31)) | st.just(BORN),
    acts=st.lists(st.tuples(ACTS, VOTES, st.integers(0, 3), st.integers(0, 12)), max_size=10),
)
def test_no_sequence_of_acts_breaks_the_law(branch, start, born, acts):
    """Random acts from a random place of a lawful way: whoever was admitted was lawfully admitted."""
    try:
        application = branch.apply(f"甲{Application.objects.count()}", born_on=born)
    except ValidationError:
        assert add_months(born, 12 * 18) > date(2022, 3, 1)
        return
    place = start
    for code, on, values in WAY[:start]:
        branch.take(application, code, on, **values)
    for (what, shift, outcome), votes, number, months in acts:
        rows = application.taken.count()
        try:
            if what == "withdraw":
                services.withdraw_last_step(application=application, reason="误记", actor=None)
                continue
            code, on, values = WAY[min(place, len(WAY) - 1)]
            if what != "next":
                code, values = what, {}
            asked = {**values, **votes} if "meeting" in code else dict(values)
            asked["people"] = branch.members(number)
            branch.take(
                application,
                code,
                on + timedelta(days=shift),
                outcome=outcome,
                months=months,
                **asked,
                reason="说明",
            )
            place += what == "next"
        except ValidationError:
            assert application.taken.count() == rows  # nothing half done
    application.refresh_from_db()
    event(application.stage)
    _check(branch, application)


def _check(branch, application: Application) -> None:
    person = application.person
    person.refresh_from_db()
    standing = application.taken.filter(withdrawn_at=None)
    latest = {row.step: row for row in standing.order_by("pk")}
    facts = Fact.objects.filter(entry__withdrawn_at=None, entry__source_type="membership.steptaken")
    kept = standing.exclude(outcome=Outcome.REFUSED)
    assert facts.filter(entry__source_id__in=kept.values("pk")).count() == kept.count()
    if person.member_kind == MemberKind.NONE:
        assert application.joined_on is None or application.stage == Stage.ENDED
        return
    assert add_months(person.born_on, 12 * 18) <= application.applied_on
    assert len(latest["introducers"].people.all()) == 2
    meeting = latest["admission_meeting"]
    assert judge_vote(
        "admission",
        entitled=meeting.entitled,
        present=meeting.present,
        in_favour=meeting.in_favour,
        written_in_favour=meeting.written_in_favour,
    ).passed
    assert meeting.entitled <= 4  # nobody on probation is counted in
    assert latest["candidate"].on >= add_months(latest["activist"].on, 12)
    assert latest["approval"].on <= add_months(meeting.on, 6)
    assert person.joined_on == meeting.on
    if person.member_kind == MemberKind.FULL:
        assert person.full_on >= add_months(person.joined_on, 12)
        assert latest["conversion_meeting"].on >= person.full_on
