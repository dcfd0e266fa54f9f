"""What the rules say of a step: what is blocked is refused, a general rule not kept wants a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from linghang.platform.acts import ReasonMissingError
from linghang.platform.languages import spoken
from linghang_core.regulations import Notice, Severity, Taken, check_step


def judge_step(
    taken: Taken, before: Sequence[Taken], *, born_on: date | None, on: date, reason: str
) -> None:
    """Raise ValidationError for what the rules forbid, ReasonMissingError for what they question.

    Each text ends with its legal basis. A reason given answers every question, and no block.
    """
    found = check_step(taken, before, born_on=born_on, on=on)
    blocks = [notice for notice in found if notice.severity is Severity.BLOCK]
    if blocks:
        raise ValidationError(describe_notices(blocks), code="forbidden")
    if found and not reason.strip():
        raise ReasonMissingError(describe_notices(found), code="no_reason")


def describe_notices(notices: Iterable[Notice]) -> list[str]:
    """Return the notices in the reader's language, each with its basis."""
    language = spoken()
    return [
        _("%(text)s Basis: %(basis)s.") % {"text": notice.text(language), "basis": notice.basis}
        for notice in notices
    ]
