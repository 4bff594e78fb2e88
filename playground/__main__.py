"""`python -m playground`: start the offline Discord, print its address, open it in a browser."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
import tempfile
import webbrowser
from pathlib import Path
from typing import TextIO

PORT = 8800


def main() -> int:
    """Run until Ctrl-C; the exit code is 0, or 1 if the playground could not start."""
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument(
        "--port", type=int, help=f"the page's port on this machine (default: {PORT}, or a free one)"
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address only")
    options = parser.parse_args()
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
    port = free_port() if options.port is None else options.port
    if not 0 < port < 65536 or not is_free(port):
        _say(f"Port {port} cannot be used: choose another with --port, or leave it out.", to=sys.stderr)
        return 1
    try:
        return asyncio.run(_run(port, browse=not options.no_browser))
    except KeyboardInterrupt:
        return 0


async def _run(port: int, *, browse: bool) -> int:
    _say("Setting up the school: two weeks of the course happen first …")
    from .server import Server  # noqa: PLC0415 - SimCord takes a moment to load, and we want to say so first
    from .term import begin  # noqa: PLC0415 - loads SimCord too

    with tempfile.TemporaryDirectory(prefix="homeroom-") as place:
        from bot.database import Database  # noqa: PLC0415 - after the first words as well
        from bot.settings import PagesSettings  # noqa: PLC0415 - likewise

        database = await Database.open(f"sqlite:///{Path(place) / 'school.db'}")
        beside = any_port()
        pages = PagesSettings(port=beside, url=f"http://127.0.0.1:{beside}")
        stage = await begin(database, port=port, pages=pages)
        server = Server(stage, port=port)
        await server.start()
        _say(f"The playground is open at\n\n  {server.url}\n\nPress Ctrl-C to close it.")
        if browse and has_browser():
            webbrowser.open(server.url)
        try:
            await _until_told()
        finally:
            await server.close()
            await stage.close()
            await database.close()
    _say("The playground is closed.")
    return 0


async def _until_told() -> None:
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(name, told.set)
        except NotImplementedError:  # Windows: Ctrl-C arrives as KeyboardInterrupt
            break
    await told.wait()


def has_browser() -> bool:
    """Whether a window can open; a browser inside this terminal would only get in the way."""
    windowed = (
        sys.platform in {"darwin", "win32"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    return bool(windowed)


def is_free(port: int) -> bool:
    """Whether nothing listens on this machine's port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True


def free_port() -> int:
    """The usual port, or any free one."""
    return PORT if is_free(PORT) else any_port()


def any_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _say(text: str, *, to: TextIO | None = None) -> None:
    print(text, file=to or sys.stdout, flush=True)


if __name__ == "__main__":
    sys.exit(main())
