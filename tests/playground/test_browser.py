"""The playground as a visitor meets it: `python -m playground`, driven once through a real browser."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.__main__ import free_port
from tests.browsing import PATIENCE, browser, keep, needs_chromium

pytestmark = needs_chromium


@pytest.fixture
def playground() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The demo as `make demo` starts it, and the address that it prints."""
    command = [sys.executable, "-m", "playground", "--no-browser", "--port", str(free_port())]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert running.stdout is not None
    address = next(found[0] for line in running.stdout if (found := re.search(r"http://\S+", line)))
    yield running, address
    running.terminate()
    running.wait(PATIENCE)


@pytest.fixture
def visitor(playground: tuple[subprocess.Popen[str], str], tmp_path: Path) -> Iterator[Visitor]:
    with browser(tmp_path / "profile") as chrome:
        chrome.get(playground[1])
        yield Visitor(chrome)


class Visitor:
    """Somebody at the page, who sees what it shows and presses what is there."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser

    def until(self, seen: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
        from selenium.common.exceptions import WebDriverException
        from selenium.webdriver.support.ui import WebDriverWait

        waiting = WebDriverWait(self.browser, patience, 0.1, ignored_exceptions=(WebDriverException,))
        return waiting.until(lambda _: seen(), what)

    def find(self, css: str, text: str = "") -> Any:
        """The last thing that matches and shows a text."""
        found = [one for one in self.browser.find_elements("css selector", css) if text in one.text]
        return found[-1] if found else None

    def time(self) -> tuple[int, str]:
        """The day of the month and the time that the clock shows."""
        return int(self.find("#clock-day").text.split()[1]), self.find("#clock-time").text

    def press(self, css: str, text: str = "") -> None:
        """Press the last such thing, once it can be pressed."""

        def pressed() -> bool:
            thing = self.find(css, text)
            if thing is None or not thing.is_enabled() or thing.get_attribute("aria-disabled") == "true":
                return False
            thing.click()
            return True

        self.until(pressed, f"to press {css} {text}")

    def shell(self) -> Visitor:
        """Look at the page around the conversation."""
        self.browser.switch_to.default_content()
        return self

    def conversation(self, title: str = "cohort as Student Aster") -> Visitor:
        """Look into a conversation, once it is there."""
        self.shell()
        shown = f'iframe.ready[title="{title}"]:only-child'
        self.browser.switch_to.frame(self.until(lambda: self.find(shown), f"{title} to be shown"))
        self.until(
            lambda: self.browser.execute_script("return window.simcordPreview?.ready"), "it to be ready"
        )
        return self

    def reads(self, text: str) -> None:
        self.until(lambda: self.find("#channel-message-list", text), f"to read {text!r}")

    def answers(self, button: str, field: str = "#modal-root input.modal-input") -> list[Any]:
        """Press a button of the newest card that has it; the fields of the form that opens."""
        self.press("#channel-message-list button", button)
        self.until(lambda: self.find(field), f"a form after {button}")
        return self.browser.find_elements("css selector", field)

    def leads(self, button: str, to: str) -> None:
        """Press a button until another is there: a click can fall into the moment in which the list is drawn anew."""
        from selenium.common.exceptions import TimeoutException

        for patience in (PATIENCE / 3, PATIENCE / 3, PATIENCE):
            self.press("#channel-message-list button", button)
            try:
                self.until(
                    lambda: self.find("#channel-message-list button", to), f"{to} to be there", patience
                )
            except TimeoutException:
                continue
            return
        pytest.fail(f"{button} leads to no {to}")

    def commands(self, text: str) -> None:
        """Type a command, choose it, send it."""
        from selenium.webdriver.common.keys import Keys

        self.press("#channel-composer-input")
        self.find("#channel-composer-input").send_keys(text)
        self.until(lambda: self.find("[role=option]", text.split(maxsplit=1)[0]), f"{text} to be offered")
        self.find("#channel-composer-input").send_keys(Keys.ENTER)
        self.until(lambda: self.find(".command-chip"), f"{text} to be chosen")
        self.find(".command-chip").send_keys(Keys.ENTER)

    def keeps(self, name: str) -> None:
        """Keep what is seen, if somebody wants to look at it."""
        keep(self.browser, name)


def test_a_visitor_hands_in_reviews_winds_the_clock_and_restarts_the_bot(visitor, playground):
    # A cohort in its third week, and somebody to be.
    visitor.conversation().reads("Week 3")
    assert visitor.shell().find("#clock-day").text == "Tue, 17 Mar 2026"
    assert visitor.find("#clock-time").text == "10:00"
    assert visitor.find("#clock-utc").text == "14:00 UTC"
    assert len(visitor.browser.find_elements("css selector", "#people button")) == 12
    assert visitor.find("#guide").is_displayed()
    visitor.keeps("opening")

    # Hand something in on the kickoff's old button.
    for field in visitor.conversation().answers("Submit"):
        field.send_keys("https://git.example.org/aster/boxoffice/3")
    visitor.keeps("form")
    visitor.press("#modal-root button", "Submit")
    visitor.reads("You can change it freely until a reviewer opens it.")
    visitor.shell().until(lambda: visitor.find("#steps .done", "Hand something in"), "the guide to notice")

    # Ask where one stands, see the picture, open a review.
    visitor.conversation().commands("/me")
    visitor.reads("To review")
    visitor.commands("/progress")
    visitor.until(lambda: visitor.find("#channel-message-list .gallery-image"), "the picture")
    visitor.keeps("progress")
    visitor.leads("My reviews", "Open")
    visitor.press("#channel-message-list button", "Open")
    visitor.reads("Still needed")
    visitor.keeps("review")

    # Step into the mentor, who has a room of their own.
    assert not visitor.shell().find("#rooms button", "mentors")
    visitor.press("#people button", "Mentor Moss")
    visitor.press("#rooms button", "mentors")
    visitor.until(lambda: visitor.find(".as", "Mentor Moss"), "to be the mentor")
    quiet = visitor.conversation("mentors as Mentor Moss")
    quiet.until(lambda: visitor.find("#channel-empty", "No messages"), "a quiet room")

    # Wind to the next post; what was said on the way is in the log.
    visitor.shell().press("#people button", "Student Aster")
    visitor.press("#log-toggle")
    while not visitor.find(".entry.post", "Week 2 in numbers"):
        before = visitor.time()
        visitor.press("[data-wind=post]")
        visitor.until(lambda before=before: visitor.time() != before, "the clock to move")
        visitor.until(lambda: visitor.find("[data-wind=post]").is_enabled(), "the next post to be said")
        assert visitor.time() <= (19, "09:00"), "the digest was passed over"
    visitor.conversation().reads("Week 2 in numbers")
    digest = (
        "return document.querySelector('#channel-message-list').lastElementChild.getBoundingClientRect().top"
    )
    visitor.until(lambda: 0 <= visitor.browser.execute_script(digest) < 900, "the newest post to be in sight")
    visitor.keeps("log")

    # Restart the bot: the kickoff's button still works, and the log says what happened.
    visitor.shell().press("#restart")
    visitor.until(lambda: visitor.find(".entry.clock", "started again"), "the bot to be back")
    visitor.until(lambda: visitor.find("#restart").is_enabled(), "the page to be ready")
    visitor.conversation().answers("Submit")
    assert not visitor.shell().find(".entry.trouble")

    # Nothing went wrong in the page; and when the playground ends, it says so.
    assert [line for line in visitor.browser.get_log("browser") if line["level"] == "SEVERE"] == []
    running, _ = playground
    running.send_signal(signal.SIGINT)
    assert running.wait(PATIENCE) == 0
    visitor.until(lambda: visitor.find("#notice", "make demo"), "to be told that it ended")


def test_the_page_fits_a_narrow_window_and_the_keyboard(visitor):
    from selenium.webdriver.common.keys import Keys

    visitor.conversation().shell()
    visitor.press("#guide [data-close]")
    assert not visitor.find("#guide").is_displayed()
    visitor.browser.refresh()
    visitor.conversation().shell()
    assert not visitor.find("#guide").is_displayed(), "a dismissed guide stays away"
    visitor.find("#log-toggle").send_keys(Keys.ENTER)
    visitor.find("#log [data-close]").send_keys(Keys.ESCAPE)
    assert visitor.browser.switch_to.active_element.get_attribute("id") == "log-toggle"

    for width in (1024, 900, 720):
        size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        visitor.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        wide = visitor.browser.execute_script("return document.documentElement.scrollWidth")
        assert wide <= width, f"nothing sticks out at {width}"
        visitor.keeps(f"width-{width}")
    assert not visitor.find("#side").is_displayed()
    visitor.press("#rooms-toggle")
    assert visitor.find("#side").is_displayed()
    visitor.press("#people button", "Lead Linden")
    visitor.conversation("cohort as Lead Linden").reads("Week 3")
