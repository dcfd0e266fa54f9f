"""What those who benefit say, and low marks that become problems."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.campaigns.enums import CommitmentState, Mark
from linghang.campaigns.models import Commitment, Feedback
from linghang.platform.calendar import clock
from linghang.platform.crypto import fields as crypto
from linghang.rectification import api as rectification
from linghang.rectification.enums import SourceKind, Term
from linghang.rectification.models import Problem

# A day, to one commitment. A whole office, school or village answers from one address: only the
# device is held to a few answers, the address to what no gathering of people would send.
ANSWERS_OF_A_DEVICE = 3
ANSWERS_OF_A_NETWORK = 300


@transaction.atomic
def answer(
    *, commitment: Commitment, mark: int, text: str, address: str, device: str = ""
) -> Feedback:
    """Take what a beneficiary says; no account, no personal data.

    `device` is the random value of the cookie; senders without one share what one device may send.
    Raises ValidationError for more answers a day to one commitment than a device or a network
    address may send, and once the commitment is withdrawn.
    """
    commitment = Commitment.objects.select_for_update(of=("self",)).get(pk=commitment.pk)
    if commitment.state == CommitmentState.WITHDRAWN:
        raise ValidationError(_("This commitment was withdrawn."), code="state")
    day = f"{commitment.pk}|{clock.today().isoformat()}"
    sender = crypto.index(f"{'d' if device else 'a'}|{device or address}|{day}")
    network = crypto.index(f"n|{address}|{day}")
    earlier = Feedback.objects.filter(commitment=commitment)
    if earlier.filter(sender=sender).count() >= ANSWERS_OF_A_DEVICE:
        raise ValidationError(_("Thank you, you have answered already today."), code="often")
    if earlier.filter(network=network).count() >= ANSWERS_OF_A_NETWORK:
        raise ValidationError(
            _("Very many answers came from this network today. Please answer again tomorrow."),
            code="network",
        )
    return Feedback.objects.create(
        commitment=commitment,
        mark=Mark(mark),
        text=text.strip()[:200],
        sender=sender,
        network=network,
        at=clock.now(),
    )


@transaction.atomic
def raise_low_mark(*, feedback: Feedback, due_on: date, actor: Any) -> Problem:
    """Make a low mark a problem of the commitment's unit, once; the sender stays unknown.

    Raises ValidationError for a mark that is not low, and a second time.
    """
    rows = Feedback.objects.select_for_update(of=("self",)).select_related("commitment__unit")
    feedback = rows.get(pk=feedback.pk)
    if feedback.mark != Mark.NOT:
        raise ValidationError(_("Only a low mark becomes a problem."), code="mark")
    if feedback.problem_id is not None:
        raise ValidationError(_("It is a problem already."), code="double")
    commitment = feedback.commitment
    words = feedback.text or _("not satisfied, without words")
    problem = rectification.create_problems(
        drafts=[
            rectification.ProblemDraft(
                source=commitment.title[:60],
                text=f"{commitment.title}：{words}"[:300],
                unit=commitment.unit,
                due_on=due_on,
                source_kind=SourceKind.DEMAND,
                term=Term.TIME_LIMITED,
                responsible=commitment.leader,
                origin=feedback,
            )
        ],
        actor=actor,
    )[0]
    feedback.problem_id = problem.pk
    feedback.save(update_fields=["problem_id"])
    return problem
