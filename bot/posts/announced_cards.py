"""What an announcement looks like in the channel, and the letters about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from discord import ui

from bot.announcements import cards
from bot.announcements.rules import LATENESS, Announcement, Reason
from bot.announcements.wording import repeat_words
from bot.posts.desk_rules import Announced, ApprovalAsked, NotAnnounced
from bot.posts.rendered import Rendered, mention
from bot.ui import ACCENT, CARE, Card, Press, row, safe, shortened, stamp, text

QUOTED = 300

WHY: Mapping[Reason, str] = {
    "refused": "{by} refused it, so it is cancelled. Speak with them, and announce it anew with `/announce schedule`.",
    "unapproved": "No other lead approved it in time. If it is still of use, announce it anew with `/announce "
    "schedule`, or mention the cohort instead of everyone.",
    "author": "{author} no longer leads the cohort, or no longer carries what they led it by, so it was not posted. "
    "`/announce edit` makes it yours, and `/announce cancel` takes it back; if it came once, announce it anew.",
    "everyone": "You may not mention everyone any more, and no other lead has approved it. `/announce edit` changes "
    "whom it mentions.",
    "crowd": "It pings more people than one post can name beside its text. Give the cohort a student role, or announce "
    "it without a mention.",
    "late": "I could not post it within {hours} hours of its time: the course was paused, or I was away or kept from "
    "posting. {then}",
    "failed": "Something kept going wrong when I posted it, and I have given up. {then}",
    "unsure": "Discord did not answer when I posted it, and I could not look whether it stands in <#{channel}>. See "
    "for yourself. {then}",
}


def _announced(post: Announced, mark: int) -> Rendered:
    heard = post.audience
    return Rendered(
        card=Card(*cards.look(post.running.cohort, post.announcement, heard, post.file, mark)),
        users=heard.user_ids,
        roles=() if heard.role_id is None else (heard.role_id,),
        everyone=heard.everyone,
        file=post.file,
    )


def _approval(post: ApprovalAsked, mark: int) -> Rendered:
    cohort, item = post.running.cohort, post.announcement
    due = item.plan.next_at
    card = Card(
        text(
            f"### An announcement to everyone in {safe(cohort.name)}",
            f"{mention(item.author)} wants to post this in <#{cohort.channel_id}> on {stamp(due)} ({stamp(due, 'R')}), "
            f"{repeat_words(item.plan)}, and it pings everyone there. It takes a second lead: without an approval by "
            "then it is not posted.",
        ),
        accent=CARE,
    )
    parts = cards.look(cohort, item, post.audience, post.file)
    card.add_item(ui.Container[Any](*parts, accent_colour=ACCENT))
    card.add_item(row(*cards.answers(cohort, item, mark)))
    return Rendered(card=card, file=post.file)


def _unannounced(post: NotAnnounced, mark: int) -> Rendered:
    cohort, item = post.running.cohort, post.announcement
    by = "Another lead" if post.by is None else mention(post.by)
    why = WHY[post.reason].format(
        by=by,
        author=mention(item.author),
        hours=LATENESS // timedelta(hours=1),
        channel=cohort.channel_id,
        then=_then(item),
    )
    of = "" if post.at is None else f" of {stamp(post.at)}"
    was = "may not have been posted" if post.reason == "unsure" else "was not posted"
    card = Card(
        text(
            f"### Announcement #{item.id}{of} in {safe(cohort.name)} {was}",
            why,
            f"> {safe(shortened(' '.join(item.body.split()), QUOTED))}",
        ),
        row(Press("What is to come", "announce.page", f"{cohort.id}.1", mark=mark)),
        accent=CARE,
    )
    return Rendered(card=card)


def _then(item: Announcement) -> str:
    if item.is_open:
        return f"It comes next {stamp(item.plan.next_at)}."
    return "If it is still of use, announce it anew with `/announce schedule`."


RENDERERS: dict[type, Callable[[Any, int], Rendered]] = {
    Announced: _announced,
    ApprovalAsked: _approval,
    NotAnnounced: _unannounced,
}
