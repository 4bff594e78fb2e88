"""The link that invites the bot, and what it says of each permission."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import discord
import pytest

from bot import invite, permissions
from tests.test_process import command

README = Path(__file__).parents[1] / "README.md"


def token(said: str) -> str:
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=") + ".middle.secret"


def test_the_link_asks_for_what_is_needed_and_what_saves_work_by_discords_own_names():
    named = discord.Permissions(**dict.fromkeys((item.name for item in permissions.PERMISSIONS), True))
    assert named == discord.Permissions(permissions.value())
    assert not named.administrator


def test_the_link_is_the_readmes():
    assert invite.link(None) in README.read_text("utf-8")


def test_what_a_course_cannot_run_without_is_needed_and_the_rest_can_be_left_out():
    said = "\n".join(invite.lines(4000))
    assert len(re.findall(r"\(needed\)$", said, re.MULTILINE)) == len(permissions.NEEDED) == 5
    assert len(re.findall(r"\(can be left out: .+\)$", said, re.MULTILINE)) == len(permissions.OPTIONAL) == 4
    assert "client_id=4000&scope=bot+applications.commands&permissions=" in said


@pytest.mark.parametrize("said", ["not a number", "", "12a"])
def test_a_token_that_says_no_id_leaves_the_place_open(said):
    assert invite.id_in(token(said)) is None
    assert invite.PLACEHOLDER in invite.link(invite.id_in(token(said)))


def test_a_token_says_its_id():
    assert invite.id_in(token("123456789012345678")) == 123456789012345678


def test_the_command_takes_the_id_from_the_option_then_the_token_and_else_says_where_it_is(tmp_path):
    given = command(tmp_path, "invite", "--id", "77", token=token("4000"))
    assert "client_id=77&" in given.stdout
    known = command(tmp_path, "invite", token=token("4000"))
    assert "client_id=4000&" in known.stdout
    assert "secret" not in known.stdout
    asked = command(tmp_path, "invite")
    assert (asked.returncode, "client_id=YOUR_ID&" in asked.stdout) == (0, True)
    assert "developer portal" in asked.stdout


@pytest.mark.parametrize("typed", ["abc", "0", "-3", "12a"])
def test_an_id_that_is_none_is_refused_with_what_one_looks_like_and_where_it_is(tmp_path, typed):
    refused = command(tmp_path, "invite", "--id", typed)
    assert refused.returncode == 2
    shown = " ".join(refused.stderr.split())
    assert f"'{typed}' is no application id" in shown
    assert "such as 123456789012345678" in shown
    assert "General Information page" in shown
