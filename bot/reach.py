"""Whether a link opens for somebody without an account, asked so that nobody can have the bot ask its own network.

Every connection, whatever the address, its name or a redirect says, passes one gate, which sees the number that is
about to be connected to: what a name meant a moment ago does not count. No cookies, no passwords, few bytes, little
time.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter
from yarl import URL

from bot import __version__, github
from bot.hosts import Address, is_code_host, is_public

_log = structlog.get_logger(__name__)

SECONDS = 5.0  # for one link with all its redirects: who is slower is not called dead, only not waited for
HOPS = 5  # redirects; who needs more is most often sending us in circles because we keep no cookies
AT_ONCE = 4  # links in the whole process, and names, so that a full cohort's hand-in is a trickle
BODY = 64 * 1024  # bytes that are read of an answer at most
PORTS = frozenset({80, 443, 8080, 8443})  # where pages live; elsewhere it would be a scan of ports
GITHUB = "https://api.github.com"
AGENT = f"Homeroom/{__version__} (a course's bot; looks whether a link that was handed in opens)"

# Whoever is sent there is asked for an account.
_ACCOUNTS = frozenset(
    {"accounts.google.com", "login.microsoftonline.com", "login.live.com", "id.atlassian.com"}
)
_LOGIN = frozenset({"login", "log-in", "signin", "sign_in", "sign-in"})
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})

State = Literal["reachable", "private", "dead", "unchecked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was behind a link: `unchecked` where nobody can tell; the commit, if GitHub was asked which one."""

    state: State
    commit: str | None = None
    committed_at: datetime | None = None


class _By(BaseModel):
    date: AwareDatetime


class _Told(BaseModel):
    committer: _By


class _Commit(BaseModel):
    sha: Annotated[str, Field(pattern=r"^[0-9a-f]{40,64}$")]
    commit: _Told


class _Head(BaseModel):
    sha: str


class _Pull(BaseModel):
    head: _Head


_COMMITS = TypeAdapter(list[_Commit])
_PULL = TypeAdapter(_Pull)


def is_allowed(place: Address, port: int) -> bool:
    """Whether the bot may connect there: a public address, and a port where pages live."""
    return is_public(place) and port in PORTS


