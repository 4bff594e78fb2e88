"""A real browser for tests of pages, and axe-core to ask what keeps people out of them.

It is Debian's `chromium` with `chromium-driver`, found on PATH, or the browser that HOMEROOM_TEST_CHROMIUM names.
HOMEROOM_TEST_AXE names axe-core's `axe.min.js`, HOMEROOM_TEST_SHOTS a directory that keeps what was seen.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = os.environ.get("HOMEROOM_TEST_CHROMIUM") or shutil.which("chromium")
DRIVER = shutil.which("chromedriver")
AXE = os.environ.get("HOMEROOM_TEST_AXE")
SHOTS = os.environ.get("HOMEROOM_TEST_SHOTS")
QUIET = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,900",
]
PATIENCE = 30  # seconds for anything that a page shows; on a busy machine the first view takes some
PHONE, DESKTOP = 390, 1400  # widths in CSS pixels
GRAVE = ("serious", "critical")

needs_chromium = pytest.mark.skipif(
    not (CHROMIUM and DRIVER),
    reason="no Chromium with its driver: install chromium and chromium-driver, or set HOMEROOM_TEST_CHROMIUM",
)
needs_axe = pytest.mark.skipif(
    not AXE, reason="no axe-core: set HOMEROOM_TEST_AXE to the axe.min.js of the npm package axe-core"
)


@contextmanager
def browser(profile: Path) -> Iterator[Any]:
    """A headless browser with a profile of its own, as wide as a desk's."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in (*QUIET, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        look(chrome, DESKTOP)
        yield chrome
    finally:
        chrome.quit()


def look(chrome: Any, width: int, *, dark: bool = False) -> None:
    """Look through a window of that width, by day or at night."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width == PHONE}
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def fits(chrome: Any) -> bool:
    """Whether nothing but regions of their own scrolls sideways."""
    return chrome.execute_script(
        "return document.scrollingElement.scrollWidth <= document.documentElement.clientWidth"
    )


def requests(chrome: Any) -> list[str]:
    """The addresses that were asked for since this was last called, in order."""
    entries = [json.loads(entry["message"])["message"] for entry in chrome.get_log("performance")]
    return [
        entry["params"]["request"]["url"]
        for entry in entries
        if entry["method"] == "Network.requestWillBeSent"
    ]


def complaints(chrome: Any) -> list[str]:
    """What the browser itself complained about, such as something that the page's own policy forbids."""
    return [entry["message"] for entry in chrome.get_log("browser")]


def axe(chrome: Any) -> list[str]:
    """What axe-core finds grave on the page as it is shown: the rule, its help, and where."""
    assert AXE is not None
    chrome.execute_script(Path(AXE).read_text(encoding="utf-8"))
    found = chrome.execute_async_script(
        "const done = arguments[0]; axe.run(document, {preload: false}).then(done, error => done(String(error)))"
    )
    assert isinstance(found, dict), found
    return [
        f"{rule['id']}: {rule['help']}, in {len(rule['nodes'])} places, first {rule['nodes'][0]['target']}: "
        f"{rule['nodes'][0].get('failureSummary', '')}"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
    ]


def printed(chrome: Any) -> bytes:
    """The page on A4, as a PDF."""
    paper = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": False}
    return base64.b64decode(chrome.execute_cdp_cmd("Page.printToPDF", paper)["data"])


def keep(chrome: Any, name: str, *, whole: bool = False) -> None:
    """Keep what is seen, or the whole page, if somebody wants to look at it."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        seen = chrome.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": whole})
        (Path(SHOTS) / f"{name}.png").write_bytes(base64.b64decode(seen["data"]))
