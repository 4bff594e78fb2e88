"""What the process says of itself is readable by people or machines, and never gives the token away."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs

TOKEN = "MTIz.secret-of-the-house.456"


@pytest.fixture(autouse=True)
def quiet_afterwards() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def fails_with_the_token():
    try:
        raise ValueError(f"could not log in with {TOKEN}")
    except ValueError:
        structlog.get_logger("bot").exception("fault", reference="abc", header=f"Bot {TOKEN}")
        logging.getLogger("discord.http").error("request failed with %s", TOKEN, exc_info=True)


@pytest.mark.parametrize("form", ["console", "json"])
def test_the_token_is_hidden_even_in_a_traceback(form, capsys):
    logs.set_up("info", form, secrets=[TOKEN])
    fails_with_the_token()
    said = capsys.readouterr().err
    assert TOKEN not in said
    assert said.count(logs.HIDDEN) == 4
    assert said.count("ValueError: could not log in with") == 2


def test_a_json_line_is_one_object_with_its_context(capsys):
    logs.set_up("info", "json")
    structlog.get_logger("bot").warning("not sent", occurrence=7)
    logging.getLogger("discord.client").info("logging in")
    ours, theirs = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (ours["event"], ours["occurrence"], ours["level"]) == ("not sent", 7, "warning")
    assert (theirs["event"], theirs["logger"]) == ("logging in", "discord.client")


def test_what_is_below_the_level_is_not_said(capsys):
    logs.set_up("warning", "console")
    structlog.get_logger("bot").info("hush")
    logging.getLogger("discord").info("hush")
    assert capsys.readouterr().err == ""
