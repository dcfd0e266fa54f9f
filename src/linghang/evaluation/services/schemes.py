"""Schemes: taking them out of packs, putting a version into force."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from linghang.evaluation import mapping
from linghang.evaluation.enums import SchemeState
from linghang.evaluation.models import Scheme
from linghang.org.models import Unit
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang_core import scoring


def install_scheme(
    *,
    document: Mapping[str, Any],
    actor: Any,
    pack: str = "",
    root: Unit | None = None,
    valid_from: date | None = None,
) -> Scheme:
    """Store a version of a scheme and put it into force, in one bureau or for all.

    The version that held there before is retired, not lost; what other bureaus adopted stays.
    The same version twice changes nothing. Raises SchemeError for a document that is no scheme, and
    ValueError for a known version with other content or of another bureau: a version, once known,
    never changes. Packs are told so by their check.
    """
    loaded = scoring.load_scheme(document)
    digest = scoring.digest_scheme(loaded)
    with transaction.atomic():
        known = Scheme.objects.filter(code=loaded.code, version=loaded.version).first()
        if known is not None and is_other(known, digest, root):
            raise ValueError(
                f"scheme {loaded.code} {loaded.version} is known with other content; "
                "give the changed scheme a new version"
            )
        scheme = known or Scheme.objects.create(
            code=loaded.code,
            version=loaded.version,
            pack=pack,
            root=root,
            subject=loaded.subject.value,
            title_en=loaded.title.en,
            title_zh=loaded.title.zh,
            document=dict(document),
            digest=digest,
        )
        if scheme.state != SchemeState.ADOPTED:
            adopt_scheme(scheme=scheme, actor=actor, valid_from=valid_from)
        return scheme


def is_other(known: Scheme, digest: str, root: Unit | None = None) -> bool:
    """Return whether a known version is not the one of this content for this bureau, or for all."""
    return known.digest != digest or known.root_id != (root.pk if root else None)


def adopt_scheme(*, scheme: Scheme, actor: Any, valid_from: date | None = None) -> None:
    """Put a version into force and retire the one before it of the same bureau, or for all.

    Runs keep the version they used.
    """
    with transaction.atomic():
        before = Scheme.objects.select_for_update().filter(
            code=scheme.code, root=scheme.root_id, state=SchemeState.ADOPTED
        )
        replaced = list(before.values_list("version", flat=True))
        before.update(state=SchemeState.RETIRED)
        scheme.state = SchemeState.ADOPTED
        scheme.adopted_at = clock.now()
        scheme.valid_from = valid_from or clock.today()
        scheme.save(update_fields=["state", "adopted_at", "valid_from"])
        audit.record(
            actor=actor,
            verb="adopt_scheme",
            target=scheme,
            unit_path=scheme.root.path if scheme.root else "",
            old={"versions": replaced},
            new={"version": scheme.version, "digest": scheme.digest},
        )
    mapping.index_kinds.forget()


def retire_schemes(*, pack: str, kept: Collection[str], actor: Any) -> int:
    """Retire the schemes that a pack brought once and no longer has; return how many."""
    with transaction.atomic():
        gone = list(
            Scheme.objects.select_for_update()
            .filter(pack=pack, state=SchemeState.ADOPTED)
            .exclude(code__in=kept)
        )
        for scheme in gone:
            scheme.state = SchemeState.RETIRED
            scheme.save(update_fields=["state"])
            audit.record(actor=actor, verb="retire_scheme", target=scheme)
    return len(gone)
