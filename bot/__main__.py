"""The command line: run the bot, check the course, look after the database."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot import __version__
from bot import settings as environment
from bot.backup import BackupRefused, backup, restore
from bot.curriculum import Curriculum, CurriculumErrors, json_schema
from bot.curriculum import load as load_course
from bot.database import Database, DatabaseUnavailable
from bot.errors import CourseError
from bot.settings import Settings, SettingsError


class _Plain(click.Group):
    """Commands whose expected failures are one plain sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what a person can mend is said without a traceback."""
        try:
            return super().invoke(ctx)
        except (BackupRefused, CourseError, CurriculumErrors, DatabaseUnavailable, SettingsError) as error:
            click.echo(str(error), err=True)
            sys.exit(1)


@click.group(cls=_Plain, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def main() -> None:
    """Homeroom runs a cohort course in Discord."""


@main.command()
def run() -> None:
    """Run the bot until it is told to stop."""
    from bot.serve import serve  # noqa: PLC0415 - Discord's library is slow to load and only needed here

    settings = environment.load()
    token = settings.discord_token()
    sys.exit(asyncio.run(serve(settings, load_course(settings.curriculum), token)))


def _day(_ctx: click.Context, _param: click.Parameter, value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a date like 2026-03-02") from None


def _zone(_ctx: click.Context, _param: click.Parameter, value: str) -> ZoneInfo:
    from bot.cohorts.zones import parse_zone  # noqa: PLC0415 - only for a dry run

    try:
        return ZoneInfo(parse_zone(value))
    except CourseError as error:
        raise click.BadParameter(str(error)) from None


@main.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--dry-run", is_flag=True, help="Print every post of a whole course.")
@click.option("--starts-on", callback=_day, help="The first day, as 2026-03-02.", metavar="DATE")
@click.option(
    "--timezone", callback=_zone, default="UTC", help="The cohort's zone, as Europe/Berlin.", metavar="ZONE"
)
def check(file: Path | None, dry_run: bool, starts_on: date | None, timezone: ZoneInfo) -> None:
    """Report every mistake in a course file, with its place.

    FILE is the course file that the settings name (curriculum.yaml) unless given.
    """
    path = file or environment.load().curriculum
    course = load_course(path)
    if not dry_run:
        click.echo(_summary(course, path))
    elif starts_on is None:
        raise click.UsageError("--dry-run needs a first day: add --starts-on 2026-03-02")
    else:
        asyncio.run(_rehearse(course, starts_on, timezone))


def _summary(course: Curriculum, path: Path) -> str:
    return (
        f"{path} is fine: {course.course.title}, {len(course.weeks)} weeks, {len(course.capstones)} capstones, "
        f"{len(course.deliverables)} deliverables."
    )


async def _rehearse(course: Curriculum, starts_on: date, zone: ZoneInfo) -> None:
    from bot.posts.rehearsal import lines, rehearse  # noqa: PLC0415 - loads Discord's library

    for post in rehearse(course, starts_on, zone, course.course.title):
        click.echo("\n".join(lines(post)) + "\n")


@main.command()
@click.option(
    "--students", default=30, show_default=True, help="How many people take the course, 1 to 2,000."
)
@click.option("--weeks", type=int, help="Only the first weeks of the course, 1 or more.  [default: all]")
@click.option(
    "--absent",
    default=5,
    show_default=True,
    help="Per cent who hand in and review nothing in a week, 0 to 100.",
)
@click.option(
    "--silent", default=10, show_default=True, help="Per cent of people who never review, 0 to 100."
)
@click.option("--late", default=10, show_default=True, help="Per cent of the work that comes late, 0 to 100.")
@click.option(
    "--mentors",
    default=2,
    show_default=True,
    help="How many mentors look at the queue on weekdays, 0 to 899.",
)
@click.option("--seed", default=1, show_default=True, help="The same seed, the same people.")
@click.option(
    "--timezone",
    callback=_zone,
    default="UTC",
    show_default=True,
    help="The cohort's zone, as Europe/Berlin.",
    metavar="ZONE",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures for a program.")
def simulate(as_json: bool, timezone: ZoneInfo, **options: int | None) -> None:
    """Rehearse a whole course with made-up people, without Discord, and say how it went.

    Example: python -m bot simulate --students 60 --weeks 8 --absent 10 --mentors 3
    """
    from bot.simulation import course, report  # noqa: PLC0415 - only for a rehearsal

    chosen = course.Options(timezone=timezone.key, **options)  # pyright: ignore[reportArgumentType]
    found = asyncio.run(course.simulate(chosen, load_course(environment.load().curriculum)))
    click.echo(json.dumps(asdict(found), indent=2) if as_json else "\n".join(report.lines(chosen, found)))


@main.command()
def schema() -> None:
    """Print the JSON Schema of the course file, for editors."""
    click.echo(json_schema(), nl=False)


@main.command()
@click.option(
    "--within", default=180, show_default=True, help="Seconds since the last tick that are still healthy."
)
def health(within: int) -> None:
    """Exit with 0 if a bot on this database ticked lately, else with 1."""
    settings = environment.load()
    age = asyncio.run(_tick_age(settings))
    if age is None or age > within:
        click.echo("No tick yet." if age is None else f"The last tick was {age:.0f} seconds ago.", err=True)
        sys.exit(1)
    click.echo(f"The last tick was {age:.0f} seconds ago.")


async def _tick_age(settings: Settings) -> float | None:
    from bot import memory  # noqa: PLC0415 - only this command asks

    database = await Database.open(settings.database_url)
    try:
        last = await database.read(memory.recall, "tick")
    finally:
        await database.close()
    now = datetime.now(UTC)
    return None if last is None else (now - datetime.fromisoformat(last)).total_seconds()


@main.command()
def doctor() -> None:
    """Look at everything that the bot needs and say how to mend what is wrong; exits with 1 if something fails."""
    from bot.doctor import fail, line  # noqa: PLC0415 - loads Discord's library

    try:
        settings = environment.load()
    except SettingsError as error:
        click.echo(line(fail("settings", str(error))))
        sys.exit(1)
    sys.exit(0 if asyncio.run(_examine(settings)) else 1)


async def _examine(settings: Settings) -> bool:
    """Print each finding as it comes; whether nothing failed."""
    from bot.doctor import examine, line  # noqa: PLC0415 - loads Discord's library

    is_well = True
    async for finding in examine(settings, lambda: datetime.now(UTC)):
        click.echo(line(finding))
        is_well = is_well and finding.level != "FAIL"
    return is_well


def _application_id(_ctx: click.Context, _param: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and int(value)):
        raise click.BadParameter(
            f"{value!r} is no application id. That is a long number, such as 123456789012345678; it is on the General "
            "Information page of your application in Discord's developer portal."
        )
    return int(value)


@main.command()
@click.option(
    "--id",
    "application_id",
    callback=_application_id,
    metavar="NUMBER",
    help="The application's id.  [default: what the token says]",
)
def invite(application_id: int | None) -> None:
    """Print the link that invites the bot to a server, and why it asks for each permission."""
    from bot import invite as invitation  # noqa: PLC0415 - only this command asks

    if application_id is None:
        application_id = _id_in_token()
    click.echo("\n".join(invitation.lines(application_id)))


def _id_in_token() -> int | None:
    from bot import invite as invitation  # noqa: PLC0415 - only one command asks

    try:
        return invitation.id_in(environment.load().discord_token())
    except SettingsError:
        return None


@main.group()
def db() -> None:
    """Look after the database."""


@db.command("migrate")
def db_migrate() -> None:
    """Bring the database up to date (a start does this too)."""

    async def migrate() -> None:
        database = await Database.open(environment.load().database_url)
        await database.close()

    asyncio.run(migrate())
    click.echo("The database is up to date.")


@db.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
def db_backup(target: Path) -> None:
    """Copy the database to TARGET while the bot runs."""
    asyncio.run(backup(environment.load().database_url, target))
    click.echo(f"Backed up to {target}.")


@db.command("restore")
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace a database that has something in it.")
def db_restore(source: Path, force: bool) -> None:
    """Put a backup in the place of the database. Stop the bot first."""
    asyncio.run(restore(source, environment.load().database_url, force=force))
    click.echo(f"Restored from {source}.")


if __name__ == "__main__":
    main()
