"""The doctor: each thing that a bot needs, what is wrong with it, and how to mend it."""

from __future__ import annotations

import sqlite3
import zoneinfo
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from bot import migrations, permissions
from bot.database import Database, sqlite_path
from bot.doctor import examine, line, machine
from bot.settings import Settings
from tests.standin import Server, role, standin
from tests.test_process import ROOT, command
from tests.town import CHANNEL, GUILD, Town

TOKEN = "NDAwMA.secret-of-the-house.456"  # its first part says 4000, the stand-in's application
NOW = datetime(2026, 3, 4, 12, 0, 2, tzinfo=UTC)
DATE = "Wed, 04 Mar 2026 12:00:00 GMT"
ALL = permissions.value()
STUDENT, MINE = 31, 32


def server(given: int = ALL, **changes) -> Server:
    """The cohort's server, where all is well."""
    roles = [role(GUILD, "@everyone", position=0), role(STUDENT, "Spring student", position=1),
             role(MINE, "Homeroom", position=2, permissions=given)]  # fmt: skip
    return Server(**{"name": "School", "channel_id": CHANNEL, "roles": roles, "mine": [MINE]} | changes)


@pytest.fixture
async def town(url):
    """A database with a cohort that runs on that server and has a student role."""
    database = await Database.open(url)
    await Town(database).begin(1)
    await database.write(lambda tx: tx.run("UPDATE cohort SET student_role_id = :id", id=STUDENT))
    await database.close()
    return url


def settings(url: str, address: str = "http://127.0.0.1:9", **changes) -> Settings:
    return Settings(
        _env_file=None,
        **{
            "token": TOKEN,
            "database_url": url,
            "curriculum": ROOT / "curriculum.yaml",
            "discord_api": address,
        }
        | changes,
    )


async def found(url: str, discord=None, now: datetime = NOW, **changes) -> list[str]:
    """The doctor's lines."""
    chosen = settings(url, **({} if discord is None else {"address": discord.address}), **changes)
    lines = [line(finding) async for finding in examine(chosen, lambda: now)]
    assert not any("secret" in said for said in lines)
    return lines


def trouble(lines: list[str]) -> list[str]:
    return [said for said in lines if not said.startswith("ok ")]


async def test_all_is_well(town):
    async with standin(servers={GUILD: server()}, date=DATE) as discord:
        lines = await found(town, discord)
        assert discord.identified == [], "nobody sees the bot come and go"
    assert trouble(lines) == []
    subjects = [said.split(":")[0].removeprefix("ok    ") for said in lines]
    assert {"settings", "curriculum", "database", "time zones", "clock", "token"} <= set(subjects)
    assert {"application", "intent", "servers", "Spring"} <= set(subjects)
    assert "ok    Spring: I may post in #spring." in lines
    assert ("disk" in subjects) == town.startswith("sqlite")


async def test_the_permissions_that_lack_in_a_channel_are_named(town):
    denied = permissions.value(permissions.NEEDED[2:4])
    overwrite = {"id": str(GUILD), "type": 0, "allow": "0", "deny": str(denied)}
    async with standin(servers={GUILD: server(overwrites=[overwrite])}, date=DATE) as discord:
        (said,) = trouble(await found(town, discord))
    assert said.startswith(
        "FAIL  Spring: In #spring I lack Embed Links, Attach Files. Open the channel's settings"
    )


async def test_what_only_saves_work_is_a_warning_with_the_way_around_it(town):
    async with standin(servers={GUILD: server(permissions.value(permissions.NEEDED))}, date=DATE) as discord:
        lines = trouble(await found(town, discord))
    assert [said[:4] for said in lines] == ["warn"] * 4
    assert "School: I lack Manage Roles" in lines[0]
    assert "make the roles by hand" in lines[0]


async def test_a_role_above_the_bots_own_cannot_be_given(town):
    roles = [role(GUILD, "@everyone", position=0), role(MINE, "Homeroom", position=1, permissions=ALL),
             role(STUDENT, "Spring student", position=2)]  # fmt: skip
    async with standin(servers={GUILD: server(roles=roles)}, date=DATE) as discord:
        (said,) = trouble(await found(town, discord))
    assert "Its student role Spring student stands above mine" in said
    assert "Drag my role above it" in said


