"""The mentor queue: what waits, taking it up, deciding, a mentor's own words, and how long it all takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.availability import store as availability
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member, Running
from bot.database import Database, Tx
from bot.errors import CourseError
from bot.mentors import claims, decisions, rules, store, work
from bot.mentors.decisions import Decided
from bot.mentors.rules import Snippet, Turn
from bot.mentors.work import Line, Work
from bot.revisions import queue
from bot.revisions.queue import Done, Filter

PAGE = 5  # lines with a button each, and room for the words of why they wait
LISTED = 50  # lines of a page in a browser; more of them nobody reads at one sitting


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The queue as one mentor sees it: a page of what was chosen, what they hold, and how the week is shared.

    `free` is what they may take of what was chosen. `share` is None for whoever does not
    share the work.
    """

    chosen: Filter
    offset: int
    lines: Sequence[Line]
    found: int
    waiting: int
    free: int
    held: int
    most: int
    dealt: int
    mine: int
    share: int | None
    is_lead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A long page of the queue, to be read and not to be worked from; `places` in line are by the item's id."""

    board: Board
    places: Mapping[int, int]

    @property
    def page(self) -> int:
        """Its number, counted from 1."""
        return self.board.offset // LISTED + 1

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.board.found // LISTED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnaround:
    """How long it takes in a cohort, and each mentor's part, who dealt with most first."""

    cohort: Turn
    mentors: Sequence[tuple[Member, Turn]]


class Mentors:
    """Where mentors find what waits for them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def queue(self, here: Here, now: datetime, *, chosen: Filter = "all", offset: int = 0) -> Board:
        """A page of what waits, the gravest first."""
        here.staff()
        return await self._database.read(_board, here, chosen, offset, PAGE, now)

    async def listing(self, here: Here, now: datetime, *, chosen: Filter = "all", page: int = 1) -> Listing:
        """A long page of what waits, with each one's place in line."""
        here.staff()
        return await self._database.read(_listing, here, chosen, page, now)

    async def take(self, here: Here, item_id: int, now: datetime) -> Work:
        """Hold a piece of work for a while; of two mentors who ask at once, one gets it."""
        here.staff()
        return await self._database.write(claims.take, here, item_id, now)

    async def take_next(self, here: Here, now: datetime, *, chosen: Filter = "all") -> Work:
        """Hold the gravest work that nobody holds."""
        here.staff()
        return await self._database.write(claims.take_next, here, chosen, now)

    async def work(self, here: Here, item_id: int, now: datetime) -> Work:
        """A piece of work with everything about it."""
        here.staff()
        return await self._database.write(_work, here, item_id, now)

    async def deciding(self, here: Here, item_id: int, now: datetime, *, number: int) -> Work:
        """Work that a mentor is about to decide on; a refusal if they do not hold it, or saw an older revision."""
        here.staff()
        return await self._database.read(decisions.deciding, here, item_id, number, now)

    async def renew(self, here: Here, item_id: int, now: datetime) -> Work:
        """Let a claim last as long again."""
        here.staff()
        return await self._database.write(claims.renew, here, item_id, now)

    async def release(self, here: Here, item_id: int, now: datetime) -> Line:
        """Let go of work, so that another mentor can take it."""
        here.staff()
        return await self._database.write(claims.release, here, item_id, now)

    async def colleagues(self, here: Here, item_id: int, now: datetime) -> list[Member]:
        """To whom a mentor can hand on what they hold."""
        here.staff()
        return await self._database.read(claims.colleagues, here, item_id, now)

    async def hand(self, here: Here, item_id: int, to_id: int, now: datetime) -> tuple[Line, Member]:
        """Hand work on to another mentor, who hears of it privately."""
        here.staff()
        return await self._database.write(claims.hand, here, item_id, to_id, now)

    async def accept(
        self, here: Here, item_id: int, now: datetime, *, number: int, reason: str | None = None
    ) -> Decided:
        """Accept revision `number`; while something is missing, only with a reason."""
        here.staff()
        return await self._database.write(decisions.accept, here, item_id, number, reason, now)

    async def ask_changes(
        self, here: Here, item_id: int, words: str, now: datetime, *, number: int
    ) -> Decided:
        """Ask the author to change revision `number`."""
        here.staff()
        return await self._database.write(decisions.ask_changes, here, item_id, number, words, now)

    async def review(self, here: Here, item_id: int, now: datetime) -> int:
        """The id of the review that a mentor writes of work that they hold."""
        here.staff()
        return await self._database.write(decisions.review, here, item_id, now)

    async def snippets(self, here: Here) -> list[Snippet]:
        """A mentor's own words to use again."""
        here.staff()
        return await self._database.read(store.snippets, here.known().id)

    async def snippet(self, here: Here, snippet_id: int) -> Snippet:
        """One of a mentor's own words; a refusal if they are gone or another's."""
        here.staff()
        return await self._database.read(_snippet, here, snippet_id)

    async def keep_snippet(
        self, here: Here, title: str, body: str, snippet_id: int | None = None
    ) -> list[Snippet]:
        """Keep new words to use again, or change old ones."""
        here.staff()
        return await self._database.write(_keep_snippet, here, title, body, snippet_id)

    async def drop_snippet(self, here: Here, snippet_id: int) -> list[Snippet]:
        """Forget words; the ones that are left."""
        here.staff()
        return await self._database.write(_drop_snippet, here, snippet_id)

    async def turnaround(self, here: Here, now: datetime) -> Turnaround:
        """How long work waits and takes, for leads."""
        here.lead()
        return await self._database.read(turnaround, here, now)


