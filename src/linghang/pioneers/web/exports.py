"""The report of a committee member's project as an official document, drafted from its records."""

from __future__ import annotations

from datetime import date

from linghang.pioneers.models import Project
from linghang.pioneers.queries import projects as queries
from linghang.worklists.enums import TaskState
from linghang_core import documents
from linghang_core.periods import chinese_date

COLUMNS = ("措施", "责任单位", "完成时限", "进展")


def write_report(project: Project, on: date) -> bytes:
    """Return the report (报告) as .docx; what was not recorded is named as a gap."""
    tasks = list(queries.list_tasks(project))
    standing = [task for task in tasks if task.state != TaskState.WITHDRAWN]
    done = [task for task in standing if task.state == TaskState.DONE]
    rows = tuple(
        (
            task.item.text,
            task.unit.name,
            chinese_date(task.due_on),
            task.result or ("已完成" if task.state == TaskState.DONE else "【未完成】"),
        )
        for task in standing
    )
    body: list[documents.Block] = [
        documents.Paragraph(
            f"{project.owner.name}同志负责的党委委员项目“{project.title}”，"
            f"自{chinese_date(project.begins_on)}至{chinese_date(project.ends_on)}，情况报告如下。"
        ),
        documents.Heading("目标"),
        documents.Paragraph(project.goal),
        documents.Heading("措施落实情况"),
        documents.Paragraph(f"共{len(standing)}项任务，已完成{len(done)}项。"),
        documents.Table(tuple(documents.Column(name) for name in COLUMNS), rows),
        documents.Heading("成效"),
        documents.Paragraph(project.outcome or "【项目尚未结束，成效待总结】"),
    ]
    made = documents.OfficialDocument(
        title=f"关于党委委员项目“{project.title}”情况的报告",
        body=tuple(body),
        issuer=project.unit.name,
        addressee="",
        dated=on,
        sealed=False,
    )
    return documents.write_docx(made)
