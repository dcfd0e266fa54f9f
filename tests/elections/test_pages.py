"""Pages of elections: what is asked, who sees counts and reasons, papers with their gaps."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from django.urls import reverse

from linghang.elections.enums import Absence, Stage
from linghang.elections.models import Election


@pytest.fixture
def go(client, branch):
    """Return a function that asks a page as somebody and returns the response with its text."""

    def ask(person, name, *parts, data=None, **query):
        client.force_login(person.user)
        address = reverse(f"elections:{name}", args=parts)
        answer = client.post(address, data) if data is not None else client.get(address, query)
        text = b"".join(answer).decode(errors="replace")
        answer.text = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", text))
        return answer

    return ask


def read_docx(answer) -> str:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        return re.sub(r"<[^>]+>", "", file.read("word/document.xml").decode())


def test_the_list_says_what_is_due_and_opens_an_election_without_typing(branch, go):
    secretary = branch.bureau.secretary
    text = go(secretary, "units").text
    assert "2027-04-20" in text
    assert "准备换届" in text
    assert "没有" in go(secretary, "units", standing="overdue").text
    opened = go(secretary, "open", branch.bureau.branch.pk, data={})
    election = Election.objects.get()
    assert opened.url == reverse("elections:act", args=[election.pk, "request"])
    assert "选举准备" in go(secretary, "units", standing="running").text


def test_the_list_is_exported_as_it_is_filtered(branch, go):
    def read(**query):
        content = go(branch.bureau.secretary, "export", **query).content
        rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
        return [[str(cell) for cell in row] for row in rows]

    branch.open()
    rows = read()
    assert [row for row in rows if "变电运维党支部" in row[0]] == [
        ["变电运维党支部", "2027-04-20 00:00:00", "4", "准备换届", "选举准备"]
    ]
    assert not any("变电运维党支部" in row[0] for row in read(standing="overdue"))


def test_a_reason_is_asked_with_the_rule_and_its_basis(branch, go):
    election = branch.open()
    data = {"planned_on": "2027-05-01", "committee_seats": 3, "deputy_seats": 0}
    answer = go(branch.bureau.secretary, "act", election.pk, "request", data=data)
    assert answer.status_code == 422
    assert "基层组织选举工作条例" in answer.text
    answer = go(
        branch.bureau.secretary,
        "act",
        election.pk,
        "request",
        data=data | {"reason": "迎峰度夏"},
    )
    assert answer.status_code == 302


def test_a_member_sees_who_was_elected_and_no_counts_nor_reasons(branch, go):
    election = branch.walk(Stage.VOTING)
    election.left_out.create(person=branch.members[5], reason=Absence.ILL)
    branch.vote(election, 9, 8, 7, 2, present=9)
    mine = go(branch.bureau.secretary, "election", election.pk).text
    assert "因病不能表达意志或长期卧床" in mine
    assert "甘四2" in mine
    text = go(branch.bureau.member, "election", election.pk).text
    assert "因病" not in text
    assert "甘一当选" in text
    assert "甘四2" not in text
    assert go(branch.bureau.member, "paper", election.pk, "report").status_code == 403


def test_papers_name_what_was_not_recorded_as_gaps(branch, go):
    election = branch.open()
    paper = read_docx(go(branch.bureau.secretary, "paper", election.pk, "request"))
    assert "【召开日期未定】" in paper
    branch.request(election)
    election.refresh_from_db()
    assert "候选人不少于4名" in read_docx(
        go(branch.bureau.secretary, "paper", election.pk, "request")
    )


def test_the_report_holds_counts_and_who_was_elected(branch, go):
    election = branch.walk(Stage.REPORTED)
    paper = read_docx(go(branch.bureau.secretary, "paper", election.pk, "report"))
    assert "应到会10人，实到会10人" in paper
    assert "书记：甘一" in paper


def test_the_second_of_two_is_sent_back_to_look(branch, go):
    election = branch.open()
    seen = election.seen
    branch.request(election)
    data = {"planned_on": "2026-12-01", "committee_seats": 5, "deputy_seats": 0, "seen": seen}
    answer = go(branch.bureau.secretary, "act", election.pk, "request", data=data)
    assert answer.status_code == 302
    election.refresh_from_db()
    assert election.committee_seats == 3


def test_every_act_of_the_way_goes_through_its_page(branch, go):
    election = branch.walk(Stage.NOMINATING)
    secretary, officer = branch.bureau.secretary, branch.bureau.officer
    ids = [person.pk for person in branch.members[:4]]
    for person, code, data in (
        (secretary, "nominate", {"people": ids}),
        (secretary, "submit", {"committee": ids, "secretary": ids[:1]}),
        (officer, "decide-candidates", {"answer": "yes"}),
        (secretary, "leave-out", {"person": branch.members[5].pk, "reason": "ill"}),
        (secretary, "leave-out", {"person": branch.members[5].pk, "reason": ""}),
        (secretary, "ballot", count(10) | dict(zip(votes_of(ids), (9, 8, 7, 2), strict=True))),
        (secretary, "ballot", count(3) | {f"votes_{ids[0]}": 3}),
        (secretary, "report", {f"post_{ids[1]}": "youth_member", f"post_{ids[2]}": "discipline_member"}),
        (officer, "decide-result", {"answer": "yes", "on": "2026-11-21", "document_number": "8号"}),
    ):  # fmt: skip
        assert go(person, "act", election.pk, code).status_code == 200, code
        assert go(person, "act", election.pk, code, data=data).status_code == 302, code
    election.refresh_from_db()
    assert election.stage == Stage.DONE
    assert "青年委员" in go(branch.bureau.member, "election", election.pk).text


def count(came: int) -> dict:
    papers = dict.fromkeys(("present", "sent_out", "returned", "valid"), came)
    return {"on": "2026-11-21", **papers}


def votes_of(ids: list[int]) -> list[str]:
    return [f"votes_{pk}" for pk in ids]
