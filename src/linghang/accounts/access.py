"""Password rules and lock-out, with the values used in assessments by GB/T 22239-2019."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

REMEMBERED = 5
KINDS_NEEDED = 3


class KindsOfCharacters:
    """Ask for three of: capital letters, small letters, digits, other characters."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002  Django's signature
        """Raise ValidationError when fewer kinds are used."""
        kinds = [str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum()]
        if sum(any(kind(c) for c in password) for kind in kinds) < KINDS_NEEDED:
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _("Use at least three of: capital letters, small letters, digits, other characters.")


class NotUsedBefore:
    """Refuse the last five passwords of the same log-in, the present one among them."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when the password was used lately."""
        if user is None or user.pk is None:
            return
        former = user.former_passwords.order_by("-pk")[: REMEMBERED - 1]
        used = [user.password, *(row.password for row in former)]
        if any(check_password(password, old) for old in used if old):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _("Do not use one of your last five passwords again.")
