"""Two small programmes over the scheme of the evaluation tests, for tests and tables."""

from __future__ import annotations

from linghang.distinctions.models import Programme
from linghang.distinctions.packs import ProgrammeRow, install_programmes


class Pack:
    """What a section is told of its pack."""

    code = "trial-stars"


def text(zh: str) -> dict[str, str]:
    return {"zh": zh, "en": zh}


def row(code: str, kind: str, levels: list[dict], **changes) -> ProgrammeRow:
    return ProgrammeRow.model_validate(
        {
            "code": code,
            "title": text({"stars": "星级党支部", "benchmark": "党建标杆"}.get(kind, "红旗党支部")),
            "note": text("按公示结果评定"),
            "basis": "本单位做法",
            "kind": kind,
            "unit_kinds": ["branch", "joint_branch"],
            "scheme": "flag",
            "grace_days": 30,
            **changes,
            "levels": levels,
        }
    )


def level(code: str, zh: str, *conditions: dict) -> dict:
    return {"code": code, "title": text(zh), "conditions": list(conditions)}


RATED = {"periods": {"total": "0", "least": 1, "of": 3}}
STARS = [
    level(
        "three",
        "三星",
        {"periods": {"band": "A", "least": 2, "of": 3}},
        {"no_veto": 3},
        {"below": 6},
        {"share": "0.5"},
    ),
    level("two", "二星", RATED, {"no_overdue_problems": 0}, {"below": 0}),
    level("one", "一星", RATED, {"members": 1}, {"months": 1}),
]


def install(*rows: ProgrammeRow) -> list[Programme]:
    """Install the programmes as one pack, and return them in this order."""
    wanted = rows or (
        row("trial-star", "stars", STARS),
        row("trial-model", "flags", [level("model", "红旗", RATED)]),
        row("trial-mark", "benchmark", [level("company", "公司级标杆", RATED)]),
    )
    install_programmes(wanted, Pack, None)
    return [Programme.objects.get(code=one.code) for one in wanted]
