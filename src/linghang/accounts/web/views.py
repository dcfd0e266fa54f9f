"""Log-in, own password, and the list of log-ins."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as sign_in
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from linghang.accounts import services
from linghang.accounts.models import User
from linghang.accounts.web.filters import UserFilter
from linghang.accounts.web.forms import ChangePasswordForm, LoginForm, UserForm
from linghang.accounts.web.tables import USERS
from linghang.platform.access import Permission
from linghang.platform.access.web import require
from linghang.platform.ui.tables import render_list


@never_cache
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    """Sign a person in and go to the page that was asked for, or home."""
    following = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(following, {request.get_host()}, request.is_secure()):
        following = resolve_url(settings.LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        return redirect(following)
    form = LoginForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        sign_in(request, form.get_user())
        if form.get_user().must_change_password:
            messages.info(request, _("This is your first log-in: please choose your own password."))
            return redirect("accounts:password")
        return redirect(following)
    return render(
        request,
        "accounts/login.html",
        {"form": form, "next": following},
        status=422 if request.method == "POST" else 200,
    )


def locked_out(
    request: HttpRequest, _credentials: dict[str, Any], *_: Any, **__: Any
) -> HttpResponse:
    """Say that the log-in is locked for ten minutes after five wrong passwords."""
    return render(request, "accounts/locked.html", {"minutes": 10}, status=429)


@require()
def show_profile(request: HttpRequest) -> HttpResponse:
    """Go to one's own page, or where a log-in without a person can change its password."""
    return redirect("people:me" if hasattr(request.user, "person") else "accounts:password")


@require()
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    """Let a person choose a new password."""
    user = request.user
    assert isinstance(user, User)
    form = ChangePasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_password(user=user, password=form.cleaned_data["new"], actor=user)
        except ValidationError as error:
            form.add_error("new", error)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("Your password is changed."))
            return redirect("portal:home")
    return render(
        request,
        "ui/form.html",
        {"form": form, "title": _("Change password"), "submit_label": _("Change password")},
        status=422 if request.method == "POST" else 200,
    )


@require(Permission.MANAGE_USERS)
def list_users(request: HttpRequest) -> HttpResponse:
    """Show every log-in with the person behind it."""
    found = UserFilter(request.GET, queryset=User.objects.select_related("person"))
    return render_list(
        request,
        USERS.bind(found.qs, request.GET),
        title=_("Log-ins"),
        sub=_("Who may sign in. Posts, and with them rights, are given on a person's page."),
        filterset=found,
        template="accounts/users.html",
    )


@require(Permission.MANAGE_USERS)
def show_user(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one log-in."""
    account = get_object_or_404(User.objects.select_related("person"), pk=pk)
    crumbs = [(_("Log-ins"), resolve_url("accounts:users"))]
    return render(request, "accounts/user.html", {"account": account, "crumbs": crumbs})


@require(Permission.MANAGE_USERS)
def add_user(request: HttpRequest) -> HttpResponse:
    """Create a log-in."""
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_user(**form.cleaned_data, actor=request.user)
        except ValidationError as error:
            for field, found in getattr(error, "error_dict", {"password": error.messages}).items():
                form.add_error(field if field in form.fields else None, found)
        else:
            messages.success(request, _("The log-in is there."))
            return redirect("accounts:users")
    return render(
        request,
        "ui/form.html",
        {
            "form": form,
            "title": _("New log-in"),
            "crumbs": [(_("Log-ins"), resolve_url("accounts:users"))],
            "submit_label": _("Create log-in"),
        },
        status=422 if request.method == "POST" else 200,
    )


@require(Permission.MANAGE_USERS)
@require_POST
def switch_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a log-in out, or let it in again; nobody can lock the door behind oneself."""
    user = get_object_or_404(User, pk=pk)
    if user == request.user:
        messages.error(
            request, _("You cannot switch off your own log-in; ask another administrator.")
        )
    else:
        services.set_active(user=user, active=not user.is_active, actor=request.user)
    return redirect("accounts:users")
