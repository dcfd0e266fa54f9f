"""Acts on persons: what they write, what they refuse, and what they never write down."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from linghang.accounts.models import User
from linghang.org.enums import UnitKind
from linghang.people import api, services
from linghang.people.enums import MemberKind
from linghang.people.models import Appointment, Person
from linghang.platform.audit.models import Entry
from linghang.platform.crypto.fields import index
from tests.cast import make_person, make_unit

NUMBER = "999999199005300037"
DAY = date(2026, 3, 1)


def test_registering_gives_codes_memberships_and_an_index(bureau):
    drafts = [
        services.PersonDraft(
            "甲新", bureau.branch, NUMBER, joined_on=date(2012, 7, 1), full_on=date(2013, 7, 1)
        ),
        services.PersonDraft(
            "乙新", bureau.branch, joined_on=date(2001, 7, 1), full_on=date(2002, 7, 1)
        ),
        services.PersonDraft("丙新"),
    ]
    people = services.register_people(drafts, actor=bureau.officer.user)
    # The cast took the numbers up to M000009 without the series: they are passed over.
    assert [p.code for p in people] == ["M000010", "M000011", "M000012"]
    assert people[0].identity_index == index(NUMBER)
    spans = Appointment.objects.filter(person__in=people).order_by("person__code")
    assert [(a.person.name, a.unit.name, a.valid_from) for a in spans] == [
        ("甲新", "变电运维党支部", date(2012, 7, 1)),
        ("乙新", "变电运维党支部", date(2010, 1, 1)),
    ]
    entry = Entry.objects.get(verb="register_people")
    assert NUMBER not in str(entry.new)


def test_registering_costs_the_same_statements_for_one_and_for_many(
    bureau, django_assert_num_queries
):
    for count in (1, 40):
        drafts = [
            services.PersonDraft(f"新人{count}-{n}", bureau.branch, joined_on=date(2012, 7, 1))
            for n in range(count)
        ]
        services.register_people(drafts, actor=None)
        with django_assert_num_queries(9):
            services.register_people(
                [services.PersonDraft(f"又新{count}-{n}", bureau.branch) for n in range(count)],
                actor=None,
            )


def test_an_identity_number_is_registered_once(bureau):
    services.register_people([services.PersonDraft("甲新", bureau.branch, NUMBER)], actor=None)
    with pytest.raises(ValidationError) as caught:
        services.register_people([services.PersonDraft("乙新", None, NUMBER)], actor=None)
    assert list(caught.value.error_dict) == ["identity_number"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(code="X1", name="丙", identity_index=index(NUMBER))


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"born_on": date(2001, 12, 4), "joined_on": date(2017, 11, 30)}, "joined_on"),
        ({"joined_on": date(2019, 3, 23), "full_on": date(2019, 7, 1)}, "full_on"),
        (
            {
                "joined_on": date(2025, 3, 23),
                "full_on": date(2026, 3, 23),
                "member_kind": MemberKind.PROBATIONARY,
            },
            "full_on",
        ),
        ({"identity_number": "999999199005300038"}, "identity_number"),
    ],
)
def test_what_contradicts_the_rules_is_refused_at_its_field(bureau, fields, column):
    with pytest.raises(ValidationError) as caught:
        services.register_people(
            [services.PersonDraft("甲新", bureau.branch, **fields)], actor=None
        )
    assert list(caught.value.error_dict) == [column]


def test_a_meeting_some_days_before_the_year_is_over_does_not_stop_a_record(bureau):
    draft = services.PersonDraft("甲新", joined_on=date(2019, 10, 30), full_on=date(2020, 10, 28))
    assert services.register_people([draft], actor=None)[0].full_on == date(2020, 10, 28)


def test_correcting_nothing_writes_nothing(bureau):
    assert (
        services.correct_people(
            corrections=[(bureau.member, {"name": "林晓禾"})], reason="x", actor=None
        )
        == 0
    )
    assert Entry.objects.count() == 0


def test_a_correction_needs_a_reason(bureau):
    with pytest.raises(ValidationError) as caught:
        services.correct_person(
            person=bureau.member, changes={"job": "班长"}, reason=" ", actor=None
        )
    assert caught.value.code == "no_reason"


def test_a_transfer_closes_the_membership_and_the_posts_of_the_branch(bureau):
    services.transfer_member(person=bureau.secretary, unit=bureau.other_branch, on=DAY, actor=None)
    told = Appointment.objects.filter(person=bureau.secretary).order_by("valid_from", "post__order")
    assert [(a.post_id, a.unit.name, a.valid_from, a.valid_to) for a in told] == [
        ("secretary", "变电运维党支部", date(2020, 1, 1), DAY),
        ("member", "变电运维党支部", date(2020, 1, 1), DAY),
        ("member", "输电运检党支部", DAY, None),
    ]
    assert api.member_on(bureau.branch.pk, bureau.secretary.pk, date(2026, 2, 28))
    assert not api.member_on(bureau.branch.pk, bureau.secretary.pk, DAY)


@pytest.mark.parametrize(
    ("unit", "day", "code"),
    [
        ("branch", DAY, "already_there"),
        ("other_branch", date(2026, 11, 22), "future"),
        ("other_branch", date(2019, 1, 1), "before_membership"),
        ("group", DAY, "not_a_branch"),
    ],
)
def test_a_transfer_that_cannot_be_is_refused(bureau, unit, day, code):
    with pytest.raises(ValidationError) as caught:
        services.transfer_member(
            person=bureau.member, unit=getattr(bureau, unit), on=day, actor=None
        )
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("post", "begin", "end", "code"),
    [
        ("secretary", DAY, None, "overlap"),
        ("member", DAY, None, "overlap"),
        ("no_such_post", DAY, None, "no_post"),
        ("publicity_member", DAY, DAY, "empty"),
    ],
)
def test_an_appointment_that_cannot_be_is_refused(bureau, post, begin, end, code):
    with pytest.raises(ValidationError) as caught:
        services.appoint_person(
            person=bureau.secretary, unit=bureau.branch, post=post, on=begin, until=end, actor=None
        )
    assert caught.value.code == code


def test_an_appointment_ends_on_a_later_day_and_only_once(bureau):
    held = Appointment.objects.get(person=bureau.secretary, post_id="secretary")
    for day, code in ((date(2020, 1, 1), "empty"), (DAY, None), (DAY, "ended")):
        if code is None:
            services.end_appointment(appointment=held, on=day, actor=None)
            continue
        with pytest.raises(ValidationError) as caught:
            services.end_appointment(appointment=held, on=day, actor=None)
        assert caught.value.code == code
    assert api.committee_on(bureau.branch.pk, date(2026, 2, 28)) == [bureau.secretary]
    assert api.committee_on(bureau.branch.pk, DAY) == []


def test_log_ins_are_made_with_one_hash_and_have_to_be_changed(bureau):
    users = services.create_logins(
        logins=[(bureau.colleague, "xu"), (bureau.member, "lin")],
        password="Lh-demo-2026",
        actor=None,
    )
    assert len({user.password for user in users}) == 1
    assert all(user.must_change_password for user in users)
    assert Person.objects.get(user__username="xu") == bureau.colleague
    with pytest.raises(ValidationError) as caught:
        services.create_logins(
            logins=[(bureau.colleague, "xu")], password="Lh-demo-2026", actor=None
        )
    assert caught.value.code == "username_taken"


def test_a_log_in_belongs_to_one_person(bureau):
    with pytest.raises(ValidationError) as caught:
        services.link_login(person=bureau.colleague, user=bureau.officer.user, actor=None)
    assert caught.value.code == "login_taken"
    fresh = User.objects.create_user("fresh", "Lh-demo-2026")
    services.link_login(person=bureau.colleague, user=fresh, actor=None)
    assert Person.objects.get(pk=bureau.colleague.pk).user == fresh


def test_members_are_listed_by_unit_and_day(bureau):
    services.transfer_member(person=bureau.member, unit=bureau.other_branch, on=DAY, actor=None)
    ids = [bureau.branch.pk, bureau.other_branch.pk, bureau.group.pk]

    def names(on):
        return {pk: [p.name for p in people] for pk, people in api.list_members(ids, on).items()}

    assert names(date(2026, 2, 28)) == {
        ids[0]: ["韩帆", "林晓禾", "许怡书", "孟宇行"],
        ids[1]: ["方艳一"],
        ids[2]: [],
    }
    assert names(DAY)[ids[1]] == ["林晓禾", "方艳一"]


def test_a_name_means_the_member_of_the_day_before_one_who_left(bureau):
    older = make_person("林晓禾")
    Appointment.objects.create(
        person=older,
        unit=bureau.branch,
        post_id="member",
        valid_from=date(2012, 1, 1),
        valid_to=date(2019, 1, 1),
    )
    found = api.find_by_name_in_unit(bureau.branch.pk, ["林 晓禾", "无此人"], DAY)
    assert found == {"林 晓禾": bureau.member, "无此人": None}
    assert api.find_by_name_in_unit(bureau.branch.pk, ["林晓禾"], date(2015, 1, 1)) == {
        "林晓禾": older
    }


def test_the_roster_answers_without_queries(bureau, django_assert_num_queries):
    with django_assert_num_queries(1):
        roster = api.load_roster(paths=[bureau.committee.path])
        assert [s.name for s in roster.members(bureau.branch.pk, DAY)] == [
            "韩帆",
            "林晓禾",
            "许怡书",
            "孟宇行",
        ]
        assert [s.name for s in roster.committee(bureau.branch.pk, DAY)] == ["韩帆"]
        assert roster.secretary(bureau.branch.pk, DAY).name == "韩帆"
        assert roster.find(bureau.branch.pk, "许 怡书", DAY).person_id == bureau.colleague.pk
        assert roster.find(bureau.branch.pk, "方艳一", DAY) is None


def test_people_are_described_in_one_query(bureau, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = api.describe_people([bureau.member.pk, bureau.officer.pk], date(2026, 1, 15))
    assert found[bureau.member.pk] == {
        "name": "林晓禾",
        "code": bureau.member.code,
        "member_kind": "full",
        "standing": "normal",
        "unit_id": bureau.branch.pk,
        "unit_path": bureau.branch.path,
        "months_active": 72,
        "posts": ["member"],
    }
    assert found[bureau.officer.pk]["unit_id"] is None


def test_whoever_has_left_stays_in_sight_of_the_former_branch(bureau):
    membership = Appointment.objects.get(person=bureau.member)
    services.end_appointment(appointment=membership, on=DAY, actor=None)
    scope = api.compute_scope(bureau.secretary.user)
    assert bureau.member in api.visible_people(scope)
    elsewhere = make_unit("营销党支部", UnitKind.BRANCH, bureau.committee)
    Appointment.objects.create(
        person=bureau.member, unit=elsewhere, post_id="member", valid_from=DAY
    )
    assert bureau.member not in api.visible_people(scope)


def test_one_membership_at_a_time_stands_in_the_database_too(bureau):
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(
            person=bureau.member, unit=bureau.other_branch, post_id="member", valid_from=DAY
        )
