"""What every page with one form does: try the act, show the form with what refused it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from linghang.study.web.forms.classes import SeenForm


def attempt(form: SeenForm, act: Callable[[], Any]) -> bool:
    """Do the act if the form is valid; return whether it was done, refusals stand on the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except ValidationError as refusal:
        form.refuse(refusal)
        return False
    return True


def show_form(
    request: HttpRequest,
    form: SeenForm,
    title: str,
    back: str,
    template: str = "study/form.html",
    **context: Any,
) -> HttpResponse:
    """Show the form with its title, 422 where it was refused."""
    shown = {"form": form, "title": title, "cancel_url": back, **context}
    return render(request, template, shown, status=422 if form.is_bound else 200)
