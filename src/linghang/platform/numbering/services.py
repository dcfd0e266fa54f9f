"""Taking numbers from a series."""

from __future__ import annotations

from django.db import transaction

from linghang.platform.numbering.models import Counter


def take(name: str, count: int = 1) -> range:
    """Return the next `count` numbers of the series, first to last, and mark them taken.

    The row stays locked until the caller's transaction ends, so numbers become visible in the order
    they rise: whoever has read number n has seen everything below it. The feed of facts relies on it
    (docs/adr/0005). Raises TransactionManagementError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("numbering.take needs a transaction")
    Counter.objects.get_or_create(name=name)
    counter = Counter.objects.select_for_update().get(name=name)
    first = counter.value + 1
    counter.value += count
    counter.save(update_fields=["value"])
    return range(first, first + count)


def last(name: str) -> int:
    """Return the last number taken from the series, 0 if none."""
    return Counter.objects.filter(name=name).values_list("value", flat=True).first() or 0
