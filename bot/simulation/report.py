"""A rehearsed course as a lead reads it: plain lines under headings."""

from __future__ import annotations

from collections.abc import Iterator

from bot.simulation.course import Options
from bot.simulation.figures import Result

WIDTH = 51  # of what a figure is about; its number stands in a column


def lines(options: Options, found: Result) -> Iterator[str]:
    """What a lead wants to know before choosing a policy, the promise first."""
    yield (
        f"Students {found.students}, weeks {found.weeks}, mentors {options.mentors}, seed {found.seed}; "
        f"absent in a week {options.absent}%, late {options.late}%, never reviewing {options.silent}%."
    )
    for heading, figures in _parts(found).items():
        yield ""
        yield heading
        for what, value in figures.items():
            yield f"  {what:<{WIDTH}} {_shown(value)}"


def _parts(found: Result) -> dict[str, dict[str, object]]:
    return {
        "The promise": {
            "work that had its reviews by the promised hour": _percent(found.share_covered_on_time),
            "half of the work had its first review within": _hours(found.hours_to_first_review),
            "pieces of work handed in": found.submissions,
            "of them late": found.late,
            "accepted at the end": f"{found.accepted} of {found.submissions}",
        },
        "Who reviews whom": {
            "reviews of one's own work": found.self_reviews,
            "most reviews more than somebody else's, in a round": found.load_spread_max,
            "reviews of somebody reviewed before": found.repeat_pairs,
            "of them, those that no pairing could avoid": found.repeat_pairs_least,
            "two people who review each other in a round": found.two_way_pairs,
        },
        "Reviews": {
            "asked for": found.reviews_asked,
            "of them taken, before the deadline or to help": found.taken,
            "sent": found.reviews_sent,
            "of them by mentors": found.reviews_by_mentors,
            "given on because they did not come": found.expired,
            "declined": found.declined,
            "reminders sent": found.reminders_sent,
        },
        "After the reviews": {
            "points made": found.points,
            "answers to them": found.answers,
            "revisions after the first": found.revisions,
        },
        "The mentor queue": {
            "pieces of work that mentors dealt with": found.queue_dealt,
            "most that waited at one time": found.queue_longest,
            "hours that half of them waited": found.queue_p50_hours,
            "hours that nine in ten of them waited": found.queue_p90_hours,
        },
        "What the bot said": {
            "posts said more than once": found.posts_doubled,
            "posts never said": found.posts_missing,
        },
    }


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{100 * share:.1f}%"


def _hours(hours: float | None) -> str | None:
    return None if hours is None else f"{hours} hours"


def _shown(value: object) -> str:
    return "none to speak of" if value is None else str(value)
