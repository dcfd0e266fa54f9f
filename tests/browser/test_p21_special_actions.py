"""P21 三个专项行动: planned from a template, counted from the records, told in a bulletin."""

from __future__ import annotations

import io
import re

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

    change = officer.begin()
    change.link("调整")
    change.fill(page.locator("#id_goals-1-title"), "主题党日不超过")
    page.locator("#id_goals-1-kind").select_option("activity.theme_day")
    change.fill(page.locator("#id_goals-1-target"), "500")
    page.locator("#id_goals-1-at_most").check()
    change.button("保存")
    expect(page.get_by_text("主题党日不超过")).to_be_visible()
    expect(page.get_by_text(re.compile("上限500（次）"))).to_be_visible()
    change.tell(f"a second goal set on a {device}", clicks=2, fields=2)
    expect(page.get_by_role("region", name="按组织").locator("tbody tr").first).to_be_visible()

    week = officer.begin()
    word = week.take(page.get_by_role("link", name="周报"), "docx")
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(word)).paragraphs)
    assert f"{title}周报" in text
    assert "主题党日不超过：本周" in text
    week.tell(f"the weekly bulletin taken on a {device}", clicks=1)

    end = officer.begin()
    end.button("进入收尾阶段")
    expect(page.get_by_role("link", name="调整")).to_have_count(0)
    end.link("结束专项行动")
    end.fill(page.locator("#id_summary"), "迎峰度冬期间未发生责任停电")
    end.button("结束专项行动")
    expect(page.get_by_text("迎峰度冬期间未发生责任停电")).to_be_visible()
    end.tell(f"a special action brought to its end on a {device}", clicks=3, fields=1)
