"""What acts on a record share: who did it, how it was seen, the reason asked for, the rule named."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from linghang.platform.languages import spoken
from linghang_core.regulations import Rule

__all__ = [
    "ReasonMissingError",
    "ask_reason",
    "check_seen",
    "check_sender",
    "explain",
    "fault",
    "known",
    "name_basis",
    "not_now",
]


class ReasonMissingError(ValidationError):
    """A general rule is not kept: the act may be done, with the reason on record."""


def known(actor: Any) -> Any:
    """Return the actor where it is somebody with a log-in: jobs and imports have none."""
    return actor if getattr(actor, "pk", None) else None


def fault(field: str, words: str, code: str) -> ValidationError:
    """Return a refusal that stands beside a field of the form, and keeps its code."""
    return ValidationError({field: ValidationError(words, code=code)})


def ask_reason(reason: str) -> str:
    """Return the reason without blanks around; raises ValidationError where there is none."""
    if not reason.strip():
        raise fault("reason", _("Say why."), "reason")
    return reason.strip()


def check_seen(record: Any, seen: str | None) -> None:
    """Refuse an act on a record that moved on since the person looked at it: say who did what.

    `record` has `seen` and its history `acts` (kind, by). None or "" for `seen` asks for nothing.
    Raises ValidationError with the code "moved".
    """
    if not seen or seen == record.seen:
        return
    last = record.acts.select_related("by").order_by("-pk").first()
    raise ValidationError(
        _("%(who)s recorded “%(what)s” in the meantime. Look at it again.")
        % {
            "who": (last and last.by) or _("The system"),
            "what": last.get_kind_display() if last else "",
        },
        code="moved",
    )


def not_now(deed: Any, stands_at: Any) -> ValidationError:
    """Return the refusal of an act that does not come at this stage; both come as their (lazy) words."""
    return ValidationError(
        _("“%(deed)s” does not come now; it stands at “%(stage)s”.")
        % {"deed": deed, "stage": stands_at},
        code="not_now",
    )


def check_sender(sender_id: int | None, actor: Any) -> None:
    """Refuse who decides on what they sent themselves; ValidationError with the code "own"."""
    if sender_id is not None and sender_id == getattr(actor, "pk", None):
        raise ValidationError(
            _("Nobody decides on what they sent. Another Party-affairs officer does."), code="own"
        )


def name_basis(rule: Rule) -> str:
    """Return the words that name a rule's basis at the end of a refusal."""
    return _("Basis: %(basis)s.") % {"basis": rule.basis}


def explain(rule: Rule) -> str:
    """Return what the rule says in the reader's language, with its basis."""
    language = spoken()
    return f"{rule.note.of(language)} {name_basis(rule)}"
