"""The dashboard in a browser, with script and without."""

from __future__ import annotations

import time

import neura_ai
import pytest
from chromium import THEMES, Chromium
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from server import Sandbox

CLIPBOARD = ["clipboardReadWrite", "clipboardSanitizedWrite"]
MESSAGES = [{"role": "user", "content": "Hello!"}]


def client(sandbox: Sandbox, key: str) -> neura_ai.Client:
    return neura_ai.Client(api_key=key, base_url=sandbox.base_url, env_file=False, max_retries=0)


def create(browser: Chromium, sandbox: Sandbox, name: str, expires: str = "never") -> str:
    """Makes a key with the form, and returns what the page shows."""
    browser.get(sandbox.url("/"))
    browser.field("Name").send_keys(name)
    Select(browser.field("Environment")).select_by_visible_text("staging")
    Select(browser.field("Expires")).select_by_visible_text(expires)
    browser.press("Create New API Key")
    browser.wait_for_page("Key created")
    return browser.find("#api-key").text


def revoke(browser: Chromium, sandbox: Sandbox, name: str) -> None:
    browser.get(sandbox.url("/"))
    browser.find(f"[aria-label='Revoke {name}']").click()
    browser.wait_for_page("Revoke this key?")
    browser.press("Revoke")
    browser.wait_for_page("API Keys")
    assert browser.row(name)["State"] == "revoked"


def test_a_key_from_creation_to_revocation(browser: Chromium, sandbox: Sandbox) -> None:
    key = create(browser, sandbox, "web <i>")
    origin = {"origin": sandbox.url(""), "permissions": CLIPBOARD}
    browser.driver.execute_cdp_cmd("Browser.grantPermissions", origin)
    browser.press("Copy")
    browser.wait_for("[data-copied]", "Copied")
    read = "navigator.clipboard.readText().then(arguments[0])"
    assert browser.driver.execute_async_script(read) == key
    browser.follow("To the keys", "API Keys")
    assert key not in browser.driver.page_source
    assert browser.row("web <i>")["Last used"] == "\u2013"

    with client(sandbox, key) as ours:
        reply = ours.chat.completions.create(model="gpt-5", messages=MESSAGES)
        assert reply.choices[0].message.content == "You said: Hello!"
        browser.get(sandbox.url("/"))
        row = browser.row("web <i>")
        assert row["Requests"] == "1"
        assert row["Last used"] >= row["Created"]
        assert row["Key"] == f"…{key[-4:]}"
        revoke(browser, sandbox, "web <i>")
        with pytest.raises(neura_ai.RevokedAPIKeyError):
            ours.models.list()
    browser.follow("Usage", "Usage")
    row = browser.row("web <i>")
    assert (row["Requests"], row["401"]) == ("2", "1")
    # A request of one token, an answer of three.
    assert (row["Tokens of requests"], row["Tokens of answers"]) == ("1", "3")
    assert "revoked_api_key" in browser.find("main").text
    browser.follow("web <i>", "web <i>")


def test_a_key_with_an_end(browser: Chromium, sandbox: Sandbox) -> None:
    create(browser, sandbox, "brief", "in 1 hour")
    browser.follow("To the keys", "API Keys")
    row = browser.row("brief")
    read = "%Y-%m-%d %H:%M:%S"
    created, expires = (time.strptime(row[name], read) for name in ("Created", "Expires"))
    assert time.mktime(expires) - time.mktime(created) == 3600
    key = sandbox.create(name="briefer", expires="1s")
    time.sleep(1.1)
    with client(sandbox, key) as ours, pytest.raises(neura_ai.ExpiredAPIKeyError):
        ours.models.list()
    browser.get(sandbox.url("/"))
    assert browser.row("briefer")["State"] == "expired"


def test_a_key_is_gone_when_its_page_was_left(browser: Chromium, sandbox: Sandbox) -> None:
    key = create(browser, sandbox, "gone")
    browser.follow("To the keys", "API Keys")
    browser.driver.back()
    assert key not in browser.driver.page_source
    # The browser says that it did not keep the page.
    browser.console()


def test_the_playground_streams_and_keeps_nothing(browser: Chromium, sandbox: Sandbox) -> None:
    browser.get(sandbox.url("/dashboard/playground"))
    browser.field("API key").send_keys(sandbox.api_key)
    browser.field("Message").send_keys("one two three four five six seven")
    browser.press("Send")
    browser.wait_for("#answer", "You said:")
    assert "seven" not in browser.find("#answer").text
    browser.wait_for("#answer", "You said: one two three four five six seven")
    assert sandbox.api_key not in browser.driver.current_url
    assert sandbox.api_key not in browser.driver.page_source
    stored = "return localStorage.length + sessionStorage.length + document.cookie.length"
    assert browser.driver.execute_script(stored) == 0
    browser.driver.refresh()
    assert browser.field("API key").get_property("value") == ""


