"""The shared interface: shell, navigation, tables, charts, filters, error pages, vendored files."""

from __future__ import annotations

import datetime as dt
import enum
import itertools
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import django_filters
import pytest
from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import resolve
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from linghang.platform.ui import charts, context, middleware, navigation, tables, views
from linghang.platform.ui.templatetags import ui

# Playwright keeps an event loop in this thread, which Django's database guard takes for async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def entries(monkeypatch):
    """An empty navigation for one test."""
    kept: dict[str, navigation.Entry] = {}
    monkeypatch.setattr(navigation, "_entries", kept)
    return kept


class Reader:
    """A scope that holds certain permissions."""

    person_name = "林晓禾"
    home_units = ((7, "变电运维党支部", "/1/7/"),)

    def __init__(self, *permissions: str) -> None:
        self.permissions = permissions

    def can(self, permission: str) -> bool:
        return permission in self.permissions


def render(source: str, **values: object) -> str:
    return engines["django"].from_string(source).render(values)


def render_component(source: str, **values: object) -> str:
    """Render a component as a page would; only templates from files are compiled by cotton."""
    from django_cotton.compiler_regex import CottonCompiler

    compiled = CottonCompiler().process(source)
    return engines["django"].from_string(compiled).render(values)


# --- navigation and shell ---------------------------------------------------------------------------


def test_navigation_shows_only_what_the_reader_may_follow(entries):
    navigation.register(
        navigation.Entry("late", "Late", "clock", "ui:manifest", "view_records", 20),
        navigation.Entry("style", "Style", "tools", "ui:style", None, 10),
        navigation.Entry("jobs", "Jobs", "tools", "ui:theme", "view_jobs", 5),
        navigation.Entry("gone", "Gone", "x", "nowhere:list", None, 1),
    )
    links = navigation.list_links(Reader("view_records"), resolve("/ui/manifest.webmanifest"))
    assert [(link.name, link.current) for link in links] == [("style", False), ("late", True)]
    assert [link.name for link in navigation.list_links(None, None)] == ["style"]
    assert [fault.id for fault in navigation.check_entries()] == ["ui.W001"]


def test_a_page_of_the_same_namespace_marks_the_first_entry(entries):
    navigation.register(navigation.Entry("style", "Style", "tools", "ui:style", None, 10))
    [link] = navigation.list_links(None, resolve("/ui/manifest.webmanifest"))
    assert link.current


@pytest.fixture
def sections(entries):
    """Five entries under three headings, registered out of order."""
    for name, section, order in (
        ("a", navigation.TOP, 1),
        ("b", navigation.SYSTEM, 2),
        ("c", navigation.TOP, 3),
        ("d", navigation.LIFE, 4),
        ("e", navigation.SYSTEM, 5),
    ):
        address = "ui:manifest" if name == "e" else "ui:style"
        navigation.register(
            navigation.Entry(name, name, "x", address, None, order, section=section)
        )


def test_a_section_stands_whole_in_the_order_of_the_headings(sections):
    links = navigation.list_links(None, None)
    assert [link.name for link in links] == ["a", "c", "d", "b", "e"]


@pytest.mark.parametrize(
    ("cookie", "page", "unfolded"),
    [
        (None, None, ["life", "system"]),  # nothing hides until its reader wants it to
        ("system", None, ["life"]),
        ("life.system", None, []),
        ("life.system", "/ui/manifest.webmanifest", ["system"]),  # where the reader is never folds
        ("none.<b>", None, ["life", "system"]),
    ],
)
def test_the_navigation_stands_folded_as_it_was_left(sections, cookie, page, unfolded):
    request = RequestFactory().get("/")
    request.resolver_match = resolve(page) if page else None
    if cookie is not None:
        request.COOKIES["folded"] = cookie
    groups = context.Shell(request).groups
    assert [group.section.code for group in groups] == ["", "life", "system"]
    assert [group.section.code for group in groups[1:] if group.is_open] == unfolded


