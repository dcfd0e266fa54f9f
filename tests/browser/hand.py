"""A hand that works pages as a person does, counts clicks and fields, and keeps pictures."""

from __future__ import annotations

import io
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
from PIL import Image
from playwright.sync_api import Download, Locator, Page

# The device as scenarios write it into the pages, which speak Chinese.
IN_CHINESE = {"desktop": "电脑", "phone": "手机"}
PICTURE_AT_MOST = 150_000  # bytes, held by tests/test_docs.py
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


class Hand:
    """Works a page as a person does, and counts clicks and fields."""

    def __init__(self, page: Page, record: Callable[[str, str], None]) -> None:
        self.page, self.record = page, record
        self.clicks, self.fields, self.began = 0, 0, time.monotonic()

    def begin(self) -> Hand:
        """Return a hand on the same page that counts from nothing."""
        return Hand(self.page, self.record)

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()

    def fill(self, what: Locator, text: str) -> None:
        self.fields += 1
        what.fill(text)

    def link(self, name: str, *, exact: bool = True) -> None:
        self.click(self.page.get_by_role("link", name=name, exact=exact).filter(visible=True).first)

    def button(self, name: str | re.Pattern) -> None:
        self.click(self.page.get_by_role("button", name=name).filter(visible=True).first)

    def take(self, what: Locator, kind: str) -> bytes:
        """Return the file a click brings; its name ends as it should."""
        with self.page.expect_download(timeout=60_000) as waiting:
            self.click(what)
        return read_download(waiting.value, kind)

    def tell(self, flow: str, **budget: int) -> None:
        """Have the cost of the flow printed at the end of all tests; fail above its budget."""
        spent = {"clicks": self.clicks, "fields": self.fields}
        seconds = time.monotonic() - self.began
        words = ", ".join(f"{spent[name]} of {most} {name}" for name, most in budget.items())
        self.record("budget", f"{flow}: {words}, {seconds:.1f} s")
        assert {n: most for n, most in budget.items() if spent[n] > most} == {}, flow


def read_download(download: Download, kind: str) -> bytes:
    assert download.suggested_filename.endswith(f".{kind}")
    return Path(download.path()).read_bytes()


def read_sheets(data: bytes) -> dict[str, list[tuple]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def keep_picture(page: Page, name: str) -> None:
    """Take a picture for the README and the guide pages when LINGHANG_PICTURES=1."""
    if os.environ.get("LINGHANG_PICTURES") == "1":
        page.evaluate("() => window.scrollTo(0, 0)")
        save_small(page.screenshot(scale="css"), PICTURES / f"{name}.png")


def save_small(data: bytes, path: Path) -> None:
    """Write a picture with no more colours than fit: pages have few, files are read from afar."""
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    for colours in (256, 128, 64, 32):
        small = io.BytesIO()
        reduced = picture.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        reduced.save(small, "PNG", optimize=True)
        if small.tell() <= PICTURE_AT_MOST:
            break
    path.write_bytes(small.getvalue())
