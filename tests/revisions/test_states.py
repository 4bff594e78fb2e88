"""Random people do random things at random times, and no work is ever stuck.

Five students, a mentor and a lead take the small course: they hand in, take work up, review, decline, answer, look
again, decide, go away, leave, are kept apart, or keep silent; the tick is late or an outage swallows it. After every
step the facts agree with each other. At the end the course is played on twice: once only authors and one mentor move,
once only students do, and all that can be accepted then must be.

`HOMEROOM_STATES=10 make test ARGS=tests/revisions/test_states.py` looks ten times as far.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import get_args

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot import migrations
from bot.availability.service import Availability
from bot.availability.store import forbidden
from bot.cohorts import store as cohorts
from bot.cohorts.service import running
from bot.curriculum import load
from bot.database import instant
from bot.errors import CourseError
from bot.lanes import Lane
from bot.mentors.service import Mentors
from bot.reviews import rules as reviewing
from bot.reviews.writing import barred
from bot.revisions import rules, store
from bot.revisions.rules import State
from bot.simulation import memory
from bot.submissions import store as submissions
from tests.town import LEAD, MENTOR, Town, point_of, strength_of

SMALL = load(Path(__file__).parents[1] / "curriculum" / "small.yaml")
STUDENTS = range(1, 6)
FAR = int(os.environ.get("HOMEROOM_STATES", "1"))
WHO = st.sampled_from(STUDENTS)
WHAT = st.sampled_from([item.key for item in SMALL.deliverables])
WHICH = st.integers(0, 3)
# A command wakes the tick; now and then the process dies before it does.
TICKS = st.sampled_from([True, True, True, True, False])
WAITS = st.sampled_from(
    [timedelta(minutes=20), timedelta(hours=2), timedelta(hours=9), timedelta(days=1), timedelta(days=4)]
)
LONG = timedelta(days=60)  # longer than every patience of the ladder together
WORDS = "It stays, because the lab measures exactly this."
STATES = get_args(State)


@cache
def _empty() -> bytes:
    """The schema, made once and copied for each course."""
    driver = memory.Inline()
    asyncio.run(migrations.migrate(Lane(driver).run))
    return driver.taken()


class Course(RuleBasedStateMachine):
    """A cohort of five on the small course."""

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self._on(_empty())
        here = self.run(self.town.begin(len(STUDENTS), timezone="UTC", mentor=True))
        self.cohort_id, self.now = here.cohort.id, here.times[0].kickoff
        self.accepted = set()
        self.told = False
        self._tick()

    def _on(self, copy):
        """Go on with a copy of a course."""
        self.driver = memory.Inline(copy)
        self.database = memory.on(self.driver)
        self.town = Town(self.database, course=SMALL)
        self.mentors, self.availability = Mentors(self.database), Availability(self.database)

    def run(self, coroutine):
        return self.loop.run_until_complete(coroutine)

    def read(self, fn, *args, **kwargs):
        return self.run(self.database.read(fn, *args, **kwargs))

    def here(self, user_id):
        return self.run(self.town.here(user_id, self.now))

    def _tick(self):
        self.run(self.town.tick(self.now))
        self.told = True

    def _try(self, coroutine, ticks):
        """A command: done or kindly refused, and then the tick, as a rule."""
        self.told = False
        try:
            return self.run(coroutine)
        except CourseError:
            return None
        finally:
            if ticks:
                self._tick()

    # What students do

    @initialize(early=st.sets(WHO), capstone=st.sets(WHO))
    def some_are_early(self, early, capstone):
        for user_id in sorted(early):
            self.run(self._hand_in(user_id, "w01", complete=True))
        for user_id in sorted(capstone):
            self.run(self._hand_in(user_id, "c1.1", complete=True))
        self._tick()

    @rule(user_id=WHO, key=WHAT, complete=st.booleans(), ticks=TICKS)
    def hand_in(self, user_id, key, complete, ticks):
        self._try(self._hand_in(user_id, key, complete=complete), ticks)

    async def _hand_in(self, user_id, key, *, complete):
        here = await self.town.here(user_id, self.now)
        item = here.course.deliverable(key)
        kinds = item.evidence if complete else item.evidence[:1]
        links = {kind.kind: f"https://git.example.org/s{user_id}/{key}/{kind.kind}" for kind in kinds}
        await self.town.submissions.submit(here, item, links, None, self.now)

    @rule(user_id=WHO, ticks=TICKS)
    def take(self, user_id, ticks):
        self._try(self._take(user_id), ticks)

    async def _take(self, user_id):
        return await self.town.reviews.take(await self.town.here(user_id, self.now), self.now)

    @rule(user_id=WHO, which=WHICH, ticks=TICKS)
    def open_review(self, user_id, which, ticks):
        self._try(self._with_review(user_id, which, self._open), ticks)

    @rule(user_id=WHO, which=WHICH, level=st.integers(1, 3), ticks=TICKS)
    def review(self, user_id, which, level, ticks):
        self._try(self._with_review(user_id, which, self._give, level), ticks)

    @rule(user_id=WHO, level=st.integers(1, 3), ticks=TICKS)
    def review_all(self, user_id, level, ticks):
        for which in range(4):
            self._try(self._with_review(user_id, which, self._give, level), ticks)

    @rule(user_id=WHO, which=WHICH, ticks=TICKS)
    def send_half_a_review(self, user_id, which, ticks):
        self._try(self._with_review(user_id, which, self._send), ticks)

    @rule(user_id=WHO, which=WHICH, ticks=TICKS)
    def decline(self, user_id, which, ticks):
        self._try(self._with_review(user_id, which, self._decline), ticks)

    async def _with_review(self, user_id, which, do, *args):
        """Do something with one of the reviews that `/review mine` lists."""
        asked = await self.town.reviews.mine(await self.town.here(user_id, self.now))
        if which < len(asked):
            await do(user_id, asked[which].review, asked[which].deliverable, *args)

    async def _open(self, user_id, review, _):
        await self.town.reviews.open(user_id, review.id, self.now)

    async def _give(self, user_id, review, deliverable, level):
        scores = {item.key: min(level, len(item.levels)) for item in deliverable.rubric.criteria}
        await self.town.reviews.give(
            user_id,
            review.id,
            scores=scores,
            strength=strength_of(review.id),
            points=[point_of(review.id)],
            now=self.now,
        )

    async def _send(self, user_id, review, deliverable):
        await self.town.reviews.open(user_id, review.id, self.now)
        criterion = deliverable.rubric.criteria[0].key
        await self.town.reviews.score(user_id, review.id, criterion, 2, self.now)
        await self.town.reviews.send(user_id, review.id, self.now)

    async def _decline(self, user_id, review, _):
        await self.town.reviews.decline(user_id, review.id, "No machine to run it on.", self.now)

    @rule(user_id=WHO, key=WHAT, kind=st.sampled_from(rules.ANSWERS), ticks=TICKS)
    def answer(self, user_id, key, kind, ticks):
        self._try(self._answer(user_id, key, kind), ticks)

    async def _answer(self, user_id, key, kind):
        here = await self.town.here(user_id, self.now)
        item = here.course.deliverable(key)
        view = await self.town.revisions.answering(here, item, self.now)
        given = {asked.point.id: (kind, "" if kind == "fixed" else WORDS) for asked in view.asked}
        await self.town.revisions.answer_all(here, item, given, self.now)

    @rule(user_id=WHO, still_open=st.booleans(), ticks=TICKS)
    def look_again(self, user_id, still_open, ticks):
        self._try(self.town.recheck_all(user_id, self.now, still_open=WORDS if still_open else ""), ticks)

    @rule(user_id=WHO, days=st.integers(1, 12), ticks=TICKS)
    def go_away(self, user_id, days, ticks):
        self._try(self._go_away(user_id, days), ticks)

    async def _go_away(self, user_id, days):
        here = await self.town.here(user_id, self.now)
        day = (self.now + timedelta(days=days)).date()
        await self.availability.tell(here, day, "A wedding.", self.now)

    @rule(user_id=WHO, ticks=TICKS)
    def come_back(self, user_id, ticks):
        self._try(self._come_back(user_id), ticks)

    async def _come_back(self, user_id):
        await self.availability.back(await self.town.here(user_id, self.now), self.now)

    # What leads and mentors do

    @rule(user_id=st.sampled_from([1, 5]), ticks=TICKS)
    def leave(self, user_id, ticks):
        self._try(self._leave(user_id), ticks)

    async def _leave(self, user_id):
        lead = await self.town.here(LEAD, self.now)
        await self.town.cohorts.withdraw(lead, user_id, "They moved on.", self.now)

    @rule(one=st.sampled_from([2, 3]), other=st.sampled_from([3, 4, 5]), ticks=TICKS)
    def keep_apart(self, one, other, ticks):
        self._try(self._keep_apart(one, other), ticks)

    async def _keep_apart(self, one, other):
        lead = await self.town.here(LEAD, self.now)
        await self.availability.forbid(lead, one, other, "They asked for it.", self.now)

    @rule(ticks=TICKS)
    def mentor_takes(self, ticks):
        self._try(self._mentor_takes(), ticks)

    async def _mentor_takes(self):
        return await self.mentors.take_next(await self.town.here(MENTOR, self.now), self.now)

    @rule(does=st.sampled_from(["accept", "changes", "review", "release", "renew"]), ticks=TICKS)
    def mentor_decides(self, does, ticks):
        self._try(self._mentor_decides(does), ticks)

    async def _mentor_decides(self, does):
        here = await self.town.here(MENTOR, self.now)
        board = await self.mentors.queue(here, self.now, chosen="mine")
        if not board.lines:
            return
        item_id = board.lines[0].item.id
        work = await self.mentors.work(here, item_id, self.now)
        if does == "accept":
            await self.mentors.accept(here, item_id, self.now, number=work.newest, reason=WORDS)
        elif does == "changes":
            await self.mentors.ask_changes(here, item_id, WORDS, self.now, number=work.newest)
        elif does == "review":
            await self._review_as_mentor(here, item_id, work)
        elif does == "release":
            await self.mentors.release(here, item_id, self.now)
        else:
            await self.mentors.renew(here, item_id, self.now)

    async def _review_as_mentor(self, here, item_id, work):
        review_id = await self.mentors.review(here, item_id, self.now)
        card = await self.town.reviews.open(MENTOR, review_id, self.now)
        await self._give(MENTOR, card.review, work.deliverable, 3)

    # Time

    @rule(wait=WAITS)
    def time_passes(self, wait):
        self._pass(wait)

    @rule(wait=WAITS)
    def an_outage(self, wait):
        """Nothing is said meanwhile, and everything that is owed at its end."""
        self.now += wait
        self._tick()

    @rule()
    def the_deadline_comes(self):
        here = self.here(LEAD)
        ahead = [week.deadline for week in here.times if week.deadline > self.now]
        if ahead:
            self._pass(ahead[0] - self.now)

    def _pass(self, wait):
        until = self.now + wait
        while True:
            due = self.run(self.town.posts.next_at())
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            self._tick()
        self.now = until
        self._tick()

    # What is always so

    def _all(self, tx):
        here = running(tx, self.cohort_id)
        rows = tx.all("SELECT id FROM submission WHERE cohort_id = :id ORDER BY id", id=self.cohort_id)
        return [store.facts(tx, here, row["id"]) for row in rows]

    @invariant()
    def the_facts_agree(self):
        self.read(self._check)

    def _check(self, tx):
        facts = self._all(tx)
        for work in facts:
            self._check_work(tx, work)
        self._check_coverage(tx, facts)
        self._check_people(tx, facts)
        assert tx.all("SELECT kind, key, last_error FROM occurrence WHERE state = 'failed'") == []

    def _check_work(self, tx, work):
        assert rules.state(work, self.now) in STATES
        covered = [reviewing.covered_at(work.reviews, work.policy.reviewers)]
        covered += [decision.decided_at for decision in work.decisions]  # who decides has looked at it
        assert work.promise.covered_at == min((at for at in covered if at is not None), default=None)
        if work.submission_id in self.accepted:
            assert work.accepted is not None, "accepted work was opened again"
        elif work.accepted is not None:
            self.accepted.add(work.submission_id)
        if self.told:
            self._check_queue(tx, work)
            self._check_waiting(tx, work)

    def _check_queue(self, tx, work):
        waits = tx.all(
            "SELECT * FROM queue_item WHERE submission_id = :id AND closed_at IS NULL", id=work.submission_id
        )
        calls = rules.reasons(work, self.now, at_risk=False).calls
        assert len(waits) == int(calls), f"{rules.state(work, self.now)}: {waits}"
        for item in waits:
            assert item["mentor_id"] is None or item["until_at"] is not None

    def _check_waiting(self, tx, work):
        """What waits for time is looked at by then."""
        if work.accepted is not None or work.author_id not in work.here:
            return
        wakes_at = rules.wakes_at(work, self.now)
        assert wakes_at is None or self._is_owed(tx, work, wakes_at), f"nobody looks at {wakes_at}"

    def _is_owed(self, tx, work, by):
        rows = tx.all("SELECT kind, key, due_at FROM occurrence WHERE state = 'due'")
        return any(
            instant(row["due_at"]) <= by
            and (
                (row["kind"] == "settle" and row["key"].startswith(f"s{work.submission_id}."))
                or (row["kind"] == "ladder" and row["key"].startswith(f"{work.deliverable.key}.mentor."))
            )
            for row in rows
        )

    def _check_coverage(self, tx, facts):
        present = [work.promise for work in facts if work.author_id in work.here]
        due = [item for item in present if item.covered_by and item.covered_by <= self.now]
        kept = [item for item in due if item.covered_at and item.covered_at <= item.covered_by]
        assert submissions.coverage(tx, self.cohort_id, self.now) == (len(kept), len(due))

    def _check_people(self, tx, facts):
        apart = forbidden(tx, self.cohort_id)
        held = {}
        for review in (review for work in facts for review in work.reviews):
            assert review.reviewer_id != review.author_id
            if not review.is_open:
                continue
            if self.told:
                assert (review.reviewer_id, review.author_id) not in apart
            if review.lease_until is not None:
                held[review.reviewer_id] = held.get(review.reviewer_id, 0) + 1
                assert tx.one(
                    "SELECT id FROM occurrence WHERE kind = 'lease' AND state = 'due' AND key LIKE :key",
                    key=f"r{review.id}.%",
                ), "a lease without an end"
        assert max(held.values(), default=0) <= SMALL.review.pull.at_once

    # Nobody is blocked by somebody else's silence

    def teardown(self):
        copy, now, accepted = self.driver.taken(), self.now, set(self.accepted)
        try:
            self._play_on(self._author_and_mentor)
            assert self.read(self._stuck) == []
            self._on(copy)
            self.now, self.accepted = now, accepted
            self._play_on(self._students)
            assert self.read(self._stuck_without_mentors) == []
        finally:
            self.loop.close()

    def _play_on(self, act):
        """Everybody who moves does so once a day; whoever else keeps silent does so for good."""
        last = self.here(LEAD).times[-1].ends
        while self.now < last + LONG and (self.now < last or self.read(self._stuck)):
            self.run(act())
            self._tick()
            self._pass(timedelta(days=1))
            self.read(self._check)

    async def _author_and_mentor(self):
        await self._authors()
        with suppress(CourseError):
            while True:
                await self._mentor_takes()
        here = await self.town.here(MENTOR, self.now)
        for line in (await self.mentors.queue(here, self.now, chosen="mine")).lines:
            with suppress(CourseError):
                await self._deal_with(here, line.item)

    async def _deal_with(self, here, item):
        work = await self.mentors.work(here, item.id, self.now)
        is_reviewed = any(review.reviewer_id == here.member.id for review in work.facts.sent)
        if item.reasons.signoff or work.state == "disputed" or is_reviewed:
            await self.mentors.accept(here, item.id, self.now, number=work.newest, reason=WORDS)
        else:
            await self._review_as_mentor(here, item.id, work)

    async def _authors(self):
        """What each author does about their own work."""
        for work in await self.database.read(self._all):
            user_id = await self.database.read(lambda tx, id_=work.author_id: cohorts.member(tx, id_).user_id)
            with suppress(CourseError):
                if work.evidence < 1 or rules.state(work, self.now) == "changes asked":
                    await self._hand_in(user_id, work.deliverable.key, complete=True)
            with suppress(CourseError):
                await self._answer(user_id, work.deliverable.key, "explained")

    async def _students(self):
        await self._authors()
        for user_id in STUDENTS:
            with suppress(CourseError):
                here = await self.town.here(user_id, self.now)
                while True:
                    for asked in await self.town.reviews.mine(here):
                        with suppress(CourseError):
                            if asked.review.sent_at is None:
                                await self._give(user_id, asked.review, asked.deliverable, 3)
                    await self.town.reviews.take(here, self.now)
            with suppress(CourseError):
                await self.town.recheck_all(user_id, self.now)

    def _stuck(self, tx):
        return [
            (work.author_id, work.deliverable.key, rules.state(work, self.now))
            for work in self._all(tx)
            if work.accepted is None and work.author_id in work.here
        ]

    def _stuck_without_mentors(self, tx):
        """Weekly work that is not accepted although somebody reviewed it, or still could."""
        facts = self._all(tx)
        return [
            (work.author_id, work.deliverable.key, rules.state(work, self.now))
            for work in facts
            if work.accepted is None
            and work.author_id in work.here
            and work.policy.accepted_by == "peers"
            and (work.sent or self._can_be_reviewed(tx, work, facts))
        ]

    def _can_be_reviewed(self, tx, work, facts):
        apart = forbidden(tx, self.cohort_id)
        before = {review.reviewer_id: review for review in work.reviews}
        peers = {
            other.author_id for other in facts if other.deliverable.key == work.deliverable.key
        } & work.here
        return any(
            peer != work.author_id
            and (peer, work.author_id) not in apart
            and (peer not in before or barred(tx, before[peer]) is None)
            for peer in peers
        )


TestStates = Course.TestCase
TestStates.settings = settings(
    max_examples=25 * FAR,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
