"""The kinds of fact in which published results stand in the ledger: one for each scheme."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from linghang.evaluation.enums import SchemeState
from linghang.evaluation.models import Scheme
from linghang.evaluation.queries.parts import index_kind
from linghang.ledger import api as ledger
from linghang.ledger.enums import FactKind, Level
from linghang.platform.languages import either


def _read_kinds() -> Iterable[FactKind]:
    rows = list(
        Scheme.objects.exclude(state=SchemeState.DRAFT)
        .order_by("code", "adopted_at", "pk")  # the version adopted last counts
        .values_list("code", "subject", "title_en", "title_zh", "document__bands")
    )
    latest = {row[0]: row for row in rows}
    known: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows:  # bureaus work by different versions: every band of any of them may come
        known[row[0]] |= {band["code"]: band["title"] for band in row[4]}
    for code, subject, title_en, title_zh, own in latest.values():
        person = subject == "person"
        first = {band["code"]: band["title"] for band in own}
        bands = {**first, **known[code]}
        yield FactKind(
            code=index_kind(code),
            title=either(title_en, title_zh),
            quantity=_("points"),
            meaning=_("The published total of the result; after a correction the corrected one."),
            level=Level.PERSON if person else Level.UNIT,
            statuses=tuple(bands),
            sensitive=person,
            status_titles=tuple(
                (band, either(title["en"], title["zh"])) for band, title in bands.items()
            ),
        )


index_kinds = ledger.KindSource(_read_kinds)
"""The kinds of the schemes that are or were in force; those of persons by need."""
