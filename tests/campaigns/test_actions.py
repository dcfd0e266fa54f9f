"""A special action is changed while it runs, told stage by stage, and counted unit by unit."""

import io
from datetime import date

import docx
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from linghang.campaigns import queries, services
from linghang.campaigns.enums import CampaignState
from linghang.rectification import api as rectification
from linghang.rectification.models import ProblemBook
from linghang.worklists import api as worklists
from tests.campaigns.scene import TODAY, hold, made, planned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packs")]
GOAL = services.GoalDraft("主题党日", "activity.theme_day", target=400)


def issue(bureau, units, **fields):
    values = {"due_on": date(2026, 12, 1)} | fields
    return worklists.issue_list(
        title="排查",
        kind="tasks",
        issuer=bureau.committee,
        items=[worklists.ItemDraft("开展一次排查", units=units, **values)],
        actor=bureau.officer.user,
    )


def state(bureau, unit, text, due_on=date(2026, 12, 1), closed_on=None):
    draft = rectification.ProblemDraft(
        source="专项行动", text=text, unit=unit, due_on=due_on, book="违章问题", closed_on=closed_on
    )
    return rectification.create_problems(drafts=[draft], actor=bureau.officer.user)[0]


def sent(campaign, *goals, initial=0, **fields) -> dict[str, object]:
    found = {
        "title": campaign.title,
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
        "kinds": campaign.kinds,
        "goals-TOTAL_FORMS": len(goals),
        "goals-INITIAL_FORMS": initial,
    } | fields
    for number, goal in enumerate(goals):
        found |= {f"goals-{number}-{name}": value for name, value in goal.items()}
    return found


def read(answer) -> str:
    return "\n".join(p.text for p in docx.Document(io.BytesIO(answer.content)).paragraphs)


# -- goals -------------------------------------------------------------------------------------------


def test_a_baseline_is_counted_from_as_many_days_before(bureau):
    # 1 November to 10 December are 40 days, those before begin on 22 September
    hold(bureau, bureau.branch, date(2026, 9, 21), "更早")
    hold(bureau, bureau.branch, date(2026, 9, 22), "之前第一天")
    hold(bureau, bureau.branch, date(2026, 10, 31), "前一天")
    for day in (1, 8, 15):
        hold(bureau, bureau.branch, date(2026, 11, day), f"之中{day}")
    [standing] = queries.count_goals(planned(bureau, goals=[GOAL]))
    assert (standing.value, standing.baseline, standing.percent) == (300, 200, 75)
    assert not standing.is_met


def test_a_goal_may_sum_the_quantity_of_its_records(bureau):
    hold(bureau, bureau.branch, date(2026, 10, 31), "前一天")  # two hours, as every theme day
    for day in (1, 8, 15):
        hold(bureau, bureau.branch, date(2026, 11, day), f"之中{day}")
    hours = services.GoalDraft("主题党日", "activity.theme_day", 1000, measure="quantity")
    standings = queries.count_goals(planned(bureau, goals=[GOAL, hours]))
    assert [(s.value, s.baseline, s.percent, s.unit) for s in standings] == [
        (300, 100, 75, "次"),
        (600, 200, 60, "学时"),
    ]


def test_without_records_from_before_there_is_no_baseline(bureau):
    hold(bureau, bureau.branch, date(2026, 11, 5), "之中")
    [standing] = queries.count_goals(planned(bureau, goals=[GOAL]))
    assert standing.baseline is None


@pytest.mark.parametrize(
    ("value", "target", "at_most", "percent", "is_met"),
    [
        (0, 0, False, 0, True),
        (399, 400, False, 99, False),
        (400, 400, False, 100, True),
        (900, 400, False, 100, True),
        (0, 0, True, 0, True),
        (100, 0, True, 100, False),
        (400, 400, True, 100, True),
        (401, 400, True, 100, False),
    ],
)
def test_a_goal_is_met_when_reached_a_ceiling_when_not_exceeded(
    value, target, at_most, percent, is_met
):
    goal = queries.GoalStanding("目标", "kind", value, target, None, at_most)
    assert (goal.percent, goal.is_met) == (percent, is_met)


# -- change --------------------------------------------------------------------------------------------


def test_goals_are_added_changed_and_dropped_on_one_page(client, bureau):
    second = services.GoalDraft("服务", "activity.theme_day", target=100)
    campaign = planned(bureau, goals=[GOAL, second])
    client.force_login(bureau.officer.user)
    rows = (
        {"title": "主题党日", "kind": "activity.theme_day", "target": "6.5"},
        {"title": "服务", "kind": "activity.theme_day", "target": "1", "DELETE": "on"},
        {"title": "上限", "kind": "activity.theme_day", "target": "9", "at_most": "on"},
        {"title": ""},
    )
    address = reverse("campaigns:change", args=[campaign.pk])
    answer = client.post(address, sent(campaign, *rows, initial=2, ends_on="2026-12-20"))
    assert answer.status_code == 302
    campaign.refresh_from_db()
    assert campaign.ends_on == date(2026, 12, 20)
    assert list(campaign.goals.values_list("title", "target", "at_most")) == [
        ("主题党日", 650, False),
        ("上限", 900, True),
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"title": "没有目标值", "kind": "activity.theme_day"},
        {"title": "没有统计内容", "target": "3"},
        {"title": "", "kind": "activity.theme_day", "target": "3"},
    ],
)
def test_half_a_goal_is_refused_and_nothing_changes(client, bureau, row):
    campaign = planned(bureau)
    client.force_login(bureau.officer.user)
    address = reverse("campaigns:change", args=[campaign.pk])
    answer = client.post(address, sent(campaign, row, title="改名"))
    assert answer.status_code == 422
    campaign.refresh_from_db()
    assert campaign.title == "身边无违章"


