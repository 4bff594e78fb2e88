"""The pages of a bot that runs as a process of its own."""

from __future__ import annotations

import signal
import socket

import aiohttp

from tests.standin import standin
from tests.test_process import TOKEN, finished, start, until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def test_the_pages_open_with_the_bot_and_close_with_it(tmp_path):
    port = free_port()
    async with standin() as discord, aiohttp.ClientSession() as browser:
        process = await start(tmp_path, token=TOKEN, discord_api=discord.address, pages_port=str(port))
        await until(lambda: discord.identified or process.returncode is not None)
        async with browser.get(f"http://127.0.0.1:{port}/p/nobody") as answer:
            assert answer.status == 404
            assert answer.headers["Server"] == "Homeroom"
        process.send_signal(signal.SIGTERM)
        code, errors = await finished(process)
    assert code == 0, errors
    assert "status=404" in errors
    assert "Traceback" not in errors


async def test_a_port_that_is_taken_stops_the_start_with_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await start(tmp_path, token=TOKEN, discord_api="http://127.0.0.1:9", pages_port=str(port))
        code, errors = await finished(process)
    assert code == 1
    assert (
        errors.strip()
        .splitlines()[-1]
        .startswith(f"The pages cannot listen on 127.0.0.1 port {port}: another")
    )
    assert "Traceback" not in errors