async def test_a_role_a_channel_and_a_server_that_are_gone(town):
    roles = [role(GUILD, "@everyone", position=0), role(MINE, "Homeroom", position=1, permissions=ALL)]
    async with standin(servers={GUILD: server(roles=roles)}, date=DATE) as discord:
        assert "Its student role was deleted" in trouble(await found(town, discord))[0]
    async with standin(servers={GUILD: server(channel_id=5)}, date=DATE) as discord:
        assert (
            f"FAIL  Spring: Its channel ({CHANNEL}) does not exist" in trouble(await found(town, discord))[0]
        )
    async with standin(servers={77: server()}, date=DATE) as discord:
        assert "is not on its server (900) any more" in trouble(await found(town, discord))[0]


async def test_a_bot_on_no_server_is_told_how_to_be_invited(url):
    async with standin(date=DATE) as discord:
        (said,) = trouble(await found(url, discord))
    assert "`python -m bot invite`" in said


async def test_a_wrong_token_a_missing_one_and_an_intent_that_is_off(town):
    async with standin(accepts_token=False) as discord:
        assert "FAIL  token: Discord did not accept it" in trouble(await found(town, discord))[-1]
    assert "FAIL  token: HOMEROOM_TOKEN is not set" in trouble(await found(town, token=None))[-1]
    async with standin(flags=0, servers={GUILD: server()}, date=DATE) as discord:
        (said,) = trouble(await found(town, discord))
    assert said.startswith("FAIL  intent: Server Members is switched off")


@pytest.mark.parametrize("typed", ["my-public-key", "one.two", "one..three", "a.b.c.d"])
async def test_what_cannot_be_a_token_is_said_without_asking_discord(town, typed):
    (said,) = trouble(await found(town, token=typed))
    assert said.startswith("FAIL  token: HOMEROOM_TOKEN cannot be a bot's token: that has three parts")
    assert typed not in said


async def test_a_token_that_says_another_id_than_its_application(town):
    async with standin(servers={GUILD: server()}, date=DATE) as discord:
        (said,) = trouble(await found(town, discord, token="MTIz.secret.x"))
    assert "invite the bot with `python -m bot invite --id 4000`" in said


async def test_an_unreachable_discord(town):
    lines = trouble(await found(town))
    assert "FAIL  Discord: It could not be reached" in lines[0]
    assert all("HOMEROOM_DISCORD_API" in said for said in lines)


@pytest.mark.parametrize(("minutes", "direction"), [(2, "120 seconds ahead of"), (-2, "120 seconds behind")])
async def test_a_clock_that_goes_wrong(town, minutes, direction):
    async with standin(servers={GUILD: server()}, date=DATE) as discord:
        now = NOW - timedelta(seconds=2) + timedelta(minutes=minutes)
        (said,) = trouble(await found(town, discord, now=now))
    assert said.startswith("warn  clock:")
    assert direction in said


@pytest.fixture
def system(tmp_path):
    """A system's own time zones, from long ago, before those of the package."""
    zones = tmp_path / "zoneinfo"
    (zones / "Europe").mkdir(parents=True)
    (zones / "Europe" / "Berlin").write_bytes(b"TZif")
    zoneinfo.reset_tzpath([str(zones)])
    yield zones
    zoneinfo.reset_tzpath()


@pytest.fixture
def bare():
    """A system without time zones of its own."""
    zoneinfo.reset_tzpath([])
    yield
    zoneinfo.reset_tzpath()


async def test_zones_that_are_old_or_unknown_on_this_machine(town, bare):
    database = await Database.open(town)
    await database.write(lambda tx: tx.run("UPDATE cohort SET timezone = 'Mars/Olympus'"))
    await database.close()
    years_later = NOW.replace(year=2040)
    lines = trouble(await found(town, now=years_later))
    assert "warn  time zones: What is known of them is from" in lines[0]
    assert "pip install --upgrade tzdata" in lines[0]
    assert "FAIL  time zones: Spring lives by Mars/Olympus" in lines[1]


