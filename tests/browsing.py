"""A real browser for the tests, and what it may do: say nothing wrong and ask for nothing outside of a folder."""

import os
import shutil
from contextlib import contextmanager

import pytest

CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


@contextmanager
def running_browser():
    """A Chromium; the test is skipped where there is none, or no playwright."""
    api = pytest.importorskip("playwright.sync_api", reason="the extra `browser` is not installed")
    with api.sync_playwright() as playwright:
        try:
            running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        except api.Error as reason:
            pytest.skip(f"no Chromium: {reason}")
        yield running
        running.close()


class Witness:
    """Tabs of a browser, and what their pages said on the console and requested."""

    def __init__(self, browser):
        self.browser, self.tabs, self.said, self.requests = browser, [], [], []

    def tab(self, width, height):
        tab = self.browser.new_page(viewport={"width": width, "height": height})
        self.tabs.append(tab)
        tab.on("console", lambda message: self.said.append(message.text))
        tab.on("pageerror", lambda error: self.said.append(str(error)))
        tab.on("request", lambda request: self.requests.append(request.url))
        return tab

    def close(self):
        for tab in self.tabs:
            tab.close()

    def outside(self, folder):
        """What was requested that is neither in the folder nor in the page itself."""
        inside = (folder.as_uri(), "data:", "blob:", "about:srcdoc")
        return [url for url in self.requests if not url.startswith(inside)]
