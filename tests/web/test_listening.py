"""Listening: a port that is taken, visitors who never finish a sentence, and a stop in the middle of a page."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime

import pytest
from aiohttp import web

from bot.settings import PagesSettings
from bot.web import guard, listening
from bot.web.listening import PagesUnavailable
from bot.web.server import Pages
from tests.web.conftest import PLACE, opened


def another(street, settings: PagesSettings) -> Pages:
    return Pages(
        settings, street.town.cohorts, street.visits, asker_of=street._asker_of, clock=lambda: street.now
    )


async def test_a_port_in_use_is_one_plain_sentence(street):
    site = another(street, replace(PLACE, port=street.port))
    with pytest.raises(PagesUnavailable) as refusal:
        await site.listen()
    assert str(refusal.value) == (
        f"The pages cannot listen on 127.0.0.1 port {street.port}: another program does. Stop that one, or set "
        "HOMEROOM_PAGES_PORT to a free port."
    )
    await site.close()
    await site.close()


async def test_an_address_of_another_machine_is_named(street):
    with pytest.raises(PagesUnavailable, match="HOMEROOM_PAGES_HOST has to be an address of this machine"):
        await another(street, replace(PLACE, host="192.0.2.1")).listen()


async def test_whoever_never_finishes_a_request_is_let_go(database, monkeypatch):
    monkeypatch.setattr(listening, "IDLE", 0.05)
    async with opened(database) as street:
        for begun in (b"", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "):
            reader, writer = await asyncio.open_connection("127.0.0.1", street.port)
            writer.write(begun)
            assert await asyncio.wait_for(reader.read(), 10) == b""
            writer.close()


async def test_a_body_that_never_ends_is_not_waited_for(database, monkeypatch):
    monkeypatch.setattr(listening, "LINGER", 0.05)
    async with opened(database) as street:
        reader, writer = await asyncio.open_connection("127.0.0.1", street.port)
        writer.write(b"GET /p/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\nonly this")
        answer = await asyncio.wait_for(reader.read(), 10)
        assert answer.startswith(b"HTTP/1.1 413 ")
        writer.close()


async def test_a_full_house_lets_nobody_else_in(database, monkeypatch):
    monkeypatch.setattr(listening, "MOST_CONNECTIONS", 2)
    async with opened(database) as street, AsyncExitStack() as leaving:
        for _ in range(2):
            _, writer = await asyncio.open_connection("127.0.0.1", street.port)
            leaving.callback(writer.close)
        reader, writer = await asyncio.open_connection("127.0.0.1", street.port)
        leaving.callback(writer.close)
        assert await asyncio.wait_for(reader.read(), 10) == b""


@pytest.mark.parametrize("proxied", [False, True])
async def test_one_visitor_does_not_fill_the_house(database, monkeypatch, proxied):
    """Behind a proxy every connection is the proxy's, and says nothing about visitors."""
    monkeypatch.setattr(listening, "MOST_FROM_ONE", 2)
    async with opened(database, replace(PLACE, proxied=proxied)) as street, AsyncExitStack() as leaving:

        async def answer(visitor: str) -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", street.port, local_addr=(visitor, 0))
            leaving.callback(writer.close)
            writer.write(b"GET /p/x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            return await asyncio.wait_for(reader.read(12), 10)

        there = [await answer("127.0.0.2") for _ in range(3)]
        assert there == [b"HTTP/1.1 200", b"HTTP/1.1 200", b"HTTP/1.1 200" if proxied else b""]
        assert await answer("127.0.0.3") == b"HTTP/1.1 200"


async def test_a_stop_finishes_the_page_that_is_being_made(street):
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request, now: datetime) -> web.Response:
        begun.set()
        await may_end.wait()
        return web.Response(text="all of it")

    site = another(street, PLACE)
    site.public("/slow", slow)
    port = await site.listen()
    async with street.browser() as browser, asyncio.TaskGroup() as tasks:
        page = tasks.create_task(browser.session.get(f"http://127.0.0.1:{port}/slow"))
        await begun.wait()
        stopping = tasks.create_task(site.close())
        await asyncio.sleep(0)
        may_end.set()
        assert await (await page).text() == "all of it"
        await stopping
        with pytest.raises(OSError, match="Connect call failed"):
            await asyncio.open_connection("127.0.0.1", port)


async def test_a_page_that_takes_too_long_is_given_up(street, monkeypatch):
    monkeypatch.setattr(guard, "PATIENCE", 0.05)

    async def endless(request: web.Request, now: datetime) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    site = another(street, PLACE)
    site.public("/endless", endless)
    port = await site.listen()
    async with street.browser() as browser, browser.session.get(f"http://127.0.0.1:{port}/endless") as answer:
        assert answer.status == 503
    await site.close()
