"""Generations: adopted, drafted, published; what was published never changes, nor any page before it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import linghang.library
from linghang.handbook import services
from linghang.handbook.enums import Change, Check
from linghang.handbook.models import Handbook, Standard, Version
from linghang.handbook.queries import sheets, versions
from linghang.handbook.queries.records import Records
from linghang.org.enums import UnitKind
from linghang.people.api import compute_scope
from linghang.platform.audit.models import Entry as Trail
from linghang.platform.calendar import clock
from linghang.platform.packs.findings import PackRefused
from linghang.platform.packs.services import install_pack
from linghang_core.periods import Period
from tests.cast import make_person, make_unit
from tests.conftest import TODAY

PACK = Path(linghang.library.__file__).parent / "packs" / "standards-handbook.yaml"
PERIODS = ("2021", "2022Q1", "2024-12", "2025", "2025-01", "2026", "2026Q3", "2026-10", "2026-11")


def draft(**values) -> services.StandardDraft:
    given = {
        "text": "每月开展一次义务巡线",
        "check": "facts",
        "rhythm": "month",
        "kinds": ["branch"],
        "params": {"fact": "record.hazard_fixed", "least": "1"},
        **values,
    }
    return services.StandardDraft(**given)


def refuse(code, service, **values) -> None:
    before = (Version.objects.count(), Standard.objects.count(), Trail.objects.count())
    with pytest.raises(ValidationError) as refusal, transaction.atomic():
        service(**values)
    errors = getattr(refusal.value, "error_dict", {"": getattr(refusal.value, "error_list", [])})
    assert {one.code for rows in errors.values() for one in rows} == {code}
    after = (Version.objects.count(), Standard.objects.count(), Trail.objects.count())
    assert after == before


def test_the_pack_has_three_generations_and_more_than_thirty_standards_in_six_chapters(house):
    handbook = house.adopt()
    spans = versions.list_spans(handbook)
    assert [(str(one.version.valid_from), str(one.ends_on)) for one in spans] == [
        ("2018-11-01", "2022-01-01"),
        ("2022-01-01", "2025-01-01"),
        ("2025-01-01", "None"),
    ]
    counts = [Standard.objects.filter(chapter__version=one.version).count() for one in spans]
    assert counts == [16, 27, 38]
    assert spans[2].version.chapters.count() == 6
    used = set(Standard.objects.filter(chapter__version=spans[2].version).values_list("check_code"))
    assert {code for (code,) in used} == set(Check.values)


def test_the_version_of_a_day_holds_from_its_first_day(house):
    spans = versions.list_spans(house.adopt())
    found = {
        day: versions.find_version(spans, date.fromisoformat(day))
        for day in ("2018-10-31", "2018-11-01", "2021-12-31", "2022-01-01")
    }
    assert [one and one.number for one in found.values()] == [None, 1, 1, 2]


def test_two_generations_are_compared_standard_by_standard(house):
    first, second, third = (one.version for one in versions.list_spans(house.adopt()))
    found = versions.compare_versions(second, third)
    by_code = {one.standard.code: one for one in found}
    hours = by_code["hours"]
    assert hours.change is Change.CHANGED
    assert ("text", "六成以上党员达到年度学时", "九成以上党员达到年度学时") in hours.fields
    assert ("check", "hours:share=60", "hours:share=90") in hours.fields
    assert by_code["resolutions"].change is Change.NEW
    assert {one.change for one in versions.compare_versions(third, first)} >= {Change.GONE}
    assert versions.compare_versions(third, third) == []


def test_the_next_generation_is_written_and_published(house):
    handbook, officer = house.adopt(), house.bureau.officer.user
    version = services.begin_draft(handbook=handbook, actor=officer)
    refuse("draft", services.begin_draft, handbook=handbook, actor=officer)
    third = versions.list_spans(handbook)[-1].version
    assert versions.compare_versions(third, version) == []
    one = services.add_standard(version=version, chapter="七 创新", draft=draft(), actor=officer)
    assert (one.chapter.number, one.number) == (7, 1)
    known = services.add_standard(version=version, chapter="组织设置", draft=draft(), actor=officer)
    assert (known.chapter.number, known.number) == (1, 6)
    services.change_standard(
        standard=one, draft=draft(params={"fact": "record.hazard_fixed", "least": 2}), actor=officer
    )
    services.drop_standard(standard=known, actor=officer)
    (new,) = versions.compare_versions(third, version)
    assert (new.change, new.standard.params["least"]) == (Change.NEW, 2)
    services.publish_version(
        version=version, valid_from=date(2027, 1, 1), note="增加创新", actor=officer
    )
    spans = versions.list_spans(handbook)
    assert (spans[-1].version.number, spans[-2].ends_on) == (4, date(2027, 1, 1))
    verbs = list(Trail.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-6:] == [
        "handbook.drafted",
        "handbook.added",
        "handbook.added",
        "handbook.changed",
        "handbook.dropped",
        "handbook.published",
    ]


def test_what_is_published_is_not_changed_and_wrong_days_are_refused(house):
    handbook, officer = house.adopt(), house.bureau.officer.user
    third = versions.list_spans(handbook)[-1].version
    one = Standard.objects.filter(chapter__version=third).first()
    by = {"actor": officer}
    refuse("published", services.add_standard, version=third, chapter="一", draft=draft(), **by)
    refuse("published", services.change_standard, standard=one, draft=draft(), **by)
    refuse("published", services.drop_standard, standard=one, **by)
    refuse("published", services.discard_draft, version=third, **by)
    version = services.begin_draft(handbook=handbook, actor=officer)
    yesterday = TODAY - timedelta(days=1)
    refuse("past", services.publish_version, version=version, valid_from=yesterday, **by)
    refuse(
        "moved",
        services.publish_version,
        version=version,
        valid_from=TODAY,
        seen="draft-9",
        **by,
    )
    services.publish_version(version=version, valid_from=TODAY, **by)
    again = services.begin_draft(handbook=handbook, actor=officer)
    refuse("order", services.publish_version, version=again, valid_from=TODAY, **by)
    services.discard_draft(version=again, **by)
    assert handbook.versions.count() == 4
    template = {"template": handbook_template(), "actor": officer}
    refuse("exists", services.adopt_handbook, unit=house.bureau.committee, **template)
    refuse("unit", services.adopt_handbook, unit=house.bureau.branch, **template)


def handbook_template():
    from linghang.handbook.models import Template

    return Template.objects.get()


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("text", {"text": " "}),
        ("kinds", {"kinds": []}),
        ("check", {"check": "guess"}),
        ("params", {"params": {"fact": "record.hazard_fixed"}}),
        ("params", {"params": {"fact": "record.nothing", "least": 1}}),
        ("params", {"params": {"fact": "record.hazard_fixed", "least": 0}}),
        ("params", {"params": {"fact": "record.hazard_fixed", "least": 1, "days": 3}}),
        ("params", {"check": "dues", "params": {"days": 91}}),
        ("params", {"check": "lecture", "params": {"kind": "x", "who": "me", "least": 1}}),
    ],
)
def test_a_standard_is_refused_beside_its_field(house, field, values):
    version = services.begin_draft(handbook=house.adopt(), actor=None)
    wrong = draft(**values)
    refuse(field, services.add_standard, version=version, chapter="一", draft=wrong, actor=None)


def test_an_empty_draft_is_not_published_and_a_chapter_needs_its_name(house):
    version = services.begin_draft(handbook=house.adopt(), actor=None)
    refuse(
        "chapter", services.add_standard, version=version, chapter=" ", draft=draft(), actor=None
    )
    for one in Standard.objects.filter(chapter__version=version):
        services.drop_standard(standard=one, actor=None)
    assert not version.chapters.exists()
    refuse("empty", services.publish_version, version=version, valid_from=TODAY, actor=None)


@given(
    edits=st.lists(
        st.tuples(st.sampled_from(["add", "change", "drop"]), st.integers(0, 40)), max_size=6
    ),
    days=st.lists(st.integers(0, 400), min_size=1, max_size=2, unique=True).map(sorted),
)
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_version_in_force_later_changes_no_earlier_page(house, edits, days):
    with transaction.atomic():
        handbook = house.adopt()
        house.hold("members_meeting", date(2026, 8, 3))
        before = read_pages(house, handbook)
        for day in days:
            version = services.begin_draft(handbook=handbook, actor=None)
            for deed, place in edits:
                rows = list(Standard.objects.filter(chapter__version=version))
                one = rows[place % len(rows)]
                if deed == "add":
                    services.add_standard(
                        version=version, chapter="新章", draft=draft(), actor=None
                    )
                elif deed == "change":
                    services.change_standard(standard=one, draft=draft(), actor=None)
                else:
                    services.drop_standard(standard=one, actor=None)
            services.publish_version(
                version=version, valid_from=TODAY + timedelta(days=day), actor=None
            )
        assert read_pages(house, handbook) == before
        transaction.set_rollback(True)


def read_pages(house, handbook) -> dict[str, list]:
    spans, pages = versions.list_spans(handbook), {}
    for code in PERIODS:
        period = Period.parse(code)
        version = versions.find_version(spans, period.first_day)
        found = sheets.read_sheets(version, [house.bureau.branch], period, TODAY)
        pages[code] = [
            (version.number, line.standard.code, line.standard.text, line.verdict, line.parts)
            for _chapter, lines in found[house.bureau.branch.pk].chapters
            for line in lines
        ]
    return pages


def test_many_branches_ask_as_many_questions_as_one(house):
    version = versions.list_spans(house.adopt())[-1].version
    general = house.bureau.general_branch

    def count() -> int:
        scope = compute_scope(house.bureau.officer.user)
        units = list(sheets.list_units(scope, Handbook.objects.get()))
        with CaptureQueriesContext(connection) as asked:
            found = sheets.read_sheets(version, units, Period.parse("2026"), TODAY)
        assert len(found) == sum(unit.kind != UnitKind.GROUP for unit in units)
        return len(asked)

    few = count()
    for number in range(8):
        branch = make_unit(f"第{number}党支部", UnitKind.BRANCH, general)
        make_person(f"书记{number}", branch, ("member", "secretary"))
        house.hold("members_meeting", date(2026, 8, number + 1), unit=branch)
    assert count() == few


def test_records_are_read_only_for_the_checks_that_ask(house):
    version = house.write("visit", "year")
    with CaptureQueriesContext(connection) as asked:
        assert house.tell(version, "2025") == ("unknown", "看现场")
    assert len(asked) == 2  # chapters and standards
    assert Records([], [], TODAY, TODAY, TODAY).kinds == []


def test_a_pack_with_a_wrong_standard_is_refused_with_its_place(house):
    document = yaml.safe_load(PACK.read_text(encoding="utf-8"))
    document["version"] = "1.1.0"
    one = document["contents"]["handbooks"][0]["generations"][0]["chapters"][1]["standards"][0]
    one["params"] = {"kind": "tea_party", "least": "many"}
    with pytest.raises(PackRefused) as refused:
        install_pack(document)
    said = str(refused.value)
    assert "generations[0].chapters[1].standards[0].params.kind" in said
    assert "没有活动类型tea_party" in said
    assert "填1到99的整数" in said


def test_a_stranger_sees_no_handbook_and_a_member_no_draft(house):
    handbook, bureau = house.adopt(), house.bureau
    services.begin_draft(handbook=handbook, actor=None)
    with clock.stand_on(TODAY):
        numbers = {
            name: sorted(
                versions.list_versions(compute_scope(person.user)).values_list("number", flat=True)
            )
            for name, person in {
                "officer": bureau.officer,
                "member": bureau.member,
                "stranger": bureau.stranger,
            }.items()
        }
    assert numbers == {"officer": [1, 2, 3, 4], "member": [1, 2, 3], "stranger": []}
