"""A link is kept in one public, harmless form, or refused with a sentence that says what to change."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import CourseError
from bot.submissions.links import LIMIT, normal

HARMFUL = re.compile(r"[<>@`*|\\\s]")


def refusal(text: str) -> str:
    with pytest.raises(CourseError) as refused:
        normal(text)
    return str(refused.value)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://github.com/Ada/Repo.git/?utm_source=x#readme", "https://github.com/Ada/Repo"),
        ("http://www.GitHub.com/Ada/Repo/", "https://github.com/Ada/Repo"),
        ("github.com/Ada/Repo?tab=readme-ov-file#readme", "https://github.com/Ada/Repo"),
        ("http://github.com:443/Ada/Repo.git.git//", "https://github.com/Ada/Repo"),
        ("https://github.com./Ada/Repo", "https://github.com/Ada/Repo"),
        ("https://gitlab.com", "https://gitlab.com/"),
    ],
)
def test_the_many_ways_to_write_a_repository_are_one_link(typed, kept):
    assert normal(typed) == kept


@pytest.mark.parametrize(
    "link",
    [
        "https://github.com/Ada/Repo/blob/main/server.js#L10-L20",
        "https://github.com/Ada/Repo/pull/3#discussion_r1",
        "https://github.com/Ada/Repo/releases/tag/v1.0?expanded=true",
        "https://docs.google.com/document/d/x/edit?usp=sharing#heading=h.1",
        "https://example.com/a/?b=1&b=2&c=%2B+d",
        "http://example.com:8080/report",
        "https://8.8.8.8/",
        "https://[2001:4860:4860::8888]:8443/x",
    ],
)
def test_what_leads_to_a_place_on_the_page_is_kept(link):
    assert normal(link) == link


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  <https://example.com/x>  ", "https://example.com/x"),
        ("\u200bhttps://example.com/x\ufeff", "https://example.com/x"),
        ("HTTPS://Example.COM:443", "https://example.com/"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("https://example.com/?utm_medium=a&q=1&fbclid=b&UTM_x=c", "https://example.com/?q=1"),
        ("https://example.com/a/../b", "https://example.com/b"),
        ("https://bücher.de/ü", "https://xn--bcher-kva.de/%C3%BC"),
        ("https://medium.com/@ada/notes*`|", "https://medium.com/%40ada/notes%2A%60%7C"),
        ("https://example.com/a%2Ab%zz", "https://example.com/a%2Ab%25zz"),
        ("https://example.com/?@everyone#<@1>", "https://example.com/?%40everyone#%3C%401%3E"),
    ],
)
def test_a_link_is_tidied_and_made_harmless(typed, kept):
    assert normal(typed) == kept


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST:3000", "db.local", "api.internal", "router.lan", "x.test", "x.home.arpa", "a.onion",
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
        "10.0.0.8", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "１２７.0.0.1", "127。0。0。1", "127.0.0.1.", "1.2.3", "256.256.256.256", "1.2.3.4.5",
        "[::1]", "[::]", "[fe80::1]", "[fd00::1]", "[ff02::1]", "[::ffff:127.0.0.1]", "[::ffff:a00:1]",
        "[2002:7f00:1::]", "[64:ff9b::10.0.0.1]", "myserver", "a..b.com", "-a.com", "a-.com", "x.c0m-",
        "a." * 130 + "com",
    ],
)  # fmt: skip
def test_a_host_that_reviewers_cannot_reach_is_refused(host):
    assert "is not a public address" in refusal(f"http://{host}/x")


@pytest.mark.parametrize(
    "scheme", ["javascript", "data", "mailto", "file", "ftp", "ssh", "vbscript", "discord"]
)
def test_only_web_links_are_kept(scheme):
    assert f"begins with “{scheme}:”" in refusal(f"{scheme}:alert(example.com)")


@pytest.mark.parametrize(
    "typed",
    [
        "https://ada@example.com", "https://ada:pw@example.com/x", "https://:@example.com", "mailto:1@example.com",
    ],
)  # fmt: skip
def test_a_name_or_password_before_the_host_is_refused(typed):
    assert "user name or token" in refusal(typed)


@pytest.mark.parametrize("name", ["access_token", "private_token", "API_KEY", "apikey", "password"])
def test_a_link_that_carries_a_secret_is_refused(name):
    assert "token or password" in refusal(f"https://example.com/x?a=1&{name}=hunter2")


@pytest.mark.parametrize(
    "typed",
    [
        "https://", "https:///x.com", "http:x.com", "//x.com", "https://x.com:99999", "https://x.com:0",
        "https://x.com:a",
        "[my repo](https://x.com)", "https://[::1", "https://ex%61mple.com", "https://a.com\\.b.com/", "?", "/x",
        "https://github.com\\@example.com/",
        "https://[2001:4860::8888%25eth0]/", "https://exa\ud800mple.com", "https://x.com:-1/",
    ],
)  # fmt: skip
def test_what_is_no_link_is_refused_with_an_example(typed):
    assert "https://github.com/you/your-repo" in refusal(typed)


def test_an_empty_link_and_one_with_spaces_are_refused():
    assert "is empty" in refusal(" <> ")
    assert "no spaces" in refusal("https://example.com/my work")
    assert "no spaces" in refusal("https://example.com/a\u202eb")


def test_a_link_that_is_too_long_is_refused_also_when_it_only_grows_long():
    assert normal("https://example.com/" + "a" * (LIMIT - 20))
    assert f"at most {LIMIT}" in refusal("https://example.com/" + "a" * LIMIT)
    assert f"at most {LIMIT}" in refusal("https://example.com/" + "ü" * 200)


PIECES = [
    "http", "https", "://", ":", "//", "/", "?", "#", "@", "&", "=", "%", "%2A", "%zz", "%00", ".", "..", ".git",
    "www.", "github.com", "example.com", "127.0.0.1", "0x7f", "2130706433", "localhost", "[", "]", "[::1]",
    "::ffff:", "8.8.8.8", "[2001:4860::1]", "xn--bcher-kva.de", "bücher.de", "。", "１", "utm_x=1", "<", ">", "*",
    "`", "|", "\\", " ", "\u200b", "\x00", "80", "443", "65536", "api_key=1", "_", "~", "\u202e", "+", ";", ",",
]  # fmt: skip
pieces = st.sampled_from(PIECES)
anything = st.one_of(
    st.text(max_size=80),
    st.text(st.characters(codec=None), max_size=20).map(lambda tail: f"https://example.com/{tail}"),
    st.text(max_size=20).map(lambda host: f"https://{host}/x"),
    st.lists(pieces, max_size=12).map("".join),
    st.lists(pieces, max_size=8).map(lambda parts: "https://github.com/" + "".join(parts)),
    st.lists(st.one_of(pieces, st.text(max_size=3)), max_size=8).map(
        lambda parts: "https://" + "".join(parts)
    ),
)


@settings(max_examples=400, deadline=None)
@given(anything)
@example("[]@")
@example("https://github.com/..git")
@example("https://github.com/.git/.git")
@example("https://example.com/%2a%2A*")
@example("http://a.com:80/?&&#")
def test_whatever_is_typed_becomes_a_harmless_link_that_stays_as_it_is_or_a_refusal(typed):
    try:
        link = normal(typed)
    except CourseError:
        return
    assert link.startswith(("http://", "https://"))
    assert link.isascii()
    assert len(link) <= LIMIT
    assert not HARMFUL.search(link)
    assert normal(link) == link
