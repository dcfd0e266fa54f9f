"""Who must act hears of it, and nobody else; what was told before is settled when the case moves on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.platform.notices.enums import NoticeKind
from linghang.platform.notices.registry import NoticeDraft, in_product_language
from linghang.platform.notices.services import send_notices, settle_notices
from linghang.routing import queries
from linghang.routing.enums import EscalateTo, Holder, Outcome
from linghang.routing.models import Case


def tell_holders(case: Case, *, actor: Any, outcome: Outcome | None = None) -> None:
    """Tell whoever has to act now that the case is theirs."""
    kind = NoticeKind.ROUTED
    if outcome in {Outcome.NOT_SOLVED, Outcome.REOPENED, Outcome.SENT_BACK}:
        kind = NoticeKind.RETURNED
    elif case.standing.holder is Holder.FRONT:
        kind = NoticeKind.REVIEW
    with in_product_language():
        title = _("%(stage)s: %(text)s") % {"stage": case.standing.label, "text": case.text}
    _send(case, queries.list_holders(case), kind, title, actor)


def tell_front(case: Case, *, actor: Any, reason: str) -> None:
    """Tell who raised it that its way ended elsewhere, with the reason."""
    with in_product_language():
        title = _("%(stage)s: %(text)s") % {"stage": case.standing.label, "text": case.text}
    _send(case, queries.list_front(case), NoticeKind.DECIDED, title, actor, body=reason)


def tell_escalated(case: Case, *, actor: Any) -> None:
    """Tell whoever stands above that the clock of a stage ran out."""
    with in_product_language():
        title = _("Clock ran out (%(stage)s): %(text)s") % {
            "stage": case.standing.label,
            "text": case.text,
        }
    above = (
        queries.list_back_office(case)
        if case.escalate_to == EscalateTo.BACK
        else queries.list_middle_office(case)
    )
    recipients = dict.fromkeys([*queries.list_holders(case), *above])
    _send(case, recipients, NoticeKind.LATE, title, actor, occasion="late", settle=False)


def settle(case: Case) -> None:
    """Take away what was told of a case that moved on."""
    settle_notices(about=[f"case:{case.pk}"])


def _send(
    case: Case,
    recipients: Iterable[int],
    kind: NoticeKind,
    title: str,
    actor: Any,
    *,
    body: str = "",
    occasion: str = "",
    settle: bool = True,
) -> None:
    if settle:
        settle_notices(about=[f"case:{case.pk}"])
    own = getattr(actor, "pk", None)
    told = [pk for pk in recipients if pk != own]  # nobody is told what they just did themselves
    if not told:
        return
    send_notices(
        drafts=[
            NoticeDraft(
                recipient_id=pk,
                key=f"case:{case.pk}:{occasion}{case.version}",
                kind=kind,
                title=title,
                body=body or case.number,
                url=reverse("routing:case", args=[case.pk]),
                unit_path=(case.unit or case.front).path,
            )
            for pk in told
        ],
        actor=actor,
    )
