"""Filters for pages of evaluation: bilingual texts of schemes, points with their sign."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template

from linghang.evaluation.mapping import list_publication_actions, say, say_document
from linghang.evaluation.models import Run
from linghang_core.scoring.scheme import Text

register = template.Library()


@register.filter
def spoken(text: Text | None) -> str:
    """Return a scheme's text in the reader's language."""
    return say(text)


@register.filter
def spoken_row(text: Mapping[str, str]) -> str:
    """Return a bilingual text of a scheme's document in the reader's language."""
    return say_document(text)


@register.filter
def signed(points: Decimal | None) -> str:
    """Return points as a term of a sum: "+15.00", "−1.50"."""
    if points is None:
        return "–"
    return f"{'−' if points < 0 else '+'}{abs(points):.2f}"


@register.filter
def as_share(share: Decimal) -> str:
    """Return a share of one in per cent: "10%"."""
    return f"{(share * 100).normalize():f}%"


@register.inclusion_tag("evaluation/publication_actions.html", takes_context=True)
def publication_actions(context: template.RequestContext, run: Run) -> dict[str, Any]:
    """Return the buttons other apps offer for a result, as far as the reader may press them."""
    actions = list_publication_actions(context["request"].scope, run.root.path)
    return {"actions": actions, "run_pk": run.pk, "csrf_token": context.get("csrf_token")}
