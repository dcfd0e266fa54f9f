"""P32, P33, P39: stars of sixty branches with one lost and one regained, rolling lists, benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError

from linghang.accounts.models import User
from linghang.distinctions import api as distinctions
from linghang.distinctions.models import Holding, Programme
from linghang.org.models import Unit
from linghang.platform.calendar import clock
from linghang_core.periods import Period, PeriodKind

SHARES = (
    ("five_star", 10),
    ("four_star", 30),
    ("three_star", 60),
    ("two_star", 82),
    ("one_star", 100),
)
BEFORE = 420  # days ago: the stars of the last year, by their document
REVIEW_AFTER = 15  # days after a quarter, as the pack has it
APPLICANTS = 3  # two wait for the award, one for the verification
METHOD = distinctions.MethodDraft(
    title="缺陷不过夜工作法",
    problem="客户反映的问题转办慢，同一台区反复报修。",
    steps="晨会公布前一日未销号问题\n党员认领并当日到现场\n当晚在群里反馈处理结果\n每月主题党日复盘反复问题",
    conditions="有服务队和责任区，书记每日看一次问题清单。",
    result="问题按期销号，反复报修下降。",
)


@dataclass(frozen=True)
class Users:
    """Who acts for a bureau: the officer, who verifies and recommends, and who decides."""

    officer: User
    leader: User
    supervisor: User


def build(*, roots: Sequence[Unit], main: Unit, today: date) -> None:
    """Award, review, lose and regain stars in the main bureau and the first other; choose benchmarks."""
    programmes = {one.code: one for one in distinctions.list_programmes()}
    stars = programmes["star-branch"]
    last = Period.containing(today, PeriodKind.QUARTER).previous()
    for root in [main, *[one for one in roots if one.pk != main.pk][:1]]:
        users = _find_users(root)
        ranked = _rank(stars, root, today)
        if root.pk == main.pk:
            applied_on = last.end + timedelta(days=REVIEW_AFTER + 4)
            applicants = _find_applicants(stars, root, applied_on, today)
            _enter(stars, [one for one in ranked if one not in applicants], today, last, users)
            _tell_stories(stars, ranked, last, users)
            _apply(stars, applicants, last, users)
            _choose_benchmarks(programmes["benchmark"], ranked, root, today, users)
        else:
            _enter(stars, ranked, today, last, users)
        _make_lists(programmes["rolling-model"], root, last, today, users)


def _find_users(root: Unit) -> Users:
    def find(post: str) -> User:
        holders = User.objects.filter(
            person__appointments__unit=root, person__appointments__post=post
        )
        return holders.order_by("pk")[0]

    return Users(find("officer"), find("committee_secretary"), find("supervisor"))


def _rank(programme: Programme, root: Unit, today: date) -> list[Unit]:
    """Return the branches with published results, the higher mean index first."""
    evidence = distinctions.read_evidence(programme, root, today)

    def mean(pk: int) -> Decimal:
        totals = [m.total for m in evidence.months.get(pk, {}).values() if m.total is not None]
        return sum(totals, Decimal(0)) / len(totals) if totals else Decimal(-1)

    means = {pk: mean(pk) for pk in evidence.units}
    return [evidence.units[pk] for pk in sorted(means, key=lambda pk: -means[pk]) if means[pk] >= 0]


def _find_applicants(programme: Programme, root: Unit, on: date, today: date) -> list[Unit]:
    """Return the branches that will have no star yet and qualify for the first one on the day.

    Those who still do today come first: their award reads the conditions once more.
    """
    found, still = (
        [
            one.unit
            for one in distinctions.list_candidates(
                distinctions.read_evidence(programme, root, day)
            )
            if one.qualifies
        ]
        for day in (on, today)
    )
    found.sort(
        key=lambda unit: unit in still
    )  # those who qualify on both days last: they are taken
    return sorted(found[-APPLICANTS:], key=lambda unit: unit not in still)


def _enter(
    programme: Programme, units: Sequence[Unit], today: date, last: Period, users: Users
) -> None:
    """Enter the stars of the last year by their document, two quarters ago."""
    on = today - timedelta(days=BEFORE)
    drafts = []
    for place, unit in enumerate(units):
        percent = 100 * place / len(units)
        level = next(code for code, up_to in SHARES if percent < up_to)
        drafts.append(distinctions.HeldBefore(unit, level, on, f"示党〔{on.year}〕46号"))
    with clock.stand_on(last.previous().first_day + timedelta(days=5)):
        distinctions.enter_held(programme=programme, drafts=drafts, actor=users.officer)


def _tell_stories(programme: Programme, ranked: Sequence[Unit], last: Period, users: Users) -> None:
    """Review at both quarters' ends; one star was lost in between, others wait for the committee."""
    first = last.first_day + timedelta(days=REVIEW_AFTER)
    with clock.stand_on(first):
        distinctions.review_holdings(first)
    warned = Holding.objects.filter(programme=programme, standing="warned", unit__in=ranked)
    later = first + timedelta(days=36)
    for holding in warned.select_related("programme", "unit").order_by("-rank", "pk"):
        with clock.stand_on(later), suppress(ValidationError):  # some have been put right since
            distinctions.demote(
                holding=holding,
                reason="整改期满，条件仍未达到，经党委会研究降星。",
                document_number=f"示党〔{later.year}〕31号",
                actor=users.leader,
            )
            break
    second = last.end + timedelta(days=REVIEW_AFTER)
    with clock.stand_on(second):
        distinctions.review_holdings(second)


