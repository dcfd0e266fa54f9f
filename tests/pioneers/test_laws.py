"""Whatever is tried in whatever order: one holder at a day, nobody appoints themselves, nothing is lost."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang.people import api as people
from linghang.people.models import Appointment
from linghang.pioneers import services
from linghang.pioneers.models import Act, Carrier, Induction, Pledge, Review, Tenure
from linghang.pioneers.queries import carriers as queries
from tests.conftest import TODAY

DEEDS = ("appoint", "return", "hand", "members", "review", "withdraw", "pledge", "propose")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(DEEDS),
        st.integers(0, 3),  # who is named
        st.integers(0, 3),  # who acts
        st.integers(-2, 60),  # days ago
        st.booleans(),
    ),
    max_size=14,
)
CALM = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(steps=STEPS)
@CALM
def test_one_holder_at_a_day_nobody_for_themselves_and_nothing_lost(house, steps):
    with transaction.atomic():
        _try_all(house, steps)
        transaction.set_rollback(True)


def _try_all(house, steps) -> None:
    bureau = house.bureau
    cast = (bureau.member, bureau.secretary, bureau.colleague, bureau.officer)
    actors = (*cast[:2], bureau.officer, bureau.leader)
    carrier = house.propose(kind="zone", holder=bureau.member)
    kept: dict[type, dict] = {}
    for deed, who, by, ago, flag in steps:
        actor = actors[by].user
        before = set(Tenure.objects.values_list("pk", flat=True))
        try:
            with transaction.atomic():
                carrier = _do(house, carrier, deed, cast[who], actor, ago, flag)
        except ValidationError:
            continue
        finally:
            _check(carrier, kept)
        fresh = Tenure.objects.exclude(pk__in=before)
        if deed in {"appoint", "hand"}:
            assert all(row.person.user_id != actor.pk for row in fresh)


def _do(house, carrier, deed, person, actor, ago, flag) -> Carrier:
    on = TODAY - timedelta(days=ago)
    match deed:
        case "appoint":
            services.appoint_carrier(carrier=carrier, begins_on=on, actor=actor)
        case "return":
            services.return_proposal(carrier=carrier, reason="x", actor=actor)
        case "hand":
            services.hand_over(carrier=carrier, person=person, on=on, reason="x", actor=actor)
        case "members":
            services.change_members(
                carrier=carrier, members=[person], on=on, reason="x", actor=actor
            )
        case "review":
            services.review_carrier(
                carrier=carrier,
                decision="keep" if flag else "withdraw",
                reason="x",
                actor=actor,
            )
        case "withdraw":
            services.withdraw_carrier(carrier=carrier, reason="x", actor=actor)
        case "pledge":
            services.write_pledge(carrier=carrier, text="承诺", actor=actor)
        case _:
            return house.propose(kind="zone", holder=person)
    return Carrier.objects.get(pk=carrier.pk)


def _check(carrier, kept) -> None:
    for one in Carrier.objects.all():
        rows = list(one.tenures.filter(is_holder=True))
        for ago in range(62):
            day = TODAY - timedelta(days=ago)
            assert sum(queries.serves_on(row, day) for row in rows) <= 1
    for model in (Tenure, Act, Review, Pledge):
        rows = {row.pk: row for row in model.objects.all()}
        assert set(kept.get(model, {})) <= set(rows)
        for pk, old in kept.get(model, {}).items():
            new = rows[pk]
            if model is Tenure:  # only its end may be written, once
                assert (old.person_id, old.valid_from) == (new.person_id, new.valid_from)
                assert old.valid_to in {None, new.valid_to}
            else:
                assert old.__dict__ | {"_state": None} == new.__dict__ | {"_state": None}
        kept[model] = rows


@given(days=st.lists(st.integers(0, 60), min_size=1, max_size=4), runs=st.integers(1, 4))
@settings(CALM, max_examples=4)
def test_an_appointment_has_one_induction_at_most(house, days, runs):
    with transaction.atomic():
        bureau = house.bureau
        for person, ago in zip(
            (bureau.member, bureau.colleague, bureau.officer, bureau.leader), days, strict=False
        ):
            day = TODAY - timedelta(days=ago)
            people.appoint_people(
                [people.AppointmentDraft(person, bureau.other_branch, "secretary", day)],
                actor=None,
            )
        made = [services.issue_inductions() for _run in range(runs)]
        assert len(made[0]) == sum(ago < 31 for ago in days)
        assert made[1:] == [[]] * (runs - 1)
        rows = Appointment.objects.filter(pk__in=Induction.objects.values("appointment_id"))
        assert rows.count() == len(made[0])
        transaction.set_rollback(True)
