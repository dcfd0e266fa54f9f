"""The kinds of facts that service writes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import FactKind, Level

VISIT = FactKind(
    code="service.visit",
    title=_("service activity"),
    quantity=_("people served"),
    meaning=_("A service team was out; the quantity is how many people it served."),
)
HOURS = FactKind(
    code="service.hours",
    title=_("service hours"),
    quantity=_("hours of service"),
    meaning=_("A person took part in a service activity for so many hours."),
    level=Level.PERSON,
)