def test_the_day_it_began_on_stays(bureau):
    campaign = planned(bureau)
    with pytest.raises(ValidationError) as refusal:
        services.change_campaign(
            campaign=campaign, values={"starts_on": date(2026, 11, 2)}, actor=None
        )
    assert "starts_on" in refusal.value.error_dict
    waiting = planned(bureau, title="以后", starts_on=date(2026, 12, 1))
    services.change_campaign(campaign=waiting, values={"starts_on": date(2026, 12, 5)}, actor=None)
    waiting.refresh_from_db()
    assert waiting.starts_on == date(2026, 12, 5)


def test_a_change_keeps_title_and_days_sound(bureau):
    campaign = planned(bureau)
    planned(bureau, title="学思践悟")
    for values in ({"title": "学思践悟"}, {"ends_on": date(2026, 10, 1)}):
        with pytest.raises(ValidationError):
            services.change_campaign(campaign=campaign, values=values, actor=None)


# -- stages --------------------------------------------------------------------------------------------


def test_what_begins_today_begins_overnight(bureau):
    today = planned(bureau, title="今天", starts_on=date(2026, 12, 1))
    later = planned(bureau, title="以后", starts_on=date(2026, 12, 5))
    today.starts_on = TODAY
    today.save()
    assert services.begin_due() == 1
    assert services.begin_due() == 0
    for campaign, expected in ((today, "running"), (later, "planned")):
        campaign.refresh_from_db()
        assert campaign.state == expected


def test_the_course_shows_what_was_entered_when_and_what_comes(client, bureau):
    campaign = planned(bureau)
    client.force_login(bureau.officer.user)
    client.post(reverse("campaigns:wind-up", args=[campaign.pk]))
    shown = client.get(reverse("campaigns:campaign", args=[campaign.pk]))
    assert [(s["label"], s["state"], s["note"]) for s in shown.context["stages"]] == [
        ("已立项", "done", "2026-11-01"),
        ("进行中", "done", "2026-11-01"),
        ("收尾", "current", "2026-11-21"),
        ("结束", "todo", "计划12-10"),
    ]
    assert (shown.context["may_change"], shown.context["may_close"]) == (False, True)


def test_an_action_is_closed_on_its_page_after_the_closing_stage(client, bureau):
    campaign = planned(bureau)
    client.force_login(bureau.officer.user)
    address = reverse("campaigns:close", args=[campaign.pk])
    assert client.post(address, {"summary": "隐患清零"}).status_code == 422
    client.post(reverse("campaigns:wind-up", args=[campaign.pk]))
    assert client.post(address, {"summary": ""}).status_code == 422
    assert client.post(address, {"summary": "隐患清零"}).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.state, campaign.summary) == (CampaignState.CLOSED, "隐患清零")


# -- by unit -------------------------------------------------------------------------------------------


def test_a_unit_has_what_lies_under_it_and_each_record_once(bureau):
    worklist = issue(bureau, [bureau.branch, bureau.other_branch])
    done = worklist.assignments.get(unit=bureau.branch)
    worklists.finish_task(task=done, finished_on=TODAY, result="查了", actor=bureau.secretary.user)
    state(bureau, bureau.branch, "安全帽未系")
    state(bureau, bureau.group, "工器具过期", due_on=date(2026, 11, 20))
    campaign = planned(bureau, lists=[worklist], books=ProblemBook.objects.filter(title="违章问题"))
    hold(bureau, bureau.branch, date(2026, 11, 5), "安全大讨论")
    hold(bureau, bureau.other_branch, date(2026, 11, 6), "安全大讨论")
    planned(bureau, title="另一个行动")  # gathers the same records, and doubles nothing
    rows = {row.unit: row for row in queries.read_matrix(campaign, TODAY)}
    assert list(rows) == [
        bureau.committee,
        bureau.general_branch,
        bureau.branch,
        bureau.other_branch,
    ]
    assert [
        (row.tasks.done, row.tasks.total, row.problems, row.late_problems, row.records)
        for row in rows.values()
    ] == [(1, 2, 2, 1, 2), (1, 2, 2, 1, 2), (1, 1, 2, 1, 1), (0, 1, 0, 0, 1)]
    assert [row.depth for row in rows.values()] == [0, 1, 2, 2]
    assert not any(row.is_bare for row in rows.values())


