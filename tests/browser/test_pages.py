"""Every kind of page, on desktop and phone, light and dark: whole, reachable, quiet and at home."""

from __future__ import annotations

import functools
import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from linghang.demo.logins import LOGINS
from tests.browser.pages import PLACES, Place

pytestmark = pytest.mark.browser
PHONE_WIDTH = 390
# Words of the trade, of files and of codes that stand in Latin letters in Chinese text as well.
KNOWN = {
    "Excel",
    "Word",
    "GB",
    "SHA",
    "SQLite",
    "PostgreSQL",
    "English",
    "docx",
    "xlsx",
    "YAML",
    "yaml",
    "json",
    "Linghang",
    "README",
    "MB",
    "csv",
    "ods",
    "xls",
    "max",  # in formulas
    "min",
    "duckdb",  # engines
    "kernel",
    "voter",  # log-ins of the demo's ballot
    *(name for name, _words in LOGINS),
}
CODES = re.compile(
    r"""\b(?:[A-Z]{1,4}\d[\w-]*   # P01, M000001, IMP000012
        |D\d+-\d+                 # criteria
        |[0-9a-f]{8,}             # digests
        |v?\d+(?:\.\d+)+          # versions
        |[a-z]+(?:[-_.][a-z0-9]+)+   # codes of packs and kinds
        |[A-Za-z/]+\.(?:xlsx|docx|yaml|md)
        |[a-z]+(?=…)              # a code cut short
    )(?:\b|(?=…))""",
    re.VERBOSE,
)


@pytest.fixture(scope="module")
def find(contexts):
    """Return the address of a place; each is looked for once."""
    return functools.cache(lambda place: place.find(contexts(place.role)))


@pytest.mark.parametrize("device", ["desktop", "phone"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_page_is_whole(watch, find, place: Place, device):
    watched = watch(place.role, device)
    page = watched.page
    answer = page.goto(find(place))
    assert answer.status == 200
    assert re.match(r"\S.* · ", page.title())
    assert page.locator("h1").count() == 1
    assert "<c-" not in page.content()
    assert watched.wrong == []
    if device == "phone":
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE_WIDTH
    else:
        assert find_latin_words(page) == []
        assert page.locator("html").get_attribute("lang") == "zh-Hans"
    shoot(page, f"{place.name}-{device}-light")
    assert page.locator("html").get_attribute("data-bs-theme") == "light"
    assert find_violations(page) == []
    # Only colours differ in the dark: nothing else is looked at again.
    page.locator("html").evaluate("html => html.setAttribute('data-bs-theme', 'dark')")
    shoot(page, f"{place.name}-{device}-dark")
    assert find_violations(page, {"runOnly": ["color-contrast"]}) == []


def find_latin_words(page) -> list[str]:
    """Return the words of a Chinese page that nobody translated."""
    text = page.evaluate("document.title + '\\n' + document.body.innerText")
    return sorted(set(re.findall(r"[A-Za-z]{2,}", CODES.sub(" ", text))) - KNOWN)


def find_violations(page, options: dict | None = None) -> list[str]:
    found = Axe().run(page, options=options).response["violations"]
    return [tell(violation) for violation in found]


def test_dark_page_is_dark_from_the_server(watch):
    page = watch("member", "desktop", "dark").page
    page.goto("/")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert find_violations(page) == []


def test_words_nobody_translated_are_found(watch):
    page = watch("member").page
    page.goto("/")
    page.evaluate("() => document.querySelector('main').insertAdjacentHTML('beforeend', 'Untold')")
    assert find_latin_words(page) == ["Untold"]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_english_page_fits_a_phone(watch, find, place: Place):
    """English is longer: what holds it in Chinese may burst in English."""
    watched = watch(place.role, "phone", "light", "en")
    page = watched.page
    page.goto(find(place))
    shoot(page, f"{place.name}-phone-english")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE_WIDTH
    assert watched.wrong == []


def test_planted_script_and_style_are_stopped_and_seen(watch):
    watched = watch("member")
    watched.page.goto("/")
    watched.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.planted = 1";
            document.head.append(script);
            document.body.insertAdjacentHTML("beforeend", '<p style="color:red">x</p>');
        }"""
    )
    assert watched.page.evaluate("() => window.planted") is None
    assert sum("Content Security Policy" in line for line in watched.wrong) == 2


def test_planted_faults_are_found_by_axe(watch):
    page = watch("member").page
    page.goto("/")
    page.evaluate(
        """() => document.querySelector("main").insertAdjacentHTML(
            "beforeend", '<input><img src="/static/x.png">')"""
    )
    found = {violation["id"] for violation in Axe().run(page).response["violations"]}
    assert {"label", "image-alt"} <= found


def test_planted_request_to_elsewhere_is_seen(watch):
    watched = watch("member")
    watched.page.goto("/")
    watched.page.evaluate(
        """() => document.querySelector("main").insertAdjacentHTML(
            "beforeend", '<img alt="" src="http://elsewhere.invalid/x.png">')"""
    )
    watched.page.wait_for_timeout(200)
    assert any("elsewhere.invalid" in line for line in watched.wrong)


def tell(violation: dict) -> str:
    places = [" ".join(map(str, node["target"])) for node in violation["nodes"][:3]]
    return f"{violation['id']}: {violation['help']} at {places}"


def shoot(page, name: str) -> None:
    """Keep a picture for whoever looks, in the folder LINGHANG_SHOTS names."""
    folder = os.environ.get("LINGHANG_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")
