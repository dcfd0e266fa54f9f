"""The kinds of facts the installed forms declare: one a form, its statuses are the kinds of raters."""

from __future__ import annotations

import time
from collections.abc import Iterable
from threading import Lock

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from linghang.assessment.enums import RATER_TITLES, SubjectKind
from linghang.assessment.models import Form
from linghang.ledger.enums import FactKind, Level

# Another process may have installed a pack: forms are read again after so many seconds.
KINDS_LAST_SECONDS = 30.0


class _KindCache:
    """The kinds of the forms; asked once per fact, so seldom from the database."""

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


def list_fact_kinds() -> tuple[FactKind, ...]:
    """Return the kinds of facts the installed forms declare."""
    return _cache.get()


def forget_fact_kinds() -> None:
    """Have the kinds read again at the next question; called when forms are installed."""
    _cache.forget()


def _read_kinds() -> Iterable[FactKind]:
    """Yield one kind a code: retired forms too, their facts stand in the ledger."""
    latest = {form.code: form for form in Form.objects.order_by("pk")}
    return [_kind(form) for form in latest.values() if form.raters]


def _kind(form: Form) -> FactKind:
    return FactKind(
        code=form.fact_kind,
        title=_title(form),
        quantity=_("points"),
        meaning=_(
            "The mean mark that one kind of rater gave in a round, fixed by somebody who did not mark; "
            "of an assessment team calibrated between its members. The status is the kind of rater."
        ),
        level=Level.PERSON if form.subject == SubjectKind.PERSON else Level.UNIT,
        statuses=tuple(kind.value for kind in form.kinds),
        status_titles=RATER_TITLES,
        sensitive=form.subject == SubjectKind.PERSON,
    )


_title = lazy(str, str)  # in the language of whoever reads, not of whoever installed
