"""How a page is made: its template, and what all pages have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.cohorts.rules import Here
from bot.web.render import render
from bot.web.rules import place

HERE = Path(__file__).parent
STYLE = (HERE / "style.css").read_bytes()
ICON = (HERE / "favicon.svg").read_bytes()
EDITION = hashlib.sha256(STYLE).hexdigest()[
    :8
]  # in the style's address, so that a new one is fetched at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A page that a cohort's pages lead to from their head."""

    title: str
    page: str
    leads: bool


class Paper:
    """Pages below one base address; `root` is its path, empty where it has none."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.tabs: list[Tab] = []

    def href(self, here: Here, page: str = "") -> str:
        """Where one of a cohort's pages is, for a link on another."""
        return self.root + place(here.cohort.id, page)

    def page(
        self, template: str, *, here: Here | None = None, status: int = 200, **values: Any
    ) -> web.Response:
        """A page from its template, which extends `web/base.html.jinja`."""
        common: dict[str, Any] = {
            "root": self.root,
            "style": f"{self.root}/style.css?{EDITION}",
            "here": here,
            "tabs": () if here is None else self._tabs(here),
            "leave": None if here is None else self.href(here, "leave"),
        }
        return web.Response(
            text=render(template, **common, **values), content_type="text/html", status=status
        )

    def sorry(self, status: int, title: str, words: str, signed_in: str | None = None) -> web.Response:
        """A page that says kindly why there is none, and what to do; `signed_in`: the page, for whoever is inside."""
        return self.page("web/sorry.html.jinja", status=status, title=title, words=words, signed_in=signed_in)

    def _tabs(self, here: Here) -> Sequence[tuple[str, str]]:
        return [(tab.title, self.href(here, tab.page)) for tab in self.tabs if here.is_lead or not tab.leads]
