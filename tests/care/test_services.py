"""Awards count once and are withdrawn with a reason; hardship is kept by few and counted without names."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from linghang.care import queries, services
from linghang.care.models import Award, Hardship, Visit
from linghang.care.services import AwardDraft, HardshipDraft, VisitDraft
from linghang.ledger.models import Entry, Fact
from linghang.people import api as people
from linghang.platform.audit.models import Entry as Trail

SECRET = "术后长期服药"


def award(bureau, **changes):
    draft = AwardDraft(
        **{
            "unit": bureau.branch,
            "title": "优秀共产党员",
            "level": "provincial",
            "body": "中共示范省委组织部",
            "awarded_on": date(2026, 7, 1),
            "person": bureau.member,
            "document_number": "示组〔2026〕7号",
            **changes,
        }
    )
    return services.record_awards([draft], actor=bureau.secretary.user)[0]


def hardship(bureau, person=None, **changes):
    draft = HardshipDraft(
        **{
            "person": person or bureau.member,
            "kind": "illness",
            "situation": SECRET,
            "since": date(2026, 9, 1),
            "review_on": date(2027, 3, 1),
            **changes,
        }
    )
    return services.register_hardship(unit=bureau.branch, draft=draft, actor=bureau.secretary.user)


def visit(bureau, record, **changes):
    draft = VisitDraft(
        **{
            "on": date(2026, 9, 20),
            "visitor": bureau.secretary,
            "help": "money",
            "amount": Decimal(500),
            "note": "精神尚好",
            **changes,
        }
    )
    return services.record_visit(hardship=record, draft=draft, actor=bureau.secretary.user)


def code_of(refusal):
    error = refusal.value
    return next(iter(error.error_dict)) if hasattr(error, "error_dict") else error.code


# -- awards ----------------------------------------------------------------------------------------


def test_an_award_of_a_member_counts_once_for_the_branch_and_names_nobody(bureau):
    made = award(bureau)
    [fact] = Fact.objects.filter(entry__source_type="care.award")
    assert (
        fact.kind,
        fact.unit_id,
        fact.person_id,
        fact.quantity,
        fact.status,
        fact.occurred_on,
    ) == (
        "award",
        bureau.branch.pk,
        None,
        100,
        "provincial",
        date(2026, 7, 1),
    )
    assert str(made) == "优秀共产党员：林晓禾"
    trail = Trail.objects.get(verb="care.awarded")
    assert (trail.actor, trail.new) == (
        bureau.secretary.user,
        {"level": "provincial", "awarded_on": "2026-07-01"},
    )


def test_a_withdrawn_award_counts_no_more_and_keeps_its_reason(bureau):
    made = award(bureau)
    services.withdraw_award(award=made, reason="表彰机关撤销", actor=bureau.officer.user)
    made.refresh_from_db()
    assert (made.withdraw_reason, made.withdrawn_at is None) == ("表彰机关撤销", False)
    assert Entry.objects.filter(source_type="care.award", withdrawn_at=None).count() == 0
    assert list(queries.list_awards_of(bureau.member.pk)) == []
    with pytest.raises(ValidationError) as refusal:
        services.withdraw_award(award=made, reason="再次", actor=bureau.officer.user)
    assert "表彰机关撤销" in refusal.value.messages[0]


def test_a_withdrawal_needs_a_reason(bureau):
    made = award(bureau)
    with pytest.raises(ValidationError) as refusal:
        services.withdraw_award(award=made, reason=" ", actor=bureau.officer.user)
    assert code_of(refusal) == "reason"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"awarded_on": date(2026, 11, 22)}, "awarded_on"),
        ({"level": "galactic"}, "level"),
        ({"title": " 优秀共产党员 "}, "title"),
    ],
)
def test_an_award_that_cannot_be_is_refused(bureau, changes, where):
    award(bureau)
    with pytest.raises(ValidationError) as refusal:
        award(bureau, **changes)
    assert code_of(refusal) == where
    assert Award.objects.count() == 1


def test_the_same_title_may_honour_the_branch_and_a_member_on_one_day(bureau):
    award(bureau)
    award(bureau, person=None)
    assert sorted(one.holder for one in Award.objects.all()) == ["变电运维党支部", "林晓禾"]


# -- hardship --------------------------------------------------------------------------------------


def test_situation_amount_and_note_lie_encrypted(bureau):
    visit(bureau, hardship(bureau))
    with connection.cursor() as cursor:
        cursor.execute("SELECT situation, end_reason FROM care_hardship")
        kept = str(cursor.fetchall())
        cursor.execute("SELECT paid, note FROM care_visit")
        kept += str(cursor.fetchall())
    assert (SECRET in kept, "500" in kept.split("gAAAA")[0], "精神" in kept) == (
        False,
        False,
        False,
    )
    assert (Hardship.objects.get().situation, Visit.objects.get().amount) == (
        SECRET,
        Decimal("500.00"),
    )


def test_a_visit_leaves_a_fact_without_name_reason_or_amount(bureau):
    record = hardship(bureau)
    made = visit(bureau, record)
    [fact] = Fact.objects.filter(entry__source_type="care.visit", entry__source_id=made.pk)
    assert (fact.kind, fact.unit_id, fact.person_id, fact.quantity, fact.occurred_on) == (
        "hardship_visit",
        bureau.branch.pk,
        None,
        100,
        date(2026, 9, 20),
    )
    told = str(list(Entry.objects.filter(source_type="care.visit").values_list("title", "detail")))
    assert ("林晓禾" in told, "500" in told) == (False, False)
    assert Fact.objects.filter(entry__source_type="care.hardship").count() == 0


def test_the_trail_of_hardship_names_the_branch_only(bureau):
    record = hardship(bureau)
    visit(bureau, record)
    services.read_situation(hardship=record, actor=bureau.officer.user)
    rows = list(Trail.objects.filter(verb__startswith="care.").order_by("pk"))
    assert [(row.verb, row.object_label) for row in rows] == [
        ("care.registered", "变电运维党支部"),
        ("care.visited", "变电运维党支部"),
        ("care.read", "变电运维党支部"),
    ]
    assert SECRET not in str([(row.old, row.new, row.reason) for row in rows])


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"situation": " "}, "situation"),
        ({"since": date(2026, 11, 22)}, "since"),
        ({"review_on": date(2026, 11, 21)}, "review_on"),
    ],
)
def test_a_record_that_cannot_be_is_refused(bureau, changes, where):
    with pytest.raises(ValidationError) as refusal:
        hardship(bureau, **changes)
    assert code_of(refusal) == where


def test_one_open_record_a_person_and_members_of_the_branch_only(bureau):
    hardship(bureau)
    for person in (bureau.member, bureau.officer):
        with pytest.raises(ValidationError) as refusal:
            hardship(bureau, person)
        assert code_of(refusal) == "person"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"on": date(2026, 11, 22)}, "on"),
        ({"on": date(2026, 8, 31)}, "on"),
        ({"amount": None}, "amount"),
        ({"amount": Decimal(-1)}, "amount"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(bureau, changes, where):
    record = hardship(bureau)
    with pytest.raises(ValidationError) as refusal:
        visit(bureau, record, **changes)
    assert code_of(refusal) == where
    assert Fact.objects.filter(kind="hardship_visit").count() == 0


def test_two_at_one_record_the_second_is_told(bureau):
    record = hardship(bureau)
    visit(bureau, record)
    with pytest.raises(ValidationError) as refusal:
        services.review_hardship(
            hardship=record,
            review_on=date(2027, 6, 1),
            actor=bureau.officer.user,
            seen=record.seen,
        )
    assert code_of(refusal) == "changed"


def test_a_record_that_ended_is_over_and_a_new_one_may_begin(bureau):
    record = hardship(bureau)
    services.end_hardship(
        hardship=record, on=date(2026, 11, 1), reason="康复返岗", actor=bureau.secretary.user
    )
    with pytest.raises(ValidationError) as refusal:
        visit(bureau, record)
    assert code_of(refusal) == "ended"
    hardship(bureau)
    assert Hardship.objects.count() == 2


def test_fewer_than_three_of_a_kind_are_not_told(bureau):
    for person in (bureau.member, bureau.colleague):
        hardship(bureau, person)
    scope = people.compute_scope(bureau.leader.user)
    tally = queries.count_hardships(scope, 2026)
    assert (tally.open, tally.visits, tally.kinds) == (2, 0, ())
    hardship(bureau, bureau.secretary)
    assert queries.count_hardships(scope, 2026).kinds == (("疾病", 3),)


def test_the_secretary_is_reminded_without_the_name(bureau):
    hardship(bureau, review_on=date(2026, 12, 1))
    [draft] = queries.list_reminders(date(2026, 11, 21))
    assert (draft.recipient_id, "林晓禾" in draft.title, draft.unit_path) == (
        bureau.secretary.user_id,
        False,
        bureau.branch.path,
    )
    assert list(queries.list_reminders(date(2026, 11, 1))) == []
