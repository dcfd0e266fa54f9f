"""Whatever is moved, merged and renamed: paths fit the parents, one version is open, the past stands still."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from linghang.org import queries, services
from linghang.org.enums import UnitKind
from linghang.org.models import Coverage, Unit, UnitVersion

START = date(2020, 1, 1)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["move", "merge", "rename", "split", "dissolve"]),
        st.integers(0, 30),
        st.integers(0, 30),
        st.integers(0, 3),
    ),
    max_size=12,
)


def found_bureau():
    top = services.UnitDraft("委员会", UnitKind.COMMITTEE, None, START)
    generals = [
        services.UnitDraft(f"总支{n}", UnitKind.GENERAL_BRANCH, top, START) for n in range(3)
    ]
    branches = [
        services.UnitDraft(f"支部{n}", UnitKind.BRANCH, generals[n % 3], START) for n in range(6)
    ]
    groups = [
        services.UnitDraft(f"小组{n}", UnitKind.GROUP, branches[n % 6], START) for n in range(8)
    ]
    services.create_units([top, *generals, *branches, *groups], actor=None)


def attempt(act, one, other, day, number):
    """Do one act on the units the numbers choose; a refusal changes nothing."""
    units = list(Unit.objects.filter(closed_on=None).order_by("pk"))
    unit, target = units[one % len(units)], units[other % len(units)]
    common = {"on": day, "document_number": "1", "actor": None}
    if act == "move":
        services.move_unit(unit=unit, parent=target, **common)
    elif act == "merge":
        services.merge_units(sources=[unit], target=target, **common)
    elif act == "rename":
        services.rename_unit(unit=unit, name=f"新名{number}", **common)
    elif act == "split":
        children = list(Unit.objects.filter(parent=unit, closed_on=None)[:1])
        part = services.SplitPart(f"分出{number}", children)
        services.split_unit(unit=unit, parts=[part], **common)
    else:
        services.dissolve_unit(unit=unit, target=target if number % 2 else None, **common)


def picture(day):
    return [
        (v.unit_id, v.name, v.path, v.level, v.parent_id) for v in queries.list_units_as_of(day)
    ]


def check_laws():
    for unit in Unit.objects.select_related("parent"):
        above = unit.parent.path if unit.parent else "/"
        assert unit.path == f"{above}{unit.pk}/"
        assert unit.level == unit.path.count("/") - 1
        open_now = list(UnitVersion.objects.filter(unit=unit, valid_to=None))
        if unit.closed_on:
            assert open_now == []
        else:
            [version] = open_now
            assert (version.path, version.level, version.name, version.parent_id) == (
                unit.path,
                unit.level,
                unit.name,
                unit.parent_id,
            )
        spans = list(UnitVersion.objects.filter(unit=unit).order_by("valid_from"))
        for earlier, later in pairwise(spans):
            assert earlier.valid_to == later.valid_from


class TestPaths(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(ACTS)
    def test_any_sequence_of_acts_keeps_the_laws_and_the_past(self, acts):
        found_bureau()
        past = {START: picture(START)}
        day = START
        for number, (act, one, other, days) in enumerate(acts):
            day += timedelta(days=days)
            past = {on: known for on, known in past.items() if on < day}
            try:
                with transaction.atomic():
                    attempt(act, one, other, day, number)
            except ValidationError:
                pass
            check_laws()
            for on, known in past.items():
                assert picture(on) == known
            past[day] = picture(day)


@pytest.mark.parametrize(
    "fields",
    [
        {"term_from": date(2026, 1, 1), "term_to": date(2026, 1, 1)},
        {"established_on": date(2026, 1, 2), "closed_on": date(2026, 1, 1)},
    ],
)
def test_dates_the_wrong_way_round_are_refused_by_the_database(bureau, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=bureau.branch.pk).update(**fields)


def test_an_empty_span_is_refused_by_the_database(bureau):
    for model in (UnitVersion, Coverage):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(valid_to=date(2010, 1, 1))


def test_a_second_open_version_is_refused_by_the_database(bureau):
    version = UnitVersion.objects.get(unit=bureau.branch)
    version.pk, version.valid_from = None, date(2026, 1, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save(force_insert=True)


def test_a_second_open_link_is_refused_by_the_database(bureau):
    with pytest.raises(IntegrityError), transaction.atomic():
        Coverage.objects.create(
            party_unit=bureau.branch, business_unit=bureau.station, valid_from=date(2026, 1, 1)
        )
