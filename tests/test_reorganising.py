"""Merged, split, dissolved or moved: what was before the day stays as it was, in every room."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

import linghang.library
from linghang.activities import api as activities
from linghang.activities import mapping
from linghang.activities.models import ActivityKind
from linghang.evaluation import services as evaluation
from linghang.evaluation.models import Run, Scheme, Score
from linghang.ledger.models import Entry, Fact
from linghang.meetings import services as meetings
from linghang.meetings.services import ItemDraft, VoteDraft
from linghang.org import services as org
from linghang.org.api import list_units_as_of
from linghang.people import api as people
from linghang.platform.packs.services import install_pack
from linghang.rectification import api as rectification
from tests.cast import make_person

PACKS = Path(linghang.library.__file__).parent / "packs"
BEFORE = date(2026, 10, 31)
DAY = date(2026, 11, 1)
NEEDED = ("organisation-life", "study-cadence", "safety-records", "business-support")


@pytest.fixture
def october(bureau, settings, tmp_path):
    """October of two branches: meetings, a vote, a problem; evaluated."""
    settings.LAKE_DIR = tmp_path / "lake"
    for name in (*NEEDED, "red-flag-index"):
        install_pack(PACKS / f"{name}.yaml")
    for branch in (bureau.branch, bureau.other_branch):
        branch.established_on = date(2020, 1, 1)
        branch.save()
    for number in range(4):
        make_person(f"甲员{number}", bureau.branch)
        make_person(f"乙员{number}", bureau.other_branch)
    kinds = {kind.code: kind for kind in ActivityKind.objects.all()}
    actor = bureau.secretary.user
    for branch in (bureau.branch, bureau.other_branch):
        for code, day in (("theme_day", 10), ("members_meeting", 20), ("committee_meeting", 21)):
            draft = activities.ActivityDraft(
                kinds[code], branch, date(2026, 10, day), f"十月{code}"
            )
            held = activities.record_activity(draft=draft, actor=actor)
            if code == "members_meeting":
                item = ItemDraft(topic="表决", decided="同意。", vote=VoteDraft(against=1))
                meetings.add_item(activity=held, draft=item, actor=actor)
    rectification.create_problems(
        drafts=[
            rectification.ProblemDraft(
                source="自查", text="资料不齐", unit=bureau.branch, due_on=date(2026, 10, 30)
            )
        ],
        actor=actor,
    )
    evaluate(bureau)
    yield bureau
    mapping.fact_kinds.forget()


def evaluate(bureau) -> Run:
    return evaluation.run_evaluation(
        scheme=Scheme.objects.get(code="red-flag-index"),
        period="2026-10",
        root=bureau.committee,
        actor=bureau.officer.user,
    )


def picture(bureau, client) -> dict[str, Any]:
    """Return what pages, scores and counts say of October and of its last day."""
    branches = (bureau.branch, bureau.other_branch)
    first = Run.objects.order_by("pk")[0]
    client.force_login(bureau.officer.user)
    books = {}
    for branch in branches:
        page = client.get(reverse("meetings:book", args=[branch.pk]), {"period": "2026-10"})
        books[branch.name] = [
            (row.topic, row.due_count, row.present_count, row.items)
            for row in page.context["meetings"]
        ]
    why = {}
    for score in Score.objects.filter(run=first, unit__in=branches).order_by("unit_id"):
        why[score.unit_id] = (score.total, score.group, score.position, score.result)
    members = people.list_members([branch.pk for branch in branches], BEFORE)
    return {
        "books": books,
        "scores": why,
        "members": {pk: [person.code for person in found] for pk, found in members.items()},
        "units": sorted(
            list_units_as_of(BEFORE).values_list("unit__code", "name", "kind", "parent__code")
        ),
        "entries": list(
            Entry.objects.filter(withdrawn_at=None, occurred_on__lte=BEFORE)
            .order_by("pk")
            .values_list("pk", "unit_id", "kind", "title")
        ),
        "facts": list(
            Fact.objects.filter(entry__withdrawn_at=None, occurred_on__lte=BEFORE)
            .order_by("pk")
            .values_list("kind", "unit_id", "person_id", "quantity", "status")
        ),
        "shown": [
            client.get(reverse("evaluation:run", args=[first.pk])).status_code,
        ],
    }


def merge(bureau) -> None:
    org.merge_units(sources=[bureau.branch], target=bureau.other_branch, **act(bureau))


def dissolve(bureau) -> None:
    org.dissolve_unit(unit=bureau.branch, target=bureau.other_branch, **act(bureau))


def split(bureau) -> None:
    part = org.SplitPart("变电检修党支部", [bureau.group], [bureau.member.pk])
    org.split_unit(unit=bureau.branch, parts=[part], **act(bureau))


def move(bureau) -> None:
    org.move_unit(unit=bureau.branch, parent=bureau.committee, **act(bureau))


def act(bureau) -> dict[str, Any]:
    return {"on": DAY, "document_number": "示党〔2026〕7号", "actor": bureau.officer.user}


@pytest.mark.parametrize("change", [merge, dissolve, split, move])
def test_what_was_before_the_day_stays_as_it_was(october, client, change):
    before = picture(october, client)
    assert len(before["facts"]) > 30
    change(october)
    after = picture(october, client)
    for name, value in before.items():
        assert after[name] == value, name


@pytest.mark.parametrize("change", [merge, dissolve, split, move])
def test_october_evaluated_again_after_the_change_gives_the_same_scores(october, change):
    def totals(run: Run) -> dict[int, Any]:
        return dict(Score.objects.filter(run=run).values_list("unit_id", "total"))

    before = totals(Run.objects.order_by("pk")[0])
    change(october)
    assert totals(evaluate(october)) == before
