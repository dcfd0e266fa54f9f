"""Making log-ins and changing passwords."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from linghang.accounts.models import FormerPassword, User
from linghang.platform.audit import services as audit


@transaction.atomic
def create_user(
    *, username: str, password: str, name: str = "", system_administrator: bool = False, actor: Any
) -> User:
    """Create a log-in and return it; raises ValidationError for a weak password or a taken name."""
    user = User(username=username, name=name, is_system_administrator=system_administrator)
    validate_password(password, user)
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    audit.record(
        actor=actor,
        verb="create_user",
        target=user,
        new={"username": username, "system_administrator": system_administrator},
    )
    return user


@transaction.atomic
def change_password(*, user: User, password: str, actor: Any) -> None:
    """Set a new password after the rules have passed, and remember the old one's hash."""
    validate_password(password, user)
    FormerPassword.objects.create(user=user, password=user.password)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record(actor=actor, verb="change_password", target=user)


@transaction.atomic
def set_active(*, user: User, active: bool, actor: Any) -> None:
    """Let a log-in in, or keep it out."""
    old = user.is_active
    user.is_active = active
    user.save(update_fields=["is_active"])
    audit.record(
        actor=actor, verb="set_active", target=user, old={"active": old}, new={"active": active}
    )
