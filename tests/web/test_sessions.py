"""A session is one person's, in one cohort, with the rights that they have at this moment, and it ends."""

from __future__ import annotations

import asyncio
from http.cookies import SimpleCookie

import pytest
from structlog.testing import capture_logs

from bot.web import rules
from tests.town import LEAD, MENTOR, asker
from tests.web.conftest import NEIGHBOUR, opened

CLOSED = "This page opens by a link"


async def cookie_of(street, user_id, cohort_id=1):
    async with street.browser() as browser:
        await browser.get(await street.link(user_id, cohort_id=cohort_id))
        return browser.cookies


async def test_nobody_without_a_session_sees_anything(street):
    async with street.browser() as browser:
        for page in ("", "/queue", "/students/3", "/refusing", "/broken"):
            seen = await browser.get(f"/cohorts/1{page}")
            assert (seen.status, CLOSED in seen.words) == (403, True)


async def test_another_cohorts_number_opens_nothing_and_tells_nothing(street):
    cookies = await cookie_of(street, LEAD)
    async with street.browser(cookies=cookies) as browser:
        assert (await browser.get("/cohorts/1/queue")).status == 200
        answers = [
            await browser.get(f"/cohorts/{number}/queue") for number in (2, 3, 999_999_999_999_999_999)
        ]
        assert {(seen.status, seen.words) for seen in answers} == {(403, answers[0].words)}
        for number in ("0", "01", "-1", "1.0", "1e9", "9" * 30, "1%2F..%2F2"):
            assert (await browser.get(f"/cohorts/{number}/queue")).status in (400, 404)


async def test_the_cookie_is_for_its_cohort_and_hidden_from_scripts(street):
    async with street.browser() as browser:
        seen = await browser.get(await street.link(LEAD, "queue"))
    cookie = SimpleCookie(seen.headers["Set-Cookie"])["homeroom"]
    assert (cookie["path"], cookie["samesite"], cookie["max-age"]) == ("/cohorts/1", "Lax", "43200")
    assert cookie["httponly"]
    assert not cookie["secure"], "on this machine there is no certificate"
    assert len(cookie.value) == 43, "256 bits"
    assert seen.headers["Cache-Control"] == "no-store"


async def test_behind_https_the_cookie_goes_nowhere_else(database, behind_a_proxy):
    async with opened(database, behind_a_proxy) as street, street.browser() as browser:
        headers = {"Host": "school.example"}
        link = await street.link(LEAD, "queue")
        assert link.startswith("https://school.example/pages/enter/")
        seen = await browser.get(link, headers=headers)
        cookie = SimpleCookie(seen.headers["Set-Cookie"])["__Secure-homeroom"]
        assert cookie["secure"]
        assert cookie["path"] == "/pages/cohorts/1"
        assert seen.location == "/pages/cohorts/1/queue"
        headers["Cookie"] = f"__Secure-homeroom={cookie.value}"
        seen = await browser.get("/pages/cohorts/1/queue", headers=headers)
        assert seen.status == 200
        assert 'href="/pages/cohorts/1/leave"' in seen.words
        assert 'href="/pages/style.css?' in seen.words
        assert (await browser.get("/cohorts/1/queue", headers=headers)).status == 404


async def test_only_a_digest_of_a_session_is_kept(street, database):
    (secret,) = (await cookie_of(street, LEAD)).values()
    rows = await database.read(lambda tx: tx.all("SELECT * FROM visit"))
    assert [row["session"] for row in rows] == [rules.digest(secret)]
    assert secret not in str(rows)
    async with street.browser(cookies={"homeroom": rules.digest(secret)}) as browser:
        assert (await browser.get("/cohorts/1")).status == 403


async def test_a_session_ends_after_twelve_hours(street):
    async with street.browser() as browser:
        await browser.comes_in()
        street.later(hours=12)
        assert CLOSED in (await browser.get("/cohorts/1")).words


async def test_signing_out_ends_the_session_and_not_only_the_cookie(street):
    cookies = await cookie_of(street, LEAD)
    async with street.browser(cookies=cookies) as browser:
        assert (await browser.get("/cohorts/1/leave", method="HEAD")).status == 200
        assert (await browser.get("/cohorts/1/leave", headers={"Sec-Purpose": "prefetch"})).status == 200
        assert (await browser.get("/cohorts/1")).status == 200, "nobody meant it yet"
        out = (await browser.get("/cohorts/1/leave")).words
        assert all(
            word in out for word in ("You are signed out", "<code>/queue</code>", "<code>/report</code>")
        )
    async with street.browser(cookies=cookies) as thief:
        assert (await thief.get("/cohorts/1")).status == 403
        assert (await thief.get("/cohorts/1/leave")).status == 200


