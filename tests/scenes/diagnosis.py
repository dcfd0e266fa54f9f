"""A round with every state of a sheet, and one that is compared, for the tables."""

from __future__ import annotations

from typing import Any

from linghang.diagnosis import services
from linghang.diagnosis.enums import RoundState, Verdict
from linghang.diagnosis.models import Round, StandardSet
from linghang.library.api import install_packs
from linghang.org.models import Unit
from linghang.people.models import Person
from tests.cast import make_person

PACKS = (
    "organisation-life",
    "study-cadence",
    "safety-records",
    "business-support",
    "professional-diagnosis",
)


def objects(world: Any) -> dict[str, object]:
    """Return a round under way, one compared, and the branch's sheet of each."""
    install_packs(PACKS, actor=None)
    bureau = world.bureau
    expert = make_person("葛明川", bureau.committee, ("expert",), username="expert")
    asked = _open(world, "2026年第一轮诊断", [bureau.branch, bureau.other_branch], [expert])
    compared = _open(world, "2026年第二轮诊断", [bureau.branch], [expert])
    _lead(compared, bureau.secretary.user)
    return {
        "standards": asked.standard_set,
        "round": asked,
        "sheet": asked.sheets.get(unit=bureau.branch),
        "compared_round": compared,
        "checked_sheet": compared.sheets.get(),
    }


def add_rows(world: Any, more: int) -> None:
    """Open more rounds over more units; what was compared last has more findings."""
    units = list(Unit.objects.filter(parent=world.bureau.general_branch, kind="branch"))
    expert = Person.objects.get(user__username="expert")
    for number in range(more):
        _open(world, f"新增诊断{number}", units, [expert])


def _open(world: Any, title: str, units: list[Any], experts: list[Any]) -> Round:
    draft = services.RoundDraft(
        title=title,
        standard_set=StandardSet.objects.get(code="professional"),
        root=world.bureau.committee,
        units=units,
        experts=[services.ExpertDraft(person) for person in experts],
    )
    return services.open_round(draft=draft, actor=world.bureau.officer.user)


def _lead(round_: Round, secretary: Any) -> None:
    sheet = round_.sheets.get()
    standards = list(round_.standard_set.standards.all())
    said = [services.Said(standard, Verdict.MET) for standard in standards]
    services.save_self_answers(sheet=sheet, answers=said, actor=secretary)
    services.hand_in_sheet(sheet=sheet, actor=secretary)
    services.move_round(round=round_, to=RoundState.EXPERT_CHECK, actor=None)
    expert = round_.experts.get()
    found = [
        services.Said(each, Verdict.NOT_MET, "抽查缺项")
        if number < 2
        else services.Said(each, Verdict.MET)
        for number, each in enumerate(standards)
    ]
    user = expert.person.user
    services.save_expert_answers(sheet=sheet, expert=expert, answers=found, actor=user)
    services.finish_check(sheet=sheet, expert=expert, actor=user)
    services.move_round(round=round_, to=RoundState.RECTIFYING, actor=None)
