"""Tying persons to log-ins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.accounts.models import User
from linghang.people.models import Person
from linghang.platform.audit import services as audit


@transaction.atomic
def link_login(*, person: Person, user: User | None, actor: Any) -> Person:
    """Let the log-in act as the person (None takes it away), and return the person.

    Raises ValidationError when the log-in belongs to another person.
    """
    if user is not None:
        other = Person.objects.filter(user=user).exclude(pk=person.pk).first()
        if other is not None:
            raise ValidationError(
                _("This log-in belongs to %(name)s.") % {"name": other.name}, code="login_taken"
            )
    old = str(person.user) if person.user else ""
    person.user = user
    person.save(update_fields=["user"])
    audit.record(
        actor=actor,
        verb="link_login",
        target=person,
        old={"login": old},
        new={"login": user.username if user else ""},
    )
    return person


@transaction.atomic
def create_logins(
    *,
    logins: Sequence[tuple[Person, str]],
    password: str,
    actor: Any,
    must_change_password: bool = True,
) -> list[User]:
    """Create a log-in (person, user name) for each, all with one first password, and return them.

    The password is hashed once: a roster of thousands would take an hour otherwise. Unless said
    otherwise each has to choose another at the first sign-in.
    """
    validate_password(password)
    names = [username for _person, username in logins]
    taken = User.objects.filter(username__in=names).values_list("username", flat=True)
    if taken or len(set(names)) < len(names):
        raise ValidationError(
            _("The user name %(name)s is taken.") % {"name": taken[0] if taken else names[0]},
            code="username_taken",
        )
    hashed = make_password(password)
    users = User.objects.bulk_create(
        [
            User(
                username=username,
                name=person.name,
                password=hashed,
                must_change_password=must_change_password,
            )
            for person, username in logins
        ],
        batch_size=500,
    )
    for (person, _username), user in zip(logins, users, strict=True):
        person.user = user
    Person.objects.bulk_update([person for person, _username in logins], ["user"], batch_size=100)
    audit.record(
        actor=actor,
        verb="create_logins",
        label="、".join(names[:5]),
        new={"count": len(users), "usernames": names[:500]},
    )
    return users
