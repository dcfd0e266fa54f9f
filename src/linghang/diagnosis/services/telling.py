"""Units hear of a round and of its result, experts of what they are to check; nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.diagnosis import queries
from linghang.diagnosis.enums import CHECKING, RoundState, SheetState
from linghang.diagnosis.models import Round, Sheet
from linghang.platform.access import Scope
from linghang.platform.notices.api import (
    DatedThing,
    NoticeDraft,
    NoticeKind,
    in_product_language,
    send_notices,
    settle_notices,
)

DAYS_BEFORE = 2


def tell_opened(round_: Round, sheets: Sequence[Sheet], *, actor: Any) -> None:
    """Tell the units that they are asked to check themselves, and until when."""
    recipients = queries.users_of_units([sheet.unit_id for sheet in sheets])
    with in_product_language():
        title = _("Check your unit until %(day)s: %(round)s") % {
            "day": round_.self_until,
            "round": round_.title,
        }
    drafts = [
        _draft(sheet, user, NoticeKind.ASSIGNED, "opened", title)
        for sheet in sheets
        for user in recipients[sheet.unit_id]
    ]
    send_notices(drafts=drafts, actor=actor)


def tell_experts(round_: Round, *, actor: Any) -> None:
    """Tell the experts that they may begin."""
    with in_product_language():
        title = _("Check as an expert until %(day)s: %(round)s") % {
            "day": round_.expert_until,
            "round": round_.title,
        }
    send_notices(
        drafts=[
            NoticeDraft(
                recipient_id=user,
                key=f"diagnosis-round:{round_.pk}:experts",
                kind=NoticeKind.ASSIGNED,
                title=title,
                url=reverse("diagnosis:round", args=[round_.pk]),
                unit_path=round_.root.path,
            )
            for user in queries.experts_of(round_)
        ],
        actor=actor,
    )


def tell_checked(sheet: Sheet, *, actor: Any) -> None:
    """Tell the unit that its check is finished and can be read."""
    with in_product_language():
        title = _("Expert check finished: %(round)s") % {"round": sheet.round.title}
    users = queries.users_of_units([sheet.unit_id])[sheet.unit_id]
    drafts = [_draft(sheet, user, NoticeKind.DECIDED, "checked", title) for user in users]
    send_notices(drafts=drafts, actor=actor)


def settle_sheet(sheet: Sheet) -> None:
    """Take away what was told to a unit that has handed in."""
    settle_notices(about=[f"diagnosis-sheet:{sheet.pk}"])


def settle_round(round_: Round) -> None:
    """Take away what was told of checks that are over."""
    about = [f"diagnosis-round:{round_.pk}"]
    if round_.state == RoundState.CANCELLED:
        about += [f"diagnosis-sheet:{pk}" for pk in round_.sheets.values_list("pk", flat=True)]
    if round_.state not in CHECKING:
        settle_notices(about=about)


def remind(today: date) -> Iterator[NoticeDraft]:
    """Yield what is due within two days or late, for units and for experts; three queries."""
    sheets = list(
        Sheet.objects.filter(
            state=SheetState.FILLING,
            round__state=RoundState.SELF_CHECK,
            round__self_until__lte=today + timedelta(days=DAYS_BEFORE),
        ).select_related("round", "unit")
    )
    recipients = queries.users_of_units([sheet.unit_id for sheet in sheets])
    for sheet in sheets:
        late = sheet.round.self_until < today
        kind = NoticeKind.LATE if late else NoticeKind.DUE
        title = _("Self-check due %(day)s: %(round)s") % {
            "day": sheet.round.self_until,
            "round": sheet.round.title,
        }
        occasion = f"{'late' if late else 'due'}-{sheet.round.self_until}"
        for user in recipients[sheet.unit_id]:
            yield _draft(sheet, user, kind, occasion, title)


def list_dates(scope: Scope, start: date, end: date) -> Iterable[DatedThing]:
    """Return the last days of what waits for the reader in [start, end); for the own calendar."""
    rounds: dict[tuple[int, bool], DatedThing] = {}
    for sheet in queries.waiting_for(scope):
        as_expert = sheet.round.state == RoundState.EXPERT_CHECK and not any(
            pk == sheet.unit_id for pk, _name, _path in scope.home_units
        )
        day = sheet.round.expert_until if as_expert else sheet.round.self_until
        if start <= day < end:
            rounds[sheet.round_id, as_expert] = DatedThing(
                uid=f"diagnosis-{sheet.round_id}-{'expert' if as_expert else sheet.unit_id}",
                day=day,
                title=_("Expert check: last day") if as_expert else _("Self-check: last day"),
                url=reverse("diagnosis:round", args=[sheet.round_id]),
            )
    return list(rounds.values())


def _draft(sheet: Sheet, user: int, kind: NoticeKind, occasion: str, title: str) -> NoticeDraft:
    return NoticeDraft(
        recipient_id=user,
        key=f"diagnosis-sheet:{sheet.pk}:{occasion}",
        kind=kind,
        title=title,
        url=reverse("diagnosis:sheet", args=[sheet.pk]),
        unit_path=sheet.unit.path,
    )
