"""P21 三个专项行动: planned from a template, counted from the records, told in a bulletin."""

from __future__ import annotations

import io

import docx
import pytest
from playwright.sync_api import expect

from tests.browser.hand import IN_CHINESE, heading, keep_picture

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_special_action_counts_what_others_record(hand, device):
    officer = hand("officer", device)
    page = officer.page
    page.goto("/campaigns/")
    expect(page.get_by_role("link", name="党员身边无违章专项行动")).to_be_visible()
    officer.link("新增专项行动")
    officer.link("学思践悟强素质专项行动")
    title = f"迎峰度冬保供电（{IN_CHINESE[device]}）"
    officer.fill(page.locator("#id_title"), title)
    page.locator("#id_starts_on").fill("2026-09-01")
    page.locator("#id_ends_on").fill("2026-12-31")
    officer.button("立项")
    expect(heading(page)).to_have_text(title)
    expect(page.get_by_text("相关记录").first).to_be_visible()
    # entered once elsewhere: the theme days of the autumn stand on the board already
    assert page.locator("main .lh-todo a").count() > 0
    keep_picture(page, f"p21-{device}")
    word = officer.take(page.get_by_role("link", name="通报"), "docx")
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(word)).paragraphs)
    assert title in text
    assert "主题党日" in text
    officer.tell(f"a special action planned and its bulletin taken on a {device}", fields=1)