def test_the_playground_says_why_a_key_is_refused(browser: Chromium, sandbox: Sandbox) -> None:
    browser.get(sandbox.url("/dashboard/playground"))
    browser.field("API key").send_keys("nk-sandbox-wrong-0000000000")
    browser.field("Message").send_keys("Hello!")
    browser.press("Send")
    browser.wait_for("#failure", "401 invalid_api_key: Incorrect API key")
    # The browser notes each status from 400 on.
    assert all("401 (Unauthorized)" in line for line in browser.console())


def test_all_of_it_works_with_the_keyboard(browser: Chromium, sandbox: Sandbox) -> None:
    browser.get(sandbox.url("/"))
    browser.find("body").send_keys(Keys.TAB)
    assert browser.driver.switch_to.active_element.text == "To the content"
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    for _ in range(60):
        focused = browser.driver.switch_to.active_element
        if focused.get_attribute("id") == "name":
            break
        focused.send_keys(Keys.TAB)
    browser.driver.switch_to.active_element.send_keys("by hand", Keys.ENTER)
    browser.wait_for_page("Key created")
    for words in ("Copy", "To the keys"):
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        while browser.driver.switch_to.active_element.text != words:
            browser.driver.switch_to.active_element.send_keys(Keys.TAB)
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    browser.wait_for_page("API Keys")
    assert browser.row("by hand")["State"] == "active"


def test_all_of_it_works_without_script(browser_without_script: Chromium, sandbox: Sandbox) -> None:
    browser = browser_without_script
    key = create(browser, sandbox, "plain", "in 90 days")
    assert not browser.find("[data-copy]").is_displayed()
    for secret, css, words in [
        (key, "#answer", "You said: Hello!"),
        ("wrong", "#failure", "401 invalid_api_key"),
    ]:
        browser.get(sandbox.url("/dashboard/playground"))
        browser.field("API key").send_keys(secret)
        browser.field("Message").send_keys("Hello!")
        browser.press("Send")
        browser.wait_for(css, words)
        assert browser.field("API key").get_property("value") == ""
        assert key not in browser.driver.page_source
    browser.get(sandbox.url("/dashboard/usage"))
    assert browser.row("plain")["Requests"] == "1"
    assert len(browser.all(".chart rect")) >= 1
    revoke(browser, sandbox, "plain")
    assert browser.console() == []


@pytest.fixture(scope="module")
def pages(sandbox: Sandbox) -> dict[str, str]:
    """Every kind of page, with a long name, many keys and refused requests on them."""
    for number in range(101):
        sandbox.create(name=f"many {number}")
    key = sandbox.create(name="W" * 100, environment="production", expires="90d", tier="free")
    with client(sandbox, key) as ours:
        for _ in range(4):
            assert ours.get("/models").status_code in (200, 429)
    with client(sandbox, "nk-wrong-key-0000000000") as ours:
        assert ours.get("/models/" + "x" * 300).status_code == 401
    return {
        "keys": sandbox.url("/"),
        "older keys": sandbox.url("/?page=2"),
        "usage": sandbox.url("/dashboard/usage"),
        "day": sandbox.url("/dashboard/usage?span=day"),
        "playground": sandbox.url("/dashboard/playground"),
        "nowhere": sandbox.url("/dashboard/nowhere"),
    }


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("theme", THEMES)
def test_every_page_fits_and_axe_finds_nothing(
    browser: Chromium, sandbox: Sandbox, pages: dict[str, str], theme: str, width: int
) -> None:
    browser.show(theme, width)

    def check(name: str) -> None:
        assert browser.overflow() <= 0, name
        assert browser.violations() == [], name

    for name, url in pages.items():
        browser.get(url)
        for summary in browser.all("summary"):
            summary.click()
        check(name)
    assert all("404 (Not Found)" in line for line in browser.console())
    create(browser, sandbox, f"{theme} {width}")
    check("created")
    browser.follow("To the keys", "API Keys")
    browser.find("tbody th a").click()
    browser.wait_for_page(f"{theme} {width}")
    check("key")
    browser.follow("Revoke", "Revoke this key?")
    check("question")
    grounds = {"light": "255, 255, 255", "dark": "18, 21, 27"}
    assert grounds[theme] in browser.find("body").value_of_css_property("background-color")
