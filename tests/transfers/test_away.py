"""Members who are away, and members out of touch: contact, search, decisions by the rules."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.elections import queries as elections
from linghang.ledger.models import Fact
from linghang.people.models import Person
from linghang.platform.acts import ReasonMissingError
from linghang.platform.calendar import clock
from linghang.transfers import queries, services
from linghang.transfers.enums import AwayStage
from tests.conftest import TODAY
from tests.transfers.test_transfers import refuse


def read(house) -> Person:
    return Person.objects.get(pk=house.member.pk)


def search(house, away, on=TODAY):
    return services.record_search(away=away, on=on, note="走访家属并发函", actor=house.secretary)


def suspend(house, away, on=TODAY, number="示党〔2026〕40号", actor=None):
    return services.suspend_member(
        away=away, on=on, document_number=number, actor=actor or house.officer
    )


def test_a_floating_member_is_counted_so_kept_in_touch_with_and_comes_back(house):
    away = house.leave()
    assert read(house).is_floating
    assert away.due_on == date(2026, 8, 4)
    services.record_contact(away=away, on=date(2026, 11, 2), note="电话联系", actor=house.secretary)
    away.refresh_from_db()
    assert away.due_on == date(2027, 2, 2)
    services.record_back(away=away, on=TODAY, actor=house.secretary)
    assert not read(house).is_floating
    away.refresh_from_db()
    assert (away.stage, away.ended_on, away.due_on) == (AwayStage.BACK, TODAY, None)


def test_less_than_six_months_asks_a_reason_and_nobody_is_registered_twice(house):
    with pytest.raises(ReasonMissingError):
        house.leave(until=date(2026, 8, 1))
    refuse("place", house.leave, place=" ")
    house.leave(until=date(2026, 8, 1), reason="工程抢修")
    refuse("known", house.leave)


def test_a_transfer_ends_the_absence(house):
    away = house.leave()
    house.receipt(house.approve(house.open()))
    away.refresh_from_db()
    assert (away.stage, read(house).is_floating) == (AwayStage.MOVED, False)


def test_whereabouts_are_encrypted(house):
    from django.db import connection

    away = house.leave()
    with connection.cursor() as cursor:
        cursor.execute("SELECT place, contact FROM transfers_away WHERE id = %s", [away.pk])
        place, contact = cursor.fetchone()
    assert "示范" not in place + contact


def test_out_of_touch_is_searched_for_and_found(house):
    away = house.lose()
    assert read(house).is_lost
    search(house, away)
    services.record_found(away=away, on=TODAY, note="经亲属找到", actor=house.secretary)
    assert not read(house).is_lost


def test_less_than_six_months_out_of_touch_asks_a_reason(house):
    with pytest.raises(ReasonMissingError):
        house.lose(last_contact_on=date(2026, 9, 1))


def test_a_floating_member_who_cannot_be_reached_is_out_of_touch_since_the_last_contact(house):
    away = house.leave()
    services.lose_member(away=away, cause="moved_home", actor=house.secretary)
    away.refresh_from_db()
    assert (away.stage, away.last_contact_on) == (AwayStage.SEARCHED, date(2026, 5, 4))
    person = read(house)
    assert (person.is_lost, person.is_floating) == (True, False)


def test_suspended_only_after_six_months_with_a_search_and_by_another(house):
    away = house.lose(last_contact_on=date(2026, 6, 1), reason="多次联系无果")
    refuse("too_early", suspend, house, away)
    search(house, away)
    refuse("too_early", suspend, house, away)
    with clock.stand_on(date(2026, 12, 1)):
        refuse("own", suspend, house, away, on=date(2026, 12, 1), actor=house.secretary)
        refuse("document_number", suspend, house, away, on=date(2026, 12, 1), number=" ")
        suspend(house, away, on=date(2026, 12, 1))
        assert read(house).standing == "suspended"
        eligible = elections.list_eligible(house.bureau.branch, date(2026, 12, 1))
        assert house.member not in eligible


def test_removed_only_two_years_later_and_restored_when_found(house):
    away = search(house, house.lose())
    suspend(house, away)
    decided = {"document_number": "示党〔2028〕3号", "actor": house.officer}
    refuse("too_early", services.remove_member, away=away, on=TODAY, **decided)
    with clock.stand_on(date(2028, 11, 21)):
        services.remove_member(away=away, on=date(2028, 11, 21), **decided)
    assert read(house).standing == "left"
    assert house.homes()[0][2] == date(2028, 11, 21)


def test_restored_by_a_decision(house):
    away = search(house, house.lose())
    suspend(house, away)
    services.restore_member(
        away=away, on=TODAY, document_number="示党〔2026〕41号", actor=house.officer
    )
    person = read(house)
    assert (person.standing, person.is_lost) == ("normal", False)
    away.refresh_from_db()
    assert [act.kind for act in away.acts.all()] == ["lost", "searched", "suspended", "restored"]
    assert not Fact.objects.filter(kind="transfer").exists()


def test_branch_and_officer_are_reminded_without_names(house):
    house.leave()
    found = list(queries.list_reminders(date(2026, 8, 1)))
    assert [note.recipient_id for note in found] == [house.secretary.pk]
    assert house.member.name not in found[0].title
