"""Special actions count what others record; commitments are kept in front of those who benefit."""

import io
from datetime import date, timedelta
from decimal import Decimal

import docx
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from linghang.campaigns import queries, services
from linghang.campaigns.enums import CampaignState, CommitmentState, Mark
from linghang.campaigns.models import Feedback
from linghang.ledger.models import Fact
from linghang.rectification.models import Problem
from tests.campaigns.scene import TODAY, hold, made, planned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packs")]


def no_goals() -> dict[str, int]:
    return {"goals-TOTAL_FORMS": 0, "goals-INITIAL_FORMS": 0}


def test_the_board_counts_the_records_of_its_kinds_days_and_words_once(bureau):
    campaign = planned(bureau, words="安全 违章")
    hold(bureau, bureau.branch, date(2026, 11, 5), "安全违章大讨论")  # two words, one record
    hold(bureau, bureau.branch, date(2026, 11, 6), "学习重要讲话")
    hold(bureau, bureau.other_branch, date(2026, 10, 30), "安全教育")  # before it began
    board = queries.read_board(campaign, TODAY)
    assert board.entries == (("activity.theme_day", 1),)
    rows = queries.read_matrix(campaign, TODAY)
    assert [row.unit for row in rows if row.records] == [
        bureau.committee,
        bureau.general_branch,
        bureau.branch,
    ]
    assert (board.percent_of_time, board.days_left) == (52, 19)


def test_two_special_actions_may_gather_the_same_record(bureau):
    one, two = planned(bureau), planned(bureau, title="学思践悟")
    hold(bureau, bureau.branch, date(2026, 11, 5), "主题党日")
    assert [queries.read_board(c, TODAY).entries for c in (one, two)] == [
        (("activity.theme_day", 1),)
    ] * 2


def test_a_special_action_goes_its_way_and_closes_with_words(bureau):
    campaign = planned(bureau, starts_on=date(2026, 11, 25))
    assert campaign.state == CampaignState.PLANNED
    with pytest.raises(ValidationError):
        services.move_campaign(campaign=campaign, became=CampaignState.CLOSED, actor=None)
    campaign = services.move_campaign(campaign=campaign, became=CampaignState.RUNNING, actor=None)
    with pytest.raises(ValidationError):
        services.move_campaign(campaign=campaign, became=CampaignState.CLOSED, actor=None)
    campaign = services.move_campaign(campaign=campaign, became=CampaignState.CLOSING, actor=None)
    with pytest.raises(ValidationError):  # what it gathers is settled
        services.change_campaign(campaign=campaign, values={"aim": "别的"}, actor=None)
    with pytest.raises(ValidationError):  # without words
        services.move_campaign(campaign=campaign, became=CampaignState.CLOSED, actor=None)
    campaign = services.move_campaign(
        campaign=campaign, became=CampaignState.CLOSED, summary="隐患清零", actor=None
    )
    assert [(s.state, s.on) for s in campaign.stages.all()] == [
        ("planned", TODAY),
        ("running", TODAY),
        ("closing", TODAY),
        ("closed", TODAY),
    ]
    with pytest.raises(ValidationError):
        services.change_campaign(campaign=campaign, values={"aim": "别的"}, actor=None)


def test_two_of_one_title_and_an_end_before_the_beginning_are_refused(bureau):
    planned(bureau)
    with pytest.raises(ValidationError):
        planned(bureau)
    with pytest.raises(ValidationError):
        planned(bureau, title="另一个", ends_on=date(2026, 10, 1))


def test_people_named_as_the_same_are_not_counted_again(bureau):
    commitment = made(bureau)
    for people, same in ((40, False), (25, True), (60, False)):
        services.report_step(
            commitment=commitment,
            on=TODAY,
            text="改造",
            people=people,
            same_people=same,
            actor=None,
        )
    assert queries.count_people(commitment) == 100


def test_a_commitment_is_kept_after_a_step_and_its_fact_says_when(bureau):
    commitment = made(bureau, leader=bureau.leader)
    with pytest.raises(ValidationError):
        services.keep_commitment(commitment=commitment, kept_on=TODAY, actor=None)
    services.report_step(commitment=commitment, on=TODAY, text="全部改造", actor=None)
    with pytest.raises(ValidationError):
        services.keep_commitment(
            commitment=commitment, kept_on=TODAY + timedelta(days=1), actor=None
        )
    services.keep_commitment(commitment=commitment, kept_on=TODAY, actor=None)
    fact = Fact.objects.get(kind="commitment", withdrawn_seq=None)
    assert (fact.status, fact.person, fact.due_on) == ("on_time", bureau.leader, date(2026, 12, 31))
    with pytest.raises(ValidationError):
        services.report_step(commitment=commitment, on=TODAY, text="再来", actor=None)


def test_below_ten_answers_no_share_is_told():
    assert queries.rate(9, 9) == queries.Satisfaction(9)


@pytest.mark.parametrize(
    ("answers", "good", "expected"),
    [  # Wilson score interval, 95 %, worked by hand
        (10, 10, ("1.0", "0.7225", "1.0")),
        (20, 15, ("0.75", "0.5313", "0.8881")),
        (100, 90, ("0.9", "0.8256", "0.9448")),
    ],
)
def test_a_share_carries_its_interval(answers, good, expected):
    found = queries.rate(answers, good)
    assert (found.share, found.low, found.high) == tuple(Decimal(v) for v in expected)


