"""Where the pages are: what the environment may say, what each mistake is told, and what the doctor thinks of it."""

from __future__ import annotations

import pytest

from bot import settings as environment
from bot.doctor import line, machine
from bot.settings import PagesSettings, SettingsError


def told(monkeypatch, tmp_path, **values: str) -> PagesSettings | None:
    """What a process with such an environment makes of it."""
    monkeypatch.chdir(tmp_path)  # away from anybody's .env
    for name in ("port", "host", "url", "proxied"):
        monkeypatch.delenv(f"HOMEROOM_PAGES_{name.upper()}", raising=False)
    for name, value in values.items():
        monkeypatch.setenv(f"HOMEROOM_PAGES_{name.upper()}", value)
    return environment.load().pages()


@pytest.fixture
def pages(monkeypatch, tmp_path):
    return lambda **values: told(monkeypatch, tmp_path, **values)


def test_without_a_port_there_are_none(pages):
    assert pages() is None
    assert pages(port="", url="https://school.example") is None


def test_a_port_alone_is_enough(pages):
    assert pages(port="8700") == PagesSettings(
        port=8700, host="127.0.0.1", url="http://127.0.0.1:8700", proxied=False
    )
    assert pages(port="8700", host="::1").url == "http://[::1]:8700"


def test_the_address_may_have_a_path_and_needs_no_slash_at_its_end(pages):
    found = pages(port="8700", url="https://school.example/homeroom/", proxied="true")
    assert (found.url, found.proxied) == ("https://school.example/homeroom", True)


@pytest.mark.parametrize(("name", "value", "words"), [
    ("port", "0", "should be greater than or equal to 1"),
    ("port", "65536", "should be less than or equal to 65535"),
    ("port", "http", "should be a valid integer"),
    ("proxied", "perhaps", "should be a valid boolean"),
    ("url", "school.example", "is not an http or https address, such as https://"),
    ("url", "ftp://school.example", "is not an http or https address"),
    ("url", "https://school.example/?a=b", "is more than an address: leave out what follows"),
    ("url", "https://me:secret@school.example", "is more than an address"),
    ("url", "https://[", "is not an http or https address"),
])  # fmt: skip
def test_a_wrong_value_names_itself(pages, name, value, words):
    with pytest.raises(SettingsError) as refusal:
        pages(**{"port": "8700"} | {name: value})
    assert str(refusal.value).startswith(f"HOMEROOM_PAGES_{name.upper()} ")
    assert words in str(refusal.value)
    assert "secret" not in str(refusal.value)


def place(url: str, **changes) -> PagesSettings:
    return PagesSettings(port=8700, url=url, **changes)


@pytest.mark.parametrize(("settings", "expected"), [
    (None, "ok    pages: They are off."),
    (place("http://127.0.0.1:8700"), "ok    pages: They are at http://127.0.0.1:8700 while the bot runs."),
    (place("http://localhost:8700"), "ok    pages: They are at"),
    (place("https://school.example", proxied=True), "ok    pages: They are at https://school.example"),
    (place("http://school.example", proxied=True), "warn  pages: What goes to http://school.example can be read"),
    (place("http://0.0.0.0:8700", host="0.0.0.0"), "warn  pages: Nobody can open http://0.0.0.0:8700."),
    (place("https://school.example"), "warn  pages: A proxy stands before them"),
    (place("https://school.example", host="0.0.0.0", proxied=True), "warn  pages: HOMEROOM_PAGES_PROXIED is true"),
])  # fmt: skip
def test_the_doctor_looks_at_the_address(settings, expected):
    assert line(next(machine.pages(settings))).startswith(expected)
