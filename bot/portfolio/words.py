"""What members wrote, made safe for a page and for a repository: a little Markdown, and nothing that acts."""

from __future__ import annotations

import re
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup

# HTML is shown as it was typed. Pictures would be fetched from somewhere, so their words become a link.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable("image")
_TAGS = {
    "p", "br", "hr", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "h4", "h5", "h6", "a"
}  # fmt: skip
_SCHEMES = {"http", "https"}
# Words that run from right to left do so by themselves, and turn nothing around them.
_OWN_DIRECTION = {tag: {"dir": "auto"} for tag in ("p", "li", "h4", "h5", "h6")}
_LOWEST = 6  # of HTML's headings
# Marks that turn the direction of what follows, past the end of what they stand in; letters keep their own direction.
_TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&$]|!$)")  # a link may follow the last of them
_AT_A_LINES_START = re.compile(r"^(\s*\d*)([-+=.)])", re.MULTILINE)
# A repository's reader makes links of addresses in running text; a backslash keeps them text.
_ADDRESS = re.compile(r"(:)(?=//)|(?<!:)(/)(?=/)|(?<=www)(\.)|(?<=mailto)(:)|(?<=xmpp)(:)|(@)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A narrative as HTML: its first thought, and what follows it."""

    lead: Markup
    rest: Markup


def plain(text: str) -> str:
    """Words without marks that change how the words around them are shown."""
    return _CONTROL.sub("", _TURNS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def story(narrative: str, *, below: int) -> Story:
    """A narrative as safe HTML whose headings come below a heading of that level."""
    tokens = _read(narrative, below)
    cut = _first_thought(tokens)
    return Story(lead=_html(tokens[:cut]), rest=_html(tokens[cut:]))


def _read(narrative: str, below: int) -> list[Token]:
    """What a narrative is made of; a mark that was written as a number is a mark only now, and goes now."""
    tokens = _shifted(_MARKDOWN.parse(plain(narrative)), below)
    for child in (child for token in tokens for child in token.children or ()):
        child.content = plain(child.content)
    return tokens


def _html(tokens: list[Token]) -> Markup:
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return Markup(  # noqa: S704 - cleaned in the same breath
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes=_SCHEMES,
            link_rel="noopener nofollow ugc",
            attribute_filter=_kept,
            set_tag_attribute_values=_OWN_DIRECTION,
        )
    )


def _kept(element: str, attribute: str, value: str) -> str | None:
    """A link leads to a whole address; a part of one would lead into whatever site the page lies on."""
    return None if attribute == "href" and not is_address(value) else value


def is_address(url: str) -> bool:
    """Whether it is a whole address of the web."""
    return url.partition("://")[0].lower() in _SCHEMES


def _shifted(tokens: list[Token], below: int) -> list[Token]:
    """The same tokens, with the levels of headings that are used following each other below that level."""
    levels = sorted({token.tag for token in tokens if token.type == "heading_open"})
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(_LOWEST, below + 1 + levels.index(token.tag))}"
    return tokens


def _first_thought(tokens: list[Token]) -> int:
    """Where the first block that is not a heading ends."""
    for position, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0 and token.type != "heading_close":
            return position + 1
    return len(tokens)


def inert(text: str) -> str:
    """Words for a Markdown file that show as they were typed, line by line."""
    return _begun("\n".join(row.strip() for row in _escaped(plain(text)).split("\n")))


def _escaped(text: str) -> str:
    return _ADDRESS.sub(r"\\\g<0>", _SPECIAL.sub(r"\\\1", text))


def _begun(lines: str) -> str:
    """The same lines, none of which begins a list or a heading."""
    return _AT_A_LINES_START.sub(r"\1\\\2", lines)


def line(text: str) -> str:
    """The same on one line."""
    return inert(" ".join(text.split()))


def link(label: str, url: str) -> str:
    """A link for a Markdown file; only its label where the address is none of the web's."""
    return f"[{line(label)}]({_target(url)})" if is_address(url) else line(label)