def test_the_phone_has_at_most_five_tabs(entries):
    navigation.register(
        *(
            navigation.Entry(f"e{i}", f"E{i}", "x", "ui:style", None, i, phone=i != 2)
            for i in range(8)
        )
    )
    request = RequestFactory().get("/")
    request.resolver_match = None
    shell = context.shell(request)["shell"]
    assert [link.name for link in shell.phone_links] == ["e0", "e1", "e3", "e4", "e5"]


def test_the_shell_asks_the_database_nothing(entries, db, django_assert_num_queries):
    navigation.register(navigation.Entry("style", "样式", "tools", "ui:style", "view_jobs"))
    request = RequestFactory().get("/", headers={"Cookie": "theme=dark"})
    request.resolver_match = resolve("/ui/style/")
    request.scope = Reader("view_jobs")
    with django_assert_num_queries(0):
        page = render_to_string("base.html", context={"title": "T"}, request=request)
    assert 'data-bs-theme="dark"' in page
    assert "变电运维党支部" in page
    assert page.count('aria-current="page"') == 2  # the sidebar and the phone's menu
    assert "<c-" not in page


def test_an_unknown_theme_in_the_cookie_is_light():
    request = RequestFactory().get("/", headers={"Cookie": "theme=<script>"})
    assert context.Shell(request).theme == "light"


@pytest.mark.parametrize(
    ("asked", "place"),
    [("/ui/style/?a=1", "/ui/style/?a=1"), ("//evil.example/", "/"), ("https://evil.example", "/")],
)
def test_theme_switch_returns_only_to_own_pages(client, asked, place):
    answer = client.post("/ui/theme/", {"theme": "dark", "next": asked})
    assert (answer.status_code, answer["Location"]) == (302, place)
    cookie = answer.cookies["theme"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("dark", True, "Lax")


def test_theme_switch_takes_only_posts_and_known_themes(client):
    assert client.get("/ui/theme/").status_code == 405
    assert "theme" not in client.post("/ui/theme/", {"theme": "pink"}).cookies


def test_manifest_names_the_product(client):
    manifest = client.get("/ui/manifest.webmanifest").json()
    assert (manifest["name"], manifest["start_url"]) == ("领航", "/")


def test_style_page_is_hidden_from_strangers(client, settings):
    settings.DEBUG = False
    assert client.get("/ui/style/").status_code == 404


def test_html_varies_on_htmx_and_other_answers_do_not():
    page = middleware.VaryOnHtmx(lambda _: HttpResponse("x"))(RequestFactory().get("/"))
    data = middleware.VaryOnHtmx(lambda _: HttpResponse("x", content_type="text/csv"))
    assert page["Vary"] == "HX-Request, HX-Target"
    assert "Vary" not in data(RequestFactory().get("/"))


# --- error pages -------------------------------------------------------------------------------------


def test_forbidden_says_the_reason():
    request = RequestFactory().get("/")
    answer = views.forbidden(request, PermissionDenied("Only the officer <may> publish."))
    assert answer.status_code == 403
    assert "Only the officer &lt;may&gt; publish." in answer.content.decode()


@pytest.mark.parametrize(("view", "status"), [("bad_request", 400), ("not_found", 404)])
def test_error_pages_say_what_to_do(view, status):
    answer = getattr(views, view)(RequestFactory().get("/"))
    assert answer.status_code == status
    assert "data-lh-reason" in answer.content.decode()


def test_server_error_needs_no_database_and_keeps_the_theme():
    request = RequestFactory().get("/", headers={"Cookie": "theme=dark"})
    answer = views.server_error(request)
    assert answer.status_code == 500
    assert 'data-bs-theme="dark"' in answer.content.decode()


def test_error_pages_are_in_chinese_for_a_chinese_reader(client, settings):
    settings.DEBUG = False
    assert "没有您能看的这一页" in client.get("/no-such-page/").content.decode()


# --- numbers, dates, states ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("4.5"), "4.50"),
        (Decimal("4.125"), "4.13"),
        (Decimal("-0.005"), "−0.01"),
        (1234, "1,234.00"),
        (0, "0.00"),
        (None, "–"),
    ],
)
def test_points_have_two_decimals_rounded_half_up(value, shown):
    assert ui.points(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(2500, "25"), (150, "1.5"), (125, "1.25"), (0, "0"), (None, "–")]
)
def test_hundredths_are_shown_without_trailing_zeros(value, shown):
    assert ui.hundredths(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(1, "100%"), (Decimal("0.8749"), "87.5%"), (None, "–")]
)
def test_percent_has_at_most_one_decimal(value, shown):
    assert ui.percent(value) == shown


