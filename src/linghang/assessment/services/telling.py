"""Raters hear that they are asked and when it is their turn; branches that they were visited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.assessment import queries
from linghang.assessment.enums import RoundState, SheetState
from linghang.assessment.models import Round, Sheet, Subject
from linghang.people.api import users_with
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.platform.notices.api import (
    DatedThing,
    NoticeDraft,
    NoticeKind,
    in_product_language,
    send_notices,
    settle_notices,
)

DAYS_BEFORE = 2


def tell_opened(round_: Round, *, actor: Any) -> None:
    """Tell those whose turn it is that they are asked, once each; visitors too."""
    with in_product_language():
        title = _("Marks asked until %(day)s: %(round)s") % {
            "day": round_.due_on,
            "round": round_.title,
        }
    users = set(_users_to_mark([round_])[round_.pk])
    if round_.form.visit:
        team = round_.team.filter(person__user__isnull=False)
        users |= set(team.values_list("person__user_id", flat=True))
    _send(round_, users, "asked", title, NoticeKind.ASSIGNED, actor=actor)


def tell_next(sheet: Sheet, *, actor: Any) -> None:
    """Tell the raters of the next step of a subject that it is their turn."""
    round_ = sheet.subject.round
    if not round_.form.stepwise:
        return
    rows = Sheet.objects.filter(subject=sheet.subject_id, rater__user__isnull=False)
    open_ = list(
        rows.exclude(state=SheetState.HANDED_IN).select_related("rater", "subject__round__form")
    )
    turns = queries.find_turns(open_)
    users = {each.rater.user_id for each in open_ if turns[each.pk] is None and each.rater}
    with in_product_language():
        title = _("Your turn to mark: %(round)s") % {"round": round_.title}
    _send(round_, {u for u in users if u}, "turn", title, NoticeKind.ASSIGNED, actor=actor)


def tell_returned(sheet: Sheet, reason: str, *, actor: Any) -> None:
    """Tell the rater that the sheet came back, and why."""
    if sheet.rater is None or sheet.rater.user_id is None:
        return
    with in_product_language():
        title = _("Marks returned: %(round)s") % {"round": sheet.subject.round.title}
    draft = NoticeDraft(
        recipient_id=sheet.rater.user_id,
        key=f"assessment-sheet:{sheet.pk}:returned-{sheet.version}",
        kind=NoticeKind.DECIDED,
        title=title,
        body=reason,
        url=reverse("assessment:sheet", args=[sheet.pk]),
        unit_path=sheet.subject.round.root.path,
    )
    send_notices(drafts=[draft], actor=actor)


def tell_visited(subject: Subject, *, actor: Any) -> None:
    """Tell the visited branch that its visit is recorded and waits for its sign-off."""
    with in_product_language():
        title = _("Visit to be signed off: %(round)s") % {"round": subject.round.title}
    users = users_with(Permission.EDIT_RECORDS, [subject.unit_id], clock.today())
    send_notices(
        drafts=[
            NoticeDraft(
                recipient_id=user,
                key=f"assessment-subject:{subject.pk}:visited",
                kind=NoticeKind.ASSIGNED,
                title=title,
                url=reverse("assessment:subject", args=[subject.pk]),
                unit_path=subject.unit.path,
            )
            for user in users[subject.unit_id]
        ],
        actor=actor,
    )


def settle_round(round_: Round) -> None:
    """Take away what was told of a round that is over."""
    visits = round_.subjects.values_list("pk", flat=True) if round_.form.visit else ()
    settle_notices(
        about=[
            f"assessment-round:{round_.pk}",
            *(f"assessment-subject:{subject}" for subject in visits),
        ]
    )


def settle_visit(subject: Subject) -> None:
    """Take away what was told of a visit that is signed off."""
    settle_notices(about=[f"assessment-subject:{subject.pk}"])


def settle_sheet(sheet: Sheet) -> None:
    """Take away what was told of a returned sheet that is handed in again."""
    settle_notices(about=[f"assessment-sheet:{sheet.pk}"])


def remind(today: date) -> Iterator[NoticeDraft]:
    """Yield for each rater and round what is due within two days or late; three queries."""
    rounds = list(
        Round.objects.filter(
            state=RoundState.OPEN, due_on__lte=today + timedelta(days=DAYS_BEFORE)
        ).select_related("form", "root")
    )
    users = _users_to_mark(rounds)
    for round_ in rounds:
        late = round_.due_on < today
        kind = NoticeKind.LATE if late else NoticeKind.DUE
        title = _("Marks due %(day)s: %(round)s") % {"day": round_.due_on, "round": round_.title}
        occasion = f"{'late' if late else 'due'}-{round_.due_on}"
        for user in sorted(users[round_.pk]):
            yield _draft(round_, user, occasion, title, kind)


def list_dates(scope: Scope, start: date, end: date) -> Iterable[DatedThing]:
    """Return the last days of what waits for the reader in [start, end); for the own calendar."""
    rounds = {sheet.subject.round_id: sheet.subject.round for sheet in queries.waiting_for(scope)}
    return [
        DatedThing(
            uid=f"assessment-{round_.pk}",
            day=round_.due_on,
            title=_("Marks: last day"),
            url=reverse("assessment:round", args=[round_.pk]),
        )
        for round_ in rounds.values()
        if start <= round_.due_on < end
    ]


def _users_to_mark(rounds: Sequence[Round]) -> dict[int, list[int]]:
    """Return the users whose turn it is to mark, by round; two queries."""
    rows = Sheet.objects.filter(subject__round__in=rounds, rater__user__isnull=False)
    open_ = list(
        rows.exclude(state=SheetState.HANDED_IN).select_related("rater", "subject__round__form")
    )
    turns = queries.find_turns(open_)
    found: dict[int, list[int]] = {round_.pk: [] for round_ in rounds}
    for sheet in open_:
        if turns[sheet.pk] is None and sheet.rater is not None and sheet.rater.user_id:
            found[sheet.subject.round_id].append(sheet.rater.user_id)
    return {pk: list(dict.fromkeys(users)) for pk, users in found.items()}


def _send(
    round_: Round,
    users: Iterable[int],
    occasion: str,
    title: str,
    kind: NoticeKind,
    *,
    actor: Any,
) -> None:
    drafts = [_draft(round_, user, occasion, title, kind) for user in sorted(set(users))]
    send_notices(drafts=drafts, actor=actor)


def _draft(round_: Round, user: int, occasion: str, title: str, kind: NoticeKind) -> NoticeDraft:
    return NoticeDraft(
        recipient_id=user,
        key=f"assessment-round:{round_.pk}:{occasion}",
        kind=kind,
        title=title,
        url=reverse("assessment:round", args=[round_.pk]),
        unit_path=round_.root.path,
    )
