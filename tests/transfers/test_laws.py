"""No sequence of acts leaves anybody with two memberships, between two branches, or a letter too long."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from linghang.ledger.models import Fact
from linghang.people.models import Appointment, Person
from linghang.platform.calendar import clock
from linghang.transfers import services
from linghang.transfers.enums import ENDED, Stage, Way
from linghang.transfers.models import Away, Letter, Transfer
from tests.conftest import TODAY

ACTS = st.sampled_from(
    [
        "open", "within", "within", "register", "approve", "approve", "receipt", "confirm",
        "confirm", "renew", "recall", "return", "refuse", "withdraw", "leave", "lose", "suspend",
    ]
)  # fmt: skip


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    acts=st.lists(
        st.tuples(ACTS, st.integers(0, 120), st.integers(-4, 2), st.integers(0, 6)), max_size=14
    )
)
def test_no_sequence_of_acts_breaks_the_law(house, acts):
    kept = transaction.savepoint()
    try:
        _go(house, acts)
    finally:
        transaction.savepoint_rollback(kept)


def _go(house, acts):
    today = TODAY
    for what, days, back, wait in acts:
        today += timedelta(days=wait)
        rows = _count()
        with clock.stand_on(today):
            try:
                with transaction.atomic():
                    _try(house, what, days, today + timedelta(days=back))
            except ValidationError:
                assert _count() == rows  # nothing half done
        _check(house, today)
    event(str(sorted(Transfer.objects.values_list("stage", flat=True))))
    _check_history()


def _count():
    return tuple(
        model.objects.count() for model in (Transfer, Away, Letter, Appointment, Person, Fact)
    )


def _try(house, what, days, on):
    person = Person.objects.get(pk=house.member.pk)
    transfer = Transfer.objects.last()
    away = Away.objects.last()
    home = Appointment.objects.filter(person=person, post_id="member", valid_to=None).first()
    unit = home.unit if home else house.bureau.branch
    goal = house.bureau.other_branch
    if goal == unit:
        goal = house.bureau.branch
    why = {"reason": "说明", "actor": house.officer}
    begin = {
        "open": lambda: house.open(person=person, unit=unit, reason="说明"),
        "within": lambda: house.open(person=person, unit=unit, to_unit=goal, reason="说明"),
        "register": lambda: house.register(days=days, reason="说明"),
        "leave": lambda: house.leave(person=person),
        "lose": lambda: house.lose(person=person),
    }
    act = {
        "approve": lambda: house.approve(transfer, days=days, reason="说明"),
        "receipt": lambda: house.receipt(transfer, on=on),
        "confirm": lambda: house.confirm(transfer, on=on),
        "renew": lambda: services.renew_letter(transfer=transfer, why="遗失", days=days, **why),
        "recall": lambda: services.recall_transfer(transfer=transfer, **why),
        "return": lambda: services.return_transfer(transfer=transfer, **why),
        "refuse": lambda: services.refuse_transfer(transfer=transfer, **why),
        "withdraw": lambda: services.withdraw_transfer(transfer=transfer, **why),
    }
    if what in begin:
        begin[what]()
    elif what in act and transfer is not None:
        act[what]()
    elif what == "suspend" and away is not None:
        services.record_search(away=away, on=on, note="查找", actor=house.secretary)
        services.suspend_member(away=away, on=on, document_number="1号", actor=house.officer)


def _check(house, today):
    assert not Letter.objects.exclude(days__range=(1, 90)).exists()
    for letter in Letter.objects.all():
        assert letter.valid_until == letter.issued_on + timedelta(days=letter.days)
    for person in Person.objects.filter(transfers__isnull=False).distinct():
        spans = list(
            Appointment.objects.filter(person=person, post_id="member")
            .order_by("valid_from", "pk")
            .values_list("valid_from", "valid_to")
        )
        for (_one, end), (begin, _other) in itertools.pairwise(spans):
            assert end is not None
            assert end <= begin  # never in two branches
        left = Transfer.objects.filter(person=person, way=Way.OUT, stage=Stage.DONE).exists()
        if person == house.member and not left:  # never without one between two branches
            assert spans[-1][1] is None
            for (_one, end), (begin, _other) in itertools.pairwise(spans):
                assert end == begin
        assert Transfer.objects.filter(person=person).exclude(stage__in=ENDED).count() <= 1


def _check_history():
    for transfer in Transfer.objects.all():
        assert transfer.acts.count() == transfer.version
        done = transfer.stage == Stage.DONE
        facts = Fact.objects.filter(kind="transfer", entry__source_id=transfer.pk)
        assert facts.count() == (0 if not done else 2 if transfer.way == Way.WITHIN else 1)
        if transfer.way != Way.IN and done:
            assert transfer.acts.filter(kind__in=["issued", "approved"]).exists()
    for away in Away.objects.all():
        assert away.acts.count() == away.version