@pytest.mark.parametrize(
    ("day", "shown", "left"),
    [
        (dt.date(2026, 11, 20), "11-20", "1 day late"),
        (dt.date(2026, 11, 21), "11-21", "today"),
        (dt.date(2026, 11, 26), "11-26", "5 days left"),
        (dt.date(2025, 12, 31), "2025-12-31", "325 days late"),
        (None, "–", ""),
    ],
)
def test_dates_stand_in_the_year_of_today(day, shown, left):
    assert (ui.date_short(day), ui.days_left(day)) == (shown, left)


def test_a_moment_is_shown_in_local_time():
    late_evening_utc = dt.datetime(2026, 11, 20, 16, 5, tzinfo=dt.UTC)
    assert ">11-21 00:05</time>" in ui.moment(late_evening_utc)
    assert ui.date_short(late_evening_utc) == "11-21"


@pytest.mark.parametrize(
    ("value", "good", "expected"),
    [
        (3.1, "up", '<span class="lh-delta lh-delta-good">+3.1%</span>'),
        (-2, "up", '<span class="lh-delta lh-delta-bad">−2%</span>'),
        (-2, "down", '<span class="lh-delta lh-delta-good">−2%</span>'),
        (0, "up", '<span class="lh-delta ">±0%</span>'),
        (None, "up", ""),
    ],
)
def test_delta_is_green_when_good(value, good, expected):
    assert ui.delta(value, "%", good) == expected


def test_masked_text_shows_and_says_only_its_end():
    shown = ui.masked("13800005678")
    assert "1380000" not in shown
    assert "****5678" in shown
    assert "hidden, ends with 5678" in shown
    assert "123" not in ui.masked("123")


@pytest.mark.parametrize(
    ("value", "level"), [(0, 0), (19.9, 0), (20, 1), (60, 3), (99, 4), (100, 4), (130, 4), (-3, 0)]
)
def test_heat_has_five_levels(value, level):
    assert ui.heat_level(value) == f"lh-heat-{level}"
    assert ui.heat_level(None) == ""


class Light(enum.Enum):
    RED = "red"

    @property
    def label(self) -> str:
        return "Stop & wait"

    @property
    def tone(self) -> str:
        return "danger"


def test_state_shows_icon_word_and_tone():
    chip = ui.state(Light.RED)
    assert 'class="lh-chip lh-tone-danger"' in chip
    assert "icons.svg#alert-circle" in chip
    assert "Stop &amp; wait" in chip


# --- tables -----------------------------------------------------------------------------------------------


GROUPS = tables.Table(
    caption="Groups",
    columns=(
        tables.Column("name", "Name", sort=("name",), link=lambda row: f"/groups/{row.pk}/"),
        tables.Column("pk", "Number", sort=("-pk",), numeric=True),
    ),
    default_sort="name",
    per_page=2,
)


@pytest.fixture
def groups(db):
    return [Group.objects.create(name=name) for name in ("b", "a", "<c>")]


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ("", ["<c>", "a"]),
        ("page=2", ["b"]),
        ("page=99", ["b"]),
        ("sort=-name", ["b", "a"]),
        ("sort=pk", ["<c>", "a"]),
        ("sort=-pk", ["b", "a"]),
        ("sort=password", ["<c>", "a"]),
    ],
)
def test_a_table_sorts_by_its_own_columns_only(groups, params, names):
    bound = GROUPS.bind(Group.objects.all(), QueryDict(params))
    assert [row.name for row, _cells in bound] == names


