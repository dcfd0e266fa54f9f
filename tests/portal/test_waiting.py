"""What waits for the reader stands first at home, from every room, and each line leads to what it counts."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from linghang.campaigns import services as campaigns
from linghang.campaigns.enums import Mark
from linghang.diagnosis import services as diagnosis
from linghang.diagnosis.models import StandardSet
from linghang.library.api import install_packs
from linghang.platform.calendar import clock
from linghang.rectification import services as rectification
from linghang.rectification.enums import Term
from linghang.rectification.models import Problem
from linghang.research import services as research
from linghang.routing import services as routing
from linghang.routing.models import Case, Category
from linghang.supervision import services as supervision
from linghang.supervision.models import CommonFinding

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


def home(client, person):
    client.force_login(person.user)
    return client.get(reverse("portal:home"))


def lines(client, person):
    return {line["title"]: line["href"] for line in home(client, person).context["waiting"]}


def problem(bureau, **values):
    draft = {"source": "自检", "text": "票证不规范", "unit": bureau.branch, "measure": "培训"}
    draft |= {"due_on": date(2026, 12, 15), **values}
    return rectification.create_problems(
        drafts=[rectification.ProblemDraft(**draft)], actor=bureau.officer.user
    )[0]


def hand_in(bureau, found):
    return rectification.hand_in(
        problem=found, done_on=TODAY, text="已培训", actor=bureau.secretary.user
    )


def test_nothing_waits_and_nothing_is_said(client, bureau):
    for person in (bureau.officer, bureau.leader, bureau.supervisor, bureau.member):
        assert lines(client, person) == {}


def test_problems_wait_for_their_reviewer_and_whoever_decides(client, bureau):
    hand_in(bureau, problem(bureau))
    asked = problem(bureau, text="台账缺失")
    rectification.ask_extension(
        problem=asked, new_due_on=date(2026, 12, 31), reason="保电", actor=bureau.secretary.user
    )
    kept = hand_in(bureau, problem(bureau, text="回访不及时", term=Term.LONG_TERM))
    rectification.review_problem(problem=kept, passed=True, actor=bureau.officer.user)
    Problem.objects.filter(pk=kept.pk).update(look_back_on=date(2026, 11, 28))
    expected = {
        "1个问题待您审核": "?state=review",
        "1项问题延期待您决定": "?state=later-day",
        "1个长期坚持的问题待您回头看": "?state=look-back",
    }
    found = lines(client, bureau.officer)
    assert found == {
        words: reverse("rectification:problems") + query for words, query in expected.items()
    }
    for address in found.values():
        assert client.get(address).context["table"].page.paginator.count == 1
    assert list(lines(client, bureau.supervisor)) == [
        "1项问题延期待您决定",
        "1个长期坚持的问题待您回头看",
    ]
    assert lines(client, bureau.secretary) == {}


def test_a_problem_raised_at_the_front_waits_for_the_middle_office(client, bureau):
    install_packs(("problem-routing",), actor=None)
    draft = routing.CaseDraft(
        text="电压低", category=Category.objects.get(code="outage"), front=bureau.branch,
        urgency="ordinary", person=bureau.member,
    )  # fmt: skip
    with clock.stand_at(datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))):
        routing.raise_case(draft=draft, actor=bureau.member.user)
    case = Case.objects.get()
    assert lines(client, bureau.officer) == {
        "1个基层反映的问题待您处理": reverse("routing:case", args=[case.pk])
    }
    assert lines(client, bureau.member) == {}


def test_a_topic_of_ones_own_stands_with_the_day_of_its_report(client, bureau):
    draft = research.TopicDraft("班组减负", questions=["时间花在哪里"], due_on=date(2026, 12, 18))
    (topic,) = research.propose_topics(
        root=bureau.committee, year=2026, drafts=[draft], actor=bureau.officer.user
    )
    assert lines(client, bureau.leader) == {}
    research.claim_topic(topic=topic, person=bureau.leader, actor=bureau.leader.user)
    (line,) = home(client, bureau.leader).context["waiting"]
    assert (line["title"], line["meta"], line["href"]) == (
        "您有1个调研课题进行中",
        "报告期限12-18",
        reverse("research:topic", args=[topic.pk]),
    )


def test_a_check_sheet_waits_for_the_unit_it_asks(client, bureau):
    install_packs(("professional-diagnosis",), actor=None)
    round_ = diagnosis.open_round(
        draft=diagnosis.RoundDraft(
            title="配电专业诊断",
            root=bureau.committee,
            standard_set=StandardSet.objects.order_by("pk")[0],
            units=[bureau.branch],
        ),
        actor=bureau.officer.user,
    )
    (sheet,) = round_.sheets.all()
    assert lines(client, bureau.secretary) == {
        "1份检查表待填": reverse("diagnosis:sheet", args=[sheet.pk])
    }
    assert lines(client, bureau.officer) == {}


def test_the_card_stands_before_the_sections_and_on_the_page_of_notices(client, bureau):
    hand_in(bureau, problem(bureau))
    page = home(client, bureau.officer).content.decode()
    assert page.index("1个问题待您审核") < page.index("lh-tiles-4")
    notices = client.get(reverse("portal:notices"))
    assert ["1个问题待您审核"] in [
        [row["title"] for row in group["rows"]]
        for group in notices.context["groups"]
        if "due" not in group
    ]


def test_a_self_examination_waits_for_the_unit_it_asks_with_its_last_day(client, bureau):
    install_packs(("common-findings",), actor=None)
    examination = supervision.open_examination(
        draft=supervision.ExaminationDraft(
            title="共性问题自查",
            root=bureau.committee,
            findings=CommonFinding.objects.order_by("pk")[:2],
            units=[bureau.branch],
            due_on=date(2026, 12, 4),
        ),
        actor=bureau.supervisor.user,
    )
    (reply,) = examination.replies.all()
    (line,) = home(client, bureau.secretary).context["waiting"]
    assert (line["title"], line["meta"], line["href"]) == (
        "1项专项自查待答复",
        "12-04到期",
        reverse("supervision:reply", args=[reply.pk]),
    )
    assert lines(client, bureau.officer) == {}


def test_commitments_wait_while_they_are_due_and_while_low_marks_are_unheard(client, bureau):
    def promise(title, due_on):
        draft = campaigns.CommitmentDraft(
            title, "夏季前完成", "台区客户", bureau.branch, due_on, leader=bureau.member
        )
        return campaigns.promise(drafts=[draft], actor=bureau.officer.user)[0]

    late, soon = promise("迟了", date(2026, 11, 20)), promise("快到期", date(2026, 12, 5))
    marked = promise("以后", date(2027, 3, 1))
    campaigns.answer(commitment=marked, mark=Mark.NOT, text="", address="10.0.0.1")
    several = reverse("campaigns:commitments")
    expected = {
        "2项承诺临近或超过期限": several,
        "1项承诺有低分评价待了解": reverse("campaigns:commitment", args=[marked.pk]),
    }
    for person in (bureau.secretary, bureau.member):
        assert lines(client, person) == expected
    campaigns.withdraw_commitment(commitment=late, reason="重复", actor=None)
    assert lines(client, bureau.member)["1项承诺临近或超过期限"] == reverse(
        "campaigns:commitment", args=[soon.pk]
    )
