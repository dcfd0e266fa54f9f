"""The columns of 党员 that the national roster form has beyond the usual sixteen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop as _

from linghang.people.sheets.codes import EDUCATION, coded
from linghang.platform.sheets import cells
from linghang.platform.sheets.cells import Cell, Parser, folded, written
from linghang.platform.sheets.faults import CellFault, Severity
from linghang.platform.sheets.plan import Column

ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


@dataclass(slots=True, kw_only=True)
class DetailRow:
    """What those columns hold; None where blank, faulty or without a column."""

    former_name: str | None = None
    native_place: str | None = None
    birth_place: str | None = None
    started_work_on: date | None = None
    full_time_education: str | None = None
    full_time_degree: str | None = None
    full_time_school: str | None = None
    full_time_major: str | None = None
    in_service_education: str | None = None
    in_service_degree: str | None = None
    in_service_school: str | None = None
    in_service_major: str | None = None
    technical_title: str | None = None
    social_stratum: str | None = None
    frontline: str | None = None
    introducers: str | None = None
    entered_on: date | None = None
    file_place: str | None = None
    household_police: str | None = None
    email: str | None = None
    other_party: str | None = None
    other_party_on: date | None = None
    abroad: str | None = None
    is_first_secretary: bool | None = None
    is_party_worker: bool | None = None


def read_email(raw: Cell) -> str:
    """Return an e-mail address in one width; CellFault for what is none."""
    text = folded(written(raw)).replace(" ", "")
    if not ADDRESS.fullmatch(text):
        raise CellFault(
            "not_an_email",
            _("This is no e-mail address."),
            _("Write it with an @ and the name of its server, or leave it empty."),
        )
    return text


COLUMNS = (
    Column("former_name", "曾用名", cells.name(longest=60)),
    Column("native_place", "籍贯", cells.name(longest=60), example="示范省示范市"),
    Column("birth_place", "出生地", cells.name(longest=60)),
    Column(
        "started_work_on",
        "参加工作日期",
        cells.day(),
        aliases=("参加工作时间", "工作时间", "参加工作年月"),
        on_fault=Severity.WARN,
    ),
    Column(
        "full_time_education",
        "全日制学历",
        coded(EDUCATION, longest=30),
        aliases=("全日制教育学历", "全日制教育"),
    ),
    Column("full_time_degree", "全日制学位", cells.name(longest=30)),
    Column(
        "full_time_school",
        "全日制毕业院校",
        cells.name(longest=80),
        aliases=("全日制毕业院校系", "毕业院校"),
    ),
    Column(
        "full_time_major", "全日制所学专业", cells.name(longest=60), aliases=("全日制专业", "专业")
    ),
    Column(
        "in_service_education",
        "在职学历",
        coded(EDUCATION, longest=30),
        aliases=("在职教育学历", "在职教育"),
    ),
    Column("in_service_degree", "在职学位", cells.name(longest=30)),
    Column("in_service_school", "在职毕业院校", cells.name(longest=80)),
    Column("in_service_major", "在职所学专业", cells.name(longest=60), aliases=("在职专业",)),
    Column(
        "technical_title",
        "专业技术职务",
        cells.name(longest=60),
        aliases=("技术职称", "职称", "聘任专业技术职务"),
    ),
    Column("social_stratum", "新社会阶层类型", cells.name(longest=60), aliases=("新社会阶层",)),
    Column("frontline", "一线情况", cells.name(longest=60), aliases=("一线类别", "先进性标识")),
    Column("introducers", "入党介绍人", cells.text(longest=80), aliases=("介绍人",)),
    Column(
        "entered_on",
        "进入当前党支部日期",
        cells.day(),
        aliases=("进入支部日期", "进入党支部时间", "转入时间"),
        on_fault=Severity.WARN,
        help="新登记的党员从这一天起计入支部；以后的变动走组织关系转接",
    ),
    Column("file_place", "档案所在单位", cells.name(longest=80), aliases=("人事档案所在单位",)),
    Column(
        "household_police",
        "户籍所在地派出所",
        cells.text(longest=80),
        aliases=("户籍派出所", "户口所在派出所"),
        sensitive=True,
        width=24,
    ),
    Column(
        "email",
        "电子邮箱",
        Parser(read_email),
        aliases=("邮箱", "电子邮件", "E-mail"),
        sensitive=True,
        on_fault=Severity.WARN,
        width=24,
    ),
    Column("other_party", "其他党团", cells.name(longest=60), aliases=("参加其他党团",)),
    Column(
        "other_party_on",
        "参加其他党团日期",
        cells.day(),
        aliases=("加入其他党团日期",),
        on_fault=Severity.WARN,
    ),
    Column("abroad", "出国（境）情况", cells.text(longest=80), aliases=("出国情况", "出国出境")),
    Column("is_first_secretary", "是否第一书记", cells.yes_no(), on_fault=Severity.WARN),
    Column("is_party_worker", "是否党务工作者", cells.yes_no(), on_fault=Severity.WARN),
)
