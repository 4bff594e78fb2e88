"""What every answer carries, and what the gate turns away."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.web.buckets import Allowance, Buckets, client_of
from bot.web.guard import ASKING, GUESSING, HEADERS
from tests.town import LEAD
from tests.web.conftest import PLACE, opened


async def raw(street, sent: bytes) -> str:
    """What the site says to bytes as they are."""
    reader, writer = await asyncio.open_connection("127.0.0.1", street.port)
    writer.write(sent)
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer.decode(errors="replace")


async def test_every_answer_carries_the_headers(street):
    async with street.browser() as browser:
        await browser.comes_in()
        seen = [
            await browser.get(path)
            for path in ("/", "/p/x", "/cohorts/1", "/cohorts/1/broken", "/cohorts/2", "/enter/x", "/style.css",
                         "/favicon.svg", "/robots.txt", "/nothing", await street.link(LEAD))
        ]  # fmt: skip
        seen.append(await browser.get("/", method="POST"))
        seen.append(await browser.get("/", method="HEAD"))
        seen.append(await browser.get("/", headers={"Host": "evil.example"}))
    for answer in seen:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
        assert "Strict-Transport-Security" not in answer.headers
        assert answer.headers["Cache-Control"]
    unmet = await raw(
        street, b"GET /p/x HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: cake\r\nConnection: close\r\n\r\n"
    )
    assert unmet.startswith("HTTP/1.1 417")
    for name, value in HEADERS.items():
        assert f"\r\n{name}: {value}\r\n" in unmet
    garbage = await raw(street, b"\x16\x03\x01 nonsense\r\n\r\n")
    assert garbage.startswith("HTTP/1.0 400") or garbage.startswith("HTTP/1.1 400")
    assert "default-src 'none'" in garbage
    assert "nonsense" not in garbage


async def test_pages_of_a_cohort_are_kept_nowhere(street):
    async with street.browser() as browser:
        seen = await browser.comes_in()
        assert seen.headers["Cache-Control"] == "private, no-store"
        assert seen.headers["X-Robots-Tag"] == "noindex"


async def test_behind_https_browsers_are_told_to_stay_there(database, behind_a_proxy):
    async with opened(database, behind_a_proxy) as street, street.browser() as browser:
        seen = await browser.get("/pages/p/x", headers={"Host": "school.example"})
        assert seen.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_no_page_asks_for_anything_that_its_policy_forbids(street):
    async with street.browser() as browser:
        words = (await browser.comes_in()).words
        style = (await browser.get("/style.css")).words
    assert not re.search(r"<script|\sstyle=|\son\w+=|<form|<iframe", words)
    assert all(address.startswith("/") for address in re.findall(r'(?:href|src)="([^"#]+)"', words))
    assert "url(" not in style
    assert "@import" not in style
    assert len(style) < 12_000


async def test_another_name_for_this_machine_is_refused(street):
    async with street.browser() as browser:
        names = (
            "evil.example",
            "evil.example:80",
            "127.0.0.1.evil.example",
            "localhost",
            "[",
            "[]@",
            "[]@:80",
            "a b",
        )
        for host in names:
            seen = await browser.get("/cohorts/1", headers={"Host": host})
            assert seen.status in (400, 421)
        assert (await browser.get("/p/x", headers={"Host": "127.0.0.1:9"})).status == 200


async def test_nothing_is_taken_in(street):
    async with street.browser() as browser:
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
            seen = await browser.get("/cohorts/1", method=method)
            assert (seen.status, seen.headers["Allow"]) == (405, "GET, HEAD")
        assert (await browser.get("/cohorts/1", method="BREW")).status == 400
        assert (await browser.get("/p/x", data=b"body")).status == 413


async def test_what_is_too_long_is_refused(street):
    assert (
        " 400 " in (await raw(street, b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))[:20]
    )
    many = b"".join(b"X-%d: y\r\n" % number for number in range(200))
    assert " 400 " in (await raw(street, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + many + b"\r\n"))[:20]


async def test_a_refusal_of_a_room_is_a_kind_page(street):
    async with street.browser() as browser:
        await browser.comes_in()
        seen = await browser.get("/cohorts/1/refusing")
        assert (seen.status, "There is no week 99. Use <code>/week</code>" in seen.words) == (400, True)
        assert (await browser.get("/cohorts/1/missing")).status == 404


async def test_a_fault_has_one_reference_on_the_page_and_in_the_log(street):
    with capture_logs() as log:
        async with street.browser() as browser:
            await browser.comes_in()
            seen = await browser.get("/cohorts/1/broken")
    assert seen.status == 500
    (fault,) = (line for line in log if line["event"] == "fault")
    assert fault["reference"] in seen.words
    assert isinstance(fault["exc_info"], RuntimeError)
    assert "stone" not in seen.words


async def test_the_log_tells_no_secret(street):
    with capture_logs() as log:
        async with street.browser() as browser:
            link = await street.link(LEAD)
            await browser.get(link, follow=True)
            await browser.get("/p/my-slug?token=hush")
            (secret,) = browser.cookies.values()
    written = str(log)
    for hidden in (link.rsplit("/", 1)[1], secret, "hush", "my-slug", "127.0.0.1"):
        assert hidden not in written
    assert [line["route"] for line in log] == ["/enter/{token}", "/cohorts/{cohort}", "/p/{slug}"]
    assert [line["status"] for line in log] == [303, 200, 200]


async def test_whoever_asks_too_fast_waits_and_is_told_how_long(street):
    async with street.browser() as browser:
        for _ in range(ASKING.at_once):
            assert (await browser.get("/p/x")).status == 200
        seen = await browser.get("/p/x")
        assert (seen.status, seen.headers["Retry-After"]) == (429, "1")
        assert "Try again in 1 second." in seen.words
        street.seconds += 1
        assert [(await browser.get("/p/x")).status for _ in range(5)] == [200] * 4 + [429]


@pytest.mark.parametrize("path", ["/enter/x", "/p/nobodys"])
async def test_whoever_guesses_is_soon_told_nothing_at_all(street, path):
    async with street.browser() as browser:
        for _ in range(GUESSING.at_once):
            assert (await browser.get(path)).status in (403, 404)
        assert (await browser.get(path)).status == 429
        seen = await browser.get("/p/x")
        assert (seen.status, seen.headers["Retry-After"]) == (429, "6"), "not even whether a guess was right"
        street.seconds += 6
        assert (await browser.get("/p/x")).status == 200


async def test_browsers_that_look_for_icons_shut_nobody_out(street):
    """A class behind one school's address opens a page at the same minute; each browser asks for icons of its own."""
    icons = ("/favicon.ico", "/apple-touch-icon.png", "/apple-touch-icon-precomposed.png")
    async with street.browser() as browser:
        for _ in range(GUESSING.at_once):
            assert [(await browser.get(path)).status for path in icons] == [404] * 3
        assert (await browser.get("/p/x")).status == 200


