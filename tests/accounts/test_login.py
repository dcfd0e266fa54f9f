"""The door: signing in, wrong passwords, idle readers, own password."""

import time

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from tests.cast import PASSWORD

from linghang.accounts import services
from linghang.accounts.models import User
from linghang.platform.audit.models import Entry

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"


def sign_in(client, username, password, **extra):
    return client.post(LOGIN, {"username": username, "password": password}, **extra)


def test_the_right_password_leads_home(client, bureau):
    response = sign_in(client, "officer", PASSWORD)
    assert (response.status_code, response["Location"]) == (302, reverse("portal:home"))


def test_the_page_asked_for_is_kept_but_never_an_address_elsewhere(client, bureau):
    data = {"username": "officer", "password": PASSWORD}
    assert client.post(LOGIN, {**data, "next": "/units/"})["Location"] == "/units/"
    client.post("/account/logout/")
    assert client.post(LOGIN, {**data, "next": "https://example.org/"})["Location"] == reverse(
        "portal:home"
    )


def test_five_wrong_passwords_lock_the_login_even_for_the_right_one(client, bureau):
    answers = [sign_in(client, "officer", f"wrong-{n}").status_code for n in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    assert sign_in(client, "officer", PASSWORD).status_code == 429
    assert sign_in(client, "leader", PASSWORD).status_code == 302


def test_an_unknown_login_is_answered_like_a_wrong_password(client, bureau):
    known = sign_in(client, "officer", "wrong").content.decode()
    unknown = sign_in(client, "nobody-here", "wrong").content.decode()

    def strip(page, name):
        return page.replace(name, "").split("csrfmiddlewaretoken")[0]

    assert strip(known, "officer") == strip(unknown, "nobody-here")


def test_a_login_that_is_kept_out_cannot_sign_in(client, bureau):
    services.set_active(user=bureau.member.user, active=False, actor=bureau.administrator)
    assert sign_in(client, "member", PASSWORD).status_code == 422


def test_an_idle_reader_is_signed_out(client, bureau, settings):
    client.force_login(bureau.administrator)
    assert client.get("/account/users/").status_code == 200
    session = client.session
    session["seen"] = int(time.time()) - settings.IDLE_MINUTES * 60 - 1
    session.save()
    assert client.get("/account/users/")["Location"] == f"{LOGIN}?next=/account/users/"


@pytest.mark.parametrize(
    "password", ["short1A", "onlysmallletters", "12345678", "Officer-1officer"[:7]]
)
def test_a_weak_password_is_refused(bureau, password):
    with pytest.raises(ValidationError):
        services.change_password(
            user=bureau.officer.user, password=password, actor=bureau.officer.user
        )


def test_the_last_five_passwords_are_not_used_again_and_the_sixth_is(bureau):
    user = bureau.officer.user
    for number in range(6):
        services.change_password(user=user, password=f"Lh-new-{number}-2026", actor=user)
    for number in range(5, 0, -1):
        with pytest.raises(ValidationError):
            services.change_password(user=user, password=f"Lh-new-{number}-2026", actor=user)
    services.change_password(user=user, password="Lh-new-0-2026", actor=user)
    assert Entry.objects.filter(verb="change_password").count() == 7


def test_a_first_login_leads_to_choosing_a_password(client, bureau):
    User.objects.filter(username="member").update(must_change_password=True)
    assert sign_in(client, "member", PASSWORD)["Location"] == reverse("accounts:password")


def test_nobody_locks_the_door_behind_oneself(client, bureau):
    client.force_login(bureau.administrator)
    client.post(reverse("accounts:switch-active", args=[bureau.administrator.pk]))
    bureau.administrator.refresh_from_db()
    assert bureau.administrator.is_active
