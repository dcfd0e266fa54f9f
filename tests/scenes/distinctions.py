"""Cases at three places of the way, levels held, warned and lost, a benchmark, for the tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from linghang.distinctions import services
from linghang.distinctions.models import Case, Holding
from linghang.distinctions.services import HeldBefore, MethodDraft
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.rectification import api as rectification
from tests.cast import make_person, make_unit
from tests.distinctions import cases

METHOD = MethodDraft("晨会工作法", "问题转办慢", "晨会公布\n当日到现场", "有服务队", "按期销号")


def objects(world: Any) -> dict[str, object]:
    """Return the programmes, cases of both branches, and levels of three others and the branch."""
    bureau = world.bureau
    stars, models, marks = cases.install()
    applied = services.apply_for(programme=stars, unit=bureau.branch, actor=bureau.secretary.user)
    public = _publish(world, stars, bureau.other_branch)
    marked = services.enter_held(
        programme=marks,
        drafts=[HeldBefore(bureau.branch, "company", date(2026, 1, 5), "示党〔2026〕1号")],
        actor=bureau.officer.user,
    )[0]
    services.write_method(
        programme=marks, unit=bureau.branch, draft=METHOD, actor=bureau.secretary.user
    )
    warned, lost = (_hold(world, stars, name) for name in ("甲星级党支部", "乙星级党支部"))
    _review(world, lost)
    _warn(warned)  # after it: a review would lift what nothing speaks for
    services.demote(
        holding=lost,
        reason="整改期满仍未达到",
        document_number="示党〔2026〕9号",
        actor=bureau.leader.user,
    )
    objected = services.object_to(case=public, text="现场与记录不符", actor=bureau.member.user)
    return {
        "star_programme": stars,
        "model_programme": models,
        "applied_case": applied,
        "public_case": public,
        "marked": marked,
        "warned_star": warned,
        "lost_star": lost,
        "star_objection": objected,
    }


def add_rows(world: Any, more: int) -> None:
    """Add branches with levels, and cases under way."""
    stars = world.objects["star_programme"]
    for number in range(more):
        _warn(_hold(world, stars, f"新星级党支部{number}"))


def _hold(world: Any, programme: Any, name: str) -> Holding:
    unit: Unit = make_unit(name, UnitKind.BRANCH, world.bureau.general_branch)
    make_person(f"{name[0]}星一", unit)
    draft = HeldBefore(unit, "two", date(2026, 1, 5), "示党〔2026〕1号")
    return services.enter_held(
        programme=programme, drafts=[draft], actor=world.bureau.officer.user
    )[0]


def _warn(holding: Holding) -> None:
    holding.standing = "warned"
    holding.warned_on, holding.rectify_until = date(2026, 10, 10), date(2026, 11, 9)
    holding.save()


def _review(world: Any, holding: Holding) -> None:
    """Let the review warn of a problem that is overdue since, on the days `_warn` writes."""
    draft = rectification.ProblemDraft(
        source="专业自检", text="台账未整改", unit=holding.unit, due_on=date(2026, 10, 1)
    )
    rectification.save_problems(drafts=[draft], actor=world.bureau.officer.user)
    Holding.objects.filter(pk=holding.pk).update(next_review_on=date(2026, 10, 10))
    services.review_holdings(date(2026, 10, 10))


def _publish(world: Any, programme: Any, unit: Unit) -> Case:
    bureau = world.bureau
    case = services.recommend(programme=programme, units=[unit], actor=bureau.secretary.user)[0]
    services.verify(case=case, confirm=True, remark="看了记录", actor=bureau.officer.user)
    return services.decide_case(
        case=case, approve=True, document_number="示党〔2026〕8号", actor=bureau.leader.user
    )