def test_a_unit_without_anything_is_a_gap(bureau):
    hold(bureau, bureau.branch, date(2026, 11, 5), "安全大讨论")
    rows = queries.read_matrix(planned(bureau), TODAY)
    assert [row.unit for row in rows if row.is_bare] == [bureau.other_branch]


def test_an_action_of_a_branch_counts_the_branch_alone(bureau):
    worklist = issue(bureau, [bureau.branch, bureau.other_branch])
    state(bureau, bureau.branch, "安全帽未系")
    state(bureau, bureau.other_branch, "工器具过期")
    campaign = planned(
        bureau,
        root=bureau.branch,
        lists=[worklist],
        books=ProblemBook.objects.filter(title="违章问题"),
    )
    board = queries.read_board(campaign, TODAY)
    assert (board.tasks.total, board.problems.total) == (1, 1)
    [row] = queries.read_matrix(campaign, TODAY)
    assert (row.unit, row.tasks.total, row.problems, row.depth) == (bureau.branch, 1, 1, 0)


def test_who_changes_what_another_changed_meanwhile_is_told_by_whom(client, bureau):
    campaign = planned(bureau)
    client.force_login(bureau.officer.user)
    address = reverse("campaigns:change", args=[campaign.pk])
    seen = client.get(address).context["form"].fields["seen"].initial
    services.change_campaign(
        campaign=campaign, values={"aim": "先改的"}, actor=bureau.secretary.user, seen=seen
    )
    answer = client.post(address, sent(campaign, aim="后改的", seen=seen))
    assert answer.status_code == 422
    assert "韩帆" in answer.content.decode()
    assert "后改的" in answer.content.decode()  # what was typed stands in the form still
    campaign.refresh_from_db()
    assert campaign.aim == "先改的"


# -- the week --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "monday"),
    [
        (date(2026, 11, 16), date(2026, 11, 9)),  # a Monday: the week that ended yesterday
        (date(2026, 11, 21), date(2026, 11, 9)),
        (date(2026, 11, 22), date(2026, 11, 9)),  # a Sunday is not over
        (date(2026, 11, 23), date(2026, 11, 16)),
    ],
)
def test_the_week_told_is_the_last_whole_one(on, monday):
    assert queries.week_before(on) == monday


def test_the_weekly_bulletin_tells_the_week_and_names_who_is_silent(client, bureau):
    campaign = planned(bureau, goals=[GOAL])
    hold(bureau, bureau.branch, date(2026, 11, 8), "上一周的")  # the Sunday before
    hold(bureau, bureau.branch, date(2026, 11, 9), "安全大讨论")
    hold(bureau, bureau.branch, date(2026, 11, 15), "现场反违章")
    hold(bureau, bureau.other_branch, date(2026, 11, 16), "下一周的")
    client.force_login(bureau.officer.user)
    text = read(client.get(reverse("campaigns:week", args=[campaign.pk])))
    assert "2026年11月9日至2026年11月15日" in text
    assert "主题党日2次。" in text
    assert "11月09日，变电运维党支部：安全大讨论。" in text
    assert "上一周的" not in text
    assert "下一周的" not in text
    assert "主题党日：本周2。" in text
    assert "之前同样天数为【专项行动前无记录】" in text
    assert "【未关联清单和问题清单】" in text
    assert "共1个：输电运检党支部。" in text


def test_another_week_is_asked_for_by_any_of_its_days(client, bureau):
    campaign = planned(bureau)
    client.force_login(bureau.officer.user)
    address = reverse("campaigns:week", args=[campaign.pk])
    assert "2026年11月2日至2026年11月8日" in read(client.get(address, {"of": "2026-11-05"}))
    assert "2026年11月9日" in read(client.get(address, {"of": "gestern"}))


def test_an_empty_week_is_told_as_a_gap(client, bureau):
    campaign = planned(bureau)
    client.force_login(bureau.officer.user)
    text = read(client.get(reverse("campaigns:week", args=[campaign.pk])))
    assert "【本周无相关记录】" in text
    assert "【未设定目标】" in text


def test_a_change_keeps_lists_the_reader_may_not_see(client, bureau):
    """A secretary's own action may carry a list of the bureau that the secretary does not see."""
    hidden = issue(bureau, [bureau.other_branch])
    campaign = planned(bureau, root=bureau.branch, lists=[hidden])
    client.force_login(bureau.secretary.user)
    address = reverse("campaigns:change", args=[campaign.pk])
    shown = client.get(address)
    assert hidden not in shown.context["form"].fields["lists"].queryset
    assert client.post(address, sent(campaign, aim="新目的")).status_code == 302
    campaign.refresh_from_db()
    assert campaign.aim == "新目的"
    assert list(campaign.lists.all()) == [hidden]


def test_a_commitment_of_the_action_stands_on_its_board(client, bureau):
    campaign = planned(bureau)
    commitment = made(bureau, campaign=campaign)
    client.force_login(bureau.member.user)
    shown = client.get(reverse("campaigns:campaign", args=[campaign.pk]))
    assert [each for each, _state in shown.context["commitments"]] == [commitment]