async def test_where_no_proxy_stands_nobody_is_believed_to_be_one(street):
    async with street.browser() as browser:
        for number in range(GUESSING.at_once + 1):
            headers = {"X-Forwarded-For": f"203.0.113.1, 198.51.100.{number}"}
            seen = await browser.get("/p/nobodys", headers=headers)
    assert seen.status == 429


async def test_behind_a_proxy_each_visitor_has_a_bucket(database):
    async with opened(database, replace(PLACE, proxied=True)) as street, street.browser() as browser:
        for number in range(GUESSING.at_once + 5):
            headers = {"X-Forwarded-For": f"203.0.113.1, 198.51.100.{number}"}
            assert (await browser.get("/p/nobodys", headers=headers)).status == 404
        for number in range(GUESSING.at_once + 1):
            headers = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.1"}
            seen = await browser.get("/p/nobodys", headers=headers)
        assert seen.status == 429, "what the client itself claims is not believed"


async def test_a_proxy_that_adds_a_line_of_its_own_is_believed_and_the_visitors_line_is_not(database):
    async with opened(database, replace(PLACE, proxied=True)) as street, street.browser() as browser:
        for number in range(GUESSING.at_once + 1):
            lines = [("X-Forwarded-For", f"198.51.100.{number}"), ("X-Forwarded-For", "203.0.113.1")]
            seen = await browser.get("/p/nobodys", headers=lines)
        assert seen.status == 429
        assert (await browser.get("/p/x", headers=[("X-Forwarded-For", "198.51.100.1")])).status == 200


def test_an_address_is_known_by_what_one_customer_has():
    assert client_of("2001:db8:1:2:aaaa::1", None) == client_of("2001:db8:1:2:bbbb::9", None)
    assert client_of("2001:db8:1:3::1", None) != client_of("2001:db8:1:2::1", None)
    assert client_of("::ffff:192.0.2.1", None) == client_of("192.0.2.1", None) == "192.0.2.1"
    assert client_of("192.0.2.1", "junk") == "192.0.2.1"
    assert client_of(None, None) == client_of("/run/socket", "") == "unknown"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 5)), max_size=200))
def test_nobody_gets_more_than_their_bucket_holds_and_time_gives(steps):
    buckets = Buckets(Allowance(at_once=5, a_second=0.5), most=2)
    at, given_out = 0.0, 0
    for client, pause in steps:
        at += pause
        if buckets.wait(client, at) == 0:
            buckets.take(client, at)
            given_out += client == "a"
        assert len(buckets) <= 2
    if {client for client, _ in steps} <= {"a"}:
        assert given_out <= 5 + at * 0.5 + 1e-6


@pytest.mark.parametrize("allowance", [ASKING, GUESSING])
def test_an_address_is_forgotten_two_minutes_after_it_last_asked(allowance):
    buckets = Buckets(allowance)
    buckets.take("203.0.113.9", 0)
    buckets.take("203.0.113.10", 100)
    assert len(buckets) == 2
    buckets.wait("198.51.100.1", 120)
    assert len(buckets) == 1
    buckets.wait("198.51.100.1", 220)
    assert len(buckets) == 0


@given(st.floats(0, 1e6), st.floats(0, 100))
def test_the_wait_that_is_told_is_enough(begins, used):
    buckets = Buckets(GUESSING)
    for _ in range(GUESSING.at_once + 1):
        buckets.take("a", begins)
    told = buckets.wait("a", begins)
    assert told > 0
    assert buckets.wait("a", begins + told + 1e-3) == 0
