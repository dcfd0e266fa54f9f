"""The report of an appraisal (民主评议情况报告) as an official document, filled from its records."""

from __future__ import annotations

from datetime import date

from linghang.appraisal import queries
from linghang.appraisal.enums import Grade, Measure
from linghang.appraisal.models import Appraisal, Participant
from linghang_core import documents
from linghang_core.periods import chinese_date

MEASURES = {
    Measure.TALK: "谈话提醒",
    Measure.CORRECT: "限期改正",
    Measure.ADVISE: "劝其退党",
    Measure.REMOVE: "除名",
}


def write_report(appraisal: Appraisal, on: date) -> bytes:
    """Return the report as .docx; what was not recorded is named as a gap."""
    parts = queries.list_participants(appraisal)
    graded = queries.list_graded(parts)
    taking = [one for one in parts if not one.excused]
    excused = [one.person.name for one in parts if one.excused]
    held = chinese_date(appraisal.held_on) if appraisal.held_on else "【评议尚未进行】"
    told = f"，经批准不参加{len(excused)}名（{'、'.join(excused)}）" if excused else ""
    together = "，与组织生活会合并召开" if appraisal.with_life_meeting else ""
    body: list[documents.Block] = [
        documents.Paragraph(
            f"{appraisal.unit.name}于{held}开展{appraisal.year}年度民主评议党员{together}，情况报告如下。"
        ),
        documents.Heading("参加情况"),
        documents.Paragraph(
            f"参加评议党员{len(taking)}名，其中预备党员{len(taking) - len(graded)}名，"
            f"预备党员参加评议、不评定等次{told}。"
            f"{sum(one.self_on is not None for one in taking)}名党员提交个人自评。"
        ),
        documents.Heading("测评和评定等次"),
        *_tell_grades(appraisal, graded),
        *_tell_measures(graded),
        documents.Paragraph("以上报告，请审批。"),
    ]
    superior = appraisal.unit.parent
    made = documents.OfficialDocument(
        title=f"{appraisal.unit.name}{appraisal.year}年度民主评议党员情况报告",
        body=tuple(body),
        issuer=appraisal.unit.name,
        addressee=superior.name if superior else "",
        dated=on,
        sealed=False,
    )
    return documents.write_docx(made)


def _tell_grades(appraisal: Appraisal, graded: list[Participant]) -> list[documents.Block]:
    counts = queries.read_counts(appraisal)
    if not counts:
        return [documents.Paragraph("【民主测评尚未计票】")]
    most = queries.count_cap(queries.list_participants(appraisal), appraisal.held_on or date.max)
    given = {grade: sum(one.grade == grade for one in graded) for grade in Grade.values}
    summary = "、".join(f"{queries.GRADES_ZH[grade]}{n}名" for grade, n in given.items())
    columns = ("姓名", *(f"{name}票" for name in queries.GRADES_ZH.values()), "评定等次")
    rows = tuple(
        (
            one.person.name,
            *(str(counts.get(one.pk, {}).get(grade, 0)) for grade in Grade.values),
            queries.GRADES_ZH.get(one.grade, "【未评定】"),
        )
        for one in graded
    )
    decided = f"经支部委员会研究，评定{summary}（优秀不超过{most}名）。"
    return [
        documents.Paragraph("民主测评票数只作评定的参考。"),
        documents.Table(tuple(documents.Column(name) for name in columns), rows),
        documents.Paragraph(
            decided if all(one.grade for one in graded) else "【等次尚未全部评定】"
        ),
    ]


def _tell_measures(graded: list[Participant]) -> list[documents.Block]:
    low = [one for one in graded if one.measure]
    if not low:
        return []
    return [
        documents.Heading("教育帮助和处置"),
        *(
            documents.Paragraph(
                f"{one.person.name}：{queries.GRADES_ZH[one.grade]}。{one.why}。"
                f"{MEASURES[Measure(one.measure)]}"
                + (f"，至{chinese_date(one.measure_until)}。" if one.measure_until else "。")
            )
            for one in low
        ),
    ]
