"""A secretary's month on a phone: ten items, two problems, one visit; nothing is typed twice."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import Hand, heading

pytestmark = pytest.mark.browser
FIELDS_OF_A_MONTH = 60  # the budget of the secretary
HEADINGS = ["序号", "类别", "任务", "完成标准", "责任对象", "完成时限/频次", "佐证", "验收"]
TEXTS = (
    "开展冬季用电安全宣传",
    "更新党员责任区公示牌",
    "核对党员名册",
    "组织青年党员座谈",
    "检查应急发电车备用状态",
    "走访敬老院用电情况",
    "讨论年度评优推荐对象",
    "梳理支部联系服务群众名单",
    "报送冬季保电值班安排",
    "上交联建共建协议复印件",
)
PROOFS = {"报送冬季保电值班安排": "值班表存供电所", "上交联建共建协议复印件": "协议存档案柜三层"}
# What a form may leave empty when it opens: that alone is new, everything else is known.
NEW = {
    "problem": {"text"},
    "hand-in": {"text"},
    "visit": {"content", "hours", "people"},
}


class Month:
    """The hand of the secretary, with everything typed so far: nothing of it may be typed again."""

    def __init__(self, hand: Hand) -> None:
        self.hand, self.page = hand, hand.page
        self.typed: list[str] = []

    def write(self, label: str, text: str, *, within: str = "main") -> None:
        """Type into an empty field what was never typed before."""
        name = re.compile(rf"^{re.escape(label)}(选填)?$")
        field = self.page.locator(within).get_by_label(name)
        assert field.input_value() == "", label
        assert text not in self.typed, text
        self.typed.append(text)
        self.hand.fill(field, text)

    def expect_known(self, name: str, form: str = "main form") -> None:
        """Whatever the form must have and is not new is filled in already."""
        empty = list_empty_fields(self.page, form)
        assert empty <= NEW[name], (name, empty)


def list_empty_fields(page: Page, form: str) -> set[str]:
    """Return the names of the fields the form asks for without saying that they are optional."""
    return set(
        page.evaluate(
            """form => {
                const fields = document.querySelectorAll(
                    `${form} .lh-field input, ${form} .lh-field select, ${form} .lh-field textarea`
                );
                const asked = [...fields].filter(field =>
                    field.name && field.type !== 'hidden' && field.type !== 'file'
                    && !field.closest('.lh-field').querySelector('.lh-optional')
                );
                const names = new Set(asked.map(field => field.name));
                for (const field of asked) {
                    const ticked = !['checkbox', 'radio'].includes(field.type) || field.checked;
                    if (field.value && ticked) names.delete(field.name);
                }
                return [...names];
            }""",
            form,
        )
    )


def write_workbook() -> bytes:
    """Return ten items for every organisation as an officer keeps them; two want evidence."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "任务清单(下发)"
    sheet.append(HEADINGS)
    for number, text in enumerate(TEXTS, 1):
        proof = "是" if text in PROOFS else "否"
        sheet.append([number, "冬季", text, "", "基层党组织", "2026-12-18", proof, "不验收"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def asked(hand) -> None:
    """The officer issues ten items from a workbook."""
    officer = hand("officer")
    page = officer.page
    page.goto("/worklists/lists/start/")
    page.get_by_label("年度").fill("2026")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.set_input_files(
        "input[name=workbook]",
        {"name": "冬季工作清单.xlsx", "mimeType": kind, "buffer": write_workbook()},
    )
    officer.button("读取文件")
    onward = page.get_by_role("link", name="谁收到什么").or_(
        page.get_by_role("button", name=re.compile("下发.+项任务"))
    )
    expect(onward.first).to_be_visible()
    if page.get_by_role("link", name="谁收到什么").count():
        officer.link("谁收到什么")
    reason = page.get_by_label("仍要下发的理由")
    if reason.count():
        reason.fill("冬季工作集中下发一次")
    officer.button(re.compile("下发.+项任务"))
    expect(page.get_by_text(re.compile(r"已下发：[\d,]+项任务"))).to_be_visible(timeout=30_000)


def test_a_month_of_a_branch_is_sixty_fields_on_a_phone(asked, hand):
    month = Month(hand("secretary", "phone"))
    do_items(month)
    state_problems(month)
    record_visit(month)
    page = month.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # everything is where it counts: no second entry anywhere
    for words in (*TEXTS, "冬季用电检查"):
        page.goto(f"/ledger/?q={words}")
        expect(page.locator("main").get_by_text(words).first).to_be_visible()
    for words in ("表前线路老化", "会议记录漏签"):
        page.goto(f"/rectification/?q={words}")
        expect(page.locator("main").get_by_text(words).first).to_be_visible()
    month.hand.tell(
        "a month of a branch on a phone: 10 items, 2 problems, 1 visit", fields=FIELDS_OF_A_MONTH
    )


def do_items(month: Month) -> None:
    """Finish ten items: two taps each, a word only where evidence is wanted."""
    page, hand = month.page, month.hand
    for text in TEXTS:
        page.goto(f"/worklists/?q={text}")
        hand.link(text)
        known = page.get_by_label("成果", exact=True)
        assert known.input_value() != ""
        assert page.get_by_label("完成日期").input_value() == "2026-11-21"
        if text in PROOFS:
            month.write("佐证", PROOFS[text])
        hand.button(re.compile("^完成$"))
        expect(page.get_by_text(f"已完成：{text}")).to_be_visible()


def state_problems(month: Month) -> None:
    """State two problems, and hand the second one in for closure."""
    page, hand = month.page, month.hand
    for text in ("表前线路老化未及时报送", "会议记录漏签两次"):
        page.goto("/rectification/add/")
        month.expect_known("problem")
        month.write("问题", text)
        hand.button("保存")
        expect(heading(page)).to_have_text(text)
    month.expect_known("hand-in", "form[action$='/hand-in/']")
    month.write("开展情况", "已补签，支委会每月抽查一次。")
    hand.button("申请销号")
    expect(page.get_by_text("已完成待审").first).to_be_visible()


def record_visit(month: Month) -> None:
    """Record one service activity of three people."""
    page, hand = month.page, month.hand
    page.goto("/service/add/")
    month.expect_known("visit")
    assert page.get_by_label("服务队").input_value() != ""
    month.write("开展情况", "冬季用电检查，独居老人12户")
    month.write("服务时长（小时）", "2.5")
    for name in page.locator("input[name=people]").all()[:3]:
        hand.fields += 1
        hand.clicks += 1
        name.check()
    month.write("服务人次", "12")
    hand.button("保存")
    expect(page.locator("main").get_by_text(re.compile("冬季用电检查")).first).to_be_visible()
