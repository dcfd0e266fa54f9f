"""A special action and a public commitment with answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from linghang.campaigns import services

TODAY = date(2026, 11, 21)


def objects(world: Any) -> dict[str, object]:
    """Return a special action, a commitment with a low mark, and the commitment's public code."""
    bureau = world.bureau
    campaign = services.plan_campaign(
        title="身边无违章",
        root=bureau.committee,
        starts_on=date(2026, 10, 1),
        ends_on=date(2026, 12, 31),
        kinds=["activity.theme_day"],
        actor=bureau.officer.user,
    )
    commitment = _promise(bureau, "低电压台区治理", campaign)
    services.answer(commitment=commitment, mark=1, text="慢", address="10.9.8.7")
    return {
        "campaign": campaign,
        "commitment": commitment,
        "commitment_code": commitment.code,
    }


def add_rows(world: Any, more: int) -> None:
    """Add so many special actions, commitments, steps and answers."""
    bureau = world.bureau
    for number in range(more):
        services.plan_campaign(
            title=f"又一行动{number}",
            root=bureau.committee,
            starts_on=date(2026, 10, 1),
            ends_on=date(2026, 12, 31),
            actor=None,
        )
        commitment = _promise(bureau, f"又一承诺{number}", world.objects["campaign"])
        services.carry_over(commitment=commitment, due_on=date(2027, 12, 31), actor=None)
        services.report_step(commitment=commitment, on=TODAY, text="办了", people=3, actor=None)
        services.report_step(
            commitment=world.objects["commitment"],
            on=TODAY,
            text=f"又办{number}",
            people=3,
            actor=None,
        )
        services.answer(
            commitment=world.objects["commitment"], mark=3, text="好", address=f"10.1.1.{number}"
        )


def _promise(bureau: Any, title: str, campaign: Any) -> Any:
    draft = services.CommitmentDraft(
        title=title,
        promise="年底前完成",
        beneficiaries="客户",
        unit=bureau.branch,
        due_on=date(2026, 12, 31),
        campaign=campaign,
        is_public=True,
    )
    return services.promise(drafts=[draft], actor=bureau.officer.user)[0]
