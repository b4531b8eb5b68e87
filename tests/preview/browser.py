"""Drives a real headless Chromium, and keeps what a page asks for, says and opens."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Dialog, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
# What is seen and says something is compared with what it stands on, up to the first that is not transparent.
CONTRAST = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const read = (color) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => [r, g, b].map((one) => one / 255)
        .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
        .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const color = read(getComputedStyle(at).backgroundColor);
            if (color[3] === 255) return color;
            if (color[3]) throw new Error("half transparent");
        }
        return [255, 255, 255, 255];
    };
    const found = new Map();
    for (const element of document.querySelectorAll("body *")) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if (!own || !element.checkVisibility() || element.matches("script")) continue;
        const pair = [light(read(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
        const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
        const name = `${element.tagName}.${element.className} in ${element.parentElement.className}`;
        found.set(name, Math.min(ratio, found.get(name) ?? 21));
    }
    return Object.fromEntries(found);
}"""


class UnavailableError(Exception):
    """There is no Chromium on this machine."""


def chromium() -> str:
    """Give the program; skip where there is none. On CI that is a failure, lest nobody notice.

    Raises:
        UnavailableError: it is missing on Linux, and CI is "true".
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is not None:
        return found
    message = f"a preview is looked at with Chromium, and none of {', '.join(NAMES)} is installed"
    if os.environ.get("CI") == "true" and sys.platform == "linux":
        raise UnavailableError(message)
    pytest.skip(message)


@dataclass
class Opened:
    """A page in a browser, with all that came of it.

    Attributes:
        page: the page.
        requests: the addresses that it asked for.
        said: errors, whatever went to the console, and dialogs.
    """

    page: Page
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def marks(self) -> list[str]:
        """Give the ids of the findings that are seen, in their order."""
        seen = "all => all.filter(one => one.checkVisibility()).map(one => one.id)"
        found: list[str] = self.page.eval_on_selector_all(".finding", seen)
        return found

    def focused(self) -> str:
        """Give the id of what has the focus."""
        found: str = self.page.evaluate("document.activeElement.id")
        return found

    def address(self) -> str:
        """Give what stands in the address after the sign `#`."""
        found: str = self.page.evaluate("location.hash.slice(1)")
        return found


@dataclass
class Chromium:
    """A running browser."""

    browser: Browser

    @contextlib.contextmanager
    def showing(
        self, page: Path, *, width: int = 1280, dark: bool = False, script: bool = True, at: str = ""
    ) -> Iterator[Opened]:
        """Open a file, with something after `#`, in a window of its own."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        with contextlib.closing(context):
            opened = _watched(context)
            opened.page.goto(page.as_uri() + at)
            yield opened


def _watched(context: BrowserContext) -> Opened:
    opened = Opened(context.new_page())

    def dismiss(dialog: Dialog) -> None:
        opened.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    context.on("request", lambda request: opened.requests.append(request.url))
    opened.page.on("dialog", dismiss)
    opened.page.on("pageerror", lambda error: opened.said.append(f"error: {error}"))
    opened.page.on("console", lambda message: opened.said.append(f"console: {message.text}"))
    opened.page.on("popup", lambda popup: opened.said.append(f"popup: {popup.url}"))
    return opened


@contextlib.contextmanager
def running() -> Iterator[Chromium]:
    """Start the browser, and end it."""
    program = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        with contextlib.closing(browser):
            yield Chromium(browser)
