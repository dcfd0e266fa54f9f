"""Notices of the member, a message sent outside, and the member's calendar."""

from __future__ import annotations

from linghang.platform.calendar import clock
from linghang.platform.notices import services
from linghang.platform.notices.api import NoticeDraft, NoticeKind
from linghang.platform.notices.enums import DeliveryState, Form
from linghang.platform.notices.models import Delivery, Notice


def objects(world) -> dict[str, object]:
    member = world.bureau.member.user
    _send(world, [member.pk], 0)
    return {
        "notice": Notice.objects.get(recipient=member),
        "feed_token": services.make_feed(actor=member),
    }


def add_rows(world, more: int) -> None:
    readers = [user.pk for user in world.users().values() if user is not None]
    for number in range(1, more + 1):
        _send(world, readers, number)
        _deliver(world)


def _send(world, readers: list[int], number: int) -> None:
    branch = world.bureau.branch
    drafts = [
        NoticeDraft(
            reader,
            f"scene:{number}:T-7",
            NoticeKind.DUE,
            f"事项{number}",
            url="/",
            unit_path=branch.path,
        )
        for reader in readers
    ]
    services.send_notices(drafts=drafts, actor=world.bureau.officer.user)


def _deliver(world) -> None:
    Delivery.objects.create(
        channel="mail",
        form=Form.URGENT,
        recipient=world.bureau.member.user,
        day=clock.today(),
        state=DeliveryState.SENT,
        next_attempt_at=clock.now(),
        created_at=clock.now(),
        finished_at=clock.now(),
    )
