"""Contract of tools/catalogue.py: what it collects, keeps, refuses and builds."""

import gettext
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "catalogue.py"


def _load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue_tool", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


catalogue = _load_tool()

VIEWS = """\
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext

TITLE = gettext_lazy("Branches")
RANGE = pgettext("month", "May")

def count(n: int) -> str:
    return ngettext("%(n)s branch", "%(n)s branches", n) % {"n": n}

def greet(name: str) -> str:
    return _("Good day, "
             "%(name)s") % {"name": name}

def shown(text: str) -> str:
    return _(text)
"""
PAGE = """\
{% load i18n %}
{# <c-card :title="_('In a comment')"> #}
<h1>{% translate "Ledger's page" %}</h1>
  <p>it's {{ _("Inside a variable") }} {{ x|default:_("As a filter") }}</p>
{% blocktranslate trimmed count n=total %}
  One unit of {{ company }}
{% plural %}
  {{ n }} units of {{ company }}
{% endblocktranslate %}
<c-lh.card :title="_('On a component')"/>
{% translate "May" context "permission" %}
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "org"
    (folder / "templates" / "org").mkdir(parents=True)
    (folder / "migrations").mkdir()
    (folder / "views.py").write_text(VIEWS, encoding="utf-8")
    (folder / "templates" / "org" / "list.html").write_text(PAGE, encoding="utf-8")
    (folder / "migrations" / "0001.py").write_text('_("Not collected")', encoding="utf-8")
    return folder


def _translate(app: Path, texts: dict[str, str]) -> None:
    path = app / catalogue.CATALOGUE
    lines = path.read_text(encoding="utf-8").split("\n")
    for index, line in enumerate(lines):
        for english, chinese in texts.items():
            if line == f'msgid "{english}"':
                target = index + (2 if lines[index + 1].startswith("msgid_plural") else 1)
                lines[target] = lines[target].split(" ")[0] + f' "{chinese}"'
    path.write_text("\n".join(lines), encoding="utf-8")


ALL = {
    "%(n)s branch": "%(n)s 个党支部",
    "As a filter": "作为过滤器",
    "Branches": "党支部",
    "Good day, %(name)s": "%(name)s，您好",
    "Inside a variable": "变量中",
    "Ledger's page": "台账页",
    "May": "五月",
    "On a component": "组件上",
    "One unit of %(company)s": "%(company)s 共 %(n)s 个单位",
}


def test_update_collects_python_and_templates_sorted_without_line_numbers(app: Path) -> None:
    assert catalogue.update_catalogue(app) == []
    text = (app / catalogue.CATALOGUE).read_text(encoding="utf-8")
    assert text == catalogue.HEADER + (
        "#: views.py\n"
        "#, python-format\n"
        'msgid "%(n)s branch"\n'
        'msgid_plural "%(n)s branches"\n'
        'msgstr[0] ""\n\n'
        '#: templates/org/list.html\nmsgid "As a filter"\nmsgstr ""\n\n'
        '#: views.py\nmsgid "Branches"\nmsgstr ""\n\n'
        '#: views.py\n#, python-format\nmsgid "Good day, %(name)s"\nmsgstr ""\n\n'
        '#: templates/org/list.html\nmsgid "Inside a variable"\nmsgstr ""\n\n'
        '#: templates/org/list.html\nmsgid "Ledger\'s page"\nmsgstr ""\n\n'
        '#: views.py\nmsgctxt "month"\nmsgid "May"\nmsgstr ""\n\n'
        '#: templates/org/list.html\nmsgctxt "permission"\nmsgid "May"\nmsgstr ""\n\n'
        '#: templates/org/list.html\nmsgid "On a component"\nmsgstr ""\n\n'
        "#: templates/org/list.html\n"
        "#, python-format\n"
        'msgid "One unit of %(company)s"\n'
        'msgid_plural "%(n)s units of %(company)s"\n'
        'msgstr[0] ""\n'
    )


def test_update_keeps_translations_and_reports_dropped_ones(app: Path) -> None:
    catalogue.update_catalogue(app)
    _translate(app, ALL)
    before = (app / catalogue.CATALOGUE).read_text(encoding="utf-8")
    assert catalogue.update_catalogue(app) == []
    assert (app / catalogue.CATALOGUE).read_text(encoding="utf-8") == before
    (app / "views.py").write_text("", encoding="utf-8")
    dropped = catalogue.update_catalogue(app)
    assert sorted(str(catalogue._strings(message)[0]) for message in dropped) == [
        "%(n)s 个党支部",
        "%(name)s，您好",
        "五月",
        "党支部",
    ]
    assert "党支部" not in (app / catalogue.CATALOGUE).read_text(encoding="utf-8")


def test_update_takes_a_translation_known_from_another_app(app: Path) -> None:
    catalogue.update_catalogue(app, {("", "Branches", ""): "党支部"})
    assert 'msgid "Branches"\nmsgstr "党支部"' in (app / catalogue.CATALOGUE).read_text("utf-8")


def test_check_finds_nothing_in_a_complete_catalogue(app: Path) -> None:
    catalogue.update_catalogue(app)
    _translate(app, ALL)
    assert catalogue.check_catalogues([app], [app]) == []


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ({"Branches": ""}, "'Branches': not translated"),
        (
            {"Good day, %(name)s": "您好"},
            "'Good day, %(name)s': placeholders are none, not %(name)s",
        ),
        (
            {"One unit of %(company)s": "%(company)s 单位"},
            "'One unit of %(company)s': placeholders are %(company)s, not %(company)s, %(n)s",
        ),
        ({"Branches": "党支部 "}, "'Branches': blanks at the ends differ"),
        ({"Branches": " 党支部"}, "'Branches': blanks at the ends differ"),
    ],
)
def test_check_names_the_entry_and_the_problem(
    app: Path, texts: dict[str, str], problem: str
) -> None:
    catalogue.update_catalogue(app)
    _translate(app, ALL | texts)
    found = [str(fault).partition(": ")[2] for fault in catalogue.check_catalogues([app], [app])]
    assert found == ([problem])


def test_check_reports_missing_left_over_and_fuzzy_entries(app: Path) -> None:
    catalogue.update_catalogue(app)
    _translate(app, ALL)
    path = app / catalogue.CATALOGUE
    text = path.read_text(encoding="utf-8")
    text = text.replace('msgid "Branches"', '#, fuzzy\nmsgid "Branches"')
    text = text.replace('msgid "As a filter"', 'msgid "Gone"')
    path.write_text(text + '\n#~ msgid "Old"\n#~ msgstr "旧"\n', encoding="utf-8")
    found = sorted(
        (f.entry, f.problem.split(";")[0]) for f in catalogue.check_catalogues([app], [])
    )
    assert found == [
        ("As a filter", "missing"),
        ("Branches", "fuzzy"),
        ("Gone", "no longer in the code"),
        ("Old", "obsolete"),
    ]


def test_check_refuses_two_translations_of_one_text(app: Path, tmp_path: Path) -> None:
    other = tmp_path / "people"
    other.mkdir()
    (other / "enums.py").write_text('_("Branches")', encoding="utf-8")
    catalogue.update_catalogue(app)
    catalogue.update_catalogue(other)
    _translate(app, ALL)
    _translate(other, {"Branches": "支部"})
    faults = catalogue.check_catalogues([app], [app, other])
    assert [(fault.entry, fault.problem) for fault in faults] == [
        ("Branches", "translated in different ways: 党支部 (org); 支部 (people)")
    ]


def test_compiled_catalogue_translates_contexts_and_plurals(app: Path) -> None:
    catalogue.update_catalogue(app)
    _translate(app, ALL)
    target = catalogue.compile_catalogue(app)
    with target.open("rb") as file:
        texts = gettext.GNUTranslations(file)
    assert texts.gettext("Branches") == "党支部"
    assert texts.pgettext("month", "May") == "五月"
    assert texts.ngettext("%(n)s branch", "%(n)s branches", 1) == "%(n)s 个党支部"
    assert texts.ngettext("%(n)s branch", "%(n)s branches", 7) == "%(n)s 个党支部"


def test_apps_are_the_folders_below_the_package_and_below_platform(tmp_path: Path) -> None:
    for name in ("org", "cli", "platform/ui", "platform/access", "__pycache__"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "__init__.py").touch()
    assert [path.relative_to(tmp_path).as_posix() for path in catalogue.find_apps(tmp_path)] == [
        "cli",
        "org",
        "platform/access",
        "platform/ui",
    ]