class _Names(AbstractResolver):
    """Asks what names mean on threads of its own.

    A name can take minutes, and nothing can stop the question: on the threads that everybody shares, one student's
    links would hold up pages and pictures. While all of these wait, other links are not looked at, and not called dead.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The places that a name stands for at this moment."""
        asked = partial(
            socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
        found = await asyncio.get_running_loop().run_in_executor(self._threads, asked)
        return [
            ResolveResult(
                hostname=host,
                host=str(place[0]),
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, place in found
        ]

    async def close(self) -> None:
        """Nothing is open between two questions."""


class Reach:
    """Looks at links, a few at a time. Tests on their own machine say what is allowed, and whom names mean."""

    def __init__(
        self,
        *,
        token: str | None = None,
        allowed: Callable[[Address, int], bool] = is_allowed,
        resolver: AbstractResolver | None = None,
        api: str = GITHUB,
    ) -> None:
        self._token, self._api = token, URL(api)
        self._allowed, self._resolver = allowed, resolver or _Names()
        self._few = asyncio.Semaphore(AT_ONCE)

    async def look(self, link: str) -> Found:
        """What is behind a link."""
        async with self._few:
            refused: list[str] = []
            async with self._session(refused) as session:
                state = await self._state(session, link, refused)
                # Asked only of what everybody can open: the token may see more than that.
                if state != "reachable" or self._token is None:
                    return Found(state=state)
                commit = await self._commit(session, link, self._token)
            if commit is None:
                return Found(state=state)
            return Found(state=state, commit=commit.sha, committed_at=commit.commit.committer.date)

    def _session(self, refused: list[str]) -> aiohttp.ClientSession:
        def gate(info: tuple[Any, ...]) -> socket.socket:
            family, kind, protocol, _, (host, port, *_) = info
            if not self._allowed(ipaddress.ip_address(host.partition("%")[0]), port):
                refused.append(host)
                raise PermissionError(errno.EACCES, "not a public place")
            return socket.socket(family, kind, protocol)

        connector = aiohttp.TCPConnector(
            socket_factory=gate,
            resolver=self._resolver,
            use_dns_cache=False,
            force_close=True,
            limit=1,
        )
        return aiohttp.ClientSession(
            connector=connector,
            connector_owner=True,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            read_bufsize=BODY // 2,  # aiohttp reads ahead twice as much before it stops
            headers={"User-Agent": AGENT},
            timeout=aiohttp.ClientTimeout(total=SECONDS),
        )

    async def _state(self, session: aiohttp.ClientSession, link: str, refused: list[str]) -> State:
        try:
            async with asyncio.timeout(SECONDS):
                return await _followed(session, URL(link))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            _log.debug("link not opened", why=type(error).__name__)
            return "unchecked" if refused else _failed(error)

    async def _commit(self, session: aiohttp.ClientSession, link: str, token: str) -> _Commit | None:
        """The commit that a link to GitHub shows, if it does and GitHub says so in time."""
        place = github.shown(link)
        if place is None:
            return None
        try:
            async with asyncio.timeout(SECONDS):
                names = place.names or [None]
                if place.pull is not None:
                    pull = await self._told(session, token, f"{place.repository}/pulls/{place.pull}", {})
                    names = [_PULL.validate_json(pull).head.sha]
                for name in names:
                    query = {"per_page": "1"} | ({} if name is None else {"sha": name})
                    found = await self._told(session, token, f"{place.repository}/commits", query)
                    if found:
                        return next(iter(_COMMITS.validate_json(found)), None)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            _log.debug("commit not learnt", why=type(error).__name__)
        return None

    async def _told(
        self, session: aiohttp.ClientSession, token: str, path: str, query: dict[str, str]
    ) -> bytes:
        """What GitHub's API says; nothing if it says no. The token goes to this host, and along with no redirect."""
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
        url = self._api.joinpath("repos", *path.split("/")).with_query(query)
        async with session.get(url, headers=headers, allow_redirects=False) as answer:
            if answer.status != 200:  # noqa: PLR2004 - OK
                return b""
            body = b""
            while len(body) <= BODY and (more := await answer.content.read(BODY)):
                body += more
            return body if len(body) <= BODY else b""


async def _followed(session: aiohttp.ClientSession, url: URL) -> State:
    """What a link comes to, through its redirects."""
    for _ in range(HOPS + 1):
        status, onward = await _answer(session, url)
        if onward is None:
            return _judged(status, url)
        if _is_login(onward):
            is_known = (onward.raw_host or "") in _ACCOUNTS or is_code_host(onward.raw_host or "")
            return (
                "private" if is_known else "unchecked"
            )  # a lab with a login page of its own may be what it is
        url = onward
    return "unchecked"


async def _answer(session: aiohttp.ClientSession, url: URL) -> tuple[int, URL | None]:
    """The status of an address, and where it sends us; asked for its head first, which some refuse."""
    for method in ("HEAD", "GET"):
        async with session.request(method, url, allow_redirects=False) as answer:
            status, to = answer.status, answer.headers.get("Location")
        if status < 400 or status == 429:  # noqa: PLR2004 - the first error, and “too many requests”
            break
    if not 300 <= status < 400 or to is None:  # noqa: PLR2004 - redirects
        return status, None
    onward = url.join(URL(to)).with_user(None)
    if onward.scheme not in ("http", "https") or not onward.host:
        raise ValueError("a redirect that leads to no page")
    return status, onward


def _judged(status: int, url: URL) -> State:
    """What a final answer says; in doubt nothing, since a slow or shy server is not the student's fault."""
    match status:
        case _ if 200 <= status < 300:  # noqa: PLR2004 - the answers that are fine
            return "reachable"
        case 401:
            return "private"
        case 403 | 404 if is_code_host(url.raw_host or ""):
            return "private"
        case 404 | 410:
            return "dead"
        case _:
            return "unchecked"


def _failed(error: Exception) -> State:
    """What a connection that failed says: that no such name or no such server is there, or nothing."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "dead" if error.os_error.errno in _NO_SUCH_NAME else "unchecked"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "dead" if error.os_error.errno == errno.ECONNREFUSED else "unchecked"
    return "unchecked"


def _is_login(url: URL) -> bool:
    parts = {part.lower() for part in url.path.split("/")}
    return (url.raw_host or "") in _ACCOUNTS or not parts.isdisjoint(_LOGIN)
