"""The packs that have the kinds of records special actions gather."""

from tests.activities.conftest import packs  # noqa: F401  a fixture
