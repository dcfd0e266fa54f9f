"""The report says what was recorded, marks what was not, and lets the leader write two parts."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest
from django.core.exceptions import ValidationError

from linghang.research import mapping, services
from linghang.research.models import Report
from linghang_core.documents import write_docx
from tests.conftest import TODAY
from tests.research.conftest import DAY


def read_docx(data: bytes) -> str:
    file = docx.Document(io.BytesIO(data))
    cells = [c.text for t in file.tables for row in t.rows for c in row.cells]
    return "\n".join([p.text for p in file.paragraphs] + cells)


def test_the_report_is_filled_from_records_only(field):
    topic = field.claim()
    services.join_topic(topic=topic, person=field.second, actor=field.second.user)
    visit = field.visit(topic, "问题：报表重复报送\n建议：合并报表", companions=[field.second])
    field.problem(topic, visit.findings.first(), measures=["梳理报表目录", "取消三张表"])
    services.write_words(
        topic=topic, background="基层反映负担重。", conclusions="应立即精简。",
        actor=field.leader.user,
    )  # fmt: skip
    topic.refresh_from_db()
    drafted = mapping.draft_report(topic, TODAY)
    assert drafted.gaps == ()
    text = read_docx(write_docx(drafted.document))
    for said in (
        "2026年调研课题“供电所班组减负增效”由温海平牵头，齐思远参加。2026年11月10日，共走访1个单位、1次，",
        "听取8人次意见，记录调研发现2条，形成问题1个、措施2项，已解决问题0个。",
        "（以下为课题牵头领导撰写）",
        "基层反映负担重。",
        "应立即精简。",
        "1．报表重复报送（2026年11月10日，变电运维党支部）。",
        "梳理报表目录（进行中）；取消三张表（进行中）",
        "报表多头布置、重复报送",
        "温海平、齐思远",
        "整改中",
    ):
        assert said in text
    assert "未记录" not in text


def test_what_was_not_recorded_stands_as_a_gap_and_in_the_list_at_the_end(field):
    topic = field.claim()
    field.visit(topic, "报表重复", participants=None, heard="")
    field.problem(topic)
    services.plan_visits(
        topic=topic, units=[field.bureau.other_branch], form="site", due_on=DAY,
        actor=field.leader.user,
    )  # fmt: skip
    drafted = mapping.draft_report(topic, TODAY)
    assert drafted.gaps == (
        "调研背景",
        "2026年11月10日变电运维党支部：听取意见的对象",
        "2026年11月10日变电运维党支部：参加人数",
        "问题“报表多头布置、重复报送”：措施",
        "结论和建议",
    )
    text = read_docx(write_docx(drafted.document))
    assert "【未记录：参加人数】" in text
    assert "5．结论和建议" in text
    assert "计划走访而尚未走访的有1处：输电运检党支部（察看，计划2026年11月10日前）。" in text


def test_without_any_visit_nothing_is_made_up(field):
    drafted = mapping.draft_report(field.claim(), TODAY)
    text = read_docx(write_docx(drafted.document))
    assert "【未记录：走访调研】" in text
    assert "【未记录：调研发现】" in text
    assert (drafted.visits, drafted.findings) == (0, 0)


def test_the_same_records_give_the_same_file_and_a_report_handed_in_stays(field):
    topic = field.claim()
    field.visit(topic)
    services.write_words(
        topic=topic, background="背景", conclusions="结论", actor=field.leader.user
    )
    topic.refresh_from_db()
    once, again = (write_docx(mapping.draft_report(topic, TODAY).document) for _n in range(2))
    assert once == again
    report = services.submit_report(topic=topic, actor=field.leader.user)
    assert bytes(report.file) == once
    services.resume_topic(topic=topic, reason="补充调研", actor=field.leader.user)
    field.visit(topic, "又一发现", occurred_on=date(2026, 11, 12))
    assert bytes(Report.objects.get(pk=report.pk).file) == once


def test_the_page_shows_the_words_of_the_file(client, field):
    topic = field.claim()
    field.visit(topic, "报表重复", participants=None)
    client.force_login(field.leader.user)
    page = client.get(f"/research/topics/{topic.pk}/report/").content.decode()
    for block in mapping.describe_blocks(mapping.draft_report(topic, TODAY).document):
        if block["kind"] != "table":
            assert block["text"] in page
    assert "【未记录：参加人数】" in page
    file = client.get(f"/research/topics/{topic.pk}/report/draft/")
    assert "1．报表重复（2026年11月10日，变电运维党支部）。" in read_docx(file.content)


def test_only_the_leader_writes_and_only_two_parts(client, field):
    topic = field.claim()
    with pytest.raises(ValidationError, match="who leads the topic"):
        services.write_words(
            topic=topic, background="甲", conclusions="乙", actor=field.bureau.officer.user
        )
    client.force_login(field.leader.user)
    page = client.get(f"/research/topics/{topic.pk}/report/words/").content.decode()
    assert page.count("<textarea") == 2
