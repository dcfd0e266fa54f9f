"""Stored schemes as the engine reads them."""

from __future__ import annotations

from functools import lru_cache

from linghang.evaluation.models import Scheme
from linghang_core import scoring


def load(scheme: Scheme) -> scoring.Scheme:
    """Return the engine's scheme of a stored version; parsed once per process and content."""
    return _load(scheme.pk, scheme.digest)


@lru_cache(maxsize=64)
def _load(pk: int, digest: str) -> scoring.Scheme:
    document = Scheme.objects.values_list("document", flat=True).get(pk=pk, digest=digest)
    return scoring.load_scheme(document)
