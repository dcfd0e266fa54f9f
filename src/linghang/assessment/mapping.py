"""The kinds of facts the installed forms declare: one a form, its statuses are the kinds of raters."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from linghang.assessment.enums import RATER_TITLES, SubjectKind
from linghang.assessment.models import Form
from linghang.ledger import api as ledger
from linghang.ledger.enums import FactKind, Level


def _read_kinds() -> Iterable[FactKind]:
    """Yield one kind a code: retired forms too, their facts stand in the ledger."""
    latest = {form.code: form for form in Form.objects.order_by("pk")}
    return [_kind(form) for form in latest.values() if form.raters]


fact_kinds = ledger.KindSource(_read_kinds)
"""The kinds of facts the installed forms declare."""


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
