"""The bulletin: every sentence and table comes from frozen numbers, and re-adds to them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from linghang.evaluation import api as evaluation
from linghang.evaluation.models import Publication, Score
from linghang.people.access import scope_of
from linghang.platform.audit.models import Entry as AuditEntry
from linghang.reports import services
from linghang.reports.mapping import BulletinOptions
from linghang.reports.models import Document
from linghang_core.documents import DocumentNumber
from tests.cast import make_person
from tests.conftest import TODAY
from tests.evaluation import cases
from tests.reports.reading import read_lines, read_tables, repeats_heading


def make(bureau, result, **more):
    run = result.run if isinstance(result, Publication) else result
    return services.make_bulletin(run=run, actor=bureau.officer.user, **more)


def lines(document):
    return read_lines(bytes(document.file))


def tables(document):
    return read_tables(bytes(document.file))


def numbers(cells):
    return [Decimal(cell.replace("−", "-")) for cell in cells]


def test_bulletin_says_exactly_what_the_example_gives(bureau, publications):
    assert lines(make(bureau, publications[0])) == [
        "关于2026年10月红旗指数和红星指数考评情况的通报",
        "各党总支、党支部：",
        "2026年10月红旗指数和红星指数按照各自的评价方案，由系统根据各党支部台账记录计算得出。现将有关情况通报如下。",
        "一、总体情况",
        "红旗指数参评党支部2个，评定2个，不评定0个。其中四星2个。2026年9月没有公示结果，不作比较。",
        "表1　红旗指数各等次党支部数",
        "红星指数参评党员5名，评定5名，不评定0名。其中三星5名。2026年9月没有公示结果，不作比较。",
        "表2　红星指数各等次党员数",
        "二、各可比组情况",
        "（一）生产一线",
        "评定1个，得分中位数66.00分。四星1个。",
        "表3　生产一线红旗指数",
        "（二）机关职能",
        "评定1个，得分中位数70.00分。四星1个。",
        "表4　机关职能红旗指数",
        "三、党员红星指数",
        "红星指数只按党支部统计各等次人数，不列姓名、不排名次；党员本人可在系统中查看本人得分。",
        "表5　各党支部党员红星指数等次人数",
        "注：评定人数不足5人的党支部合并列示。",
        "四、主要问题",
        (
            "红旗指数基本分指标共失分62.50分，涉及指标2项。失分最多的2项合计62.50分，见下表；"
            "其中“志愿服务”失45.00分，涉及2个党支部。"
        ),
        "表6　红旗指数失分最多的指标",
        "注：“—”表示该指标没有逐项应完成数。",
        "扣分指标“违章”：1个党支部共扣1.50分（台账合计3points）。",
        "五、下一步",
        (
            "红旗指数和红星指数于2026年11月21日公示，异议期至2026年11月27日。"
            "有异议的党支部和党员请于该日前（含当日）在系统中提出。截至2026年11月21日收到异议0件。"
        ),
        "附件：2026年10月红旗指数分项得分表",
        "中共示范甲供电公司委员会",
        "2026年11月21日",
        "附件",
        "2026年10月红旗指数分项得分表",
        "表7　红旗指数各维度得分",
        (
            "注：各维度得分与限额调整之和为得分；限额调整包括加分上限、扣分下限、总分限额和一票否决。"
            f"评价方案1.0.0版，公示编号2026-001，公示快照摘要（SHA-256）前16位{publications[0].digest[:16]}，"
            f"数据截至变更序号{publications[0].run.as_of_seq}。"
        ),
        "表8　红旗指数指标得分（D1-1至D3-1）",
        "注：“—”表示本期没有应完成事项，不计入，其分值按比例分给其他指标。",
    ]


def test_tables_say_exactly_what_the_example_gives(bureau, publications):
    assert tables(make(bureau, publications[0])) == {
        "红旗指数各等次党支部数": [
            ["等次", "2026年10月", "2026年9月", "增减"],
            ["五星", "0", "—", "—"],
            ["四星", "2", "—", "—"],
            ["三星", "0", "—", "—"],
            ["不评定", "0", "—", "—"],
            ["合计", "2", "—", "—"],
        ],
        "红星指数各等次党员数": [
            ["等次", "2026年10月", "2026年9月", "增减"],
            ["五星", "0", "—", "—"],
            ["四星", "0", "—", "—"],
            ["三星", "5", "—", "—"],
            ["不评定", "0", "—", "—"],
            ["合计", "5", "—", "—"],
        ],
        "生产一线红旗指数": [["党支部", "得分", "等次"], ["变电运维党支部", "66.00", "四星"]],
        "机关职能红旗指数": [["党支部", "得分", "等次"], ["输电运检党支部", "70.00", "四星"]],
        "各党支部党员红星指数等次人数": [
            ["党支部", "参评", "五星", "四星", "三星", "不评定"],
            ["其他2个党支部", "5", "0", "0", "5", "0"],
            ["合计", "5", "0", "0", "5", "0"],
        ],
        "红旗指数失分最多的指标": [
            ["指标", "失分", "党支部数", "应完成", "已完成", "未完成"],
            ["D2-1 志愿服务", "45.00", "2", "—", "—", "—"],
            ["D1-1 按时完成", "17.50", "1", "4项", "3项", "1项"],
        ],
        "红旗指数各维度得分": [
            ["党支部", "组织\n生活", "服务", "安全", "限额\n调整", "得分"],
            ["变电运维党支部", "52.50", "15.00", "−1.50", "0.00", "66.00"],
            ["输电运检党支部", "70.00", "0.00", "0.00", "0.00", "70.00"],
        ],
        "红旗指数指标得分（D1-1至D3-1）": [
            ["党支部", "D1-1\n按时\n完成", "D2-1\n志愿\n服务", "D3-1\n违章"],
            ["变电运维党支部", "52.50", "15.00", "−1.50"],
            ["输电运检党支部", "70.00", "0.00", "0.00"],
        ],
    }


def test_every_table_repeats_its_heading(bureau, publications):
    assert repeats_heading(bytes(make(bureau, publications[0]).file)) == [True] * 8


def test_rows_of_the_attachment_re_add_to_the_snapshot(bureau, publications):
    # A veto and the minimum: both change the plain sum, and both stand in the adjustment.
    found = tables(make(bureau, publications[0]))
    totals = {
        row["name"]: Decimal(row["total"])
        for row in publications[0].read_snapshot()["scores"].values()
    }
    for name, *cells in found["红旗指数各维度得分"][1:]:
        *parts, total = numbers(cells)
        assert (sum(parts), total) == (totals[name], totals[name])
    for name, *cells in found["红旗指数指标得分（D1-1至D3-1）"][1:]:
        assert sum(numbers(cells)) == totals[name]


def test_veto_is_an_adjustment_and_names_nobody(bureau, publish):
    cases.write_example(bureau)
    cases.record(bureau.other_branch, "probe.case", person=bureau.member)
    cases.record(bureau.other_branch, "probe.deed", quantity=1000, person=bureau.member)
    document = make(bureau, publish()[0])
    # 70 + 30 = 100.00, held under the next band by the veto: 59.99.
    assert tables(document)["红旗指数各维度得分"][2] == [
        "输电运检党支部", "70.00", "30.00", "0.00", "−40.01", "59.99",
    ]  # fmt: skip
    assert "触发一票否决的党支部1个。" in lines(document)
    assert (
        "红旗指数基本分指标共失分32.50分，涉及指标2项。失分最多的2项合计32.50分，见下表；"
        "其中“按时完成”失17.50分，涉及1个党支部，应完成4项，未完成1项。"
    ) in lines(document)
    assert "违纪违法" not in str(document.content)


def test_bulletin_never_names_a_member(bureau, publications):
    from linghang.people.models import Person

    text = "".join(lines(make(bureau, publications[0]))) + str(
        tables(make(bureau, publications[0]))
    )
    names = list(Person.objects.values_list("name", flat=True))
    assert len(names) > 5
    assert [name for name in names if name in text] == []


def test_branches_are_told_apart_from_five_rated_members_on(bureau, publish):
    for number in range(5):
        make_person(f"示范党员{number}", bureau.branch)
    found = tables(make(bureau, publish()[0]))["各党支部党员红星指数等次人数"]
    # The other branch has one member, who may not be told by subtraction either.
    assert found[1:] == [
        ["其他2个党支部", "10", "0", "0", "10", "0"],
        ["合计", "10", "0", "0", "10", "0"],
    ]
    assert Score.objects.filter(person__isnull=False, unit=bureau.branch).count() == 9


def test_branches_with_enough_members_stand_alone_in_the_order_of_the_tree(bureau, publish):
    for number in range(5):
        make_person(f"示范甲{number}", bureau.branch)
        make_person(f"示范乙{number}", bureau.other_branch)
    document = make(bureau, publish()[0])
    assert tables(document)["各党支部党员红星指数等次人数"][1:] == [
        ["变电运维党支部", "9", "0", "0", "9", "0"],
        ["输电运检党支部", "6", "0", "0", "6", "0"],
        ["合计", "15", "0", "0", "15", "0"],
    ]
    assert "注：评定人数不足5人的党支部合并列示。" not in lines(document)


def test_too_few_members_in_all_are_not_told_by_branch(bureau, publish):
    bureau.member.appointments.all().delete()
    text = lines(make(bureau, publish()[0]))
    assert "参评党员人数较少，红星指数不按党支部列示；党员本人可在系统中查看本人得分。" in text


def test_month_before_is_compared_band_by_band(bureau, publish):
    cases.write_example(bureau)
    publish("2026-09")  # 85.00 and 70.00: four stars both
    cases.record(bureau.branch, "probe.deed", quantity=500, person=bureau.member)
    cases.record(bureau.branch, "probe.duty", n=26, status="met")
    document = make(bureau, publish()[0])
    # 70 × 29/30 = 67.67; 30 × 1 = 30.00; −1.50: 96.17, five stars now.
    assert tables(document)["生产一线红旗指数"][1] == ["变电运维党支部", "96.17", "五星"]
    assert tables(document)["红旗指数各等次党支部数"][1:] == [
        ["五星", "1", "0", "+1"],
        ["四星", "1", "2", "−1"],
        ["三星", "0", "0", "0"],
        ["不评定", "0", "0", "0"],
        ["合计", "2", "2", "0"],
    ]
    assert (
        "红旗指数参评党支部2个，评定2个，不评定0个。其中五星1个、四星1个。"
        "与2026年9月相比，等次上升1个、持平1个、下降0个。"
    ) in lines(document)


def test_unit_not_rated_is_named_with_its_reason_and_has_no_points(bureau, publish):
    bureau.other_branch.established_on = date(2026, 9, 20)
    bureau.other_branch.save()
    document = make(bureau, publish()[0])
    assert "评定0个。不评定1个：输电运检党支部（成立时间不足）。" in lines(document)
    assert [row[0] for row in tables(document)["红旗指数各维度得分"][1:]] == ["变电运维党支部"]


def test_open_objection_and_its_branch_are_told_those_of_members_only_counted(bureau, publications):
    object_to(bureau, publications[0].run.scores.get(unit=bureau.branch), bureau.secretary)
    object_to(bureau, publications[1].run.scores.get(person=bureau.member), bureau.member)
    text = lines(make(bureau, publications[0]))
    begin = (
        "于2026年11月21日公示，异议期至2026年11月27日。有异议的党支部和党员请于该日前（含当日）在系统中提出。"
        "截至2026年11月21日收到异议1件，其中待裁定1件。"
    )
    assert [line for line in text if "异议期" in line] == [
        f"红旗指数{begin}待裁定的异议：变电运维党支部1件。",
        f"红星指数{begin}待裁定的异议：党员本人得分1件。",
    ]


def object_to(bureau, score, person):
    return evaluation.object_to(
        score=score,
        criterion="D1-1",
        text="十月的主题党日已经补开。",
        actor=person.user,
        scope=scope_of(person.user, TODAY),
    )


def test_correction_stands_beside_the_published_number(bureau, publications):
    objection = object_to(
        bureau, publications[0].run.scores.get(unit=bureau.branch), bureau.secretary
    )
    before = make(bureau, publications[0])
    cases.record(bureau.branch, "probe.duty", status="met")
    evaluation.decide_objection(
        objection=objection,
        uphold=True,
        decision="经核实，记录补齐。",
        actor=bureau.supervisor.user,
        scope=scope_of(bureau.supervisor.user, TODAY),
    )
    after = make(bureau, publications[0])
    assert (before.pk != after.pk, before.digest != after.digest) == (True, True)
    assert tables(after)["生产一线红旗指数"] == [
        ["党支部", "得分", "等次", "更正后得分"],
        ["变电运维党支部", "66.00", "四星", "69.50"],
    ]
    assert (
        "红旗指数公示后更正1项：变电运维党支部由66.00分更正为69.50分。公示的得分不作改动。"
        in lines(after)
    )


def test_fact_changed_after_publication_changes_no_byte(bureau, publications):
    first = make(bureau, publications[0])
    cases.record(bureau.branch, "probe.duty", n=3, status="met")
    assert make(bureau, publications[0]).pk == first.pk


def test_same_month_gives_the_same_document_from_either_result(bureau, publications):
    first = make(bureau, publications[0])
    second = services.make_bulletin(run=publications[1].run, actor=bureau.leader.user)
    assert (first.pk, first.number, Document.objects.count()) == (second.pk, "2026-001", 1)
    assert AuditEntry.objects.filter(verb="make_document").count() == 1


def test_bytes_are_the_same_when_made_anew(bureau, publications):
    first = make(bureau, publications[0])
    digest = first.digest
    first.delete()
    assert make(bureau, publications[0]).digest == digest


def test_closed_month_is_dated_by_its_closing_whenever_it_is_made(
    bureau, publications, monkeypatch
):
    monkeypatch.setenv("LINGHANG_TODAY", "2026-11-30")
    for publication in publications:
        evaluation.close_publication(publication=publication, actor=bureau.officer.user)
    first = make(bureau, publications[0])
    monkeypatch.setenv("LINGHANG_TODAY", "2026-12-15")
    assert make(bureau, publications[0]).pk == first.pk
    assert "2026年11月30日" in lines(first)
    assert (
        "红旗指数和红星指数异议期已于2026年11月27日结束，异议已全部裁定。截至2026年11月30日收到异议0件。"
        in lines(first)
    )


def test_result_not_public_gives_a_marked_draft_without_header_and_number(bureau, runs):
    options = BulletinOptions(
        TODAY, "各党支部", red_header=True, number=DocumentNumber("示党", 2026, 5)
    )
    document = make(bureau, runs[0], options=options)
    text = lines(document)
    assert (document.is_draft, text[:3]) == (
        True,
        ["关于2026年10月红旗指数和红星指数考评情况的通报", "（征求意见稿）", "各党支部："],
    )
    assert "红旗指数和红星指数结果尚未公示，异议期自公示之日起计算。" in text
    assert [line for line in text if "示党" in line] == []
    assert document.file_name == "关于2026年10月红旗指数和红星指数考评情况的通报（征求意见稿）.docx"


def test_public_result_leaves_out_what_is_not_public_and_says_so(bureau, runs):
    evaluation.publish_run(run=runs[0], actor=bureau.officer.user)
    document = make(bureau, runs[0])
    text = lines(document)
    assert (document.is_draft, text[0]) == (False, "关于2026年10月红旗指数考评情况的通报")
    assert text[2] == (
        "2026年10月红旗指数按照评价方案，由系统根据各党支部台账记录计算得出。"
        "红星指数的结果尚未公示，本通报不含。现将有关情况通报如下。"
    )
    assert "三、主要问题" in text


def test_red_header_number_and_copies_are_printed_and_kept_for_the_next(bureau, publications):
    options = BulletinOptions(
        TODAY,
        "各党支部",
        red_header=True,
        number=DocumentNumber("示党", 2026, 5),
        copies_to=("党委办公室", "纪委办公室"),
    )
    text = lines(make(bureau, publications[0], options=options))
    assert text[:2] == ["中共示范甲供电公司委员会文件", "示党〔2026〕5号"]
    assert "抄送：党委办公室，纪委办公室。" in text
    following = lines(make(bureau, publications[0]))
    assert following[0] == "中共示范甲供电公司委员会文件"
    assert "示党〔2026〕5号" not in following  # the office gives each number
    assert "抄送：党委办公室，纪委办公室。" in following


def test_preview_holds_the_words_and_cells_of_the_file(bureau, publications):
    document = make(bureau, publications[0])
    shown = [
        block for part in [document.content, *document.content["attachments"]]
        for block in part["blocks"]
    ]  # fmt: skip
    texts = [block["text"] for block in shown if block["kind"] != "table"]
    assert [line for line in texts if line not in lines(document)] == []
    assert len(texts) == 16
    cells = [
        [block["headings"], *([cell for cell, _ in row] for row in block["rows"])]
        for block in shown
        if block["kind"] == "table"
    ]
    assert cells == list(tables(document).values())


def test_replaced_run_is_refused(bureau, runs):
    from linghang.evaluation.enums import RunState

    runs[0].state = RunState.SUPERSEDED
    runs[0].save()
    with pytest.raises(services.DocumentRefused):
        make(bureau, runs[0])
    assert Document.objects.count() == 0


def test_documents_are_chinese_for_a_reader_of_english_pages(bureau, publications):
    from django.utils import translation

    chinese = make(bureau, publications[0])
    with translation.override("en"):
        assert make(bureau, publications[0]).pk == chinese.pk
