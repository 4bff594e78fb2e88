"""Whether a link opens is asked so that the bot cannot be made to ask its own network; nobody is blamed in doubt."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
import structlog
from aiohttp import web

from bot import github, hosts, reach
from bot.reach import Found, Reach
from tests import internet as world
from tests.internet import HASH, PRIVATE, PUBLIC, commits

TOKEN = "ghp_a_secret_of_the_house"
NOBODY = 9  # a port where nothing answers


@pytest.fixture
async def internet():
    async with world.opened() as found:
        yield found


async def state(internet, url: str) -> str:
    return (await internet.reach().look(url)).state


# ------------------------------------------------------------------------------------------ what may be asked


@pytest.mark.parametrize(
    "place",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "192.0.0.1",
        "192.0.0.8", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "ff0e::1", "2002:7f00:1::",
        "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2001::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_no_place_inside_a_network_is_public(place):
    assert not hosts.is_public(ip_address(place))
    assert not reach.is_allowed(ip_address(place), 443)


@pytest.mark.parametrize(
    "place", ["140.82.121.4", "2606:50c0:8000::154", "::ffff:140.82.121.4", "64:ff9b::8c52:7904"]
)
def test_places_on_the_internet_may_be_asked_at_the_ports_of_pages(place):
    tried = (22, 25, 80, 443, 5432, 6379, 8080, 8443)
    assert [port for port in tried if reach.is_allowed(ip_address(place), port)] == [80, 443, 8080, 8443]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "127.1", "0", "[::]",
     "169.254.169.254", "metadata.google.internal.example.org", "[fe80::1%25lo]"],
)  # fmt: skip
async def test_the_own_machine_is_never_asked_however_it_is_written(internet, host):
    """Whether a name stands for it, or a number in any spelling: the gate sees what is connected to."""
    internet.names.meanings["metadata.google.internal.example.org"] = ["169.254.169.254"]
    for guarded in (Reach(), Reach(resolver=internet.names), internet.reach(resolver=None)):
        found = await guarded.look(f"http://{host}:{internet.port}/ok")
        assert found.state != "reachable"
    assert internet.asked == []


async def test_a_redirect_into_a_private_network_is_not_followed(internet):
    internet.sends("/out", internet.at(PRIVATE, "/secret/ok"))
    internet.sends("/far", internet.at(PUBLIC, "/out"), 308)
    assert await state(internet, internet.at(PUBLIC, "/far")) == "unchecked"
    assert internet.said() == ["HEAD /far", "HEAD /out"]


async def test_a_name_that_means_something_else_a_moment_later_is_looked_at_again(internet):
    """Its first meaning is public and its second is not: the check is of what is connected to, each time."""
    internet.names.meanings["turns.example.org"] = [PUBLIC, PRIVATE]
    internet.pages["/turns"] = 405  # so that it is asked twice
    assert await state(internet, internet.at("turns.example.org", "/turns")) == "unchecked"
    assert internet.said() == ["HEAD /turns"]


@pytest.mark.parametrize("to", ["file:///etc/passwd", "gopher://x/", "//[", "ftp://example.org/"])
async def test_a_redirect_to_what_is_no_page_ends_there(internet, to):
    internet.sends("/odd", to)
    assert await state(internet, internet.at(PUBLIC, "/odd")) == "unchecked"
    assert internet.said() == ["HEAD /odd"]


async def test_nothing_of_the_house_is_told(internet):
    """Neither cookies nor passwords, also not those that a page or a redirect hands out; only who asks."""

    async def page(request):
        answer = web.HTTPFound(f"http://me:secret@{PUBLIC}:{internet.port}/ok")
        answer.set_cookie("id", "7")
        raise answer

    internet.pages["/begin"] = page
    assert await state(internet, internet.at(PUBLIC, "/begin")) == "reachable"
    assert len(internet.headers) == 2
    for headers in internet.headers:
        assert headers["User-Agent"].startswith("Homeroom/")
        assert headers.keys() & {"Authorization", "Cookie", "Referer"} == set()


# ------------------------------------------------------------------------------------------ what is found


@pytest.mark.parametrize(
    ("status", "found"),
    [(200, "reachable"), (204, "reachable"), (401, "private"), (403, "unchecked"), (404, "dead"), (410, "dead"),
     (405, "unchecked"), (429, "unchecked"), (500, "unchecked"), (503, "unchecked"), (304, "unchecked")],
)  # fmt: skip
async def test_a_status_says_what_it_says_and_no_more(internet, status, found):
    internet.pages["/page"] = status
    assert await state(internet, internet.at("site.example.org", "/page")) == found


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_on_a_host_of_code_what_is_not_there_may_be_private(internet, status):
    internet.pages["/ada/lab"] = status
    assert await state(internet, internet.at("github.com", "/ada/lab")) == "private"
    internet.pages["/ada/lab"] = 410
    assert await state(internet, internet.at("github.com", "/ada/lab")) == "dead"


async def test_whoever_refuses_to_show_the_head_is_asked_for_the_page(internet):
    internet.pages["/page"] = lambda request: web.Response(status=405 if request.method == "HEAD" else 200)
    assert await state(internet, internet.at(PUBLIC, "/page")) == "reachable"
    assert internet.said() == ["HEAD /page", "GET /page"]


async def test_who_has_had_enough_is_not_asked_again(internet):
    internet.pages["/page"] = 429
    assert await state(internet, internet.at(PUBLIC, "/page")) == "unchecked"
    assert internet.said() == ["HEAD /page"]


async def test_a_page_without_end_is_not_read(internet):
    given = 0

    async def page(request):
        nonlocal given
        if request.method == "HEAD":
            return web.Response(status=405)
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b"x" * 65536)
            given += 65536

    internet.pages["/endless"] = page
    assert await state(internet, internet.at(PUBLIC, "/endless")) == "reachable"
    assert given < 20 * 2**20  # what lies in the two machines' buffers; nothing of it was asked for


@pytest.mark.parametrize("hops", [1, reach.HOPS, reach.HOPS + 1])
async def test_a_few_redirects_are_followed(internet, hops):
    for number in range(hops):
        internet.sends(f"/{number}", f"/{number + 1}" if number + 1 < hops else "/ok", 301)
    assert await state(internet, internet.at(PUBLIC, "/0")) == (
        "reachable" if hops <= reach.HOPS else "unchecked"
    )


async def test_who_is_sent_to_log_in_finds_something_private_where_that_is_certain(internet):
    internet.sends("/doc", f"http://accounts.google.com:{internet.port}/v3/signin")
    internet.sends("/ada/lab", "/users/sign_in")
    internet.sends("/app", "/login")
    assert await state(internet, internet.at("docs.google.com", "/doc")) == "private"
    assert await state(internet, internet.at("gitlab.com", "/ada/lab")) == "private"
    assert await state(internet, internet.at("demo.example.org", "/app")) == "unchecked"
    assert internet.said() == ["HEAD /doc", "HEAD /ada/lab", "HEAD /app"]


async def test_no_such_name_and_no_such_server_are_dead_and_a_name_that_fails_for_now_is_not(internet):
    internet.names.failing = {"gone.example.org": socket.EAI_NONAME, "later.example.org": socket.EAI_AGAIN}
    assert await state(internet, internet.at("gone.example.org")) == "dead"
    assert await state(internet, internet.at("later.example.org")) == "unchecked"
    assert await state(internet, f"http://{PUBLIC}:{NOBODY}/") == "dead"


async def test_a_server_that_is_slow_is_not_waited_for_and_not_called_dead(internet, monkeypatch):
    monkeypatch.setattr(reach, "SECONDS", 0.05)
    never = asyncio.Event()

    async def page(request):
        await never.wait()

    internet.pages["/slow"] = page
    assert await state(internet, internet.at(PUBLIC, "/slow")) == "unchecked"


async def test_names_that_take_minutes_hold_up_nothing_but_links(monkeypatch):
    """The question for a name cannot be stopped: what waits for its answer is not what draws pages and pictures."""
    monkeypatch.setattr(reach, "SECONDS", 0.05)
    answered = threading.Event()
    asked: list[str] = []

    def minutes(host, *args, **options):
        asked.append(host)
        answered.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(socket, "getaddrinfo", minutes)
    try:
        looking = Reach()
        found = await asyncio.gather(
            *(looking.look(f"https://a{number}.example.org/") for number in range(40))
        )
        await asyncio.wait_for(asyncio.to_thread(str), 5)
    finally:
        answered.set()
    assert {item.state for item in found} == {"unchecked"}
    assert len(asked) == reach.AT_ONCE


async def test_a_server_that_talks_nonsense_is_not_called_dead():
    async def nonsense(reader, writer):
        writer.write(b"\x16\x03\x01 not a page\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(nonsense, PUBLIC, 0)
    port = server.sockets[0].getsockname()[1]
    for scheme in ("http", "https"):
        found = await Reach(allowed=lambda place, port: True).look(f"{scheme}://{PUBLIC}:{port}/")
        assert found == Found(state="unchecked")
    server.close()


async def test_only_a_few_links_are_looked_at_at_once(internet):
    now, most, go = 0, 0, asyncio.Event()

    async def page(request):
        nonlocal now, most
        now += 1
        most = max(most, now)
        if now == reach.AT_ONCE:
            go.set()
        await go.wait()
        now -= 1
        return web.Response()

    internet.pages["/page"] = page
    looking = internet.reach()
    found = await asyncio.gather(*(looking.look(internet.at(PUBLIC, "/page")) for _ in range(12)))
    assert {item.state for item in found} == {"reachable"}
    assert most == reach.AT_ONCE


# ------------------------------------------------------------------------------------------ commits


@pytest.mark.parametrize(
    ("path", "pull", "names"),
    [
        ("ada/lab", None, ()),
        ("ada/lab/commit/1a2b3c4", None, ["1a2b3c4"]),
        ("ada/lab/tree/main", None, ["main"]),
        ("ada/lab/tree/feature/cache/src", None, ["feature", "feature/cache", "feature/cache/src"]),
        ("ada/lab/blob/main/a/b/c.go", None, ["main", "main/a", "main/a/b"]),
        (f"ada/lab/blob/{HASH}/src/main.go", None, [HASH]),
        ("ada/lab/commits/main", None, ["main"]),
        ("ada/lab/releases/tag/week/1", None, ["week/1"]),
        ("ada/lab/pull/12", 12, ()),
        ("ada/lab/pull/12/files", 12, ()),
        ("ada/lab/pull/12/commits/1a2b3c4", None, ["1a2b3c4"]),
    ],
)
def test_a_link_to_github_says_which_commit_it_shows(path, pull, names):
    assert github.shown(f"https://github.com/{path}") == github.Shown(
        repository="ada/lab", pull=pull, names=names
    )


@pytest.mark.parametrize(
    "link",
    ["https://github.com/ada", "https://github.com/", "https://gitlab.com/ada/lab", "https://github.com/a%2F..%2F/lab",
     "https://github.com/ada%2F..", "https://github.com/..%2Flab/commit/1a2b3c4", "https://github.com/ada%2F.",
     "https://github.com/ada/lab/issues/3", "https://github.com/ada/lab/actions", "https://github.com/ada/lab/tree",
     "https://github.com/ada/lab/pull/x", "https://github.com.example.org/ada/lab"],
)  # fmt: skip
def test_other_links_show_no_commit(link):
    assert github.shown(link) is None


def on_github(internet, path: str) -> str:
    internet.pages[path] = 200
    return internet.at("github.com", path)


async def test_the_newest_commit_of_a_repository_is_kept_with_its_time(internet):
    internet.tells("/repos/ada/lab/commits", commits())
    found = await internet.reach(token=TOKEN).look(on_github(internet, "/ada/lab"))
    assert found == Found(state="reachable", commit=HASH, committed_at=datetime(2026, 3, 11, 10, tzinfo=UTC))
    assert internet.said() == ["HEAD /ada/lab", "GET /repos/ada/lab/commits?per_page=1"]


async def test_the_token_goes_to_github_alone_and_along_with_no_redirect(internet):
    internet.sends("/repos/ada/lab/commits", internet.at("evil.example.org", "/catch/ok"), 301)
    found = await internet.reach(token=TOKEN).look(on_github(internet, "/ada/lab"))
    assert found == Found(state="reachable")
    assert internet.said() == ["HEAD /ada/lab", "GET /repos/ada/lab/commits?per_page=1"]
    told = [
        host
        for (_, host, _), headers in zip(internet.asked, internet.headers, strict=True)
        if "Authorization" in headers
    ]
    assert told == [f"api.example.org:{internet.port}"]


async def test_what_only_the_token_may_see_is_not_asked_for(internet):
    """A private repository stays private although the token's owner could open it."""
    internet.tells("/repos/ada/lab/commits", commits())
    found = await internet.reach(token=TOKEN).look(internet.at("github.com", "/ada/lab"))
    assert found == Found(state="private")
    assert all("Authorization" not in headers for headers in internet.headers)


