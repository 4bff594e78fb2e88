"""What members type, on a page and in a repository: a little Markdown, and nothing that acts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.portfolio import words

# A repository's reader: HTML, tables and addresses in running text are all on.
READER = MarkdownIt("gfm-like", {"html": True, "linkify": True})
ALLOWED = re.compile(
    r"</?(p|em|strong|code|pre|ul|ol|li|blockquote|h[456]|a|br|hr)"
    r'( dir="auto"| start="\d+"| href="https?://[^"]*"| rel="noopener nofollow ugc")*>'
)


def shown(narrative: str) -> str:
    story = words.story(narrative, below=3)
    return str(story.lead + story.rest)


def read(markdown: str) -> str:
    """What a reader of a repository sees, as HTML."""
    return READER.render(markdown)


def text_of(markdown: str) -> str:
    """What they see, as words."""
    tokens = [child for token in READER.parse(markdown) for child in token.children or ()]
    return "".join("\n" if child.type == "softbreak" else child.content for child in tokens)


def test_a_little_markdown_becomes_html():
    html = shown(
        "Fast: **14 ms**, not *slow*, by `EXPLAIN`.\n\n- one\n- two\n\n3. three\n\n> said\n\n```js\nx < 1\n```"
    )
    assert html == (
        '<p dir="auto">Fast: <strong>14 ms</strong>, not <em>slow</em>, by <code>EXPLAIN</code>.</p>\n'
        '<ul>\n<li dir="auto">one</li>\n<li dir="auto">two</li>\n</ul>\n'
        '<ol start="3">\n<li dir="auto">three</li>\n</ol>\n'
        '<blockquote>\n<p dir="auto">said</p>\n</blockquote>\n<pre><code>x &lt; 1\n</code></pre>\n'
    )


def test_headings_come_below_the_works_own_without_a_gap():
    assert re.findall(r"<(h\d)", shown("# Why\n\na\n\n### How\n\nb\n\n# Then\n\nc")) == ["h4", "h5", "h4"]
    assert re.findall(r"<(h\d)", shown("###### Deep\n\na")) == ["h4"]


def test_the_first_thought_is_apart_from_what_follows():
    story = words.story("## Problem\n\nIt was slow.\n\nThen it was not.", below=3)
    assert "slow" in story.lead
    assert "<h4" in story.lead
    assert "Then" not in story.lead
    assert "Then" in story.rest
    assert words.story("", below=3) == words.Story(lead=words.Markup(""), rest=words.Markup(""))


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="https://a.example" onclick="x()">a</a>',
        "<style>*{display:none}</style>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<!-- hidden --><iframe src=//evil.example></iframe>",
        "<@123456789012345678> <@&99> <#12> @everyone",
    ],
)
def test_markup_and_mentions_are_only_words(typed):
    html = shown(typed)
    assert ALLOWED.sub("", html).count("<") == 0, html
    assert "<a" not in html
    kept = text_of(words.markdown(typed, below=3))
    assert "<" not in ALLOWED.sub("", read(words.markdown(typed, below=3)))
    assert kept == MarkdownIt("commonmark", {"html": False}).parse(typed)[1].content.replace(
        "&lt;", "<"
    ).replace("&gt;", ">")


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#x0A;script:alert(1)",
        "data:text/html,hi",
        "vbscript:x",
        "file:///etc/passwd",
        "mailto:a@b.example",
        "//evil.example/x",
        "/p/other",
        "index.html",
        "\\\\evil.example",
    ],
)
def test_links_lead_only_to_whole_addresses_of_the_web(target):
    for typed in (f"[here]({target})", f"[here](<{target}>)", f"[here][1]\n\n[1]: {target}"):
        assert "href" not in shown(typed)
        assert "href" not in read(words.markdown(typed, below=3))


def test_a_link_to_the_web_stays_a_link_and_carries_no_weight():
    assert 'href="https://a.example/b?c=1&amp;d=2" rel="noopener nofollow ugc"' in shown(
        "<https://a.example/b?c=1&d=2>"
    )
    assert words.markdown("See [the *log*](https://a.example/x_y).", below=3) == (
        "See [the *log*](https://a.example/x_y)."
    )


def test_a_picture_becomes_a_link_and_is_never_fetched():
    typed = "![chart](https://evil.example/pixel.png)"
    assert "<img" not in shown(typed)
    assert "<img" not in read(words.markdown(typed, below=3))
    assert "<img" not in read(words.markdown(f"{typed}![a][b]\n\n[b]: https://evil.example/y.png", below=3))


def test_addresses_in_running_text_are_no_links():
    typed = "go to https://evil.example or www.evil.example or me@evil.example or HTTP://EVIL.example or //evil.example"
    assert "<a" not in shown(typed)
    assert "<a" not in read(words.markdown(typed, below=3))
    assert "<a" not in read(words.inert(typed))


def test_a_label_and_an_address_are_told_apart():
    assert words.link("a](b) *c*", "https://a.example/x") == r"[a\](b) \*c\*](https://a.example/x)"
    assert words.link("a", "https://a.example/x_(y)") == "[a](<https://a.example/x_(y)>)"
    assert words.link("plain", "javascript:alert(1)") == "plain"
    assert read(words.link("x", "https://a.example/> <b> [y](z)")).count("<a ") == 1


def test_marks_that_turn_what_follows_are_taken_out():
    assert words.plain("user\u202etxt.exe\u2066 a\x00b\r\nc\u200d") == "usertxt.exe ab\nc\u200d"
    for typed in ("b&#x202e;a", "*b&#8294;a*", "[b&#x202e;a](https://a.example)"):
        assert "ba" in shown(typed)
        assert "ba" in words.markdown(typed, below=3)
    assert '<p dir="auto">\u05e9\u05dc\u05d5\u05dd</p>' in shown("\u202e\u05e9\u05dc\u05d5\u05dd")


@pytest.mark.parametrize(
    "sign", ["[", "*a ", "`", "> ", "- ", "<", "[a](", "_a", "&", "\\", "![[", "**a", "#", "1. "]
)
def test_ten_thousand_signs_and_deep_nesting_are_no_burden(sign):
    typed = sign * (10_000 // len(sign))
    html = shown(typed)
    assert ALLOWED.sub("", html).count("<") == 0
    assert words.markdown(typed, below=3) is not None


def test_lists_quotes_and_code_are_the_same_in_a_repository():
    lists = "- a\n  - b\n- c\n\n1. d\n\n   e\n2. f\n\n> g\n> - h\n\n"
    typed = lists + "~~~\n``` x\n~~~\n\n    code `` here\n\nline  \nbreak `` a`b ``\n\n---\n"
    plain = MarkdownIt("commonmark")
    assert plain.render(words.markdown(typed, below=3)).split() == plain.render(typed).split()


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab1 \n*_`[]()<>#!&|~$\\.+-=:/@\"'wh"), max_size=60))
def test_words_for_a_repository_read_as_they_were_typed(typed):
    again = text_of(words.inert(typed))
    assert "".join(again.split()) == "".join(typed.split())
    assert not re.search(
        r"<(a|img|script|table|h\d|ul|ol|em|strong|del|blockquote|hr|pre|code)\b", read(words.inert(typed))
    )


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab1 \n*_`[]()<>#!&|~$\\.+-=:/@\"'wht"), max_size=80))
def test_whatever_is_typed_nothing_acts(typed):
    assert ALLOWED.sub("", shown(typed)).count("<") == 0
    again = read(words.markdown(typed, below=3))
    assert not re.search(r"<(img|script|table|h[123]|style)\b", again)
    assert all(target.startswith(("http://", "https://")) for target in re.findall(r'href="([^"]*)"', again))


def test_a_card_gets_the_words_without_their_marks():
    typed = "## Why?\n\nIt is **fast**:\n\n- 2 ms, `p99`\n- see [the run](https://example.org)\n\n3. last\n\n> *said*"
    assert words.unmarked(typed) == (
        "▸ Why?\n\nIt is fast:\n\n• 2 ms, p99\n• see the run (https://example.org)\n\n3. last\n\nsaid"
    )
    assert words.gist(typed) == "It is fast: • 2 ms, p99 • see the run 3. last said"
