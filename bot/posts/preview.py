"""The first kickoffs as they will look, for a lead alone and before anything is posted."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cohorts.cards import wall
from bot.cohorts.rules import Running
from bot.cohorts.setup import PREVIEWED
from bot.posts import cards, rules
from bot.posts.compose import due_in
from bot.ui import Card, Press, bullets, safe, text

UNMARKED = 0  # no row of the ledger: nothing is posted


def first_kickoffs(running: Running) -> Iterator[Card]:
    """What is to be said of them, then each kickoff's card; its buttons wait for the real one."""
    weeks = running.times[:PREVIEWED]
    whens = [f"Week {week.number}: {wall(running.cohort, week.kickoff)}" for week in weeks]
    yield Card(
        text(
            f"### The first kickoffs of {safe(running.cohort.name)}",
            bullets(whens),
            "Only you see this. Their buttons work once they are posted.",
        )
    )
    for times in weeks:
        kickoff = rules.Kickoff(
            running=running,
            week=running.course.week(times.number),
            times=times,
            due=due_in(running, times.number),
        )
        yield _asleep(cards.render(kickoff, UNMARKED).card)


def _asleep(card: Card) -> Card:
    for item in card.walk_children():
        if isinstance(item, Press):
            item.item.disabled = True
    return card