def _target(url: str) -> str:
    """An address as a link's end; one with round brackets needs others around it."""
    kept = re.sub(
        r"[\s<>\\]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), plain(url)
    )
    return f"<{kept}>" if re.search(r"[()]", kept) else kept


def markdown(narrative: str, *, below: int) -> str:
    """A narrative for a Markdown file: what it does on a page, in the same few signs."""
    return _blocks(SyntaxTreeNode(_read(narrative, below)))


def unmarked(narrative: str) -> str:
    """A narrative as text without Markdown's marks, a link's address after its words."""
    return _unmarked(SyntaxTreeNode(_read(narrative, 0)), is_whole=True)


def gist(narrative: str) -> str:
    """What a narrative says, on one line, without its headings, its marks and its links' addresses."""
    return " ".join(_unmarked(SyntaxTreeNode(_read(narrative, 0)), is_whole=False).split())


def _unmarked(node: SyntaxTreeNode, *, is_whole: bool) -> str:
    parts = [_unmarked(child, is_whole=is_whole) for child in node.children]
    match node.type:
        case "heading" if node.markup.startswith("#"):
            return f"▸ {''.join(parts)}" if is_whole else ""
        case "heading" | "paragraph" | "inline" | "em" | "strong":
            return "".join(parts)
        case "link":
            said, url = "".join(parts), str(node.attrs.get("href", ""))
            return f"{said} ({url})" if is_whole and said != url else said
        case "softbreak" | "hardbreak":
            return "\n"
        case "bullet_list":
            return "\n".join(f"• {part}" for part in parts)
        case "ordered_list":
            first = int(node.attrs.get("start", 1))
            return "\n".join(f"{number}. {part}" for number, part in enumerate(parts, first))
        case "root" | "blockquote" | "list_item":
            return "\n\n".join(parts)
        case _:
            return node.content.rstrip("\n")


def _blocks(node: SyntaxTreeNode) -> str:
    is_tight = any(child.hidden for child in node.children)
    return ("\n" if is_tight else "\n\n").join(map(_block, node.children))


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "heading":
            return f"{'#' * int(node.tag[1])} {' '.join(_line(node).split())}"
        case "blockquote":
            return _indented(_blocks(node), "> ", "> ")
        case "bullet_list":
            return "\n".join(_indented(_blocks(item), "- ", "  ") for item in node.children)
        case "ordered_list":
            first = int(node.attrs.get("start", 1))
            marks = [f"{first + position}. " for position in range(len(node.children))]
            pairs = zip(marks, node.children, strict=True)
            return "\n".join(_indented(_blocks(item), mark, " " * len(mark)) for mark, item in pairs)
        case "fence" | "code_block":
            fence = _longer_than_any("`", node.content, 3)
            return f"{fence}\n{node.content.rstrip(chr(10))}\n{fence}"
        case "hr":
            return "---"
        case _:
            return _begun(_line(node))


def _indented(text: str, first: str, others: str) -> str:
    lines = [(others + row).rstrip() for row in text.split("\n")]
    return first + lines[0][len(others) :] + "".join(f"\n{row}" for row in lines[1:])


def _longer_than_any(sign: str, text: str, least: int) -> str:
    runs = [len(run) for run in re.findall(f"{re.escape(sign)}+", text)]
    return sign * max(least, max(runs, default=0) + 1)


def _line(node: SyntaxTreeNode) -> str:
    return "".join(map(_inline, node.children))


def _inline(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "text_special":
            return _escaped(node.content)
        case "softbreak":
            return "\n"
        case "hardbreak":
            return "\\\n"
        case "code_inline":
            fence = _longer_than_any("`", node.content, 1)
            room = " " if re.search(r"^[` ]|[` ]$", node.content) else ""
            return f"{fence}{room}{node.content}{room}{fence}"
        case "em":
            return _wrapped("*", node)
        case "strong":
            return _wrapped("**", node)
        case "link":
            url = str(node.attrs.get("href", ""))
            return f"[{_line(node)}]({_target(url)})" if is_address(url) else _line(node)
        case _:
            return _line(node)


def _wrapped(sign: str, node: SyntaxTreeNode) -> str:
    return f"{sign}{_line(node)}{sign}"
