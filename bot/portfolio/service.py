"""Publishing accepted work, arranging it, and showing it to others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cohorts import service as cohort_service
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member, Running
from bot.curriculum import Deliverable
from bot.database import Database, Row, Tx, instant
from bot.errors import CourseError
from bot.portfolio import narratives, publishing, quotes, rules, store
from bot.portfolio.publishing import Opening, Receipt
from bot.portfolio.rules import Entry, Portfolio, Work
from bot.portfolio.store import Frame
from bot.submissions.links import normal

PUBLISH_FIRST = (
    "There is nothing in your portfolio yet. `/portfolio publish` shows a piece of accepted work in it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A portfolio as somebody of its cohort sees it; `waiting` is accepted work that its owner has not published."""

    running: Running
    member: Member
    is_own: bool
    portfolio: Portfolio | None
    waiting: Sequence[Deliverable] = ()

    @property
    def public(self) -> list[Entry]:
        """What its page shows, if it has one: what is accepted now."""
        return (
            [] if self.portfolio is None else [item for item in self.portfolio.entries if not item.revising]
        )


class Portfolios:
    """Where students show what they have made; `secret` gives what makes a page's address impossible to guess."""

    def __init__(self, database: Database, secret: Callable[[], str]) -> None:
        self._database, self._secret = database, secret

    async def offered(self, here: Here) -> list[Work]:
        """What whoever asks could publish or has published, in the order in which it was decided about."""
        if here.member is None:
            return []
        return await self._database.read(store.work, here.cohort.id, here.member.id)

    async def meant(self, here: Here) -> Deliverable:
        """What a student means to publish who names nothing."""
        return await self._database.read(publishing.meant, here)

    async def opening(self, here: Here, deliverable: Deliverable, now: datetime) -> Opening:
        """What the form for a narrative opens with; a refusal for work that is not accepted."""
        return await self._database.read(publishing.opening, here, deliverable, now)

    async def publish(self, here: Here, deliverable: Deliverable, narrative: str, now: datetime) -> Receipt:
        """Show accepted work with words about it; once more, it takes over the newest accepted revision and words."""
        return await self._database.write(publishing.publish, here, deliverable, narrative, now)

    async def own(self, here: Here) -> Shown:
        """One's own portfolio, with what could be added to it."""
        return await self._database.read(_own, here)

    async def shown(self, here: Here, user_id: int) -> Shown:
        """Somebody's portfolio, for everybody in their cohort."""
        return await self._database.read(_shown_of, here, user_id)

    async def shown_by_id(self, here: Here, member_id: int) -> Shown:
        """The same by our id, for the buttons of its card."""
        return await self._database.read(_shown, here, member_id)

    async def introduce(self, here: Here, headline: str, about: str, contact: str) -> Shown:
        """Say who one is; an empty field takes away what was there."""
        said = (
            _fitting(headline, "headline", rules.HEADLINE_LIMIT, one_line=True),
            _fitting(about, "text about yourself", rules.ABOUT_LIMIT),
            normal(contact) if contact.strip() else "",
        )
        return await self._database.write(_introduce, here, *said)

    async def choose(self, here: Here, place: int, key: str | None) -> Shown:
        """Put a published deliverable at a place among the best three; None empties the place."""
        return await self._database.write(_choose, here, place, key)

    async def take_out(self, here: Here, key: str) -> str:
        """Show a piece of work no longer; the words that were about it."""
        return await self._database.write(_take_out, here, key)

    async def put_online(self, here: Here, now: datetime) -> Shown:
        """Open one's page to everybody on the internet, at an address that nobody knows yet."""
        return await self._database.write(_put_online, here, self._secret, now)

    async def take_offline(self, here: Here) -> Shown:
        """Close one's page to everybody, at once; its address is never used again."""
        return await self._database.write(_take_offline, here)


def portfolio(tx: Tx, running: Running, member: Member, *, revising: bool = False) -> Portfolio | None:
    """A member's portfolio with what is accepted now; `revising` adds what a mentor has asked to change since.

    None if they have never published anything; its entries may be empty.
    """
    frame = store.frame(tx, running.cohort.id, member.id)
    if frame is None:
        return None
    found = [_entry(tx, running, row) for row in store.entries(tx, frame.id)]
    return Portfolio(
        id=frame.id,
        member=member,
        headline=frame.headline,
        about=frame.about,
        contact=frame.contact,
        slug=frame.slug,
        online_at=frame.online_at,
        entries=rules.in_order(item for item in found if revising or not item.revising),
    )


def by_slug(tx: Tx, slug: str) -> tuple[Running, Member] | None:
    """The cohort and the member of a page that everybody may open; None if there is none, or nothing on it.

    Who has left the cohort keeps their page, which shows what they did; who was forgotten has none.
    """
    found = store.online_by(tx, slug)
    if found is None:
        return None
    running, member = cohort_service.running(tx, found[0]), found[1]
    shown = portfolio(tx, running, member)
    return (running, member) if shown is not None and shown.entries else None


def online(tx: Tx, cohort_id: int) -> list[tuple[Member, str]]:
    """Who of a cohort has put their portfolio online, by name, and the last part of its address."""
    return store.online(tx, cohort_id)


