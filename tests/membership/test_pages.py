"""Pages of membership: what is due first, what is asked of a step, a reason only where one is needed."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linghang.membership import queries
from linghang.membership.web.forms import StepForm
from linghang.people.api import compute_scope
from linghang.platform.audit.models import Entry
from linghang.platform.files.api import list_files


@pytest.fixture
def go(client, branch):
    """Return a function that asks a page as somebody and returns the response with its text."""

    def ask(person, name, *parts, data=None, **query):
        client.force_login(person.user)
        address = reverse(f"membership:{name}", args=parts)
        answer = client.post(address, data) if data is not None else client.get(address, query)
        answer.text = b"".join(answer).decode(errors="replace")
        return answer

    return ask


def test_the_list_has_the_first_day_to_keep_first_and_none_last(branch, go):
    branch.walk(branch.apply("甲无期"), "candidate")
    branch.apply("乙将到", applied_on=date(2026, 11, 10))
    branch.apply("丙已过", applied_on=date(2026, 9, 10))
    secretary = branch.bureau.secretary
    text = go(secretary, "applications").text
    assert text.index("丙已过") < text.index("乙将到") < text.index("甲无期")
    due = go(secretary, "applications", due="due").text
    assert ("丙已过" in due, "乙将到" in due) == (True, False)
    assert "甲无期" not in go(secretary, "applications", stage="applying").text
    assert "甲无期" in go(secretary, "applications", q="甲无").text


def test_each_step_asks_for_what_its_rules_judge(branch):
    application = branch.apply()

    def asked(code):
        form = StepForm(application=application, step=queries.find_step(code))
        return [name for name in form.fields if name not in {"seen", "on", "note", "papers"}]

    assert asked("first_talk") == []
    assert asked("contacts") == ["people"]
    assert asked("training") == ["days", "hours"]
    assert asked("vetting") == ["outcome"]
    assert asked("approval") == ["outcome", "special"]
    votes = ["entitled", "present", "in_favour", "written_in_favour", "against"]
    assert asked("admission_meeting") == ["outcome", *votes]
    assert asked("conversion_meeting") == ["outcome", *votes, "months"]


def test_introducers_are_proposed_from_those_who_cultivated(branch):
    application = branch.walk(branch.apply(), "candidate_filed")
    form = StepForm(application=application, step=queries.find_step("introducers"))
    assert form.fields["people"].initial == branch.members(2)


def test_a_reason_is_asked_only_where_a_general_rule_is_not_kept(branch, go):
    application = branch.apply()
    secretary = branch.bureau.secretary
    data = {"on": "2022-04-02", "seen": application.seen}
    answer = go(secretary, "take-step", application.pk, "first_talk", data=data)
    assert answer.status_code == 422
    assert "2022-04-01" in answer.text
    assert 'name="reason"' in answer.text
    answer = go(
        secretary, "take-step", application.pk, "first_talk", data=data | {"reason": "出差"}
    )
    assert answer.status_code == 302
    assert application.taken.get(step="first_talk").reason == "出差"


def test_papers_are_kept_with_the_name_of_their_step(branch, go, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    application = branch.apply()
    paper = SimpleUploadedFile("谈话记录.txt", "谈话要点".encode())
    data = {"on": "2022-03-20", "seen": application.seen, "papers": paper}
    go(branch.bureau.secretary, "take-step", application.pk, "first_talk", data=data)
    kept = list_files(application).get()
    assert (kept.name, kept.note) == ("谈话记录.txt", "党组织派人谈话")


def test_the_second_of_two_is_told_and_nothing_is_written(branch, go):
    application = branch.apply()
    data = {"on": "2022-03-20", "seen": application.seen}
    branch.take(application, "first_talk", date(2022, 3, 19))
    answer = go(branch.bureau.secretary, "take-step", application.pk, "first_talk", data=data)
    assert answer.status_code == 302
    assert application.taken.get(step="first_talk").on == date(2022, 3, 19)


def test_an_unknown_step_is_not_found_and_the_superiors_step_is_refused_with_who_takes_it(
    branch, go
):
    application = branch.walk(branch.apply(), "activist")
    secretary = branch.bureau.secretary
    assert go(secretary, "take-step", application.pk, "nothing").status_code == 404
    refused = go(secretary, "take-step", application.pk, "activist_filed")
    assert refused.status_code == 403
    assert "党建专责" in re.sub(r"<[^>]+>", "", refused.text)


def test_the_page_shows_days_votes_and_what_was_taken_back(branch, go):
    application = branch.walk(branch.apply(), "admission_meeting")
    secretary = branch.bureau.secretary
    text = re.sub(
        r"\s+", "", re.sub(r"<[^>]+>", "", go(secretary, "application", application.pk).text)
    )
    assert "应到4人，实到3人，赞成3票，书面赞成0票，反对0票，弃权0票" in text
    go(secretary, "withdraw-step", application.pk, data={"reason": "票数记错"})
    text = go(secretary, "application", application.pk).text
    assert "票数记错" in text
    step = application.taken.filter(withdrawn_at=None).last()
    answer = go(secretary, "step", step.pk)
    assert answer.url.endswith(f"/{application.pk}/#step-{step.step}")


def test_the_export_holds_what_the_list_shows_and_is_recorded(branch, go):
    branch.walk(branch.apply(), "approval")
    answer = go(branch.bureau.officer, "export")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = [[cell for cell in row if cell is not None] for row in book.active.values]
    assert any(
        row[0] == "陆新苗" and date(2023, 10, 10) in [_day(c) for c in row] for row in rows if row
    )
    assert Entry.objects.filter(verb="application.exported", object_label="membership").exists()


def _day(value):
    return value.date() if hasattr(value, "date") else value


def test_members_of_the_branch_see_no_applications_of_others(branch, go):
    application = branch.apply()
    assert go(branch.bureau.member, "application", application.pk).status_code == 404
    assert not queries.list_applications(compute_scope(branch.bureau.member.user)).exists()
