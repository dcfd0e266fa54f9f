"""A bureau with two experts and a round over a small set of standards."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from linghang.diagnosis import services
from linghang.diagnosis.enums import RoundState, Verdict
from linghang.diagnosis.models import Expert, Round, Sheet, Standard, StandardSet
from linghang.diagnosis.services import Said
from linghang.people.models import Person
from tests.cast import make_person
from tests.conftest import Bureau

M, P, N, X = Verdict.MET, Verdict.PARTLY, Verdict.NOT_MET, Verdict.NOT_APPLICABLE


@dataclass
class Check:
    """The round, its two units, two experts, and who acts."""

    bureau: Bureau
    round: Round
    own: Sheet  # of the branch
    other: Sheet  # of the other branch
    expert: Expert
    second: Expert
    officer: object
    secretary: object
    other_secretary: object
    expert_user: object
    second_user: object
    standards: list[Standard]

    def says(self, sheet: Sheet, *verdicts: Verdict, actor: object = None, reason: str = ""):
        actor = actor or (self.secretary if sheet == self.own else self.other_secretary)
        return services.save_self_answers(
            sheet=sheet, answers=self.said(verdicts), actor=actor, reason=reason
        )

    def finds(self, sheet: Sheet, *verdicts: Verdict, expert: Expert | None = None, reason=""):
        expert = expert or self.expert
        return services.save_expert_answers(
            sheet=sheet,
            expert=expert,
            answers=self.said(verdicts),
            actor=expert.person.user,
            reason=reason,
        )

    def said(self, verdicts) -> list[Said]:
        notes = {True: "现场抽查有缺项", False: ""}
        return [
            Said(standard, verdict, notes[verdict.needs_note])
            for standard, verdict in zip(self.standards, verdicts, strict=False)
        ]

    def move(self, to: RoundState, reason: str = "") -> Round:
        self.round = services.move_round(round=self.round, to=to, actor=self.officer, reason=reason)
        return self.round

    def check_both(self, own=(M, P, N, M), other=(M, M, N, X)) -> Round:
        """Lead the round to the comparison."""
        self.says(self.own, M, M, N, M)
        self.says(self.other, M, P, M, X)
        for sheet, actor in ((self.own, self.secretary), (self.other, self.other_secretary)):
            services.hand_in_sheet(sheet=sheet, actor=actor)
        self.move(RoundState.EXPERT_CHECK)
        for sheet, verdicts in ((self.own, own), (self.other, other)):
            self.finds(sheet, *verdicts)
            services.finish_check(sheet=sheet, expert=self.expert, actor=self.expert_user)
        return self.move(RoundState.RECTIFYING)


def make_set(code: str = "professional", version: str = "1.0.0") -> StandardSet:
    """Return a set of four standards in two fields; the third is led by the committee."""
    found = StandardSet.objects.create(
        code=code, version=version, title_en="Professional diagnosis", title_zh="专业诊断标准"
    )
    rows = (
        ("A-1", "安全生产", "安全责任清单落实到岗", [], "serious", "branch"),
        ("A-2", "安全生产", "工器具按周期试验", [], "general", "branch"),
        ("B-1", "营销服务", "投诉分析到根因", [], "grave", "committee"),
        ("B-2", "营销服务", "任务按期完成", ["task"], "general", "branch"),
    )
    for order, (number, field, text, facts, severity, lead) in enumerate(rows, 1):
        Standard.objects.create(
            standard_set=found,
            order=order,
            number=number,
            field_en=field,
            field_zh=field,
            text=text,
            facts=facts,
            severity=severity,
            lead=lead,
        )
    return found


@pytest.fixture
def check(bureau) -> Check:
    standard_set = make_set()
    experts = [
        make_person(name, bureau.committee, ("expert",), username=login)
        for name, login in (("葛明川", "expert"), ("沈若谷", "expert-2"))
    ]
    officer = bureau.officer.user
    round_ = services.open_round(
        draft=services.RoundDraft(
            title="2026年专业诊断",
            standard_set=standard_set,
            root=bureau.committee,
            units=[bureau.branch, bureau.other_branch],
            experts=[services.ExpertDraft(person) for person in experts],
        ),
        actor=officer,
    )
    own, other = round_.sheets.order_by("unit__path")
    first, second = round_.experts.order_by("pk")
    return Check(
        bureau=bureau,
        round=round_,
        own=own,
        other=other,
        expert=first,
        second=second,
        officer=officer,
        secretary=bureau.secretary.user,
        other_secretary=Person.objects.get(name="方艳一").user,
        expert_user=experts[0].user,
        second_user=experts[1].user,
        standards=list(standard_set.standards.order_by("order")),
    )
