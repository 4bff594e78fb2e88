"""Ways into a cohort's pages: a link that the bot hands over privately, and the session that follows."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from itsdangerous import BadSignature, URLSafeSerializer

from bot import memory
from bot.cohorts.rules import Here
from bot.database import Database, Tx, micros
from bot.web import rules, store
from bot.web.rules import LINK_LASTS, SESSION_LASTS, Entered, NoEntry, Visitor

KEY = "key of links to pages"  # its name in the bot's memory
SECRET = 32  # bytes, of the key and of a session: 256 bits are not guessed


class Visits:
    """The porter: hands out links, lets people in, and knows them again."""

    def __init__(self, database: Database, base_url: str) -> None:
        self._database = database
        self._base_url = base_url.rstrip("/")
        self._links: URLSafeSerializer | None = None

    async def link(self, here: Here, page: str, now: datetime) -> str:
        """An address that opens one of the cohort's pages once, for ten minutes, to the mentor or lead who asks."""
        here.staff()
        rules.check_page(page)
        links = await self._signer()
        visit = await self._database.write(
            store.add, here.cohort.id, here.known().id, page, now=now, link_until=now + LINK_LASTS
        )
        return f"{self._base_url}/enter/{links.dumps([visit.id, micros(visit.made_at)])}"

    async def enter(self, token: str, now: datetime) -> Entered:
        """Let somebody in by their link; NoEntry if it opens nothing."""
        links = await self._signer()
        try:
            visit_id, made_at = links.loads(token)
        except (BadSignature, UnicodeError, ValueError, TypeError):
            raise NoEntry from None
        return await self._database.write(_enter, visit_id, made_at, now)

    async def visitor(self, session: str, now: datetime) -> Visitor | None:
        """Whose session a cookie holds, if anybody's."""
        return await self._database.read(store.visitor, rules.digest(session), now)

    async def leave(self, session: str, now: datetime) -> None:
        """End a session."""
        await self._database.write(store.leave, rules.digest(session), now)

    async def _signer(self) -> URLSafeSerializer:
        """Made once for the whole installation, so that one process opens what another handed out."""
        if self._links is None:
            key = await self._database.write(memory.recall_or_make, KEY, secrets.token_hex(SECRET))
            self._links = URLSafeSerializer(
                key, salt="visit", signer_kwargs={"digest_method": hashlib.sha256}
            )
        return self._links


def _enter(tx: Tx, visit_id: int, made_at: int, now: datetime) -> Entered:
    session, until_at = secrets.token_urlsafe(SECRET), now + SESSION_LASTS
    visit = store.enter(tx, visit_id, made_at, rules.digest(session), now=now, until_at=until_at)
    if visit is None:
        was = store.known(tx, visit_id, made_at)
        raise NoEntry(None if was is None else rules.place(was.cohort_id, was.page))
    store.keep_few_open(tx, visit.member_id, now)
    return Entered(cohort_id=visit.cohort_id, page=visit.page, session=session, until_at=until_at)