@given(st.integers(10, 5000).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_the_interval_holds_the_share(pair):
    found = queries.rate(*pair)
    assert 0 <= found.low <= found.share <= found.high <= 1


def test_a_low_mark_becomes_a_problem_once_and_names_nobody(bureau):
    commitment = made(bureau, is_public=True)
    low = services.answer(commitment=commitment, mark=Mark.NOT, text="还是没电", address="10.0.0.7")
    problem = services.raise_low_mark(
        feedback=low, due_on=date(2026, 12, 4), actor=bureau.officer.user
    )
    assert (problem.unit, problem.source_kind, problem.text) == (
        bureau.branch,
        "demand",
        "低电压台区治理：还是没电",
    )
    assert "10.0.0.7" not in Feedback.objects.get().sender
    with pytest.raises(ValidationError):
        services.raise_low_mark(feedback=low, due_on=date(2026, 12, 4), actor=None)
    good = services.answer(commitment=commitment, mark=Mark.SATISFIED, text="", address="10.0.0.8")
    with pytest.raises(ValidationError):
        services.raise_low_mark(feedback=good, due_on=date(2026, 12, 4), actor=None)


def test_anybody_answers_at_the_public_page_three_times_a_day(client, bureau):
    commitment = made(bureau, is_public=True)
    address = reverse("campaigns:public", args=[commitment.code])
    shown = client.get(address).content.decode()
    assert "低电压台区治理" in shown
    assert bureau.branch.name not in shown
    for _n in range(3):
        assert client.post(address, {"mark": 3, "text": ""}).status_code == 302
    assert client.post(address, {"mark": 3}).status_code == 422
    assert client.post(address, {"text": "没选"}).status_code == 422
    assert Feedback.objects.count() == 3


def test_a_robot_is_thanked_and_leaves_nothing(client, bureau):
    commitment = made(bureau, is_public=True)
    address = reverse("campaigns:public", args=[commitment.code])
    assert client.post(address, {"mark": 1, "website": "http://spam"}).status_code == 302
    assert Feedback.objects.count() == 0


def test_what_is_not_public_is_not_found(client, bureau):
    commitment = made(bureau)
    assert client.get(reverse("campaigns:public", args=[commitment.code])).status_code == 404


def test_the_bulletin_tells_what_is_recorded_and_shows_gaps_as_gaps(client, bureau):
    campaign = planned(bureau)
    hold(bureau, bureau.branch, date(2026, 11, 5), "主题党日")
    client.force_login(bureau.officer.user)
    answer = client.get(reverse("campaigns:bulletin", args=[campaign.pk]))
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(answer.content)).paragraphs)
    assert "主题党日1次" in text
    assert "【未关联问题清单】" in text
    assert "【未设定目标】" in text


def test_a_secretary_reports_and_keeps_a_commitment_in_one_form(client, bureau):
    commitment = made(bureau)
    client.force_login(bureau.secretary.user)
    client.post(
        reverse("campaigns:report", args=[commitment.pk]),
        {"on": "2026-11-20", "text": "全部改造完成", "people": "120", "kept": "on"},
    )
    commitment.refresh_from_db()
    assert (commitment.state, commitment.kept_on) == (CommitmentState.KEPT, date(2026, 11, 20))
    client.force_login(bureau.member.user)
    assert client.post(reverse("campaigns:report", args=[commitment.pk]), {}).status_code == 403


def test_problems_of_low_marks_stand_on_the_page(client, bureau):
    commitment = made(bureau)
    low = services.answer(commitment=commitment, mark=Mark.NOT, text="慢", address="10.0.0.9")
    client.force_login(bureau.secretary.user)
    client.post(reverse("campaigns:raise-problem", args=[commitment.pk]), {"answer": low.pk})
    shown = client.get(reverse("campaigns:commitment", args=[commitment.pk]))
    assert [p for p, _state in shown.context["problems"]] == [Problem.objects.get()]


def test_a_member_sees_the_numbers_of_the_bureau_and_the_lines_of_the_own_branch(client, bureau):
    campaign = planned(bureau)
    hold(bureau, bureau.branch, date(2026, 11, 5), "本支部的主题党日")
    hold(bureau, bureau.other_branch, date(2026, 11, 6), "别的支部的主题党日")
    client.force_login(bureau.member.user)
    shown = client.get(reverse("campaigns:campaign", args=[campaign.pk]))
    assert shown.context["board"].entries == (("activity.theme_day", 2),)
    assert [entry.title for entry, _url in shown.context["entries"]] == ["本支部的主题党日"]
    assert "别的支部" not in shown.content.decode()


def test_a_step_sent_twice_is_one(bureau):
    commitment = made(bureau)
    services.report_step(commitment=commitment, on=TODAY, text="改造", people=40, actor=None)
    with pytest.raises(ValidationError):
        services.report_step(commitment=commitment, on=TODAY, text="改造", people=40, actor=None)
    assert queries.count_people(commitment) == 40


def test_a_secretary_plans_an_action_of_the_own_branch_and_sees_it(client, bureau):
    client.force_login(bureau.secretary.user)
    sent = {"title": "支部攻坚", "starts_on": "2026-11-01", "ends_on": "2026-12-31"} | no_goals()
    answer = client.post(reverse("campaigns:add-campaign"), sent, follow=True)
    assert answer.status_code == 200
    assert answer.context["campaign"].root == bureau.branch
