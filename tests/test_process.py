"""The bot as its host starts it: a process with an environment, a database and a Discord on the other end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.database import Database
from tests.standin import standin
from tests.town import Town

ROOT = Path(__file__).parents[1]
TOKEN = "MTIz.secret-of-the-house.456"


def environment(tmp_path, **settings):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOMEROOM_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "HOMEROOM_CURRICULUM": str(ROOT / "curriculum.yaml"),
        "HOMEROOM_DATABASE_URL": f"sqlite:///{tmp_path / 'course.db'}",
        **{f"HOMEROOM_{name.upper()}": value for name, value in settings.items()},
    }


def command(tmp_path, *words, **settings):
    return subprocess.run(
        [sys.executable, "-m", "bot", *words], cwd=tmp_path, env=environment(tmp_path, **settings),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


async def start(tmp_path, **settings):
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=tmp_path, env=environment(tmp_path, **settings),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


async def until(condition):
    """Wait for another process; the test's own time limit is the only one."""
    async with asyncio.timeout(45):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.02)


async def finished(process):
    _, errors = await asyncio.wait_for(process.communicate(), 45)
    return process.returncode, errors.decode()


async def test_a_start_registers_the_commands_once_and_a_stop_is_clean(tmp_path):
    async with standin() as discord:
        await _one_life(tmp_path, discord, lives=1)
        await _one_life(tmp_path, discord, lives=2)
        assert len(discord.registered) == 1
        names = {item["name"] for item in discord.registered[0]}
        assert {
            "me",
            "week",
            "course",
            "submit",
            "review",
            "feedback",
            "retro",
            "progress",
            "cohort",
            "roster",
        } <= names
    assert command(tmp_path, "health").returncode == 0
    assert command(tmp_path, "health", "--within", "-1").returncode == 1


async def _one_life(tmp_path, discord, *, lives):
    process = await start(tmp_path, token=TOKEN, discord_api=discord.address)
    await until(lambda: len(discord.identified) == lives)
    await until(lambda: _ticked(tmp_path))
    process.send_signal(signal.SIGTERM)
    code, errors = await finished(process)
    assert code == 0, errors
    assert TOKEN not in errors


def _ticked(tmp_path):
    import sqlite3
    from contextlib import closing

    if not (tmp_path / "course.db").exists():
        return False
    with closing(sqlite3.connect(f"file:{tmp_path / 'course.db'}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE name = 'house'").fetchall()
        return bool(tables and connection.execute("SELECT 1 FROM house WHERE name = 'tick'").fetchall())


async def test_a_stop_waits_for_the_answer_to_a_post_and_writes_it_down(tmp_path):
    url = f"sqlite:///{tmp_path / 'course.db'}"
    await _owe_one_kickoff(url)
    async with standin() as discord:
        discord.answers.clear()
        process = await start(tmp_path, token=TOKEN, discord_api=discord.address)
        await until(lambda: discord.messages)
        process.send_signal(signal.SIGTERM)
        assert b"stopping" in await _line_about(process, b"stopping")
        discord.answers.set()
        code, errors = await finished(process)
    assert code == 0, errors
    database = await Database.open(url)
    row = await database.read(lambda tx: tx.one("SELECT state, message_id FROM occurrence WHERE due_at = 0"))
    await database.close()
    assert dict(row) == {"state": "sent", "message_id": 7001}


async def _owe_one_kickoff(url):
    """A cohort of a far future, with its first kickoff due already."""
    database = await Database.open(url)
    await Town(database).begin(1, starts_on="2999-03-04")
    await database.write(
        lambda tx: tx.run("UPDATE occurrence SET due_at = 0, try_at = 0 WHERE kind = 'kickoff' AND week = 1")
    )
    await database.close()


async def _line_about(process, word):
    """The first line that a process logs about something."""
    async with asyncio.timeout(45):
        while line := await process.stderr.readline():
            if word in line:
                return line
    return b""


async def test_the_token_may_come_from_a_file(tmp_path):
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    async with standin() as discord:
        process = await start(
            tmp_path, token_file=str(tmp_path / "token"), discord_api=discord.address + "/api/v10"
        )
        await until(lambda: discord.identified or process.returncode is not None)
        process.send_signal(signal.SIGTERM)
        assert (await finished(process))[0] == 0
        assert discord.identified[0]["token"] == TOKEN


async def test_a_wrong_token_is_one_plain_sentence(tmp_path):
    async with standin(accepts_token=False) as discord:
        code, errors = await finished(await start(tmp_path, token=TOKEN, discord_api=discord.address))
    assert (code, len(_sentences(errors))) == (1, 1)
    assert "did not accept the token" in errors
    assert TOKEN not in errors


async def test_a_missing_intent_is_one_plain_sentence(tmp_path):
    async with standin(accepts_intents=False) as discord:
        code, errors = await finished(await start(tmp_path, token=TOKEN, discord_api=discord.address))
    assert (code, "Server Members intent" in _sentences(errors)[-1]) == (1, True)
    assert "Traceback" not in errors


async def test_an_unreachable_discord_is_one_plain_sentence(tmp_path):
    code, errors = await finished(await start(tmp_path, token=TOKEN, discord_api="http://127.0.0.1:9"))
    assert (code, "could not be reached" in _sentences(errors)[-1]) == (1, True)
    assert "Traceback" not in errors


def _sentences(errors):
    return [line for line in errors.splitlines() if line and not line[0].isdigit()]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "HOMEROOM_TOKEN is not set"),
        ({"token_file": "nowhere"}, "HOMEROOM_TOKEN_FILE names nowhere"),
        ({"token": TOKEN, "github_token_file": "nowhere"}, "HOMEROOM_GITHUB_TOKEN_FILE names nowhere"),
        ({"token": TOKEN, "check_links": "perhaps"}, "HOMEROOM_CHECK_LINKS"),
        ({"token": TOKEN, "log_level": "loud"}, "HOMEROOM_LOG_LEVEL"),
        ({"token": TOKEN, "discord_api": "ftp://discord"}, "HOMEROOM_DISCORD_API"),
        ({"token": TOKEN, "database_url": "mysql://x"}, "HOMEROOM_DATABASE_URL"),
        ({"token": TOKEN, "database_url": "sqlite:////nowhere/at/all/course.db"}, "/nowhere/at/all"),
        ({"token": TOKEN, "curriculum": "missing.yaml"}, "missing.yaml"),
    ],
)
def test_what_cannot_start_says_why_in_one_plain_sentence(tmp_path, settings, said):
    done = command(tmp_path, "run", **settings)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert TOKEN not in done.stderr