async def test_without_a_token_github_is_not_asked_for_commits(internet):
    assert await internet.reach().look(on_github(internet, "/ada/lab")) == Found(state="reachable")
    assert internet.said() == ["HEAD /ada/lab"]


async def test_a_branch_with_slashes_in_its_name_is_found(internet):
    def page(request):
        is_right = request.query["sha"] == "feature/cache"
        return web.json_response(commits()) if is_right else web.Response(status=404)

    internet.pages["/repos/ada/lab/commits"] = page
    found = await internet.reach(token=TOKEN).look(on_github(internet, "/ada/lab/blob/feature/cache/a.go"))
    assert found.commit == HASH


async def test_a_pull_request_shows_its_newest_commit(internet):
    internet.tells("/repos/ada/lab/pulls/12", {"head": {"sha": HASH, "ref": "cache"}, "title": "Cache"})
    internet.tells("/repos/ada/lab/commits", commits())
    found = await internet.reach(token=TOKEN).look(on_github(internet, "/ada/lab/pull/12"))
    assert found.commit == HASH
    assert internet.said()[-1] == f"GET /repos/ada/lab/commits?per_page=1&sha={HASH}"


@pytest.mark.parametrize(
    "body",
    [{}, [], [{"sha": "x"}], commits(sha="$(rm)"), commits(date="yesterday"), commits(date="2026-03-11T10:00:00"),
     [*commits(), {"padding": "x" * reach.BODY}]],
)  # fmt: skip
async def test_an_answer_that_is_none_or_too_long_is_no_commit(internet, body):
    internet.tells("/repos/ada/lab/commits", body)
    assert await internet.reach(token=TOKEN).look(on_github(internet, "/ada/lab")) == Found(state="reachable")


async def test_neither_token_nor_link_is_logged(internet, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    internet.pages["/repos/ada/lab/commits"] = 403
    with structlog.testing.capture_logs() as lines:
        await internet.reach(token=TOKEN).look(on_github(internet, "/ada/lab"))
        await internet.reach(token=TOKEN).look(internet.at(PRIVATE, "/ok"))
    said = f"{lines} {caplog.text} {capsys.readouterr()}"
    assert "link not opened" in said
    assert TOKEN not in said
    assert "/ok" not in said
