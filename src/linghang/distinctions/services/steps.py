"""What every act does: take the row as it was seen, tell the history, the audit and the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from linghang.distinctions.enums import STAGES_OF, Deed, Happened, Stage
from linghang.distinctions.models import Act, Case, Demotion, Holding, Level, Programme
from linghang.ledger.api import EntryDraft, FactDraft, write_entries
from linghang.platform.acts import check_seen, known, not_now
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang_core.periods import Period, PeriodKind, load_calendar

ONE = 100  # a quantity of one, in hundredths


def lock_case(case: Case, deed: Deed, seen: str | None) -> Case:
    """Return the case with its row taken, if it stands as it was seen and the deed may come.

    Raises ValidationError that says who did what in between, or where the case stands.
    """
    found = Case.objects.select_for_update(of=("self",)).select_related("programme", "unit")
    taken = found.get(pk=case.pk)
    check_seen(taken, seen)
    if taken.stage not in STAGES_OF[deed]:
        raise not_now(deed.label, taken.standing.label)
    return taken


def lock_holding(holding: Holding, seen: str | None) -> Holding:
    """Return the level held with its row taken, if it stands as it was seen."""
    found = Holding.objects.select_for_update(of=("self",)).select_related("programme", "unit")
    taken = found.get(pk=holding.pk)
    check_seen(taken, seen)
    return taken


def move_case(
    case: Case, kind: Happened, *, actor: Any, stage: Stage | None = None, note: str = ""
) -> Case:
    """Save the case at its stage with one more act in its history, and return it."""
    if stage is not None:
        case.stage = stage
    case.version += 1
    case.save()
    Act.objects.create(case=case, kind=kind, note=note[:400], by=known(actor), at=clock.now())
    audit.record(
        actor=actor,
        verb=f"distinction.{kind.value}",
        target=case,
        label=str(case),
        unit_path=case.unit.path,
        new={"stage": str(case.stage), "level": case.level_title},
        reason=note,
    )
    return case


def tell(holding: Holding, kind: Happened, *, actor: Any, note: str = "") -> None:
    """Write one more act into the history of a level held, and into the audit trail."""
    Act.objects.create(holding=holding, kind=kind, note=note[:400], by=known(actor), at=clock.now())
    audit.record(
        actor=actor,
        verb=f"distinction.{kind.value}",
        target=holding,
        label=str(holding),
        unit_path=holding.unit.path,
        new={"level": holding.level_title, "standing": str(holding.standing)},
        reason=note,
    )


def begin(
    programme: Programme,
    unit: Any,
    level: Level,
    on: date,
    *,
    case: Case | None = None,
    document_number: str = "",
    actor: Any,
) -> Holding:
    """Let the unit hold the level from a day, end what it held before, and return the new one."""
    former = (
        Holding.objects.select_for_update(of=("self",))
        .select_related("programme", "unit")
        .filter(programme=programme, unit=unit, valid_to=None)
        .first()
    )
    if former is not None:
        end(former, on)
        tell(former, Happened.FOLLOWED, actor=actor, note=level.title)
    return Holding.objects.create(
        programme=programme,
        unit=unit,
        level=level.code,
        rank=level.rank,
        case=case,
        document_number=document_number,
        valid_from=on,
        next_review_on=next_review(programme, on),
    )


def end(holding: Holding, on: date) -> None:
    """End a level on a day (exclusive)."""
    holding.valid_to = on
    holding.standing = "ended"
    holding.version += 1
    holding.save()


def next_review(programme: Programme, on: date) -> date:
    """Return when the system looks next: some days after the period, when it has been published."""
    kind = PeriodKind(programme.document["review"])
    days = timedelta(days=int(programme.document["review_days"]))
    period = Period.containing(on, kind)
    while period.end + days <= on:
        period = period.next()
    return period.end + days


def add_working_days(on: date, days: int) -> date:
    """Return the last day of a term of working days."""
    return load_calendar().add_working_days(on, days).date


def write_awards(holdings: Iterable[Holding], actor: Any) -> None:
    """Write what was awarded into the ledger, so that time lines show it and schemes may count it."""
    write_entries(
        [
            EntryDraft(
                source=holding,
                kind="distinction.awarded",
                unit_id=holding.unit_id,
                title=f"{holding.programme.title_zh}：{holding.level_title}",
                occurred_on=holding.valid_from,
                facts=[
                    FactDraft(
                        kind="distinction.awarded",
                        quantity=holding.rank * ONE,
                        unit_id=holding.unit_id,
                        occurred_on=holding.valid_from,
                        verified=True,
                    )
                ],
            )
            for holding in holdings
        ],
        actor=actor,
    )


def write_demotion(demotion: Demotion, actor: Any) -> None:
    """Write what was lost into the ledger, with the level it falls to."""
    holding = demotion.holding
    to = holding.programme.name_level(demotion.to_level) if demotion.to_level else "摘牌"
    write_entries(
        [
            EntryDraft(
                source=demotion,
                kind="distinction.demoted",
                unit_id=holding.unit_id,
                title=f"{holding.programme.title_zh}：{holding.level_title} → {to}",
                occurred_on=demotion.on,
                facts=[
                    FactDraft(
                        kind="distinction.demoted",
                        quantity=demotion.to_rank * ONE,
                        unit_id=holding.unit_id,
                        occurred_on=demotion.on,
                        verified=True,
                    )
                ],
            )
        ],
        actor=actor,
    )
