"""What made-up people do: each act goes through the same service as a member's command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.cohorts.rules import Asker, Here
from bot.cohorts.service import Cohorts
from bot.curriculum import Curriculum, Deliverable
from bot.database import Database
from bot.errors import CourseError
from bot.mentors.service import Mentors
from bot.mentors.work import Work
from bot.retros.service import Retros
from bot.reviews.service import Reviews
from bot.reviews.writing import Card
from bot.revisions.service import Revisions
from bot.simulation import people, words
from bot.simulation.people import Person
from bot.submissions.rules import missing
from bot.submissions.service import Submissions

TRIES = 6  # until somebody finds words that they have not written before
POINTS = (1, 1, 2, 3)  # how many points a review makes: mostly one, now and then three
ASKS_CHANGES = 0.2  # of the sign-offs where something is missing, those that a mentor sends back
SCORES_OWN = 0.4  # of the work that is handed in, what its author scores as well
LOOKS_KINDLY = (
    0.3  # how often somebody who is not content lets all but one point go, or stays strict a second time
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """The services that people act through."""

    database: Database
    cohorts: Cohorts
    submissions: Submissions
    reviews: Reviews
    revisions: Revisions
    retros: Retros
    mentors: Mentors

    @classmethod
    def on(cls, database: Database, course: Curriculum) -> Rooms:
        """The services on a database."""
        return cls(
            database=database,
            cohorts=Cohorts(database, course),
            submissions=Submissions(database),
            reviews=Reviews(database),
            revisions=Revisions(database),
            retros=Retros(database),
            mentors=Mentors(database),
        )


class Hands:
    """The hands of a cohort's people. Where nobody joins or leaves (`still`), each is looked up once."""

    def __init__(self, rooms: Rooms, guild_id: int, channel_id: int, *, still: bool) -> None:
        self._rooms = rooms
        self._place = guild_id, channel_id
        self._still = still
        self._known: dict[int, Here] = {}

    async def here(self, person: Person, now: datetime) -> Here:
        """The cohort as somebody in its channel sees it."""
        if person.user_id not in self._known or not self._still:
            guild_id, channel_id = self._place
            asker = Asker(
                user_id=person.user_id, name=person.name, guild_id=guild_id, channel_ids=(channel_id,)
            )
            self._known[person.user_id] = await self._rooms.cohorts.here(asker, now)
        return self._known[person.user_id]

    async def submit(self, person: Person, deliverable: Deliverable, now: datetime) -> None:
        """Hand in what nobody has handed in in their name."""
        here = await self.here(person, now)
        if await self._rooms.submissions.latest(here, deliverable) is None:
            await self._rooms.submissions.submit(
                here, deliverable, people.links(person, deliverable), None, now
            )
            if person.dice("scores own", deliverable.key).random() < SCORES_OWN:
                about = f"own/{deliverable.key}"
                scores = people.scores(person, about, deliverable.rubric, person.skill)
                await self._rooms.reviews.score_own(here, deliverable, scores, now)

    async def submit_again(self, person: Person, deliverable: Deliverable, now: datetime) -> None:
        """Hand in a new revision, with all its evidence and what a mentor asked for."""
        here = await self.here(person, now)
        note = "Changed what you asked for; the memo says what I left as it is, and why."
        given = people.links(person, deliverable, everything=True)
        await self._rooms.submissions.submit(here, deliverable, given, note, now)

    async def take(self, person: Person, now: datetime) -> Card:
        """Take up the newest waiting work."""
        return await self._rooms.reviews.take(await self.here(person, now), now)

    async def give(
        self, person: Person, review_id: int, about: str, skill: float, rubric_of: Deliverable, now: datetime
    ) -> None:
        """Write and send a review in words of their own; `about` says whose work on what it is."""
        for attempt in range(TRIES):
            dice = person.dice("words", about, attempt)
            try:
                await self._rooms.reviews.give(
                    person.user_id,
                    review_id,
                    scores=people.scores(person, about, rubric_of.rubric, skill),
                    strength=words.strength(dice),
                    points=words.points(dice, dice.choice(POINTS)),
                    now=now,
                )
            except CourseError as refusal:
                if "word for word" not in str(refusal) or attempt == TRIES - 1:
                    raise
            else:
                return

    async def decline(self, person: Person, review_id: int, now: datetime) -> None:
        """Hand a review back."""
        await self._rooms.reviews.decline(
            person.user_id, review_id, words.cannot(person.dice("cannot", review_id)), now
        )

    async def answer(self, person: Person, deliverable: Deliverable, now: datetime) -> None:
        """Bring the evidence that is missing, answer every point that waits, and send the answers."""
        here = await self.here(person, now)
        revisions = self._rooms.revisions
        view = await revisions.answering(here, deliverable, now)
        if missing(deliverable, view.revision.links, view.revision.dead):
            links = people.links(person, deliverable, everything=True)
            await self._rooms.submissions.submit(here, deliverable, links, None, now)
        given: dict[int, tuple[str, str]] = {}
        for number, item in enumerate(view.asked):
            about = deliverable.key, view.revision.number, number, item.round
            kind = people.answers(person, *about)
            given[item.point.id] = kind, words.answer(person.dice("answer words", *about), kind)
        if given:
            await revisions.answer_all(here, deliverable, given, now)

    async def rate(self, person: Person, review_id: int, about: str, now: datetime) -> None:
        """Say how useful a review was."""
        rating = person.dice("rate", about).choice((2, 3, 3, 4, 4))
        await self._rooms.revisions.rate(await self.here(person, now), review_id, rating, now)

    async def recheck(self, person: Person, review_id: int, about: str, now: datetime) -> None:
        """Look again at the answers to one's points."""
        revisions = self._rooms.revisions
        dice = person.dice("recheck", about, now)
        if dice.random() < person.strictness:
            view = await revisions.recheck(person.user_id, review_id)
            for item in view.answered[: 1 if dice.random() < LOOKS_KINDLY else None]:
                if item.answer.round == 1 or dice.random() < LOOKS_KINDLY:
                    await revisions.mark_open(
                        person.user_id, review_id, item.point.id, words.still_open(dice)
                    )
        await revisions.finish_recheck(person.user_id, review_id, now)

    async def look_back(self, person: Person, week: int, now: datetime) -> None:
        """Write a retro that nobody has written in their name."""
        here = await self.here(person, now)
        form = await self._rooms.retros.form(here, week, now)
        if form.entry is not None:
            return
        dice = person.dice("retro words", week)
        retain, improve, scale = words.retro(dice)
        await self._rooms.retros.write(
            here,
            week,
            retain=retain,
            improve=improve,
            scale=scale,
            kept=dice.choice(("kept", "partly", "dropped")) if form.promised else None,
            now=now,
        )

    async def take_next(self, person: Person, now: datetime) -> Work:
        """A mentor takes up the gravest work that nobody holds."""
        return await self._rooms.mentors.take_next(await self.here(person, now), now)

    async def decide(self, person: Person, work: Work, names: Mapping[int, Person], now: datetime) -> None:
        """A mentor reviews what they hold where reviews are missing or differ, else decides about it."""
        here, mentors, item_id = await self.here(person, now), self._rooms.mentors, work.item.id
        author = names.get(work.facts.author_id)
        about = f"{work.deliverable.key}/{work.facts.author_id if author is None else author.handle}"
        if not work.item.reasons.signoff and work.state != "disputed":
            review_id = await mentors.review(here, item_id, now)
            skill = person.skill if author is None else author.skill
            await self.give(person, review_id, about, skill, work.deliverable, now)
            return
        dice = person.dice("decide", about, work.newest)
        is_first = work.item.reasons.signoff and bool(work.lacking) and not work.facts.decisions
        if is_first and (work.facts.evidence < 1 or dice.random() < ASKS_CHANGES):
            await mentors.ask_changes(here, item_id, words.changes(dice), now, number=work.newest)
        else:
            reason = words.reason(dice) if work.lacking else None
            await mentors.accept(here, item_id, now, number=work.newest, reason=reason)
