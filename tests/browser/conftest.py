"""A real Chromium: the system's, else one that is installed for the occasion."""

import asyncio
import os
import shutil
import subprocess
import sys
from asyncio import Runner
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from functools import wraps
from inspect import iscoroutinefunction
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Request, async_playwright, expect
from playwright.sync_api import sync_playwright

from tests.conftest import TESTS
from tests.turns import turn

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# A page on a busy machine comes late; what is expected of it stays the same.
expect.set_options(timeout=30_000)
# Seconds after which a test stands still: no judgement of its speed.
LONGEST = 600
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)
INSTALLERS = (
    [sys.executable, "-m", "playwright", "install", "chromium"],
    ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"],
)


def find_chromium() -> str | None:
    """Return the path of a Chromium that runs, or None."""
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    candidates = [*filter(None, map(shutil.which, NAMES)), own]
    return next((path for path in candidates if _runs(path)), None)


def _runs(path: str) -> bool:
    if not Path(path).exists():
        return False
    # Debian's wrapper asks who runs it; a browser without its libraries answers with an error.
    asked = subprocess.run([path, "--version"], capture_output=True, check=False, timeout=60)
    return asked.returncode == 0


def install_chromium() -> None:
    """Try the ways there are to install one; the outcome is looked at afterwards."""
    for installer in INSTALLERS:
        if installer[0] == "apt-get" and (os.geteuid() != 0 or not shutil.which("apt-get")):
            continue
        done = subprocess.run(installer, capture_output=True, check=False, timeout=600)
        if done.returncode == 0 and find_chromium():
            return


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of a Chromium; installs one where there is none."""
    path = find_chromium()
    if path is None:
        # Of two processes that share the tests out, one installs it, and the other finds it.
        with turn(TESTS.parent / ".data" / "chromium", alone=True):
            path = find_chromium()
            if path is None:
                install_chromium()
                path = find_chromium()
    if path is None:
        pytest.fail(
            "No Chromium runs here and none could be installed. Install one (on Debian: "
            "apt-get install chromium), or leave these tests out: make test BROWSER=0"
        )
    return path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Let a test that waits for ever fail where it waits: a browser may leave a call unanswered.

    What stops the whole process shows only that its loop waits for something.
    """
    if isinstance(item, pytest.Function) and iscoroutinefunction(item.obj):
        item.obj = _bounded(item.obj)
    return (yield)


def _bounded(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @wraps(test)
    async def bounded(*given: object, **named: object) -> None:
        async with asyncio.timeout(LONGEST):
            await test(*given, **named)

    return bounded


@pytest.fixture
def _function_scoped_runner(_session_scoped_runner: Runner) -> Runner:
    """Let all that is asynchronous in this folder run in one loop: a browser keeps to its own.

    This is the fixture of pytest-asyncio by which a test and what it uses find their loop.
    """
    return _session_scoped_runner


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium(chromium_path: str) -> AsyncIterator[Browser]:
    """One browser for all tests of this process: it and its driver take seconds to start."""
    # Chromium's sandbox refuses root.
    arguments = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=arguments)
        yield browser
        await browser.close()


@pytest.fixture
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """A browser for one test: no other test's page, cookie or cache is in what it opens."""
    yield chromium
    for context in chromium.contexts:
        await context.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page for one test; no page of ours may ask another site for anything."""
    strangers: list[str] = []

    def note(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and address.hostname != "127.0.0.1":
            strangers.append(request.url)

    page = await browser.new_page()
    page.set_default_timeout(60_000)
    page.on("request", note)
    yield page
    await page.close()
    assert strangers == []
