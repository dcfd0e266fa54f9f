"""A book with one problem in each of three states, measures and a result."""

from __future__ import annotations

from datetime import date
from typing import Any

from linghang.rectification import services
from linghang.rectification.models import Problem

TODAY = date(2026, 11, 21)


def objects(world: Any) -> dict[str, object]:
    """Return the book, a problem in it that waits for review, its result, and a closed problem."""
    bureau = world.bureau
    waiting, closed, open_one = services.create_problems(
        drafts=[
            _draft(bureau, text) for text in ("培训记录缺失", "安全工器具超期", "巡视记录不全")
        ],
        actor=bureau.officer.user,
    )
    services.add_measures(
        problems=[open_one],
        drafts=[services.MeasureDraft("补齐记录", [bureau.branch], date(2026, 12, 1))],
        actor=bureau.officer.user,
    )
    result = services.record_result(
        problems=[closed], kind="rule", title="工器具管理细则", on=TODAY, actor=bureau.officer.user
    )
    for problem in (waiting, closed):
        services.hand_in(problem=problem, done_on=TODAY, text="已办", actor=bureau.secretary.user)
    services.review_problem(problem=closed, passed=True, actor=bureau.officer.user)
    return {
        "problem_book": waiting.book,
        "reviewed_problem": Problem.objects.get(pk=waiting.pk),
        "closed_problem": closed,
        "booked_problem": open_one,
        "problem_result": result,
    }


def add_rows(world: Any, more: int) -> None:
    """Add so many problems, each with a measure, a result and a wish for a later day."""
    bureau = world.bureau
    for number in range(more):
        problem = services.create_problems(
            drafts=[_draft(bureau, f"又一个问题{number}")], actor=bureau.officer.user
        )[0]
        services.add_measures(
            problems=[problem],
            drafts=[services.MeasureDraft(f"措施{number}", [bureau.branch], date(2026, 12, 1))],
            actor=bureau.officer.user,
        )
        services.record_result(
            problems=[problem], kind="method", title=f"做法{number}", on=TODAY, actor=None
        )
        services.create_problems(
            drafts=[_draft(bureau, f"另一本问题{number}", book=f"清单{number}")], actor=None
        )


def _draft(bureau: Any, text: str, book: str = "自查清单") -> services.ProblemDraft:
    return services.ProblemDraft(
        source="专业自检",
        text=text,
        unit=bureau.branch,
        due_on=date(2026, 12, 20),
        book=book,
        aspect="安全生产",
        measure="整改",
        responsible_name="林晓禾",
    )
