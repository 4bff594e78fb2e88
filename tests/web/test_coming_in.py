"""What only a real browser can tell: coming in from another site, and what scripts and prefetches get to see."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import web

from tests.browsing import browser, complaints, needs_chromium, requests
from tests.town import LEAD
from tests.web.conftest import Street

pytestmark = needs_chromium


async def chat(link: str) -> tuple[web.AppRunner, str]:
    """A page of another site with a link on it, as Discord is one."""

    async def shown(_request: web.Request) -> web.Response:
        words = f'<link rel="prefetch" href="{link}"><a href="{link}">Open the page</a>'
        return web.Response(text=words, content_type="text/html")

    application = web.Application()
    application.router.add_get("/", shown)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://localhost:{runner.addresses[0][1]}/"


async def test_a_link_from_another_site_leads_in_and_its_cookie_is_hidden(street: Street, tmp_path: Path):
    link = street.address(await street.link(LEAD, "queue"))
    runner, address = await chat(link)

    def comes_in() -> tuple[str, str, str, list[str], list[str]]:
        with browser(tmp_path / "profile") as chrome:
            chrome.get(address)
            requests(chrome)
            chrome.find_element("css selector", "a").click()
            title, where = chrome.title, chrome.current_url
            asked = requests(chrome)
            chrome.execute_script(
                "const script = document.createElement('script'); script.textContent = 'document.title = \"mine\"';"
                "document.body.append(script);"
            )
            seen = chrome.execute_script("return document.cookie") + chrome.title
            return title, where, seen, asked, complaints(chrome)

    title, where, seen, asked, said = await asyncio.to_thread(comes_in)
    await runner.cleanup()
    assert where == street.address("/cohorts/1/queue"), "a strict cookie would have been lost on the way"
    assert seen == title == "A page", "no script sees the cookie, and none that is put in runs"
    assert any("Content Security Policy" in line for line in said)
    assert {url.split("?")[0] for url in asked} <= {
        link, where, street.address("/style.css"), street.address("/favicon.svg"),
    }  # fmt: skip