def test_a_plain_list_sorts_with_missing_values_last():
    table = tables.Table(caption="", columns=(tables.Column("score", "", sort=("score",)),))
    rows = [{"score": 2}, {"score": None}, {"score": 3}]
    for asked, order in (("score", [2, 3, None]), ("-score", [3, 2, None])):
        bound = table.bind(rows, QueryDict(f"sort={asked}"))
        assert [row["score"] for row in bound.sorted_rows] == order


def test_a_cell_escapes_and_links(groups):
    bound = GROUPS.bind(Group.objects.all(), QueryDict())
    _row, [title, number] = next(iter(bound))
    assert title.content == f'<a href="/groups/{groups[2].pk}/">&lt;c&gt;</a>'
    assert (title.is_title, number.is_title, number.numeric) == (True, False, True)


def test_a_page_of_a_table_costs_two_queries_for_one_row_or_three(
    groups, django_assert_num_queries
):
    for found in (Group.objects.filter(name="a"), Group.objects.all()):
        with django_assert_num_queries(2):
            list(GROUPS.bind(found, QueryDict()))


def test_export_writes_every_page_as_plain_values(groups):
    bound = GROUPS.bind(Group.objects.all(), QueryDict("page=2"))
    assert list(bound.export_rows()) == [
        ["Name", "Number"],
        ["<c>", groups[2].pk],
        ["a", groups[1].pk],
        ["b", groups[0].pk],
    ]


def test_a_heading_asks_for_the_other_direction():
    bound = GROUPS.bind([], QueryDict("sort=name"))
    assert [(head.state, head.next_sort) for head in bound.headings] == [
        ("ascending", "-name"),
        ("", "pk"),
    ]


@dataclass
class Item:
    state: str = "red"
    owner: object = None

    def get_state_display(self) -> str:
        return "Red light"


def test_a_column_reads_paths_choices_and_states():
    item = Item(owner=Item())
    assert tables.Column("state", "").read(item) == "Red light"
    assert tables.Column("state", "", states=Light).read(item) is Light.RED
    assert (
        tables.Column("x", "", attr="owner.state", states=Light).read_plain(item) == "Stop & wait"
    )
    assert tables.Column("x", "", attr="owner.state").read(Item()) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (True, "yes"),
        (Decimal(3), "3.00"),
        (1200, "1,200"),
        ("<b>", "&lt;b&gt;"),
        (dt.date(2026, 11, 2), '<time datetime="2026-11-02" title="Nov. 2, 2026">11-02</time>'),
    ],
)
def test_values_are_shown_by_their_kind(value, shown):
    assert tables.show_value(value) == shown


class WordFilter(forms.Form):
    q = forms.CharField(required=False, label="Word")


def show_list(path: str, **headers: str) -> str:
    request = RequestFactory().get(path, headers=headers)
    request.resolver_match = None
    filterset = type("Filter", (), {"form": WordFilter(request.GET)})
    bound = GROUPS.bind(Group.objects.all(), request.GET)
    return tables.render_list(request, bound, title="Groups", filterset=filterset).content.decode()


def test_a_list_page_answers_htmx_with_its_results_only(groups):
    page = show_list("/?q=x&sort=-name&page=2")
    part = show_list("/?q=x", **{"HX-Request": "true", "HX-Target": "div#lh-results"})
    assert page.count("<h1>") == 1
    assert '<input type="hidden" name="sort" value="-name">' in page
    assert 'name="page"' not in page
    assert part.strip().startswith('<div id="lh-results">')
    assert "<h1>" not in part
    assert 'data-label="Number"' in part


def test_an_empty_list_says_what_to_do(db):
    assert "Nothing fits these filters" in show_list("/?q=x")
    assert "Nothing here yet" in show_list("/")


def test_a_choice_of_a_filter_bar_names_itself_in_its_empty_option():
    class GroupFilter(django_filters.FilterSet):
        kind = django_filters.ChoiceFilter(label="Kind", choices=[("a", "Alpha")])

    shown = ui.filter_control(GroupFilter({}, Group.objects.none()).form["kind"])
    assert re.findall(r"<option[^>]*>([^<]*)", shown) == ["Kind: all", "Alpha"]


