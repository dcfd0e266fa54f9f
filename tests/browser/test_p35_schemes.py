"""P35 量化评价体系: a scheme is read in plain words, and one that counts log-ins is refused with the reason."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.hand import heading
from tests.library.test_pages import FORBIDDEN, OWN

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")


@pytest.mark.parametrize("device", DEVICES)
def test_a_scheme_is_read_in_plain_words(hand, device):
    admin = hand("admin", device)
    page = admin.page
    page.goto("/library/")
    admin.link("党支部红旗指数")
    expect(heading(page)).to_have_text("党支部红旗指数")
    expect(page.get_by_text("基本分的42%取决于会议活动和到会情况，其余取决于结果")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    admin.tell(f"from the library to what an index counts on a {device}", clicks=1)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FORBIDDEN, ("own.yaml 不能安装", "以登录天数计分", "国办函〔2026〕12号")),
        (OWN, ("own.yaml 可以安装", "读书角")),
    ],
    ids=["counts log-ins", "sound"],
)
def test_an_own_pack_is_checked_before_it_is_installed(open_watched, device, text, words):
    page = open_watched("admin", device)
    page.goto("/library/upload/")
    page.set_input_files(
        "input[type=file]", {"name": "own.yaml", "mimeType": "text/yaml", "buffer": text.encode()}
    )
    page.get_by_role("button", name="检查文件").click()
    for word in words:
        expect(page.locator("main").get_by_text(word).first).to_be_visible()