async def test_the_fourth_session_ends_the_first(street):
    kept = []
    for _ in range(4):
        kept.append(await cookie_of(street, LEAD))
        street.later(minutes=1)
    kept.append(await cookie_of(street, MENTOR))
    statuses = []
    for cookies in kept:
        async with street.browser(cookies=cookies) as browser:
            statuses.append((await browser.get("/cohorts/1/queue")).status)
    assert statuses == [403, 200, 200, 200, 200], "and a mentor's own is not a lead's"


async def test_a_page_for_leads_is_closed_to_mentors(street):
    async with street.browser() as browser:
        seen = await browser.comes_in(MENTOR)
        assert seen.status == 403
        assert "Only the leads of Spring" in seen.words
        queue = await browser.get("/cohorts/1/queue")
        assert "Dashboard" not in queue.words, "nor is it named to them"
    async with street.browser() as browser:
        assert '<a href="/cohorts/1">Dashboard</a>' in (await browser.comes_in(LEAD, "queue")).words


async def test_a_role_that_was_lost_closes_the_next_page(street):
    street.people[50] = asker(50, name="Mentor Maple", manages_guild=True)
    async with street.browser() as browser:
        assert (await browser.comes_in(50)).status == 200
        street.people[50] = asker(50, name="Mentor Maple")
        seen = await browser.get("/cohorts/1/queue")
        assert (seen.status, "Only the mentors and leads of Spring" in seen.words) == (403, True)
        street.people[50] = None
        seen = await browser.get("/cohorts/1/queue")
        assert (seen.status, "not on this cohort&#39;s server any more" in seen.words) == (403, True)


async def test_whoever_is_withdrawn_is_out_at_once(street):
    async with street.browser() as browser:
        assert (await browser.comes_in(MENTOR, "queue")).status == 200
        await street.town.cohorts.withdraw(await street.here(LEAD), MENTOR, "", street.now)
        assert (await browser.get("/cohorts/1/queue")).status == 403


async def test_whoever_was_forgotten_has_no_session(street, database):
    async with street.browser() as browser:
        await browser.comes_in(LEAD)
        await database.write(
            lambda tx: tx.run("UPDATE member SET user_id = NULL WHERE user_id = :id", id=LEAD)
        )
        assert CLOSED in (await browser.get("/cohorts/1")).words


async def test_while_discord_cannot_say_who_somebody_is_nobody_is_let_in(street):
    async with street.browser() as browser:
        await browser.comes_in()
        street.is_reachable = False
        seen = await browser.get("/cohorts/1")
        assert (seen.status, seen.headers["Retry-After"]) == (503, "60")
        assert "Try again in a minute" in seen.words
        assert (await browser.get("/p/slug")).status == 200, "what is public needs nobody's word"


async def test_sessions_of_two_cohorts_live_beside_each_other(street):
    street.people[NEIGHBOUR] = asker(NEIGHBOUR, name="Lead Larch", manages_guild=True)
    async with street.browser() as browser:
        await browser.comes_in(NEIGHBOUR, "queue", cohort_id=2)
        await browser.comes_in(NEIGHBOUR, "queue", cohort_id=1)
        assert "Autumn" in (await browser.get("/cohorts/2/queue")).words
        assert "Spring" in (await browser.get("/cohorts/1/queue")).words


@pytest.mark.parametrize("value", ["", "x", "a" * 3000, "é", '"quoted"', "a;b"])
async def test_a_cookie_that_is_none_opens_nothing(street, value):
    async with street.browser() as browser:
        seen = await browser.get("/cohorts/1", headers={"Cookie": f"homeroom={value}"})
        assert seen.status in (400, 403)


@pytest.mark.parametrize("path", ["/cohorts/1", "/cohorts/1/leave"])
async def test_a_cookie_of_odd_bytes_is_no_session_and_no_fault_of_ours(street, path):
    odd = b"GET %b HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: homeroom=\xff\xfe\r\nConnection: close\r\n\r\n"
    with capture_logs() as log:
        reader, writer = await asyncio.open_connection("127.0.0.1", street.port)
        writer.write(odd % path.encode())
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
    assert answer[9:12] == (b"200" if path.endswith("leave") else b"403")
    assert [line["event"] for line in log] == ["page"]
