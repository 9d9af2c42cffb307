"""The system's Chromium, for tests, screenshots and measurements. No browser is downloaded."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

# The first program is headless Chromium, which reduces the time of browser tests by a third.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PROGRAM = next(filter(None, map(shutil.which, PROGRAMS)), None)
# Skips the search for a graphics card, which takes 10 % of a page's time. The sandbox does not work for root.
OPTIONS = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def program() -> str:
    """Returns the path of Chromium. Exits if Chromium is missing."""
    return PROGRAM or sys.exit("chromium is missing on this machine")


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Yields a running browser, which is closed afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=OPTIONS)
        try:
            yield browser
        finally:
            browser.close()