def _apply(programme: Programme, units: Sequence[Unit], last: Period, users: Users) -> None:
    """Let branches apply: the publicity of two is over, the third waits to be verified."""
    on = last.end + timedelta(days=REVIEW_AFTER + 4)
    for place, unit in enumerate(units):
        with clock.stand_on(on):
            case = distinctions.apply_for(programme=programme, unit=unit, actor=None)
            if place == APPLICANTS - 1:
                continue
            distinctions.verify(
                case=case, confirm=True, remark="现场查看记录，与党员座谈。", actor=users.supervisor
            )
            distinctions.decide_case(
                case=case,
                approve=True,
                document_number=f"示党〔{on.year}〕5{place}号",
                actor=users.leader,
            )


def _make_lists(programme: Programme, root: Unit, last: Period, today: date, users: Users) -> None:
    for period in (last.previous(), last):
        on = min(period.end + timedelta(days=REVIEW_AFTER), today)
        evidence = distinctions.read_evidence(programme, root, on, [], until=period.end)
        if not evidence.periods or Period.parse(evidence.periods[0]).end != period.end:
            continue  # the small demo begins later
        with clock.stand_on(on):
            distinctions.make_list(
                programme=programme, root=root, period=period, actor=users.officer
            )


def _choose_benchmarks(
    programme: Programme, ranked: Sequence[Unit], root: Unit, today: date, users: Users
) -> None:
    """Enter a benchmark of the company, one of the base committee in each other peer group, with methods."""
    on = today - timedelta(days=BEFORE)
    evidence = distinctions.read_evidence(programme, root, today)
    best: dict[str, Unit] = {}
    for unit in ranked:
        best.setdefault(evidence.name_group(unit.pk), unit)
    chosen = list(best.values())
    drafts = [
        distinctions.HeldBefore(
            unit, "committee" if place else "company", on, f"示党〔{on.year}〕52号"
        )
        for place, unit in enumerate(chosen)
    ]
    with clock.stand_on(today - timedelta(days=60)):
        distinctions.enter_held(programme=programme, drafts=drafts, actor=users.officer)
    with clock.stand_on(today - timedelta(days=30)):
        for unit in chosen:
            distinctions.write_method(
                programme=programme, unit=unit, draft=METHOD, actor=users.officer
            )
