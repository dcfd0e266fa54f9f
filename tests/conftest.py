"""The cast every test knows: one small bureau, its people, a stranger bureau. Ages do not matter; names are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch):
    """Every test stands on the same Saturday."""
    monkeypatch.setenv("LINGHANG_TODAY", TODAY.isoformat())


@dataclass
class Bureau:
    """The cast: committee → general branch → two branches (one with a group), and a business tree."""

    committee: object
    general_branch: object
    branch: object
    other_branch: object
    group: object
    company: object
    station: object
    officer: object
    leader: object
    supervisor: object
    secretary: object
    member: object
    colleague: object
    stranger: object
    stranger_committee: object
    administrator: object


@pytest.fixture
def bureau(db) -> Bureau:
    from tests.cast import build_bureau

    return build_bureau()


def pytest_terminal_summary(terminalreporter):
    """Print what the flows of the browser's walk cost, beside their budgets."""
    spent = [
        value
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        if report.when == "call"
        for name, value in report.user_properties
        if name == "budget"
    ]
    if spent:
        terminalreporter.section("budgets of the flows")
        for line in spent:
            terminalreporter.line(line)
