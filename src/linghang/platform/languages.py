"""Texts that come in two languages, from packs and schemes: which of them the reader gets."""

from __future__ import annotations

from django.utils.functional import lazy
from django.utils.translation import get_language


def spoken() -> str:
    """Return the reader's language as packs name it: "en" or "zh"."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def choose(english: str, chinese: str) -> str:
    """Return the text in the reader's language."""
    return english if spoken() == "en" else chinese


either = lazy(choose, str)
"""As `choose`, decided when the text is shown."""
