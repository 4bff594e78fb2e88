"""Listening for browsers: how much may come in, for how long, and how it ends."""

from __future__ import annotations

import asyncio
import errno
from typing import Any

from aiohttp import web

from bot.web.guard import Guard

# A link with its token has about 150 characters, and a browser's headers about 2,000.
LIMITS: dict[str, Any] = {"max_line_size": 2_048, "max_field_size": 4_096, "max_headers": 64}
IDLE = 30.0  # seconds for a request to arrive, and for a connection to stay without one
LINGER = 1.0  # seconds that a body which nobody reads is let in
LAST_PAGE = 10.0  # seconds that a stop waits for pages that are being made
MOST_CONNECTIONS = (
    256  # all visitors together; far more than a school opens, far fewer than a process may have
)
# From one address, where we see addresses: a class behind its school's, with the two that a browser opens for a page.
MOST_FROM_ONE = 64
UNREAD = 100  # connections that wait to be taken


class PagesUnavailable(Exception):
    """The pages cannot be served; the text says why, and what to change."""


class Connection(web.RequestHandler):
    """One browser's connection; what it sends is refused in the same dress as any other answer."""

    def __init__(self, manager: web.Server, guard: Guard, **options: Any) -> None:
        super().__init__(manager, **options)
        self._house = manager
        self._guard = guard
        self.client: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, unless the house is full, or full of this visitor."""
        others = self._house.connections
        self.client = self._guard.client_at(transport.get_extra_info("peername"))
        theirs = sum(isinstance(other, Connection) and other.client == self.client for other in others)
        super().connection_made(transport)
        if len(others) >= MOST_CONNECTIONS or (self.client is not None and theirs >= MOST_FROM_ONE):
            self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no request at all."""
        response = web.Response(status=status, text="This was not a request that Homeroom understands.\n")
        self._guard.dress(response)
        response.force_close()
        return response


class Listener:
    """One address at which an application is served."""

    def __init__(self, application: web.Application, guard: Guard) -> None:
        self._runner = web.AppRunner(
            application, access_log=None, handler_cancellation=False, shutdown_timeout=LAST_PAGE
        )
        self._guard = guard
        self._server: asyncio.Server | None = None

    async def open(self, host: str, port: int) -> int:
        """Begin to listen; the port, which is chosen where it is 0. PagesUnavailable if that cannot be."""
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        manager = self._runner.server
        if manager is None:
            raise RuntimeError("an application that was set up has no server")

        def connection() -> Connection:
            return Connection(
                manager,
                self._guard,
                loop=loop,
                access_log=None,
                keepalive_timeout=IDLE,
                lingering_time=LINGER,
                **LIMITS,
            )

        try:
            self._server = await loop.create_server(connection, host, port, backlog=UNREAD)
        except OSError as error:
            await self.close()
            raise PagesUnavailable(_sentence(error, host, port)) from error
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Take no more requests, finish those that are here, then stop."""
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._runner.server is not None:
            await self._runner.cleanup()


def _sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"The pages cannot listen on {host} port {port}: another program does. Stop that one, or set "
            "HOMEROOM_PAGES_PORT to a free port."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            f"The pages may not listen on {host} port {port}: ports below 1024 are kept for the system. Set "
            "HOMEROOM_PAGES_PORT to a higher one, and let a reverse proxy have the low one."
        )
    return (
        f"The pages cannot listen on {host} port {port} ({error.strerror or error}). HOMEROOM_PAGES_HOST has to be an "
        "address of this machine, such as 127.0.0.1."
    )
