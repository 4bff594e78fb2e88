"""What the bot needs of its machine: the course file, its database, room on the disk, and time zones."""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from yarl import URL

from bot import migrations
from bot.cohorts.rules import ROLES, Role
from bot.curriculum import CurriculumErrors, load
from bot.database import MEMORY, Sqlite, sqlite_path
from bot.doctor.findings import Finding, fail, ok, warn
from bot.lanes import DatabaseUnavailable, Lane, Tx
from bot.settings import PagesSettings

POSTGRES = ("postgresql://", "postgres://")
ON_SQLITE = "SELECT 1 AS found FROM sqlite_master WHERE name = 'migration'"
ON_POSTGRES = "SELECT 1 AS found WHERE to_regclass('migration') IS NOT NULL"

MB = 1 << 20
ROOM = 100 * MB  # a database of a hundred cohorts, and its companion while the bot writes
OLD_ZONES = 2  # years: by then some country has changed its clocks
PROBED = "Europe/Berlin"  # whoever has any zones has this one
NAMING = ("tzdata.zi", "+VERSION", "version")  # files of the system that begin with their release
LINE, YEAR = 200, 4  # characters of such a beginning, and of a release's year
OF_THE_SYSTEM = "upgrade the system's tzdata package (`apt-get install --only-upgrade tzdata`), or its image"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A cohort as far as its place on Discord and its clock are concerned."""

    name: str
    guild_id: int
    channel_id: int
    timezone: str
    role_ids: Mapping[Role, int | None]


def course(path: Path) -> Finding:
    """Whether the course file can be used."""
    try:
        found = load(path)
    except CurriculumErrors as error:
        first, *rest = str(error).splitlines()
        more = f" There are {len(rest)} more lines; `python -m bot check` prints them all." if rest else ""
        return fail("curriculum", f"{first}{more}")
    return ok("curriculum", f"{path} is fine: {found.course.title}, {len(found.weeks)} weeks.")


async def database(url: str) -> tuple[list[Finding], list[Placed]]:
    """How the database is, without changing it, and the cohorts in it that are not finished."""
    if url == MEMORY:
        return [warn("database", "It is in memory, and all is lost with the process. Name a file.")], []
    try:
        if not url.startswith(POSTGRES) and not sqlite_path(url).exists():
            return [_new(sqlite_path(url))], []
        return await _looked_into(url)
    except DatabaseUnavailable as error:
        return [fail("database", str(error))], []


def _new(path: Path) -> Finding:
    folder = path.absolute().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return fail(
            "database",
            f"{path} is not there yet and cannot be made: create {folder}, and let this user write there.",
        )
    return ok("database", f"{path} is not there yet; the first start makes it.")


async def _looked_into(url: str) -> tuple[list[Finding], list[Placed]]:
    is_postgres = url.startswith(POSTGRES)
    lane = await _lane(url)
    try:
        applied = await lane.run(lambda tx: _applied(tx, ON_POSTGRES if is_postgres else ON_SQLITE))
        findings = [_up_to_date(applied)]
        if not is_postgres:
            findings += [await lane.run(_sound), _room(sqlite_path(url))]
        placed = await lane.run(_placed) if applied else []
    finally:
        await lane.close()
    return findings, placed


async def _lane(url: str) -> Lane:
    """A connection that only reads; opening the database as the bot does would migrate it."""
    if not url.startswith(POSTGRES):
        return Lane(await Sqlite.connect(sqlite_path(url), writes=False, synchronous="FULL"))
    try:
        from bot.postgres import Postgres  # noqa: PLC0415 - only those who use it need its driver
    except ImportError:
        raise DatabaseUnavailable(
            "PostgreSQL needs its driver; install Homeroom with it: pip install 'homeroom[postgres]'."
        ) from None
    return Lane(await Postgres.connect(url, writes=False))


def _applied(tx: Tx, is_there: str) -> dict[str, str]:
    """The migrations on record, with their digests; none if the database is empty."""
    if tx.one(is_there) is None:
        return {}
    return {row["name"]: row["digest"] for row in tx.all("SELECT name, digest FROM migration")}


def _up_to_date(applied: Mapping[str, str]) -> Finding:
    known = migrations.scripts()
    try:
        migrations.check(applied, known)
    except DatabaseUnavailable as error:
        return fail("database", str(error))
    if not applied:
        return ok("database", "It is empty; the first start makes its tables.")
    pending = [script.name for script in known if script.name not in applied]
    if pending:
        return warn(
            "database",
            f"It can be read, and {', '.join(pending)} will be applied by the next start or `python -m bot db "
            "migrate`. Make a backup before.",
        )
    return ok("database", f"It can be read and is up to date, with {len(applied)} migrations.")


def _sound(tx: Tx) -> Finding:
    said = [str(next(iter(row.values()))) for row in tx.all("PRAGMA quick_check(1)")]
    if said != ["ok"]:
        return fail("database", f"It is damaged ({said[0]}). Stop the bot and restore a backup.")
    return ok("database", "Its pages and indexes are sound.")


def _room(path: Path) -> Finding:
    free = shutil.disk_usage(path.absolute().parent).free
    wanted = max(ROOM, 2 * path.stat().st_size)  # a backup beside it, and some days of growth
    if free < wanted:
        return warn(
            "disk",
            f"{free // MB} MB are free where the database is; have {wanted // MB} MB, enough for a backup.",
        )
    return ok("disk", f"{free // MB} MB are free where the database is.")


def _placed(tx: Tx) -> list[Placed]:
    """Only columns that were there from the beginning: the database may not be migrated yet."""
    rows = tx.all(
        "SELECT name, guild_id, channel_id, timezone, student_role_id, mentor_role_id, lead_role_id FROM cohort "
        "WHERE state <> 'finished' ORDER BY guild_id, id"
    )
    return [
        Placed(
            name=row["name"],
            guild_id=row["guild_id"],
            channel_id=row["channel_id"],
            timezone=row["timezone"],
            role_ids={role: row[f"{role}_role_id"] for role in ROLES},
        )
        for row in rows
    ]


def zones(cohorts: Sequence[Placed], now: datetime) -> Iterator[Finding]:
    """Whether time zones are known, how old what is known of them is, and each cohort's."""
    yield _release(now)
    for cohort in cohorts:
        try:
            ZoneInfo(cohort.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            yield fail(
                "time zones",
                f"{cohort.name} lives by {cohort.timezone}, which this machine does not know: "
                "`pip install --upgrade tzdata`.",
            )


def _release(now: datetime) -> Finding:
    """How old the zones are that Python goes by: the system's own where it has them, else the package's."""
    system = next((Path(folder) for folder in zoneinfo.TZPATH if (Path(folder) / PROBED).is_file()), None)
    release = version("tzdata") if system is None else _release_in(system)
    where = "" if system is None else f" in {system}"
    remedy = "`pip install --upgrade tzdata`" if system is None else OF_THE_SYSTEM
    if release is None:
        return warn(
            "time zones",
            f"Those{where} are used, and they do not say how old they are. Countries change their clocks: {remedy}.",
        )
    if now.year - int(release[:YEAR]) >= OLD_ZONES:
        return warn(
            "time zones",
            f"What is known of them{where} is from {release}. Countries change their clocks: {remedy}.",
        )
    return ok("time zones", f"Known as of {release}{where}.")


def _release_in(folder: Path) -> str | None:
    """What the system's files call their release, such as 2026a."""
    for name in NAMING:
        try:
            with (folder / name).open(encoding="utf-8") as file:
                found = re.search(r"\b\d{4}[a-z]+\b", file.readline(LINE))
        except (OSError, UnicodeDecodeError):
            continue
        if found is not None:
            return found[0]
    return None


def pages(settings: PagesSettings | None) -> Iterator[Finding]:
    """Whether the pages can be reached by those they are for, and listened to by nobody on the way."""
    if settings is None:
        yield ok("pages", "They are off. HOMEROOM_PAGES_PORT switches them on.")
        return
    url, listens_here = URL(settings.url), _is_loopback(settings.host)
    reached = url.host or ""
    troubles = [
        (
            reached in {"0.0.0.0", "::"},  # noqa: S104 - it is refused here
            f"Nobody can open {settings.url}. Set HOMEROOM_PAGES_URL to the address as people reach it.",
        ),
        (
            url.scheme == "http" and not _is_loopback(reached),
            f"What goes to {settings.url} can be read on its way. Put a reverse proxy with a certificate before it, "
            "and write https in HOMEROOM_PAGES_URL.",
        ),
        (
            settings.proxied and not listens_here,
            f"HOMEROOM_PAGES_PROXIED is true, and {settings.host} can be reached past the proxy, where a visitor may "
            "claim any address. Let only the proxy reach it, or set HOMEROOM_PAGES_HOST to 127.0.0.1.",
        ),
        (
            url.scheme == "https" and not settings.proxied,
            "A proxy stands before them, as https says, and all its visitors count as one. Set HOMEROOM_PAGES_PROXIED "
            "to true.",
        ),
    ]
    said = [warn("pages", words) for is_so, words in troubles if is_so]
    yield from said or [ok("pages", f"They are at {settings.url} while the bot runs.")]


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
