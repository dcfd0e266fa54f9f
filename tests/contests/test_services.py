"""Contests: prepared, counted, ended, doubted, closed; what came late is said, never slipped in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linghang.contests import mapping, services
from linghang.contests.enums import Happened, State
from linghang.contests.models import Contest, Team, TeamDay, Template
from linghang.contests.queries import standing
from linghang.evaluation import api as evaluation
from linghang.ledger.models import Entry, Fact
from linghang.library.api import install_packs
from linghang.org.enums import UnitKind
from linghang.org.models import Coverage
from linghang.people.api import compute_scope
from linghang.platform.audit.models import Entry as Trail
from linghang.platform.calendar import clock
from tests.cast import make_unit
from tests.core.scoring.test_daily import RULES, rule, text
from tests.evaluation import cases

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 2)
DOCUMENT = RULES | {
    "deduction_floor": "-10",
    "dimensions": [
        {
            "code": "A",
            "title": text("服务"),
            "criteria": [
                rule(
                    "A1",
                    "60",
                    {"sum": {"kinds": ["probe.deed"]}},
                    {"proportional": {"target": "10"}},
                ),
                rule(
                    "A2",
                    "40",
                    {"days": {"kinds": ["probe.duty"]}},
                    {"proportional": {"target": "4"}},
                ),
            ],
        },
        {
            "code": "B",
            "title": text("安全"),
            "criteria": [
                rule(
                    "B1",
                    "10",
                    {"sum": {"kinds": ["probe.harm"]}},
                    {"per_unit": {"points": "1", "cap": "10"}},
                    nature="deduction",
                )
            ],
        },
    ],
}


def prepare(bureau, units=None, days: int = 10, **changes) -> Contest:
    draft = services.ContestDraft(
        root=bureau.committee,
        title="百日百分竞赛",
        document=DOCUMENT,
        first_day=DAY,
        days=days,
        daily_limit=Decimal(20),
        units=units or [bureau.branch, bureau.other_branch],
    )
    with clock.stand_on(DAY):
        return services.prepare_contest(draft=replace(draft, **changes), actor=bureau.officer.user)


def start(bureau, **more) -> Contest:
    contest = prepare(bureau, **more)
    with clock.stand_on(DAY):
        return services.start_contest(contest=contest, actor=bureau.officer.user)


def table(contest: Contest, today: date) -> list[tuple[str, int, str]]:
    return [
        (one.team.unit.code, one.place, f"{one.points:.2f}")
        for one in standing.read_standing(contest, today)
    ]


def test_the_table_moves_with_the_records_and_shares_places(bureau):
    contest = start(bureau)
    codes = bureau.branch.code, bureau.other_branch.code
    assert table(contest, DAY) == [(codes[0], 1, "0.00"), (codes[1], 1, "0.00")]
    cases.record(bureau.other_branch, "probe.deed", quantity=200, on=DAY)
    cases.record(bureau.group, "probe.duty", status="met", on=DAY)  # the branch owns its groups
    cases.record(
        bureau.branch, "probe.deed", quantity=500, on=DAY + timedelta(days=1)
    )  # 30, 20 count
    assert table(contest, DAY) == [(codes[1], 1, "12.00"), (codes[0], 2, "10.00")]
    assert table(contest, DAY + timedelta(days=1)) == [
        (codes[0], 1, "30.00"),
        (codes[1], 2, "12.00"),
    ]
    one = standing.read_standing(contest, DAY + timedelta(days=1))[0]
    assert (one.today, one.course.cut) == (Decimal(20), Decimal("10.00"))


def test_a_past_day_that_changes_keeps_its_first_number(bureau):
    contest = start(bureau)
    cases.record(bureau.branch, "probe.deed", quantity=100, on=DAY)
    two = DAY + timedelta(days=2)
    with clock.stand_on(two):
        assert services.state_all() == 1
    assert TeamDay.objects.count() == 4  # two days are over, of two teams
    assert services.state_days(contest=contest, today=two) == 0  # killed and run again: the same
    cases.record(bureau.branch, "probe.deed", quantity=25, on=DAY)
    one = standing.read_standing(contest, two)[0]
    assert [(late.on, late.first, late.now, late.change) for late in one.late] == [
        (DAY, Decimal("6.00"), Decimal("7.50"), Decimal("1.50"))
    ]
    assert one.late_sum == Decimal("1.50")
    assert services.state_days(contest=contest, today=two) == 1
    row = TeamDay.objects.get(team__unit=bureau.branch, on=DAY)
    assert (row.first, row.points, row.changed_on) == (Decimal("6.00"), Decimal("7.50"), two)
    assert standing.read_standing(contest, two)[0].late_sum == Decimal("1.50")


def test_ended_the_points_stand_and_an_upheld_objection_is_seen(bureau):
    contest = start(bureau, days=10)
    cases.record(bureau.branch, "probe.deed", quantity=100, on=DAY)
    cases.record(bureau.other_branch, "probe.deed", quantity=150, on=DAY)
    after = contest.last_day + timedelta(days=1)  # Thursday
    officer, leader, secretary = (p.user for p in (bureau.officer, bureau.leader, bureau.secretary))
    with clock.stand_on(after):
        contest = services.end_contest(contest=contest, actor=officer)
        assert (contest.state, contest.objections_until) == (State.ENDED, date(2026, 11, 19))
        missed = cases.record(bureau.branch, "probe.deed", quantity=300, on=DAY)
        team = contest.teams.get(unit=bureau.branch)
        assert table(contest, after)[0] == (bureau.other_branch.code, 1, "9.00")  # frozen
        with pytest.raises(ValidationError, match="异议期至2026-11-19"):
            services.close_contest(contest=contest, actor=officer)
        objection = services.object_to(
            team=team,
            criterion="A1",
            text="一次服务漏记。",
            actor=secretary,
            scope=compute_scope(secretary),
        )
        for actor in (officer, secretary):
            with pytest.raises(ValidationError, match="您的职务不能裁定异议") as refusal:
                services.decide_objection(
                    objection=objection,
                    uphold=True,
                    decision="属实",
                    actor=actor,
                    scope=compute_scope(actor),
                )
            assert refusal.value.code == "not_yours"
        decided = services.decide_objection(
            objection=objection,
            uphold=True,
            decision="记录已补。",
            actor=leader,
            scope=compute_scope(leader),
        )
    # the day is worth 24 points, 20 count
    assert (decided.old_points, decided.new_points) == (Decimal("6.00"), Decimal("20.00"))
    assert [row[1:] for row in table(contest, after)] == [(1, "20.00"), (2, "9.00")]
    with clock.stand_on(date(2026, 11, 20)):
        closed = services.close_contest(contest=contest, actor=officer)
    content = closed.read_snapshot()
    assert [(row["place"], row["points"]) for row in content["teams"]] == [
        (1, "20.00"),
        (2, "9.00"),
    ]
    assert len(closed.digest) == 64
    facts = Fact.objects.filter(kind="contest.result").order_by("seq")
    assert [(f.unit_id, f.quantity, f.status, f.counts_on) for f in facts] == [
        (bureau.branch.pk, 2000, "first", contest.last_day),
        (bureau.other_branch.pk, 900, "took_part", contest.last_day),
    ]
    cases.withdraw(missed)
    assert [row[1:] for row in table(closed, date(2026, 12, 31))] == [(1, "20.00"), (2, "9.00")]
    assert Trail.objects.filter(verb__startswith="contest.").count() == 6
    assert Entry.objects.filter(source_type="contests.team").count() == 2


def test_who_decided_one_objection_decides_the_next_but_never_their_own(bureau, client):
    contest = start(bureau)
    leader, supervisor, secretary = (
        one.user for one in (bureau.leader, bureau.supervisor, bureau.secretary)
    )
    with clock.stand_on(contest.last_day + timedelta(days=1)):
        services.end_contest(contest=contest, actor=bureau.officer.user)
        team = contest.teams.get(unit=bureau.branch)
        raised = [
            services.object_to(
                team=team, criterion="", text=text, actor=by, scope=compute_scope(secretary)
            )
            for text, by in (("一", secretary), ("二", secretary), ("三", leader))
        ]

        def decide(number: int, by) -> str:
            return services.decide_objection(
                objection=raised[number],
                uphold=False,
                decision="记录无误。",
                actor=by,
                scope=compute_scope(by),
            ).state

        with CaptureQueriesContext(connection) as asked:
            assert decide(0, leader) == "rejected"
        tables = [
            row["sql"].split(" FROM ")[1].split()[0] for row in asked if " FROM " in row["sql"]
        ]
        held = [table for table in tables if table.startswith('"contests_')]
        assert held[:2] == ['"contests_contest"', '"contests_objection"']  # locked in this order
        assert decide(1, leader) == "rejected"
        with pytest.raises(ValidationError, match="提出异议的人"):
            decide(2, leader)
        contest.acts.create(kind=Happened.CHANGED, by=leader, at=clock.now())
        with pytest.raises(ValidationError, match="组织竞赛的人"):
            decide(2, leader)
        assert decide(2, supervisor) == "rejected"
        address = reverse("contests:contest", args=[contest.pk])
        links = {}
        for who in (leader, secretary, bureau.member.user):
            client.force_login(who)
            page = client.get(address).content.decode()
            links[who.pk] = [reverse("contests:objection", args=[one.pk]) in page for one in raised]
        assert list(links.values()) == [[True] * 3, [True, True, False], [False] * 3]


def test_a_contest_called_off_has_no_table(bureau, client):
    contest = start(bureau)
    cases.record(bureau.branch, "probe.deed", quantity=100, on=DAY)
    with clock.stand_on(DAY + timedelta(days=1)):
        services.cancel_contest(contest=contest, actor=bureau.officer.user, reason="防汛应急")
    contest.refresh_from_db()
    assert standing.read_standing(contest, DAY + timedelta(days=5)) == []
    client.force_login(bureau.member.user)
    page = client.get(reverse("contests:contest", args=[contest.pk])).context
    assert (page["rows"], page["number"], page["state"]) == ([], 2, State.CANCELLED)


def test_ending_early_asks_for_a_reason_and_counts_to_that_day(bureau):
    contest = start(bureau)
    cases.record(bureau.branch, "probe.deed", quantity=100, on=DAY + timedelta(days=5))
    with clock.stand_on(DAY + timedelta(days=3)):
        with pytest.raises(ValidationError):
            services.end_contest(contest=contest, actor=bureau.officer.user)
        ended = services.end_contest(contest=contest, actor=bureau.officer.user, reason="防汛应急")
    assert ended.ended_on == DAY + timedelta(days=3)
    assert [row[2] for row in table(ended, DAY + timedelta(days=9))] == ["0.00", "0.00"]


def test_who_looked_at_an_older_state_is_told(bureau):
    contest = prepare(bureau)
    before = contest.seen
    with clock.stand_on(DAY):
        services.start_contest(contest=contest, actor=bureau.officer.user, seen=before)
        with pytest.raises(ValidationError, match="高知远已先行登记“启动了竞赛”"):
            services.cancel_contest(
                contest=contest, actor=bureau.leader.user, reason="改期", seen=before
            )


def test_the_page_of_a_change_sends_back_what_was_seen(bureau, client):
    contest = prepare(bureau)
    address = reverse("contests:edit", args=[contest.pk])
    client.force_login(bureau.officer.user)
    with clock.stand_on(DAY):
        form = client.get(address).context["form"]
        assert f'name="seen" value="{contest.seen}"' in str(form["seen"])
        data = {name: form[name].value() for name in form.fields}
        draft = services.ContestDraft(
            root=contest.root,
            title="另改的标题",
            document=DOCUMENT,
            first_day=DAY,
            days=10,
            daily_limit=Decimal(20),
            units=[bureau.branch, bureau.other_branch],
        )
        services.change_contest(contest=contest, draft=draft, actor=bureau.leader.user)
        answer = client.post(address, data)
        assert answer.status_code == 422
        assert "先行登记" in str(answer.context["form"].non_field_errors())
    contest.refresh_from_db()
    assert contest.title == "另改的标题"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"days": 0}, "days"),
        ({"daily_limit": Decimal("9.99")}, "daily_limit"),
        ({"title": " "}, "title"),
    ],
)
def test_what_cannot_be_a_contest_is_refused(bureau, changes, field):
    with pytest.raises(ValidationError) as refusal:
        prepare(bureau, **changes)
    assert list(refusal.value.message_dict) == [field]


def test_parent_and_child_are_never_both_teams(bureau):
    with pytest.raises(ValidationError, match="变电一班党小组"):
        prepare(bureau, units=[bureau.branch, bureau.group])


def test_a_branch_and_the_station_it_covers_are_never_both_teams(bureau):
    with pytest.raises(ValidationError) as refusal:
        start(bureau, units=[bureau.branch, bureau.station])
    assert refusal.value.code == "overlap"
    assert bureau.branch.name in refusal.value.messages[0]
    assert bureau.station.name in refusal.value.messages[0]
    assert Contest.objects.get().state == State.DRAFT


def test_rules_stand_before_they_count(bureau):
    contest = prepare(bureau)
    assert standing.read_standing(contest, DAY) == []  # nothing is counted before the start
    with (
        clock.stand_on(DAY + timedelta(days=1)),
        pytest.raises(ValidationError, match="首日2026-11-02已过"),
    ):
        services.start_contest(contest=contest, actor=bureau.officer.user)


def test_a_station_is_a_team_by_its_own_branch_and_not_by_a_shared_one(bureau):
    second = make_unit("西河供电所", UnitKind.STATION, bureau.company)
    Coverage.objects.create(
        party_unit=bureau.other_branch, business_unit=second, valid_from=date(2020, 1, 1)
    )
    contest = start(bureau, units=[bureau.station, second])
    team = contest.teams.get(unit=bureau.station)
    assert sorted(team.owned) == sorted([bureau.station.pk, bureau.branch.pk, bureau.group.pk])
    cases.record(bureau.branch, "probe.deed", quantity=200, on=DAY)
    cases.record(bureau.station, "probe.deed", quantity=100, on=DAY)
    assert table(contest, DAY)[0] == (bureau.station.code, 1, "18.00")
    Coverage.objects.create(
        party_unit=bureau.other_branch, business_unit=bureau.company, valid_from=date(2020, 1, 1)
    )
    with pytest.raises(ValidationError, match="西河供电所"):
        start(bureau, units=[bureau.station, second])


def test_the_shipped_template_is_made_into_rules(db):
    install_packs(("safety-records", "business-support", "hundred-days"), actor=None)
    template = Template.objects.get(code="hundred-days")
    knobs = mapping.list_knobs(template.values["rules"])
    assert [(k.code, str(k.points), str(k.target)) for k in knobs if not k.is_deduction] == [
        ("A1", "25", "0.5"),
        ("B1", "15", "6"),
        ("B2", "20", "5"),
        ("C1", "20", "4"),
        ("C2", "10", "1"),
        ("C3", "10", "4"),
    ]
    ten = (Decimal(10), Decimal(1))
    with pytest.raises(mapping.RulesRefused, match="85"):
        mapping.compose_rules(template.values["rules"], "新", {"A1": ten})
    made = mapping.compose_rules(
        template.values["rules"],
        "新",
        {"C2": (Decimal(0), Decimal(1)), "C3": (Decimal(20), Decimal(8))},
    )
    assert evaluation.say(mapping.scoring.load_scheme(made).title) == "新"
    assert [k.code for k in mapping.list_knobs(made)] == ["A1", "A2", "B1", "B2", "B3", "C1", "C3"]


def test_teams_are_units_never_persons():
    assert {field.name for field in Team._meta.get_fields()}.isdisjoint({"person", "member"})
