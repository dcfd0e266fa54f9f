"""Forms of log-in and account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.accounts.models import User


def text_input(**attrs: str) -> forms.TextInput:
    """Return a text box with the interface's look."""
    return forms.TextInput(attrs={"autocomplete": "off", **attrs})


def password_input(autocomplete: str) -> forms.PasswordInput:
    """Return a password box; `autocomplete` as HTML names it."""
    return forms.PasswordInput(attrs={"autocomplete": autocomplete})


class LoginForm(AuthenticationForm):
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = gettext_lazy("Log-in name")
        self.fields["username"].widget = text_input(autocomplete="username", autofocus="autofocus")
        self.fields["password"].label = gettext_lazy("Password")
        self.fields["password"].widget = password_input("current-password")


class ChangePasswordForm(forms.Form):
    """The present password and a new one twice."""

    present = forms.CharField(
        label=gettext_lazy("Present password"), widget=password_input("current-password")
    )
    new = forms.CharField(label=gettext_lazy("New password"), widget=password_input("new-password"))
    again = forms.CharField(
        label=gettext_lazy("New password again"), widget=password_input("new-password")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["new"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Check that the present password is right and the new one was typed the same twice."""
        cleaned = super().clean() or {}
        if cleaned.get("present") and not self.user.check_password(cleaned["present"]):
            self.add_error("present", _("This is not your present password."))
        if cleaned.get("new") != cleaned.get("again"):
            self.add_error("again", _("The two new passwords differ."))
        return cleaned


class UserForm(forms.Form):
    """A new log-in."""

    username = forms.CharField(
        label=gettext_lazy("Log-in name"), max_length=60, widget=text_input()
    )
    name = forms.CharField(label=gettext_lazy("Name shown"), max_length=60, widget=text_input())
    password = forms.CharField(
        label=gettext_lazy("First password"), widget=password_input("new-password")
    )
    system_administrator = forms.BooleanField(
        label=gettext_lazy("System administrator"),
        help_text=gettext_lazy("Looks after log-ins, packs and jobs; sees no Party data."),
        required=False,
    )
