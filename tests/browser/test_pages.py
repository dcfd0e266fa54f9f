"""Every kind of page, on desktop and phone, light and dark: whole, reachable, quiet and at home."""

from __future__ import annotations

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from linghang.demo.logins import LOGINS
from tests.browser.pages import PLACES, Place

pytestmark = pytest.mark.browser
PHONE_WIDTH = 390
LOOKS = [(device, theme) for device in ("desktop", "phone") for theme in ("light", "dark")]
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
    "voter",  # log-ins of the demo's ballot
    *(name for name, _words in LOGINS),
}
CODES = re.compile(
    r"""\b(?:[A-Z]{1,4}\d[\w-]*   # P01, M000001, IMP000012
        |D\d+-\d+                 # criteria
        |[0-9a-f]{8,}             # digests
        |v?\d+(?:\.\d+)+          # versions
        |[a-z]+(?:[-_.][a-z]+)+   # codes of packs and kinds
        |[A-Za-z/]+\.(?:xlsx|docx|yaml|md)
        |[a-z]+(?=…)              # a code cut short
    )(?:\b|(?=…))""",
    re.VERBOSE,
)


@pytest.mark.parametrize("look", LOOKS, ids="-".join)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_page_is_whole(watch, contexts, place: Place, look):
    device, theme = look
    watched = watch(place.role, device, theme)
    page = watched.page
    answer = page.goto(place.find(contexts(place.role)))
    assert answer.status == 200
    shoot(page, f"{place.name}-{device}-{theme}")
    assert page.locator("html").get_attribute("data-bs-theme") == theme
    assert re.match(r"\S.* · ", page.title())
    assert page.locator("h1").count() == 1
    assert "<c-" not in page.content()
    assert watched.wrong == []
    if device == "phone":
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE_WIDTH
    found = Axe().run(page).response["violations"]
    assert [tell(violation) for violation in found] == []


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_chinese_page_speaks_chinese(watch, contexts, place: Place):
    page = watch(place.role).page
    page.goto(place.find(contexts(place.role)))
    text = page.evaluate("document.title + '\\n' + document.body.innerText")
    words = re.findall(r"[A-Za-z]{2,}", CODES.sub(" ", text))
    assert sorted(set(words) - KNOWN) == []
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_english_page_fits_a_phone(watch, contexts, place: Place):
    """English is longer: what holds it in Chinese may burst in English."""
    watched = watch(place.role, "phone", "light", "en")
    page = watched.page
    page.goto(place.find(contexts(place.role)))
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
