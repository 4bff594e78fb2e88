"""What a link to GitHub shows: which repository, and which of its commits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from yarl import URL

HOST = "github.com"
DEPTH = 3  # a branch's name may have slashes in it; with more than two it is nobody's guess
_HASH = re.compile(r"[0-9a-f]{7,64}")
_NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]+")  # "." and ".." would be steps to another place of the API
_AT_A_REF = frozenset({"tree", "blob", "raw", "blame", "edit", "commits"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A place in a repository: a pull request, or what may be the name of a commit, the likeliest first.

    No names at all mean the newest commit of the main branch.
    """

    repository: str
    pull: int | None = None
    names: Sequence[str] = ()


def shown(link: str) -> Shown | None:
    """The commit that a link shows; None for what is no place in a repository."""
    url = URL(link)
    parts = [part for part in url.path.split("/") if part]
    if url.raw_host != HOST or len(parts) < 2 or not all(map(_NAME.fullmatch, parts[:2])):  # noqa: PLR2004 - owner/repository
        return None
    repository = "/".join(parts[:2])
    match parts[2:]:
        case []:
            return Shown(repository=repository)
        case ["commit", name, *_] | ["pull", _, "commits" | "changes", name]:
            return Shown(repository=repository, names=[name])
        case ["pull", number, *_] if number.isascii() and number.isdigit():
            return Shown(repository=repository, pull=int(number))
        case ["releases", "tag", *names] if names:
            return Shown(repository=repository, names=["/".join(names)])
        case [kind, name, *_] if kind in _AT_A_REF and _HASH.fullmatch(name):
            return Shown(repository=repository, names=[name])
        case [kind, *names] if kind in _AT_A_REF and names:
            depths = range(1, min(DEPTH, len(names)) + 1)
            return Shown(repository=repository, names=["/".join(names[:depth]) for depth in depths])
        case _:
            return None
