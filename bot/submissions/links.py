"""A link as it is kept: http or https, a public host, no credentials, in one canonical form.

Nothing is fetched here. What is shown is inert: the characters that mean something in Discord's markdown are encoded.
"""

from __future__ import annotations

import re
import unicodedata

from yarl import URL

from bot.errors import CourseError
from bot.hosts import address, is_code_host, is_public

LIMIT = 500  # longer links are trackers or mistakes, and four of them must fit one card
HOST_LIMIT = 253  # the longest name that the internet's directory can hold

_TRACKING = re.compile(r"utm_.*|fbclid|gclid|ref_src", re.IGNORECASE)
_SECRET = re.compile(r"(access_|auth_|private_)token|api_?key|password|client_secret", re.IGNORECASE)
_HOST = re.compile(r"([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_PRIVATE = re.compile(
    r"(.+\.)?(local|localhost|localdomain|internal|intranet|lan|home|corp|private|test|invalid|arpa|onion)"
)
_MARKDOWN = {"*": "%2A", "`": "%60", "|": "%7C", "<": "%3C", ">": "%3E", "@": "%40", "\\": "%5C"}
_NEXT = "Paste the address from your browser, for example https://github.com/you/your-repo."


def normal(text: str) -> str:
    """The canonical form of a link; a refusal says what to change about it."""
    url = _parse(_trimmed(text))
    host = (url.raw_host or "").removesuffix(".")
    if url.user is not None or url.password is not None:
        raise CourseError(
            "That link has a user name or token in it. Take it out, and revoke it if it was real."
        )
    if not _is_public(host):
        raise CourseError(
            f"“{host[:80]}” is not a public address, so others could not open it. "
            "Publish it where they can reach it, then use that link."
        )
    link = _canonical(url, host)
    if len(link) > LIMIT:
        raise CourseError(_too_long(len(link)))
    return link


def _trimmed(text: str) -> str:
    """The text without what surrounds a pasted link: spaces, invisible marks, angle brackets."""
    text = "".join(" " if _is_invisible(character) else character for character in text).strip()
    if text.startswith("<"):
        text = text.removeprefix("<").removesuffix(">").strip()
    if not text:
        raise CourseError(f"The link is empty. {_NEXT}")
    if len(text) > LIMIT:
        raise CourseError(_too_long(len(text)))
    if re.search(r"\s", text):
        raise CourseError(f"A link has no spaces or invisible characters in it, and this one does. {_NEXT}")
    return text


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs"}


def _too_long(length: int) -> str:
    return (
        f"That link is {length} characters long and I keep at most {LIMIT}. Link to the page itself, "
        "without what your browser added after the question mark."
    )


def _parse(text: str) -> URL:
    scheme = re.match(r"([a-z][a-z0-9+.-]*):(?!\d)", text, re.IGNORECASE)
    if scheme is not None and scheme[1].lower() not in {"http", "https"}:
        raise CourseError(
            f"I keep http and https links, and this one begins with “{scheme[1][:20]}:”. {_NEXT}"
        )
    try:
        url = URL(text if scheme is not None else f"https://{text}")
        port = url.port  # one that is none only shows itself when it is asked for
    except (ValueError, IndexError):  # yarl's index runs out on `[]@`
        raise CourseError(f"I cannot read that as a link. {_NEXT}") from None
    host = (url.raw_host or "").removesuffix(".")
    if not url.absolute or port == 0 or not (address(host) or re.fullmatch(r"[a-z0-9._-]+", host)):
        raise CourseError(f"I cannot read that as a link. {_NEXT}")
    return url


def _is_public(host: str) -> bool:
    number = address(host)
    if number is None:
        return len(host) <= HOST_LIMIT and _HOST.fullmatch(host) is not None and not _PRIVATE.fullmatch(host)
    return is_public(number)


def _canonical(url: URL, host: str) -> str:
    scheme, path, fragment = url.scheme, url.raw_path, url.raw_fragment
    port = "" if url.port == url.with_port(None).port else f":{url.port}"
    query = [
        part for part in url.raw_query_string.split("&") if part and not _TRACKING.fullmatch(_name(part))
    ]
    if any(_SECRET.fullmatch(_name(part)) for part in query):
        raise CourseError(
            "That link has a token or password in it. Link to a page that opens without one, and revoke it."
        )
    if is_code_host(host):  # capitals, a trailing slash, `.git` and http mean the same place there
        scheme, host, port = "https", host.removeprefix("www."), ""
        path = re.sub(r"(/|(?<=[^/.])\.git)+$", "", path)
        if path.count("/") == 2:  # noqa: PLR2004 - owner/repository: what follows only scrolls its front page
            query, fragment = [], ""
    place = f"{scheme}://{f'[{host}]' if ':' in host else host}{port}{path or '/'}"
    whole = place + ("?" + "&".join(query) if query else "") + (f"#{fragment}" if fragment else "")
    return "".join(_MARKDOWN.get(character, character) for character in whole)


def _name(part: str) -> str:
    return part.partition("=")[0]
