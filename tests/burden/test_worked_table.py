"""The worked table of docs/algorithms/burden.md, happening; and the numbers of fields against the forms."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from linghang.burden.queries import count_by_issuer, count_loads, counting, rate_likeness
from linghang.diagnosis import api as diagnosis
from linghang.diagnosis.enums import RoundState
from linghang.diagnosis.models import StandardSet
from linghang.diagnosis.web.forms import LineForm
from linghang.library.api import install_packs
from linghang.people.api import compute_scope
from linghang.rectification.web.forms import HandInForm
from linghang.routing import api as routing
from linghang.routing.models import Category
from linghang.supervision import api as supervision
from linghang.supervision.models import CommonFinding
from linghang.supervision.web.forms import AnswerForm
from linghang.worklists import api as worklists
from linghang.worklists.enums import Owner, ProofUse
from linghang.worklists.web.forms.tasks import FinishForm
from linghang_core.periods import Period
from tests.diagnosis.conftest import make_set
from tests.portal.conftest import find_fault, kinds, owe  # noqa: F401  fixture
from tests.research.conftest import Field

DOC = Path(__file__).parents[2] / "docs" / "algorithms" / "burden.md"
NUMBERS = (
    "items",
    "reports",
    "evidence",
    "meetings",
    "visits",
    "problems",
    "cases",
    "sheets",
    "lines",
    "personal",
    "forms",
    "fields",
)
DUE = date(2026, 12, 18)


def read_table() -> list[tuple[str, dict[str, int]]]:
    lines = DOC.read_text(encoding="utf-8").split("## Worked table")[1].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return [(row[0], dict(zip(NUMBERS, map(int, row[1:]), strict=True))) for row in rows[2:]]


def count(bureau, reader="leader") -> dict[str, int]:
    scope = compute_scope(getattr(bureau, reader).user)
    loads = count_loads(scope, [bureau.branch.pk], [Period.parse("2026-11")])
    load = loads.get((bureau.branch.pk, "2026-11"), counting.Load())
    return {name: getattr(load, name) for name in NUMBERS}


def happen(bureau, kinds):  # noqa: F811
    """Do what each row says; yield its first words."""
    branch = [bureau.branch]

    def issue(text, issuer=bureau.committee, actor=bureau.officer.user, **fields):
        draft = worklists.ItemDraft(text, **{"units": branch, "due_on": DUE, **fields})
        worklists.issue_list(
            title=f"清单{text}", kind="tasks", issuer=issuer, items=[draft], actor=actor
        )
        return text

    yield issue("报送总结")
    yield issue("报送照片", needs_evidence=True)
    yield issue("讲党课", proof_kind="task", proof_use=ProofUse.FINISH)
    yield issue("选读文件", required=False)
    yield issue("岗位承诺", owner=Owner.PERSONS, persons=[bureau.member], units=())
    yield issue("支部自定计划", issuer=bureau.branch, actor=bureau.secretary.user)
    owe(bureau.branch, kinds["theme_day"], "2026-11", date(2026, 11, 30))
    yield "主题党日"
    find_fault(bureau.branch, "工作票填写不规范", DUE)
    yield "工作票填写不规范"
    check(bureau, "专业自检")
    yield "专业自检"
    diagnosis.move_round(
        round=check(bureau, "已取消的自检"),
        to=RoundState.CANCELLED,
        actor=bureau.officer.user,
        reason="标准待修订",
    )
    yield "已取消的自检"
    examine(bureau)
    yield "专项自查"
    field = Field(bureau, bureau.leader, bureau.leader)
    field.visit(field.claim())
    yield "座谈"
    for front, words in ((bureau.other_branch, "低电压诉求"), (bureau.branch, "本支部诉求")):
        route(bureau, front, words)
        yield words


def check(bureau, title):
    draft = diagnosis.RoundDraft(
        title=title,
        standard_set=StandardSet.objects.first() or make_set(),
        root=bureau.committee,
        units=[bureau.branch],
    )
    return diagnosis.open_round(draft=draft, actor=bureau.officer.user)


def examine(bureau):
    install_packs(("common-findings",), actor=None)
    supervision.open_examination(
        draft=supervision.ExaminationDraft(
            title="专项自查",
            root=bureau.committee,
            findings=list(CommonFinding.objects.all()[:3]),
            units=[bureau.branch],
        ),
        actor=bureau.supervisor.user,
    )


def route(bureau, front, text):
    install_packs(("problem-routing",), actor=None)
    draft = routing.CaseDraft(
        text=text,
        category=Category.objects.get(code="outage"),
        front=front,
        urgency="ordinary",
        person=bureau.member,
    )
    case = routing.raise_case(draft=draft, actor=bureau.member.user)
    case = routing.accept_case(case=case, actor=bureau.officer.user)
    routing.assign_case(case=case, unit=bureau.branch, actor=bureau.officer.user)


@pytest.mark.django_db
def test_each_row_of_the_worked_table_adds_what_it_says(bureau, kinds):  # noqa: F811
    before, table = count(bureau), read_table()
    for words, (title, row) in zip(happen(bureau, kinds), table, strict=False):
        assert title.startswith(words)
        now = count(bureau)
        assert {name: now[name] - before[name] for name in NUMBERS} == row, title
        before = now
    assert before == table[-1][1]
    assert table[-1][0] == "sum"


@pytest.mark.django_db
def test_a_self_examination_counts_only_for_whoever_may_know_of_it(bureau):
    examine(bureau)
    seen = {
        reader: count(bureau, reader)["lines"]
        for reader in ("supervisor", "leader", "secretary", "officer", "member")
    }
    assert seen == {"supervisor": 3, "leader": 3, "secretary": 3, "officer": 0, "member": 0}
    for reader, number in (("leader", 1), ("officer", 0)):
        scope = compute_scope(getattr(bureau, reader).user)
        found = count_by_issuer(scope, [bureau.branch.pk], Period.parse("2026-11"))
        assert [(load.issuer, load.sheets) for load in found] == [(bureau.committee, 1)] * number


def test_fields_are_those_of_the_forms():
    def typed(form, *, needs_evidence):
        required = [name for name, field in form.base_fields.items() if field.required]
        days = [name for name in required if name.endswith("_on")]  # filled in already
        return len(required) - len(days) + needs_evidence

    assert typed(FinishForm, needs_evidence=False) == counting.FIELDS_OF_A_TASK
    assert typed(FinishForm, needs_evidence=True) == 1 + counting.FIELDS_OF_EVIDENCE
    assert typed(HandInForm, needs_evidence=False) == counting.FIELDS_OF_A_PROBLEM
    assert typed(AnswerForm, needs_evidence=False) == counting.FIELDS_OF_A_LINE
    named = {"standard"}  # comes with the line
    assert typed(LineForm, needs_evidence=False) - len(named) == counting.FIELDS_OF_A_LINE


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("报送安全总结", "报送安全工作总结", Fraction(4, 8)),
        ("报送安全工作总结", "报送安全工作总结报告", Fraction(7, 9)),
        ("讲党课", "讲党课", Fraction(1)),
        ("讲党课", "报送照片", Fraction(0)),
        ("", "讲", Fraction(0)),
    ],
)
def test_likeness_is_the_share_of_pairs_of_characters(one, other, share):
    assert rate_likeness(one, other) == rate_likeness(other, one) == share
