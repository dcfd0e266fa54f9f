"""Tasks and problems: what is written, what changes, what stays."""

from datetime import date

import pytest

from linghang.ledger.models import Fact
from linghang.rectification import services
from linghang.rectification.models import Problem

pytestmark = pytest.mark.django_db


def problem(bureau, **fields):
    values = {
        "source": "专业自检",
        "text": "工作票填写不规范",
        "unit": bureau.branch,
        "due_on": date(2026, 10, 31),
    }
    return services.ProblemDraft(**{**values, **fields})


def test_two_equal_problems_in_one_file_are_two_problems(bureau):
    drafts = [problem(bureau), problem(bureau)]
    assert services.save_problems(drafts=drafts, actor=None) == (2, 0, 0)
    assert services.save_problems(drafts=drafts, actor=None) == (0, 0, 2)


def test_closing_a_problem_late_is_seen_in_its_fact(bureau):
    services.save_problems(drafts=[problem(bureau, responsible=bureau.member)], actor=None)
    services.close_problem(
        problem=Problem.objects.get(),
        closed_on=date(2026, 11, 4),
        measure="开展专项培训",
        actor=None,
    )
    fact = Fact.objects.get(withdrawn_seq=None)
    assert (fact.kind, fact.status, fact.person) == ("problem", "late", bureau.member)
