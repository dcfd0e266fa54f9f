"""Invented contents of the style page, which shows every component once."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest

from linghang.platform.ui import charts, tables


class State(enum.Enum):
    """States as an app declares them: value, label, tone in one place."""

    OPEN = "open"
    RISK = "risk"
    LATE = "late"
    DONE = "done"

    @property
    def label(self) -> str:
        """Return the word on the chip."""
        return {"open": "进行中", "risk": "有风险", "late": "已逾期", "done": "已办结"}[self.value]

    @property
    def tone(self) -> str:
        """Return the tone of the chip."""
        return {"open": "info", "risk": "warn", "late": "danger", "done": "ok"}[self.value]


@dataclass(frozen=True)
class Row:
    """A row of the example table."""

    pk: int
    title: str
    unit: str
    state: State
    points: Decimal
    due_on: dt.date

    def __str__(self) -> str:
        return self.title


class ExampleForm(forms.Form):
    """One field of every kind; the names of the groups are its `fieldsets`."""

    fieldsets = (("活动", ("title", "kind", "held_on", "hours")),)

    title = forms.CharField(label="主题", help_text="一句话写清学什么、做什么。")
    kind = forms.ChoiceField(
        label="类型", choices=[("", "请选择"), ("theme", "主题党日"), ("lecture", "党课")]
    )
    held_on = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}))
    hours = forms.DecimalField(label="时长（小时）", required=False)
    way = forms.ChoiceField(
        label="方式", choices=[("site", "现场"), ("joint", "联建共建")], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="情况说明", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    proof = forms.FileField(
        label="佐证", required=False, help_text="可不附；任务已有事实证明时无需再传。"
    )
    confirm = forms.BooleanField(label="以上情况属实")


class ExampleFilter(forms.Form):
    """A filter bar: text, choices, a date."""

    q = forms.CharField(
        label="事项、单位", required=False, widget=forms.TextInput({"type": "search"})
    )
    unit = forms.ChoiceField(
        label="单位", required=False, choices=[("", "单位：全部"), ("1", "运检党支部")]
    )
    due_on = forms.DateField(label="到期", required=False, widget=forms.DateInput({"type": "date"}))


TASKS = tables.Table(
    caption="清单事项",
    columns=(
        tables.Column("title", "事项", link=lambda row: f"#{row.pk}", sort=("title",)),
        tables.Column("unit", "单位"),
        tables.Column("state", "状态"),
        tables.Column("points", "得分", numeric=True, sort=("points",)),
        tables.Column("due_on", "到期", numeric=True, sort=("due_on",)),
    ),
    default_sort="due_on",
    per_page=6,
)

UNITS = ("变电运维党支部", "输电运检党支部", "营销党支部", "调控党支部", "机关第一党支部")
THINGS = ("党员大会", "支委会", "党小组会", "党课", "主题党日", "隐患排查", "走访服务", "师带徒")
TITLES = (
    "迎峰度冬隐患排查",
    "党员身边无违章检查",
    "台区经理走访独居老人",
    "主题党日：缅怀先烈",
    "学习感悟交流",
)


def build(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the style page."""
    form = ExampleForm(request.POST or None) if request.method == "POST" else ExampleForm()
    empty = tables.Table(
        caption="空表",
        columns=TASKS.columns,
        empty=tables.Empty(
            "还没有清单", "从模板下发一份清单，六步之内完成。", url="#", action="下发清单"
        ),
    )
    return {
        "title": "组件",
        "sub": "所有组件各一份，供开发和验收对照",
        "crumbs": [("系统", "#"), ("界面", "#")],
        "form": form,
        "filter_form": ExampleFilter(request.GET or None),
        "kept": tables.list_kept(request, ExampleFilter.base_fields),
        "table": TASKS.bind(_rows(), request.GET),
        "empty_table": empty.bind([], {}),
        "tabs": [
            tables.Tab("全部", "#", 64, current=True),
            tables.Tab("进行中", "#", 19),
            tables.Tab("已逾期", "#", 2),
            tables.Tab("已办结", "#", 31),
        ],
        "bulk": [tables.BulkAction("催办", request.path, "bell", confirm="催办所选事项？")],
        "todo": [(row, row.due_on) for row in _rows()[:4]],
        "trend": TREND,
        "radar": RADAR,
        "spark": [78, 81, 80, 86, 89, 92],
        "heat_columns": THINGS,
        "heat_rows": _heat(),
        "steps": [
            {"label": "草稿", "state": "done", "note": "11-01 高知远"},
            {"label": "试算", "state": "done", "note": "12 个支部"},
            {"label": "公示", "state": "current", "note": "至 11-25，收到异议 1 件"},
            {"label": "结束", "state": "todo"},
        ],
        "facts": [("单位", "变电运维党支部"), ("类型", "主题党日"), ("参加", "应到 25，实到 23")],
        "moment": dt.datetime(2026, 11, 18, 15, 30, tzinfo=dt.UTC),
        "people": ["林晓禾", "许怡书", "孟宇行", "方艳一", "温海平", "严守正", "韩帆", "高知远"],
        "ticks": [("党员大会", "ok"), ("支委会", "ok"), ("党课", "warn"), ("主题党日", "neutral")],
    }


TREND = charts.Trend(
    title="办结率、满意率、按时率，近六个月",
    periods=["6月", "7月", "8月", "9月", "10月", "11月"],
    series=[
        charts.Series("办结率", [78, 81, 80, 86, 89, 92]),
        charts.Series("满意率", [88, 90, 89, 93, 94, 96]),
        charts.Series("按时率", [70, 74, None, 77, 83, 85]),
    ],
    unit="%",
    target=95,
)

RADAR = charts.Radar(
    title="红旗指数各维度得分率",
    axes=["组织生活", "政治学习", "党员作用", "中心工作", "服务群众", "基础保障"],
    series=[
        charts.Series("本支部", [96, 88, 72, 90, 84, 100]),
        charts.Series("同组中位数", [92, 90, 80, 82, 86, 94]),
    ],
    unit="%",
)


def _rows() -> list[Row]:
    states = list(State)
    return [
        Row(
            pk=i,
            title=f"{TITLES[i % 5]}（{i + 1}）",
            unit=UNITS[i % 5],
            state=states[(3 - i) % 4],
            points=Decimal("4.5") - Decimal(i) / 8,
            due_on=dt.date(2026, 11, 18) + dt.timedelta(days=i),
        )
        for i in range(14)
    ]


def _heat() -> list[tuple[str, str, list[dict[str, Any] | None]]]:
    return [
        (
            unit,
            "#",
            [
                None
                if (u + t) % 11 == 7
                else {
                    "value": (u * 37 + t * 53) % 101,
                    "url": f"#{u}-{t}",
                    "mark": "有逾期" if (u * 37 + t * 53) % 101 < 20 else "",
                }
                for t in range(len(THINGS))
            ],
        )
        for u, unit in enumerate(UNITS)
    ]
