"""The kinds of fact in which published results stand in the ledger: one for each scheme."""

from __future__ import annotations

import time
from collections.abc import Iterable
from threading import Lock

from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linghang.evaluation.enums import SchemeState
from linghang.evaluation.models import Scheme
from linghang.evaluation.queries.parts import index_kind
from linghang.ledger.enums import FactKind, Level

# Another process may have put a scheme into force: they are read again after so many seconds.
KINDS_LAST_SECONDS = 30.0


class _KindCache:
    """The kinds of the schemes; asked once per fact, so seldom from the database."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.kinds: tuple[FactKind, ...] = ()
        self.read_at = float("-inf")

    def get(self) -> tuple[FactKind, ...]:
        with self.lock:
            if time.monotonic() - self.read_at > KINDS_LAST_SECONDS:
                self.kinds = tuple(_read_kinds())
                self.read_at = time.monotonic()
            return self.kinds

    def forget(self) -> None:
        with self.lock:
            self.read_at = float("-inf")


_cache = _KindCache()


def list_index_kinds() -> tuple[FactKind, ...]:
    """Return the kinds of the schemes that are or were in force; those of persons by need."""
    return _cache.get()


def forget_index_kinds() -> None:
    """Have the kinds read again at the next question; called when a scheme comes into force."""
    _cache.forget()


def _read_kinds() -> Iterable[FactKind]:
    rows = (
        Scheme.objects.exclude(state=SchemeState.DRAFT)
        .order_by("code", "adopted_at", "pk")  # the version adopted last counts
        .values_list("code", "subject", "title_en", "title_zh", "document__bands")
    )
    latest = {row[0]: row for row in rows}
    for code, subject, title_en, title_zh, bands in latest.values():
        person = subject == "person"
        yield FactKind(
            code=index_kind(code),
            title=_either(title_en, title_zh),
            quantity=_("points"),
            meaning=_("The published total of the result; after a correction the corrected one."),
            level=Level.PERSON if person else Level.UNIT,
            statuses=tuple(band["code"] for band in bands),
            sensitive=person,
            status_titles=tuple(
                (band["code"], _either(band["title"]["en"], band["title"]["zh"])) for band in bands
            ),
        )


def _choose(english: str, chinese: str) -> str:
    return english if get_language() == "en" else chinese


_either = lazy(_choose, str)
