"""Short ways to state a problem."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.rectification import services
from linghang.rectification.models import Problem
from tests.activities.conftest import packs, record  # noqa: F401  fixtures


@pytest.fixture
def state(bureau):
    """state(text=…, unit=…, due_on=…, closed_on=…): a problem."""

    def make(**fields) -> Problem:
        values = {
            "source": "专业自检",
            "text": "工作票填写不规范",
            "unit": bureau.branch,
            "due_on": date(2026, 11, 30),
            "responsible_name": "林晓禾",
            "measure": "开展专项培训",
        }
        draft = services.ProblemDraft(**{**values, **fields})
        return services.create_problems(drafts=[draft], actor=bureau.officer.user)[0]

    return make
