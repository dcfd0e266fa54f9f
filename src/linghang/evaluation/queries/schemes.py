"""Stored schemes as the engine reads them, and their titles as the reader does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from linghang.evaluation.models import Scheme
from linghang.platform.languages import choose, spoken
from linghang_core import scoring
from linghang_core.scoring.scheme import Text


def load(scheme: Scheme) -> scoring.Scheme:
    """Return the engine's scheme of a stored version; parsed once per process and content."""
    return _load(scheme.pk, scheme.digest)


def say(text: Text | None) -> str:
    """Return a bilingual text of a scheme in the reader's language; empty for None."""
    if text is None:
        return ""
    return choose(text.en, text.zh)


def say_document(text: Mapping[str, str]) -> str:
    """Return a bilingual text of a document in the reader's language."""
    return str(text.get(spoken()) or text.get("zh", ""))


def band_titles(scheme: scoring.Scheme) -> dict[str, str]:
    """Return the titles of a scheme's bands by code, in the reader's language."""
    return {band.code: say(band.title) for band in scheme.bands}


def group_titles(scheme: scoring.Scheme) -> dict[str, str]:
    """Return the titles of a scheme's peer groups by code, in the reader's language."""
    return {group.code: say(group.title) for group in scheme.peer_groups}


@lru_cache(maxsize=64)
def _load(pk: int, digest: str) -> scoring.Scheme:
    document = Scheme.objects.values_list("document", flat=True).get(pk=pk, digest=digest)
    return scoring.load_scheme(document)
