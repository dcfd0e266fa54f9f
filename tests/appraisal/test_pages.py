"""Pages of appraisals: what is asked, who reads what, the whole way through forms, the report."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.urls import reverse

from linghang.appraisal import queries, services
from linghang.appraisal.enums import Grade, Stage
from linghang.appraisal.models import Appraisal, Objection, Participant
from linghang.platform.audit.models import Entry
from linghang_core.regulations import recount_list
from tests.appraisal.conftest import WORDS, A, B, C

DAY = "2026-11-21"


@pytest.fixture
def go(client, branch):
    """Return a function that asks a page as somebody and returns the response with its text."""

    def ask(person, name, *parts, data=None, **query):
        client.force_login(person.user)
        address = reverse(f"appraisal:{name}", args=parts)
        answer = client.post(address, data) if data is not None else client.get(address, query)
        answer.text = re.sub(
            r"\s+", "", re.sub(r"<[^>]+>", "", answer.content.decode(errors="replace"))
        )
        return answer

    return ask


def test_the_whole_way_through_its_pages(branch, go):
    secretary, officer, member = (
        branch.bureau.secretary, branch.bureau.officer, branch.bureau.member,
    )  # fmt: skip
    unit = branch.bureau.branch
    assert (
        "未启动" in go(secretary, "units", stage="none").text
        or "变电运维党支部" in go(secretary, "units", stage="none").text
    )
    assert "9名党员" in go(secretary, "open", unit.pk, year="2026").text
    plan = {"year": 2026, "self_until": DAY, "ballot_until": DAY, "mass_invited": 5}
    assert go(secretary, "open", unit.pk, data=plan).status_code == 302
    appraisal = Appraisal.objects.get()
    assert go(secretary, "open", unit.pk, data=plan).status_code == 422
    assert go(member, "self", appraisal.pk, data=WORDS | {"done": ""}).status_code == 422
    assert go(member, "self", appraisal.pk, data=WORDS).status_code == 302
    assert "完成抢修" in go(member, "self", appraisal.pk).text
    for one in branch.parts(appraisal):
        if one.person != member:
            services.write_self(appraisal=appraisal, person_id=one.person_id, **WORDS)
    do(go, secretary, appraisal, "excuse", {"person": branch.people[3].pk, "reason": "长期患病"})
    do(go, secretary, appraisal, "begin", {})
    parts = branch.parts(appraisal)
    graded = queries.list_graded(parts)
    assert "韩帆的个人自评" in go(member, "vote", appraisal.pk).text
    given = {f"grade_{one.pk}": A for one in graded if one.person != member}
    missing = dict(list(given.items())[1:])
    assert go(member, "vote", appraisal.pk, data=missing).status_code == 422
    receipt = go(member, "vote", appraisal.pk, data=given)
    assert "投票成功" in receipt.text
    assert "你已投票" in go(member, "appraisal", appraisal.pk).text
    for one in parts[2:7]:
        if one.person not in {member, branch.people[3]}:
            branch.vote(appraisal, one)
    branch.vote(appraisal, parts[0])
    do(go, secretary, appraisal, "on-paper", {"people": [branch.people[4].pk]})
    do(go, secretary, appraisal, "on-paper", {})
    branch.vote(appraisal, parts[8])
    mass = {"present": 5, "returned": 5, "valid": 5}
    mass |= {f"n_{one.pk}_{g}": 5 * (g == B) for one in graded for g in Grade.values}
    for person in (secretary, member):
        do(go, person, appraisal, "count-mass", mass)
    do(go, secretary, appraisal, "close", {"held_on": DAY, "absent": [branch.people[2].pk]})
    shown = go(member, "slips", appraisal.pk)
    assert "各项合计与公布的一致" in shown.text
    codes = set(re.findall(r"<code>([0-9A-Z]{10})</code>", receipt.content.decode()))
    assert codes
    assert codes <= set(re.findall(r"<code>([0-9A-Z]{10})</code>", shown.content.decode()))
    file = go(member, "slips-file", appraisal.pk)
    appraisal.refresh_from_db()
    found = recount_list(file.content.decode("utf-8"))
    assert (found.digest, found.faults) == (appraisal.digest, ())
    decided = {f"grade_{one.pk}": B for one in graded} | {f"grade_{graded[0].pk}": C}
    assert go(secretary, "act", appraisal.pk, "decide", data=decided).status_code == 422
    decided |= {f"why_{graded[0].pk}": "缺席", f"measure_{graded[0].pk}": "talk"}
    do(go, secretary, appraisal, "decide", decided)
    do(go, secretary, appraisal, "report", {})
    do(go, officer, appraisal, "confirm", {"answer": "no", "reason": "请复核"})
    do(go, secretary, appraisal, "report", {})
    do(go, officer, appraisal, "confirm", {"answer": "yes"})
    assert "上级审批后反馈结果" in go(member, "mine", appraisal.pk).text
    do(go, secretary, appraisal, "tell", {})
    assert "等次合格" in go(member, "mine", appraisal.pk).text
    assert go(member, "mine", appraisal.pk, data={"text": "请复核"}).status_code == 302
    assert "由上级党组织处理" in go(member, "mine", appraisal.pk).text
    objection = Objection.objects.get()
    answer = {"objection": objection.pk, "upheld": "yes", "answer": "属实", "grade": A}
    do(go, officer, appraisal, "answer", answer)
    text = go(member, "mine", appraisal.pk).text
    assert "等次优秀" in text
    assert "采纳，改变等次" in text


def do(go, person, appraisal, code, data):
    assert go(person, "act", appraisal.pk, code).status_code == 200, code
    answer = go(person, "act", appraisal.pk, code, data=data | {"seen": ""})
    assert answer.status_code == 302, (code, answer.text)


def test_what_the_ledger_knows_stands_beside_the_own_words(branch, go):
    branch.walk(Stage.BALLOT, year=2025)
    appraisal = Appraisal.objects.get()
    branch.vote(appraisal, branch.parts(appraisal)[0])
    branch.close(appraisal)  # records the meeting with everybody present
    following = branch.open()
    text = go(branch.bureau.member, "self", following.pk).text
    assert "台账中你的一年" in text
    assert "本年度台账中没有你的记录" not in text


def test_a_grade_is_read_by_its_owner_the_committee_and_the_superior_alone(branch, go):
    appraisal = branch.walk(Stage.TOLD)
    third = branch.bureau.colleague
    assert Participant.objects.get(appraisal=appraisal, person=third).grade == C
    bureau = branch.bureau
    for person in (bureau.member, bureau.leader, bureau.supervisor):
        text = go(person, "appraisal", appraisal.pk).text
        assert "多次缺席" not in text
        assert "谈话提醒" not in text
    for person in (bureau.secretary, bureau.officer):
        assert "多次缺席" in go(person, "appraisal", appraisal.pk).text
    looks = Entry.objects.filter(verb="appraisal.look").values_list("actor", flat=True)
    assert list(looks) == [bureau.secretary.user.pk, bureau.officer.user.pk]
    assert "基本合格" not in go(bureau.member, "mine", appraisal.pk).text


def test_the_reason_of_an_excuse_is_the_committees(branch, go):
    appraisal = branch.open()
    services.excuse_member(
        appraisal=appraisal, person=branch.people[0], reason="长期患病", actor=branch.secretary
    )
    assert "长期患病" in go(branch.bureau.secretary, "appraisal", appraisal.pk).text
    text = go(branch.bureau.member, "appraisal", appraisal.pk).text
    assert "甘一不参加" in text
    assert "长期患病" not in text


def test_while_the_ballot_is_open_no_page_shows_a_count(branch, go):
    appraisal = branch.walk(Stage.BALLOT)
    for one in branch.parts(appraisal)[:6]:
        branch.vote(appraisal, one, [A])
    for person in (branch.bureau.secretary, branch.bureau.officer):
        text = go(person, "appraisal", appraisal.pk).text
        assert "系统内已投6人" in text
        assert "优秀" not in text
        assert go(person, "slips", appraisal.pk).status_code == 404


def test_few_voters_get_sums_and_the_reason(branch, go):
    appraisal = branch.walk(Stage.BALLOT)
    branch.vote(appraisal, branch.parts(appraisal)[0])
    branch.close(appraisal)
    text = go(branch.bureau.member, "slips", appraisal.pk).text
    assert "有一类投票人不足5人" in text
    assert "各项合计与公布的一致" in text


def test_the_second_of_two_is_sent_back_to_look(branch, go):
    appraisal = branch.walk(Stage.COUNTED)
    seen = appraisal.seen
    branch.decide(appraisal, A)
    data = {"seen": seen} | {
        f"grade_{one.pk}": B for one in queries.list_graded(branch.parts(appraisal))
    }
    answer = go(branch.bureau.secretary, "act", appraisal.pk, "decide", data=data)
    assert answer.status_code == 302
    assert Participant.objects.filter(grade=A).count() == 1


def test_the_report_is_made_of_the_records_and_names_its_gaps(branch, go):
    appraisal = branch.walk(Stage.COUNTED)

    def read() -> str:
        answer = go(branch.bureau.secretary, "report", appraisal.pk)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
            return re.sub(r"<[^>]+>", "", file.read("word/document.xml").decode())

    assert "【等次尚未全部评定】" in read()
    branch.decide(appraisal, A, A, C)
    text = read()
    assert "参加评议党员9名，其中预备党员1名" in text
    assert "评定优秀2名、合格5名、基本合格1名、不合格0名（优秀不超过3名）" in text
    assert "许怡书：基本合格。多次缺席。谈话提醒。" in text