# --- charts -------------------------------------------------------------------------------------------------


def test_a_trend_leaves_gaps_where_nothing_is_known():
    drawing = charts.draw_trend(
        charts.Trend("T", ["1", "2", "3", "4"], [charts.Series("A", [0, None, 50, 100])])
    )
    [line] = drawing.lines
    assert [tick.text for tick in drawing.ticks] == ["0", "25", "50", "75", "100"]
    assert [(p.x, p.y) for p in line.points] == [
        ("0.00%", "200.0"),
        ("66.67%", "107.0"),
        ("100.00%", "14.0"),
    ]
    assert [(a.text, b.text) for a, b in line.joins] == [("50", "100")]
    assert drawing.rows[1] == ("2", ["–"])
    assert drawing.description == "A: 0 → 100"


def test_a_trend_refuses_series_of_another_length():
    with pytest.raises(ValueError, match="one value per period"):
        charts.draw_trend(charts.Trend("T", ["1", "2"], [charts.Series("A", [1])]))


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.integers(-500, 500)), min_size=3, max_size=3),
        min_size=1,
        max_size=5,
    )
)
def test_every_trend_stays_inside_its_box_and_no_end_labels_overlap(series):
    drawing = charts.draw_trend(
        charts.Trend("T", ["1", "2", "3"], [charts.Series(str(i), v) for i, v in enumerate(series)])
    )
    points = [point for line in drawing.lines for point in line.points]
    assert all(charts.PLOT_TOP <= float(p.y) <= charts.PLOT_BOTTOM for p in points)
    ends = sorted(float(line.end_y) for line in drawing.lines if line.end_y)
    assert all(b - a >= charts.LABEL_GAP - 0.2 for a, b in itertools.pairwise(ends))
    assert 3 <= len(drawing.ticks) <= 8


def test_a_radar_starts_at_the_top_and_goes_clockwise():
    drawing = charts.draw_radar(
        charts.Radar("R", ["N", "E", "S", "W"], [charts.Series("A", [100, 50, 0, 100])])
    )
    assert drawing.lines[0].outline == "210.0,46.0 262.0,150.0 210.0,150.0 106.0,150.0"
    assert [label.anchor for label in drawing.labels] == ["middle", "start", "middle", "end"]


def test_a_radar_needs_three_axes():
    with pytest.raises(ValueError, match="three axes"):
        charts.draw_radar(charts.Radar("R", ["N", "E"], []))


def test_a_sparkline_of_one_value_is_nothing():
    assert charts.draw_sparkline([1]) == ""
    assert charts.draw_sparkline([0, None, 10]) == "3.0,22.0 81.0,4.0"


def test_a_chart_carries_its_numbers_in_a_table():
    trend = charts.Trend("T", ["M1", "M2"], [charts.Series("A", [1, Decimal("2.50")])], unit="%")
    page = render("{% trend_svg trend %}", trend=trend)
    assert "<td>2.5</td>" in page
    assert 'aria-label="T. A: 1 → 2.5%"' in page


# --- forms ---------------------------------------------------------------------------------------------------


