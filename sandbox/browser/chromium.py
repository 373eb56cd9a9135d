"""A headless Chromium, driven by chromedriver, on the pages of a sandbox."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import (
    NoSuchElementException,
    StaleElementReferenceException,
)
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 10
THEMES = ("light", "dark")
# Chromium's own sandbox works neither for root nor in many containers; these are our own pages.
FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
]
SCRIPT_OFF = {"profile.managed_default_content_settings.javascript": 2}


class Chromium:
    """One browser with a profile of its own, which ends with the `with` block."""

    def __init__(self, *, script: bool = True) -> None:
        self.script = script

    def __enter__(self) -> Chromium:
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        options = Options()
        options.binary_location = shutil.which("chromium") or ""
        for flag in [*FLAGS, f"--user-data-dir={self.profile.name}"]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        if not self.script:
            options.add_experimental_option("prefs", SCRIPT_OFF)
        service = Service(shutil.which("chromedriver"))
        self.driver = webdriver.Chrome(options=options, service=service)
        return self

    def __exit__(self, *_: object) -> None:
        self.driver.quit()
        self.profile.cleanup()

    def show(self, theme: str, width: int, height: int = 800) -> None:
        """Sets the theme and the size of the window in pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        scheme = {"name": "prefers-color-scheme", "value": theme}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def get(self, url: str) -> None:
        self.driver.get(url)

    def find(self, css: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def all(self, css: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def link(self, words: str) -> WebElement:
        return self.driver.find_element(By.LINK_TEXT, words)

    def follow(self, words: str, heading: str) -> None:
        """Follows a link to the page with this heading."""
        self.link(words).click()
        self.wait_for_page(heading)

    def field(self, label: str) -> WebElement:
        """The field with this label, as a reader finds it."""
        xpath = f"//label[normalize-space()='{label}']"
        name = self.driver.find_element(By.XPATH, xpath).get_attribute("for")
        return self.driver.find_element(By.ID, name or "")

    def press(self, words: str) -> None:
        """Presses the button with these words."""
        self.driver.find_element(By.XPATH, f"//button[normalize-space()='{words}']").click()

    def wait_for(self, css: str, text: str) -> None:
        """Waits until the element has this text: a click may still lead to another page."""
        gone = (NoSuchElementException, StaleElementReferenceException)
        wait = WebDriverWait(self.driver, PATIENCE, 0.02, ignored_exceptions=gone)
        wait.until(lambda _: text in self.find(css).text, f"no {text!r} in {css}")

    def wait_for_page(self, heading: str) -> None:
        self.wait_for("h1", heading)

    def row(self, name: str) -> dict[str, str]:
        """The cells of the key with this name, by their columns."""
        xpath = f"//tr[th[normalize-space()='{name}']]/td"
        cells = self.driver.find_elements(By.XPATH, xpath)
        return {cell.get_attribute("data-column") or "": cell.text for cell in cells}

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        script = "return document.documentElement.scrollWidth - window.innerWidth"
        return int(self.driver.execute_script(script))

    def violations(self) -> list[Any]:
        """What axe finds on the page, in short."""
        self.driver.execute_script(AXE.read_text(encoding="utf-8"))
        script = "axe.run().then(arguments[0])"
        found = self.driver.execute_async_script(script)["violations"]
        return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]

    def console(self) -> list[str]:
        """What the browser complained about since this was asked last."""
        found = self.driver.execute("getLog", {"type": "browser"})["value"]
        return [entry["message"] for entry in found]

    def screenshot(self, file: Path) -> None:
        """What the window shows, as a PNG."""
        file.write_bytes(self.driver.get_screenshot_as_png())
