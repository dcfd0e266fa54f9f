"""P22 in the demo has exactly the figure of the practice: 3 problems led by the committee, 152 by branches."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.demo import building, diagnosis, logins, world
from linghang.diagnosis import api
from linghang.diagnosis.enums import Lead, SheetState
from linghang.diagnosis.models import Round
from linghang.diagnosis.queries import compare_round
from linghang.library import api as library

TODAY = date(2026, 11, 21)


def build(sizes, *, full: bool) -> Round:
    library.install_packs(None, actor=None)
    bureau = next(b for b in world.invent_bureaus(TODAY, sizes) if b.size.code == building.MAIN)
    units = building._found_units(bureau)
    persons = building._register_people(bureau, units)
    logins.give_logins(bureau, persons, main=True)
    diagnosis.build(units=units, persons=persons, bureau=bureau, today=TODAY, full=full)
    return Round.objects.get()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sizes", "full", "sheets", "committee", "branch"),
    [(world.FULL, True, 33, 3, 152), (world.SMALL, False, 6, 3, 28)],
    ids=["full", "small"],
)
def test_one_round_finds_three_problems_for_the_committee_and_the_rest_for_branches(
    sizes, full, sheets, committee, branch
):
    round_ = build(sizes, full=full)
    standing = api.count_leads(round_, TODAY)
    assert (standing[Lead.COMMITTEE].total, standing[Lead.BRANCH].total) == (committee, branch)
    assert standing[Lead.BRANCH].solved == round(diagnosis.SOLVED * branch)
    assert list(round_.sheets.values_list("state", flat=True)) == [SheetState.CHECKED] * sheets
    comparison = compare_round(round_)
    assert comparison.unchecked == 0
    assert 0.7 < comparison.total.share < 0.95
    assert comparison.total.kinder > comparison.total.stricter > 0
    assert comparison.disputed > 0


@pytest.mark.django_db
def test_nobody_checks_the_own_unit_and_every_standard_has_its_expert():
    round_ = build(world.SMALL, full=False)
    homes = {
        expert.pk: set(
            expert.person.appointments.filter(post="member").values_list("unit_id", flat=True)
        )
        for expert in round_.experts.select_related("person")
    }
    assert len(homes) == diagnosis.EXPERTS
    assert all(homes.values())
    for sheet in round_.sheets.all():
        answers = sheet.answers.exclude(expert=None)
        assert not [a for a in answers if sheet.unit_id in homes[a.expert_id]]
        assert answers.values("standard").distinct().count() == 36
