"""What the pages of this app share: a form on a page of its own, and templates to start from."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from linghang.campaigns import queries
from linghang.campaigns.models import Campaign, Commitment, Template


def show_form(
    request: HttpRequest, form: Any, title: str, back: str, label: str, **extra: Any
) -> HttpResponse:
    """Return a page with one form; 422 once it was sent and refused."""
    context = {"form": form, "title": title, "cancel_url": back, "submit_label": label, **extra}
    return render(request, "campaigns/form.html", context, status=422 if form.is_bound else 200)


def add_refusal(form: Any, refusal: ValidationError) -> None:
    """Show a refusal at its fields, those the form does not have above it."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def list_templates(shape: str) -> list[tuple[str, str]]:
    """Return (title, address) of the templates of a shape."""
    rows = Template.objects.filter(shape=shape, retired=False)
    return [(row.title, f"?template={row.code}") for row in rows]


def read_template(request: HttpRequest, shape: str) -> dict[str, Any]:
    """Return the initial values of the template asked for, none without one."""
    asked = request.GET.get("template", "")
    found = Template.objects.filter(shape=shape, code=asked, retired=False).first()
    return dict(found.values) if found else {}


def get_campaign(request: HttpRequest, pk: int) -> Campaign:
    """Return the special action if the reader may see it."""
    return get_object_or_404(queries.list_campaigns(request.scope), pk=pk)


def get_commitment(request: HttpRequest, pk: int) -> Commitment:
    """Return the commitment if the reader may see it."""
    return get_object_or_404(queries.list_commitments(request.scope), pk=pk)
