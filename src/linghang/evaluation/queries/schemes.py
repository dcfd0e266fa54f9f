"""Stored schemes as the engine reads them, and their titles as the reader does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.db.models import Q, QuerySet

from linghang.evaluation.enums import SchemeState
from linghang.evaluation.models import Scheme
from linghang.org.models import Unit
from linghang.platform.languages import choose, spoken
from linghang_core import scoring
from linghang_core.scoring.scheme import Text


def list_in_force(root: Unit | int | None) -> QuerySet[Scheme]:
    """Return the versions that hold in a bureau, those for units first; one query.

    What its own committee adopted goes before the version for all bureaus. Without a bureau: the
    versions for all.
    """
    adopted = Scheme.objects.filter(state=SchemeState.ADOPTED)
    for_all = Q(root=None)
    if root is not None:
        own = adopted.filter(root=root)
        for_all = Q(root=root) | (for_all & ~Q(code__in=own.values("code")))
    return adopted.filter(for_all).order_by("-subject", "code")


def group_bureaus(code: str, roots: Iterable[Unit]) -> dict[Scheme, list[Unit]]:
    """Return the versions of a scheme in force, each with the bureaus it holds in; one query.

    A bureau in which no version of the scheme is in force is left out.
    """
    adopted = Scheme.objects.filter(code=code, state=SchemeState.ADOPTED)
    versions = {scheme.root_id: scheme for scheme in adopted}
    found: dict[Scheme, list[Unit]] = {}
    for root in roots:
        scheme = versions.get(root.pk) or versions.get(None)
        if scheme is not None:
            found.setdefault(scheme, []).append(root)
    return found


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
