"""Filters for pages of evaluation: bilingual texts of schemes, points with their sign."""

from __future__ import annotations

from decimal import Decimal

from django import template

from linghang.evaluation.mapping import say
from linghang_core.scoring.scheme import Text

register = template.Library()


@register.filter
def spoken(text: Text | None) -> str:
    """Return a scheme's text in the reader's language."""
    return say(text)


@register.filter
def signed(points: Decimal | None) -> str:
    """Return points as a term of a sum: "+15.00", "−1.50"."""
    if points is None:
        return "–"
    return f"{'−' if points < 0 else '+'}{abs(points):.2f}"