async def test_the_systems_own_zones_come_before_those_of_the_package(system):
    (system / "tzdata.zi").write_text("# version 2019c\n# This zic input file\n")
    (said,) = machine.zones([], NOW)
    assert f"What is known of them in {system} is from 2019c" in line(said)
    assert "upgrade the system's tzdata package" in line(said)
    assert "pip" not in line(said), "it would change nothing"
    (system / "tzdata.zi").unlink()
    (system / "+VERSION").write_text("2026a\n")
    (said,) = machine.zones([], NOW)
    assert line(said) == f"ok    time zones: Known as of 2026a in {system}."


async def test_zones_of_the_system_that_do_not_say_how_old_they_are(system):
    (said,) = machine.zones([], NOW)
    assert line(said).startswith(f"warn  time zones: Those in {system} are used, and they do not say how old")


async def test_a_course_with_mistakes(town, tmp_path):
    text = (ROOT / "curriculum.yaml").read_text().replace("kickoff: mon 09:00", "kickof: mon 09:00", 1)
    (tmp_path / "bad.yaml").write_text(text)
    said = trouble(await found(town, curriculum=tmp_path / "bad.yaml"))[0]
    assert said.startswith("FAIL  curriculum:")
    assert "bad.yaml:" in said
    assert "\n" not in said
    assert "FAIL  curriculum:" in trouble(await found(town, curriculum=tmp_path / "none.yaml"))[0]


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
async def test_a_database_that_is_not_there_yet_is_not_made(empty_url, tmp_path):
    assert any("the first start makes it" in said for said in await found(empty_url))
    assert not sqlite_path(empty_url).exists()
    nowhere = f"sqlite:///{tmp_path / 'no' / 'folder' / 'course.db'}"
    assert "FAIL  database:" in trouble(await found(nowhere))[0]


async def test_a_database_in_memory_is_a_warning_and_an_address_that_is_none_a_failure(url):
    assert "warn  database: It is in memory" in trouble(await found("sqlite:///:memory:"))[0]
    assert "FAIL  database: HOMEROOM_DATABASE_URL" in trouble(await found("mysql://x"))[0]


async def test_migrations_that_are_pending_are_named_and_left_pending(empty_url, tmp_path):
    folder = tmp_path / "older"
    folder.mkdir()
    first, *_, last = sorted(migrations.FOLDER.glob("*.sql"))
    (folder / first.name).write_text(first.read_text())
    await (await Database.open(empty_url, folder=folder)).close()
    for _ in range(2):
        said = trouble(await found(empty_url))[0]
        assert said.startswith("warn  database:")
        assert last.stem in said


async def test_a_database_of_a_newer_homeroom(url):
    database = await Database.open(url)
    await database.write(lambda tx: tx.run("INSERT INTO migration (name, digest) VALUES ('9999_later', 'x')"))
    await database.close()
    assert "FAIL  database: This database is newer than this Homeroom" in trouble(await found(url))[0]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_damaged_database(town):
    path = sqlite_path(town)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek(size * 3)
        file.write(b"\xff" * size * 3)
    assert any(said.startswith("FAIL  database:") and "amaged" in said for said in await found(town))
    path.write_bytes(b"no database at all" * 500)
    assert "is not a SQLite database" in trouble(await found(town))[0]


async def test_the_command_prints_its_findings_and_fails_when_something_does(tmp_path):
    done = command(tmp_path, "doctor", token=TOKEN, discord_api="http://127.0.0.1:9")
    assert done.returncode == 1
    assert "ok    curriculum:" in done.stdout
    assert "FAIL  Discord: It could not be reached" in done.stdout
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stdout + done.stderr
    wrong = command(tmp_path, "doctor", log_level="loud")
    assert (wrong.returncode, wrong.stdout.startswith("FAIL  settings: HOMEROOM_LOG_LEVEL")) == (1, True)


async def test_the_command_succeeds_with_warnings(tmp_path):
    import asyncio

    async with standin() as discord:
        done = await asyncio.to_thread(command, tmp_path, "doctor", token=TOKEN, discord_api=discord.address)
    assert done.returncode == 0, done.stdout
    assert "warn  servers:" in done.stdout
