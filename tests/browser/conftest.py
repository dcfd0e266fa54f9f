"""A server with the small demo, Chromium, and readers that are signed in already."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from linghang.demo.logins import PASSWORD
from tests.browser.hand import Hand
from tests.conftest import TODAY

HERE = Path(__file__).parent
# The headless shell first: it opens a page in a third of the time of the whole browser.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
READY_WITHIN = 180  # seconds: the demo is built first


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the walk go first, for it counts what the demo holds; without Chromium skip all of them."""
    items.sort(key=lambda item: HERE in item.path.parents and item.path.name != "test_walk.py")
    if CHROMIUM or os.environ.get("LINGHANG_REQUIRE_ALL") == "1":
        return
    missing = pytest.mark.skip(reason="Chromium is not installed (apt-get install chromium)")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(missing)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    assert CHROMIUM, "Chromium is required here and not installed"
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": FLAGS,
        "env": {**os.environ, "LANGUAGE": "zh_CN"},
    }


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[str]:
    """Yield the address of the small demo, built and served as `make demo` does, with its worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    folder = tmp_path_factory.mktemp("server")
    log = folder / "log.txt"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "linghang", "demo", "--small", "--port", str(port)],
            env=kept
            | {
                "DJANGO_SETTINGS_MODULE": "linghang.config.settings.dev",
                "LINGHANG_DATA_DIR": str(folder / "data"),
                "LINGHANG_TODAY": TODAY.isoformat(),
            },
            stdout=stream,
            stderr=stream,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(READY_WITHIN * 4):
        if process.poll() is not None:
            pytest.fail(f"the server ended: {log.read_text()[-3000:]}")
        try:
            urlopen(f"{address}/account/login/", timeout=10).close()
        except (URLError, OSError):
            time.sleep(0.25)
        else:
            return
    pytest.fail(f"the server did not answer: {log.read_text()[-3000:]}")


@dataclass
class Watched:
    """A page and everything wrong that happened on it: console, scripts, policy, foreign requests."""

    page: Page
    wrong: list[str]


def is_fault(said: ConsoleMessage) -> bool:
    """Return whether a line of the console is a fault; a form that was refused (422) is none."""
    return said.type == "error" and "status of 422" not in said.text


@pytest.fixture(scope="session")
def states(browser, server) -> Callable[[str], dict]:
    """Return the stored log-in of a role; each role signs in through the page once."""
    kept: dict[str, dict] = {}

    def find(role: str) -> dict:
        if role not in kept:
            context = browser.new_context(locale="zh-CN")
            page = context.new_page()
            page.goto(f"{server}/account/login/")
            page.fill("[name=username]", role)
            page.fill("[name=password]", PASSWORD)
            page.click("main button, form button.btn-primary")
            page.wait_for_url(f"{server}/")
            kept[role] = context.storage_state()
            context.close()
        return kept[role]

    return find


@pytest.fixture(scope="session")
def contexts(browser, server, states) -> Iterator[Callable[..., BrowserContext]]:
    """Return contexts by role, device, theme and language; each is opened once."""
    opened: dict[tuple, BrowserContext] = {}

    def find(role: str = "", device: str = "desktop", theme: str = "light", language: str = ""):
        key = (role, device, theme, language)
        if key not in opened:
            context = browser.new_context(
                base_url=server,
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                reduced_motion="reduce",
                accept_downloads=True,
                storage_state=states(role) if role else None,
                **(PHONE if device == "phone" else DESKTOP),
            )
            cookies = {"theme": theme} | ({"django_language": language} if language else {})
            context.add_cookies(
                [{"name": name, "value": value, "url": server} for name, value in cookies.items()]
            )
            opened[key] = context
        return opened[key]

    yield find
    for context in opened.values():
        context.close()


@pytest.fixture
def watch(contexts, server) -> Iterator[Callable[..., Watched]]:
    """Return a new page of a reader, watched; it is closed after the test."""
    pages: list[Page] = []

    def open_page(*given: str) -> Watched:
        page = contexts(*given).new_page()
        page.set_default_timeout(15_000)
        pages.append(page)
        wrong: list[str] = []
        page.on("console", lambda said: wrong.append(said.text) if is_fault(said) else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((server, "data:", "blob:"))
                else wrong.append(f"leaves the server: {asked.url}")
            ),
        )
        return Watched(page, wrong)

    yield open_page
    for page in pages:
        page.close()


@pytest.fixture
def open_watched(watch) -> Iterator[Callable[..., Page]]:
    """Whatever the story, no page of it may complain in the console or ask another server."""
    opened = []

    def remember(*given: str) -> Page:
        watched = watch(*given)
        opened.append(watched)
        return watched.page

    yield remember
    assert [line for watched in opened for line in watched.wrong] == []


@pytest.fixture
def hand(open_watched, record_property):
    """Return the hand of a role on a desktop or a phone."""
    return lambda role, device="desktop": Hand(open_watched(role, device), record_property)
