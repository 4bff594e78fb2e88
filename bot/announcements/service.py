"""Announcing: what a lead wants to say is previewed, kept, listed, changed and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.announcements import approving, drafting, keeping, rules, store, wording
from bot.announcements.rules import Announcement, Attached, Preview, Rights
from bot.announcements.wording import Wanted
from bot.cohorts.rules import Here
from bot.database import Database
from bot.errors import CourseError


class Announcements:
    """The leads' desk for what they want to say at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check(self, here: Here, wanted: Wanted, now: datetime) -> None:
        """Refuse what could not be announced whatever its text, before anybody writes one."""
        here.lead()
        rules.check_cohort(here.cohort)
        wording.parse_plan(wanted.when, wanted.repeat, now, here.cohort.zone)
        wording.parse_mention(wanted.mention)

    async def propose(
        self, here: Here, wanted: Wanted, rights: Rights, file: Attached | None, now: datetime
    ) -> Preview:
        """A new announcement as a draft, with its preview; nothing is scheduled yet."""
        here.lead()
        rules.check_cohort(here.cohort)
        said = wording.understood(wanted, None, now, here.cohort.zone)
        return await self._database.write(drafting.propose, here, said, rights, file, now)

    async def amend(
        self,
        here: Here,
        announcement_id: int,
        wanted: Wanted,
        rights: Rights,
        file: Attached | None,
        now: datetime,
    ) -> Preview:
        """A change of what is to come, as a draft beside it."""
        here.lead()
        return await self._database.write(drafting.amend, here, announcement_id, wanted, rights, file, now)

    async def reword(
        self, here: Here, draft_id: int, version: int, wanted: Wanted, rights: Rights, now: datetime
    ) -> Preview:
        """A draft changed before it is kept."""
        here.lead()
        return await self._database.write(drafting.reword, here, draft_id, version, wanted, rights, now)

    async def draft(self, here: Here, draft_id: int, version: int) -> Announcement:
        """One's own draft."""
        here.lead()
        return await self._database.read(drafting.draft, here, draft_id, version)

    async def keep(self, here: Here, draft_id: int, version: int, rights: Rights, now: datetime) -> Preview:
        """Schedule a draft, or make the change that it is."""
        here.lead()
        rules.check_cohort(here.cohort)
        return await self._database.write(keeping.keep, here, draft_id, version, rights, now)

    async def discard(self, here: Here, draft_id: int, version: int) -> None:
        """Forget a draft."""
        here.lead()
        await self._database.write(drafting.discard, here, draft_id, version)

    async def coming(self, here: Here) -> Sequence[Announcement]:
        """What is to come, soonest first."""
        here.lead()
        return await self._database.read(store.coming, here.cohort.id)

    async def one(self, here: Here, announcement_id: int) -> Preview:
        """One that is to come, as it will look."""
        here.lead()
        return await self._database.read(drafting.one, here, announcement_id)

    async def meant(self, here: Here, typed: str) -> Announcement:
        """The one that somebody means by its number, or by words of it that no other has."""
        return _meant(await self.coming(here), typed)

    async def cancel(self, here: Here, announcement_id: int, now: datetime) -> Announcement:
        """Take back what is to come, unless it is being posted."""
        here.lead()
        return await self._database.write(keeping.cancel, here, announcement_id, now)

    async def approve(self, here: Here, announcement_id: int, version: int, now: datetime) -> Announcement:
        """Let another lead's announcement ping everyone."""
        here.lead()
        return await self._database.write(approving.approve, here, announcement_id, version, now)

    async def refuse(self, here: Here, announcement_id: int, version: int, now: datetime) -> Announcement:
        """Keep another lead's announcement from being posted."""
        here.lead()
        return await self._database.write(approving.refuse, here, announcement_id, version, now)


def _meant(coming: Sequence[Announcement], typed: str) -> Announcement:
    words = " ".join(typed.lower().split())
    by_number = [item for item in coming if words.lstrip("#") == str(item.id)]
    found = by_number or [item for item in coming if words and words in " ".join(item.body.lower().split())]
    if len(found) == 1:
        return found[0]
    if found:
        raise CourseError(
            f"{len(found)} announcements have “{typed[:40]}” in them. Choose one from the list that opens."
        )
    raise CourseError(f"Nothing that is to come is “{typed[:40]}”. `/announce list` shows all that is.")
