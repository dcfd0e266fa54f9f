"""A lake of its own for each test, and the two schemes."""

from __future__ import annotations

import pytest

from tests.evaluation import cases


@pytest.fixture(autouse=True)
def _own_lake(settings, tmp_path):
    settings.LAKE_DIR = tmp_path / "lake"


@pytest.fixture
def flag(db):
    return cases.install(cases.unit_scheme())


@pytest.fixture
def star(db):
    return cases.install(cases.person_scheme())


@pytest.fixture
def transactional(db):
    """A transaction that is rolled back, for each example of a law."""
    from contextlib import contextmanager

    from django.db import transaction

    @contextmanager
    def opened():
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    return opened