def _entry(tx: Tx, running: Running, row: Row) -> Entry:
    deliverable = running.course.deliverable(row["deliverable"])
    is_accepted = row["newest"] == "accepted"
    return Entry(
        id=row["id"],
        submission_id=row["submission_id"],
        deliverable=deliverable,
        narrative=narratives.told(row["narrative"], running.course.stage_of(deliverable).narrative),
        place=row["place"],
        published_at=instant(row["published_at"]),
        changed_at=instant(row["changed_at"]),
        accepted_at=instant(row["decided_at"]),
        accepted_by_mentor=row["mentor_id"] is not None,
        revision=row["shown"],
        proofs=store.proofs(tx, running.course, row),
        quotes=quotes.of_entry(tx, row["id"]),
        revising=not is_accepted or bool(row["taken_back"]),
        newer=row["newest_number"] if is_accepted and row["newest_number"] != row["shown"] else None,
    )


def _own(tx: Tx, here: Here) -> Shown:
    member, _ = publishing.owner(tx, here)
    found = publishing.works(tx, here, member).values()
    return Shown(
        running=here,
        member=member,
        is_own=True,
        portfolio=portfolio(tx, here, member, revising=True),
        waiting=[here.course.deliverable(item.key) for item in found if item.published is None],
    )


def _shown_of(tx: Tx, here: Here, user_id: int) -> Shown:
    if here.user_id == user_id:
        if here.member is None or "student" in here.roles:
            return _own(tx, here)
        return _shown(tx, here, here.member.id)
    here.known()
    member = cohorts.member_of_user(tx, user_id)
    if member is None or here.cohort.id not in cohorts.enrollments_of(tx, user_id):
        raise CourseError(
            f"They are not in {here.cohort.name}, so there is no portfolio of theirs to see here. Its students are "
            "offered as you type a name."
        )
    return _shown(tx, here, member.id)


def _shown(tx: Tx, here: Here, member_id: int) -> Shown:
    is_own = here.member is not None and here.member.id == member_id
    if not is_own:
        here.known()
    member = cohorts.member(tx, member_id)
    found = portfolio(tx, here, member, revising=True)
    if found is not None:
        return _own(tx, here) if is_own else Shown(running=here, member=member, is_own=False, portfolio=found)
    _refuse_staff(tx, here, member, is_own=is_own)
    return _own(tx, here) if is_own else Shown(running=here, member=member, is_own=False, portfolio=None)


def _refuse_staff(tx: Tx, here: Here, member: Member, *, is_own: bool) -> None:
    """Only who studies here, or did, has a portfolio."""
    places = {} if member.user_id is None else cohorts.enrollments_of(tx, member.user_id)
    if "student" in places.get(here.cohort.id, {}):
        return
    if is_own:
        here.known()
        raise CourseError(
            f"Portfolios are of the students of {here.cohort.name}. To see one, name its student: "
            "`/portfolio show member:`."
        )
    raise CourseError(
        f"They do not study in {here.cohort.name}, and mentors and leads have no portfolio. Name one of its students."
    )


def _mine(tx: Tx, here: Here) -> Frame:
    """One's own portfolio, to be changed."""
    _, frame = publishing.owner(tx, here)
    if frame is None:
        raise CourseError(PUBLISH_FIRST)
    return frame


def _introduce(tx: Tx, here: Here, headline: str, about: str, contact: str) -> Shown:
    store.introduce(tx, _mine(tx, here).id, headline=headline, about=about, contact=contact)
    return _own(tx, here)


def _choose(tx: Tx, here: Here, place: int, key: str | None) -> Shown:
    frame = _mine(tx, here)
    rows = store.entries(tx, frame.id)
    ids = {row["deliverable"]: row["id"] for row in rows}
    if not 1 <= place <= rules.BEST or (key is not None and key not in ids):
        raise CourseError("That is not in your portfolio any more. `/portfolio show` has what is.")
    best = [row["id"] for row in sorted(rows, key=lambda row: row["place"] or 0) if row["place"] is not None]
    store.place(tx, frame.id, rules.best_with(best, place, None if key is None else ids[key]))
    return _own(tx, here)


def _take_out(tx: Tx, here: Here, key: str) -> str:
    _mine(tx, here)
    member, _ = publishing.owner(tx, here)
    found = publishing.works(tx, here, member).get(key)
    if found is None or found.published is None:
        raise CourseError("That is not in your portfolio any more. `/portfolio show` has what is.")
    store.take_out(tx, found.published.entry_id)
    return found.published.narrative


def _put_online(tx: Tx, here: Here, secret: Callable[[], str], now: datetime) -> Shown:
    frame, found = _mine(tx, here), _own(tx, here)
    if not found.public:
        raise CourseError(PUBLISH_FIRST)
    if frame.online_at is None:
        store.put_online(tx, frame.id, rules.slug(found.member.name, secret()), now)
    return _own(tx, here)


def _take_offline(tx: Tx, here: Here) -> Shown:
    store.take_offline(tx, _mine(tx, here).id)
    return _own(tx, here)


def _fitting(text: str, what: str, limit: int, *, one_line: bool = False) -> str:
    words = " ".join(text.split()) if one_line else text.strip()
    if len(words) > limit:
        raise CourseError(f"Your {what} has {len(words)} characters, and {limit} fit. Shorten it a little.")
    return words
