"""Laws of dues: every cent equals the table, and a year is the sum of its rows whatever is paid."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang.dues import queries
from linghang.dues.enums import MonthState
from linghang_core.regulations import compute_dues
from tests.dues.conftest import TODAY

EDGES = st.sampled_from([300_000, 500_000, 1_000_000])
CENTS = st.one_of(
    st.builds(lambda edge, off: edge + off, EDGES, st.integers(-120, 120)),
    st.integers(100, 5_000_000),
)
MONTHS = [date(2026, month, 1) for month in range(1, 12)]
QUIET = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@contextmanager
def undone():
    """Roll everything inside back: examples share one database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@QUIET
@given(cents=CENTS, payer=st.sampled_from(["employed", "irregular", "retired"]))
def test_what_is_due_equals_the_stepped_table_at_every_cent(branch, cents, payer):
    base = Decimal(cents) / 100
    member = branch.bureau.member
    with undone():
        branch.rate(member, str(base), payer=payer)
        (payment,) = branch.pay(member)
        expected = compute_dues(base, payer=payer, on=date(2026, 10, 1)).amount
        assert Decimal(payment.cents) / 100 == expected


@QUIET
@given(
    bases=st.lists(CENTS, min_size=2, max_size=2),
    paid=st.sets(st.tuples(st.integers(0, 1), st.sampled_from(MONTHS)), max_size=12),
)
def test_the_sums_of_a_year_equal_its_rows_and_its_payments(branch, bases, paid):
    people = [branch.bureau.member, branch.bureau.colleague]
    with undone():
        for person, cents in zip(people, bases, strict=True):
            branch.rate(person, str(Decimal(cents) / 100))
        made = [
            payment.cents
            for who, month in sorted(paid)
            for payment in branch.pay(people[who], month=month, on=max(month, TODAY))
        ]
        unit = branch.bureau.branch
        lines = queries.read_lines([unit.pk], MONTHS[0], MONTHS[-1], TODAY)
        (row,) = queries.read_branches([unit], 2026, TODAY)
        assert row.paid_cents == sum(line.paid_cents for line in lines) == sum(made)
        expected = sum(
            11 * compute_dues(Decimal(cents) / 100, on=MONTHS[0]).amount for cents in bases
        )
        assert Decimal(row.due_cents) / 100 == expected
        owed = [c for line in lines for c in line.cells if c.state is MonthState.OWED]
        assert row.owed == len(owed)
