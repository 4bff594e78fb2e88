"""What a lead sees before and after they give more time or let somebody leave a deliverable out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.cohorts.rules import Cohort, Here, Member, Running
from bot.confirm import carrying
from bot.curriculum import Deliverable
from bot.dates import named
from bot.extensions.cards import PRIMARY, REASON_SHOWN, called, turns, when
from bot.extensions.rules import Excuse, Extension
from bot.extensions.service import Given
from bot.ui import GOOD, Card, Press, bullets, plural, row, safe, shortened, stamp, text

EXCUSED_A_PAGE = 10  # lines with a name and a reason each fill a card


def key_of(cohort: Cohort, member: Member, deliverable: Deliverable, *values: int) -> str:
    """What a button that asks first needs to know: for whom, for what, and until when (or whether it is taken back)."""
    return "/".join(map(str, (cohort.id, member.user_id, deliverable.key, *values)))


def extend_asked(here: Here, given: Extension, reason: str, *, is_news: bool = False) -> Card:
    """What more time would change, to be confirmed; the card carries the reason to its button.

    `is_news`: what an earlier card showed has changed since.
    """
    cohort, local = here.cohort, given.until.astimezone(here.cohort.zone)
    changed = [
        "**Their deadline was changed meanwhile**, so nothing is given yet. This is how it stands now."
    ]
    return Card(
        text(
            *(changed if is_news else []),
            f"## More time for {called(given.member)}?",
            f"**{safe(given.deliverable.name)}** would be due {when(given.until)} for them instead of "
            f"{stamp(given.before)}.",
            f"-# That is {named(local.date())}, {local:%H:%M}, on {cohort.timezone} time.{_moves(here)}",
        ),
        text(bullets(_follows(here, given))),
        *([text("**Your reason**, which they read")] if reason else []),
        *carrying(reason),
        row(
            Press(
                "Give the time",
                "extend.give",
                key_of(cohort, given.member, given.deliverable, *_seconds(given.until, given.before)),
                style=PRIMARY,
            ),
            Press("Leave it", "extend.leave", cohort.id),
        ),
    )


def _seconds(*moments: datetime) -> list[int]:
    return [int(moment.timestamp()) for moment in moments]


def _follows(here: Running, given: Extension) -> list[str]:
    found: list[str] = []
    if given.until < given.before:
        found.append(f"That is earlier than the {stamp(given.before, 'f')} that they were given before.")
    if given.was_late and given.handed_in_at is not None:
        found.append(f"They handed it in {stamp(given.handed_in_at)}, late. It is not late any more.")
    elif given.handed_in_at is not None:
        found.append("They have handed it in in time, and that stays so.")
    else:
        found.append(
            "Until then it is not late, nobody counts it as missing, and it gets its reviewers when it comes."
        )
        found.append(
            f"They are reminded {stamp(given.reminded_at)}."
            if given.reminded_at
            else "It is too close for a reminder."
        )
    if given.reviews:
        whose = "The review" if given.reviews == 1 else f"The {given.reviews} reviews"
        found.append(f"{whose} of it that they still owe can wait until {stamp(given.reviews_due)}.")
    if given.request is not None:
        found.append(f"It answers their request for {plural(given.request.days, 'more day')}.")
    return [*found, _told(here)]


def _moves(here: Running) -> str:
    """Dates that come while the course stands still move with it."""
    if here.cohort.state != "paused":
        return ""
    return " The course is paused: if its dates move when it goes on, this one moves along."


def _told(here: Running) -> str:
    """When the student hears of it."""
    if here.cohort.state == "paused":
        return "They hear of it privately when the course goes on."
    return "They hear of it privately, and it is on the audit log."


def extended(given: Extension) -> Card:
    """A student has more time."""
    lines = [f"{safe(given.deliverable.name)} is due {when(given.until)} for {called(given.member)} now."]
    if given.was_late:
        lines.append("What they handed in counts as in time.")
    return Card(text(*lines), accent=GOOD)


def excuse_asked(here: Here, meant: Excuse, reason: str) -> Card:
    """What it means that a deliverable may be left out, or no longer, to be confirmed."""
    cohort, name, item = here.cohort, called(meant.member), safe(meant.deliverable.name)
    key = key_of(cohort, meant.member, meant.deliverable, int(meant.undo))
    if meant.undo:
        title, follows = f"## Expect {item} of {name} again?", _expected(meant)
        button = Press("Expect it again", "excuse.give", key, style=PRIMARY)
    else:
        title, follows = f"## Let {name} leave out {item}?", _left_out(meant)
        button = Press("Let them leave it out", "excuse.give", key, style=PRIMARY)
    return Card(
        text(title, bullets([*follows, _told(here)])),
        *([text("**Your reason**, which they read")] if reason else []),
        *carrying(reason),
        row(button, Press("Leave it", "extend.leave", cohort.id)),
    )


def _left_out(meant: Excuse) -> list[str]:
    if meant.handed_in:
        return [
            "They have handed it in; it keeps its reviews, and it need not be accepted any more.",
            "A capstone that rests on it does not miss it.",
        ]
    return [
        "It never counts as missed, nobody reminds them of it, and it puts nobody at risk.",
        "A capstone that rests on it does not miss it.",
        "It is still welcome if they hand it in.",
    ]


def _expected(meant: Excuse) -> list[str]:
    if meant.handed_in:
        return ["They have handed it in. A capstone that rests on it needs it accepted again."]
    if meant.is_over:
        return [
            f"It was due {when(meant.deadline)}: it counts as missed until they hand it in, which is then late."
        ]
    return [f"It is due {when(meant.deadline)}, as for everybody with that deadline."]


def excused(meant: Excuse) -> Card:
    """A deliverable may be left out, or is expected again."""
    name, item = called(meant.member), safe(meant.deliverable.name)
    if meant.undo:
        return Card(text(f"{item} is expected of {name} again. They hear of it privately."), accent=GOOD)
    return Card(text(f"{name} may leave out {item}. They hear of it privately."), accent=GOOD)


def excused_listed(cohort: Cohort, found: Sequence[Given], page: int) -> Card:
    """One page of who may leave out what."""
    title = f"## May leave out, in {safe(cohort.name)}"
    if not found:
        return Card(
            text(title, "Nobody, nothing. `/excuse member: deliverable:` lets somebody leave one out.")
        )
    pages = -(-len(found) // EXCUSED_A_PAGE)
    page = min(max(page, 1), pages)
    of = [f"page {page} of {pages}"] if pages > 1 else []
    lines = [
        f"{called(member)}: {safe(item.place)}"
        + (f": {safe(shortened(' '.join(allowed.reason.split()), REASON_SHOWN))}" if allowed.reason else "")
        for member, item, allowed in found[(page - 1) * EXCUSED_A_PAGE : page * EXCUSED_A_PAGE]
    ]
    buttons = turns("excuse.list", cohort, page, pages)
    return Card(
        text(title, *of, bullets(lines)),
        text("-# `/excuse` with both and `undo: True` expects it again."),
        *([row(*buttons)] if buttons else []),
    )


def left(cohort: Cohort) -> Card:
    """Nothing was changed."""
    return Card(text(f"Nothing was changed in {safe(cohort.name)}."))