class PlainForm(forms.Form):
    fieldsets = (("First", ("name",)),)
    name = forms.CharField(label="Name", help_text="As on the card")
    note = forms.CharField(label="Note", required=False)
    way = forms.ChoiceField(label="Way", choices=[("a", "A")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="Sure")


def test_our_field_template_wins_and_ties_hint_and_error_to_the_control():
    field = PlainForm({"note": ""})["name"].as_field_group()
    assert 'class="lh-field lh-field-error"' in field
    assert 'aria-describedby="id_name_helptext id_name_error"' in field
    assert 'id="id_name_helptext"' in field
    assert 'id="id_name_error"' in field


def test_optional_fields_say_so_and_required_ones_do_not():
    form = PlainForm()
    assert "optional" in form["note"].as_field_group()
    assert "optional" not in form["name"].as_field_group()


def test_fields_a_form_does_not_group_come_last():
    groups = ui.fieldsets(PlainForm())
    assert [(heading, [f.name for f in fields]) for heading, fields in groups] == [
        ("First", ["name"]),
        ("", ["note", "way", "sure"]),
    ]


def test_the_error_summary_links_to_each_faulty_field():
    page = render_component('<c-lh.error-summary :form="form" />', form=PlainForm({}))
    targets = re.findall(r'href="#([^"]+)"', page)
    fields = render("{% include 'ui/fields.html' %}", form=PlainForm({}))
    assert targets == ["id_name", "id_way", "id_sure"]
    assert all(f'id="{target}"' in fields for target in targets)
    assert render_component('<c-lh.error-summary :form="form" />', form=PlainForm()).strip() == ""


def test_a_component_does_not_take_values_of_the_page_around_it():
    page = render_component("<c-lh.card>x</c-lh.card>", title="T", sub="S", actions="A", foot="F")
    assert re.sub(r"\s+", "", page) == (
        '<sectionclass="lh-card"><divclass="lh-card-body">x</div></section>'
    )


# --- files ------------------------------------------------------------------------------------------------------


def test_vendored_files_are_as_listed():
    done = subprocess.run(
        [sys.executable, ROOT / "tools/vendor.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "vendored files are as listed\n")


def test_every_icon_named_in_a_template_or_module_is_in_the_sprite():
    folder = ROOT / "src/linghang"
    sprite = (folder / "platform/ui/static/lh/vendor/icons.svg").read_text()
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    named: dict[str, Path] = {}
    for page in folder.rglob("templates/**/*.html"):
        text = page.read_text()
        for name in re.findall(r'{% icon "([^"]+)"', text) + re.findall(
            r'\bicon="([a-z0-9-]+)"', text
        ):
            named[name] = page
    assert {name: page.name for name, page in named.items() if name not in known} == {}
    assert set(ui.TONE_ICONS.values()) <= known


def test_every_component_that_a_template_uses_exists():
    folder = ROOT / "src/linghang"
    known = {
        page.stem.replace("_", "-")
        for page in (folder / "platform/ui/templates/cotton/lh").glob("*.html")
    }
    used = {
        (name, page.name)
        for page in folder.rglob("templates/**/*.html")
        for name in re.findall(r"<c-lh\.([a-z-]+)", page.read_text())
    }
    assert {(name, page) for name, page in used if name not in known} == set()


def test_no_template_has_inline_style_or_script():
    for page in (ROOT / "src/linghang").rglob("templates/**/*.html"):
        text = page.read_text()
        assert not re.search(r'\sstyle="|<style|\son[a-z]+="|hx-on|<script(?![^>]*\ssrc=)', text), (
            page
        )


# --- browser -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium(playwright):
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed: the browser tests of the interface were not run")
    browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def visit(chromium, live_server, settings):
    """Opens a page in one of the four combinations and records everything that goes wrong."""
    settings.DEBUG = True
    opened = []

    def open_page(
        path: str, theme: str = "light", *, phone: bool = False, language: str = "zh-hans"
    ):
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        frame = chromium.new_context(
            viewport=size, is_mobile=phone, has_touch=phone, reduced_motion="reduce"
        )
        opened.append(frame)
        frame.add_cookies(
            [
                {"name": "theme", "value": theme, "url": live_server.url},
                {"name": "django_language", "value": language, "url": live_server.url},
            ]
        )
        page = frame.new_page()
        page.bad = []
        page.on("console", lambda m: page.bad.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: page.bad.append(str(error)))
        page.on(
            "request",
            lambda r: (
                None if r.url.startswith((live_server.url, "data:")) else page.bad.append(r.url)
            ),
        )
        page.goto(live_server.url + path, wait_until="networkidle")
        return page

    yield open_page
    for frame in opened:
        frame.close()


def list_violations(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    return [found["id"] for found in Axe().run(page).response["violations"]]


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_component_is_accessible_clean_and_fits(visit, theme, phone, language):
    page = visit("/ui/style/", theme, phone=phone, language=language)
    assert list_violations(page) == []
    assert page.bad == []
    assert page.evaluate("document.documentElement.scrollWidth") <= (390 if phone else 1440)


@pytest.mark.browser
def test_positive_control_the_checks_see_faults(visit):
    page = visit("/ui/style/")
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.evil = 1";
          document.head.append(script);
          document.querySelector("main").insertAdjacentHTML("beforeend", "<p style='color:red'>x</p><input>");
        }"""
    )
    assert page.evaluate("window.evil") is None
    assert sum("Content Security Policy" in text for text in page.bad) == 2
    assert "label" in list_violations(page)


@pytest.mark.browser
def test_small_behaviours_work_by_keyboard_and_mouse(visit):
    from playwright.sync_api import expect

    page = visit("/ui/style/")
    page.click("[data-lh-open]")
    expect(page.locator("#example-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#example-dialog")).to_be_hidden()
    expect(page.locator("[data-lh-present]")).to_have_text("7")
    page.locator("[data-lh-attendance] input").first.uncheck()
    expect(page.locator("[data-lh-present]")).to_have_text("6")
    page.click("[data-lh-tick-all]")
    expect(page.locator("[data-lh-present]")).to_have_text("8")
    page.locator("[data-lh-all]").check()
    expect(page.locator("[data-lh-chosen]")).to_have_text("6")
    page.click("[data-lh-clear]")
    expect(page.locator(".lh-bulk")).to_be_hidden()
    assert page.bad == []


@pytest.mark.browser
def test_a_filter_updates_the_results_and_the_address(visit):
    from playwright.sync_api import expect

    page = visit("/ui/style/?sort=-due_on")
    page.fill("#id_q", "x")
    page.wait_for_url(re.compile("q=x"))
    assert "sort=-due_on" in page.url
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("#lh-results")).to_have_count(1)
    assert page.evaluate("document.activeElement.id") == "id_q"
    page.reload(wait_until="networkidle")
    expect(page.locator("#id_q")).to_have_value("x")
    assert page.bad == []


@pytest.mark.browser
def test_a_refusal_is_said_aloud_and_leaves_the_results(visit):
    from playwright.sync_api import expect

    page = visit("/ui/style/")
    refusal = "<html><body><p data-lh-reason>请找党建专责办理。</p></body></html>"
    page.route(
        re.compile("q=no"), lambda r: r.fulfill(status=403, content_type="text/html", body=refusal)
    )
    page.route(re.compile("q=gone"), lambda r: r.abort())
    page.fill("#id_q", "no")
    expect(page.locator("#lh-live")).to_have_text("请找党建专责办理。")
    expect(page.locator("#lh-results tbody tr")).to_have_count(6)
    page.fill("#id_q", "gone")
    expect(page.locator("#lh-live")).to_have_text("网络不通，内容没有丢失，请稍后再试。")


@pytest.mark.browser
def test_a_session_that_ended_leads_to_the_page_it_was_sent_to(visit):
    page = visit("/ui/style/")
    place = page.url.replace("/ui/style/", "/ui/manifest.webmanifest")
    page.route(
        re.compile("q=late"), lambda r: r.fulfill(status=302, headers={"Location": place}, body="")
    )
    page.fill("#id_q", "late")
    page.wait_for_url(place)


@pytest.mark.browser
def test_a_form_with_errors_puts_the_focus_on_their_summary(visit):
    page = visit("/ui/style/")
    page.click("text=提交")
    page.wait_for_selector(".lh-error-summary")
    assert page.evaluate("document.activeElement.className") == "lh-error-summary"
    page.locator(".lh-error-summary a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_title"


@pytest.mark.browser
def test_paper_is_light_in_the_dark_theme(visit):
    page = visit("/ui/style/", "dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(31, 35, 40)"
    assert not page.locator(".lh-side").is_visible()


@pytest.mark.browser
def test_the_theme_switch_holds_on_the_next_page(visit):
    page = visit("/ui/style/")
    page.click("button[name=theme]")
    page.wait_for_selector("html[data-bs-theme=dark]")
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
