"""Debian's Chromium, without a window, and one running explorer."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.explorer.serving import Server, running

PATIENCE = 60.0  # seconds; machines are busy
CHROMIUM = os.environ.get("CHROMIUM", "chromium")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running() as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which(CHROMIUM)
    if path is None:
        pytest.fail(f"{CHROMIUM} not found; install it, or name another by CHROMIUM=...")
    # Chromium's sandbox refuses to run as root; the only page it opens here is our own.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=arguments)
        yield started
        started.close()


def until(page: Page, condition: str) -> None:
    """Wait until a condition in JavaScript holds.

    The page's policy forbids to evaluate text within it, which ``wait_for_function`` does.
    """
    ends = time.monotonic() + PATIENCE
    while not page.evaluate(condition):
        if time.monotonic() > ends:
            pytest.fail(f"after {PATIENCE:g} seconds still not: {condition}")
        page.wait_for_timeout(30)


class Visit:
    """A page of the explorer, and everything that went wrong on it."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.server = server
        self.problems: list[str] = []
        self.foreign: list[str] = []
        # A refused value is an answer with status 422, which the console reports as well.
        self.expected = ["status of 422"]
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on("request", self._request)

    def _console(self, message: object) -> None:
        kind, text = message.type, message.text  # type: ignore[attr-defined]
        if kind in ("error", "warning") and not any(each in text for each in self.expected):
            self.problems.append(f"{kind}: {text}")

    def _request(self, request: object) -> None:
        url: str = request.url  # type: ignore[attr-defined]
        if not url.startswith(self.server.address):
            self.foreign.append(url)

    def open(self, fragment: str = "") -> Page:
        """Load the page, and wait until its panels are drawn."""
        self.page.goto(self.server.address + fragment)
        until(self.page, "document.documentElement.dataset.ready === 'true'")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until no panel waits for an answer, or a mistake is told."""
        until(
            self.page,
            "document.querySelector('.error:not(:empty)') || "
            "(!document.querySelector('.panel.waiting') && "
            "document.getElementById('signal-says').textContent !== '')",
        )


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """A wide page in a context of its own; it must end without a problem."""
    yield from _visited(browser, server, 1280, 900)


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Visit]:
    """The page as wide as a phone."""
    yield from _visited(browser, server, 390, 844)


def _visited(browser: Browser, server: Server, width: int, height: int) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(60_000)
    found = Visit(context.new_page(), server)
    yield found
    context.close()
    assert found.problems == []
    assert found.foreign == []