def test_a_course_with_mistakes_stops_the_start_with_the_list(tmp_path):
    text = (ROOT / "curriculum.yaml").read_text().replace("kickoff: mon 09:00", "kickof: mon 09:00", 1)
    (tmp_path / "bad.yaml").write_text(text.replace("reviewers: 2", "reviewers: two", 1))
    done = command(tmp_path, "run", token=TOKEN, curriculum=str(tmp_path / "bad.yaml"))
    assert done.returncode == 1
    assert "did you mean 'kickoff'" in done.stderr
    assert "'two'" in done.stderr


def test_check_names_the_course_and_its_size(tmp_path):
    done = command(tmp_path, "check")
    assert (done.returncode, "24 weeks, 3 capstones, 33 deliverables" in done.stdout) == (0, True)


def test_a_dry_run_prints_every_post_with_its_local_time_and_instant(tmp_path):
    done = command(
        tmp_path, "check", "--dry-run", "--starts-on", "2026-03-02", "--timezone", "America/New_York"
    )
    assert done.returncode == 0
    posts = [line for line in done.stdout.splitlines() if line and not line.startswith(" ")]
    assert len(posts) == 24 * 5
    assert posts[0] == "Mon 2026-03-02 09:00 EST | 2026-03-02T14:00:00Z | kickoff w01"
    assert "Mon 2026-03-09 09:00 EDT | 2026-03-09T13:00:00Z | kickoff w02" in posts
    assert "Analyze the principles" in done.stdout or "Analyze" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("chek",),
        ("check", "--dry-run"),
        ("check", "--dry-run", "--starts-on", "soon"),
        ("check", "--timezone", "Berln"),
    ],
)
def test_a_command_that_cannot_be_understood_is_usage_and_exits_with_2(tmp_path, words):
    done = command(tmp_path, *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_health_is_bad_before_the_first_tick(tmp_path):
    done = command(tmp_path, "health")
    assert (done.returncode, done.stderr.strip()) == (1, "No tick yet.")


def test_a_backup_can_be_put_back(tmp_path):
    assert command(tmp_path, "db", "migrate").returncode == 0
    assert command(tmp_path, "db", "backup", "copy.db").returncode == 0
    (tmp_path / "course.db").unlink()
    assert command(tmp_path, "db", "restore", "copy.db").returncode == 0
    assert (tmp_path / "course.db").exists()