def _listing(tx: Tx, here: Here, chosen: Filter, page: int, now: datetime) -> Listing:
    return Listing(
        board=_board(tx, here, chosen, (page - 1) * LISTED, LISTED, now),
        places=queue.ranking(tx, here.cohort.id),
    )


def _board(tx: Tx, here: Here, chosen: Filter, offset: int, size: int, now: datetime) -> Board:
    mentor, cohort_id = here.known(), here.cohort.id
    found = queue.count(tx, cohort_id, chosen, mentor_id=mentor.id, now=now)
    first = min(offset, max(0, found - 1) // size * size)  # a page that has emptied since shows the last one
    items = queue.page(tx, cohort_id, size, offset=first, chosen=chosen, mentor_id=mentor.id, now=now)
    done = queue.dealt_with(tx, cohort_id, since=now - rules.SHARE_SPAN)
    sharing = {member.id for member in cohorts.active(tx, cohort_id, "mentor")}
    sharing |= {mentor.id} if "mentor" in here.roles else set()
    present = sharing - availability.away(tx, cohort_id, start=now, end=now)
    return Board(
        chosen=chosen,
        offset=first,
        lines=[work.line_of(tx, here, item, now) for item in items],
        found=found,
        waiting=queue.count(tx, cohort_id),
        free=store.count_free(tx, claims.terms(here, mentor.id, now), claims.wanted(chosen)),
        held=len(claims.held(tx, here, mentor, now)),
        most=here.course.review.mentors.at_once,
        dealt=len(done),
        mine=sum(item.mentor_id == mentor.id for item in done),
        share=rules.fair_share(len(done), len(present)) if mentor.id in present else None,
        is_lead=here.is_lead,
    )


def _work(tx: Tx, here: Here, item_id: int, now: datetime) -> Work:
    found = claims.show(tx, here, claims.waiting(tx, here, item_id), here.known(), now)
    if found.facts.author_id == here.known().id:
        raise CourseError(
            "This is your own work, so another mentor decides about it. `/feedback` shows what you have."
        )
    return found


def _snippet(tx: Tx, here: Here, snippet_id: int) -> Snippet:
    for snippet in store.snippets(tx, here.known().id):
        if snippet.id == snippet_id:
            return snippet
    raise CourseError("These words are gone, or are somebody else's. “My words” in `/queue` lists yours.")


def _keep_snippet(tx: Tx, here: Here, title: str, body: str, snippet_id: int | None) -> list[Snippet]:
    member_id = here.known().id
    if snippet_id is not None:
        _snippet(tx, here, snippet_id)
    others = {item.id: item.title for item in store.snippets(tx, member_id) if item.id != snippet_id}
    name, words = rules.parse_snippet(title, body, others)
    if snippet_id is None:
        store.add_snippet(tx, member_id, name, words)
    else:
        store.change_snippet(tx, snippet_id, name, words)
    return store.snippets(tx, member_id)


def _drop_snippet(tx: Tx, here: Here, snippet_id: int) -> list[Snippet]:
    _snippet(tx, here, snippet_id)
    store.drop_snippet(tx, snippet_id)
    return store.snippets(tx, here.known().id)


def turnaround(tx: Tx, running: Running, now: datetime) -> Turnaround:
    """How long mentors take in a cohort, for whoever looks after it."""
    done = queue.dealt_with(tx, running.cohort.id, since=now - rules.TURNAROUND_SPAN)
    by_mentor: dict[int, list[Done]] = {
        member.id: [] for member in cohorts.active(tx, running.cohort.id, "mentor")
    }
    for item in done:
        by_mentor.setdefault(item.mentor_id, []).append(item)
    order = sorted(by_mentor, key=lambda member_id: (-len(by_mentor[member_id]), member_id))
    return Turnaround(
        cohort=_turn(done),
        mentors=[(cohorts.member(tx, member_id), _turn(by_mentor[member_id])) for member_id in order],
    )


def _turn(done: Sequence[Done]) -> Turn:
    return rules.turn(
        [item.waited for item in done], [item.worked for item in done if item.worked is not None]
    )
